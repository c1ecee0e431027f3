//! The edit that brings the result after a defer fails: it is tried again, and a lost one is logged (P01, P02).

use deskhand::sandbox::{Entry, Fault, SandboxError};
use tokio::task::JoinHandle;

use super::steps::{Case, EDIT, Seen, Step, after_calls, calls, gated, plan};
use crate::support::desk::{Backend, TestDesk};
use crate::support::gated_store::Gate;
use crate::support::log;

/// The steps that defer when the store is slow; autocomplete never does.
pub(super) const DEFERRED: [Step; 15] = Step::COMMITS;

/// Waits until that many answers were deferred.
pub(super) async fn deferred(desk: &TestDesk, count: usize) {
    let defers = |entry: &Entry| {
        matches!(entry, Entry::Rest(call) if call.path.ends_with("/callback")
            && matches!(call.json()["type"].as_u64(), Some(5 | 6)))
    };
    let wire = desk.local.discord.wire();
    let all = |_: &Entry| wire.entries().iter().filter(|entry| defers(entry)).count() >= count;
    desk.local.discord.recorded(all).await.expect("deferred");
}

/// All of them deferred at the same time, with their waiting persons.
async fn begun(
    desk: &TestDesk,
    gate: &Gate,
) -> Vec<(Case, JoinHandle<Result<Seen, SandboxError>>)> {
    let mut cases = Vec::new();
    for step in DEFERRED {
        cases.push(Case::prepare(desk, step).await);
    }
    gate.close();
    let begin = |case: Case| {
        let waiting = case.begin();
        (case, waiting)
    };
    let waiting = cases.into_iter().map(begin).collect();
    deferred(desk, DEFERRED.len()).await;
    waiting
}

async fn passes(desk: &TestDesk, gate: &Gate, fault: Fault) {
    let begun = begun(desk, gate).await;
    plan(desk, EDIT, DEFERRED.len(), fault);
    gate.open();
    for (case, waiting) in begun {
        let seen = waiting.await.expect("the step").expect("an answer");
        case.is_answered(desk, &seen);
        case.is_done_once(desk).await;
    }
}

macro_rules! passing {
    ($($name:ident: $fault:expr;)*) => {$(
        #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
        async fn $name() {
            let (desk, gate) = gated(Backend::Sqlite, |setup| setup).await;
            passes(&desk, &gate, $fault).await;
        }
    )*};
}

passing! {
    an_edit_answered_500_is_tried_again: Fault::Status(500);
    an_edit_that_was_cut_is_tried_again: Fault::Cut;
    an_edit_that_was_taken_is_made_again_without_harm: Fault::AnswerLost(502);
    p33_an_edit_waits_as_long_as_it_is_asked_to: Fault::RateLimited { retry_after: 1.0, global: false };
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_postgres_an_edit_is_tried_again() {
    let (desk, gate) = gated(Backend::Postgres, |setup| setup).await;
    passes(&desk, &gate, Fault::Status(500)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_edit_to_nothing_is_logged_and_not_repeated() {
    let (desk, gate) = gated(Backend::Sqlite, |setup| setup).await;
    let begun = begun(&desk, &gate).await;
    plan(&desk, EDIT, DEFERRED.len(), Fault::Status(404));
    gate.open();
    let (method, pattern) = EDIT;
    desk.local
        .discord
        .called(method, pattern, DEFERRED.len())
        .await
        .expect("the edits");
    for token in desk.local.discord.wire().calls(method, pattern) {
        assert_eq!(token.status, 404);
    }
    let callbacks = desk
        .local
        .discord
        .wire()
        .calls("POST", "/interactions/*/*/callback");
    let defers = callbacks
        .iter()
        .filter(|call| matches!(call.json()["type"].as_u64(), Some(5 | 6)));
    for call in defers {
        let id = call.path.split('/').nth(2).expect("its interaction");
        log::line(&[
            id,
            "Discord answered 404",
            "an answer did not reach Discord",
        ])
        .await;
    }
    for (case, waiting) in begun {
        waiting.abort();
        case.is_done_once(&desk).await;
    }
    assert_eq!(calls(&desk, EDIT), DEFERRED.len(), "no more tries");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_defer_that_failed_is_logged_and_the_change_is_made() {
    let (desk, gate) = gated(Backend::Sqlite, |setup| setup).await;
    let case = Case::prepare(&desk, Step::Confirm).await;
    gate.close();
    plan(&desk, super::steps::CALLBACK, 2, Fault::Status(500));
    let before = calls(&desk, super::steps::CALLBACK);
    let waiting = case.begin();
    let id = after_calls(&desk, super::steps::CALLBACK, before + 2).await;
    gate.open();
    log::line(&[
        &id,
        "Discord answered 500",
        "an answer did not reach Discord",
    ])
    .await;
    // the defer may have arrived all the same, so the result is offered once
    log::line(&[&id, "Discord answered 404"]).await;
    waiting.abort();
    case.is_done_once(&desk).await;
    assert_eq!(calls(&desk, EDIT), 1, "nothing to edit");
}
