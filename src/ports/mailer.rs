//! How a letter leaves the house: by SMTP, or into a folder.

use async_trait::async_trait;
use jiff::Timestamp;

use crate::domain::account::UserName;
use crate::domain::code::{CodeKind, CodeText};
use crate::domain::desk::Desk;
use crate::domain::email::EmailAddress;
use crate::domain::language::Language;
use crate::domain::letter::{LetterKind, RequestNote};

/// A letter with everything it says, made at the moment of sending and kept nowhere.
#[derive(Clone, Debug)]
pub struct Letter {
    /// Stable and unique within the desk: the same letter sent again has the same Message-ID.
    pub identity: String,
    /// What it is about.
    pub kind: LetterKind,
    /// Where it goes.
    pub to: EmailAddress,
    /// In which language.
    pub language: Language,
    /// Given name and surname of the person it is for (A25).
    pub name: String,
    /// The person's login name; only letters that are about it say it.
    pub username: UserName,
    /// The request that it tells the contact mailbox of.
    pub request: Option<RequestNote>,
    /// The codes it carries.
    pub codes: Vec<LetterCode>,
    /// Whether it also tells that the account was unlocked (R19).
    pub tells_unlock: bool,
    /// When the change was made that it tells of.
    pub changed_at: Timestamp,
    /// Now.
    pub written_at: Timestamp,
}

/// A code in a letter.
#[derive(Clone, Debug)]
pub struct LetterCode {
    /// What it is for.
    pub kind: CodeKind,
    /// The code itself.
    pub text: CodeText,
    /// The last instant at which it is valid.
    pub expires_at: Timestamp,
    /// When it was first sent, for reminders.
    pub sent_at: Option<Timestamp>,
}

/// Why a letter did not leave. The text for the log names no address.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum DeliveryError {
    /// The server refuses this recipient for good: the address is wrong.
    #[error("the mail server refuses the recipient ({0})")]
    RecipientRefused(String),
    /// The server refuses the letter for good, whoever it is for; or it cannot be written at all.
    #[error("the mail server refuses the letter ({0})")]
    LetterRefused(String),
    /// Not now: the server is away, busy, or does not accept our login.
    #[error("the mail server cannot take the letter now ({0})")]
    NotNow(String),
}

impl DeliveryError {
    /// What the server said, or what failed; names no address.
    #[must_use]
    pub fn why(&self) -> &str {
        match self {
            Self::RecipientRefused(why) | Self::LetterRefused(why) | Self::NotNow(why) => why,
        }
    }
}

/// Sends letters.
#[async_trait]
pub trait Mailer: Send + Sync {
    /// Hands one letter over; `Ok` means that the server accepted it, or that the file is safely on disk.
    ///
    /// # Errors
    /// It did not leave.
    async fn deliver(&self, desk: &Desk, letter: &Letter) -> Result<(), DeliveryError>;

    /// Whether the server can be reached and lets us in; sends nothing.
    ///
    /// # Errors
    /// It cannot, and why.
    async fn check(&self) -> Result<(), DeliveryError>;
}
