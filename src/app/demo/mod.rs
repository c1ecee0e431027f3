//! `deskhand demo`: three desks on this machine alone, and a tour that checks every step it shows.

mod check;
mod choose;
mod discord_only;
mod posts;
mod prompt;
mod requests;
mod show;
mod tour;

use std::sync::Arc;

use crate::app::cli::DemoOptions;
use crate::app::local::{LocalDesk, LocalSetup};
use crate::app::out::Out;
use crate::app::{Failure, shutdown};
use crate::clock::ShiftedClock;
use crate::config::LogFormat;
use crate::telemetry;

/// Only what goes wrong is worth a log line beside the tour; serenity warns of every closed connection.
const LOG_FILTER: &str = "warn,serenity=error";

pub(crate) async fn demo(options: &DemoOptions, out: &mut Out) -> Result<(), Failure> {
    let filter = std::env::var("RUST_LOG").unwrap_or_else(|_| LOG_FILTER.to_owned());
    telemetry::start(LogFormat::Text, Some(&filter));
    let stop =
        shutdown::on_signal().map_err(|error| Failure::failed(format!("no signals: {error}")))?;
    if options.discord_only {
        return discord_only::serve(&stop, out).await;
    }
    let folder = tempfile::Builder::new()
        .prefix("deskhand-demo-")
        .tempdir()
        .map_err(|error| Failure::failed(format!("no folder for the demo: {error}")))?;
    let clock = Arc::new(ShiftedClock::default());
    let desk = tokio::select! {
        started = LocalDesk::start(LocalSetup::in_folder(folder.path(), clock)) => started.map_err(Failure::failed)?,
        () = stop.cancelled() => return Ok(()),
    };
    let toured = tokio::select! {
        toured = tour::play(&desk, folder.path(), out) => toured,
        () = stop.cancelled() => Ok(0),
    };
    match &toured {
        Ok(steps) if !stop.is_cancelled() => out.say(&format!(
            "\nThe tour is over: {steps} steps, each as it must be."
        )),
        _ => {}
    }
    if toured.is_ok() && !options.once && !stop.is_cancelled() {
        stay(&desk, folder.path(), out);
        stop.cancelled().await;
    }
    let stopped = desk.stop().await;
    toured.map_err(Failure::failed)?;
    stopped.map(|_| ()).map_err(Failure::failed)
}

/// Says what there is to look at, and how a bot of one's own joins.
fn stay(desk: &LocalDesk, folder: &std::path::Path, out: &mut Out) {
    let folder = folder.display();
    out.say(&format!(
        "\nThe desks stay up until Ctrl-C.\n  \
         directory   {folder}/deskhand.sqlite\n  \
         mails       {folder}/mail/*.eml\n  \
         settings    {}\n  \
         Discord     {}  (REST; the gateway is what it answers)\n\
         To go on with a guild of your own: write a deskhand.toml as the README shows, then `deskhand run`.",
        desk.settings_file.display(),
        desk.discord.base_url(),
    ));
}
