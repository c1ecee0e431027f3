//! Why something is not done, as data; the words are in the texts of each language.

use jiff::Timestamp;

use super::code::CodeKind;
use super::ids::{MemberId, RoleId};
use super::profile::SendKind;
use super::reason::ReasonError;
use super::request::RequestState;

/// A refusal. Whatever is refused has changed nothing.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Refusal {
    /// The caller holds none of the roles that use commands here (E01).
    MissingRole {
        /// Any of them would do.
        roles: Vec<RoleId>,
    },
    /// Unknown and out of scope alike.
    PersonNotFound,
    /// Support staff may look, a change needs a superuser.
    NeedsSuperuser {
        /// Who is responsible for the scope (E02).
        responsible: Option<RoleId>,
    },
    /// The account reaches beyond the caller's scopes.
    NeedsAllScopes {
        /// Who is responsible for them, together if nobody is for all.
        responsible: Vec<RoleId>,
    },
    /// Nobody acts on their own account (R03).
    OwnAccount,
    /// No superuser entry covers the account, so a request could never be decided.
    NobodyDecides,
    /// Requester and approver are different people (R02).
    OwnRequest,
    /// There is no such request.
    RequestNotFound,
    /// The request came to its end before (R07).
    RequestEnded {
        /// Its number.
        number: i64,
        /// How it ended.
        state: RequestState,
        /// Who decided, if anybody.
        decider: Option<MemberId>,
        /// When.
        at: Timestamp,
    },
    /// What the request is about changed since it was asked for (R08).
    TargetChanged,
    /// Only whoever asked may take a request back.
    NotYourRequest,
    /// The caller was frozen by a superuser (R39).
    Frozen,
    /// Nobody freezes themselves.
    FreezeOneself,
    /// The member is frozen already.
    AlreadyFrozen,
    /// The member is not frozen.
    NotFrozen,
    /// The profile has no such kind (D1a).
    KindNotInProfile {
        /// What was asked for.
        kind: SendKind,
        /// What there is.
        kinds: Vec<SendKind>,
    },
    /// The account is deactivated.
    Deactivated,
    /// The account has no mail address (A06).
    NoMailAddress {
        /// Whether it may be given together with the send.
        editable: bool,
    },
    /// The profile never edits a login's address (X02).
    AddressNotEditable,
    /// The corrected address is the one on record.
    AddressUnchanged,
    /// What was typed is no mail address.
    MalformedAddress,
    /// What was typed is no reason (E09).
    Reason(ReasonError),
    /// There is no open code to remind of (E12).
    NoOpenCode {
        /// What can be sent instead.
        renewal: Option<SendKind>,
    },
    /// The newest code is on its way and not yet accepted by the mail server.
    CodeNotYetSent,
    /// The newest code has expired; a new one is proposed (E13).
    CodeExpired {
        /// Which kind of code.
        kind: CodeKind,
        /// Since when.
        since: Timestamp,
        /// What to send instead.
        renewal: Option<SendKind>,
    },
    /// A reminder repeats a code of the address on record; a corrected address needs a new code.
    ReminderToNewAddress,
    /// The last send to the person was too short ago (R17).
    SentTooRecently {
        /// When the next may go.
        next: Timestamp,
    },
    /// The person had all sends of a day (R17).
    TooManyToPerson {
        /// When the next may go.
        next: Timestamp,
    },
    /// The helper had all sends of an hour (R17).
    TooManyByHelper {
        /// When the next may go.
        next: Timestamp,
    },
    /// The account is not locked, or no longer (R08).
    NotLocked,
    /// Whether the account is locked is not known.
    LockUnknown,
    /// The kind sends a link and the desk has no `portal_url`.
    NoPortalAddress,
    /// Something is still to be chosen or typed before the confirm.
    Incomplete,
    /// The dialog was finished, cancelled, or swept after a day.
    DialogGone,
    /// The dialog is another member's.
    NotYourDialog,
    /// The address on record is another one than the dialog showed; nothing was sent to it.
    AddressChangedMeanwhile,
    /// The facts changed under the decision, three times in a row.
    FactsChanged,
    /// The interaction is older than Discord's 15 minutes.
    TooLate,
    /// The button or menu was made by a version that this one does not know.
    OldComponent,
    /// The command came from a guild without a desk, or from a direct message.
    NoDesk,
}

impl Refusal {
    /// The stable name in audit rows and text keys.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::MissingRole { .. } => "missing-role",
            Self::PersonNotFound => "person-not-found",
            Self::NeedsSuperuser { .. } => "needs-superuser",
            Self::NeedsAllScopes { .. } => "needs-all-scopes",
            Self::OwnAccount => "own-account",
            Self::NobodyDecides => "nobody-decides",
            Self::OwnRequest => "own-request",
            Self::RequestNotFound => "request-not-found",
            Self::RequestEnded { .. } => "request-ended",
            Self::TargetChanged => "target-changed",
            Self::NotYourRequest => "not-your-request",
            Self::Frozen => "frozen",
            Self::FreezeOneself => "freeze-oneself",
            Self::AlreadyFrozen => "already-frozen",
            Self::NotFrozen => "not-frozen",
            Self::KindNotInProfile { .. } => "kind-not-in-profile",
            Self::Deactivated => "deactivated",
            Self::NoMailAddress { editable: true } => "no-mail-address",
            Self::NoMailAddress { editable: false } => "no-mail-address-replace-only",
            Self::AddressNotEditable => "address-not-editable",
            Self::AddressUnchanged => "address-unchanged",
            Self::MalformedAddress => "malformed-address",
            Self::Reason(ReasonError::Blank) => "reason-blank",
            Self::Reason(ReasonError::TooLong(_)) => "reason-too-long",
            Self::NoOpenCode { .. } => "no-open-code",
            Self::CodeNotYetSent => "code-not-yet-sent",
            Self::CodeExpired { .. } => "code-expired",
            Self::ReminderToNewAddress => "reminder-to-new-address",
            Self::SentTooRecently { .. } => "sent-too-recently",
            Self::TooManyToPerson { .. } => "too-many-to-person",
            Self::TooManyByHelper { .. } => "too-many-by-helper",
            Self::NotLocked => "not-locked",
            Self::LockUnknown => "lock-unknown",
            Self::NoPortalAddress => "no-portal-address",
            Self::Incomplete => "incomplete",
            Self::DialogGone => "dialog-gone",
            Self::NotYourDialog => "not-your-dialog",
            Self::AddressChangedMeanwhile => "address-changed-meanwhile",
            Self::FactsChanged => "facts-changed",
            Self::TooLate => "too-late",
            Self::OldComponent => "old-component",
            Self::NoDesk => "no-desk",
        }
    }

    /// Whether the same would be allowed a little later, so that a request need not end by it.
    #[must_use]
    pub const fn is_passing(&self) -> bool {
        matches!(
            self,
            Self::SentTooRecently { .. }
                | Self::TooManyToPerson { .. }
                | Self::TooManyByHelper { .. }
                | Self::CodeNotYetSent
        )
    }
}
