//! The file of rejected rows: what the source file has, plus `line` and `reason`, so that it can be corrected and
//! imported again.

use std::fs::{File, OpenOptions};
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};

use super::check::{Checked, Encoding, LineEnd};
use super::header::REJECT_TITLES;
use super::problem::ImportError;
use super::reasons::Reasons;
use super::reject::Reject;
use super::rows::Row;

/// Rejected rows on their way to a file.
pub(super) struct RejectsFile {
    path: PathBuf,
    writer: csv::Writer<BufWriter<File>>,
    /// The source's: a file in two encodings could not be read again.
    encoding: Encoding,
    width: usize,
    /// Cells of the source that are `line` and `reason` of an earlier run.
    former: Vec<usize>,
    rows: u64,
    /// A pipe or a device is neither emptied nor removed.
    plain: bool,
}

/// Where rejected rows of a file go unless told otherwise.
pub(super) fn default_path(file: &Path) -> PathBuf {
    let mut name = file.to_path_buf().into_os_string();
    name.push(".rejected.csv");
    PathBuf::from(name)
}

impl RejectsFile {
    /// Opens the file, emptied of an earlier run's rows, and writes the header: proof that rows can go there.
    ///
    /// # Errors
    /// It cannot be written, or it is the file that is read.
    pub(super) fn start(
        source: &Path,
        path: &Path,
        checked: &Checked,
        header: &Row,
        delimiter: u8,
    ) -> Result<Self, ImportError> {
        if is_same_file(source, path) {
            return Err(ImportError::RejectsIntoFile(path.to_owned()));
        }
        let failed = |source| ImportError::Rejects {
            path: path.to_owned(),
            source,
        };
        let mut file = private()
            .write(true)
            .create(true)
            .truncate(true)
            .open(path)
            .map_err(failed)?;
        let plain = file.metadata().is_ok_and(|meta| meta.is_file());
        file.write_all(checked.encoding.mark()).map_err(failed)?;
        let terminator = match checked.line_end {
            LineEnd::Lf => csv::Terminator::Any(b'\n'),
            LineEnd::CrLf => csv::Terminator::CRLF,
            LineEnd::Cr => csv::Terminator::Any(b'\r'),
        };
        let writer = csv::WriterBuilder::new()
            .delimiter(delimiter)
            .terminator(terminator)
            .flexible(true)
            .from_writer(BufWriter::new(file));
        let is_former = |cell: &Vec<u8>| {
            REJECT_TITLES
                .iter()
                .any(|title| cell.trim_ascii().eq_ignore_ascii_case(title.as_bytes()))
        };
        let former = header
            .cells
            .iter()
            .enumerate()
            .filter(|(_, cell)| is_former(cell))
            .map(|(at, _)| at)
            .collect();
        let mut rejects = Self {
            path: path.to_owned(),
            writer,
            encoding: checked.encoding,
            width: header.cells.len(),
            former,
            rows: 0,
            plain,
        };
        rejects.write(&header.cells, REJECT_TITLES, false)?;
        rejects.flush()?;
        Ok(rejects)
    }

    /// Adds a row.
    pub(super) fn add(&mut self, row: &Row, reasons: &Reasons) -> Result<(), ImportError> {
        self.rows = self.rows.saturating_add(1);
        // what was not told apart into cells must be rejected again until somebody corrected it
        let bent = row.cells.len() < self.width
            || matches!(
                reasons.first(),
                Reject::UnclosedQuote | Reject::TextAfterQuote
            );
        let added = [&row.line.to_string(), &reasons.to_string()];
        self.write(&row.cells, added.map(String::as_str), bent)
    }

    /// Short rows are filled up and surplus cells follow at the end, so that line and reason stay in their columns.
    /// A bent row has one cell more than the header in any case.
    fn write(
        &mut self,
        cells: &[Vec<u8>],
        added: [&str; 2],
        bent: bool,
    ) -> Result<(), ImportError> {
        let own = |at: &usize| !self.former.contains(at);
        let at = |at: usize| cells.get(at).map_or(b"".as_slice(), Vec::as_slice);
        let added = added.map(|text| self.encoding.encode(text));
        let mut row: Vec<&[u8]> = (0..self.width).filter(own).map(at).collect();
        row.extend(added.iter().map(AsRef::as_ref));
        row.extend(cells.iter().skip(self.width).map(Vec::as_slice));
        if bent && cells.len() <= self.width {
            row.push(b"");
        }
        let written = self.writer.write_record(row);
        written.map_err(|error| self.failed(std::io::Error::other(error)))
    }

    fn failed(&self, source: std::io::Error) -> ImportError {
        ImportError::Rejects {
            path: self.path.clone(),
            source,
        }
    }

    /// Hands what was added to the operating system.
    pub(super) fn flush(&mut self) -> Result<(), ImportError> {
        self.writer.flush().map_err(|error| self.failed(error))
    }

    /// The import is over: without rows no file stays, so that an earlier run's is not taken for this one's.
    pub(super) fn end(&mut self) -> Result<(), ImportError> {
        self.flush()?;
        if !self.plain {
            return Ok(());
        }
        if self.rows == 0 {
            return std::fs::remove_file(&self.path).map_err(|error| self.failed(error));
        }
        let synced = self.writer.get_ref().get_ref().sync_all();
        synced.map_err(|error| self.failed(error))
    }
}

/// What was rejected is personal data.
#[cfg(unix)]
fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

#[cfg(not(unix))]
fn private() -> OpenOptions {
    OpenOptions::new()
}

#[cfg(unix)]
fn is_same_file(one: &Path, other: &Path) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    let key = |path: &Path| {
        std::fs::metadata(path)
            .map(|meta| (meta.dev(), meta.ino()))
            .ok()
    };
    key(one).is_some_and(|one| key(other) == Some(one))
}

#[cfg(not(unix))]
fn is_same_file(one: &Path, other: &Path) -> bool {
    let key = |path: &Path| std::fs::canonicalize(path).ok();
    key(one).is_some_and(|one| key(other) == Some(one))
}
