//! Merging a register file into the register.

use std::collections::BTreeSet;

use super::record::RecordData;

/// A value of a register record that files bring.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum RecordField {
    /// Student, guardian, employee.
    Kind,
    /// Given names.
    GivenName,
    /// Family names.
    Surname,
    /// Fiscal code.
    FiscalCode,
    /// Mail address.
    Email,
    /// Building or canton.
    Scope,
    /// The class.
    Class,
    /// The school year.
    SchoolYear,
}

/// A row of a records file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FileRecord {
    /// The values; those that the row says nothing about are what a new record starts with.
    pub data: RecordData,
    /// What the row says something about.
    pub says: BTreeSet<RecordField>,
}

/// A record's data after a row that names it: the desk changes no records, so the file's values are taken.
#[must_use]
pub fn merge_record(before: &RecordData, row: &FileRecord) -> RecordData {
    let (mut after, file) = (before.clone(), &row.data);
    for field in &row.says {
        match field {
            RecordField::Kind => after.kind = file.kind,
            RecordField::GivenName => after.given_name.clone_from(&file.given_name),
            RecordField::Surname => after.surname.clone_from(&file.surname),
            RecordField::FiscalCode => after.fiscal_code.clone_from(&file.fiscal_code),
            RecordField::Email => after.email.clone_from(&file.email),
            RecordField::Scope => after.scope.clone_from(&file.scope),
            RecordField::Class => after.class.clone_from(&file.class),
            RecordField::SchoolYear => after.school_year.clone_from(&file.school_year),
        }
    }
    after
}
