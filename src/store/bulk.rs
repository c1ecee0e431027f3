//! Writes of one sort that follow each other go to the database together, as JSON lists of rows: an import brings
//! a thousand accounts in one change.

use std::collections::{BTreeSet, HashSet};

use jiff::Timestamp;
use serde::Serialize;

use super::error::Fault;
use crate::domain::account::{Account, AccountData, effective_scopes};
use crate::domain::change::Write;
use crate::domain::ids::{AccountId, RecordId, Version};
use crate::domain::lock::Lock;
use crate::domain::record::{Record, RecordData};
use crate::domain::scope::Scope;
use crate::ports::store::StoreError;

/// Writes that one set of statements can do together.
#[derive(Debug)]
pub(super) enum Run<'a> {
    /// New accounts.
    InsertAccounts(Vec<(AccountId, &'a AccountData)>),
    /// Changed accounts, each once.
    UpdateAccounts(Vec<(&'a Account, &'a AccountData)>),
    /// New records.
    InsertRecords(Vec<(RecordId, &'a RecordData)>),
    /// Changed records, each once.
    UpdateRecords(Vec<(&'a Record, &'a RecordData)>),
    /// Any other write, alone.
    One(&'a Write),
}

/// Splits the writes into runs; their order stays.
pub(super) fn runs(writes: &[Write]) -> Vec<Run<'_>> {
    let mut runs = Vec::new();
    // a second change of the same row expects the version that the first one makes
    let mut seen = HashSet::new();
    for write in writes {
        match (write, runs.last_mut()) {
            (Write::InsertAccount { id, data }, Some(Run::InsertAccounts(run))) => {
                run.push((*id, &**data));
            }
            (Write::InsertAccount { id, data }, _) => {
                runs.push(Run::InsertAccounts(vec![(*id, &**data)]));
            }
            (Write::UpdateAccount { before, after }, Some(Run::UpdateAccounts(run)))
                if seen.insert(before.id.0) =>
            {
                run.push((&**before, &**after));
            }
            (Write::UpdateAccount { before, after }, _) => {
                seen = HashSet::from([before.id.0]);
                runs.push(Run::UpdateAccounts(vec![(&**before, &**after)]));
            }
            (Write::InsertRecord { id, data }, Some(Run::InsertRecords(run))) => {
                run.push((*id, &**data));
            }
            (Write::InsertRecord { id, data }, _) => {
                runs.push(Run::InsertRecords(vec![(*id, &**data)]));
            }
            (Write::UpdateRecord { before, after }, Some(Run::UpdateRecords(run)))
                if seen.insert(before.id.0) =>
            {
                run.push((&**before, &**after));
            }
            (Write::UpdateRecord { before, after }, _) => {
                seen = HashSet::from([before.id.0]);
                runs.push(Run::UpdateRecords(vec![(&**before, &**after)]));
            }
            (other, _) => runs.push(Run::One(other)),
        }
    }
    runs
}

/// A row of `account`.
#[derive(Debug, Serialize)]
pub(super) struct AccountCell<'a> {
    id: i64,
    version: i64,
    username: &'a str,
    username_key: String,
    given_name: &'a str,
    surname: &'a str,
    email: Option<&'a str>,
    email_key: Option<String>,
    language: &'a str,
    state: &'a str,
    password_expires: Option<String>,
    external_id: Option<&'a str>,
    external_key: Option<String>,
    fiscal_code: Option<&'a str>,
    birth_date: Option<String>,
    person_id: Option<&'a str>,
    /// Nothing when the lock stays: failures counted meanwhile raise no version and must not be lost.
    lock_state: Option<&'a str>,
    failed_logins: u32,
    locked_at: Option<i64>,
    locked_by: Option<&'a str>,
}

impl<'a> AccountCell<'a> {
    fn new(id: AccountId, version: Version, data: &'a AccountData, lock: Option<Lock>) -> Self {
        let email = data
            .email
            .as_ref()
            .map(crate::domain::email::EmailAddress::as_str);
        let external_id = data.external_id.as_deref();
        let (failed_logins, since, by) = match lock {
            Some(Lock::Open { failed_logins }) => (failed_logins, None, None),
            Some(Lock::Locked { since, by }) => (0, Some(since), Some(by.code())),
            Some(Lock::Unknown) | None => (0, None, None),
        };
        Self {
            id: id.0,
            version: version.0,
            username: data.username.as_str(),
            username_key: data.username.key(),
            given_name: &data.given_name,
            surname: &data.surname,
            email,
            email_key: email.map(str::to_lowercase),
            language: data.language.code(),
            state: data.state.code(),
            password_expires: data.password_expires.map(|day| day.to_string()),
            external_id,
            external_key: external_id.map(str::to_lowercase),
            fiscal_code: data.fiscal_code.as_deref(),
            birth_date: data.birth_date.map(|day| day.to_string()),
            person_id: data.person_id.as_deref(),
            lock_state: lock.map(lock_state),
            failed_logins,
            locked_at: since.map(Timestamp::as_millisecond),
            locked_by: by,
        }
    }
}

const fn lock_state(lock: Lock) -> &'static str {
    match lock {
        Lock::Unknown => "unknown",
        Lock::Open { .. } => "open",
        Lock::Locked { .. } => "locked",
    }
}

/// A row of `account_scope`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize)]
pub(super) struct ScopeCell {
    account_id: i64,
    scope: String,
    inherited: bool,
}

/// A row of `account_group`.
#[derive(Debug, Serialize)]
pub(super) struct GroupCell<'a> {
    account_id: i64,
    name: &'a str,
}

