//! Locks by failed logins (X05) and how they end (R24, D5).

use jiff::Timestamp;

/// Whether an account is locked. Beside the state, never part of it (R25).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Lock {
    /// No login was reported yet and the directory did not say.
    Unknown,
    /// Open, with failed logins in a row.
    Open {
        /// Failures since the last success.
        failed_logins: u32,
    },
    /// Locked.
    Locked {
        /// Since when.
        since: Timestamp,
        /// Who set the lock.
        by: LockSource,
    },
}

/// Who set a lock; an import clears only its own (D11).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LockSource {
    /// The directory file said so.
    Import,
    /// Too many failed logins were reported.
    Portal,
}

impl LockSource {
    /// The stable name in rows.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Import => "import",
            Self::Portal => "portal",
        }
    }

    /// Reads a stable name.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        [Self::Import, Self::Portal]
            .into_iter()
            .find(|source| source.code() == code)
    }
}

/// What the portal reports of a login.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LoginOutcome {
    /// The person got in.
    Success,
    /// Wrong password.
    Failure,
}

impl Lock {
    /// An open lock without failures.
    pub const OPEN: Self = Self::Open { failed_logins: 0 };

    /// Whether it is locked.
    #[must_use]
    pub const fn is_locked(&self) -> bool {
        matches!(self, Self::Locked { .. })
    }

    /// The lock after a reported login: the `max`th failure in a row locks, a success starts the count anew (X05).
    /// A locked account stays locked whatever is reported.
    #[must_use]
    pub fn after_login(self, outcome: LoginOutcome, max: u32, now: Timestamp) -> Self {
        let failed_before = match self {
            Self::Locked { .. } => return self,
            Self::Open { failed_logins } => failed_logins,
            Self::Unknown => 0,
        };
        match outcome {
            LoginOutcome::Success => Self::OPEN,
            LoginOutcome::Failure => match failed_before.saturating_add(1) {
                failed if failed >= max => Self::Locked {
                    since: now,
                    by: LockSource::Portal,
                },
                failed_logins => Self::Open { failed_logins },
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(failures: u32) -> Lock {
        (0..failures).fold(Lock::OPEN, |lock, _| {
            lock.after_login(LoginOutcome::Failure, 5, Timestamp::UNIX_EPOCH)
        })
    }

    #[test]
    fn x05_the_fifth_failure_locks_and_four_do_not() {
        assert_eq!(after(4), Lock::Open { failed_logins: 4 });
        assert!(after(5).is_locked());
    }

    #[test]
    fn x05_a_success_starts_the_count_anew_but_opens_no_lock() {
        let now = Timestamp::UNIX_EPOCH;
        assert_eq!(
            after(4).after_login(LoginOutcome::Success, 5, now),
            Lock::OPEN
        );
        assert!(
            after(5)
                .after_login(LoginOutcome::Success, 5, now)
                .is_locked()
        );
    }
}
