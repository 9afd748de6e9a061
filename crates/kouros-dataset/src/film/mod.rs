//! An episode's part of a film as a film of its own, nothing encoded anew.
//!
//! Lives here: MP4 (ISO/IEC 14496-12) as far as a cut at a key frame needs it: one picture track,
//! its table of samples, one run of them copied. Does not: decoding, or anything about codecs.

mod boxes;
mod samples;

use crate::{Error, Result};
use boxes::{Boxes, boxed, full};
use samples::{Sample, Track};
use std::fs::File;
use std::io::{BufWriter, Read, Seek, SeekFrom, Write};
use std::path::Path;

/// Bytes copied at a time.
const PIECE: usize = 1 << 20;

/// Writes the frames of `path` that are shown in `seconds` (from, to) into the new file `to`. Sound
/// is left out.
///
/// # Errors
/// The file is no MP4 with a table of samples; there is no frame in that time, or no key frame at
/// its beginning; the disk refuses.
pub(crate) fn cut(path: &Path, seconds: [f64; 2], to: &Path) -> Result<()> {
    let mut file = File::open(path).map_err(Error::io("read", path))?;
    let bytes = file.metadata().map_err(Error::io("read", path))?.len();
    let wrong = |expected: &str, found: String| Error::malformed(path, expected, found);
    let moov = top_level(&mut file, bytes, b"moov").map_err(|found| wrong("an MP4 film", found))?;
    let track = Track::of_pictures(&moov, bytes).map_err(|found| wrong("an MP4 film with a table of samples", found))?;
    let run = track.between(seconds).map_err(|found| {
        wrong(&format!("a film with frames from {:.3} to {:.3} s, the first a key frame", seconds[0], seconds[1]), found)
    })?;
    let ftyp = top_level(&mut file, bytes, b"ftyp").unwrap_or_else(|_| b"isom\0\0\x02\0isomiso2mp41".to_vec());
    let mut head = boxed(b"ftyp", &ftyp);
    // The table of samples says where they are, which is behind itself: its size does not depend on that.
    let size = described(&track, run, 0).len();
    let at = (head.len() + size + 16) as u64;
    head.extend(described(&track, run, at));
    let data: u64 = run.iter().map(|s| u64::from(s.size)).sum();
    head.extend([0, 0, 0, 1]);
    head.extend(b"mdat");
    head.extend((data + 16).to_be_bytes());
    let mut write = || -> std::io::Result<()> {
        let mut out = BufWriter::new(File::create_new(to)?);
        out.write_all(&head)?;
        let mut piece = vec![0; PIECE];
        for sample in run {
            file.seek(SeekFrom::Start(sample.at))?;
            let mut left = sample.size as usize;
            while left > 0 {
                let some = left.min(PIECE);
                file.read_exact(&mut piece[..some])?;
                out.write_all(&piece[..some])?;
                left -= some;
            }
        }
        out.into_inner().map_err(|e| e.into_error())?.sync_all()
    };
    write().map_err(Error::io("write", to))
}

/// The content of the file's box of this kind.
fn top_level(file: &mut File, bytes: u64, kind: &[u8; 4]) -> std::result::Result<Vec<u8>, String> {
    let (mut at, mut seen) = (0u64, Vec::new());
    while at + 8 <= bytes {
        let mut head = [0; 16];
        let some = (bytes - at).min(16) as usize;
        file.seek(SeekFrom::Start(at)).and_then(|_| file.read_exact(&mut head[..some])).map_err(|e| e.to_string())?;
        let long = u32::from_be_bytes([head[0], head[1], head[2], head[3]]);
        let (start, size) = match long {
            0 => (8, bytes - at),
            1 => (16, u64::from_be_bytes([head[8], head[9], head[10], head[11], head[12], head[13], head[14], head[15]])),
            n => (8, u64::from(n)),
        };
        if size < start || size > bytes - at {
            return Err(format!("a box of {size} bytes at byte {at} of {bytes}"));
        }
        if head[4..8] == kind[..] {
            let mut content = Vec::new();
            file.seek(SeekFrom::Start(at + start))
                .and_then(|_| file.take(size - start).read_to_end(&mut content))
                .map_err(|e| e.to_string())?;
            return Ok(content);
        }
        seen.push(String::from_utf8_lossy(&head[4..8]).into_owned());
        at += size;
    }
    Err(format!("no box '{}' among {}", String::from_utf8_lossy(kind), kouros_motion::list_names(seen)))
}

