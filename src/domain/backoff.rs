//! When a failed delivery is tried again: doubling from ten seconds to an hour, with jitter, for about a day.

use jiff::{SignedDuration, Timestamp};

/// Attempts after which a letter is given up; with the waits below that is a little over a day.
pub const MAX_ATTEMPTS: u32 = 32;

const FIRST_WAIT_SECONDS: i64 = 10;
const LONGEST_WAIT_SECONDS: i64 = 3_600;

/// The next attempt after `attempts` failed ones, or `None` when it is given up.
/// `jitter` is any random number; the wait is between 75 and 125 % of the plan.
#[must_use]
pub fn next_attempt(attempts: u32, jitter: u64, now: Timestamp) -> Option<Timestamp> {
    if attempts >= MAX_ATTEMPTS {
        return None;
    }
    let doubled = FIRST_WAIT_SECONDS
        .checked_shl(attempts.saturating_sub(1).min(10))
        .unwrap_or(LONGEST_WAIT_SECONDS);
    let planned_ms = doubled.min(LONGEST_WAIT_SECONDS).saturating_mul(1_000);
    let percent = 75 + i64::try_from(jitter % 51).unwrap_or_default();
    let wait = SignedDuration::from_millis(planned_ms.saturating_mul(percent) / 100);
    now.checked_add(wait).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wait(attempts: u32, jitter: u64) -> Option<i64> {
        next_attempt(attempts, jitter, Timestamp::UNIX_EPOCH).map(Timestamp::as_second)
    }

    #[test]
    fn waits_double_up_to_an_hour_and_end() {
        assert_eq!(wait(1, 25), Some(10));
        assert_eq!(wait(2, 25), Some(20));
        assert_eq!(wait(12, 25), Some(3_600));
        assert_eq!(wait(31, 0), Some(2_700));
        assert_eq!(wait(MAX_ATTEMPTS, 0), None);
    }
}
