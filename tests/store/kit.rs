//! A store for one test, and the people in it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use deskhand::domain::account::{Account, AccountData, AccountState, UserName};
use deskhand::domain::audit::{Actor, AuditAction, AuditEvent, AuditResult};
use deskhand::domain::change::{Change, NewCode, Write};
use deskhand::domain::code::{CodeBits, CodeKind};
use deskhand::domain::email::EmailAddress;
use deskhand::domain::facts::AccountFacts;
use deskhand::domain::ids::{
    AccountId, CodeId, DeskId, InteractionId, LetterId, MemberId, RoleId, Version,
};
use deskhand::domain::language::Language;
use deskhand::domain::letter::{LetterKind, NewLetter, Recipient};
use deskhand::domain::lock::Lock;
use deskhand::domain::scope::Scope;
use deskhand::ports::store::{Committed, Store, StoreError};
use deskhand::store::{OpenOptions, open};
use jiff::Timestamp;
use sqlx::{AssertSqlSafe, PgPool, Row as _, SqlitePool};
use tempfile::TempDir;

use crate::support::postgres::TestDatabase;

/// The desk of most cases.
pub(crate) const DESK: DeskId = DeskId(1_100_000_000_000_000_001);
/// Another one in the same database.
pub(crate) const OTHER: DeskId = DeskId(1_100_000_000_000_000_002);
/// Whoever acts.
pub(crate) const HELPER: MemberId = MemberId(77);

/// A store of a test's own, and a second way into its database.
pub(crate) struct Kit {
    pub(crate) store: Arc<dyn Store>,
    raw: Raw,
}

enum Raw {
    Sqlite(SqlitePool, TempDir),
    Postgres(PgPool, TestDatabase),
}

impl Kit {
    pub(crate) async fn sqlite() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}", folder.path().join("desk.db").display());
        let store = open(&url, &OpenOptions::default()).await.unwrap();
        let raw = SqlitePool::connect(&url).await.unwrap();
        Self {
            store,
            raw: Raw::Sqlite(raw, folder),
        }
    }

    pub(crate) async fn postgres() -> Self {
        let database = TestDatabase::filled("store", async |url: &str| {
            open(url, &OpenOptions::default())
                .await
                .unwrap()
                .close()
                .await;
        })
        .await;
        let store = open(database.url(), &OpenOptions::default()).await.unwrap();
        let raw = PgPool::connect(database.url()).await.unwrap();
        Self {
            store,
            raw: Raw::Postgres(raw, database),
        }
    }

    pub(crate) fn is_sqlite(&self) -> bool {
        matches!(self.raw, Raw::Sqlite(..))
    }

    /// The one number that a statement of the test's own gives.
    pub(crate) async fn number(&self, sql: &str) -> i64 {
        let sql = AssertSqlSafe(sql.to_owned());
        match &self.raw {
            Raw::Sqlite(pool, _) => sqlx::query_scalar(sql).fetch_one(pool).await.unwrap(),
            Raw::Postgres(pool, _) => sqlx::query_scalar(sql).fetch_one(pool).await.unwrap(),
        }
    }

    /// Runs a statement of the test's own; the database's words when it refuses.
    pub(crate) async fn execute(&self, sql: &str) -> Result<u64, String> {
        let sql = AssertSqlSafe(sql.to_owned());
        match &self.raw {
            Raw::Sqlite(pool, _) => sqlx::query(sql)
                .execute(pool)
                .await
                .map(|done| done.rows_affected()),
            Raw::Postgres(pool, _) => sqlx::query(sql)
                .execute(pool)
                .await
                .map(|done| done.rows_affected()),
        }
        .map_err(|error| error.to_string())
    }

    /// SQLite's plan of a statement.
    pub(crate) async fn plan(&self, sql: &str) -> Vec<String> {
        let Raw::Sqlite(pool, _) = &self.raw else {
            panic!("a SQLite database")
        };
        let explain = AssertSqlSafe(format!("EXPLAIN QUERY PLAN {sql}"));
        let rows = sqlx::query(explain).fetch_all(pool).await.unwrap();
        rows.iter().map(|row| row.get("detail")).collect()
    }

    /// By which the database is opened once more.
    pub(crate) fn url(&self) -> String {
        match &self.raw {
            Raw::Sqlite(_, folder) => {
                format!("sqlite://{}", folder.path().join("desk.db").display())
            }
            Raw::Postgres(_, database) => database.url().to_owned(),
        }
    }

    /// The other way into a PostgreSQL database.
    pub(crate) fn pool(&self) -> Option<&PgPool> {
        match &self.raw {
            Raw::Sqlite(..) => None,
            Raw::Postgres(pool, _) => Some(pool),
        }
    }

    pub(crate) async fn commit(&self, writes: Vec<Write>) -> Result<Committed, StoreError> {
        self.store.commit(change(writes)).await
    }

    pub(crate) async fn done(&self, writes: Vec<Write>) {
        assert_eq!(self.commit(writes).await.unwrap(), Committed::Done);
    }

    /// A new active account with the lock open.
    pub(crate) async fn person(&self, id: i64, username: &str) -> Account {
        self.done(vec![insert(id, data(username))]).await;
        self.account(id).await
    }

    pub(crate) async fn facts(&self, id: i64) -> AccountFacts {
        let facts = self
            .store
            .load_account(DESK, AccountId(id), Some(HELPER), at(0))
            .await
            .unwrap();
        facts.expect("the account")
    }

    pub(crate) async fn account(&self, id: i64) -> Account {
        self.facts(id).await.account
    }
}

