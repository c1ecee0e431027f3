//! The directory database: `load` reads facts with their versions, `commit` writes a change or nothing.

use async_trait::async_trait;
use jiff::Timestamp;

use crate::domain::access::Sight;
use crate::domain::account::{Account, PersonLine, UserName};
use crate::domain::audit::AuditRow;
use crate::domain::change::Change;
use crate::domain::code::Code;
use crate::domain::dialog::Draft;
use crate::domain::facts::AccountFacts;
use crate::domain::ids::{AccountId, CodeId, DeskId, DraftId, LetterId, MemberId, RequestId};
use crate::domain::import::ImportFacts;
use crate::domain::letter::{LetterFacts, LetterState, LetterStatus};
use crate::domain::lists::{ListBounds, Listed, PersonList, Turn};
use crate::domain::lock::{Lock, LoginOutcome};
use crate::domain::note::NoteKind;
use crate::domain::record::Record;
use crate::domain::request::{CardProblem, Posted, Request, RequestState};
use crate::domain::scope::Scope;
use crate::domain::trail::{TrailRow, TrailTurn};

/// What became of a change.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Committed {
    /// It is on disk.
    Done,
    /// A row had another version than expected; nothing was written.
    Conflict,
    /// The interaction was handled before; nothing was written.
    Duplicate,
}

/// Why the store could not answer. Nothing was written, but for [`StoreError::Uncertain`].
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database cannot be reached, or did not answer in time.
    #[error("the database cannot be reached")]
    Unreachable(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The database went away while a change was committed: it is made or not.
    #[error("the database went away during a commit")]
    Uncertain(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The schema was made by a newer version of this program.
    #[error(
        "the database's schema ({found}) is newer than this program's ({known}); use the newer program"
    )]
    NewerSchema {
        /// The database's.
        found: i64,
        /// This program's.
        known: i64,
    },
    /// The schema is older than this program's and was not to be brought up to date.
    #[error(
        "the database's schema ({found}) is older than this program's ({known}); run `deskhand migrate`"
    )]
    OlderSchema {
        /// The database's.
        found: i64,
        /// This program's.
        known: i64,
    },
    /// The URL names no database that this program knows how to open.
    #[error("the database URL cannot be used: {0}")]
    BadUrl(&'static str),
    /// The file or server is there in name only; without user name and password.
    #[error("the database {what} cannot be opened: {why}")]
    CannotOpen {
        /// The file's path, or the server's name, port and database.
        what: String,
        /// What the system or the server says.
        why: String,
    },
    /// A row contradicts itself.
    #[error("the database holds a value that cannot be: table {table}, column {column}, row {row}")]
    Inconsistent {
        /// Where.
        table: &'static str,
        /// Which value.
        column: &'static str,
        /// The row's key.
        row: i64,
    },
    /// Another process runs on this database file.
    #[error("another deskhand runs on this database file")]
    InUse,
    /// Anything else that the database says.
    #[error("the database refused a statement")]
    Refused(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// A search for people.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SearchQuery {
    /// What was typed, trimmed: an exact user name, mail or id comes first.
    pub text: String,
    /// Its folded words; all must match.
    pub words: Vec<String>,
    /// Which accounts may be found.
    pub sight: Sight,
    /// How many at most.
    pub limit: u32,
}

/// A page of a list of people.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ListQuery {
    /// Which list.
    pub list: PersonList,
    /// Who and what counts.
    pub bounds: ListBounds,
    /// Which rows.
    pub turn: Turn,
    /// How many at most.
    pub limit: u32,
}

/// A part of the audit trail.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum TrailOf {
    /// What is about one account.
    Account(AccountId),
    /// All that this sight reaches: with scopes, only rows about accounts there. Looks at `trail::WALK` rows.
    Sight(Sight),
}

/// A letter taken for sending; completing it needs the token.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Claim {
    /// The desk.
    pub desk: DeskId,
    /// The letter.
    pub letter: LetterId,
    /// Proves that the lease is still ours.
    pub token: i64,
    /// Attempts before this one.
    pub attempts: u32,
}

/// What a claim ends with.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Settlement {
    /// The letter came to its end; the row leaves the outbox (dead ones stay visible).
    Settled {
        /// How.
        state: LetterState,
        /// When accepted: the last valid instant of each code whose first letter this was.
        code_ends: Vec<(CodeId, Timestamp)>,
    },
    /// Another attempt later.
    Postponed {
        /// Not before.
        until: Timestamp,
        /// Why, without addresses.
        problem: String,
    },
}

