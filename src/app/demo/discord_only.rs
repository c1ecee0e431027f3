//! `deskhand demo --discord-only`: the local Discord alone, for a bot of one's own, until SIGTERM.

use std::io::{BufRead as _, IsTerminal as _};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio_util::sync::CancellationToken;

use super::prompt::{Next, Prompt};
use crate::app::Failure;
use crate::app::local::cast;
use crate::app::out::Out;
use crate::clock::SystemClock;
use crate::ports::clock::Clock as _;
use crate::sandbox::{GuildSetup, LocalDiscord, Setup};

/// How often the channels are looked at while nobody types.
const POSTS: Duration = Duration::from_millis(200);

pub(super) async fn serve(stop: &CancellationToken, out: &mut Out) -> Result<(), Failure> {
    let setup = cast::setup(Arc::new(|| SystemClock.now()));
    let discord = LocalDiscord::start(setup.clone())
        .await
        .map_err(Failure::failed)?;
    introduce(&setup, &discord, out);
    let mut prompt = Prompt::new(&discord, &setup.guilds).map_err(Failure::failed)?;
    let mut lines = standard_input();
    let watched = std::io::stdin().is_terminal();
    let mut asks = true;
    while !stop.is_cancelled() {
        let asked = format!("{}> ", prompt.name());
        if watched && asks {
            out.ask(&asked);
        }
        let line = tokio::select! {
            () = stop.cancelled() => break,
            line = lines.recv() => line,
            // what a bot posts after its answer shows by itself, as in Discord's client
            () = tokio::time::sleep(POSTS) => {
                asks = prompt.tell_posts(out);
                continue;
            }
        };
        asks = true;
        let Some(line) = line else {
            // nobody types any more; the bot still talks to this Discord
            stop.cancelled().await;
            break;
        };
        if !watched && !line.trim().is_empty() {
            out.say(&format!("{asked}{}", line.trim()));
        }
        let next = tokio::select! {
            () = stop.cancelled() => break,
            next = prompt.take(line.trim(), out) => next,
        };
        if next == Next::End {
            break;
        }
    }
    discord.stop().await;
    Ok(())
}

/// Everything that a bot's settings need.
fn introduce(setup: &Setup, discord: &LocalDiscord, out: &mut Out) {
    out.say("A local Discord, on this machine alone. All people are invented.");
    out.say(&format!("API URL      {}", discord.base_url()));
    out.say(&format!("token        {}", setup.token));
    out.say(&format!("application  {}", setup.application_id));
    for guild in &setup.guilds {
        out.say(&format!("guild        {} {}", guild.id, guild.name));
        for channel in &guild.channels {
            out.say(&format!("  channel    {} #{}", channel.id, channel.name));
        }
    }
    out.say("The same roles and people are in every guild:");
    let first = setup.guilds.first().cloned().unwrap_or_default();
    for role in &first.roles {
        out.say(&format!("  role       {} @{}", role.id, role.name));
    }
    for member in &first.members {
        let roles = names(&first, &member.roles);
        let (id, name, locale) = (member.user_id, &member.name, &member.locale);
        out.say(&format!("  person     {id} {name} ({locale}){roles}"));
    }
    let settings = cast::settings(
        &discord.base_url(),
        "sqlite://deskhand.sqlite",
        "file://mails",
        Path::new("deskhand.key"),
    );
    out.say(&format!(
        "\n# ---- deskhand.toml ----\n{settings}# ---- end of deskhand.toml ----\n"
    ));
    out.say("Save these settings, start the bot beside this (`deskhand run`), then type as one of the people; `help` shows how.");
}

fn names(guild: &GuildSetup, roles: &[u64]) -> String {
    let known = guild.roles.iter().filter(|role| roles.contains(&role.id));
    known.map(|role| format!(" @{}", role.name)).collect()
}

/// The lines of standard input; a thread of its own waits for them, and ends with the process.
fn standard_input() -> UnboundedReceiver<String> {
    let (sender, lines) = unbounded_channel();
    std::thread::spawn(move || {
        let mut input = std::io::stdin().lock();
        let mut line = Vec::new();
        while input
            .read_until(b'\n', &mut line)
            .is_ok_and(|read| read > 0)
        {
            if sender
                .send(String::from_utf8_lossy(&line).into_owned())
                .is_err()
            {
                return;
            }
            line.clear();
        }
    });
    lines
}
