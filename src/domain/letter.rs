//! Letters: what is mailed to the person concerned (R19). A row names what to write, never the words or the code.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::code::Code;
use super::email::EmailAddress;
use super::ids::{AccountId, AddressChangeId, CodeId, LetterId, RequestId};

/// What a letter is about.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LetterKind {
    /// Carries an onboarding code.
    OnboardingCode,
    /// Carries a reset link.
    ResetLink,
    /// Carries the user name.
    Username,
    /// Carries the temporary password and the PIN (A09, A10).
    Credentials,
    /// Repeats the newest open code (E12).
    Reminder,
    /// The account was unlocked.
    NoticeUnlocked,
    /// To the address that was replaced; names no new one (A04).
    NoticeAddressReplaced,
    /// To the contact mailbox: a request waits, and nobody decides (D7).
    RequestWaiting,
}

impl LetterKind {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::OnboardingCode,
        Self::ResetLink,
        Self::Username,
        Self::Credentials,
        Self::Reminder,
        Self::NoticeUnlocked,
        Self::NoticeAddressReplaced,
        Self::RequestWaiting,
    ];

    /// The stable name in rows and text keys.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::OnboardingCode => "onboarding-code",
            Self::ResetLink => "reset-link",
            Self::Username => "username",
            Self::Credentials => "credentials",
            Self::Reminder => "reminder",
            Self::NoticeUnlocked => "notice-unlocked",
            Self::NoticeAddressReplaced => "notice-address-replaced",
            Self::RequestWaiting => "request-waiting",
        }
    }

    /// Reads a stable name.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }

    /// Whether the letter is beside the matter: whether it arrives says nothing of the account's own address.
    #[must_use]
    pub const fn is_aside(self) -> bool {
        matches!(self, Self::NoticeAddressReplaced | Self::RequestWaiting)
    }

    /// Whether the letter is worthless once one of its codes was used or replaced.
    #[must_use]
    pub const fn carries_codes(self) -> bool {
        matches!(
            self,
            Self::OnboardingCode | Self::ResetLink | Self::Credentials | Self::Reminder
        )
    }
}

/// Where a letter goes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Recipient {
    /// The address on record when the letter leaves.
    Current,
    /// The address that this change replaced.
    Replaced(AddressChangeId),
    /// The desk's contact mailbox, about a request.
    Mailbox(RequestId),
}

/// A letter to be written with a change.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NewLetter {
    /// The key.
    pub id: LetterId,
    /// Stable and unique within the desk; the Message-ID is made of it.
    pub identity: String,
    /// To whose person.
    pub account: AccountId,
    /// What it is about.
    pub kind: LetterKind,
    /// Where it goes.
    pub recipient: Recipient,
    /// The codes it carries: none, one, or temporary password and PIN.
    pub codes: Vec<CodeId>,
    /// Whether it also tells that the account was unlocked (R19).
    pub tells_unlock: bool,
    /// When the change was made.
    pub at: Timestamp,
}

/// How far a letter has come.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LetterState {
    /// Waiting for its first or next attempt.
    Waiting,
    /// The mail server accepted it.
    Accepted(Timestamp),
    /// The mail server refuses the recipient.
    RecipientRefused(Timestamp),
    /// Given up after many attempts, or the server refuses the letter for another reason; visible to the operator.
    Dead(Timestamp),
    /// Not sent because its code was used, replaced or withdrawn before.
    Void(Timestamp),
}

impl LetterState {
    /// The stable name in rows and text keys.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Accepted(_) => "accepted",
            Self::RecipientRefused(_) => "recipient-refused",
            Self::Dead(_) => "dead",
            Self::Void(_) => "void",
        }
    }

    /// Reads a stable name; a settled state needs its time.
    #[must_use]
    pub fn parse(code: &str, at: Option<Timestamp>) -> Option<Self> {
        Some(match (code, at) {
            ("waiting", _) => Self::Waiting,
            ("accepted", Some(at)) => Self::Accepted(at),
            ("recipient-refused", Some(at)) => Self::RecipientRefused(at),
            ("dead", Some(at)) => Self::Dead(at),
            ("void", Some(at)) => Self::Void(at),
            _ => return None,
        })
    }

    /// Whether nothing more will happen to it by itself.
    #[must_use]
    pub const fn is_settled(&self) -> bool {
        !matches!(self, Self::Waiting)
    }
}

/// A letter as it stands.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LetterStatus {
    /// The key.
    pub id: LetterId,
    /// What it is about.
    pub kind: LetterKind,
    /// When the change was made.
    pub at: Timestamp,
    /// How far it has come.
    pub state: LetterState,
}

/// A code that a letter carries, with what it is derived from and known by.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CarriedCode {
    /// The code's row.
    pub code: Code,
    /// Its random bits.
    pub bits: super::code::CodeBits,
    /// Its hash: what is derived with another key than it was issued with does not match.
    pub hash: String,
}

/// What a letter to the contact mailbox says of a request.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct RequestNote {
    /// Its number.
    pub number: i64,
    /// Whether it still waits.
    pub waits: bool,
    /// Since when.
    pub requested_at: Timestamp,
    /// Until when.
    pub expires_at: Timestamp,
}

/// All that is needed to write a letter, read at the moment of sending.
#[derive(Clone, Debug)]
pub struct LetterFacts {
    /// The key.
    pub id: LetterId,
    /// Stable and unique within the desk.
    pub identity: String,
    /// What it is about.
    pub kind: LetterKind,
    /// The account as it is now.
    pub account: super::account::Account,
    /// Where it goes; `None` when the account lost its address, and for the contact mailbox.
    pub to: Option<EmailAddress>,
    /// The request that it tells the contact mailbox of.
    pub request: Option<RequestNote>,
    /// The codes it carries with their random bits; shorter than `code_count` when one was withdrawn or used.
    pub codes: Vec<CarriedCode>,
    /// How many codes it was written with.
    pub code_count: usize,
    /// Whether it also tells that the account was unlocked.
    pub tells_unlock: bool,
    /// When the change was made.
    pub at: Timestamp,
}
