//! Settings: `deskhand.toml`, the environment over it, and what is wrong with them in one line.
//! A new key goes into the list of known names beside the code that reads it.

mod checks;
mod desk;
mod document;
pub mod example;
mod item;
pub mod key_file;
mod profile;
mod sections;
mod settings;

use std::path::Path;

use toml::de::DeTable;

use self::document::{Document, Table};
pub use self::settings::{
    Config, DatabaseConfig, DatabaseUrl, DiscordConfig, LogFormat, MailConfig, MailUrl, Needs,
    Sender, Shards, Transport, Webhook,
};
use crate::domain::desk::Desk;

/// The settings cannot be used. Shows one line; the secrets in it never do.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("{file}: {problem}; write one, or name it with --config FILE")]
    Unreadable {
        /// Which.
        file: String,
        /// Why.
        problem: String,
    },
    /// Something in it is wrong.
    #[error("{}", .0.first().map_or("", String::as_str))]
    Wrong(
        /// One line for each thing, the first of the file first.
        Vec<String>,
    ),
}

impl Config {
    /// Reads and checks the file, with the environment's values before the file's.
    ///
    /// # Errors
    /// The file cannot be read, or something is wrong or missing for what is needed.
    pub fn load(
        path: &Path,
        env: &dyn Fn(&str) -> Option<String>,
        needs: Needs,
    ) -> Result<Self, ConfigError> {
        let file = path.display().to_string();
        let unreadable = |problem: String| ConfigError::Unreadable {
            file: file.clone(),
            problem,
        };
        let bytes = std::fs::read(path).map_err(|error| {
            unreadable(match error.kind() {
                std::io::ErrorKind::NotFound => "there is no such file".to_owned(),
                kind => kind.to_string(),
            })
        })?;
        let text = String::from_utf8(bytes)
            .map_err(|_error| unreadable("the file is not UTF-8".to_owned()))?;
        Self::parse(&file, &text, env, needs)
    }

    /// Checks settings that were read; `file` is how complaints call them.
    ///
    /// # Errors
    /// Something is wrong or missing for what is needed.
    pub fn parse(
        file: &str,
        text: &str,
        env: &dyn Fn(&str) -> Option<String>,
        needs: Needs,
    ) -> Result<Self, ConfigError> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let doc = Document::new(file.to_owned(), text, env);
        let parsed = DeTable::parse(text);
        let config = match &parsed {
            Ok(entries) => sections::read(&Table::root(&doc, entries.get_ref()), needs),
            Err(error) => {
                doc.problem_at(
                    error.span().map_or(0, |span| span.start),
                    first_line(error.message()),
                );
                None
            }
        };
        let problems = doc.into_problems();
        match config {
            Some(config) if problems.is_empty() => Ok(config),
            _ => Err(ConfigError::Wrong(problems)),
        }
    }

    /// The desk of that name, without case; the only one when no name is given.
    #[must_use]
    pub fn desk(&self, name: Option<&str>) -> Option<&Desk> {
        match (name, self.desks.as_slice()) {
            (Some(name), desks) => desks
                .iter()
                .find(|desk| desk.name.to_lowercase() == name.trim().to_lowercase()),
            (None, [only]) => Some(only),
            (None, _) => None,
        }
    }
}

fn first_line(message: &str) -> &str {
    message.lines().next().unwrap_or("is no TOML")
}