/// A message about a request taken for delivery; completing it needs the token.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NoteClaim {
    /// The desk.
    pub desk: DeskId,
    /// Which kind of message.
    pub kind: NoteKind,
    /// Which request.
    pub request: RequestId,
    /// Proves that the lease is still ours.
    pub token: i64,
    /// Attempts before this one.
    pub attempts: u32,
    /// When it was first taken: since then it may have been posted without our knowing.
    pub since: Timestamp,
}

/// What the delivery of a message about a request ends with.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum NoteSettlement {
    /// The card is posted there.
    Posted(Posted),
    /// Brought up to date, posted, or no longer needed.
    Done,
    /// The card that stood there was deleted in Discord; it is posted anew at once.
    Gone(Posted),
    /// The channel cannot be used; another attempt later.
    Blocked {
        /// Why.
        problem: CardProblem,
        /// Not before.
        until: Timestamp,
    },
    /// Another attempt later.
    Postponed {
        /// Not before.
        until: Timestamp,
        /// Why.
        problem: String,
    },
    /// Given up after many attempts.
    Dead {
        /// Why.
        problem: String,
    },
}

/// A request with the account that it is about.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RequestFacts {
    /// The request.
    pub request: Request,
    /// The account as it is now.
    pub account: Account,
}

/// A page of requests, newest first.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RequestQuery {
    /// What this member asked for counts.
    pub by: MemberId,
    /// What is asked about accounts that this sight reaches counts too.
    pub about: Option<Sight>,
    /// Only those that stand there.
    pub state: Option<RequestState>,
    /// Only smaller numbers.
    pub before: i64,
    /// How many at most.
    pub limit: u32,
}

/// A reported login.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LoginReport {
    /// Who tried.
    pub username: UserName,
    /// How it ended.
    pub outcome: LoginOutcome,
    /// Failures in a row that lock (X05).
    pub max_failures: u32,
    /// When.
    pub at: Timestamp,
    /// Salt of the audit row that a lock writes.
    pub salt: [u8; 16],
}

/// A row of the audit trail with its hash and, unless erased, its detail.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StoredAudit {
    /// The row.
    pub row: AuditRow,
    /// Its hash over the former row's.
    pub hash: [u8; 32],
    /// Salt and text of its detail.
    pub detail: Option<([u8; 16], String)>,
}

/// The directory database on SQLite or PostgreSQL; one contract suite runs on both.
///
/// To add a write: a variant of `domain::change::Write`, its statement in `apply.rs` of both backends,
/// a case in `tests/store.rs`.
#[async_trait]
pub trait Store: Send + Sync {
    /// The facts about an account; sends are read for the limits of `helper` at `now`.
    async fn load_account(
        &self,
        desk: DeskId,
        id: AccountId,
        helper: Option<MemberId>,
        now: Timestamp,
    ) -> Result<Option<AccountFacts>, StoreError>;

    /// Accounts with exactly this user name, mail or external id, without case; 500 at most,
    /// because many may share a mailbox and the caller sees only some of them.
    async fn find_exact(&self, desk: DeskId, text: &str) -> Result<Vec<Account>, StoreError>;

    /// People by what was typed so far.
    async fn search(
        &self,
        desk: DeskId,
        query: &SearchQuery,
    ) -> Result<Vec<PersonLine>, StoreError>;

    /// People of a list next to a position, in the list's order.
    async fn list_people(&self, desk: DeskId, query: &ListQuery)
    -> Result<Vec<Listed>, StoreError>;

    /// How many people are in each list; counting stops after `lists::COUNT_MAX` and one.
    async fn count_lists(
        &self,
        desk: DeskId,
        bounds: &ListBounds,
    ) -> Result<Vec<(PersonList, u64)>, StoreError>;

    /// A dialog's draft, if it is not over.
    async fn load_draft(&self, desk: DeskId, id: DraftId) -> Result<Option<Draft>, StoreError>;

    /// How far these letters have come.
    async fn load_letters(
        &self,
        desk: DeskId,
        ids: &[LetterId],
    ) -> Result<Vec<LetterStatus>, StoreError>;

    /// The open code behind the hash of a code that stands alone.
    async fn find_code(&self, desk: DeskId, hash: &str) -> Result<Option<Code>, StoreError>;

    /// Writes a change with its audit rows, or nothing. Answers only when it is durable.
    async fn commit(&self, change: Change) -> Result<Committed, StoreError>;

    /// Counts a reported login and locks at the last failure, in one statement; `None` for an unknown user name.
    async fn record_login(
        &self,
        desk: DeskId,
        report: &LoginReport,
    ) -> Result<Option<(AccountId, Lock)>, StoreError>;

