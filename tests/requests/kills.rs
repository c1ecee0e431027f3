//! The process is killed at random points of requests' lives and started again: every approved request ends, no card
//! stands twice, no letter is missing, and a doubled one has the same Message-ID.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use deskhand::app::local::cast::{self, APPROVALS, CLAIRE, EIAM, SAM};
use deskhand::clock::SystemClock;
use deskhand::ports::clock::Clock as _;
use deskhand::sandbox::{Button, LocalDiscord, Person, SandboxError};
use futures::StreamExt as _;
use sqlx::Row as _;

use crate::support::process::{Running, deskhand as program, run, settings_for};

const CHANNEL: u64 = APPROVALS + EIAM % 10;

fn lives() -> usize {
    if std::env::var_os("DESKHAND_LONG").is_some() {
        200
    } else {
        12
    }
}

/// How many calls and events come before the next kill: whatever the process does then, it dies.
fn moments(seed: &mut u64) -> u64 {
    *seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
    5 + (*seed >> 33) % 60
}

fn accounts(count: usize) -> String {
    let mut file = "username,given_name,surname,email,language,scope,state,locked\n".to_owned();
    for n in 0..count {
        file.push_str(&format!(
            "life{n},Anne,Berset,life{n}@people.example.ch,fr,VD/CHUV,active,yes\n"
        ));
    }
    file
}

/// The whole life of a request, from the lock to the approval; whatever fails is tried again, as people would.
struct Life {
    sam: Person,
    claire: Person,
    over: Arc<AtomicBool>,
}

impl Life {
    /// Asks until the answer says that a request was made.
    async fn ask(&self, n: usize) {
        let username = format!("life{n}");
        while !self.over.load(Ordering::Relaxed) {
            let asked = async {
                let user = [("user", username.as_str())];
                let card = self.sam.types("/lock-status", &user).await?;
                let unlock = |button: &Button| button.custom_id.starts_with("v1:card-unlock:");
                if !card.buttons().iter().any(unlock) {
                    // asked, approved and done before, only the answer was lost
                    return Ok(true);
                }
                let dialog = card.clicks("v1:card-unlock:").await?;
                let dialog = dialog.clicks("v1:open-reason").await?;
                let dialog = dialog.submits(&[("text", "locked out")]).await?;
                let reply = dialog.clicks("v1:confirm").await?;
                Ok::<bool, SandboxError>(reply.all_text().contains("is on its way"))
            };
            if asked.await.unwrap_or(false) {
                return;
            }
        }
    }

    /// Approves whatever card has a button, until it is over.
    async fn approve(&self) {
        while !self.over.load(Ordering::Relaxed) {
            let waiting: Vec<u64> = self
                .claire
                .sees(CHANNEL)
                .iter()
                .filter(|message| !message.is_ephemeral() && !message.buttons().is_empty())
                .map(deskhand::sandbox::Message::id)
                .collect();
            for message in waiting {
                // the process may be dead, or the card decided meanwhile
                if let Ok(card) = self.claire.opens(message) {
                    let _ = card.clicks("v1:approve:").await;
                }
            }
            tokio::task::yield_now().await;
        }
    }
}

/// What the database holds, read beside the program.
struct Held(sqlx::SqlitePool);

impl Held {
    async fn number(&self, sql: &'static str) -> i64 {
        let row = sqlx::query(sql).fetch_one(&self.0).await;
        row.expect("an answer").get(0)
    }
}

