//! What an import looks at: the values that a directory file brings, and those that the desk changed (D11).

use std::collections::BTreeSet;

use super::account::{Account, AccountData};
use super::email::EmailAddress;
use super::lock::Lock;
use super::scope::Scope;

/// A value of an account that files bring.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Field {
    /// Given names.
    GivenName,
    /// Family names.
    Surname,
    /// Mail address.
    Email,
    /// Language.
    Language,
    /// Scopes.
    Scope,
    /// Groups.
    Groups,
    /// State.
    State,
    /// Day on which the password expires.
    PasswordExpires,
    /// The source system's number.
    ExternalId,
    /// Fiscal code.
    FiscalCode,
    /// Birth date.
    BirthDate,
    /// What accounts of one person share.
    PersonId,
    /// Locked or not.
    Locked,
}

impl Field {
    /// All of them.
    pub const ALL: [Self; 13] = [
        Self::GivenName,
        Self::Surname,
        Self::Email,
        Self::Language,
        Self::Scope,
        Self::Groups,
        Self::State,
        Self::PasswordExpires,
        Self::ExternalId,
        Self::FiscalCode,
        Self::BirthDate,
        Self::PersonId,
        Self::Locked,
    ];

    /// The canonical column title, also the name in rows.
    #[must_use]
    pub const fn column(self) -> &'static str {
        match self {
            Self::GivenName => "given_name",
            Self::Surname => "surname",
            Self::Email => "email",
            Self::Language => "language",
            Self::Scope => "scope",
            Self::Groups => "groups",
            Self::State => "state",
            Self::PasswordExpires => "password_expires",
            Self::ExternalId => "external_id",
            Self::FiscalCode => "fiscal_code",
            Self::BirthDate => "birth_date",
            Self::PersonId => "person_id",
            Self::Locked => "locked",
        }
    }

    /// Reads a column title.
    #[must_use]
    pub fn parse(column: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|field| field.column() == column)
    }

    /// The value as a file would write it; by this text two values are compared (`is_same`).
    #[must_use]
    pub fn text(self, data: &AccountData) -> String {
        let list = |names: Vec<&str>| names.join("|");
        match self {
            Self::GivenName => data.given_name.clone(),
            Self::Surname => data.surname.clone(),
            Self::Email => data
                .email
                .as_ref()
                .map_or("", EmailAddress::as_str)
                .to_owned(),
            Self::Language => data.language.code().to_owned(),
            Self::Scope => list(data.scopes.iter().map(Scope::as_str).collect()),
            Self::Groups => list(data.groups.iter().map(String::as_str).collect()),
            Self::State => data.state.code().to_owned(),
            Self::PasswordExpires => data
                .password_expires
                .map_or_else(String::new, |date| date.to_string()),
            Self::ExternalId => data.external_id.clone().unwrap_or_default(),
            Self::FiscalCode => data.fiscal_code.clone().unwrap_or_default(),
            Self::BirthDate => data
                .birth_date
                .map_or_else(String::new, |date| date.to_string()),
            Self::PersonId => data.person_id.clone().unwrap_or_default(),
            Self::Locked => match data.lock {
                Lock::Unknown => String::new(),
                Lock::Open { .. } => "no".to_owned(),
                Lock::Locked { .. } => "yes".to_owned(),
            },
        }
    }

    /// Whether two texts of this value mean the same: mail addresses are compared without case.
    #[must_use]
    pub(super) fn is_same(self, one: &str, other: &str) -> bool {
        one == other || self == Self::Email && one.to_lowercase() == other.to_lowercase()
    }

    /// Takes the value over from one account's data to another's.
    pub(super) fn copy(self, from: &AccountData, to: &mut AccountData) {
        match self {
            Self::GivenName => to.given_name.clone_from(&from.given_name),
            Self::Surname => to.surname.clone_from(&from.surname),
            Self::Email => to.email.clone_from(&from.email),
            Self::Language => to.language = from.language,
            Self::Scope => to.scopes.clone_from(&from.scopes),
            Self::Groups => to.groups.clone_from(&from.groups),
            Self::State => to.state = from.state,
            Self::PasswordExpires => to.password_expires = from.password_expires,
            Self::ExternalId => to.external_id.clone_from(&from.external_id),
            Self::FiscalCode => to.fiscal_code.clone_from(&from.fiscal_code),
            Self::BirthDate => to.birth_date = from.birth_date,
            Self::PersonId => to.person_id.clone_from(&from.person_id),
            Self::Locked => to.lock = from.lock,
        }
    }
}

/// An account with the values that the desk changed since the last import.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ImportFacts {
    /// The account.
    pub account: Account,
    /// The field and what the last import had set.
    pub desk_changes: Vec<(Field, String)>,
}

/// A row of an accounts file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FileAccount {
    /// The values; those that the row says nothing about are what a new account starts with.
    pub data: AccountData,
    /// What the row says something about.
    pub says: BTreeSet<Field>,
}
