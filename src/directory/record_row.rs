//! A row of a records file, read into what it says of a register record.

use std::collections::BTreeSet;

use super::check::Encoding;
use super::header::{Header, RecordColumn};
use super::reasons::{self, Reasons};
use super::reject::Reject;
use super::{ImportOptions, values};
use crate::domain::import_record::{FileRecord, RecordField};
use crate::domain::record::{RecordData, RecordKind};

/// How the rows of a file are read.
pub(super) struct RecordReader<'a> {
    pub(super) options: &'a ImportOptions,
    pub(super) header: Header<RecordColumn>,
    pub(super) encoding: Encoding,
}

impl RecordReader<'_> {
    /// The external id of a row.
    pub(super) fn external_id(&self, cells: &[Vec<u8>]) -> Result<String, Reject> {
        let found = self
            .header
            .cells(cells)
            .find(|(column, _)| *column == RecordColumn::ExternalId);
        let text = found
            .map(|(_, cell)| self.encoding.decode(cell))
            .unwrap_or_default();
        values::text(&text, "external_id")?.ok_or(Reject::NoExternalId)
    }

    /// What the row says, or all that keeps it out.
    pub(super) fn read(
        &self,
        external_id: String,
        cells: &[Vec<u8>],
    ) -> Result<FileRecord, Reasons> {
        let mut row = FileRecord {
            data: new_record(external_id),
            says: BTreeSet::new(),
        };
        let mut rejects = Vec::new();
        for (column, cell) in self.header.cells(cells) {
            match take(column, &self.encoding.decode(cell), &mut row.data) {
                Ok(field) => row.says.extend(field),
                Err(reject) => rejects.push(reject),
            }
        }
        let has_scope = self.header.columns.contains(&Some(RecordColumn::Scope));
        if let Some(scope) = self.options.scope.as_ref().filter(|_| !has_scope) {
            row.data.scope = Some(scope.clone());
            row.says.insert(RecordField::Scope);
        }
        reasons::note_missing_names(&mut rejects, &row.data.given_name, &row.data.surname);
        Reasons::of(rejects).map_or(Ok(row), Err)
    }
}

/// The kind is a column that must be there, so its value here is never kept.
const fn new_record(external_id: String) -> RecordData {
    RecordData {
        external_id,
        kind: RecordKind::Student,
        given_name: String::new(),
        surname: String::new(),
        fiscal_code: None,
        email: None,
        scope: None,
        class: None,
        school_year: None,
    }
}

fn take(
    column: RecordColumn,
    cell: &str,
    data: &mut RecordData,
) -> Result<Option<RecordField>, Reject> {
    let name = super::header::Column::name(column);
    Ok(Some(match column {
        RecordColumn::ExternalId => return Ok(None),
        RecordColumn::Kind => {
            data.kind = values::kind(cell)?;
            RecordField::Kind
        }
        RecordColumn::GivenName => {
            data.given_name = values::text(cell, name)?.unwrap_or_default();
            RecordField::GivenName
        }
        RecordColumn::Surname => {
            data.surname = values::text(cell, name)?.unwrap_or_default();
            RecordField::Surname
        }
        RecordColumn::FiscalCode => {
            data.fiscal_code = values::fiscal_code(cell)?;
            RecordField::FiscalCode
        }
        RecordColumn::Email => {
            data.email = values::mail(cell)?;
            RecordField::Email
        }
        RecordColumn::Scope => {
            data.scope = Some(values::scope(cell)?);
            RecordField::Scope
        }
        RecordColumn::Class => {
            data.class = values::text(cell, name)?;
            RecordField::Class
        }
        RecordColumn::SchoolYear => {
            data.school_year = values::text(cell, name)?;
            RecordField::SchoolYear
        }
    }))
}
