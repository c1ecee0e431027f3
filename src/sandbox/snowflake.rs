//! Discord's ids: milliseconds since 2015 and a counter, always rising, and
//! its notation of points in time.

use jiff::Timestamp;

/// The first millisecond of 2015.
const DISCORD_EPOCH: i64 = 1_420_070_400_000;
/// The bits below the time.
const TIME_SHIFT: u32 = 22;

/// Makes ids.
#[derive(Debug, Default)]
pub(crate) struct Snowflakes {
    last: u64,
}

impl Snowflakes {
    /// The next id; unique and rising even while time stands still.
    pub(crate) fn next(&mut self, now: Timestamp) -> u64 {
        let since = now.as_millisecond().saturating_sub(DISCORD_EPOCH).max(0);
        let from_time = u64::try_from(since).unwrap_or(0) << TIME_SHIFT;
        self.last = from_time.max(self.last.saturating_add(1));
        self.last
    }
}

/// A point in time as Discord writes it.
pub(crate) fn iso(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%S%.6f+00:00").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_rise_while_time_stands_still() {
        let mut ids = Snowflakes::default();
        let first = ids.next(Timestamp::UNIX_EPOCH);
        assert!(ids.next(Timestamp::UNIX_EPOCH) > first);
    }

    #[test]
    fn an_id_holds_its_time() {
        let at = Timestamp::from_millisecond(DISCORD_EPOCH + 5).expect("in range");
        assert_eq!(Snowflakes::default().next(at), 5 << TIME_SHIFT);
    }
}
