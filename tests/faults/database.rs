//! The database fails at each point: not done is told as not done, done as done, and else that it is not certain.

use deskhand::app::local::cast::{AUDREY, CLAIRE, EIAM};
use deskhand::domain::language::Language::Fr;

use super::steps::{Case, Seen, Step, gated};
use crate::support::desk::{Backend, TestDesk};
use crate::support::gated_store::{Failure, Gate, Point};
use crate::support::log;
use crate::support::proxy::Proxy;

/// Where each step needs the database before its change is made.
const BEFORE: [(Step, Point); 39] = [
    (Step::Card, Point::FindExact),
    (Step::Card, Point::LoadAccount),
    (Step::Card, Point::Commit),
    (Step::Lists, Point::CountLists),
    (Step::Page, Point::ListPeople),
    (Step::Page, Point::Commit),
    (Step::Trail, Point::ListTrail),
    (Step::Trail, Point::Commit),
    (Step::TrailPage, Point::ListTrail),
    (Step::TrailPage, Point::Commit),
    (Step::Timeline, Point::LoadAccount),
    (Step::Timeline, Point::ListTrail),
    (Step::Timeline, Point::Commit),
    (Step::Begin, Point::FindExact),
    (Step::Begin, Point::LoadAccount),
    (Step::Begin, Point::Commit),
    (Step::Reason, Point::LoadDraft),
    (Step::Reason, Point::LoadAccount),
    (Step::Reason, Point::Commit),
    (Step::Submit, Point::LoadDraft),
    (Step::Submit, Point::LoadAccount),
    (Step::Submit, Point::Commit),
    (Step::Cancel, Point::LoadDraft),
    (Step::Cancel, Point::Commit),
    (Step::Confirm, Point::LoadDraft),
    (Step::Confirm, Point::LoadAccount),
    (Step::Confirm, Point::Commit),
    (Step::Reset, Point::LoadAccount),
    (Step::Reset, Point::Commit),
    (Step::Username, Point::LoadAccount),
    (Step::Username, Point::Commit),
    (Step::Correct, Point::LoadAccount),
    (Step::Correct, Point::Commit),
    (Step::Unlock, Point::LoadDraft),
    (Step::Unlock, Point::LoadAccount),
    (Step::Unlock, Point::Commit),
    (Step::UnlockReset, Point::LoadAccount),
    (Step::UnlockReset, Point::Commit),
    (Step::Suggest, Point::Search),
];

async fn told(desk: &TestDesk, gate: &Gate, case: &Case, key: &str) {
    let seen = case
        .act()
        .await
        .unwrap_or_else(|error| panic!("{:?}: {error}", case.step));
    assert!(gate.is_done(), "{:?}: it failed as planned", case.step);
    match &seen {
        Seen::Choices(count) => assert_eq!(*count, 0),
        Seen::Reply(reply) => {
            desk.shows(reply, Fr, key);
            let id = reply.interaction_id().to_string();
            assert!(reply.all_text().contains(&id), "the error's number is told");
            log::line(&["ERROR", &id]).await;
        }
    }
}

