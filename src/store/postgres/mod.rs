//! The store on PostgreSQL: one transaction per change.

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

use std::sync::Arc;

use async_trait::async_trait;
use jiff::Timestamp;
use sqlx::{Connection as _, PgPool};

use self::writer::write;
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

/// The directory database on a server, for any number of instances.
#[derive(Debug)]
pub struct PostgresStore {
    pool: PgPool,
    samples: Samples,
}

impl PostgresStore {
    /// Connects to the server and brings the schema up to date.
    ///
    /// # Errors
    /// The URL is malformed, the server cannot be reached or lets us not in, or its schema is newer than this
    /// program's. No error tells the password.
    pub async fn open(url: &str, options: &OpenOptions) -> Result<Self, StoreError> {
        let server = connect::options(url, options)?;
        let mut conn = connect::first(&server, options).await?;
        schema::prepare(&mut conn, options.migrate).await?;
        conn.close().await.map_err(super::error::from_sqlx)?;
        Ok(Self {
            pool: connect::pool(server, options),
            samples: Samples::default(),
        })
    }
}

/// The schema of a server's database; nothing is changed.
pub(super) async fn look(url: &str, options: &OpenOptions) -> Result<Schema, StoreError> {
    let server = connect::options(url, options)?;
    let mut conn = connect::first(&server, options).await?;
    let (found, known) = schema::look(&mut conn).await?;
    conn.close().await.map_err(super::error::from_sqlx)?;
    Ok(Schema {
        found: Some(found),
        known,
    })
}

/// Gives the role of another URL what it needs to work with the tables, when that is another one; says whom.
pub(super) async fn share(
    url: &str,
    worker: &str,
    options: &OpenOptions,
) -> Result<Option<String>, StoreError> {
    let owner = connect::options(url, options)?;
    let worker = connect::options(worker, options)?;
    if owner.get_username() == worker.get_username() {
        return Ok(None);
    }
    let mut conn = connect::first(&owner, options).await?;
    schema::share(&mut conn, worker.get_username()).await?;
    conn.close().await.map_err(super::error::from_sqlx)?;
    Ok(Some(worker.get_username().to_owned()))
}

/// A write that is not bound to a version cannot be in conflict; if it says so, the database is at odds with itself.
fn failed(stop: Stop) -> StoreError {
    match stop {
        Stop::Failed(error) => error,
        Stop::Conflict | Stop::Duplicate => super::error::Fault::NotCommitted.into(),
    }
}

#[async_trait]
impl Store for PostgresStore {
    async fn load_account(
        &self,
        desk: DeskId,
        id: AccountId,
        helper: Option<MemberId>,
        now: Timestamp,
    ) -> Result<Option<AccountFacts>, StoreError> {
        load::account(&self.pool, desk, id, helper, now).await
    }

    async fn find_exact(&self, desk: DeskId, text: &str) -> Result<Vec<Account>, StoreError> {
        load::find_exact(&self.pool, desk, text).await
    }

    async fn search(
        &self,
        desk: DeskId,
        query: &SearchQuery,
    ) -> Result<Vec<PersonLine>, StoreError> {
        search::find(&self.pool, &self.samples, desk, query).await
    }

    async fn list_people(
        &self,
        desk: DeskId,
        query: &ListQuery,
    ) -> Result<Vec<Listed>, StoreError> {
        lists::page(&self.pool, desk, query).await
    }

    async fn count_lists(
        &self,
        desk: DeskId,
        bounds: &ListBounds,
    ) -> Result<Vec<(PersonList, u64)>, StoreError> {
        lists::counts(&self.pool, desk, bounds).await
    }

    async fn load_draft(&self, desk: DeskId, id: DraftId) -> Result<Option<Draft>, StoreError> {
        drafts::load(&self.pool, desk, id).await
    }

    async fn load_letters(
        &self,
        desk: DeskId,
        ids: &[LetterId],
    ) -> Result<Vec<LetterStatus>, StoreError> {
        outbox::load_letters(&self.pool, desk, ids).await
    }

    async fn find_code(&self, desk: DeskId, hash: &str) -> Result<Option<Code>, StoreError> {
        load::code_by_hash(&self.pool, desk, hash).await
    }

    async fn commit(&self, change: Change) -> Result<Committed, StoreError> {
        let change = Arc::new(change);
        let done = write(&self.pool, move |conn| {
            let change = Arc::clone(&change);
            Box::pin(async move { apply::change(conn, &change).await })
        })
        .await;
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
        let counted = Arc::new(report.clone());
        let done = write(&self.pool, move |conn| {
            let counted = Arc::clone(&counted);
            Box::pin(async move { logins::record(conn, desk, &counted).await })
        });
        match done.await.map_err(failed)? {
            Some(done) => Ok(Some(done)),
            None => logins::lock_of(&self.pool, desk, &report.username).await,
        }
    }

