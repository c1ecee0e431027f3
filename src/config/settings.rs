//! What the settings say, typed.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;

use secrecy::SecretString;

use crate::domain::desk::Desk;
use crate::domain::email::EmailAddress;
use crate::domain::ids::DeskId;

/// Everything that the operator set. Debug forms show no secret.
#[derive(Clone, Debug)]
pub struct Config {
    /// How Discord is reached.
    pub discord: DiscordConfig,
    /// Where HTTP is served.
    pub listen: SocketAddr,
    /// The directory database.
    pub database: DatabaseConfig,
    /// The file with the key that codes are derived with; see [`super::key_file`].
    pub key_file: Option<PathBuf>,
    /// How letters leave; always there for [`Needs::Run`].
    pub mail: MailConfig,
    /// The form of log lines.
    pub log: LogFormat,
    /// The desks, at least one.
    pub desks: Vec<Desk>,
    /// Where desks report their changes to.
    pub webhooks: BTreeMap<DeskId, Webhook>,
}

/// `[discord]`.
#[derive(Clone, Debug)]
pub struct DiscordConfig {
    /// The bot token; always there for [`Needs::Run`].
    pub token: Option<SecretString>,
    /// The base address of the API, without a slash at its end; `https://discord.com` unless set.
    pub api_url: String,
    /// The application's id; else asked from the API.
    pub application_id: Option<i64>,
    /// How interactions come in.
    pub transport: Transport,
    /// Checks the signatures of interactions; always there for [`Transport::Http`].
    pub public_key: Option<[u8; 32]>,
    /// Which gateway shards this process runs.
    pub shards: Shards,
}

/// How interactions come in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Transport {
    /// Over the WebSocket.
    Gateway,
    /// As signed HTTP requests.
    Http,
}

/// The gateway shards of a process.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Shards {
    /// As many as Discord recommends, all of them.
    Auto,
    /// `FIRST-LAST/TOTAL`, both ends included.
    Range {
        /// The first.
        first: u16,
        /// The last.
        last: u16,
        /// Of how many.
        total: u16,
    },
}

/// `[database]`.
#[derive(Clone, Debug)]
pub struct DatabaseConfig {
    /// Where it is.
    pub url: DatabaseUrl,
    /// PostgreSQL role for `migrate` and `purge`, if another one.
    pub admin_url: Option<SecretString>,
}

/// Where the database is.
#[derive(Clone, Debug)]
pub enum DatabaseUrl {
    /// A file.
    Sqlite {
        /// The whole address.
        url: String,
        /// The file's path.
        path: PathBuf,
    },
    /// A server; the address holds a password.
    Postgres(SecretString),
}

/// `[mail]`.
#[derive(Clone, Debug)]
pub struct MailConfig {
    /// By which way.
    pub url: Option<MailUrl>,
    /// Who sends.
    pub from: Option<Sender>,
    /// Rehearsal: every mail goes there.
    pub redirect_to: Option<EmailAddress>,
}

/// By which way letters leave.
#[derive(Clone, Debug)]
pub enum MailUrl {
    /// A mail server, in lettre's form; the address may hold a password.
    Smtp(SecretString),
    /// A folder.
    Folder(PathBuf),
}

/// Who sends letters.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Sender {
    /// The name shown.
    pub name: Option<String>,
    /// The address.
    pub address: EmailAddress,
}

/// The form of log lines.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LogFormat {
    /// For people.
    Text,
    /// For collectors.
    Json,
}

/// Where a desk reports its changes to.
#[derive(Clone, Debug)]
pub struct Webhook {
    /// The https address.
    pub url: String,
    /// Signs the reports (Standard Webhooks).
    pub secret: SecretString,
}

/// What a subcommand needs of the settings. Whatever it needs, every value that is there is checked.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Needs {
    /// The bot at work: token, mail, database, desks.
    Run,
    /// Discord only: token, desks (`commands register`).
    Discord,
    /// Database and desks: import, export, audit, purge.
    Database,
}
