//! What `/resend-code` can send (D1a).

use serde::{Deserialize, Serialize};

use super::code::CodeKind;

/// What `/resend-code` can send (D1a).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SendKind {
    /// A new onboarding code.
    Onboarding,
    /// A mail about the newest open code.
    Reminder,
    /// A link to set a new password.
    Reset,
    /// User name, temporary password and PIN in two mails (A09, A10).
    Credentials,
    /// The user name (X04, X07).
    Username,
}

impl SendKind {
    /// All of them, in the order in which they are offered.
    pub const ALL: [Self; 5] = [
        Self::Onboarding,
        Self::Reminder,
        Self::Reset,
        Self::Credentials,
        Self::Username,
    ];

    /// The value of the command's option.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Onboarding => "onboarding",
            Self::Reminder => "reminder",
            Self::Reset => "reset",
            Self::Credentials => "credentials",
            Self::Username => "username",
        }
    }

    /// Reads an option's value.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == text)
    }

    /// The codes that a send of this kind issues.
    #[must_use]
    pub const fn issues(self) -> &'static [CodeKind] {
        match self {
            Self::Onboarding => &[CodeKind::Onboarding],
            Self::Reset => &[CodeKind::ResetLink],
            Self::Credentials => &[CodeKind::TemporaryPassword, CodeKind::Pin],
            Self::Reminder | Self::Username => &[],
        }
    }
}
