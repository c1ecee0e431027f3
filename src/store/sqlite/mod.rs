//! The store on SQLite: one writer with group commit, readers in their own pool.

mod apply;
mod audit;
mod connect;
mod drafts;
mod export;
mod import;
mod lists;
mod load;
mod logins;
mod notes;
mod outbox;
mod requests;
mod schema;
mod search;
mod sweep;
mod trail;
mod writer;

use std::fs::File;
use std::path::Path;

use async_trait::async_trait;
use jiff::Timestamp;
use sqlx::{Connection as _, SqlitePool};

use self::writer::Writer;
use super::error::Stop;
use super::options::OpenOptions;
use super::samples::Samples;
use super::schema::Schema;
use crate::domain::account::{Account, PersonLine};
use crate::domain::change::Change;
use crate::domain::code::Code;
use crate::domain::dialog::Draft;
use crate::domain::facts::AccountFacts;
use crate::domain::ids::{AccountId, CodeId, DeskId, DraftId, LetterId, MemberId, RequestId};
use crate::domain::import::ImportFacts;
use crate::domain::letter::{LetterFacts, LetterStatus};
use crate::domain::lists::{ListBounds, Listed, PersonList};
use crate::domain::lock::Lock;
use crate::domain::record::Record;
use crate::domain::scope::Scope;
use crate::domain::trail::{TrailRow, TrailTurn};
use crate::ports::store::{
    Claim, Committed, ListQuery, LoginReport, NoteClaim, NoteSettlement, RequestFacts,
    RequestQuery, SearchQuery, Settlement, Store, StoreError, StoredAudit, TrailOf,
};

/// The directory database in one file.
#[derive(Debug)]
pub struct SqliteStore {
    writer: Writer,
    readers: SqlitePool,
    samples: Samples,
    /// Held as long as the store lives.
    _lock: Option<File>,
}

impl SqliteStore {
    /// Opens the file, creates it for its owner alone if it is not there, and brings its schema up to date.
    ///
    /// # Errors
    /// The file cannot be used, another process runs on it, or its schema is newer than this program's.
    pub async fn open(path: &Path, options: &OpenOptions) -> Result<Self, StoreError> {
        let lock = if options.exclusive {
            Some(connect::lock(path)?)
        } else {
            None
        };
        connect::create(path, options).await?;
        let mut conn = connect::writer(path, options).await?;
        schema::prepare(&mut conn, options.migrate).await?;
        if options.exclusive {
            outbox::release(&mut conn).await?;
        }
        let readers = connect::readers(path, options).await?;
        Ok(Self {
            writer: Writer::start(conn),
            readers,
            samples: Samples::default(),
            _lock: lock,
        })
    }
}

/// The schema of a file that need not be there; nothing is created or changed.
pub(super) async fn look(path: &Path, options: &OpenOptions) -> Result<Schema, StoreError> {
    let (found, known) = match connect::looker(path, options).await? {
        Some(mut conn) => {
            let (found, known) = schema::look(&mut conn).await?;
            conn.close().await.map_err(super::error::from_sqlx)?;
            (Some(found), known)
        }
        None => (None, schema::known()),
    };
    Ok(Schema { found, known })
}

/// A write that is not bound to a version cannot be in conflict; if it says so, the database is at odds with itself.
fn failed(stop: Stop) -> StoreError {
    match stop {
        Stop::Failed(error) => error,
        Stop::Conflict | Stop::Duplicate => super::error::Fault::NotCommitted.into(),
    }
}

#[async_trait]
impl Store for SqliteStore {
    async fn load_account(
        &self,
        desk: DeskId,
        id: AccountId,
        helper: Option<MemberId>,
        now: Timestamp,
    ) -> Result<Option<AccountFacts>, StoreError> {
        load::account(&self.readers, desk, id, helper, now).await
    }

    async fn find_exact(&self, desk: DeskId, text: &str) -> Result<Vec<Account>, StoreError> {
        load::find_exact(&self.readers, desk, text).await
    }

    async fn search(
        &self,
        desk: DeskId,
        query: &SearchQuery,
    ) -> Result<Vec<PersonLine>, StoreError> {
        search::find(&self.readers, &self.samples, desk, query).await
    }

    async fn list_people(
        &self,
        desk: DeskId,
        query: &ListQuery,
    ) -> Result<Vec<Listed>, StoreError> {
        lists::page(&self.readers, desk, query).await
    }

    async fn count_lists(
        &self,
        desk: DeskId,
        bounds: &ListBounds,
    ) -> Result<Vec<(PersonList, u64)>, StoreError> {
        lists::counts(&self.readers, desk, bounds).await
    }

    async fn load_draft(&self, desk: DeskId, id: DraftId) -> Result<Option<Draft>, StoreError> {
        drafts::load(&self.readers, desk, id).await
    }

    async fn load_letters(
        &self,
        desk: DeskId,
        ids: &[LetterId],
    ) -> Result<Vec<LetterStatus>, StoreError> {
        outbox::load_letters(&self.readers, desk, ids).await
    }

    async fn find_code(&self, desk: DeskId, hash: &str) -> Result<Option<Code>, StoreError> {
        load::code_by_hash(&self.readers, desk, hash).await
    }

    async fn commit(&self, change: Change) -> Result<Committed, StoreError> {
        let done = if change.writes.is_empty() {
            self.writer.note(change).await
        } else {
            let work = self
                .writer
                .write(move |conn| Box::pin(async move { apply::change(conn, &change).await }));
            work.await
        };
        match done {
            Ok(()) => Ok(Committed::Done),
            Err(Stop::Conflict) => Ok(Committed::Conflict),
            Err(Stop::Duplicate) => Ok(Committed::Duplicate),
            Err(Stop::Failed(error)) => Err(error),
        }
    }

