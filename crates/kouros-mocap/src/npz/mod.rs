//! NumPy's files: single arrays (`.npy`) and zip archives of them (`.npz`), in and out.
//!
//! Lives here: bytes to arrays of numbers and text, whatever they mean. No Python object is ever
//! brought to life.

pub(crate) mod npy;
pub(crate) mod zip;

use crate::error::{Error, Result};
use npy::Array;
use zip::Archive;

/// The spellings of the rate.
const RATES: [&str; 6] = ["mocap_framerate", "mocap_frame_rate", "fps", "frame_rate", "framerate", "rate_hz"];

/// Frames a second by the archive in Hz.
///
/// # Errors
/// None of the arrays that state it is there, or it is no positive number.
pub(crate) fn rate(archive: &Archive) -> Result<f64> {
    for name in RATES {
        if let Some(Array::Numbers(n)) = npy::read(archive, name)? {
            return match n.values.first() {
                Some(v) if v.is_finite() && *v > 0.0 => Ok(*v),
                other => {
                    let (file, array) = (archive.file.to_owned(), name.to_owned());
                    let expected = "a positive number of frames a second".into();
                    Err(Error::Array { file, array, expected, found: format!("{other:?}") })
                }
            };
        }
    }
    let expected = format!("a rate: one of the arrays {}, or --source-rate", kouros_motion::list_names(RATES));
    Err(Error::Missing { file: archive.file.to_owned(), expected, found: "none".into() })
}

/// An archive of these arrays (name, type, shape, data in the file's order), for writers and tests.
pub(crate) fn pack(arrays: &[(&str, &str, &[usize], Vec<u8>)]) -> Vec<u8> {
    let entry =
        |(name, descr, shape, data): &(&str, &str, &[usize], Vec<u8>)| (format!("{name}.npy"), npy::write(descr, shape, data));
    zip::write(&arrays.iter().map(entry).collect::<Vec<_>>())
}
