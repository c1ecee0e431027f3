//! A defect in the middle of a step: it is told with a number, and the next step works (pitfall 9).

use deskhand::domain::language::Language::Fr;
use deskhand::sandbox::Entry;

use super::steps::{Case, Seen, Step, gated};
use crate::support::desk::Backend;
use crate::support::gated_store::{Failure, Point};
use crate::support::log;

/// A point of each step.
const POINTS: [(Step, Point); 16] = [
    (Step::Card, Point::FindExact),
    (Step::Lists, Point::CountLists),
    (Step::Page, Point::ListPeople),
    (Step::Trail, Point::ListTrail),
    (Step::TrailPage, Point::ListTrail),
    (Step::Timeline, Point::LoadAccount),
    (Step::Submit, Point::Commit),
    (Step::Cancel, Point::Commit),
    (Step::Unlock, Point::Commit),
    (Step::UnlockReset, Point::LoadAccount),
    (Step::Correct, Point::Commit),
    (Step::Begin, Point::LoadAccount),
    (Step::Reason, Point::LoadDraft),
    (Step::Confirm, Point::LoadAccount),
    (Step::Confirm, Point::Commit),
    (Step::Suggest, Point::Search),
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_panic_is_told_with_its_number_and_the_next_step_works() {
    let (desk, gate) = gated(Backend::Sqlite, |setup| setup).await;
    for (step, point) in POINTS {
        let case = Case::prepare(&desk, step).await;
        gate.plan(point, &[Failure::Panic]);
        match case.act().await.unwrap() {
            Seen::Choices(count) => {
                assert_eq!(count, 0);
                log::line(&["ERROR", "autocomplete ended in a panic"]).await;
            }
            Seen::Reply(reply) => {
                desk.shows(&reply, Fr, "uncertain-heading");
                let id = reply.interaction_id().to_string();
                assert!(reply.all_text().contains(&id));
                log::line(&["ERROR", &id, "an interaction ended in a panic"]).await;
            }
        }
        case.is_not_done(&desk).await;
        let seen = case.act().await.unwrap();
        case.is_answered(&desk, &seen);
        case.is_done_once(&desk).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_panic_after_a_defer_is_told_too() {
    let (desk, gate) = gated(Backend::Sqlite, |setup| setup).await;
    for (step, kind) in [(Step::Card, 5), (Step::Confirm, 6)] {
        let case = Case::prepare(&desk, step).await;
        gate.plan(Point::Commit, &[Failure::Panic]);
        gate.close();
        let waiting = case.begin();
        let defers =
            |entry: &Entry| matches!(entry, Entry::Rest(call) if call.json()["type"] == kind);
        desk.local.discord.recorded(defers).await.unwrap();
        gate.open();
        let seen = waiting.await.unwrap().unwrap();
        desk.shows(seen.reply(), Fr, "uncertain-heading");
        case.is_not_done(&desk).await;
    }
}
