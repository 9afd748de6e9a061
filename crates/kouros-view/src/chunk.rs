//! Frames in pieces: little-endian `f32`, feature after feature.
//!
//! A piece holds [`CHUNK_FRAMES`] frames (the last of an episode the rest). For every feature, in
//! the order of the index, all its values of these frames, frame by frame.

use serde::Serialize;

/// Frames in a piece.
pub const CHUNK_FRAMES: usize = 512;

/// Features wider than this are no robot's and are not shown.
pub(crate) const WIDEST: usize = 4096;

/// One feature of a piece.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Stream {
    /// The feature's name.
    pub name: String,
    /// What its values are, one name each.
    pub dims: Vec<String>,
}

/// The frames of piece `piece` of an episode of `length` frames; `None` where there are none.
pub(crate) fn frames_of(piece: usize, length: usize) -> Option<std::ops::Range<usize>> {
    let start = piece.checked_mul(CHUNK_FRAMES)?;
    (start < length).then(|| start..(start + CHUNK_FRAMES).min(length))
}

/// How many pieces an episode of `length` frames has.
pub(crate) fn pieces(length: usize) -> usize {
    length.div_ceil(CHUNK_FRAMES)
}

/// Appends numbers.
pub(crate) fn push(out: &mut Vec<u8>, values: impl IntoIterator<Item = f64>) {
    for value in values {
        out.extend_from_slice(&(value as f32).to_le_bytes());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_by_hand() {
        assert_eq!((pieces(0), pieces(1), pieces(512), pieces(513)), (0, 1, 1, 2));
        assert_eq!(frames_of(1, 513), Some(512..513));
        assert_eq!(frames_of(1, 512), None);
        assert_eq!(frames_of(usize::MAX, 512), None);
        let mut out = Vec::new();
        push(&mut out, [1.0, f64::NAN]);
        assert_eq!(out[..4], [0, 0, 128, 63]);
        assert!(f32::from_le_bytes([out[4], out[5], out[6], out[7]]).is_nan());
    }
}
