//! The picture track of a film and its samples: where each is, when it is decoded and shown.

use super::boxes::{Boxes, Numbers};
use super::inner;

type Found<T> = Result<T, String>;

/// A frame as it is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Sample {
    /// Where it begins in the file.
    pub at: u64,
    /// Its bytes.
    pub size: u32,
    /// When it is decoded [ticks].
    pub decoded: u64,
    /// How long it lasts [ticks].
    pub lasts: u32,
    /// How much later than decoded it is shown [ticks].
    pub shown_after: i32,
    /// Whether it needs no other to be decoded.
    pub key: bool,
}

/// A picture track.
pub(super) struct Track {
    /// Ticks a second, of the track and of the film.
    pub scale: u32,
    pub movie_scale: u32,
    /// What decoders need to know, word for word.
    pub stsd: Vec<u8>,
    /// What stands in `minf` beside the tables.
    pub minf: Vec<u8>,
    pub hdlr: Vec<u8>,
    /// Layer, volume, matrix and size.
    pub look: Vec<u8>,
    pub language: [u8; 2],
    pub samples: Vec<Sample>,
    /// What an edit list takes off the times of showing [ticks].
    pub shown_from: i64,
}

impl Track {
    /// The first picture track of the content of a `moov`, of a film of so many bytes.
    pub fn of_pictures(moov: &[u8], bytes: u64) -> Found<Self> {
        if Boxes(moov).any(|(kind, _)| &kind == b"mvex") {
            return Err("a film in fragments".into());
        }
        let mvhd = inner(moov, b"mvhd")?;
        let version = *mvhd.first().ok_or("an empty box 'mvhd'")?;
        let mut numbers = Numbers(mvhd);
        numbers.bytes(if version == 1 { 20 } else { 12 })?;
        let movie_scale = numbers.u32()?;
        let is_pictures = |trak: &&[u8]| {
            let hdlr = inner(trak, b"mdia").and_then(|mdia| inner(mdia, b"hdlr"));
            hdlr.is_ok_and(|h| h.get(8..12) == Some(&b"vide"[..]))
        };
        let trak =
            Boxes(moov).filter(|(kind, _)| kind == b"trak").map(|(_, c)| c).find(is_pictures).ok_or("no track of pictures")?;
        let mdia = inner(trak, b"mdia")?;
        let (scale, language) = media(inner(mdia, b"mdhd")?)?;
        let minf = inner(mdia, b"minf")?;
        let stbl = inner(minf, b"stbl")?;
        let beside = Boxes(minf).filter(|(kind, _)| kind != b"stbl").flat_map(|(kind, c)| super::boxed(&kind, c)).collect();
        let tkhd = inner(trak, b"tkhd")?;
        let before = if tkhd.first() == Some(&1) { 36 } else { 24 };
        let look = tkhd.get(before..before + 60).ok_or("a short box 'tkhd'")?.to_vec();
        Ok(Self {
            scale,
            movie_scale,
            stsd: inner(stbl, b"stsd")?.to_vec(),
            minf: beside,
            hdlr: inner(mdia, b"hdlr")?.to_vec(),
            look,
            language,
            samples: samples(stbl, bytes)?,
            shown_from: inner(trak, b"edts").and_then(|edts| edit(inner(edts, b"elst")?)).unwrap_or(0),
        })
    }

    /// The samples shown from one second until before another, one after the other as stored.
    pub fn between(&self, seconds: [f64; 2]) -> Found<&[Sample]> {
        let shown = |s: &Sample| (s.decoded as i64 + i64::from(s.shown_after) - self.shown_from) as f64 / f64::from(self.scale);
        // A frame is meant where it begins; half of one is room for rounding.
        let half = |s: &Sample| 0.5 * f64::from(s.lasts) / f64::from(self.scale);
        let inside = |s: &Sample| (seconds[0]..seconds[1]).contains(&(shown(s) + half(s)));
        let first = self.samples.iter().position(inside).ok_or_else(|| format!("no frame among {}", self.samples.len()))?;
        let last = self.samples.iter().rposition(inside).unwrap_or(first);
        let run = self.samples.get(first..=last).unwrap_or_default();
        match run.first() {
            Some(s) if s.key && run.iter().all(inside) => Ok(run),
            Some(s) if s.key => Err("frames of other times among them".into()),
            _ => Err("no key frame there".into()),
        }
    }
}

/// Ticks a second, and the language.
fn media(mdhd: &[u8]) -> Found<(u32, [u8; 2])> {
    let version = *mdhd.first().ok_or("an empty box 'mdhd'")?;
    let mut numbers = Numbers(mdhd);
    numbers.bytes(if version == 1 { 20 } else { 12 })?;
    let scale = numbers.u32()?;
    numbers.time(version)?;
    let language = numbers.bytes(2)?;
    if scale == 0 { Err("0 ticks a second".into()) } else { Ok((scale, [language[0], language[1]])) }
}

