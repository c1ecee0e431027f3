//! Register records: a person as the register knows them.

use serde::{Deserialize, Serialize};

use super::email::EmailAddress;
use super::ids::{RecordId, Version};
use super::scope::Scope;

/// What a record is about.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RecordKind {
    /// A pupil.
    Student,
    /// A parent or other guardian.
    Guardian,
    /// Somebody who works there.
    Employee,
}

impl RecordKind {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Student, Self::Guardian, Self::Employee];

    /// The stable name in rows and files.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Student => "student",
            Self::Guardian => "guardian",
            Self::Employee => "employee",
        }
    }

    /// Reads a stable name, without case.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|kind| text.trim().eq_ignore_ascii_case(kind.code()))
    }
}

/// What a register file sets of a record.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RecordData {
    /// The register's number, the record's key within the desk.
    pub external_id: String,
    /// Student, guardian, employee.
    pub kind: RecordKind,
    /// Given names.
    pub given_name: String,
    /// Family names.
    pub surname: String,
    /// The fiscal code, upper case.
    pub fiscal_code: Option<String>,
    /// The mail address; a record without one cannot be written to (A11).
    pub email: Option<EmailAddress>,
    /// Building or canton; without one, the whole desk.
    pub scope: Option<Scope>,
    /// The class.
    pub class: Option<String>,
    /// The school year.
    pub school_year: Option<String>,
}

/// A record with its key and version.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Record {
    /// The key.
    pub id: RecordId,
    /// How often it was changed.
    pub version: Version,
    /// Everything else.
    pub data: RecordData,
}