/// Seconds after a fixed instant.
pub(crate) fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(1_800_000_000 + seconds).unwrap()
}

pub(crate) fn scope(text: &str) -> Scope {
    Scope::parse(text).unwrap()
}

pub(crate) fn scopes(texts: &[&str]) -> BTreeSet<Scope> {
    texts.iter().map(|text| scope(text)).collect()
}

pub(crate) fn mail(text: &str) -> EmailAddress {
    EmailAddress::parse(text).unwrap()
}

pub(crate) fn data(username: &str) -> AccountData {
    AccountData {
        username: UserName::parse(username).unwrap(),
        given_name: "Anna".to_owned(),
        surname: "Rossi".to_owned(),
        email: EmailAddress::parse(&format!("{}@example.ch", username.to_lowercase())).ok(),
        language: Language::It,
        scopes: BTreeSet::new(),
        groups: BTreeSet::new(),
        state: AccountState::Active,
        password_expires: None,
        external_id: None,
        fiscal_code: None,
        birth_date: None,
        person_id: None,
        lock: Lock::OPEN,
    }
}

pub(crate) fn insert(id: i64, data: AccountData) -> Write {
    Write::InsertAccount {
        id: AccountId(id),
        data: Box::new(data),
    }
}

pub(crate) fn update(before: &Account, edit: impl FnOnce(&mut AccountData)) -> Write {
    let mut after = before.data.clone();
    edit(&mut after);
    Write::UpdateAccount {
        before: Box::new(before.clone()),
        after: Box::new(after),
    }
}

pub(crate) fn touch(id: i64, expected: i64) -> Write {
    Write::TouchAccount {
        id: AccountId(id),
        expected: Version(expected),
    }
}

pub(crate) fn change(writes: Vec<Write>) -> Change {
    Change {
        desk: DESK,
        at: at(0),
        interaction: None,
        writes,
        audit: Vec::new(),
    }
}

pub(crate) fn event(action: AuditAction, account: i64) -> AuditEvent {
    AuditEvent {
        at: at(0),
        actor: Actor {
            member: Some(HELPER),
            role: Some(RoleId(5)),
        },
        approver: None,
        action,
        account: Some(AccountId(account)),
        verification: None,
        result: AuditResult::Done,
        version: Some(Version(2)),
        detail: BTreeMap::from([("reason", "lost \"quote\" and é".to_owned())]),
        salt: [9; 16],
    }
}

pub(crate) fn interaction(id: i64) -> Option<InteractionId> {
    Some(InteractionId(id))
}

/// A code that is valid until `expires` seconds.
pub(crate) fn code(id: i64, account: i64, kind: CodeKind, expires: i64) -> NewCode {
    NewCode {
        id: CodeId(id),
        account: AccountId(account),
        kind,
        bits: CodeBits([u8::try_from(id % 250).unwrap(); 16]),
        hash: format!("sha256:{id:064}"),
        issued_at: at(id % 1_000),
        expires_at: at(expires),
    }
}

pub(crate) fn letter(id: i64, account: i64, kind: LetterKind, codes: &[i64]) -> NewLetter {
    NewLetter {
        id: LetterId(id),
        identity: format!("letter/{id}"),
        account: AccountId(account),
        kind,
        recipient: Recipient::Current,
        codes: codes.iter().map(|id| CodeId(*id)).collect(),
        tells_unlock: false,
        at: at(0),
    }
}
