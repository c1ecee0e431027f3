//! The schema as a subject of its own: looked at without changing anything, or brought up to date on request.

use std::path::Path;

use super::{OpenOptions, Place, open, place, postgres, sqlite};
use crate::ports::store::StoreError;

/// How far a database's schema is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Schema {
    /// The database's version, 0 when it is empty; `None` when the SQLite file does not exist yet.
    pub found: Option<i64>,
    /// This program's version.
    pub known: i64,
}

impl Schema {
    /// Whether nothing is to be done.
    #[must_use]
    pub fn is_up_to_date(&self) -> bool {
        self.found == Some(self.known)
    }
}

/// Reads the schema's version; creates and changes nothing.
///
/// # Errors
/// The database cannot be used, or its schema is newer than this program's.
pub async fn look(url: &str) -> Result<Schema, StoreError> {
    let options = OpenOptions::default();
    match place(url)? {
        Place::File(path) => sqlite::look(Path::new(path), &options).await,
        Place::Server(url) => postgres::look(url, &options).await,
    }
}

/// Brings the schema up to date under the database's lock; returns what it was before.
///
/// # Errors
/// As [`look`], or the user of the URL may not do it.
pub async fn migrate(url: &str) -> Result<Schema, StoreError> {
    let before = look(url).await?;
    if !before.is_up_to_date() {
        open(url, &OpenOptions::default()).await?.close().await;
    }
    Ok(before)
}

/// Lets the role of `worker` work with the tables that the role of `url` owns: it reads and writes, and only adds to
/// the trail (R31). Returns the role's name, `None` where both are the same or the database knows no roles.
///
/// # Errors
/// The database cannot be used, or the role does not exist.
pub async fn share(url: &str, worker: &str) -> Result<Option<String>, StoreError> {
    match (place(url)?, place(worker)?) {
        (Place::Server(url), Place::Server(worker)) => {
            postgres::share(url, worker, &OpenOptions::default()).await
        }
        _ => Ok(None),
    }
}
