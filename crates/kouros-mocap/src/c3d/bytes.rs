//! Numbers in the three byte orders of C3D.

/// Which computer's numbers a file holds, by the fourth byte of its parameter section.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Order {
    /// 84: little-endian, IEEE floats.
    Intel,
    /// 85: little-endian words; floats of the VAX, their halves exchanged and four times too large.
    Dec,
    /// 86: big-endian, IEEE floats.
    Mips,
}

impl Order {
    /// The order of a processor's number; 1 to 3 stand for 84 to 86 in some writers' files.
    pub fn of(processor: u8) -> Option<Self> {
        match processor {
            84 | 1 => Some(Self::Intel),
            85 | 2 => Some(Self::Dec),
            86 | 3 => Some(Self::Mips),
            _ => None,
        }
    }

    pub fn name(self) -> &'static str {
        match self {
            Self::Intel => "Intel",
            Self::Dec => "DEC",
            Self::Mips => "MIPS",
        }
    }

    /// The 16-bit word at `at`.
    pub fn u16(self, bytes: &[u8], at: usize) -> Option<u16> {
        let two: [u8; 2] = bytes.get(at..at.checked_add(2)?)?.try_into().ok()?;
        Some(if self == Self::Mips { u16::from_be_bytes(two) } else { u16::from_le_bytes(two) })
    }

    /// The same with a sign.
    pub fn i16(self, bytes: &[u8], at: usize) -> Option<i16> {
        self.u16(bytes, at).map(u16::cast_signed)
    }

    /// The 32-bit float at `at`.
    pub fn f32(self, bytes: &[u8], at: usize) -> Option<f64> {
        let four: [u8; 4] = bytes.get(at..at.checked_add(4)?)?.try_into().ok()?;
        Some(match self {
            Self::Intel => f64::from(f32::from_le_bytes(four)),
            Self::Mips => f64::from(f32::from_be_bytes(four)),
            Self::Dec => {
                let [a, b, c, d] = four;
                // An exponent of zero is zero, whatever the fraction says.
                let value = f32::from_le_bytes([c, d, a, b]);
                if b & 0x7f == 0 && a & 0x80 == 0 { 0.0 } else { f64::from(value) / 4.0 }
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_number_in_three_orders() {
        // 1.0 is 3f800000 in IEEE and 4080 0000 in words of a VAX.
        assert_eq!(Order::Intel.f32(&[0, 0, 0x80, 0x3f], 0), Some(1.0));
        assert_eq!(Order::Mips.f32(&[0x3f, 0x80, 0, 0], 0), Some(1.0));
        assert_eq!(Order::Dec.f32(&[0x80, 0x40, 0, 0], 0), Some(1.0));
        assert_eq!(Order::Dec.f32(&[0x40, 0xc1, 0, 0], 0), Some(-3.0));
        assert_eq!(Order::Dec.f32(&[0, 0, 0, 0], 0), Some(0.0));
        assert_eq!([Order::Dec.i16(&[0xff, 0xff], 0), Order::Mips.i16(&[1, 2], 0)], [Some(-1), Some(258)]);
        assert_eq!([Order::of(84), Order::of(3), Order::of(9)], [Some(Order::Intel), Some(Order::Mips), None]);
        assert_eq!(Order::Mips.f32(&[0; 5], 2), None);
    }
}
