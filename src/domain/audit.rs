//! The audit trail (R29 to R31): events, and the chain that shows any later change.

use std::collections::BTreeMap;

use jiff::Timestamp;
use sha2::{Digest as _, Sha256};

use super::ids::{AccountId, InteractionId, MemberId, RoleId, Version};
use super::profile::SendKind;
use super::verification::VerificationMethod;

/// Who did something: a member with the role that gave the authority, or nobody (an import, the portal).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Actor {
    /// The Discord member.
    pub member: Option<MemberId>,
    /// The role at that time.
    pub role: Option<RoleId>,
}

/// What was done or tried.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum AuditAction {
    /// Looked at an account's card.
    ViewCard,
    /// Looked at a page of a list of people.
    ViewList,
    /// Read a page of the trail (R33).
    ViewTimeline,
    /// Called a command without a part in the desk.
    UseCommand,
    /// Unlocked an account.
    Unlock,
    /// Corrected the mail address.
    CorrectAddress,
    /// Sent a code, a reminder or the user name.
    Send(SendKind),
    /// An account was locked by failed logins.
    LockByLogins,
    /// A code was redeemed at the portal.
    RedeemCode,
    /// Asked for a change.
    OpenRequest,
    /// Approved a request.
    ApproveRequest,
    /// Denied a request.
    DenyRequest,
    /// Took a request back.
    CancelRequest,
    /// Nobody decided a request in time.
    ExpireRequest,
    /// A request must not run any more.
    VoidRequest,
    /// Looked at a request, or at its details.
    ViewRequest,
    /// Looked at a page of requests.
    ViewRequests,
    /// The card of a request could not be posted.
    PostCard,
    /// Froze a helper.
    FreezeMember,
    /// Set a frozen helper free.
    UnfreezeMember,
    /// Exported accounts into a file.
    ExportAccounts,
    /// An import of accounts began.
    ImportAccountsStarted,
    /// An import of accounts ended.
    ImportAccountsFinished,
    /// An import of register records began.
    ImportRecordsStarted,
    /// An import of register records ended.
    ImportRecordsFinished,
}

impl AuditAction {
    /// The stable name in rows.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::ViewCard => "view-card",
            Self::ViewList => "view-list",
            Self::ViewTimeline => "view-timeline",
            Self::UseCommand => "use-command",
            Self::Unlock => "unlock",
            Self::CorrectAddress => "correct-address",
            Self::Send(SendKind::Onboarding) => "send-onboarding",
            Self::Send(SendKind::Reminder) => "send-reminder",
            Self::Send(SendKind::Reset) => "send-reset",
            Self::Send(SendKind::Credentials) => "send-credentials",
            Self::Send(SendKind::Username) => "send-username",
            Self::LockByLogins => "lock-by-logins",
            Self::RedeemCode => "redeem-code",
            Self::OpenRequest => "open-request",
            Self::ApproveRequest => "approve-request",
            Self::DenyRequest => "deny-request",
            Self::CancelRequest => "cancel-request",
            Self::ExpireRequest => "expire-request",
            Self::VoidRequest => "void-request",
            Self::ViewRequest => "view-request",
            Self::ViewRequests => "view-requests",
            Self::PostCard => "post-card",
            Self::FreezeMember => "freeze-member",
            Self::UnfreezeMember => "unfreeze-member",
            Self::ExportAccounts => "export-accounts",
            Self::ImportAccountsStarted => "import-accounts-started",
            Self::ImportAccountsFinished => "import-accounts-finished",
            Self::ImportRecordsStarted => "import-records-started",
            Self::ImportRecordsFinished => "import-records-finished",
        }
    }
}

/// How it ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum AuditResult {
    /// Done, in the same transaction.
    Done,
    /// Shown.
    Viewed,
    /// Refused, with the refusal's name.
    Refused(&'static str),
}

impl AuditResult {
    /// The stable name in rows.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Viewed => "viewed",
            Self::Refused(_) => "refused",
        }
    }

    /// The failure reason (R30).
    #[must_use]
    pub const fn failure(self) -> Option<&'static str> {
        match self {
            Self::Refused(code) => Some(code),
            Self::Done | Self::Viewed => None,
        }
    }
}

/// One event, to be written as the last statement of a change.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AuditEvent {
    /// When.
    pub at: Timestamp,
    /// Who.
    pub actor: Actor,
    /// Who approved it, if somebody had to.
    pub approver: Option<MemberId>,
    /// What.
    pub action: AuditAction,
    /// To which account, if one is meant.
    pub account: Option<AccountId>,
    /// How the person was verified (R09).
    pub verification: Option<VerificationMethod>,
    /// How it ended.
    pub result: AuditResult,
    /// The account's version that was looked at or made.
    pub version: Option<Version>,
    /// Names, addresses, reason, old and new values: the only part that a purge may delete.
    pub detail: BTreeMap<&'static str, String>,
    /// Random salt of the detail's commitment.
    pub salt: [u8; 16],
}

