//! A change: typed writes and audit events that are committed together or not at all.

use jiff::Timestamp;

use super::account::{Account, AccountData};
use super::audit::AuditEvent;
use super::code::{CodeBits, CodeKind};
use super::dialog::Draft;
use super::email::EmailAddress;
use super::ids::{
    AccountId, AddressChangeId, CodeId, DeskId, DraftId, InteractionId, MemberId, RecordId,
    RequestId, Version,
};
use super::import::Field;
use super::letter::NewLetter;
use super::note::NoteKind;
use super::reason::Reason;
use super::record::{Record, RecordData};
use super::request_life::{DueStep, Ended, NewRequest};

/// What a decision writes. The interaction id is unique: the same interaction twice acts once.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Change {
    /// The desk that it stays in.
    pub desk: DeskId,
    /// When it was decided.
    pub at: Timestamp,
    /// The interaction that caused it.
    pub interaction: Option<InteractionId>,
    /// The writes, in this order.
    pub writes: Vec<Write>,
    /// The audit events, after all writes.
    pub audit: Vec<AuditEvent>,
}

impl Change {
    /// A change that writes only audit events: a view, a refusal.
    #[must_use]
    pub fn audit_only(desk: DeskId, interaction: Option<InteractionId>, event: AuditEvent) -> Self {
        Self {
            desk,
            at: event.at,
            interaction,
            writes: Vec::new(),
            audit: vec![event],
        }
    }
}

/// One write. Those on an existing row name the version that they expect; another one there is a conflict.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Write {
    /// A new account.
    InsertAccount {
        /// The key.
        id: AccountId,
        /// All of it; boxed because it is large.
        data: Box<AccountData>,
    },
    /// New values for an account; the version rises by one.
    UpdateAccount {
        /// As it was read.
        before: Box<Account>,
        /// As it shall be.
        after: Box<AccountData>,
    },
    /// Something that hangs on the account changes; the version rises by one.
    TouchAccount {
        /// Whose.
        id: AccountId,
        /// The version that was read.
        expected: Version,
    },
    /// The desk changed a value of its own (D11). The first such mark of a field since its last import stays.
    MarkDeskChange {
        /// Whose.
        account: AccountId,
        /// Which value.
        field: Field,
        /// What the last import had set.
        imported: String,
    },
    /// The file caught up with the desk's change, or showed a third value (D11).
    ClearDeskChange {
        /// Whose.
        account: AccountId,
        /// Which value.
        field: Field,
    },
    /// The address was corrected by the desk.
    RecordAddressChange {
        /// The key.
        id: AddressChangeId,
        /// Whose.
        account: AccountId,
        /// What it replaced.
        replaced: Option<EmailAddress>,
        /// What it is now.
        address: EmailAddress,
    },
    /// A new register record.
    InsertRecord {
        /// The key.
        id: RecordId,
        /// All of it.
        data: Box<RecordData>,
    },
    /// New values for a register record.
    UpdateRecord {
        /// As it was read.
        before: Box<Record>,
        /// As it shall be.
        after: Box<RecordData>,
    },
    /// All open codes of an account end, their random bits are deleted (R15).
    RevokeCodes {
        /// Whose.
        account: AccountId,
    },
    /// A new code.
    IssueCode(NewCode),
    /// A send that counts against the limits (R17).
    RecordSend {
        /// To whose person.
        account: AccountId,
        /// By whom.
        member: MemberId,
    },
    /// A letter, with its row in the outbox.
    QueueLetter(NewLetter),
    /// A dialog's next step, with the version that it gets: the first one is a new draft, any later one expects the
    /// version before it.
    SaveDraft(Draft),
    /// The dialog is over; expects that it is not yet.
    FinishDraft {
        /// Which.
        id: DraftId,
        /// The version that was read.
        expected: Version,
    },
    /// A new request, numbered by the desk's counter; expects that its requester is not frozen.
    OpenRequest(Box<NewRequest>),
    /// A request comes to its end; expects that it still waits.
    EndRequest(Box<Ended>),
    /// Something fell due while a request waits; expects that it still does.
    NoteRequest {
        /// Which.
        id: RequestId,
        /// The version that was read.
        expected: Version,
        /// What was due; `None` where only the time of the next thing changed.
        step: Option<DueStep>,
        /// When the next thing is due.
        next_step_at: Timestamp,
    },
    /// A message about a request, to be brought up to date or posted after the change.
    QueueNote {
        /// Which kind of message.
        kind: NoteKind,
        /// Which request.
        request: RequestId,
    },
    /// A helper may do nothing more from now on; expects that they are not frozen (R39).
    FreezeMember(Freeze),
    /// A frozen helper may work again; expects that they are frozen.
    UnfreezeMember {
        /// Whom.
        member: MemberId,
    },
}

/// A helper to be frozen.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Freeze {
    /// Whom.
    pub member: MemberId,
    /// Who froze them.
    pub by: MemberId,
    /// Why.
    pub reason: Reason,
    /// How many requests of theirs wait, all of which end with the same change; expects that there are no others.
    pub waiting: usize,
}

/// A code to be stored: never the code itself.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NewCode {
    /// The key.
    pub id: CodeId,
    /// Whose.
    pub account: AccountId,
    /// What it is for.
    pub kind: CodeKind,
    /// The random bits that it is derived from.
    pub bits: CodeBits,
    /// By which it is found or checked (R14).
    pub hash: String,
    /// When it was made.
    pub issued_at: Timestamp,
    /// Valid until then if its letter is never accepted; else counted anew.
    pub expires_at: Timestamp,
}
