//! The only module that knows sqlx: SQLite and PostgreSQL behind one port.
//! `sqlite/` and `postgres/` hold the same files with each database's statements; what reads their rows is shared.

use std::path::Path;
use std::sync::Arc;

use crate::ports::store::{Store, StoreError};

mod bulk;
mod error;
mod events;
mod options;
mod request_rows;
mod rows;
mod samples;
mod schema;
/// Search by sets of grams.
///
/// Each account has one search row: its folded words, its scopes, and a set of grams: of every word the first one,
/// two and three letters (`^ros`) and every trigram (`oss`), and of every scope its path and those above it. An
/// index over the grams gives candidates (SQLite: a contentless FTS5 table; PostgreSQL: GIN over hashes), and the
/// same statement compares each candidate's words and scopes, so that a hit is exact and an equal hash harmless.
/// Every gram carries its desk, so a search never walks through another desk's people. GIN cannot stop early,
/// therefore a desk is cut into five slices, each four times the former, and a frequent query ends in a small one.
///
/// The grams and their spelling are a stored format: another folding needs a migration that builds them anew.
///
/// Measured before this was written (Python clients, 2 cores, data in memory, 1,000 mixed queries of names as they
/// are typed, from one letter to several words, whole desk and single scopes; milliseconds, p50 / p95 / p99):
///
/// | design | 100,000 accounts | 1,000,000 accounts |
/// |---|---|---|
/// | this one, SQLite | 0.13 / 0.40 / 0.58 | 0.27 / 1.72 / 2.88 |
/// | this one, PostgreSQL | 0.31 / 0.55 / 0.78 | 0.44 / 1.63 / 3.53 |
/// | without the shares of grams, SQLite / PostgreSQL | | p99 50.7 / 47.2 |
/// | FTS5 prefix and trigram tables | | 0.75 / 108 / 142 |
/// | GIN over scopes and `gin_trgm_ops` | | 4.6 / 16.0 / 25.4 |
/// | a B-tree of words, SQLite | two words p99 186 | not built |
///
/// Queries chosen to hurt (two frequent words that never meet) had p99 8 on SQLite and 14 on PostgreSQL at
/// 1,000,000. Ten times the accounts cost 2.1 (SQLite) and 1.4 to 1.9 times (PostgreSQL) at p50, more at p99: lists
/// of several words grow with the desk. Results were compared with brute force in 500 queries.
mod search;
mod values;

pub mod postgres;
pub mod sqlite;

pub use self::options::OpenOptions;
pub use self::schema::{Schema, look, migrate, share};

/// Opens the database that a URL names: `sqlite://PATH` or `postgres://...`.
///
/// # Errors
/// The URL is malformed, or the database cannot be used; the text is one line and tells no password.
pub async fn open(url: &str, options: &OpenOptions) -> Result<Arc<dyn Store>, StoreError> {
    Ok(match place(url)? {
        Place::File(path) => Arc::new(sqlite::SqliteStore::open(Path::new(path), options).await?),
        Place::Server(url) => Arc::new(postgres::PostgresStore::open(url, options).await?),
    })
}

/// What a URL names.
enum Place<'u> {
    /// A SQLite file's path.
    File(&'u str),
    /// A PostgreSQL server's URL.
    Server(&'u str),
}

fn place(url: &str) -> Result<Place<'_>, StoreError> {
    match url.strip_prefix("sqlite://") {
        Some("") => Err(StoreError::BadUrl("it must be sqlite://PATH")),
        Some(path) => Ok(Place::File(path)),
        None if url.starts_with("postgres://") || url.starts_with("postgresql://") => {
            Ok(Place::Server(url))
        }
        None => Err(StoreError::BadUrl(
            "it must begin with sqlite:// or postgres://",
        )),
    }
}
