//! A slow database and a slow Discord together: the first answer keeps to its 3 seconds (P01, P03, P05, P10).

use std::time::Duration;

use deskhand::app::local::cast::{CLAIRE, EIAM};
use deskhand::clock::SystemClock;
use deskhand::domain::language::Language::Fr;
use deskhand::ports::clock::Clock as _;
use deskhand::sandbox::{Fault, Reply};

use super::steps::{CALLBACK, Case, Step, after_calls, calls, gated, plan};
use crate::support::desk::{Backend, TestDesk};
use crate::support::gated_store::{Failure, Point};
use crate::support::log;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn p01_two_tries_of_a_defer_stay_within_3_seconds_of_the_receipt() {
    let (desk, gate) = gated(Backend::Sqlite, |setup| setup).await;
    let case = Case::prepare(&desk, Step::Confirm).await;
    gate.close();
    plan(&desk, CALLBACK, 2, Fault::Delay(Duration::from_secs(20)));
    let started = SystemClock.now();
    let waiting = case.begin();
    let id = desk.local.discord.unanswered(3).await.expect("the click");
    let id = id.to_string();
    log::line(&[&id, "Discord did not answer (time-out)", "did not reach"]).await;
    let took = SystemClock.now().duration_since(started);
    assert!(
        (2_000..3_000).contains(&took.as_millis()),
        "{took:?}: both tries, and in time"
    );
    gate.open();
    log::line(&[&id, "Discord answered 404"]).await;
    waiting.abort();
    case.is_done_once(&desk).await;
}

/// Both copies of the event wait for the database; only one may defer, and whichever commits shows the result.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn p10_an_event_that_comes_twice_on_a_slow_database_loses_nothing() {
    let (desk, gate) = gated(Backend::Sqlite, |setup| setup).await;
    let steps = [Step::Card, Step::Reason, Step::Trail, Step::Unlock];
    for step in steps.into_iter().chain([Step::Confirm; 4]) {
        let case = Case::prepare(&desk, step).await;
        let before = calls(&desk, CALLBACK);
        gate.close();
        desk.local.discord.faults().next_events_twice(1);
        let waiting = case.begin();
        let id = after_calls(&desk, CALLBACK, before + 2).await;
        gate.open();
        let seen = waiting.await.expect("the step").expect("an answer");
        case.is_answered(&desk, &seen);
        case.is_done_once(&desk).await;
        log::line(&[&id, "code 40060", "answered before"]).await;
    }
}

/// A dialog whose form for the address was refused.
async fn refused(desk: &TestDesk) -> Reply {
    let case = Case::prepare(desk, Step::Confirm).await;
    let form = case
        .dialog()
        .clicks("v1:open-address")
        .await
        .expect("a form");
    let refused = form.submits(&[("text", "not an address")]).await;
    let refused = refused.expect("a refusal");
    desk.shows(&refused, Fr, "refusal-malformed-address");
    refused
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn p03_a_form_that_is_reopened_on_a_slow_database_is_the_first_answer() {
    let (desk, gate) = gated(Backend::Sqlite, |setup| setup).await;
    let refused = refused(&desk).await;
    let other = Case::prepare(&desk, Step::Card).await;
    gate.close();
    gate.plan(Point::LoadDraft, &[Failure::Held]);
    let dialog = refused.clone();
    let waiting = tokio::spawn(async move { dialog.clicks("v1:reopen-address").await });
    // what comes later and may defer has deferred
    let claire = desk.person(EIAM, CLAIRE);
    let username = other.account.data.username.as_str();
    let id = claire.starts("/lock-status", &[("user", username)]);
    let id = id.expect("a command");
    assert_eq!(desk.local.discord.answered(id).await.expect("a defer"), 5);
    gate.open();
    let form = waiting.await.expect("the click").expect("an answer");
    let inputs = &form.modal().expect("the form").inputs;
    assert_eq!(inputs[0].value, "not an address");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn p03_a_form_that_the_database_keeps_waiting_is_told_as_failed_in_time() {
    let (desk, gate) = gated(Backend::Sqlite, |setup| setup).await;
    let refused = refused(&desk).await;
    gate.close();
    gate.plan(Point::LoadDraft, &[Failure::Held]);
    let shown = refused
        .clicks("v1:reopen-address")
        .await
        .expect("an answer");
    desk.shows(&shown, Fr, "failed-heading");
    let id = shown.interaction_id().to_string();
    log::line(&["ERROR", &id, "a form was not found in time"]).await;
    gate.open();
    let form = refused
        .clicks("v1:reopen-address")
        .await
        .expect("an answer");
    assert!(form.modal().is_some(), "the same button works later");
}
