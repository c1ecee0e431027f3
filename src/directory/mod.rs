//! CSV in and out: the directory of accounts and register records.
//! A file is read twice: `check` goes over it once before anything goes in, then `rows` gives its rows one by one;
//! `header` finds the columns, `account_row` and `record_row` read a row, `import` takes a thousand rows at a time.
//! A new column: its title in `header`, its reading in the row's file, its merging in `domain::import_merge`.

mod account_row;
mod accounts;
mod check;
mod export;
mod export_row;
mod header;
mod import;
mod kind;
mod problem;
mod reasons;
mod record_row;
mod records;
mod reject;
mod rejects_file;
mod rows;
pub mod samples;
mod source;
mod split;
mod utf8;
mod values;

use std::path::PathBuf;

use serde::Serialize;

use crate::domain::desk::Desk;
use crate::domain::import::Field;
use crate::domain::language::Language;
use crate::domain::scope::Scope;
use crate::ports::clock::Clock;
use crate::ports::store::Store;

pub use self::export::{ExportError, ExportOptions, Exported, export_accounts};
pub use self::problem::{FileProblem, ImportError};
pub use self::reasons::Reasons;
pub use self::reject::Reject;

/// What is imported, and how.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ImportOptions {
    /// The file.
    pub path: PathBuf,
    /// Fills a missing scope column, and bounds what counts as missing.
    pub scope: Option<Scope>,
    /// Fills a missing language column.
    pub language: Option<Language>,
    /// Where rejected rows go; else beside the file, `.rejected.csv` after its name.
    pub rejects: Option<PathBuf>,
}

/// What an import did; `read` = `created` + `updated` + `unchanged` + `rejected`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize)]
pub struct Counts {
    /// Rows of the file.
    pub read: u64,
    /// New accounts or records.
    pub created: u64,
    /// Changed ones.
    pub updated: u64,
    /// Rows that change nothing.
    pub unchanged: u64,
    /// Rows that did not go in.
    pub rejected: u64,
    /// The desk's accounts (under the scope, if one is given) that the file does not have; 0 for records.
    pub missing: u64,
    /// Values in which the desk's own change and the file differ (D11).
    pub conflicts: u64,
}

impl Counts {
    /// The counts as one line of JSON.
    #[must_use]
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }
}

/// How far an import has come. Nothing in it is personal: lines, names of columns, and values that the desk knows.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Progress {
    /// The file was checked; rows follow.
    Checked {
        /// Its length.
        bytes: u64,
        /// `UTF-8` or `Windows-1252`.
        encoding: &'static str,
        /// Comma, semicolon or tab.
        delimiter: char,
    },
    /// A column whose title is not known; its values are left out.
    IgnoredColumn {
        /// Its title.
        title: String,
    },
    /// A row did not go in.
    Rejected {
        /// The file's line on which it starts.
        line: u64,
        /// Why.
        reasons: Reasons,
    },
    /// Desk and file differ in a value (D11).
    Conflict {
        /// The file's line.
        line: u64,
        /// Which value.
        field: Field,
    },
    /// A thousand rows, or the last ones, are on disk.
    Committed {
        /// Bytes of the file that they end at, for a bar.
        bytes: u64,
        /// So far.
        counts: Counts,
    },
}

/// Where progress goes.
pub type OnProgress<'p> = &'p mut (dyn FnMut(Progress) + Send);

/// Imports a file of accounts into a desk. A deactivated account stays so, nobody is mailed (D11).
///
/// # Errors
/// The file or the place for its rejected rows cannot be used (nothing went in then), or the database gave up
/// (the batches before it are in; the same import again goes on from there).
pub async fn import_accounts(
    store: &dyn Store,
    clock: &dyn Clock,
    desk: &Desk,
    options: &ImportOptions,
    progress: OnProgress<'_>,
) -> Result<Counts, ImportError> {
    let source = source::Source::open(options)?;
    let mut kind = accounts::Accounts::new(store, desk, options, clock.now());
    import::run(
        &import::Place { store, clock, desk },
        &mut kind,
        source,
        progress,
    )
    .await
}

/// Imports a file of register records into a desk.
///
/// # Errors
/// As [`import_accounts`].
pub async fn import_records(
    store: &dyn Store,
    clock: &dyn Clock,
    desk: &Desk,
    options: &ImportOptions,
    progress: OnProgress<'_>,
) -> Result<Counts, ImportError> {
    let source = source::Source::open(options)?;
    let mut kind = records::Records::new(store, desk, options);
    import::run(
        &import::Place { store, clock, desk },
        &mut kind,
        source,
        progress,
    )
    .await
}

/// Imports accounts from memory; rejected rows are only counted and reported.
///
/// # Errors
/// As [`import_accounts`].
pub async fn import_accounts_from(
    store: &dyn Store,
    clock: &dyn Clock,
    desk: &Desk,
    sample: &samples::Sample,
    progress: OnProgress<'_>,
) -> Result<Counts, ImportError> {
    let options = ImportOptions::default();
    let mut kind = accounts::Accounts::new(store, desk, &options, clock.now());
    import::run(
        &import::Place { store, clock, desk },
        &mut kind,
        source::Source::of(sample),
        progress,
    )
    .await
}

/// Imports register records from memory; rejected rows are only counted and reported.
///
/// # Errors
/// As [`import_accounts`].
pub async fn import_records_from(
    store: &dyn Store,
    clock: &dyn Clock,
    desk: &Desk,
    sample: &samples::Sample,
    progress: OnProgress<'_>,
) -> Result<Counts, ImportError> {
    let options = ImportOptions::default();
    let mut kind = records::Records::new(store, desk, &options);
    import::run(
        &import::Place { store, clock, desk },
        &mut kind,
        source::Source::of(sample),
        progress,
    )
    .await
}