async fn away_before(backend: Backend) {
    let (desk, gate) = gated(backend, |setup| setup).await;
    for (step, point) in BEFORE {
        let case = Case::prepare(&desk, step).await;
        gate.plan(point, &[Failure::Away]);
        told(&desk, &gate, &case, "failed-heading").await;
        case.is_not_done(&desk).await;
        // the same dialog goes on
        let seen = case.act().await.unwrap();
        case.is_answered(&desk, &seen);
        case.is_done_once(&desk).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r38_a_database_that_fails_before_the_change_is_told_as_not_done() {
    away_before(Backend::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r38_on_postgres_a_database_that_fails_before_the_change_is_told_as_not_done() {
    away_before(Backend::Postgres).await;
}

/// Whether it was carried out or not: it is asked again, and done once.
async fn lost(backend: Backend, failures: &[Failure]) {
    let (desk, gate) = gated(backend, |setup| setup).await;
    for step in Step::COMMITS {
        let case = Case::prepare(&desk, step).await;
        gate.plan(Point::Commit, failures);
        let seen = case
            .act()
            .await
            .unwrap_or_else(|error| panic!("{step:?}: {error}"));
        assert!(gate.is_done(), "{step:?}: it failed as planned");
        case.is_answered(&desk, &seen);
        case.is_done_once(&desk).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r38_a_change_whose_commit_was_not_acknowledged_is_told_as_done() {
    lost(Backend::Sqlite, &[Failure::Lost]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r38_on_postgres_a_change_whose_commit_was_not_acknowledged_is_told_as_done() {
    lost(Backend::Postgres, &[Failure::Lost]).await;
}

/// The same with a real connection that breaks between COMMIT and its answer.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r38_on_postgres_a_connection_that_breaks_at_the_commit_is_told_as_done() {
    log::keep();
    let mut proxy = None;
    let desk = TestDesk::start_with(Backend::Postgres, |mut setup| {
        let (own, url) = Proxy::before(setup.database_url.as_deref().expect("the database"));
        proxy = Some(own);
        setup.database_url = Some(url);
        setup
    })
    .await;
    let proxy = proxy.expect("the proxy");
    for step in Step::COMMITS {
        let case = Case::prepare(&desk, step).await;
        proxy.lose_next_commit();
        let seen = case
            .act()
            .await
            .unwrap_or_else(|error| panic!("{step:?}: {error}"));
        assert!(proxy.has_lost(), "{step:?}: the answer was lost");
        case.is_answered(&desk, &seen);
        case.is_done_once(&desk).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r38_a_change_whose_commit_never_arrived_is_made_once() {
    lost(Backend::Sqlite, &[Failure::LostBefore]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r38_a_database_that_comes_back_says_what_was_done() {
    lost(
        Backend::Sqlite,
        &[Failure::Lost, Failure::Away, Failure::LostBefore],
    )
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r38_a_database_that_stays_away_after_the_commit_is_told_as_not_certain() {
    let away = [Failure::Away; 4];
    let (desk, gate) = gated(Backend::Sqlite, |setup| setup).await;
    for (step, first) in [
        (Step::Confirm, Failure::Lost),
        (Step::Confirm, Failure::LostBefore),
    ] {
        let case = Case::prepare(&desk, step).await;
        gate.plan(Point::Commit, &[first]);
        gate.plan(Point::Commit, &away);
        told(&desk, &gate, &case, "uncertain-heading").await;
        match first {
            Failure::Lost => case.is_done_once(&desk).await,
            _ => case.is_not_done(&desk).await,
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r38_a_database_that_fails_after_the_change_is_told_as_done_and_not_yet_sent() {
    let (desk, gate) = gated(Backend::Sqlite, |setup| setup).await;
    let case = Case::prepare(&desk, Step::Confirm).await;
    gate.plan(Point::LoadLetters, &[Failure::Away]);
    let seen = case.act().await.unwrap();
    case.is_answered(&desk, &seen);
    let name = deskhand::locales::args().set("name", case.account.full_name());
    let heading = desk.text(Fr, "done-heading", &name);
    let sent = seen
        .reply()
        .until(|message| message.all_text().contains(&heading));
    sent.await.expect("brought up to date");
    case.is_done_once(&desk).await;
}

/// A view is committed too, by its audit row: a lost answer shows the page, with one row.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r38_a_page_whose_commit_was_not_acknowledged_is_shown_and_audited_once() {
    let (desk, gate) = gated(Backend::Sqlite, |setup| setup).await;
    let claire = desk.person(EIAM, CLAIRE);
    let overview = claire.types("/lock-status", &[]).await.unwrap();
    gate.plan(Point::Commit, &[Failure::Lost]);
    let page = overview.selects_values("v1:pick-list", &["locked"]).await;
    desk.shows(&page.unwrap(), Fr, "list-locked-text");
    gate.plan(Point::Commit, &[Failure::Lost]);
    let page = desk.person(EIAM, AUDREY).types("/audit", &[]).await;
    desk.shows(&page.unwrap(), Fr, "audit-heading");
    assert!(gate.is_done(), "both answers were lost");
    let audited = desk.audited(EIAM).await;
    let actions: Vec<_> = audited.iter().map(|(action, _)| action.as_str()).collect();
    assert_eq!(actions, ["view-list", "view-timeline"]);
}
