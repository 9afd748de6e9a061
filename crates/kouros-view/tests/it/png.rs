//! Pixels of a screenshot: PNG of eight bits, as browsers write it (the PNG specification, third
//! edition, sections 9 and 11).

/// A picture.
pub struct Picture {
    pub width: usize,
    pub height: usize,
    pixels: Vec<[u8; 3]>,
}

impl Picture {
    pub fn at(&self, x: usize, y: usize) -> [u8; 3] {
        self.pixels[y * self.width + x]
    }

    /// How many pixels are another colour in the other picture, by more than a little.
    pub fn differing(&self, other: &Self) -> usize {
        assert_eq!((self.width, self.height), (other.width, other.height));
        self.pixels.iter().zip(&other.pixels).filter(|(a, b)| apart(**a, **b) > 24).count()
    }

    /// How many pixels are another colour than this one.
    pub fn unlike(&self, colour: [u8; 3]) -> usize {
        self.pixels.iter().filter(|p| apart(**p, colour) > 24).count()
    }
}

/// The largest difference of two colours in one of their parts.
fn apart(a: [u8; 3], b: [u8; 3]) -> u8 {
    a.iter().zip(&b).map(|(a, b)| a.abs_diff(*b)).max().unwrap_or(0)
}

pub fn read(bytes: &[u8]) -> Picture {
    assert_eq!(&bytes[..8], b"\x89PNG\r\n\x1a\n");
    let number = |at: usize| u32::from_be_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]]) as usize;
    let (mut at, mut packed, mut head) = (8, Vec::new(), (0, 0, 0));
    while at < bytes.len() {
        let (length, kind) = (number(at), &bytes[at + 4..at + 8]);
        let body = &bytes[at + 8..at + 8 + length];
        match kind {
            b"IHDR" => {
                assert_eq!((body[8], body[12]), (8, 0), "eight bits, not interlaced");
                head = (number(at + 8), number(at + 12), if body[9] == 6 { 4 } else { 3 });
            }
            b"IDAT" => packed.extend_from_slice(body),
            _ => {}
        }
        at += length + 12;
    }
    let (width, height, size) = head;
    let raw = miniz_oxide::inflate::decompress_to_vec_zlib(&packed).expect("zlib");
    let stride = width * size;
    let mut lines = vec![0u8; stride * (height + 1)];
    for y in 0..height {
        let filter = raw[y * (stride + 1)];
        for x in 0..stride {
            let here = stride * (y + 1) + x;
            let left = if x >= size { lines[here - size] } else { 0 };
            let above = lines[here - stride];
            let corner = if x >= size { lines[here - stride - size] } else { 0 };
            let guess = match filter {
                0 => 0,
                1 => left,
                2 => above,
                3 => ((u16::from(left) + u16::from(above)) / 2) as u8,
                _ => paeth(left, above, corner),
            };
            lines[here] = raw[y * (stride + 1) + 1 + x].wrapping_add(guess);
        }
    }
    let pixels = lines[stride..].chunks_exact(size).map(|p| [p[0], p[1], p[2]]).collect();
    Picture { width, height, pixels }
}

fn paeth(left: u8, above: u8, corner: u8) -> u8 {
    let guess = i16::from(left) + i16::from(above) - i16::from(corner);
    let far = |v: u8| (guess - i16::from(v)).abs();
    if far(left) <= far(above) && far(left) <= far(corner) {
        left
    } else if far(above) <= far(corner) {
        above
    } else {
        corner
    }
}