/// What the search knows of an account.
#[derive(PartialEq, Eq, Debug)]
pub(super) struct SearchCell {
    /// Whose.
    pub(super) account_id: i64,
    /// The document's words.
    pub(super) words: Vec<String>,
    /// Effective scopes.
    pub(super) scopes: BTreeSet<Scope>,
}

impl SearchCell {
    fn new(id: AccountId, data: &AccountData, record_scope: Option<&Scope>) -> Self {
        let scopes = effective_scopes(&data.scopes, record_scope);
        Self {
            account_id: id.0,
            words: data.search_words(),
            scopes,
        }
    }
}

/// All rows that new or changed accounts mean.
#[derive(Debug, Default)]
pub(super) struct AccountRows<'a> {
    pub(super) accounts: Vec<AccountCell<'a>>,
    pub(super) scopes_gone: Vec<ScopeCell>,
    pub(super) scopes: Vec<ScopeCell>,
    pub(super) groups_gone: Vec<GroupCell<'a>>,
    pub(super) groups: Vec<GroupCell<'a>>,
    pub(super) found_by: Vec<SearchCell>,
}

impl<'a> AccountRows<'a> {
    /// Rows of new accounts.
    pub(super) fn of_new(run: &[(AccountId, &'a AccountData)]) -> Self {
        let mut rows = Self::default();
        for (id, data) in run {
            rows.accounts
                .push(AccountCell::new(*id, Version::FIRST, data, Some(data.lock)));
            rows.scopes.extend(scope_cells(*id, data, None));
            rows.groups.extend(data.groups.iter().map(|name| GroupCell {
                account_id: id.0,
                name,
            }));
            rows.found_by.push(SearchCell::new(*id, data, None));
        }
        rows
    }

    /// Rows of changed accounts: what differs from the state that was read.
    pub(super) fn of_changed(run: &[(&'a Account, &'a AccountData)]) -> Self {
        let mut rows = Self::default();
        for (account, after) in run {
            let (id, before, record) = (account.id, &account.data, account.record_scope.as_ref());
            let lock = (before.lock != after.lock).then_some(after.lock);
            rows.accounts
                .push(AccountCell::new(id, account.version, after, lock));
            let (old, new) = (
                scope_cells(id, before, record),
                scope_cells(id, after, record),
            );
            rows.scopes_gone.extend(old.difference(&new).cloned());
            rows.scopes.extend(new.difference(&old).cloned());
            let group = |name: &'a String| GroupCell {
                account_id: id.0,
                name,
            };
            rows.groups_gone
                .extend(before.groups.difference(&after.groups).map(group));
            rows.groups
                .extend(after.groups.difference(&before.groups).map(group));
            let found_by = SearchCell::new(id, after, record);
            if found_by != SearchCell::new(id, before, record) {
                rows.found_by.push(found_by);
            }
        }
        rows
    }
}

fn scope_cells(id: AccountId, data: &AccountData, record: Option<&Scope>) -> BTreeSet<ScopeCell> {
    let inherited = data.scopes.is_empty();
    let scopes = effective_scopes(&data.scopes, record).into_iter();
    scopes
        .map(|scope| ScopeCell {
            account_id: id.0,
            scope: scope.as_str().to_owned(),
            inherited,
        })
        .collect()
}

/// A row of `register_record`.
#[derive(Debug, Serialize)]
pub(super) struct RecordCell<'a> {
    id: i64,
    version: i64,
    external_id: &'a str,
    kind: &'a str,
    given_name: &'a str,
    surname: &'a str,
    fiscal_code: Option<&'a str>,
    email: Option<&'a str>,
    scope: Option<&'a str>,
    class: Option<&'a str>,
    school_year: Option<&'a str>,
}

impl<'a> RecordCell<'a> {
    /// The row of a record with the version that it has, or is expected to have.
    pub(super) fn new(id: RecordId, version: Version, data: &'a RecordData) -> Self {
        Self {
            id: id.0,
            version: version.0,
            external_id: &data.external_id,
            kind: data.kind.code(),
            given_name: &data.given_name,
            surname: &data.surname,
            fiscal_code: data.fiscal_code.as_deref(),
            email: data
                .email
                .as_ref()
                .map(crate::domain::email::EmailAddress::as_str),
            scope: data.scope.as_ref().map(Scope::as_str),
            class: data.class.as_deref(),
            school_year: data.school_year.as_deref(),
        }
    }
}

/// The JSON text of rows or of a value.
pub(super) fn to_json(value: &(impl Serialize + ?Sized)) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|_unshown| Fault::NoJson.into())
}
