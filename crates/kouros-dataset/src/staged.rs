//! A finished episode in a file of its own, until it is part of the dataset.
//!
//! The file is a line that names the layout, the length of a JSON text (8 bytes, little-endian),
//! the text (everything but the values), and the values of all columns as `f32`, little-endian.

use crate::whole::{Overwrite, write_whole};
use crate::{Column, Episode, Error, Feature, Result};
use kouros_motion::Kind;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

const LINE: &[u8] = b"kouros staged episode 1\n";
/// How the names of such files end.
pub(crate) const EXTENSION: &str = "episode";

/// Everything but the values.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Header {
    pub key: String,
    pub fps: u32,
    pub robot_type: String,
    pub task: String,
    pub kind: Kind,
    pub length: usize,
    /// Name and dimensions of each column.
    pub features: Vec<(String, Vec<String>)>,
    pub meta: Value,
}

impl Header {
    /// The features of the episode.
    pub fn features(&self) -> Vec<Feature> {
        self.features.iter().map(|(name, dims)| Feature { name: name.clone(), dims: dims.clone() }).collect()
    }
}

/// The name of an episode's file: its order first, so that names sort as episodes do, then a hash
/// of its key (FNV-1a, 64 bits), which may hold anything.
pub(crate) fn file_name(order: usize, key: &str) -> String {
    let hash = key.bytes().fold(0xCBF2_9CE4_8422_2325u64, |h, b| (h ^ u64::from(b)).wrapping_mul(0x0100_0000_01B3));
    format!("{order:010}-{hash:016x}.{EXTENSION}")
}

/// The order that a file's name says, `None` where it is not the name of such a file.
pub(crate) fn order_of(path: &Path) -> Option<usize> {
    let name = path.file_name()?.to_str()?;
    name.strip_suffix(&format!(".{EXTENSION}"))?.split('-').next()?.parse().ok()
}

/// Writes an episode into `folder`; it is there whole or not at all.
pub(crate) fn write(folder: &Path, order: usize, episode: &Episode, fps: u32, robot_type: &str) -> Result<PathBuf> {
    let Episode { task, kind, length, columns, meta, key } = episode;
    let header = Header {
        key: key.clone(),
        fps,
        robot_type: robot_type.into(),
        task: task.clone(),
        kind: *kind,
        length: *length,
        features: columns.iter().map(|c| (c.feature.name.clone(), c.feature.dims.clone())).collect(),
        meta: meta.clone(),
    };
    let path = folder.join(file_name(order, key));
    let text = serde_json::to_vec(&header).map_err(|e| Error::Episode { key: key.clone(), problem: e.to_string() })?;
    let mut bytes = Vec::with_capacity(LINE.len() + 8 + text.len() + 4 * columns.iter().map(|c| c.values.len()).sum::<usize>());
    bytes.extend(LINE);
    bytes.extend((text.len() as u64).to_le_bytes());
    bytes.extend(text);
    columns.iter().for_each(|c| bytes.extend(c.values.iter().flat_map(|v| v.to_le_bytes())));
    write_whole(&path, &bytes, Overwrite::Refused)?;
    Ok(path)
}

/// Everything but the values, and whether the values are as many as it says.
pub(crate) fn read_header(path: &Path) -> Result<Header> {
    let file = File::open(path).map_err(Error::io("read", path))?;
    open(path, file).map(|(header, _)| header)
}

/// A whole episode.
pub(crate) fn read(path: &Path) -> Result<Episode> {
    let file = File::open(path).map_err(Error::io("read", path))?;
    let (header, mut file) = open(path, file)?;
    let mut columns = Vec::with_capacity(header.features.len());
    for feature in header.features() {
        // `open` has compared these sizes with the file's.
        let mut bytes = vec![0; header.length * feature.dims.len() * 4];
        file.read_exact(&mut bytes).map_err(Error::io("read", path))?;
        let values = bytes.chunks_exact(4).map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]])).collect();
        columns.push(Column { feature, values });
    }
    let Header { key, task, kind, length, meta, .. } = header;
    let episode = Episode { task, kind, length, columns, meta, key };
    episode.check()?;
    Ok(episode)
}

fn open(path: &Path, mut file: File) -> Result<(Header, File)> {
    let broken = |found: &str| Error::malformed(path, "a staged episode (remove the file to make it again)", found);
    let size = file.metadata().map_err(Error::io("read", path))?.len();
    let mut start = [0; LINE.len() + 8];
    file.read_exact(&mut start).map_err(|_| broken("too few bytes"))?;
    let (line, length) = start.split_at(LINE.len());
    let length = u64::from_le_bytes(length.try_into().map_err(|_| broken("too few bytes"))?);
    if line != LINE {
        return Err(broken("another first line"));
    }
    if length > size {
        return Err(broken("a text longer than the file"));
    }
    let mut text = Vec::new();
    (&mut file).take(length).read_to_end(&mut text).map_err(Error::io("read", path))?;
    let header: Header = serde_json::from_slice(&text).map_err(|e| broken(&e.to_string()))?;
    let dims = header.features.iter().map(|(_, dims)| dims.len() as u64).sum::<u64>();
    let values = (header.length as u64).checked_mul(dims).and_then(|n| n.checked_mul(4));
    if values.and_then(|v| v.checked_add(start.len() as u64 + length)) != Some(size) {
        return Err(broken("another number of values than it says"));
    }
    Ok((header, file))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn episode() -> Episode {
        let column = |name: &str, dims: &[&str], values: &[f32]| Column {
            feature: Feature::new(name, dims.to_vec()),
            values: values.to_vec(),
        };
        Episode {
            task: "walk".into(),
            kind: Kind::Locomotion,
            length: 2,
            columns: vec![column("s", &["x", "y"], &[1.0, 2.0, 3.0, 4.0]), column("a", &["x"], &[-0.5, 1e-30])],
            meta: serde_json::json!({ "error_m": 0.1 }),
            key: "clip/ä.bvh@1".into(),
        }
    }

    #[test]
    fn there_and_back() {
        let folder = tempfile::tempdir().expect("folder");
        let path = write(folder.path(), 7, &episode(), 50, "r").expect("write");
        assert_eq!(order_of(&path), Some(7));
        assert_eq!(read(&path).expect("read"), episode());
        assert_eq!(read_header(&path).expect("header").fps, 50);
    }

    proptest! {
        #[test]
        fn broken_bytes_are_an_error(at in 0usize..400, value: u8, cut in 0usize..400) {
            let folder = tempfile::tempdir().expect("folder");
            let path = write(folder.path(), 0, &episode(), 50, "r").expect("write");
            let mut bytes = std::fs::read(&path).expect("read");
            let (at, cut) = (at % bytes.len(), cut % bytes.len());
            std::fs::write(&path, &bytes[..cut]).expect("write");
            prop_assert!(read(&path).is_err());
            bytes[at] = value;
            std::fs::write(&path, &bytes).expect("write");
            let _ = read(&path);
        }
    }
}
