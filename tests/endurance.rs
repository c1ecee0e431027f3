//! The program at work for long: its memory stays flat (serenity pitfall 5, and our own maps).

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use deskhand::app::local::cast::{self, CLAIRE, EIAM, EMMA, LUKAS, ODILE};
use deskhand::clock::SystemClock;
use deskhand::ports::clock::Clock as _;
use deskhand::sandbox::{LocalDiscord, Setup};

use crate::support::process::{Running, deskhand as program, run};

/// Interactions under way at a time.
const IN_FLIGHT: usize = 32;

/// What the last reading may exceed the first by, beside a tenth of it.
const SLACK: u64 = 4 * 1024 * 1024;

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
            all: 3_000,
            warm_up: 1_000,
            between: 500,
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
    let settings = cast::settings(
        &discord.base_url(),
        "sqlite://desk.sqlite",
        "file://mail",
        Path::new("desk.key"),
    );
    let settings = settings.replace("key_file = \"desk.key\"", "");
    std::fs::write(folder.join("deskhand.toml"), settings).unwrap();
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
    Running::start(program(folder, &["run"]), "connected to Discord")
}

/// One interaction of the mixture: cards, autocomplete, refusals.
async fn interact(discord: &LocalDiscord, number: usize) {
    let member = |user| discord.member(EIAM, user).unwrap();
    let answered = match number % 6 {
        0 => {
            let options = [("user", "melanie.favre")];
            member(CLAIRE)
                .types("/lock-status", &options)
                .await
                .map(drop)
        }
        1 => {
            let options = [("user", "nobody.at.all")];
            member(LUKAS)
                .types("/lock-status", &options)
                .await
                .map(drop)
        }
        2 => {
            let options = [("user", "melanie.favre")];
            member(ODILE)
                .types("/lock-status", &options)
                .await
                .map(drop)
        }
        3 => {
            let typed = ["m", "fa", "favre", "zz"][number / 6 % 4];
            let emma = member(EMMA);
            emma.suggests("/lock-status", "user", typed, &[])
                .await
                .map(drop)
        }
        4 => {
            let claire = member(CLAIRE);
            claire
                .suggests("/resend-code", "reason", "", &[])
                .await
                .map(drop)
        }
        _ => member(LUKAS).types("/lock-status", &[]).await.map(drop),
    };
    answered.unwrap_or_else(|error| panic!("interaction {number}: {error}"));
}

/// Brings the count of interactions to `until`.
async fn drive(discord: &LocalDiscord, done: &Arc<AtomicUsize>, until: usize) {
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
                interact(&discord, number).await;
            }
        })
    });
    for ended in futures::future::join_all(tasks).await {
        ended.expect("every interaction is answered");
    }
}

#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn memory_stays_flat_over_many_interactions() {
    let plan = plan();
    let folder = tempfile::TempDir::new().unwrap();
    let setup = Setup {
        messages_kept: 64,
        interactions_kept: 256,
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
        drive(&discord, &done, until).await;
        readings.push(resident(running.id()));
        println!(
            "{until:>7} interactions, {:>6.1} s: {:>6.1} MiB resident",
            SystemClock.now().duration_since(started).as_secs_f64(),
            readings.last().copied().unwrap_or_default() as f64 / 1_048_576.0
        );
        until += plan.between;
    }
    let (first, last) = (readings[0], *readings.last().unwrap());
    assert!(
        last <= first + first / 10 + SLACK,
        "from {first} to {last} bytes: {readings:?}"
    );
    let ended = running.terminate();
    assert_eq!(ended.code, Some(0), "{ended:?}");
}
