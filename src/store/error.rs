//! What the database says, as the port's errors; no text of a statement and no value gets out.

use std::fmt;

use crate::ports::store::StoreError;

/// Why a write ends without effect.
#[derive(Debug)]
pub(super) enum Stop {
    /// A row had another version than expected.
    Conflict,
    /// The interaction was handled before.
    Duplicate,
    /// The database failed or refused.
    Failed(StoreError),
}

impl From<StoreError> for Stop {
    fn from(error: StoreError) -> Self {
        Self::Failed(error)
    }
}

impl From<sqlx::Error> for Stop {
    fn from(error: sqlx::Error) -> Self {
        Self::Failed(from_sqlx(error))
    }
}

/// Asks that a statement changed as many rows as the decision was about.
pub(super) fn expect_rows(changed: u64, expected: usize) -> Result<(), Stop> {
    if u64::try_from(expected).is_ok_and(|expected| expected == changed) {
        Ok(())
    } else {
        Err(Stop::Conflict)
    }
}

/// A key that somebody else took meanwhile is a conflict: the facts are read and decided again.
pub(super) fn conflict_if_taken(error: sqlx::Error) -> Stop {
    match &error {
        sqlx::Error::Database(refusal) if refusal.is_unique_violation() => Stop::Conflict,
        _ => error.into(),
    }
}

/// The port's error; the driver's own goes along as its source, without its values.
#[expect(clippy::needless_pass_by_value, reason = "it is handed to `map_err`")]
pub(super) fn from_sqlx(error: sqlx::Error) -> StoreError {
    let away = match &error {
        sqlx::Error::Io(_)
        | sqlx::Error::Tls(_)
        | sqlx::Error::PoolTimedOut
        | sqlx::Error::PoolClosed
        | sqlx::Error::WorkerCrashed => true,
        sqlx::Error::Database(refusal) => refusal.code().is_some_and(|code| is_away(&code)),
        _ => false,
    };
    if away {
        StoreError::Unreachable(Box::new(Told::of(&error)))
    } else {
        StoreError::Refused(Box::new(Told::of(&error)))
    }
}

/// Codes by which a server says that it cannot now: shutting down, too many connections, time-outs; SQLite's busy.
fn is_away(code: &str) -> bool {
    let server = code.starts_with("57")
        || code.starts_with("53")
        || code.starts_with("08")
        || code == "55P03";
    // the low byte is the primary code: 5 busy, 6 locked
    let busy = code
        .parse::<u32>()
        .is_ok_and(|code| code < 10_000 && matches!(code & 0xff, 5 | 6));
    server && code.len() == 5 || busy
}

/// Whether PostgreSQL asks to try the same transaction again: serialization failure, deadlock.
pub(super) fn wants_retry(error: &StoreError) -> bool {
    let StoreError::Refused(source) = error else {
        return false;
    };
    let told = source.downcast_ref::<Told>();
    told.and_then(|told| told.code.as_deref())
        .is_some_and(|code| matches!(code, "40001" | "40P01"))
}

/// What may be told of a driver's error: PostgreSQL quotes values in its messages' details, so only the code and
/// the constraint's or the fault's kind are kept.
#[derive(Debug)]
struct Told {
    code: Option<String>,
    text: String,
}

impl Told {
    fn of(error: &sqlx::Error) -> Self {
        match error {
            sqlx::Error::Database(refusal) => Self {
                code: refusal.code().map(std::borrow::Cow::into_owned),
                text: match (refusal.constraint(), refusal.table()) {
                    (Some(constraint), _) => format!("constraint {constraint}"),
                    (None, Some(table)) => format!("table {table}"),
                    // SQLite's own messages name tables and columns only
                    (None, None) if refusal.code().is_some_and(|code| code.len() < 5) => {
                        refusal.message().to_owned()
                    }
                    (None, None) => "no table named".to_owned(),
                },
            },
            sqlx::Error::Io(fault) => Self {
                code: None,
                text: fault.kind().to_string(),
            },
            sqlx::Error::Tls(_) => Self {
                code: None,
                text: "no secure connection".to_owned(),
            },
            sqlx::Error::PoolTimedOut => Self {
                code: None,
                text: "no free connection in time".to_owned(),
            },
            sqlx::Error::PoolClosed => Self {
                code: None,
                text: "closed".to_owned(),
            },
            sqlx::Error::ColumnDecode { index, .. } => Self {
                code: None,
                text: format!("column {index} has another type"),
            },
            sqlx::Error::ColumnNotFound(name) => Self {
                code: None,
                text: format!("no column {name}"),
            },
            _ => Self {
                code: None,
                text: "an unexpected answer".to_owned(),
            },
        }
    }
}

impl fmt::Display for Told {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.code {
            Some(code) => write!(f, "code {code}, {}", self.text),
            None => f.write_str(&self.text),
        }
    }
}

impl std::error::Error for Told {}

/// One clear line about a driver's error, for what is told when a database cannot be opened.
pub(super) fn one_line(error: &sqlx::Error) -> String {
    Told::of(error).to_string()
}

/// A fault that has no driver's error.
#[derive(Clone, Copy, Debug, thiserror::Error)]
pub(super) enum Fault {
    /// The writer is gone.
    #[error("the store is closed")]
    Closed,
    /// The work on one change panicked; it was rolled back.
    #[error("the work on a change ended without a result")]
    Broken,
    /// The file is locked by another process, or cannot be written.
    #[error("no transaction could be begun")]
    NoTransaction,
    /// The transaction that held the change could not be committed.
    #[error("the transaction was not committed")]
    NotCommitted,
    /// A value cannot be written as JSON.
    #[error("a value has no JSON form")]
    NoJson,
}

impl From<Fault> for StoreError {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Closed | Fault::NoTransaction => Self::Unreachable(Box::new(fault)),
            Fault::Broken | Fault::NotCommitted | Fault::NoJson => Self::Refused(Box::new(fault)),
        }
    }
}