    /// Uses up a code: true once, and only while it is open and valid; ends all open codes of the account (R15),
    /// opens the lock for a reset link (D5), activates an invited account.
    async fn redeem_code(
        &self,
        desk: DeskId,
        id: CodeId,
        now: Timestamp,
        salt: [u8; 16],
    ) -> Result<bool, StoreError>;

    /// Takes due letters for sending, oldest first; a lease that ran out can be taken again.
    async fn claim_letters(
        &self,
        now: Timestamp,
        lease_until: Timestamp,
        limit: u32,
    ) -> Result<Vec<Claim>, StoreError>;

    /// What a claimed letter is written from.
    async fn load_letter(
        &self,
        desk: DeskId,
        id: LetterId,
    ) -> Result<Option<LetterFacts>, StoreError>;

    /// Ends a claim; false when the lease was lost to another worker.
    async fn settle(
        &self,
        claim: &Claim,
        settlement: Settlement,
        now: Timestamp,
    ) -> Result<bool, StoreError>;

    /// When the next letter is due, leases included.
    async fn next_due(&self) -> Result<Option<Timestamp>, StoreError>;

    /// The accounts with these user names (compared by `UserName::key`), for a batch of an import.
    async fn load_for_import(
        &self,
        desk: DeskId,
        keys: &[String],
    ) -> Result<Vec<ImportFacts>, StoreError>;

    /// The records with these external ids, for a batch of an import.
    async fn load_records(
        &self,
        desk: DeskId,
        external_ids: &[String],
    ) -> Result<Vec<Record>, StoreError>;

    /// Accounts in the order of their keys, after one of them; with a time, only those that carry a mark of the desk's
    /// own change made since then (D12).
    async fn list_accounts(
        &self,
        desk: DeskId,
        after: AccountId,
        changed_since: Option<Timestamp>,
        limit: u32,
    ) -> Result<Vec<Account>, StoreError>;

    /// How many accounts the desk has, under a scope if one is given.
    async fn count_accounts(&self, desk: DeskId, under: Option<&Scope>) -> Result<u64, StoreError>;

    /// A request with its account.
    async fn load_request(
        &self,
        desk: DeskId,
        id: RequestId,
    ) -> Result<Option<RequestFacts>, StoreError>;

    /// Requests of a member, or about accounts in a sight.
    async fn list_requests(
        &self,
        desk: DeskId,
        query: &RequestQuery,
    ) -> Result<Vec<RequestFacts>, StoreError>;

    /// Since a time: requests about the account, and other persons whom the member asked for (R12).
    async fn count_requests(
        &self,
        desk: DeskId,
        account: AccountId,
        by: MemberId,
        since: Timestamp,
    ) -> Result<(u32, u32), StoreError>;

    /// Waiting requests of these desks for which something is due, the longest due first.
    async fn due_requests(
        &self,
        desks: &[DeskId],
        now: Timestamp,
        limit: u32,
    ) -> Result<Vec<(DeskId, RequestId)>, StoreError>;

    /// Whether a helper is frozen (R39).
    async fn is_frozen(&self, desk: DeskId, member: MemberId) -> Result<bool, StoreError>;

    /// Takes due messages about requests for delivery, oldest first; a lease that ran out can be taken again.
    async fn claim_notes(
        &self,
        now: Timestamp,
        lease_until: Timestamp,
        limit: u32,
    ) -> Result<Vec<NoteClaim>, StoreError>;

    /// Ends a claim of a message; false when the lease was lost to another worker.
    async fn settle_note(
        &self,
        claim: &NoteClaim,
        settlement: NoteSettlement,
        now: Timestamp,
    ) -> Result<bool, StoreError>;

    /// When the next message about a request is due, leases included.
    async fn next_note_due(&self) -> Result<Option<Timestamp>, StoreError>;

    /// Audit rows after a number, in order.
    async fn list_audit(
        &self,
        desk: DeskId,
        after: i64,
        limit: u32,
    ) -> Result<Vec<StoredAudit>, StoreError>;

    /// Audit rows of a part of the trail next to a number, newest first.
    async fn list_trail(
        &self,
        desk: DeskId,
        of: &TrailOf,
        turn: TrailTurn,
        limit: u32,
    ) -> Result<Vec<TrailRow>, StoreError>;

    /// Deletes interaction ids older than a day, drafts older than a day, sends older than two days.
    async fn sweep(&self, now: Timestamp) -> Result<(), StoreError>;

    /// Ends after the writes in hand; later ones are refused.
    async fn close(&self);
}
