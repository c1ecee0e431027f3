//! Keys and random bits for new rows; a decision takes them from here and so stays the same in a test.

/// Where new keys and random bits come from.
pub trait Supply {
    /// A key that no other row has; later ones are larger.
    fn id(&mut self) -> i64;
    /// 128 random bits.
    fn bits(&mut self) -> [u8; 16];
}
