//! Why an import stops. Texts are one line and name no person.

use std::path::PathBuf;

use crate::ports::store::StoreError;
use crate::ports::supply::NoRandomBits;

/// An import stopped.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The file cannot be read.
    #[error("{}: the file cannot be read: {source}", path.display())]
    Unreadable {
        /// Which.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// The file is not one of ours; nothing went in.
    #[error("{file}: {problem}; nothing was imported")]
    File {
        /// Which.
        file: String,
        /// What is wrong.
        #[source]
        problem: FileProblem,
    },
    /// Rejected rows cannot be written; before the first row nothing went in.
    #[error("{}: rejected rows cannot be written there: {source}", path.display())]
    Rejects {
        /// Where.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// Rejected rows would overwrite the file that is read; nothing went in.
    #[error("{}: rejected rows cannot be written into the file that is read", .0.display())]
    RejectsIntoFile(PathBuf),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Others changed the same rows again and again; the batches before are in.
    #[error(
        "the directory kept changing while lines {first} to {last} were imported; import the file again"
    )]
    KeepsChanging {
        /// First line of the batch.
        first: u64,
        /// Its last.
        last: u64,
    },
    /// No keys for new rows.
    #[error(transparent)]
    NoRandomBits(#[from] NoRandomBits),
}

/// What is wrong with a file as a whole.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum FileProblem {
    /// No bytes, or blank lines only.
    #[error("the file is empty")]
    Empty,
    /// No rows.
    #[error("the file has a header but no rows")]
    NoRows,
    /// A UTF-16 mark.
    #[error("byte 0, line 1: the file is UTF-16; save it as UTF-8")]
    Utf16,
    /// A zero byte: no text.
    #[error("byte {at}, line {line}: a zero byte; the file is no text")]
    Nul {
        /// Offset from the start.
        at: u64,
        /// Line, from 1.
        line: u64,
    },
    /// Neither UTF-8 nor Windows-1252.
    #[error(
        "byte {at}, line {line}: {byte:#04x} exists neither in UTF-8 nor in Windows-1252; save the file as UTF-8"
    )]
    Undefined {
        /// The byte.
        byte: u8,
        /// Offset from the start.
        at: u64,
        /// Line, from 1.
        line: u64,
    },
    /// A UTF-8 mark before something else.
    #[error(
        "byte {at}, line {line}: the file starts with the mark of UTF-8 but is not UTF-8 here; save it as UTF-8"
    )]
    NotUtf8 {
        /// Offset from the start.
        at: u64,
        /// Line, from 1.
        line: u64,
    },
    /// A header that no table has.
    #[error("line {line}: the header is longer than 65536 bytes; the file is no CSV table")]
    LongLine {
        /// Line, from 1.
        line: u64,
    },
    /// Key columns are missing.
    #[error(
        "line {line}: the header has no column {columns}; it needs the canonical names or the source system's titles"
    )]
    MissingColumns {
        /// The header's line.
        line: u64,
        /// Which, by their canonical names.
        columns: String,
    },
    /// Two columns for one value.
    #[error("line {line}: the header has the column {column} twice")]
    TwoColumns {
        /// The header's line.
        line: u64,
        /// Which, by its canonical name.
        column: &'static str,
    },
    /// A quote that does not close, in the header.
    #[error("line {line}: a quote of the header does not close")]
    BrokenHeader {
        /// The header's line.
        line: u64,
    },
}
