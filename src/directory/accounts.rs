//! Accounts of a file against those of the desk (D11).

use std::collections::HashMap;

use async_trait::async_trait;
use jiff::Timestamp;

use super::ImportOptions;
use super::account_row::AccountReader;
use super::check::Encoding;
use super::header::{AccountColumn, Header};
use super::kind::{Decision, Entry, Kind};
use super::problem::{FileProblem, ImportError};
use super::reasons::Reasons;
use super::reject::Reject;
use crate::domain::account::{Account, AccountData, AccountState};
use crate::domain::audit::AuditAction;
use crate::domain::change::Write;
use crate::domain::desk::Desk;
use crate::domain::ids::{AccountId, Version};
use crate::domain::import::{Field, FileAccount, ImportFacts};
use crate::domain::import_merge::merge;
use crate::domain::supply::Supply;
use crate::ports::store::Store;

/// The import of accounts.
pub(super) struct Accounts<'a> {
    store: &'a dyn Store,
    reader: AccountReader<'a>,
}

impl<'a> Accounts<'a> {
    pub(super) fn new(
        store: &'a dyn Store,
        desk: &'a Desk,
        options: &'a ImportOptions,
        started: Timestamp,
    ) -> Self {
        let header = Header {
            columns: Vec::new(),
            ignored: Vec::new(),
        };
        let encoding = Encoding::Utf8 { mark: false };
        Self {
            store,
            reader: AccountReader {
                desk,
                options,
                header,
                encoding,
                started,
            },
        }
    }

    /// Whether the account counts when missing ones are counted.
    fn counts(&self, account: &Account) -> bool {
        let Some(under) = &self.reader.options.scope else {
            return true;
        };
        account
            .effective_scopes()
            .iter()
            .any(|scope| under.covers(scope))
    }
}

#[async_trait]
impl Kind for Accounts<'_> {
    type Row = FileAccount;
    const ACTIONS: [AuditAction; 2] = [
        AuditAction::ImportAccountsStarted,
        AuditAction::ImportAccountsFinished,
    ];
    const SEEN: Reject = Reject::UserNameSeen;

    fn begin(
        &mut self,
        titles: &[String],
        line: u64,
        encoding: Encoding,
    ) -> Result<Vec<String>, FileProblem> {
        let mut header = Header::<AccountColumn>::read(titles, line)?;
        let ignored = std::mem::take(&mut header.ignored);
        self.reader.header = header;
        self.reader.encoding = encoding;
        Ok(ignored)
    }

    fn read(&self, cells: &[Vec<u8>]) -> (Option<String>, Result<FileAccount, Reasons>) {
        match self.reader.username(cells) {
            Ok(username) => (Some(username.key()), self.reader.read(username, cells)),
            Err(reject) => (None, Err(reject.into())),
        }
    }

    async fn decide(
        &self,
        entries: &[Entry<FileAccount>],
        supply: &mut (dyn Supply + Send),
    ) -> Result<Decision, ImportError> {
        let keys: Vec<String> = entries
            .iter()
            .filter_map(|entry| entry.key.clone())
            .collect();
        let found = self
            .store
            .load_for_import(self.reader.desk.id, &keys)
            .await?;
        let found: HashMap<String, ImportFacts> = found
            .into_iter()
            .map(|facts| (facts.account.data.username.key(), facts))
            .collect();
        let mut decision = Decision::default();
        for (at, entry) in entries.iter().enumerate() {
            let facts = entry.key.as_ref().and_then(|key| found.get(key));
            match (&entry.row, facts) {
                (Ok(row), Some(facts)) => self.update(facts, row, entry.raw.line, &mut decision),
                (Ok(row), None) => self.create(row, at, supply, &mut decision),
                (Err(_), Some(facts)) => self.keep(&facts.account, &mut decision),
                (Err(_), None) => {}
            }
        }
        // the store writes neighbours of one kind in one go
        decision.writes.sort_by_key(|write| match write {
            Write::InsertAccount { .. } => 0,
            Write::UpdateAccount { .. } => 1,
            _ => 2,
        });
        Ok(decision)
    }

    async fn count(&self) -> Result<u64, ImportError> {
        Ok(self
            .store
            .count_accounts(self.reader.desk.id, self.reader.options.scope.as_ref())
            .await?)
    }
}

impl Accounts<'_> {
    /// A rejected row still shows that the file has the account.
    fn keep(&self, account: &Account, decision: &mut Decision) {
        let present = u64::from(self.counts(account));
        decision.present_before += present;
        decision.present_after += present;
    }

    fn create(
        &self,
        row: &FileAccount,
        at: usize,
        supply: &mut (dyn Supply + Send),
        decision: &mut Decision,
    ) {
        // the column is missing altogether: fine for accounts that exist, not for new ones
        if self.reader.desk.profile.mail_required && !row.says.contains(&Field::Email) {
            decision.rejects.insert(at, Reject::MissingMail);
            return;
        }
        let id = AccountId(supply.id());
        let account = Account {
            id,
            version: Version::FIRST,
            record_scope: None,
            data: row.data.clone(),
        };
        decision.present_after += u64::from(self.counts(&account));
        decision.counts.created += 1;
        decision.writes.push(Write::InsertAccount {
            id,
            data: Box::new(account.data),
        });
    }

    fn update(&self, facts: &ImportFacts, row: &FileAccount, line: u64, decision: &mut Decision) {
        let before = &facts.account;
        let merge = merge(facts, row);
        decision
            .conflicts
            .extend(merge.conflicts.into_iter().map(|field| (line, field)));
        let after = Account {
            data: merge.after,
            ..before.clone()
        };
        decision.present_before += u64::from(self.counts(before));
        decision.present_after += u64::from(self.counts(&after));
        if after.data == before.data {
            decision.counts.unchanged += 1;
            if !merge.cleared.is_empty() {
                // a mark must not be ended on facts that are no longer true
                decision.writes.push(Write::TouchAccount {
                    id: before.id,
                    expected: before.version,
                });
            }
        } else {
            decision.counts.updated += 1;
            if ends_codes(&before.data, &after.data) {
                decision
                    .writes
                    .push(Write::RevokeCodes { account: before.id });
            }
            let before = Box::new(before.clone());
            decision.writes.push(Write::UpdateAccount {
                before,
                after: Box::new(after.data),
            });
        }
        let account = before.id;
        decision.writes.extend(
            merge
                .cleared
                .into_iter()
                .map(|field| Write::ClearDeskChange { account, field }),
        );
    }
}

/// Another mail address, or none, and a deactivation end all open codes (R15).
fn ends_codes(before: &AccountData, after: &AccountData) -> bool {
    let deactivated = after.state == AccountState::Deactivated && before.state != after.state;
    let same_address = match (&before.email, &after.email) {
        (Some(before), Some(after)) => before.same_as(after),
        (before, after) => before == after,
    };
    deactivated || !same_address
}
