//! Opening the file: private to its owner, one writing connection, readers that cannot write.

use std::fs::{File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{ConnectOptions as _, Connection as _, SqliteConnection, SqlitePool};

use super::super::error::one_line;
use super::super::options::OpenOptions;
use crate::ports::store::StoreError;

/// Statements that a connection keeps prepared; there are fewer.
const STATEMENTS: usize = 128;

/// Takes the lock of `run`: held until the file is dropped, freed by the system when the process dies.
pub(super) fn lock(path: &Path) -> Result<File, StoreError> {
    let lock = with_suffix(path, ".lock");
    let file = private()
        .open(&lock)
        .map_err(|error| cannot_open(&lock, &error))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(StoreError::InUse),
        Err(TryLockError::Error(error)) => Err(cannot_open(&lock, &error)),
    }
}

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

/// A file that is created for its owner alone.
fn private() -> std::fs::OpenOptions {
    let mut options = File::options();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// Creates the file if it is not there; SQLite gives the files beside it the same mode. It gets its name when it is
/// ready: several that switch one file to its log are refused without waiting, and an existing file must not be opened
/// by anything but SQLite, whose locks end as soon as any other handle of the process is closed.
pub(super) async fn create(path: &Path, open: &OpenOptions) -> Result<(), StoreError> {
    let refused = |error: io::Error| cannot_open(path, &error);
    if path.try_exists().map_err(refused)? {
        return Ok(());
    }
    let fresh = tempfile::Builder::new()
        .prefix(".deskhand-")
        .tempfile_in(folder(path))
        .map_err(refused)?
        .into_temp_path();
    let conn = writer(&fresh, open).await?;
    conn.close()
        .await
        .map_err(|error| not_a_database(path, &error))?;
    match fresh.persist_noclobber(path) {
        // another was faster
        Err(error) if error.error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        done => done.map_err(|error| refused(error.error)),
    }
}

fn folder(path: &Path) -> &Path {
    path.parent()
        .filter(|parent| !parent.as_os_str().is_empty())
        .unwrap_or(Path::new("."))
}

fn cannot_open(path: &Path, error: &io::Error) -> StoreError {
    StoreError::CannotOpen {
        what: path.display().to_string(),
        why: error.to_string(),
    }
}

fn options(path: &Path, options: &OpenOptions) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .foreign_keys(true)
        .busy_timeout(options.patience)
        .statement_cache_capacity(STATEMENTS)
        .disable_statement_logging()
}

/// The connection that writes.
pub(super) async fn writer(
    path: &Path,
    open: &OpenOptions,
) -> Result<SqliteConnection, StoreError> {
    let options = options(path, open)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        // a row that REPLACE takes away counts as deleted for the triggers of the audit trail
        .pragma("recursive_triggers", "on");
    options
        .connect()
        .await
        .map_err(|error| not_a_database(path, &error))
}

/// A connection that only looks: `None` when there is no file yet but one could be made.
pub(super) async fn looker(
    path: &Path,
    open: &OpenOptions,
) -> Result<Option<SqliteConnection>, StoreError> {
    match File::options().read(true).write(true).open(path) {
        Ok(_) => {}
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return could_be_made(path).map(|()| None);
        }
        Err(error) => return Err(cannot_open(path, &error)),
    }
    // without a log beside it the file is whole, and looking at it needs no files of its own
    let log = std::fs::metadata(with_suffix(path, "-wal")).map_or(0, |log| log.len());
    let options = options(path, open).read_only(true).immutable(log == 0);
    let conn = options.connect().await;
    conn.map(Some).map_err(|error| not_a_database(path, &error))
}

fn could_be_made(path: &Path) -> Result<(), StoreError> {
    let folder = folder(path);
    let refused = |kind: io::ErrorKind| cannot_open(folder, &kind.into());
    let meta = std::fs::metadata(folder).map_err(|error| cannot_open(folder, &error))?;
    if !meta.is_dir() {
        return Err(refused(io::ErrorKind::NotADirectory));
    }
    if meta.permissions().readonly() {
        return Err(refused(io::ErrorKind::PermissionDenied));
    }
    Ok(())
}

/// The connections that read.
pub(super) async fn readers(path: &Path, open: &OpenOptions) -> Result<SqlitePool, StoreError> {
    let pool = SqlitePoolOptions::new()
        .max_connections(open.connections.max(1))
        .acquire_timeout(open.patience)
        .test_before_acquire(false)
        .idle_timeout(None)
        .max_lifetime(None);
    let options = options(path, open)
        .read_only(true)
        .pragma("query_only", "on");
    pool.connect_with(options)
        .await
        .map_err(|error| not_a_database(path, &error))
}

fn not_a_database(path: &Path, error: &sqlx::Error) -> StoreError {
    StoreError::CannotOpen {
        what: path.display().to_string(),
        why: one_line(error),
    }
}
