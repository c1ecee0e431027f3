//! Whether bytes are UTF-8.

/// UTF-8 byte by byte, since a character may lie across two reads.
#[derive(Clone, Copy, Default)]
pub(super) struct Utf8 {
    /// Bytes still to come of a character.
    missing: u8,
    /// Bounds of the next of them.
    low: u8,
    high: u8,
}

impl Utf8 {
    /// False when the byte cannot stand here.
    pub(super) fn take(&mut self, byte: u8) -> bool {
        if self.missing > 0 {
            let fits = (self.low..=self.high).contains(&byte);
            *self = if fits {
                Self {
                    missing: self.missing - 1,
                    low: 0x80,
                    high: 0xbf,
                }
            } else {
                Self::default()
            };
            return fits;
        }
        let (missing, low, high) = match byte {
            0..=0x7f => (0, 0, 0),
            0xc2..=0xdf => (1, 0x80, 0xbf),
            0xe0 => (2, 0xa0, 0xbf),
            0xed => (2, 0x80, 0x9f),
            0xe1..=0xef => (2, 0x80, 0xbf),
            0xf0 => (3, 0x90, 0xbf),
            0xf4 => (3, 0x80, 0x8f),
            0xf1..=0xf3 => (3, 0x80, 0xbf),
            _ => return false,
        };
        *self = Self { missing, low, high };
        true
    }

    /// Whether no character is half read.
    pub(super) const fn is_whole(self) -> bool {
        self.missing == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_byte_wise_check_agrees_with_the_standard_library() {
        let mut seed = 7_u32;
        for _ in 0..20_000 {
            let bytes: Vec<u8> = (0..5)
                .map(|_| {
                    seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                    [
                        b'a', 0x80, 0x9f, 0xa0, 0xbf, 0xc2, 0xe0, 0xed, 0xef, 0xf0, 0xf4, 0xf5,
                    ][(seed >> 16) as usize % 12]
                })
                .collect();
            let mut utf8 = Utf8::default();
            let valid = bytes.iter().all(|byte| utf8.take(*byte)) && utf8.is_whole();
            assert_eq!(valid, std::str::from_utf8(&bytes).is_ok(), "{bytes:x?}");
        }
    }
}
