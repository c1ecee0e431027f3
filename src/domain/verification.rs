//! How the helper made sure who is calling (R09). Name, birth date or numbers alone are no method.

use serde::{Deserialize, Serialize};

/// A recorded way of verifying a person before a code goes to a changed address.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum VerificationMethod {
    /// Called back on the number on record.
    CallBack,
    /// Came in person.
    InPerson,
    /// Confirmed by the manager.
    ThroughManager,
    /// Video call with an identity document.
    VideoWithDocument,
    /// One-time code sent to the registered address.
    CodeToRegisteredAddress,
}

impl VerificationMethod {
    /// All of them, in the order in which they are offered.
    pub const ALL: [Self; 5] = [
        Self::CallBack,
        Self::InPerson,
        Self::ThroughManager,
        Self::VideoWithDocument,
        Self::CodeToRegisteredAddress,
    ];

    /// The stable name in rows, select menus and text keys.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::CallBack => "call-back",
            Self::InPerson => "in-person",
            Self::ThroughManager => "through-manager",
            Self::VideoWithDocument => "video-with-document",
            Self::CodeToRegisteredAddress => "code-to-registered-address",
        }
    }

    /// Reads a stable name.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|method| method.code() == code)
    }
}
