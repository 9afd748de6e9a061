//! From a dataset's templates of paths to files below its folder, and nowhere else.

use super::{LooseInfo, Topic, Trouble};
use crate::layout::{DATA, DATA_PATH, INFO, tables};
use crate::{Error, Result};
use std::path::{Component, Path, PathBuf};

/// The template of v2's files of frames.
const DATA_PATH_V2: &str = "data/chunk-{episode_chunk:03d}/episode_{episode_index:06d}.parquet";

/// The template that datasets of this version have.
pub(super) fn usual(major: u32) -> &'static str {
    if major == 2 { DATA_PATH_V2 } else { DATA_PATH }
}

/// The files of frames there are, as the field's loaders find them: `data/*/*.parquet`. A template
/// that leads elsewhere is told and not followed.
pub(super) fn files(root: &Path, info: &LooseInfo, troubles: &mut Vec<Trouble>) -> Result<Vec<PathBuf>> {
    let sample = filled(&info.data_path, &[("episode_chunk", 0), ("episode_index", 0), ("chunk_index", 0), ("file_index", 0)]);
    match sample {
        Err(found) => troubles.push(Trouble::new(Topic::File, INFO, "a data_path that stays in the dataset", found)),
        Ok(path) if !path.starts_with(DATA) || path.components().count() != 3 => {
            let found = format!("'{}'", info.data_path);
            troubles.push(Trouble::new(Topic::File, INFO, format!("data_path '{}'", usual(info.major)), found));
        }
        Ok(_) => {}
    }
    if let Some(Err(found)) = info.video_path.as_ref().map(|t| {
        let numbers = [("episode_chunk", 0), ("episode_index", 0), ("chunk_index", 0), ("file_index", 0)];
        filled(&t.replace("{video_key}", "key"), &numbers)
    }) {
        troubles.push(Trouble::new(Topic::File, INFO, "a video_path that stays in the dataset", found));
    }
    let found = tables(root, DATA)?;
    let relative = |p: &PathBuf| p.strip_prefix(root).map(Path::to_owned);
    found
        .iter()
        .map(relative)
        .collect::<std::result::Result<_, _>>()
        .map_err(|_| Error::malformed(root, "files below the dataset's folder", "a path outside"))
}

/// A template of Python's `format` with these numbers in it, as a path that cannot leave the folder
/// it is joined to.
pub(crate) fn filled(template: &str, numbers: &[(&str, usize)]) -> std::result::Result<PathBuf, String> {
    let mut out = String::new();
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        let (field, behind) = after.split_once('}').ok_or_else(|| format!("'{template}' with an open brace"))?;
        let (name, format) = field.split_once(':').unwrap_or((field, ""));
        let number = numbers.iter().find(|(n, _)| *n == name).ok_or_else(|| format!("'{template}' with '{name}'"))?.1;
        let width = format.trim_end_matches('d').trim_start_matches('0');
        let width =
            if width.is_empty() { 0 } else { width.parse().ok().filter(|w| *w <= 20).ok_or_else(|| format!("'{field}'"))? };
        out.push_str(before);
        out.push_str(&format!("{number:0width$}"));
        rest = behind;
    }
    out.push_str(rest);
    let path = PathBuf::from(out);
    let inside = !template.contains('\\') && path.components().all(|c| matches!(c, Component::Normal(_)));
    if inside { Ok(path) } else { Err(format!("'{template}', which leaves the dataset's folder")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn templates_by_hand() {
        let numbers = [("chunk_index", 2), ("file_index", 31)];
        assert_eq!(filled(DATA_PATH, &numbers).expect("usual"), PathBuf::from("data/chunk-002/file-031.parquet"));
        for bad in ["/etc/{file_index}", "data/../../{file_index}", "{nobody}", "data/{file_index", "{file_index:099d}"] {
            assert!(filled(bad, &numbers).is_err(), "{bad}");
        }
    }
}
