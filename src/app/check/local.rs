//! What `check` looks at on this machine and its servers: key file, database, mail.

use std::path::Path;
use std::sync::Arc;

use rustix::fs::{Access, AtFlags, CWD, accessat};
use secrecy::ExposeSecret as _;

use crate::app::{Failure, run};
use crate::config::key_file::{self, KeyFileError};
use crate::config::{Config, DatabaseUrl, MailUrl};
use crate::domain::finding::Finding;
use crate::domain::mask;
use crate::locales::Texts;
use crate::ports::mailer::Mailer;
use crate::ports::store::StoreError;
use crate::store::{self, Schema};

/// The line of the mail transport.
const MAIL: &str = "mail";

/// The key file: there, 32 bytes, for its owner alone; on SQLite it may be absent.
pub(super) fn key_file(config: &Config) -> Finding {
    const WHAT: &str = "key file";
    let on_sqlite = matches!(config.database.url, DatabaseUrl::Sqlite { .. });
    let read = key_file::path(config)
        .ok_or(KeyFileError::NoPath)
        .and_then(|path| key_file::read(&path).map(|_| path));
    match read {
        Ok(path) => Finding::good(
            WHAT,
            format!("{}: 32 bytes, for its owner alone", path.display()),
        ),
        Err(KeyFileError::Absent(path)) if on_sqlite => {
            let (folder, name) = (folder_of(&path), path.display());
            let missing = (!folder.is_dir()).then(|| "its folder does not exist".to_owned());
            match missing.map_or_else(|| may_write(folder), Err) {
                Ok(()) => Finding::good(WHAT, format!("{name}: run will make it{}", lost(config))),
                Err(why) => Finding::bad(
                    WHAT,
                    format!("{name}: {why}"),
                    "make the folder, let the user of deskhand write into it, or set secret.key_file",
                ),
            }
        }
        Err(error) => {
            let line = one_line(&error);
            match line.split_once("; ") {
                Some((detail, fix)) => Finding::bad(WHAT, detail, fix),
                None => Finding::bad(
                    WHAT,
                    line,
                    "see that the user of deskhand may read it, or set secret.key_file",
                ),
            }
        }
    }
}

/// What to think of when there is a database and no key file: somebody may have restored the one without the other.
fn lost(config: &Config) -> &'static str {
    if key_file::may_be_lost(config) {
        "; if the database was used before, put its own key file back first, since open codes depend on it"
    } else {
        ""
    }
}

fn folder_of(path: &Path) -> &Path {
    let parent = path
        .parent()
        .filter(|parent| !parent.as_os_str().is_empty());
    parent.unwrap_or(Path::new("."))
}

/// Whether the user of this process may make files in a folder or change one, with all that decides: owner, mode,
/// capabilities, a file system that is mounted for reading. Nothing is made to find out.
fn may_write(path: &Path) -> Result<(), String> {
    let wanted = if path.is_dir() {
        Access::WRITE_OK | Access::EXEC_OK
    } else {
        Access::WRITE_OK
    };
    accessat(CWD, path, wanted, AtFlags::EACCESS)
        .map_err(|error| format!("{} cannot be written: {error}", path.display()))
}