impl AuditEvent {
    /// An event about no account, with nothing else to tell; what there is goes into its fields.
    #[must_use]
    pub const fn new(
        at: Timestamp,
        actor: Actor,
        (action, result): (AuditAction, AuditResult),
        salt: [u8; 16],
    ) -> Self {
        Self {
            at,
            actor,
            approver: None,
            action,
            account: None,
            verification: None,
            result,
            version: None,
            detail: BTreeMap::new(),
            salt,
        }
    }

    /// The detail as it is stored and committed to.
    #[must_use]
    pub fn detail_text(&self) -> String {
        serde_json::to_string(&self.detail).unwrap_or_default()
    }

    /// SHA-256 over salt and detail: the row stays provable when the detail is erased (R32).
    #[must_use]
    pub fn commitment(&self) -> [u8; 32] {
        commitment(&self.salt, &self.detail_text())
    }
}

/// SHA-256 over a salt and a detail text.
#[must_use]
pub fn commitment(salt: &[u8], detail: &str) -> [u8; 32] {
    Sha256::new()
        .chain_update(salt)
        .chain_update(detail.as_bytes())
        .finalize()
        .into()
}

/// A row of the trail as it is stored, without its detail.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AuditRow {
    /// Its place in the desk's chain, from 1 without gaps.
    pub number: i64,
    /// When, to the millisecond.
    pub at: Timestamp,
    /// Which interaction caused it.
    pub interaction: Option<InteractionId>,
    /// Who, and by which role.
    pub actor: Actor,
    /// Who approved it.
    pub approver: Option<MemberId>,
    /// The action's name.
    pub action: String,
    /// The account.
    pub account: Option<AccountId>,
    /// The verification's name.
    pub verification: Option<String>,
    /// `done`, `viewed`, `refused`.
    pub result: String,
    /// The refusal's name.
    pub failure: Option<String>,
    /// The account's version.
    pub version: Option<Version>,
    /// What the detail is committed to with.
    pub commitment: [u8; 32],
}

/// The hash before a desk's first row.
pub const CHAIN_START: [u8; 32] = [0; 32];

impl AuditRow {
    /// The row that an event becomes at its place in the chain.
    #[must_use]
    pub fn of(event: &AuditEvent, number: i64, interaction: Option<InteractionId>) -> Self {
        Self {
            number,
            at: event.at,
            interaction,
            actor: event.actor,
            approver: event.approver,
            action: event.action.code().to_owned(),
            account: event.account,
            verification: event.verification.map(|method| method.code().to_owned()),
            result: event.result.code().to_owned(),
            failure: event.result.failure().map(str::to_owned),
            version: event.version,
            commitment: event.commitment(),
        }
    }

    /// The row's hash over the former one. Every field goes in with its length, so that no two rows read alike.
    #[must_use]
    pub fn hash(&self, former: &[u8; 32]) -> [u8; 32] {
        let number = |value: Option<i64>| value.map(|value| value.to_string());
        let fields = [
            Some(self.number.to_string()),
            Some(self.at.as_millisecond().to_string()),
            number(self.interaction.map(|id| id.0)),
            number(self.actor.member.map(|id| id.0)),
            number(self.actor.role.map(|id| id.0)),
            number(self.approver.map(|id| id.0)),
            Some(self.action.clone()),
            number(self.account.map(|id| id.0)),
            self.verification.clone(),
            Some(self.result.clone()),
            self.failure.clone(),
            number(self.version.map(|version| version.0)),
        ];
        let mut hasher = Sha256::new().chain_update(former);
        for field in fields {
            let length = field.as_ref().map_or(u64::MAX, |text| text.len() as u64);
            hasher.update(length.to_be_bytes());
            hasher.update(field.unwrap_or_default().as_bytes());
        }
        hasher.chain_update(self.commitment).finalize().into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row() -> AuditRow {
        AuditRow {
            number: 1,
            at: Timestamp::UNIX_EPOCH,
            interaction: None,
            actor: Actor::default(),
            approver: None,
            action: "unlock".to_owned(),
            account: Some(AccountId(1)),
            verification: None,
            result: "done".to_owned(),
            failure: None,
            version: None,
            commitment: [0; 32],
        }
    }

    #[test]
    fn r31_any_changed_field_changes_the_hash() {
        let start = row().hash(&CHAIN_START);
        let changed = [
            AuditRow { number: 2, ..row() },
            AuditRow {
                account: None,
                ..row()
            },
            AuditRow {
                failure: Some(String::new()),
                ..row()
            },
            AuditRow {
                action: "unloc".to_owned(),
                verification: Some("k".to_owned()),
                ..row()
            },
            AuditRow {
                commitment: [1; 32],
                ..row()
            },
        ];
        for row in changed {
            assert_ne!(row.hash(&CHAIN_START), start, "{row:?}");
        }
        assert_ne!(row().hash(&start), start);
    }
}
