//! A profile: the rules of the system that a desk serves, as data. An operator may override any key.

use serde::{Deserialize, Serialize};

use super::approval::FourEyes;
use super::code::CodeKind;
use super::code_life::Life;
use super::reason::ReadyReason;
pub use super::send_kind::SendKind;

/// Whether the desk may correct a login's mail address (D4).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AddressRule {
    /// Corrected together with a send.
    Editable,
    /// Never: the account is replaced (X02).
    ReplaceOnly,
}

/// The rules of a system.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Profile {
    /// Its name in the configuration.
    pub name: String,
    /// What can be sent.
    pub kinds: Vec<SendKind>,
    /// The groups that accounts may hold.
    pub groups: Vec<String>,
    /// Reasons offered beside free text.
    pub ready_reasons: Vec<ReadyReason>,
    /// Whether a mail address may be corrected.
    pub address: AddressRule,
    /// Whether an address that was replaced as wrong is told of it (A04); in `eiam` it receives nothing more (E06).
    /// One that was replaced for any other reason always is (R19).
    pub notify_wrong_address: bool,
    /// Whether an imported account must have a mail address.
    pub mail_required: bool,
    /// Whether the desk also keeps register records, which accounts are linked to.
    pub register_records: bool,
    /// The name of the system that owns the directory's data (D12).
    pub system_name: String,
    /// Failed logins in a row that lock an account (X05).
    pub failed_logins_max: u32,
    /// Life of an onboarding code.
    pub onboarding_life: Life,
    /// Life of a reset link.
    pub reset_life: Life,
    /// Life of a temporary password and its PIN.
    pub temporary_password_life: Life,
    /// Life of an invitation.
    pub invitation_life: Life,
    /// Life of a verification code.
    pub verification_life: Life,
    /// Sends to one person within 24 hours (R17).
    pub sends_per_day: u32,
    /// Minutes between two sends to one person (R17).
    pub send_gap_minutes: u32,
    /// Single sends of one helper within an hour (R17).
    pub helper_sends_per_hour: u32,
    /// Days after a correction of the address in which a later send needs a second person (R10).
    pub address_change_days: u32,
    /// Acts that need a second superuser whoever asks (D6).
    pub four_eyes: Vec<FourEyes>,
    /// Hours in which a request can be decided (D7).
    pub request_life_hours: u32,
    /// Hours after which the superuser role is reminded of a waiting request (D7).
    pub request_reminder_hours: u32,
    /// Hours before its expiry at which the contact mailbox is told of a waiting request (D7).
    pub request_warning_hours: u32,
    /// Persons whom one helper may ask for within 24 hours before it raises a flag (R12).
    pub request_flag_persons: u32,
    /// Days before its expiry from which a password counts as expiring.
    pub password_expiring_days: u32,
}

impl Profile {
    /// The life of a code of this kind (D1).
    #[must_use]
    pub const fn life(&self, kind: CodeKind) -> Life {
        match kind {
            CodeKind::Onboarding => self.onboarding_life,
            CodeKind::ResetLink => self.reset_life,
            CodeKind::TemporaryPassword | CodeKind::Pin => self.temporary_password_life,
            CodeKind::Invitation => self.invitation_life,
            CodeKind::Verification => self.verification_life,
        }
    }

    /// What the card's *reset* sends: a link, or credentials where the profile has no link (D1a).
    #[must_use]
    pub fn reset_kind(&self) -> Option<SendKind> {
        [SendKind::Reset, SendKind::Credentials]
            .into_iter()
            .find(|kind| self.kinds.contains(kind))
    }

    /// The kind of send that makes a new code of the kind a reminder was asked for (E13).
    #[must_use]
    pub fn renewal_of(&self, kind: CodeKind) -> Option<SendKind> {
        self.kinds
            .iter()
            .copied()
            .find(|send| send.issues().contains(&kind))
    }
}
