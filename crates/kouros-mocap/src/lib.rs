//! Motion-capture formats (bytes) to [`Motion`](kouros_motion::Motion) and [`Anatomy`](kouros_motion::Anatomy).

mod acclaim;
mod bvh;
mod clip;
mod error;
mod format;
mod import;
mod infer;
mod options;
mod positions;
mod recognise;
mod recording;
mod smpl;

pub use clip::Clip;
pub use error::{Error, Result};
pub use format::{Format, needs_skeleton_file};
pub use options::{Companions, ImportOptions, Up};
pub use positions::positions_npz;

use kouros_motion::Report;

/// Reads a clip.
///
/// # Errors
/// Bytes in no known format, or broken ones.
pub fn read(name: &str, bytes: &[u8], companions: &Companions, options: &ImportOptions, report: &mut Report) -> Result<Clip> {
    let format = format::detect(name, bytes, report)?;
    let recording = match format {
        Format::Bvh => bvh::read(name, bytes, report)?,
        Format::Amc => acclaim::read(name, bytes, companions, options.rate_hz, report)?,
        Format::SmplNpz => smpl::read(name, bytes, companions, options.rate_hz, report)?,
    };
    import::import(name, recording, options, report)
}
