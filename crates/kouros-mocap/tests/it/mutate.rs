//! Broken files by chance: seeded, so that every one of them can be made again.

use crate::seeds::zipped;

/// A pseudo-random sequence (xorshift64*, Vigna 2016).
pub struct Chance(u64);

impl Chance {
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    /// Below `n`.
    pub fn below(&mut self, n: usize) -> usize {
        if n == 0 { 0 } else { (self.next() >> 11) as usize % n }
    }
}

/// Words that readers of numbers and counts trip over.
const WORDS: [&[u8]; 28] = [
    b"nan",
    b"-inf",
    b"1e999",
    b"1e308",
    b"-1e308",
    b"1e-320",
    b"99999999999999999999",
    b"-1",
    b"0",
    b"{",
    b"}",
    b"JOINT",
    b"End Site",
    b"ROOT x {",
    b"MOTION",
    b"CHANNELS 6",
    b"CHANNELS",
    b"OFFSET",
    b"Frames:",
    b"Frame Time:",
    b":bonedata",
    b":hierarchy",
    b"begin",
    b"root",
    b"dof",
    b"axis",
    b"\0",
    b"\n",
];

/// Numbers that are read and lead astray what comes after reading.
const NUMBERS: [&[u8]; 14] =
    [b"0", b"-0", b"1", b"90", b"-180", b"1e308", b"-1e308", b"1e-308", b"1e160", b"1e20", b"-1e6", b"0.001", b"12345", b"1e-20"];

/// A seed broken in one to eight places; a third of them in numbers alone, so that more than the
/// syntax is tried.
pub fn broken(chance: &mut Chance, seeds: &[Vec<u8>]) -> Vec<u8> {
    if chance.below(3) == 0 {
        return other_numbers(chance, seeds);
    }
    let mut bytes = seeds[chance.below(seeds.len())].clone();
    for _ in 0..1 + chance.below(8) {
        let at = chance.below(bytes.len() + 1);
        let most = 1 << chance.below(10);
        let length = chance.below(most).min(bytes.len() - at);
        match chance.below(9) {
            0 if at < bytes.len() => bytes[at] ^= 1 << chance.below(8),
            1 if at < bytes.len() => bytes[at] = chance.below(256) as u8,
            2 => drop(bytes.drain(at..at + length)),
            3 => {
                let copy = bytes[at..at + length].to_vec();
                for _ in 0..1 + chance.below(4) {
                    bytes.splice(at..at, copy.iter().copied());
                }
            }
            4 => {
                let word = WORDS[chance.below(WORDS.len())];
                bytes.splice(at..at, [b" ", word, b" "].concat());
            }
            5 => replace_word(&mut bytes, at, WORDS[chance.below(WORDS.len())]),
            6 if chance.below(4) == 0 => bytes.truncate(at),
            7 => {
                let other = &seeds[chance.below(seeds.len())];
                let from = chance.below(other.len() + 1);
                let part = &other[from..from + chance.below(400).min(other.len() - from)];
                bytes.splice(at..at, part.iter().copied());
            }
            _ => {
                let number = chance.next().to_le_bytes();
                let n = length.min(8);
                bytes[at..at + n].copy_from_slice(&number[..n]);
            }
        }
        // Growth by copying copies stays a test, not a load.
        bytes.truncate(1 << 16);
    }
    bytes
}

/// A seed with other numbers.
fn other_numbers(chance: &mut Chance, seeds: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes = seeds[chance.below(seeds.len())].clone();
    let most = 1 << chance.below(7);
    for _ in 0..1 + chance.below(most) {
        let from = chance.below(bytes.len() + 1);
        if let Some(digit) = bytes[from..].iter().position(u8::is_ascii_digit) {
            let number = NUMBERS[chance.below(NUMBERS.len())];
            replace_word(&mut bytes, from + digit, number);
        }
    }
    bytes
}

/// Puts a word in the place of the one at `at`.
fn replace_word(bytes: &mut Vec<u8>, at: usize, word: &[u8]) {
    let blank = |b: &u8| b.is_ascii_whitespace();
    let start = bytes[..at].iter().rposition(blank).map_or(0, |p| p + 1);
    let end = bytes[at..].iter().position(blank).map_or(bytes.len(), |p| p + at);
    if end - start < 64 {
        bytes.splice(start..end, word.iter().copied());
    }
}

/// Half of the inputs are archives broken anywhere, which mostly break the checksum; the other
/// half are whole archives of broken arrays.
pub fn broken_npz(c: &mut Chance, seeds: &[Vec<u8>], parts: &[Vec<(String, Vec<u8>)>]) -> Vec<u8> {
    if c.below(2) == 0 {
        return broken(c, seeds);
    }
    let mut entries = parts[c.below(parts.len())].clone();
    let arrays: Vec<Vec<u8>> = entries.iter().map(|e| e.1.clone()).collect();
    for _ in 0..1 + c.below(3) {
        let i = c.below(entries.len());
        entries[i].1 = broken(c, &arrays[i..=i]);
    }
    zipped(&entries)
}
