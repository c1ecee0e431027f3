//! Events come twice, late or again, and sockets end at the wrong moment (P10, P30).

use std::sync::Arc;
use std::time::Duration;

use deskhand::app::local::cast;
use deskhand::clock::ShiftedClock;
use deskhand::ports::clock::Clock as _;
use deskhand::sandbox::{LocalDiscord, Setup};

use super::steps::{CALLBACK, Case, Seen, Step, after_calls, calls, desk, recorded};
use crate::support::desk::{Backend, TestDesk};
use crate::support::log;

/// Asks that a step comes out although something happens to the connection before it.
async fn survives(desk: &TestDesk, fault: impl AsyncFn(&LocalDiscord)) {
    for step in Step::ALL {
        let case = Case::prepare(desk, step).await;
        fault(&desk.local.discord).await;
        let seen = case
            .act()
            .await
            .unwrap_or_else(|error| panic!("{step:?}: {error}"));
        case.is_answered(desk, &seen);
        case.is_done_once(desk).await;
    }
    let sent = desk.local.discord.wire().gateway();
    let resumes = sent
        .iter()
        .filter(|payload| payload.from_bot && payload.json()["op"] == 6)
        .count();
    assert_eq!(resumes, Step::ALL.len(), "each was followed by a resume");
}

async fn dropped(discord: &LocalDiscord) {
    discord.faults().drop_sockets();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn p30_a_dropped_socket_loses_no_interaction() {
    survives(&desk(Backend::Sqlite).await, dropped).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn p30_on_postgres_a_dropped_socket_loses_no_interaction() {
    survives(&desk(Backend::Postgres).await, dropped).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn p30_a_reconnect_that_is_asked_for_loses_no_interaction() {
    let reconnect = async |discord: &LocalDiscord| discord.faults().send_reconnect();
    survives(&desk(Backend::Sqlite).await, reconnect).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn p30_an_invalid_session_that_may_resume_loses_no_interaction() {
    let invalid = async |discord: &LocalDiscord| discord.faults().send_invalid_session(true);
    survives(&desk(Backend::Sqlite).await, invalid).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn p30_after_a_lost_session_dialogs_go_on_in_a_new_one() {
    let desk = desk(Backend::Sqlite).await;
    let mut cases = Vec::new();
    for step in Step::ALL {
        cases.push(Case::prepare(&desk, step).await);
    }
    // once for all: between two sessions serenity waits for five seconds
    desk.local.discord.faults().send_invalid_session(false);
    desk.local
        .discord
        .identified(2)
        .await
        .expect("a new session");
    for case in cases {
        let seen = case
            .act()
            .await
            .unwrap_or_else(|error| panic!("{:?}: {error}", case.step));
        case.is_answered(&desk, &seen);
        case.is_done_once(&desk).await;
    }
}

/// serenity gives the session up and begins a new one; what Discord would send in between is lost with it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn p30_a_heartbeat_without_an_answer_ends_the_connection_and_the_bot_comes_back() {
    let clock = Arc::new(ShiftedClock::default());
    let discord = LocalDiscord::start(Setup {
        heartbeat: Duration::from_secs(1),
        ..cast::setup(Arc::new(move || clock.now()))
    });
    let discord = discord.await.expect("a local Discord");
    let again = discord.clone();
    let desk = TestDesk::start_with(Backend::Sqlite, |mut setup| {
        setup.discord = Some(discord);
        setup
    })
    .await;
    again.faults().ignore_heartbeats(true);
    again.identified(2).await.expect("a new session");
    again.faults().ignore_heartbeats(false);
    for step in [Step::Card, Step::Confirm] {
        let case = Case::prepare(&desk, step).await;
        let seen = case.act().await.expect("an answer");
        case.is_answered(&desk, &seen);
        case.is_done_once(&desk).await;
    }
}

/// The same interaction again, after the answer and after a resume: nobody sees it, nothing is done.
async fn twice(backend: Backend) {
    let desk = desk(backend).await;
    for step in Step::ALL {
        let case = Case::prepare(&desk, step).await;
        desk.local.discord.faults().next_events_twice(1);
        let seen = case
            .act()
            .await
            .unwrap_or_else(|error| panic!("{step:?}: {error}"));
        case.is_answered(&desk, &seen);
        let Seen::Reply(reply) = &seen else {
            continue;
        };
        let id = reply.interaction_id();
        desk.local.discord.deliver_again(id).unwrap();
        desk.local.discord.faults().drop_sockets();
        desk.local.discord.deliver_again(id).unwrap();
        // a whole conversation later the copies are over
        let other = Case::prepare(&desk, Step::Card).await;
        let shown = other.act().await.expect("the connection is back");
        other.is_answered(&desk, &shown);
        case.is_done_once(&desk).await;
        // what commits nothing is answered again, which Discord does not take
        if Step::COMMITS.contains(&step) {
            assert_eq!(recorded(&desk, id).await, 1, "{step:?}: answered once");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn p10_events_that_come_again_act_once() {
    twice(Backend::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn p10_on_postgres_events_that_come_again_act_once() {
    twice(Backend::Postgres).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn p05_an_event_that_comes_after_3_seconds_is_acted_on_and_its_answer_is_logged_as_late() {
    let desk = desk(Backend::Sqlite).await;
    for step in Step::ALL {
        let case = Case::prepare(&desk, step).await;
        let before = calls(&desk, CALLBACK);
        desk.local.discord.faults().hold_events();
        let waiting = case.begin();
        wait_until_asked(&desk).await;
        desk.clock.advance(4_000);
        desk.local.discord.faults().release_events();
        let id = after_calls(&desk, CALLBACK, before + 1).await;
        log::line(&[&id, "code 10062", "too late"]).await;
        waiting.abort();
        case.is_done_once(&desk).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_event_that_comes_after_15_minutes_is_not_acted_on() {
    let desk = desk(Backend::Sqlite).await;
    for step in Step::ALL.into_iter().filter(|step| *step != Step::Suggest) {
        let case = Case::prepare(&desk, step).await;
        let before = calls(&desk, CALLBACK);
        desk.local.discord.faults().hold_events();
        let waiting = case.begin();
        wait_until_asked(&desk).await;
        desk.later(16);
        desk.local.discord.faults().release_events();
        let id = after_calls(&desk, CALLBACK, before + 1).await;
        log::line(&[&id, "code 10062", "too late"]).await;
        waiting.abort();
        case.is_refused_at_most(&desk).await;
    }
}

/// Waits until somebody's interaction waits for its answer.
async fn wait_until_asked(desk: &TestDesk) {
    let discord = &desk.local.discord;
    let asked =
        futures::future::select_ok([2, 3, 4, 5].map(|kind| Box::pin(discord.unanswered(kind))));
    asked.await.expect("an interaction");
}
