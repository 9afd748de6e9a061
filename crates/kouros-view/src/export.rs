//! Page and data as plain files, for any static host.
//!
//! The folder appears whole or not at all: it is made beside its place and then renamed.

use crate::{Body, Error, Result, Show};
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

/// What was written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Exported {
    /// Files.
    pub files: usize,
    /// Bytes.
    pub bytes: u64,
    /// Names whose data could not be read, with why; the page shows those as missing.
    pub unreadable: Vec<(String, String)>,
}

/// Writes all of `show` into the new folder `to`. `told` hears how many of how many files are done.
///
/// # Errors
/// The program has no page; the folder holds something; the disk refuses.
pub fn export(show: &Show, to: &Path, told: &mut dyn FnMut(usize, usize)) -> Result<Exported> {
    if !crate::has_page() {
        return Err(Error::NoPage);
    }
    refuse_occupied(to)?;
    let beside = beside(to);
    if beside.exists() {
        fs::remove_dir_all(&beside).map_err(Error::disk("remove", &beside))?;
    }
    let written = fill(show, &beside, told);
    let done = written.and_then(|exported| {
        if to.exists() {
            fs::remove_dir(to).map_err(Error::disk("replace", to))?; // empty, as found above
        }
        fs::rename(&beside, to).map_err(Error::disk("make", to))?;
        Ok(exported)
    });
    if done.is_err() {
        let _ = fs::remove_dir_all(&beside);
    }
    done
}

fn refuse_occupied(to: &Path) -> Result<()> {
    let found = match fs::read_dir(to) {
        Err(_) if !to.exists() => return Ok(()),
        Err(_) => "a file".to_owned(),
        Ok(mut entries) => match entries.next() {
            None => return Ok(()),
            Some(_) => "a folder with files in it".to_owned(),
        },
    };
    Err(Error::Occupied { path: to.to_owned(), found })
}

/// The folder in which the export grows.
fn beside(to: &Path) -> PathBuf {
    let name = to.file_name().map_or_else(|| "export".into(), |n| n.to_string_lossy().into_owned());
    to.with_file_name(format!(".{name}.partial-{}", std::process::id()))
}

fn fill(show: &Show, folder: &Path, told: &mut dyn FnMut(usize, usize)) -> Result<Exported> {
    let names = show.names()?;
    let mut out = Exported::default();
    for (done, name) in names.iter().enumerate() {
        told(done, names.len());
        let answer = match show.answer(name) {
            Ok(Some(answer)) => answer,
            Ok(None) => continue,
            Err(e) => {
                out.unreadable.push((name.clone(), e.to_string()));
                continue;
            }
        };
        let path = folder.join(name);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent).map_err(Error::disk("make", parent))?;
        }
        let length = answer.length();
        match answer.body {
            Body::Bytes(bytes) => fs::write(&path, &bytes).map_err(Error::disk("write", &path))?,
            Body::File(file, length) => {
                let mut to = fs::File::create(&path).map_err(Error::disk("write", &path))?;
                std::io::copy(&mut file.take(length), &mut to).map_err(Error::disk("write", &path))?;
            }
        }
        out.files += 1;
        out.bytes += length;
    }
    told(names.len(), names.len());
    Ok(out)
}