/// The box `moov` of a film of these samples, which are one behind the other from byte `at`.
fn described(track: &Track, run: &[Sample], at: u64) -> Vec<u8> {
    let first = run.first().map_or(0, |s| s.decoded);
    let duration: u64 = run.iter().map(|s| u64::from(s.lasts)).sum();
    let in_movie = u128::from(duration) * u128::from(track.movie_scale) / u128::from(track.scale.max(1));
    let in_movie = u64::try_from(in_movie).unwrap_or(u64::MAX);
    // Shown from zero on: what the first frame is shown after its decoding is taken off by an edit.
    let shown = run.iter().map(|s| s.decoded as i64 + i64::from(s.shown_after) - first as i64).min().unwrap_or(0);
    let edit = full(1, 0, &[&1u32.to_be_bytes(), &in_movie.to_be_bytes(), &shown.to_be_bytes(), &[0, 1, 0, 0]]);
    let edts = boxed(b"edts", &boxed(b"elst", &edit));

    let runs = |values: &mut dyn Iterator<Item = u32>| -> Vec<u8> {
        let mut list: Vec<(u32, u32)> = Vec::new();
        for value in values {
            match list.last_mut() {
                Some((count, last)) if *last == value => *count += 1,
                _ => list.push((1, value)),
            }
        }
        let mut out = (list.len() as u32).to_be_bytes().to_vec();
        list.iter().for_each(|(count, value)| out.extend([count.to_be_bytes(), value.to_be_bytes()].concat()));
        out
    };
    let mut stbl = boxed(b"stsd", &track.stsd);
    stbl.extend(boxed(b"stts", &full(0, 0, &[&runs(&mut run.iter().map(|s| s.lasts))])));
    if run.iter().any(|s| s.shown_after != 0) {
        stbl.extend(boxed(b"ctts", &full(1, 0, &[&runs(&mut run.iter().map(|s| s.shown_after as u32))])));
    }
    if run.iter().any(|s| !s.key) {
        let keys: Vec<u32> = run.iter().zip(1u32..).filter(|(s, _)| s.key).map(|(_, n)| n).collect();
        let list: Vec<u8> = keys.iter().flat_map(|n| n.to_be_bytes()).collect();
        stbl.extend(boxed(b"stss", &full(0, 0, &[&(keys.len() as u32).to_be_bytes(), &list])));
    }
    let count = (run.len() as u32).to_be_bytes();
    let sizes: Vec<u8> = run.iter().flat_map(|s| s.size.to_be_bytes()).collect();
    stbl.extend(boxed(b"stsz", &full(0, 0, &[&[0; 4], &count, &sizes])));
    stbl.extend(boxed(b"stsc", &full(0, 0, &[&1u32.to_be_bytes(), &1u32.to_be_bytes(), &count, &1u32.to_be_bytes()])));
    stbl.extend(boxed(b"co64", &full(0, 0, &[&1u32.to_be_bytes(), &at.to_be_bytes()])));

    let minf = boxed(b"minf", &[track.minf.clone(), boxed(b"stbl", &stbl)].concat());
    let mdhd = full(1, 0, &[&[0; 16], &track.scale.to_be_bytes(), &duration.to_be_bytes(), &track.language, &[0; 2]]);
    let mdia = boxed(b"mdia", &[boxed(b"mdhd", &mdhd), boxed(b"hdlr", &track.hdlr), minf].concat());
    // Enabled, in the movie, in the preview; the matrix and size as they were.
    let tkhd = full(1, 7, &[&[0; 16], &1u32.to_be_bytes(), &[0; 4], &in_movie.to_be_bytes(), &track.look]);
    let trak = boxed(b"trak", &[boxed(b"tkhd", &tkhd), edts, mdia].concat());
    let unity: Vec<u8> = [0x1_0000u32, 0, 0, 0, 0x1_0000, 0, 0, 0, 0x4000_0000].iter().flat_map(|v| v.to_be_bytes()).collect();
    let mvhd = full(
        1,
        0,
        &[
            &[0; 16],
            &track.movie_scale.to_be_bytes(),
            &in_movie.to_be_bytes(),
            &[0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
            &unity,
            &[0; 24],
            &2u32.to_be_bytes(),
        ],
    );
    boxed(b"moov", &[boxed(b"mvhd", &mvhd), trak].concat())
}

/// The box of this kind in the content of another, or what is there instead.
fn inner<'a>(content: &'a [u8], kind: &[u8; 4]) -> std::result::Result<&'a [u8], String> {
    let none = || format!("no box '{}'", String::from_utf8_lossy(kind));
    Boxes(content).find(|(k, _)| k == kind).map(|(_, content)| content).ok_or_else(none)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::fs;

    /// A film of frames at 10 Hz, a key frame every third, frame k of k + 1 bytes of value k.
    fn film(frames: u32) -> Vec<u8> {
        let sample = |k: u32| Sample {
            at: 0,
            size: k + 1,
            decoded: u64::from(k) * 100,
            lasts: 100,
            shown_after: 0,
            key: k.is_multiple_of(3),
        };
        let samples: Vec<Sample> = (0..frames).map(sample).collect();
        let dinf = boxed(b"vmhd", &[0; 12]);
        let track = Track {
            scale: 1000,
            movie_scale: 1000,
            stsd: vec![0; 8],
            minf: dinf,
            hdlr: [&[0; 8][..], b"vide", &[0; 12]].concat(),
            look: vec![0; 60],
            language: [0x55, 0xC4],
            samples: Vec::new(),
            shown_from: 0,
        };
        let mut out = boxed(b"ftyp", b"isom\0\0\0\0");
        let at = out.len() + described(&track, &samples, 0).len() + 8;
        out.extend(described(&track, &samples, at as u64));
        let data: Vec<u8> = (0..frames).flat_map(|k| vec![k as u8; k as usize + 1]).collect();
        out.extend(boxed(b"mdat", &data));
        out
    }

    fn cut_of(bytes: &[u8], seconds: [f64; 2]) -> Result<Vec<u8>> {
        let folder = tempfile::tempdir().expect("folder");
        let (from, to) = (folder.path().join("a.mp4"), folder.path().join("b.mp4"));
        fs::write(&from, bytes).expect("write");
        cut(&from, seconds, &to)?;
        Ok(fs::read(&to).expect("read"))
    }

    #[test]
    fn frames_of_the_middle_and_nothing_else() {
        let out = cut_of(&film(12), [0.3, 0.7]).expect("cut");
        let expected: Vec<u8> = (3u8..7).flat_map(|k| vec![k; usize::from(k) + 1]).collect();
        assert!(out.ends_with(&expected) && !out.ends_with(&[&[2][..], &expected].concat()));
        // What was cut is a film again: its first frame alone.
        let again = cut_of(&out, [0.0, 0.1]).expect("cut");
        assert!(again.ends_with(&[3; 4]) && !again.ends_with(&[3; 5]));
    }

    #[test]
    fn a_cut_between_key_frames_is_refused() {
        let message = cut_of(&film(12), [0.4, 0.7]).expect_err("no key frame").to_string();
        assert!(message.contains("0.400 to 0.700 s") && message.contains("no key frame"), "{message}");
        assert!(cut_of(&film(12), [5.0, 6.0]).expect_err("behind").to_string().contains("no frame"));
        assert!(cut_of(b"nothing of the kind", [0.0, 1.0]).is_err());
    }

    proptest! {
        #[test]
        fn broken_films_end_in_an_answer(at in 0usize..800, value: u8, to in 0usize..800) {
            let mut bytes = film(12);
            let (at, to) = (at % bytes.len(), to % bytes.len());
            prop_assert!(cut_of(&bytes[..to], [0.0, 2.0]).is_err());
            bytes[at] = value;
            let _ = cut_of(&bytes, [0.0, 2.0]);
        }
    }
}
