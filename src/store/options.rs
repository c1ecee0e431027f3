//! How a database is opened.

use std::time::Duration;

/// How a database is opened; the default is a subcommand's beside a running bot.
#[derive(Clone, Debug)]
pub struct OpenOptions {
    /// Hold the lock of `run`: one per SQLite file. PostgreSQL takes any number of instances.
    pub exclusive: bool,
    /// Bring the schema up to date; without it, an older one is refused.
    pub migrate: bool,
    /// Connections of the pool: on SQLite those that read, beside the one that writes.
    pub connections: u32,
    /// How long to wait for a connection, a lock, or an answer.
    pub patience: Duration,
}

impl Default for OpenOptions {
    fn default() -> Self {
        Self {
            exclusive: false,
            migrate: true,
            connections: 8,
            patience: Duration::from_secs(10),
        }
    }
}
