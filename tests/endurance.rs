//! The program at work for long: its memory stays flat (serenity pitfall 5, and our own maps).

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use deskhand::app::local::cast::{self, AUDREY, CLAIRE, EIAM, EMMA, LUKAS, ODILE};
use deskhand::clock::SystemClock;
use deskhand::ports::clock::Clock as _;
use deskhand::sandbox::{LocalDiscord, SandboxError, Setup};

use crate::support::process::{Running, deskhand as program, run, settings_for};

/// Interactions under way at a time.
const IN_FLIGHT: usize = 32;

/// What one interaction may leave in memory, by the line through the readings. An entry of a map with a token in it,
/// as serenity's limits would be, takes more.
const PER_INTERACTION: f64 = 128.0;

/// How many interactions, how many of them before the first reading, and how many between readings.
struct Plan {
    all: usize,
    warm_up: usize,
    between: usize,
}

fn plan() -> Plan {
    if std::env::var_os("DESKHAND_LONG").is_some() {
        Plan {
            all: 100_000,
            warm_up: 20_000,
            between: 10_000,
        }
    } else {
        Plan {
            all: 16_000,
            warm_up: 8_000,
            between: 1_000,
        }
    }
}

/// Bytes of a process that are in memory.
fn resident(process: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).expect("its status");
    let line = status.lines().find(|line| line.starts_with("VmRSS:"));
    let kibibytes = line.and_then(|line| line.split_whitespace().nth(1));
    kibibytes.expect("VmRSS").parse::<u64>().expect("a number") * 1024
}

/// The program on this local Discord, with the sample directory.
fn start(folder: &Path, discord: &LocalDiscord) -> Running {
    settings_for(discord, folder);
    let sample = deskhand::directory::samples::EIAM_ACCOUNTS.text;
    std::fs::write(folder.join("accounts.csv"), sample).unwrap();
    let arguments = [
        "import",
        "accounts",
        "accounts.csv",
        "--desk",
        "eIAM Delegation",
    ];
    let imported = run(program(folder, &arguments));
    assert_eq!(imported.code, Some(0), "{imported:?}");
    let mut command = program(folder, &["run"]);
    // what is free is given back at once, so that readings can be compared
    command.env("MALLOC_ARENA_MAX", "1");
    command.env("MALLOC_TRIM_THRESHOLD_", "0");
    Running::start(command, "connected to Discord")
}

/// One part of the mixture; some are whole dialogs, which are several interactions.
async fn interact(discord: &LocalDiscord, number: usize) -> Result<(), SandboxError> {
    let member = |user| discord.member(EIAM, user).unwrap();
    let (claire, lukas) = (member(CLAIRE), member(LUKAS));
    let favre = [("user", "melanie.favre")];
    match number % 12 {
        0 => claire.types("/lock-status", &favre).await.map(drop),
        1 => {
            let options = [("user", "nobody.at.all")];
            lukas.types("/lock-status", &options).await.map(drop)
        }
        2 => member(ODILE).types("/lock-status", &favre).await.map(drop),
        3 => {
            let typed = ["m", "fa", "favre", "zz"][number / 12 % 4];
            let emma = member(EMMA);
            let found = emma.suggests("/lock-status", "user", typed, &[]);
            found.await.map(drop)
        }
        4 => {
            let reasons = claire.suggests("/resend-code", "reason", "", &[]);
            reasons.await.map(drop)
        }
        5 => lukas.types("/lock-status", &[]).await.map(drop),
        6 => {
            let lists = claire.types("/lock-status", &[]).await?;
            let page = lists.selects_values("v1:pick-list", &["locked"]);
            page.await.map(drop)
        }
        7 => member(AUDREY).types("/audit", &[]).await.map(drop),
        8 => {
            let card = claire.types("/lock-status", &favre).await?;
            card.clicks("v1:timeline").await.map(drop)
        }
        9 => claire.types("/desk whoami", &[]).await.map(drop),
        10 => {
            let dialog = claire.types("/resend-code", &favre).await?;
            dialog.clicks("v1:cancel").await.map(drop)
        }
        // the user name goes out by mail
        _ => {
            let options = [favre[0], ("kind", "username")];
            let dialog = claire.types("/resend-code", &options).await?;
            let form = dialog.clicks("v1:open-reason").await?;
            let dialog = form.submits(&[("text", "Demandé au téléphone")]).await?;
            dialog.clicks("v1:confirm").await.map(drop)
        }
    }
}

/// The steepness of the line that fits the readings best, in bytes for each interaction.
fn slope(readings: &[(usize, u64)]) -> f64 {
    let count = readings.len() as f64;
    let mean = |of: &dyn Fn(&(usize, u64)) -> f64| readings.iter().map(of).sum::<f64>() / count;
    let (x, y) = (mean(&|r| r.0 as f64), mean(&|r| r.1 as f64));
    let products = readings.iter().map(|r| (r.0 as f64 - x) * (r.1 as f64 - y));
    let squares = readings.iter().map(|r| (r.0 as f64 - x).powi(2));
    products.sum::<f64>() / squares.sum::<f64>()
}

/// Brings the count of interactions to `until`.
async fn drive(
    discord: &LocalDiscord,
    done: &Arc<AtomicUsize>,
    until: usize,
) -> Result<(), String> {
    let tasks = (0..IN_FLIGHT).map(|_| {
        let (discord, done) = (discord.clone(), Arc::clone(done));
        tokio::spawn(async move {
            let next = || {
                let taken = done.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |done| {
                    (done < until).then_some(done + 1)
                });
                taken.ok()
            };
            while let Some(number) = next() {
                let answered = interact(&discord, number).await;
                answered.map_err(|error| format!("interaction {number}: {error}"))?;
            }
            Ok::<(), String>(())
        })
    });
    for ended in futures::future::join_all(tasks).await {
        ended.expect("a task of the test")?;
    }
    Ok(())
}

#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn memory_stays_flat_over_many_interactions() {
    let plan = plan();
    let folder = tempfile::TempDir::new().unwrap();
    let setup = Setup {
        // a dialog must outlive the others that are under way
        messages_kept: 1_024,
        interactions_kept: 1_024,
        recording_kept: 0,
        events_kept: 256,
        ..cast::setup(Arc::new(|| SystemClock.now()))
    };
    let discord = LocalDiscord::start(setup).await.unwrap();
    let running = start(folder.path(), &discord);
    let done = Arc::new(AtomicUsize::new(0));
    let started = SystemClock.now();

    let mut readings = Vec::new();
    let mut until = plan.warm_up;
    while until <= plan.all {
        if let Err(error) = drive(&discord, &done, until).await {
            let ended = running.terminate();
            panic!("not every interaction is answered: {error}: {ended:?}");
        }
        readings.push((until, resident(running.id())));
        println!(
            "{until:>7} interactions, {:>6.1} s: {:>6.1} MiB resident",
            SystemClock.now().duration_since(started).as_secs_f64(),
            readings.last().copied().unwrap_or_default().1 as f64 / 1_048_576.0
        );
        until += plan.between;
    }
    let growth = slope(&readings);
    println!("{growth:.0} bytes for each interaction");
    assert!(growth <= PER_INTERACTION, "{growth} bytes: {readings:?}");
    let ended = running.terminate();
    assert_eq!(ended.code, Some(0), "{ended:?}");
}
