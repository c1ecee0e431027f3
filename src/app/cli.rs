//! The command line: a contract with scripts; words are added, never renamed.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

/// A chat-ops bot for support desks on Discord.
#[derive(Debug, Parser)]
#[command(name = "deskhand", version, about, propagate_version = true)]
pub(crate) struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// The subcommands.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Show a support desk at work, on this machine alone, with sample data.
    Demo(DemoOptions),
    /// Run the bot.
    Run(RunOptions),
    /// Look at everything that run needs, and say how to put right what is not; changes nothing.
    Check(CheckOptions),
    /// Bring the database's schema up to date.
    Migrate(ConfigOption),
    /// Bring a directory file into a desk's directory.
    Import(ImportOptions),
    /// What Discord holds of this program.
    #[command(subcommand)]
    Commands(CommandsCommand),
    /// Write a desk's accounts as a file in the source system's own form.
    Export(ExportOptions),
}

/// Options of `demo`.
#[derive(Args, Debug)]
pub(crate) struct DemoOptions {
    /// Play the tour, then end; exit 0 only if every step was as it must be.
    #[arg(long)]
    pub(crate) once: bool,
    /// Start only the local Discord, for a bot of your own; type as its people on standard input.
    #[arg(long, conflicts_with = "once")]
    pub(crate) discord_only: bool,
    /// Not used: the demo brings its own settings.
    #[arg(long, value_name = "FILE", hide = true)]
    pub(crate) config: Option<PathBuf>,
}

/// Options of `run`.
#[derive(Args, Debug)]
pub(crate) struct RunOptions {
    /// The settings.
    #[arg(long, value_name = "FILE", default_value = "deskhand.toml")]
    pub(crate) config: PathBuf,
}

/// Options of `check`.
#[derive(Args, Debug)]
pub(crate) struct CheckOptions {
    /// The settings.
    #[arg(long, value_name = "FILE", default_value = "deskhand.toml")]
    pub(crate) config: PathBuf,
    /// Say it as one JSON list of objects with what, ok, detail and fix.
    #[arg(long)]
    pub(crate) json: bool,
}

/// Options of a subcommand that needs nothing but the settings.
#[derive(Args, Debug)]
pub(crate) struct ConfigOption {
    /// The settings.
    #[arg(long, value_name = "FILE", default_value = "deskhand.toml")]
    pub(crate) config: PathBuf,
}

/// The subcommands of `commands`.
#[derive(Debug, Subcommand)]
pub(crate) enum CommandsCommand {
    /// Register the slash commands now, if Discord holds others; run does it at its start.
    Register(ConfigOption),
}

/// Options of `import`.
#[derive(Args, Debug)]
pub(crate) struct ImportOptions {
    /// What the file holds.
    #[arg(value_enum)]
    pub(crate) what: ImportWhat,
    /// The file.
    pub(crate) file: PathBuf,
    /// The settings.
    #[arg(long, value_name = "FILE", default_value = "deskhand.toml")]
    pub(crate) config: PathBuf,
    /// Whose directory; needed with more than one desk.
    #[arg(long, value_name = "NAME")]
    pub(crate) desk: Option<String>,
    /// The scope of rows when the file has no such column; also limits what counts as missing.
    #[arg(long, value_name = "SCOPE")]
    pub(crate) scope: Option<String>,
    /// The language of rows when the file has no such column.
    #[arg(long, value_name = "LANG")]
    pub(crate) language: Option<String>,
    /// Where rejected rows go; beside the file unless set.
    #[arg(long, value_name = "PATH")]
    pub(crate) rejects: Option<PathBuf>,
    /// End with one line of JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

/// What a file holds.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
pub(crate) enum ImportWhat {
    /// Accounts.
    Accounts,
    /// Register records.
    Records,
}

/// Options of `export`.
#[derive(Args, Debug)]
pub(crate) struct ExportOptions {
    /// What the file shall hold.
    #[arg(value_enum)]
    pub(crate) what: ExportWhat,
    /// The settings.
    #[arg(long, value_name = "FILE", default_value = "deskhand.toml")]
    pub(crate) config: PathBuf,
    /// Whose directory; needed with more than one desk.
    #[arg(long, value_name = "NAME")]
    pub(crate) desk: Option<String>,
    /// Only what the desk changed since then and the source system does not show yet: the list to carry over.
    #[arg(long, value_name = "TIME|DATE")]
    pub(crate) changed_since: Option<String>,
    /// Where the file goes; standard output unless set.
    #[arg(long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// Leave text that looks like a formula as it is; not for spreadsheets.
    #[arg(long)]
    pub(crate) raw: bool,
}

/// What an exported file holds.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
pub(crate) enum ExportWhat {
    /// Accounts.
    Accounts,
}
