//! Accounts of the directory: a login with its user name, names, mail, scopes, groups and state.

use std::collections::BTreeSet;
use std::fmt;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::email::EmailAddress;
use super::fold;
use super::ids::{AccountId, Version};
use super::language::Language;
use super::lock::Lock;
use super::scope::Scope;

/// A login name; two that differ only in case are the same.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct UserName(String);

impl UserName {
    /// Reads a name; spaces around it are dropped. `None` when nothing is left or a control character is in it.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        (!text.is_empty() && !text.chars().any(char::is_control)).then(|| Self(text.to_owned()))
    }

    /// The name as it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The form by which names are compared.
    #[must_use]
    pub fn key(&self) -> String {
        self.0.to_lowercase()
    }
}

impl fmt::Display for UserName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The name of a group of the desk's profile.
pub type GroupName = String;

/// What the account is in; unknown is never shown as fine (R25).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AccountState {
    /// Never activated.
    Invited,
    /// In use.
    Active,
    /// Switched off, not deleted (E14).
    Deactivated,
    /// The directory does not say.
    Unknown,
}

impl AccountState {
    /// All of them.
    pub const ALL: [Self; 4] = [
        Self::Invited,
        Self::Active,
        Self::Deactivated,
        Self::Unknown,
    ];

    /// The stable name in rows and files.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Invited => "invited",
            Self::Active => "active",
            Self::Deactivated => "deactivated",
            Self::Unknown => "unknown",
        }
    }

    /// Reads a stable name, without case.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|state| text.trim().eq_ignore_ascii_case(state.code()))
    }
}

/// What a directory file, a form or a change may set of an account.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AccountData {
    /// The login name, the account's key within the desk.
    pub username: UserName,
    /// Given names.
    pub given_name: String,
    /// Family names.
    pub surname: String,
    /// Where mails go; some accounts have none.
    pub email: Option<EmailAddress>,
    /// The person's language.
    pub language: Language,
    /// Own scopes; when empty, those of the linked record count, else the whole desk.
    pub scopes: BTreeSet<Scope>,
    /// Groups of the desk's profile.
    pub groups: BTreeSet<GroupName>,
    /// The state.
    pub state: AccountState,
    /// The day on which the password expires.
    pub password_expires: Option<Date>,
    /// The source system's own number.
    pub external_id: Option<String>,
    /// The fiscal code, upper case.
    pub fiscal_code: Option<String>,
    /// The birth date.
    pub birth_date: Option<Date>,
    /// What accounts of one person share.
    pub person_id: Option<String>,
    /// Locked, open or not known.
    pub lock: Lock,
}

#[cfg(test)]
impl AccountData {
    /// Somebody of whom no more is known than a name.
    pub(crate) fn of_test(username: &str, (given_name, surname): (&str, &str)) -> Self {
        Self {
            username: UserName::parse(username).expect("a user name"),
            given_name: given_name.to_owned(),
            surname: surname.to_owned(),
            email: None,
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
}

/// An account with its key and version.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Account {
    /// The key.
    pub id: AccountId,
    /// How often it was changed.
    pub version: Version,
    /// Scope of the linked register record, for accounts without own scopes.
    pub record_scope: Option<Scope>,
    /// Everything else.
    pub data: AccountData,
}

impl Account {
    /// The scopes that authority is checked against; never empty.
    #[must_use]
    pub fn effective_scopes(&self) -> BTreeSet<Scope> {
        effective_scopes(&self.data.scopes, self.record_scope.as_ref())
    }

    /// Given name and surname.
    #[must_use]
    pub fn full_name(&self) -> String {
        format!("{} {}", self.data.given_name, self.data.surname)
    }
}

/// Own scopes, else the linked record's, else the whole desk.
#[must_use]
pub fn effective_scopes(own: &BTreeSet<Scope>, record: Option<&Scope>) -> BTreeSet<Scope> {
    if !own.is_empty() {
        return own.clone();
    }
    BTreeSet::from([record.cloned().unwrap_or_else(Scope::whole_desk)])
}

impl AccountData {
    /// The words by which the account is found.
    #[must_use]
    pub fn search_words(&self) -> Vec<String> {
        let email = self.email.as_ref().map(EmailAddress::as_str);
        let parts = [
            Some(self.surname.as_str()),
            Some(self.given_name.as_str()),
            Some(self.username.as_str()),
            email,
            self.external_id.as_deref(),
            self.fiscal_code.as_deref(),
        ];
        fold::document_words(parts.into_iter().flatten())
    }
}

/// One line of a list of people, as autocomplete and select menus show it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PersonLine {
    /// Whose line it is.
    pub id: AccountId,
    /// Family names.
    pub surname: String,
    /// Given names.
    pub given_name: String,
    /// The login name.
    pub username: UserName,
    /// One effective scope.
    pub scope: Scope,
    /// The address, to be masked by whoever shows it.
    pub email: Option<EmailAddress>,
}
