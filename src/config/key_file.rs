//! The key file: 32 random bytes, readable by its owner alone (R14).

use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use super::{Config, DatabaseUrl};
use crate::domain::code::CodeKey;

const KEY_BYTES: usize = 32;

/// The key cannot be used; the text names the file and what to do, never the key.
#[derive(Debug, thiserror::Error)]
pub enum KeyFileError {
    /// On PostgreSQL no place for it is known.
    #[error(
        "missing secret.key_file (or DESKHAND_KEY_FILE); on PostgreSQL all instances share one key file"
    )]
    NoPath,
    /// It is not there, and on PostgreSQL it is not made.
    #[error(
        "{0}: the key file does not exist; make it once with `head -c 32 /dev/urandom` and share it among all instances"
    )]
    Absent(PathBuf),
    /// Others may read it.
    #[error("{0}: others may read the key file; run `chmod 600` on it")]
    TooOpen(PathBuf),
    /// It is no key.
    #[error(
        "{path}: the key file has {found} bytes, not 32; put the right file there, since open codes depend on it"
    )]
    WrongLength {
        /// Which.
        path: PathBuf,
        /// How long it is.
        found: usize,
    },
    /// It cannot be read or made.
    #[error("{path}: the key file cannot be read or made")]
    Io {
        /// Which.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// The random source failed.
    #[error("the operating system gives no random bits")]
    NoRandomBits,
}

/// Where the key file is: as set, else beside the SQLite file with `.key` after its name.
/// `None` on PostgreSQL, where it must be set.
#[must_use]
pub fn path(config: &Config) -> Option<PathBuf> {
    match (&config.key_file, &config.database.url) {
        (Some(path), _) => Some(path.clone()),
        (None, DatabaseUrl::Sqlite { path, .. }) => {
            let mut name = path.clone().into_os_string();
            name.push(".key");
            Some(PathBuf::from(name))
        }
        (None, DatabaseUrl::Postgres(_)) => None,
    }
}

/// Whether there is a SQLite file and no key file beside it: an import came first, or the key file was lost.
#[must_use]
pub fn may_be_lost(config: &Config) -> bool {
    let DatabaseUrl::Sqlite { path: database, .. } = &config.database.url else {
        return false;
    };
    database.exists() && path(config).is_some_and(|key| !key.exists())
}

/// The key of these settings; on SQLite it is made when absent.
///
/// # Errors
/// No path, or the file is absent on PostgreSQL, too open, of the wrong length, or cannot be read or made.
pub fn load(config: &Config) -> Result<CodeKey, KeyFileError> {
    let path = path(config).ok_or(KeyFileError::NoPath)?;
    match read(&path) {
        Err(KeyFileError::Absent(_))
            if matches!(config.database.url, DatabaseUrl::Sqlite { .. }) =>
        {
            create(&path)
        }
        result => result,
    }
}

/// Reads a key file and checks its mode.
///
/// # Errors
/// As [`load`].
pub fn read(path: &Path) -> Result<CodeKey, KeyFileError> {
    let failed = |source: std::io::Error| match source.kind() {
        ErrorKind::NotFound => KeyFileError::Absent(path.to_owned()),
        _ => KeyFileError::Io {
            path: path.to_owned(),
            source,
        },
    };
    let mut file = std::fs::File::open(path).map_err(failed)?;
    let meta = file.metadata().map_err(failed)?;
    if is_open_to_others(&meta) {
        return Err(KeyFileError::TooOpen(path.to_owned()));
    }
    let mut bytes = Vec::with_capacity(KEY_BYTES);
    // one byte more than a key, so that a longer file is told from one, and a huge one is not read
    let limit = u64::try_from(KEY_BYTES)
        .unwrap_or(u64::MAX)
        .saturating_add(1);
    std::io::Read::read_to_end(&mut std::io::Read::take(&mut file, limit), &mut bytes)
        .map_err(failed)?;
    let found = usize::try_from(meta.len()).unwrap_or(usize::MAX);
    let key = bytes
        .try_into()
        .map_err(|_error| KeyFileError::WrongLength {
            path: path.to_owned(),
            found,
        })?;
    Ok(CodeKey::new(key))
}

/// Makes a key file; when another process makes it at the same time, both use that one.
///
/// # Errors
/// The file cannot be made, or the random source failed.
pub fn create(path: &Path) -> Result<CodeKey, KeyFileError> {
    let failed = |source| KeyFileError::Io {
        path: path.to_owned(),
        source,
    };
    let mut bytes = [0; KEY_BYTES];
    getrandom::fill(&mut bytes).map_err(|_error| KeyFileError::NoRandomBits)?;
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    // a temporary file has mode 0600 from the start
    let mut file = tempfile::NamedTempFile::new_in(folder).map_err(failed)?;
    file.write_all(&bytes).map_err(failed)?;
    file.as_file().sync_all().map_err(failed)?;
    match file.persist_noclobber(path) {
        Ok(_) => {
            // the name too must survive a power cut: codes sent afterwards depend on it
            std::fs::File::open(folder)
                .and_then(|folder| folder.sync_all())
                .map_err(failed)?;
            Ok(CodeKey::new(bytes))
        }
        Err(error) if error.error.kind() == ErrorKind::AlreadyExists => read(path),
        Err(error) => Err(failed(error.error)),
    }
}

#[cfg(unix)]
fn is_open_to_others(meta: &std::fs::Metadata) -> bool {
    std::os::unix::fs::MetadataExt::mode(meta) & 0o077 != 0
}

#[cfg(not(unix))]
fn is_open_to_others(_: &std::fs::Metadata) -> bool {
    false
}
