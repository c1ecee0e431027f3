//! A row of an accounts file, read into what it says of an account.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::check::Encoding;
use super::header::{AccountColumn, Header};
use super::reasons::{self, Reasons};
use super::reject::Reject;
use super::{ImportOptions, values};
use crate::domain::account::{AccountData, AccountState, UserName};
use crate::domain::desk::Desk;
use crate::domain::import::{Field, FileAccount};
use crate::domain::language::Language;
use crate::domain::lock::{Lock, LockSource};

/// How the rows of a file are read.
pub(super) struct AccountReader<'a> {
    pub(super) desk: &'a Desk,
    pub(super) options: &'a ImportOptions,
    pub(super) header: Header<AccountColumn>,
    pub(super) encoding: Encoding,
    /// When the import began: locks of the file count from then.
    pub(super) started: Timestamp,
}

impl AccountReader<'_> {
    /// The user name of a row.
    pub(super) fn username(&self, cells: &[Vec<u8>]) -> Result<UserName, Reject> {
        let found = self
            .header
            .cells(cells)
            .find(|(column, _)| *column == AccountColumn::Username);
        let text = found
            .map(|(_, cell)| self.encoding.decode(cell))
            .unwrap_or_default();
        if text.trim().is_empty() {
            return Err(Reject::NoUserName);
        }
        values::text(&text, "username")?;
        UserName::parse(&text).ok_or(Reject::MalformedUserName)
    }

    /// What the row says, or all that keeps it out.
    pub(super) fn read(
        &self,
        username: UserName,
        cells: &[Vec<u8>],
    ) -> Result<FileAccount, Reasons> {
        let mut row = FileAccount {
            data: self.new_account(username),
            says: BTreeSet::new(),
        };
        let mut rejects = Vec::new();
        for (column, cell) in self.header.cells(cells) {
            let cell = self.encoding.decode(cell);
            let (field, separators): (_, &[char]) = match column {
                AccountColumn::Username => continue,
                AccountColumn::CommaGroups => (Field::Groups, &[',', '|']),
                AccountColumn::Value(field) => (field, &['|']),
            };
            match self.take(field, &cell, separators, &mut row.data) {
                Ok(true) => {
                    row.says.insert(field);
                }
                Ok(false) => {}
                Err(reject) => rejects.push(reject),
            }
        }
        self.fill(&mut row);
        reasons::note_missing_names(&mut rejects, &row.data.given_name, &row.data.surname);
        if row.says.contains(&Field::Email)
            && row.data.email.is_none()
            && self.desk.profile.mail_required
        {
            rejects.push(Reject::MissingMail);
        }
        Reasons::of(rejects).map_or(Ok(row), Err)
    }

    /// What a new account is where the file says nothing.
    fn new_account(&self, username: UserName) -> AccountData {
        AccountData {
            username,
            given_name: String::new(),
            surname: String::new(),
            email: None,
            language: self.desk.language,
            scopes: BTreeSet::new(),
            groups: BTreeSet::new(),
            state: AccountState::Unknown,
            password_expires: None,
            external_id: None,
            fiscal_code: None,
            birth_date: None,
            person_id: None,
            lock: Lock::Unknown,
        }
    }

    /// Takes a cell in; false when it says nothing. An empty cell says "none" where a value may be absent.
    fn take(
        &self,
        field: Field,
        cell: &str,
        separators: &[char],
        data: &mut AccountData,
    ) -> Result<bool, Reject> {
        let column = field.column();
        match field {
            Field::GivenName => data.given_name = values::text(cell, column)?.unwrap_or_default(),
            Field::Surname => data.surname = values::text(cell, column)?.unwrap_or_default(),
            Field::Email => data.email = values::mail(cell)?,
            Field::Language => return take_language(cell, data),
            Field::Scope => data.scopes = values::scopes(cell)?,
            Field::Groups => {
                data.groups = values::groups(cell, separators, &self.desk.profile.groups)?;
            }
            Field::State => match values::state(cell)? {
                Some(state) => data.state = state,
                None => return Ok(false),
            },
            Field::PasswordExpires => data.password_expires = values::date(cell, column)?,
            Field::ExternalId => data.external_id = values::text(cell, column)?,
            Field::FiscalCode => data.fiscal_code = values::fiscal_code(cell)?,
            Field::BirthDate => data.birth_date = values::date(cell, column)?,
            Field::PersonId => data.person_id = values::text(cell, column)?,
            Field::Locked => match values::locked(cell)? {
                Some(true) => {
                    data.lock = Lock::Locked {
                        since: self.started,
                        by: LockSource::Import,
                    }
                }
                Some(false) => data.lock = Lock::OPEN,
                None => return Ok(false),
            },
        }
        Ok(true)
    }

    /// The options stand for missing columns.
    fn fill(&self, row: &mut FileAccount) {
        let has = |field| {
            self.header
                .columns
                .contains(&Some(AccountColumn::Value(field)))
        };
        if let Some(language) = self.options.language.filter(|_| !has(Field::Language)) {
            row.data.language = language;
            row.says.insert(Field::Language);
        }
        if let Some(scope) = self.options.scope.as_ref().filter(|_| !has(Field::Scope)) {
            row.data.scopes = BTreeSet::from([scope.clone()]);
            row.says.insert(Field::Scope);
        }
    }
}

/// An empty cell says nothing.
fn take_language(cell: &str, data: &mut AccountData) -> Result<bool, Reject> {
    if cell.trim().is_empty() {
        return Ok(false);
    }
    data.language = Language::parse(cell).ok_or(Reject::UnknownLanguage)?;
    Ok(true)
}