    async fn record_login(
        &self,
        desk: DeskId,
        report: &LoginReport,
    ) -> Result<Option<(AccountId, Lock)>, StoreError> {
        let counted = report.clone();
        let done = self
            .writer
            .write(move |conn| Box::pin(async move { logins::record(conn, desk, &counted).await }));
        match done.await.map_err(failed)? {
            Some(done) => Ok(Some(done)),
            None => logins::lock_of(&self.readers, desk, &report.username).await,
        }
    }

    async fn redeem_code(
        &self,
        desk: DeskId,
        id: CodeId,
        now: Timestamp,
        salt: [u8; 16],
    ) -> Result<bool, StoreError> {
        let work = self
            .writer
            .write(move |conn| Box::pin(logins::redeem(conn, desk, id, (now, salt))));
        work.await.map_err(failed)
    }

    async fn claim_letters(
        &self,
        now: Timestamp,
        lease_until: Timestamp,
        limit: u32,
    ) -> Result<Vec<Claim>, StoreError> {
        let work = self
            .writer
            .write(move |conn| Box::pin(outbox::claim(conn, now, lease_until, limit)));
        work.await.map_err(failed)
    }

    async fn load_letter(
        &self,
        desk: DeskId,
        id: LetterId,
    ) -> Result<Option<LetterFacts>, StoreError> {
        outbox::load_letter(&self.readers, desk, id).await
    }

    async fn settle(
        &self,
        claim: &Claim,
        settlement: Settlement,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let claim = claim.clone();
        let work = self.writer.write(move |conn| {
            Box::pin(async move { outbox::settle(conn, &claim, &settlement, now).await })
        });
        work.await.map_err(failed)
    }

    async fn next_due(&self) -> Result<Option<Timestamp>, StoreError> {
        outbox::next_due(&self.readers).await
    }

    async fn load_for_import(
        &self,
        desk: DeskId,
        keys: &[String],
    ) -> Result<Vec<ImportFacts>, StoreError> {
        import::accounts(&self.readers, desk, keys).await
    }

    async fn load_records(
        &self,
        desk: DeskId,
        external_ids: &[String],
    ) -> Result<Vec<Record>, StoreError> {
        import::records(&self.readers, desk, external_ids).await
    }

    async fn list_accounts(
        &self,
        desk: DeskId,
        after: AccountId,
        changed_since: Option<Timestamp>,
        limit: u32,
    ) -> Result<Vec<Account>, StoreError> {
        export::accounts(&self.readers, desk, after, changed_since, limit).await
    }

    async fn count_accounts(&self, desk: DeskId, under: Option<&Scope>) -> Result<u64, StoreError> {
        load::count_accounts(&self.readers, desk, under).await
    }

    async fn load_request(
        &self,
        desk: DeskId,
        id: RequestId,
    ) -> Result<Option<RequestFacts>, StoreError> {
        requests::load(&self.readers, desk, id).await
    }

    async fn list_requests(
        &self,
        desk: DeskId,
        query: &RequestQuery,
    ) -> Result<Vec<RequestFacts>, StoreError> {
        requests::list(&self.readers, desk, query).await
    }

    async fn count_requests(
        &self,
        desk: DeskId,
        account: AccountId,
        by: MemberId,
        since: Timestamp,
    ) -> Result<(u32, u32), StoreError> {
        requests::counts(&self.readers, desk, account, by, since).await
    }

    async fn due_requests(
        &self,
        desks: &[DeskId],
        now: Timestamp,
        limit: u32,
    ) -> Result<Vec<(DeskId, RequestId)>, StoreError> {
        requests::due(&self.readers, desks, now, limit).await
    }

    async fn is_frozen(&self, desk: DeskId, member: MemberId) -> Result<bool, StoreError> {
        requests::is_frozen(&self.readers, desk, member).await
    }

    async fn claim_notes(
        &self,
        now: Timestamp,
        lease_until: Timestamp,
        limit: u32,
    ) -> Result<Vec<NoteClaim>, StoreError> {
        let work = self
            .writer
            .write(move |conn| Box::pin(notes::claim(conn, now, lease_until, limit)));
        work.await.map_err(failed)
    }

    async fn settle_note(
        &self,
        claim: &NoteClaim,
        settlement: NoteSettlement,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let claim = claim.clone();
        let work = self.writer.write(move |conn| {
            Box::pin(async move { notes::settle(conn, &claim, &settlement, now).await })
        });
        work.await.map_err(failed)
    }

    async fn next_note_due(&self) -> Result<Option<Timestamp>, StoreError> {
        notes::next_due(&self.readers).await
    }

    async fn list_audit(
        &self,
        desk: DeskId,
        after: i64,
        limit: u32,
    ) -> Result<Vec<StoredAudit>, StoreError> {
        audit::list(&self.readers, desk, after, limit).await
    }

    async fn list_trail(
        &self,
        desk: DeskId,
        of: &TrailOf,
        turn: TrailTurn,
        limit: u32,
    ) -> Result<Vec<TrailRow>, StoreError> {
        trail::page(&self.readers, desk, of, turn, limit).await
    }

    async fn sweep(&self, now: Timestamp) -> Result<(), StoreError> {
        self.writer
            .write(move |conn| Box::pin(sweep::all(conn, now)))
            .await
            .map_err(failed)
    }

    async fn close(&self) {
        self.writer.close().await;
        self.readers.close().await;
    }
}
