//! Many decide at once: exactly one decision each, executed at most once, every loser told. The short form is the
//! same with fewer requests.

use std::collections::BTreeMap;

use deskhand::app::local::cast::{CLAIRE, EIAM, EMMA, GIULIA, LUKAS};
use deskhand::app::local::{LocalDesk, LocalSetup};
use deskhand::domain::language::Language;
use deskhand::domain::lock::Lock;
use deskhand::locales::args;
use deskhand::sandbox::{Person, Reply, SandboxError};
use tokio::task::JoinSet;

use super::kit::*;
use crate::support::desk::{Backend, TestDesk};

/// What those who come second are told, by a word of each language.
const ENDED: [&str; 4] = [
    "Durch Ihren Klick",
    "Votre clic",
    "Il Suo clic",
    "Your click",
];

/// Clicks on each request, by four superusers, half of them approvals.
const CLICKS: usize = 8;

fn requests() -> u64 {
    if std::env::var_os("DESKHAND_LONG").is_some() {
        200
    } else {
        20
    }
}

/// One click on a card, and what its reader is told.
async fn click(
    person: Person,
    message: u64,
    approve: String,
    approves: bool,
) -> Result<Reply, SandboxError> {
    if approves {
        return person.clicks_forged(message, &approve).await;
    }
    let deny = approve.replace("approve", "deny");
    let form = person.clicks_forged(message, &deny).await?;
    form.submits(&[("text", "Nein")]).await
}

/// All clicks on one request at the same time.
async fn race(desk: &TestDesk, number: u64) {
    let account = locked(desk, &format!("race{number}.person")).await;
    sam_asks(desk, &account).await;
    let shown = card(&desk.person(EIAM, CLAIRE), desk, number, "requested").await;
    let approve = shown.buttons()[0].custom_id.clone();
    let mut clicks = JoinSet::new();
    for at in 0..CLICKS {
        let user = [CLAIRE, LUKAS, GIULIA, EMMA][at % 4];
        let person = desk.person(EIAM, user);
        clicks.spawn(click(
            person,
            shown.message_id(),
            approve.clone(),
            at % 2 == 0,
        ));
    }
    let mut told = Vec::new();
    while let Some(ended) = clicks.join_next().await {
        let reply = ended.expect("the click").expect("an answer");
        assert!(reply.is_ephemeral());
        told.push(reply.all_text());
    }
    let says = |key: &str, state: &str| {
        let of = |language| {
            let state = desk.text(language, &format!("request-state-{state}"), &args());
            let numbered = args().number("number", number);
            let text = desk.text(language, key, &numbered.set("state", state));
            told.iter().filter(|told| told.contains(&text)).count()
        };
        Language::ALL.into_iter().map(of).sum::<usize>()
    };
    let won = says("request-approved-text", "executed") + says("request-heading", "denied");
    assert_eq!(won, 1, "one is told that it is done: {told:?}");
    let late = |told: &&String| ENDED.iter().any(|word| told.contains(word));
    assert_eq!(told.iter().filter(late).count(), CLICKS - 1, "{told:?}");
    let open = desk.facts(EIAM, &account).await.account.data.lock == Lock::OPEN;
    let state = if open { "executed" } else { "denied" };
    card(&desk.person(EIAM, CLAIRE), desk, number, state).await;
}

/// One decision for each request, and no more unlocks than approvals.
async fn decided_once(desk: &TestDesk, requests: u64) {
    let mut decisions: BTreeMap<String, usize> = BTreeMap::new();
    let (mut approved, mut unlocked) = (0, 0);
    for row in desk.audit(EIAM).await {
        let detail = || -> BTreeMap<String, String> {
            serde_json::from_str(&row.detail.as_ref().expect("a detail").1).expect("JSON")
        };
        match (row.row.action.as_str(), row.row.result.as_str()) {
            ("approve-request", "done") => {
                approved += 1;
                *decisions.entry(detail()["number"].clone()).or_default() += 1;
            }
            ("deny-request", "done") => {
                *decisions.entry(detail()["number"].clone()).or_default() += 1;
            }
            ("unlock", "done") => unlocked += 1,
            _ => {}
        }
    }
    assert_eq!(decisions.len() as u64, requests, "every request is decided");
    assert!(decisions.values().all(|count| *count == 1), "{decisions:?}");
    assert_eq!(approved, unlocked, "executed once for each approval");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r07_eight_clicks_at_once_decide_once_on_sqlite() {
    let desk = TestDesk::start(Backend::Sqlite).await;
    let requests = requests();
    for number in 1..=requests {
        race(&desk, number).await;
    }
    decided_once(&desk, requests).await;
}

/// Two processes share one PostgreSQL and the same shard: each of them gets every event.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r07_two_sessions_on_one_postgres_decide_once() {
    let desk = TestDesk::start(Backend::Postgres).await;
    let mut setup = LocalSetup::in_folder(desk.folder.path(), desk.clock.clone());
    setup.discord = Some(desk.local.discord.clone());
    setup.database_url = Some(desk.database_url().to_owned());
    let second = LocalDesk::start(setup).await.expect("the second session");
    let requests = requests();
    for number in 1..=requests {
        race(&desk, number).await;
    }
    decided_once(&desk, requests).await;
    second.stop().await.expect("a good end");
}
