//! The dialog before a change: what is wanted, what is still missing, until one confirm ends it.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::account::Account;
use super::approval::Act;
use super::email::EmailAddress;
use super::ids::{AccountId, DraftId, MemberId, Version};
use super::order::Order;
use super::profile::{AddressRule, Profile, SendKind};
use super::reason::{ReadyReason, Reason};
use super::verification::VerificationMethod;

/// What the caller wants in the end.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Wish {
    /// Open the lock, nothing else (R24).
    Unlock,
    /// Open the lock and send what resets the password (D5).
    UnlockAndReset,
    /// Send something.
    Send,
}

/// A dialog between two steps.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Dialog {
    /// What is wanted.
    pub wish: Wish,
    /// About whom.
    pub account: Option<AccountId>,
    /// What to send.
    pub kind: Option<SendKind>,
    /// Why.
    pub reason: Option<Reason>,
    /// The corrected address.
    pub new_address: Option<EmailAddress>,
    /// Whether the dialog was begun to correct the address.
    pub corrects_address: bool,
    /// How the person was verified.
    pub verification: Option<VerificationMethod>,
    /// The address on record when the dialog was last shown; another one is shown anew before the confirm.
    pub shown_address: Option<EmailAddress>,
    /// What a refused form held, for the next try.
    pub refused_text: Option<RefusedText>,
}

/// The text of a refused form.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct RefusedText {
    /// Which form.
    pub form: TextForm,
    /// What was typed.
    pub text: String,
}

/// The forms that take free text.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TextForm {
    /// Who is meant.
    Person,
    /// Why.
    Reason,
    /// The corrected address.
    Address,
}

impl TextForm {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Person, Self::Reason, Self::Address];

    /// The stable name in custom ids and text keys.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Person => "person",
            Self::Reason => "reason",
            Self::Address => "address",
        }
    }
}

/// A dialog with its key; swept after a day.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Draft {
    /// The key.
    pub id: DraftId,
    /// Whose dialog it is.
    pub owner: MemberId,
    /// How often it was changed; [`Version::FIRST`] for one that is not stored yet.
    pub version: Version,
    /// When it was begun.
    pub created_at: Timestamp,
    /// Where it stands.
    pub dialog: Dialog,
}

impl Draft {
    /// How long a dialog can be taken up again; then its row is swept.
    const LIFE: SignedDuration = SignedDuration::from_hours(24);

    /// Whether the dialog has had its time, swept already or not.
    #[must_use]
    pub fn is_over(&self, now: Timestamp) -> bool {
        now.duration_since(self.created_at) > Self::LIFE
    }
}

/// What a dialog still needs before it can be confirmed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Missing {
    /// Who is meant.
    Person,
    /// What to send.
    Kind,
    /// The corrected address (E06, A06).
    Address,
    /// How the person was verified (R09).
    Verification,
    /// Why (E09).
    Reason,
}

impl Missing {
    /// The stable name in text keys.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Person => "person",
            Self::Kind => "kind",
            Self::Address => "address",
            Self::Verification => "verification",
            Self::Reason => "reason",
        }
    }
}

impl Dialog {
    /// A dialog in which nothing is said yet but the wish.
    #[must_use]
    pub const fn new(wish: Wish) -> Self {
        Self {
            wish,
            account: None,
            kind: None,
            reason: None,
            new_address: None,
            corrects_address: false,
            verification: None,
            shown_address: None,
            refused_text: None,
        }
    }

    /// What will be sent: what was chosen, or what the wish means in this profile.
    #[must_use]
    pub fn send_kind(&self, profile: &Profile) -> Option<SendKind> {
        match self.wish {
            Wish::Unlock => None,
            Wish::UnlockAndReset => profile.reset_kind(),
            Wish::Send => self.kind,
        }
    }

    /// What is wanted so far, for the rules that demand a second person.
    #[must_use]
    pub fn act(&self, profile: &Profile) -> Act {
        Act {
            unlock: self.wish != Wish::Send,
            send: self.send_kind(profile),
            corrects_address: self.new_address.is_some(),
        }
    }

    /// What is still needed, in the order in which it is asked for.
    #[must_use]
    pub fn missing(&self, profile: &Profile, account: &Account) -> Vec<Missing> {
        let sends = self.wish != Wish::Unlock;
        let asks_kind = sends && self.send_kind(profile).is_none();
        let editable = profile.address == AddressRule::Editable;
        let wrong_address = matches!(self.reason, Some(Reason::Ready(ReadyReason::WrongEmail)));
        let asks_address = sends
            && editable
            && self.new_address.is_none()
            && (self.corrects_address || wrong_address || account.data.email.is_none());
        let asks_verification = self.new_address.is_some() && self.verification.is_none();
        [
            (asks_kind, Missing::Kind),
            (asks_address, Missing::Address),
            (asks_verification, Missing::Verification),
            (self.reason.is_none(), Missing::Reason),
        ]
        .into_iter()
        .filter_map(|(asks, missing)| asks.then_some(missing))
        .collect()
    }

    /// The order that the confirm gives, once nothing is missing.
    #[must_use]
    pub fn order(&self, profile: &Profile, account: &Account) -> Option<Order> {
        if !self.missing(profile, account).is_empty() {
            return None;
        }
        Some(Order {
            unlock: self.wish != Wish::Send,
            send: self.send_kind(profile),
            reason: self.reason.clone()?,
            new_address: self.new_address.clone(),
            verification: self.verification,
        })
    }
}