fn one_line(error: &(dyn std::error::Error + 'static)) -> String {
    match Failure::caused(error) {
        Failure::Failed(line) | Failure::Wrong(line) => line,
    }
}

/// The database and its schema, also by the role for `migrate`.
pub(super) async fn database(config: &Config) -> Vec<Finding> {
    let (url, name, fix) = match &config.database.url {
        DatabaseUrl::Sqlite { url, path } => (
            url.as_str(),
            path.display().to_string(),
            "see that the folder of database.url exists, and that file and folder belong to the user of deskhand",
        ),
        DatabaseUrl::Postgres(url) => (
            url.expose_secret(),
            "PostgreSQL answers".to_owned(),
            "see that the server runs, and that host, database, user and password of database.url are right",
        ),
    };
    let mut found = look(("database", url), &name, fix).await;
    if let DatabaseUrl::Sqlite { path, .. } = &config.database.url
        && let Some(first) = found.first_mut().filter(|first| first.ok)
    {
        let file = path.exists().then_some(path.as_path());
        let mut written = [Some(folder_of(path)), file].into_iter().flatten();
        if let Err(why) = written.try_for_each(may_write) {
            *first = Finding::bad("database", why, fix);
        }
    }
    if let (DatabaseUrl::Postgres(_), Some(admin)) =
        (&config.database.url, &config.database.admin_url)
    {
        let admin = look(
            ("database.admin_url", admin.expose_secret()),
            &name,
            "see that user and password of database.admin_url are right",
        );
        // the schema was told above
        found.extend(admin.await.into_iter().take(1));
    }
    found
}

async fn look((what, url): (&str, &str), name: &str, fix: &str) -> Vec<Finding> {
    const SCHEMA: &str = "database schema";
    match store::look(url).await {
        Ok(Schema { found: None, .. }) => vec![
            Finding::good(what, format!("{name}: import or run will make it")),
            Finding::good(SCHEMA, "will be made with it"),
        ],
        Ok(schema) => vec![Finding::good(what, name), state(SCHEMA, schema)],
        Err(error @ StoreError::NewerSchema { .. }) => {
            let line = error.to_string();
            let (detail, fix) = line.split_once("; ").unwrap_or((&line, fix));
            vec![Finding::good(what, name), Finding::bad(SCHEMA, detail, fix)]
        }
        Err(error) => vec![Finding::bad(what, one_line(&error), fix)],
    }
}

fn state(what: &str, schema: Schema) -> Finding {
    let (found, known) = (schema.found.unwrap_or_default(), schema.known);
    if schema.is_up_to_date() {
        Finding::good(what, format!("version {known}, up to date"))
    } else {
        let detail = format!("version {found}; migrate, import or run will bring it to {known}");
        Finding::good(what, detail)
    }
}

/// The way letters leave, and whether it is a rehearsal.
pub(super) async fn mail(config: &Config, texts: &Arc<Texts>) -> Vec<Finding> {
    let way = match &config.mail.url {
        Some(MailUrl::Folder(folder)) => mail_folder(folder, run::mailer(config, texts)),
        _ => server(config, texts).await,
    };
    let rehearsal = match &config.mail.redirect_to {
        Some(address) => format!(
            "rehearsal: every mail goes to {}, none to the people themselves",
            mask::email(address)
        ),
        None => "not set: mails go to the people themselves".to_owned(),
    };
    vec![way, Finding::good("mail.redirect_to", rehearsal)]
}

/// A folder that is absent is made with the first letter, in the nearest one that exists.
fn mail_folder(folder: &Path, mailer: Result<Arc<dyn Mailer>, Failure>) -> Finding {
    if let Err(failure) = mailer {
        return no_mailer(failure);
    }
    let mut ancestors = folder.ancestors().map(|path| {
        if path.as_os_str().is_empty() {
            Path::new(".")
        } else {
            path
        }
    });
    let there = ancestors.find(|path| path.exists()).unwrap_or(folder);
    let name = folder.display();
    if !there.is_dir() {
        return Finding::bad(
            MAIL,
            format!("{name} is no folder"),
            "name a folder in mail.url",
        );
    }
    match may_write(there) {
        Err(why) => Finding::bad(
            MAIL,
            why,
            "see that the user of deskhand may write into the folder of mail.url",
        ),
        Ok(()) if there == folder => {
            Finding::good(MAIL, "letters go into a folder, which can be written")
        }
        Ok(()) => Finding::good(MAIL, format!("{name}: made with the first letter")),
    }
}

fn no_mailer(failure: Failure) -> Finding {
    let (Failure::Failed(line) | Failure::Wrong(line)) = failure;
    let (detail, fix) = line
        .split_once("; ")
        .unwrap_or((&line, "see mail.url and mail.from"));
    Finding::bad(MAIL, detail, fix)
}

async fn server(config: &Config, texts: &Arc<Texts>) -> Finding {
    let mailer = match run::mailer(config, texts) {
        Ok(mailer) => mailer,
        Err(failure) => return no_mailer(failure),
    };
    let Err(error) = mailer.check().await else {
        return Finding::good(
            MAIL,
            "the server takes the connection and the login; nothing was sent",
        );
    };
    let why = error.why();
    let fix = match why.split(':').next() {
        Some("connecting") => {
            "see that host and port of mail.url are right and reachable from here"
        }
        Some("encrypting") => {
            "see what encryption the server offers (?tls= in mail.url), and that its certificate is trusted here (SSL_CERT_FILE)"
        }
        Some("signing in") => {
            "see user and password in mail.url; signs such as @ and / are written %40 and %2F"
        }
        _ => "see mail.url",
    };
    Finding::bad(MAIL, why, fix)
}
