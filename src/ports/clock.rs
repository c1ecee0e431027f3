//! Time from outside.

use jiff::Timestamp;

/// Tells the time: the system's, or one that a test or a training desk sets.
pub trait Clock: Send + Sync {
    /// Now, to the millisecond, as it is stored.
    fn now(&self) -> Timestamp;
}
