//! Until when something may be tried. Made and read by timers, so that nothing here reads a clock.

use std::time::Duration;

use tokio::time::{Instant, sleep};

/// A moment not far ahead.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Deadline(Instant);

impl Deadline {
    /// In that time from now. Needs a runtime.
    #[must_use]
    pub fn within(time: Duration) -> Self {
        Self(sleep(time).deadline())
    }

    /// The time that is left; zero once it has passed.
    #[must_use]
    pub fn left(self) -> Duration {
        let now = Self::within(Duration::ZERO);
        self.0.saturating_duration_since(now.0)
    }
}
