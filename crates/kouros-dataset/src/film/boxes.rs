//! The boxes an MP4 is made of: four bytes of size, four of kind, content.

/// Goes through the boxes in the content of another; ends where a size makes no sense.
pub(super) struct Boxes<'a>(pub &'a [u8]);

impl<'a> Iterator for Boxes<'a> {
    type Item = ([u8; 4], &'a [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        let head: [u8; 8] = self.0.get(..8)?.try_into().ok()?;
        let [a, b, c, d, kind @ ..] = head;
        let (start, size) = match u32::from_be_bytes([a, b, c, d]) {
            0 => (8, self.0.len()),
            1 => (16, usize::try_from(u64::from_be_bytes(self.0.get(8..16)?.try_into().ok()?)).ok()?),
            size => (8, size as usize),
        };
        let content = self.0.get(start..size)?;
        self.0 = self.0.get(size..)?;
        Some((kind, content))
    }
}

/// A box.
pub(super) fn boxed(kind: &[u8; 4], content: &[u8]) -> Vec<u8> {
    let mut out = (content.len() as u32 + 8).to_be_bytes().to_vec();
    out.extend(kind);
    out.extend(content);
    out
}

/// The content of a box with a version and flags.
pub(super) fn full(version: u8, flags: u8, parts: &[&[u8]]) -> Vec<u8> {
    let mut out = vec![version, 0, 0, flags];
    parts.iter().for_each(|p| out.extend(*p));
    out
}

/// Numbers one after another, big-endian.
pub(super) struct Numbers<'a>(pub &'a [u8]);

impl Numbers<'_> {
    pub fn bytes(&mut self, count: usize) -> Result<Vec<u8>, String> {
        let some = self.0.get(..count).ok_or("too few bytes")?.to_vec();
        self.0 = &self.0[count..];
        Ok(some)
    }

    pub fn u32(&mut self) -> Result<u32, String> {
        let b = self.bytes(4)?;
        Ok(u32::from_be_bytes([b[0], b[1], b[2], b[3]]))
    }

    pub fn u64(&mut self) -> Result<u64, String> {
        Ok(u64::from(self.u32()?) << 32 | u64::from(self.u32()?))
    }

    /// 32 or 64 bits, as the version of the box has it.
    pub fn time(&mut self, version: u8) -> Result<u64, String> {
        if version == 1 { self.u64() } else { self.u32().map(u64::from) }
    }

    /// The number of entries of `size` bytes, which must be there.
    pub fn count(&mut self, size: usize) -> Result<usize, String> {
        let count = self.u32()? as usize;
        if count.checked_mul(size).is_none_or(|n| n > self.0.len()) {
            return Err(format!("a list of {count} in {} bytes", self.0.len()));
        }
        Ok(count)
    }
}
