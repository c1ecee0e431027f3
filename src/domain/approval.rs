//! Which changes need a second person, whoever asks: by the profile's list (D6), and after a corrected address (R10).
//! What depends on the account alone (R04) is decided with the caller's leave, in `access.rs`.

use jiff::{SignedDuration, Timestamp};

use super::desk::Desk;
use super::facts::AccountFacts;
use super::profile::SendKind;
use super::request::ApprovalRule;

/// What is wanted of an account, as far as it is known yet.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Act {
    /// Open the lock.
    pub unlock: bool,
    /// Send something.
    pub send: Option<SendKind>,
    /// Replace the address on record.
    pub corrects_address: bool,
}

/// An act that a profile may list under four eyes (D6).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum FourEyes {
    /// Opening a lock.
    Unlock,
    /// Replacing an address.
    CorrectAddress,
    /// Sending this.
    Send(SendKind),
}

impl FourEyes {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Unlock,
        Self::CorrectAddress,
        Self::Send(SendKind::Onboarding),
        Self::Send(SendKind::Reminder),
        Self::Send(SendKind::Reset),
        Self::Send(SendKind::Credentials),
        Self::Send(SendKind::Username),
    ];

    /// The name in the configuration.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Unlock => "unlock",
            Self::CorrectAddress => "correct-address",
            Self::Send(kind) => kind.code(),
        }
    }

    /// Reads a name.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|act| act.code() == code)
    }
}

/// The rule that demands a second person for this act, if any.
#[must_use]
pub fn rule(desk: &Desk, facts: &AccountFacts, act: Act, now: Timestamp) -> Option<ApprovalRule> {
    let profile = &desk.profile;
    let window = SignedDuration::from_hours(24 * i64::from(profile.address_change_days));
    let recent = |at: &Timestamp| now.duration_since(*at) < window;
    // a send together with the correction falls under D8 instead
    let to_changed = act.send.is_some() && !act.corrects_address;
    if to_changed && facts.address_changed_at.as_ref().is_some_and(recent) {
        return Some(ApprovalRule::AddressChanged);
    }
    let listed = |listed: &FourEyes| match listed {
        FourEyes::Unlock => act.unlock,
        FourEyes::CorrectAddress => act.corrects_address,
        FourEyes::Send(kind) => act.send == Some(*kind),
    };
    profile
        .four_eyes
        .iter()
        .any(listed)
        .then_some(ApprovalRule::FourEyes)
}
