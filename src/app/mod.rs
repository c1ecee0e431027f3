//! Wiring: the command line, the loops, the shutdown. Sees everything, and nothing sees it.

pub mod bot;
mod check;
mod cli;
mod commands;
pub mod demo;
mod export;
mod import;
pub mod local;
mod out;
mod run;
mod shutdown;

use std::process::ExitCode;

use clap::Parser as _;

use cli::{Cli, Command, CommandsCommand};
use out::Out;

/// How a subcommand ended, when not well.
#[derive(Debug)]
pub(crate) enum Failure {
    /// Something failed or cannot be reached: exit 1.
    Failed(String),
    /// Wrong arguments or configuration: exit 2.
    Wrong(String),
}

impl Failure {
    /// A failure at work.
    pub(crate) fn failed(cause: impl std::fmt::Display) -> Self {
        Self::Failed(cause.to_string())
    }

    /// A failure with what lies behind it, in one line.
    pub(crate) fn caused(error: &(dyn std::error::Error + 'static)) -> Self {
        let mut line = error.to_string();
        let mut source = error.source();
        while let Some(cause) = source {
            let more = cause.to_string();
            if !line.contains(&more) {
                line = format!("{line}: {more}");
            }
            source = cause.source();
        }
        Self::Failed(line.replace(['\n', '\r'], " "))
    }

    /// Wrong arguments or configuration.
    pub(crate) fn wrong(cause: impl std::fmt::Display) -> Self {
        Self::Wrong(cause.to_string())
    }
}

/// Runs the command line of this process.
#[must_use]
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    let mut out = Out::standard();
    let runtime = match tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
    {
        Ok(runtime) => runtime,
        Err(error) => {
            out.complain(&format!("the runtime does not start: {error}"));
            return ExitCode::from(1);
        }
    };
    let ended = runtime.block_on(async {
        match cli.command {
            Command::Demo(options) => demo::demo(&options, &mut out).await,
            Command::Run(options) => run::run(&options, &mut out).await,
            Command::Check(options) => check::check(&options, &mut out).await,
            Command::Migrate(options) => commands::migrate(&options, &mut out).await,
            Command::Commands(CommandsCommand::Register(options)) => {
                commands::register(&options, &mut out).await
            }
            Command::Export(options) => export::export(&options, &mut out).await,
            Command::Import(options) => import::import(&options, &mut out).await,
        }
    });
    // what still blocks in the background must not hold up the end
    runtime.shutdown_background();
    match ended {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failure::Failed(line)) => {
            out.complain(&line);
            ExitCode::from(1)
        }
        Err(Failure::Wrong(line)) => {
            out.complain(&line);
            ExitCode::from(2)
        }
    }
}