/// What an edit list of one entry takes off.
fn edit(elst: &[u8]) -> Found<i64> {
    let version = *elst.first().ok_or("an empty box 'elst'")?;
    let mut numbers = Numbers(elst);
    numbers.bytes(4)?;
    let count = numbers.u32()?;
    numbers.time(version)?;
    let from = numbers.time(version)?;
    let from = if version == 1 { from as i64 } else { i64::from(from as u32 as i32) };
    if count == 1 && from >= 0 { Ok(from) } else { Err("an edit list of several entries".into()) }
}

/// The tables as one list. Every sample takes a byte of the file, so a claim of more is a lie.
fn samples(stbl: &[u8], bytes: u64) -> Found<Vec<Sample>> {
    let mut sizes = Numbers(inner(stbl, b"stsz")?);
    sizes.bytes(4)?;
    let (same, count) = (sizes.u32()?, sizes.u32()? as usize);
    if count as u64 > bytes || (same == 0 && count.checked_mul(4).is_none_or(|n| n > sizes.0.len())) {
        return Err(format!("{count} samples in a film of {bytes} bytes"));
    }
    let mut out = Vec::with_capacity(count);
    for _ in 0..count {
        let size = if same > 0 { same } else { sizes.u32()? };
        out.push(Sample { at: 0, size, decoded: 0, lasts: 0, shown_after: 0, key: true });
    }
    times(&mut out, inner(stbl, b"stts")?)?;
    if let Ok(ctts) = inner(stbl, b"ctts") {
        let mut next = out.iter_mut();
        runs(ctts, |value| next.next().map(|s| s.shown_after = value as i32))?;
    }
    if let Ok(stss) = inner(stbl, b"stss") {
        out.iter_mut().for_each(|s| s.key = false);
        let mut numbers = Numbers(stss);
        numbers.bytes(4)?;
        for _ in 0..numbers.count(4)? {
            let number = numbers.u32()? as usize;
            if let Some(s) = number.checked_sub(1).and_then(|n| out.get_mut(n)) {
                s.key = true;
            }
        }
    }
    places(&mut out, stbl)?;
    match out.iter().find(|s| s.at.checked_add(u64::from(s.size)).is_none_or(|end| end > bytes)) {
        Some(s) => Err(format!("a sample of {} bytes at byte {} of {bytes}", s.size, s.at)),
        None => Ok(out),
    }
}

fn times(samples: &mut [Sample], stts: &[u8]) -> Found<()> {
    let (mut at, mut given, count) = (0u64, 0, samples.len());
    let mut next = samples.iter_mut();
    runs(stts, |lasts| {
        next.next().map(|s| {
            (s.decoded, s.lasts) = (at, lasts);
            at += u64::from(lasts);
            given += 1;
        })
    })?;
    if given == count { Ok(()) } else { Err(format!("{given} times of {count} samples")) }
}

/// Goes through a list of (count, value), until `each` wants no more.
fn runs(table: &[u8], mut each: impl FnMut(u32) -> Option<()>) -> Found<()> {
    let mut numbers = Numbers(table);
    numbers.bytes(4)?;
    for _ in 0..numbers.count(8)? {
        let (count, value) = (numbers.u32()?, numbers.u32()?);
        for _ in 0..count {
            if each(value).is_none() {
                return Ok(());
            }
        }
    }
    Ok(())
}

/// Where each sample is: chunks begin at listed bytes, and hold so many samples each.
fn places(samples: &mut [Sample], stbl: &[u8]) -> Found<()> {
    let mut chunks = Vec::new();
    let (table, wide) = match inner(stbl, b"stco") {
        Ok(table) => (table, false),
        Err(_) => (inner(stbl, b"co64")?, true),
    };
    let mut numbers = Numbers(table);
    numbers.bytes(4)?;
    for _ in 0..numbers.count(if wide { 8 } else { 4 })? {
        chunks.push(if wide { numbers.u64()? } else { u64::from(numbers.u32()?) });
    }
    let mut numbers = Numbers(inner(stbl, b"stsc")?);
    numbers.bytes(4)?;
    let mut spans = Vec::new();
    for _ in 0..numbers.count(12)? {
        spans.push((numbers.u32()? as usize, numbers.u32()? as usize));
        numbers.u32()?;
    }
    let (mut next, mut span) = (samples.iter_mut(), 0);
    for (chunk, start) in (1..).zip(chunks) {
        while spans.get(span + 1).is_some_and(|(first, _)| *first <= chunk) {
            span += 1;
        }
        let Some((_, held)) = spans.get(span).filter(|(first, _)| *first <= chunk) else {
            return Err(format!("no number of samples for chunk {chunk}"));
        };
        let mut at = start;
        for _ in 0..*held {
            let Some(sample) = next.next() else { return Ok(()) };
            sample.at = at;
            at = at.saturating_add(u64::from(sample.size));
        }
    }
    if next.next().is_some() { Err("fewer places than samples".into()) } else { Ok(()) }
}