/// Keeps the program running and kills it after a random number of calls and events; the times that it did.
async fn kill(discord: LocalDiscord, folder: PathBuf, over: Arc<AtomicBool>) -> usize {
    let (mut seed, mut kills) = (0x5eed, 0);
    let recorded = discord.faults().recorded();
    while !over.load(Ordering::Relaxed) {
        let command = program(&folder, &["run"]);
        let start = move || Running::start(command, "connected to Discord");
        let running = tokio::task::spawn_blocking(start).await.expect("it starts");
        for _ in 0..moments(&mut seed) {
            recorded.notified().await;
        }
        drop(running);
        kills += 1;
    }
    kills
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_process_killed_at_random_loses_and_doubles_nothing() {
    let lives = lives();
    let folder = tempfile::TempDir::new().unwrap();
    let now = || SystemClock.now();
    let mut setup = cast::setup(Arc::new(now));
    // whoever waits for a dead process soon tries again
    setup.wait = Duration::from_secs(1);
    let discord = LocalDiscord::start(setup).await.unwrap();
    settings_for(&discord, folder.path());
    std::fs::write(folder.path().join("accounts.csv"), accounts(lives)).unwrap();
    let desk = ["--desk", "eIAM Delegation", "--json"];
    let import = [&["import", "accounts", "accounts.csv"][..], &desk[..]].concat();
    assert_eq!(run(program(folder.path(), &import)).code, Some(0));

    let over = Arc::new(AtomicBool::new(false));
    let killing = kill(discord.clone(), folder.path().to_owned(), Arc::clone(&over));
    let killing = tokio::spawn(killing);
    let life = Arc::new(Life {
        sam: discord.member(EIAM, SAM).unwrap(),
        claire: discord.member(EIAM, CLAIRE).unwrap(),
        over: Arc::clone(&over),
    });
    let approving = tokio::spawn({
        let life = Arc::clone(&life);
        async move { life.approve().await }
    });
    let asking = futures::stream::iter(0..lives).for_each_concurrent(4, |n| life.ask(n));
    asking.await;
    let url = format!("sqlite://{}", folder.path().join("desk.sqlite").display());
    let held = Held(sqlx::SqlitePool::connect(&url).await.unwrap());
    let locked = "SELECT COUNT(*) FROM account WHERE lock_state = 'locked'";
    let waiting = "SELECT COUNT(*) FROM request WHERE state = 'requested'";
    while held.number(locked).await + held.number(waiting).await > 0 {
        tokio::task::yield_now().await;
    }
    over.store(true, Ordering::Relaxed);
    approving.await.unwrap();
    // whoever looks once more gives it the events that it waits for
    let ended = |sam: Person| async move { sam.types("/requests", &[]).await.is_ok() };
    while !killing.is_finished() {
        ended(life.sam.clone()).await;
    }
    let kills = killing.await.unwrap();
    assert!(kills >= 2, "it was killed {kills} times");

    // undisturbed at last, it delivers what is left
    let running = Running::start(program(folder.path(), &["run"]), "connected to Discord");
    while held.number("SELECT COUNT(*) FROM outbox").await > 0 {
        tokio::task::yield_now().await;
    }
    let ended = running.terminate();
    assert_eq!(ended.code, Some(0), "{ended:?}");

    let ends = "SELECT COUNT(*) FROM request WHERE state NOT IN ('executed', 'void')";
    assert_eq!(held.number(ends).await, 0, "every request ended");
    let executed = "SELECT COUNT(*) FROM request WHERE state = 'executed'";
    let unlocks = "SELECT COUNT(*) FROM audit WHERE action = 'unlock' AND result = 'done'";
    assert_eq!(held.number(executed).await, held.number(unlocks).await);
    assert_eq!(held.number(unlocks).await, i64::try_from(lives).unwrap());
    assert_eq!(
        held.number("SELECT COUNT(*) FROM letter WHERE state <> 'accepted'")
            .await,
        0
    );
    let letters = std::fs::read_dir(folder.path().join("mail")).unwrap();
    let letters: Vec<_> = letters.map(|file| file.unwrap().file_name()).collect();
    let mails = letters
        .iter()
        .filter(|name| name.to_string_lossy().ends_with(".eml"));
    assert_eq!(
        mails.count(),
        lives,
        "one letter each: its name is its Message-ID"
    );

    let requests = held.number("SELECT COUNT(*) FROM request").await;
    let mut cards: BTreeMap<String, usize> = BTreeMap::new();
    for message in life.claire.sees(CHANNEL) {
        if message.is_ephemeral() {
            continue;
        }
        let title = message
            .embeds()
            .first()
            .and_then(|embed| embed["title"].as_str());
        let number = title.and_then(|title| title.split(':').next());
        if let Some(number) = number {
            *cards.entry(number.to_owned()).or_default() += 1;
        }
    }
    assert_eq!(
        i64::try_from(cards.len()).unwrap(),
        requests,
        "each request has its card"
    );
    assert!(
        cards.values().all(|count| *count == 1),
        "no card twice: {cards:?}"
    );
}
