//! Keys and random bits from the operating system (R13).

use std::sync::atomic::{AtomicI64, Ordering};

use jiff::Timestamp;

use crate::domain::supply::Supply;

/// The random source failed; nothing that needs it may go on.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("the operating system gives no random bits")]
pub struct NoRandomBits;

/// Low bits of a key that are random at the start of a millisecond, against clashes of two processes.
const RANDOM_BITS: u32 = 21;

/// First millisecond that keys count from: 2025-01-01.
const KEY_EPOCH_MS: i64 = 1_735_689_600_000;

/// The last key of this process; keys rise, so that new rows lie together in the index.
static LAST_KEY: AtomicI64 = AtomicI64::new(0);

/// A supply filled from the operating system before a decision, so that the decision itself cannot fail.
#[derive(Debug)]
pub struct SystemSupply {
    first_key: i64,
    pool: Vec<[u8; 16]>,
}

/// More 128-bit draws than any one change takes.
const DRAWS: usize = 24;

impl SystemSupply {
    /// Draws what one change can need.
    ///
    /// # Errors
    /// The random source failed.
    pub fn draw(now: Timestamp) -> Result<Self, NoRandomBits> {
        let mut bytes = [0_u8; DRAWS * 16];
        getrandom::fill(&mut bytes).map_err(|_| NoRandomBits)?;
        let (blocks, _) = bytes.as_chunks::<16>();
        let mut pool = blocks.to_vec();
        let seed = pool.pop().map_or(0, u128::from_le_bytes) & ((1 << RANDOM_BITS) - 1);
        let since = now.as_millisecond().saturating_sub(KEY_EPOCH_MS).max(0);
        let first_key = (since << RANDOM_BITS) | i64::try_from(seed).unwrap_or_default();
        Ok(Self { first_key, pool })
    }
}

impl Supply for SystemSupply {
    fn id(&mut self) -> i64 {
        let rising = |last: i64| Some(last.saturating_add(1).max(self.first_key));
        let last = LAST_KEY
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, rising)
            .unwrap_or_default();
        last.saturating_add(1).max(self.first_key)
    }

    fn bits(&mut self) -> [u8; 16] {
        self.pool.pop().unwrap_or_else(|| {
            let mut bits = [0_u8; 16];
            // a failure here follows a success a moment ago; the zero bits are caught as a clash of unique hashes
            getrandom::fill(&mut bits).unwrap_or_default();
            bits
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_rise_and_never_repeat() {
        let mut supply =
            SystemSupply::draw(Timestamp::from_second(1_800_000_000).unwrap()).unwrap();
        let keys: Vec<_> = (0..1_000).map(|_| supply.id()).collect();
        assert!(keys.windows(2).all(|pair| pair[0] < pair[1]));
        let bits: std::collections::HashSet<_> = (0..1_000).map(|_| supply.bits()).collect();
        assert_eq!(bits.len(), 1_000);
    }
}