    async fn redeem_code(
        &self,
        desk: DeskId,
        id: CodeId,
        now: Timestamp,
        salt: [u8; 16],
    ) -> Result<bool, StoreError> {
        let work = write(&self.pool, move |conn| {
            Box::pin(logins::redeem(conn, desk, id, (now, salt)))
        });
        work.await.map_err(failed)
    }

    async fn claim_letters(
        &self,
        now: Timestamp,
        lease_until: Timestamp,
        limit: u32,
    ) -> Result<Vec<Claim>, StoreError> {
        let work = write(&self.pool, move |conn| {
            Box::pin(outbox::claim(conn, now, lease_until, limit))
        });
        work.await.map_err(failed)
    }

    async fn load_letter(
        &self,
        desk: DeskId,
        id: LetterId,
    ) -> Result<Option<LetterFacts>, StoreError> {
        outbox::load_letter(&self.pool, desk, id).await
    }

    async fn settle(
        &self,
        claim: &Claim,
        settlement: Settlement,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let ends = Arc::new((claim.clone(), settlement));
        let work = write(&self.pool, move |conn| {
            let ends = Arc::clone(&ends);
            Box::pin(async move { outbox::settle(conn, &ends.0, &ends.1, now).await })
        });
        work.await.map_err(failed)
    }

    async fn next_due(&self) -> Result<Option<Timestamp>, StoreError> {
        outbox::next_due(&self.pool).await
    }

    async fn load_for_import(
        &self,
        desk: DeskId,
        keys: &[String],
    ) -> Result<Vec<ImportFacts>, StoreError> {
        import::accounts(&self.pool, desk, keys).await
    }

    async fn load_records(
        &self,
        desk: DeskId,
        external_ids: &[String],
    ) -> Result<Vec<Record>, StoreError> {
        import::records(&self.pool, desk, external_ids).await
    }

    async fn list_accounts(
        &self,
        desk: DeskId,
        after: AccountId,
        changed_since: Option<Timestamp>,
        limit: u32,
    ) -> Result<Vec<Account>, StoreError> {
        export::accounts(&self.pool, desk, after, changed_since, limit).await
    }

    async fn count_accounts(&self, desk: DeskId, under: Option<&Scope>) -> Result<u64, StoreError> {
        load::count_accounts(&self.pool, desk, under).await
    }

    async fn load_request(
        &self,
        desk: DeskId,
        id: RequestId,
    ) -> Result<Option<RequestFacts>, StoreError> {
        requests::load(&self.pool, desk, id).await
    }

    async fn list_requests(
        &self,
        desk: DeskId,
        query: &RequestQuery,
    ) -> Result<Vec<RequestFacts>, StoreError> {
        requests::list(&self.pool, desk, query).await
    }

    async fn count_requests(
        &self,
        desk: DeskId,
        account: AccountId,
        by: MemberId,
        since: Timestamp,
    ) -> Result<(u32, u32), StoreError> {
        requests::counts(&self.pool, desk, account, by, since).await
    }

    async fn due_requests(
        &self,
        desks: &[DeskId],
        now: Timestamp,
        limit: u32,
    ) -> Result<Vec<(DeskId, RequestId)>, StoreError> {
        requests::due(&self.pool, desks, now, limit).await
    }

    async fn is_frozen(&self, desk: DeskId, member: MemberId) -> Result<bool, StoreError> {
        requests::is_frozen(&self.pool, desk, member).await
    }

    async fn claim_notes(
        &self,
        now: Timestamp,
        lease_until: Timestamp,
        limit: u32,
    ) -> Result<Vec<NoteClaim>, StoreError> {
        let work = write(&self.pool, move |conn| {
            Box::pin(notes::claim(conn, now, lease_until, limit))
        });
        work.await.map_err(failed)
    }

    async fn settle_note(
        &self,
        claim: &NoteClaim,
        settlement: NoteSettlement,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let ends = Arc::new((claim.clone(), settlement));
        let work = write(&self.pool, move |conn| {
            let ends = Arc::clone(&ends);
            Box::pin(async move { notes::settle(conn, &ends.0, &ends.1, now).await })
        });
        work.await.map_err(failed)
    }

    async fn next_note_due(&self) -> Result<Option<Timestamp>, StoreError> {
        notes::next_due(&self.pool).await
    }

    async fn list_audit(
        &self,
        desk: DeskId,
        after: i64,
        limit: u32,
    ) -> Result<Vec<StoredAudit>, StoreError> {
        audit::list(&self.pool, desk, after, limit).await
    }

    async fn list_trail(
        &self,
        desk: DeskId,
        of: &TrailOf,
        turn: TrailTurn,
        limit: u32,
    ) -> Result<Vec<TrailRow>, StoreError> {
        trail::page(&self.pool, desk, of, turn, limit).await
    }

    async fn sweep(&self, now: Timestamp) -> Result<(), StoreError> {
        write(&self.pool, move |conn| Box::pin(sweep::all(conn, now)))
            .await
            .map_err(failed)
    }

    async fn close(&self) {
        self.pool.close().await;
    }
}
