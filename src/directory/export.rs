//! Accounts as a file in the source system's own form, which the import reads back unchanged.
//! The directory is gone through twice: once to see what the file needs and to count, once to write it.

use std::collections::BTreeMap;
use std::io::Write;

use jiff::Timestamp;

use super::export_row::{Form, Surroundings};
use crate::domain::account::Account;
use crate::domain::audit::{Actor, AuditAction, AuditEvent, AuditResult};
use crate::domain::change::Change;
use crate::domain::desk::Desk;
use crate::domain::ids::AccountId;
use crate::domain::supply::Supply as _;
use crate::ports::clock::Clock;
use crate::ports::store::{Store, StoreError};
use crate::ports::supply::{NoRandomBits, SystemSupply};

/// Accounts read at a time.
const BATCH: u32 = 1_000;

/// What is exported, and how.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct ExportOptions {
    /// Only accounts with a change of the desk's own since then that no import has shown yet (D12).
    pub changed_since: Option<Timestamp>,
    /// Leave text that looks like a formula as it is, for the import; else a spreadsheet shall not run it (R35).
    pub raw: bool,
}

/// What was exported.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Exported {
    /// Rows.
    pub accounts: u64,
    /// Cells that got an apostrophe, because a spreadsheet would take them for a formula.
    pub neutralised: u64,
    /// Accounts without a scope of their own beside others that have one: the file shows where they count.
    pub scopes_filled: u64,
    /// As many in a raw file, where theirs is empty: the import rejects these rows, and gives nobody another scope.
    pub scopes_empty: u64,
    /// `UTF-8` or `Windows-1252`.
    pub encoding: &'static str,
}

/// An export stopped. Texts are one line and name no person.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The file cannot be written.
    #[error("the export cannot be written: {0}")]
    Unwritable(#[source] std::io::Error),
    /// Something in it has changed since it was seen what the file needs; nothing would be written as it is.
    #[error("the directory was changed while it was exported; export it again")]
    Changed,
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The random source.
    #[error(transparent)]
    Random(#[from] NoRandomBits),
}

/// Writes a desk's accounts, in the order of their keys; the audit row is on disk before the first of them (R33).
///
/// # Errors
/// The database does not answer, or the rows cannot be written.
pub async fn export_accounts(
    store: &dyn Store,
    clock: &dyn Clock,
    desk: &Desk,
    options: &ExportOptions,
    out: &mut (dyn Write + Send),
) -> Result<Exported, ExportError> {
    let mut seen = Surroundings::of(options.raw);
    let form = Form::of(&desk.profile.name);
    let mut walk = Walk::new(store, desk, options);
    while let Some(accounts) = walk.next().await? {
        for account in &accounts {
            seen.look_at(form, account);
        }
    }
    audit(store, clock, desk, options, seen.accounts).await?;

    let encoding = seen.encoding(form);
    let mut exported = Exported {
        accounts: 0,
        neutralised: 0,
        scopes_filled: 0,
        scopes_empty: 0,
        encoding: encoding.name(),
    };
    let mut writer = form.writer(out);
    let written = writer.write_record(form.titles(&seen));
    written.map_err(|error| ExportError::Unwritable(std::io::Error::other(error)))?;
    let mut walk = Walk::new(store, desk, options);
    while let Some(accounts) = walk.next().await? {
        for account in &accounts {
            if !seen.holds(form, account) {
                return Err(ExportError::Changed);
            }
            let mut row = form.row(account, &seen);
            if !options.raw {
                exported.neutralised += row.neutralise();
            }
            exported.accounts += 1;
            if row.without_scope && options.raw {
                exported.scopes_empty += 1;
            } else if row.without_scope {
                exported.scopes_filled += 1;
            }
            let written = writer.write_record(row.cells.iter().map(|cell| encoding.encode(cell)));
            written.map_err(|error| ExportError::Unwritable(std::io::Error::other(error)))?;
        }
    }
    writer.flush().map_err(ExportError::Unwritable)?;
    Ok(exported)
}

/// The way through the directory by keys.
struct Walk<'a> {
    store: &'a dyn Store,
    desk: &'a Desk,
    changed_since: Option<Timestamp>,
    after: AccountId,
}

impl<'a> Walk<'a> {
    const fn new(store: &'a dyn Store, desk: &'a Desk, options: &ExportOptions) -> Self {
        Self {
            store,
            desk,
            changed_since: options.changed_since,
            after: AccountId(i64::MIN),
        }
    }

    async fn next(&mut self) -> Result<Option<Vec<Account>>, StoreError> {
        let accounts = self
            .store
            .list_accounts(self.desk.id, self.after, self.changed_since, BATCH)
            .await?;
        if let Some(last) = accounts.last() {
            self.after = last.id;
        }
        Ok(Some(accounts).filter(|accounts| !accounts.is_empty()))
    }
}

async fn audit(
    store: &dyn Store,
    clock: &dyn Clock,
    desk: &Desk,
    options: &ExportOptions,
    accounts: u64,
) -> Result<(), ExportError> {
    let now = clock.now();
    let mut detail = BTreeMap::from([("count", accounts.to_string())]);
    if let Some(since) = options.changed_since {
        detail.insert("since", since.to_string());
    }
    let event = AuditEvent {
        at: now,
        actor: Actor::default(),
        approver: None,
        action: AuditAction::ExportAccounts,
        account: None,
        verification: None,
        result: AuditResult::Done,
        version: None,
        detail,
        salt: SystemSupply::draw(now)?.bits(),
    };
    // not bound to a version or an interaction, so it is always done
    store
        .commit(Change::audit_only(desk.id, None, event))
        .await?;
    Ok(())
}
