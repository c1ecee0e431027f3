//! The way to the gateway with the real program: certificates, ends of a session, and the end of `run`.

mod ends;
mod front;
mod stack;
mod trust;

use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use deskhand::app::local::cast::{self, CLAIRE, EIAM};
use deskhand::clock::SystemClock;
use deskhand::ports::clock::Clock as _;
use deskhand::sandbox::{Entry, LocalDiscord, Setup};
use tempfile::TempDir;

use crate::support::process::{Ended, deskhand as program};

const CONNECTED: &str = "connected to Discord";

fn setup() -> Setup {
    cast::setup(Arc::new(|| SystemClock.now()))
}

async fn discord() -> LocalDiscord {
    LocalDiscord::start(setup()).await.unwrap()
}

/// `run` in a folder of its own, with REST at this address.
fn bot(api_url: &str, trusted: Option<&Path>) -> (TempDir, Command) {
    let folder = TempDir::new().unwrap();
    let key = folder.path().join("desk.key");
    let settings = cast::settings(api_url, "sqlite://desk.sqlite", "file://mail", &key);
    let settings = settings.replace(&format!("key_file = \"{}\"", key.display()), "");
    std::fs::write(folder.path().join("deskhand.toml"), settings).unwrap();
    let mut command = program(folder.path(), &["run"]);
    if let Some(file) = trusted {
        command.env("SSL_CERT_FILE", file);
    }
    (folder, command)
}

/// A command is answered, whatever the answer.
async fn answers(discord: &LocalDiscord) {
    let claire = discord.member(EIAM, CLAIRE).unwrap();
    let asked = claire.types("/lock-status", &[("user", "nobody.at.all")]);
    asked.await.expect("an answer");
}

/// What the bot said on the gateway, by operation: 2 is Identify, 6 is Resume.
fn said(discord: &LocalDiscord, operation: u64) -> usize {
    let all = discord.wire().gateway();
    let of_bot = all.iter().filter(|payload| payload.from_bot);
    of_bot
        .filter(|payload| payload.json()["op"] == operation)
        .count()
}

/// Waits until the bot has resumed its session.
async fn resumed(discord: &LocalDiscord) {
    let resumed = |entry: &Entry| matches!(entry, Entry::Gateway(payload) if !payload.from_bot && payload.json()["t"] == "RESUMED");
    discord.recorded(resumed).await.expect("a resumed session");
}

/// The end of the program, which must come within 5 seconds of being asked for.
async fn in_time(end: impl FnOnce() -> Ended + Send + 'static) -> Ended {
    let ended = tokio::task::spawn_blocking(end);
    let ended = tokio::time::timeout(Duration::from_secs(5), ended).await;
    ended.expect("an end within 5 seconds").unwrap()
}
