//! R30: a refusal leaves its audit row, whatever way it came.

use deskhand::app::local::cast::{AUDREY, CLAIRE, EIAM, ODILE};
use deskhand::domain::language::Language::Fr;
use deskhand::locales::args;
use deskhand::sandbox::Entry;

use crate::support::desk::{Backend, TestDesk, on_both};
use crate::support::gated_store::{Failure, Gate, Point};

const OLD: &str = "r:code-older-than-a-month";

/// Action and failure of every refusal.
async fn refusals(desk: &TestDesk) -> Vec<(String, String)> {
    let rows = desk.audit(EIAM).await.into_iter();
    rows.filter(|row| row.row.result == "refused")
        .map(|row| (row.row.action, row.row.failure.expect("its reason")))
        .collect()
}

/// Waits until an interaction has its answer.
async fn answered(desk: &TestDesk, id: u64) {
    let path = format!("/interactions/{id}/");
    let answer = |entry: &Entry| matches!(entry, Entry::Rest(call) if call.path.starts_with(&path));
    desk.local
        .discord
        .recorded(answer)
        .await
        .expect("its answer");
}

fn row(action: &str, failure: &str) -> (String, String) {
    (action.to_owned(), failure.to_owned())
}

on_both! {
    async fn r30_a_person_whom_the_dialogs_form_does_not_find(desk: TestDesk) {
        desk.add(EIAM, "anne.berset", |_| {}).await;
        let options = [("kind", "onboarding"), ("reason", OLD)];
        let dialog = desk.person(EIAM, CLAIRE).types("/resend-code", &options).await.unwrap();
        let asked = dialog.clicks("v1:open-person").await.unwrap().submits(&[("text", "nobody.here")]).await.unwrap();
        assert_eq!(refusals(&desk).await, [row("send-onboarding", "person-not-found")]);
        let dialog = asked.clicks("v1:open-person").await.unwrap().submits(&[("text", "anne.berset")]).await.unwrap();
        desk.shows_with(&dialog, Fr, "dialog-send-heading", &args().set("name", "Anne Berset"));
        assert_eq!(refusals(&desk).await.len(), 1);
    }

    async fn r30_readers_who_come_too_late(desk: TestDesk) {
        desk.local.discord.faults().hold_events();
        let late = [
            desk.person(EIAM, AUDREY).starts("/audit", &[]).unwrap(),
            desk.person(EIAM, ODILE).starts("/desk whoami", &[]).unwrap(),
        ];
        desk.later(16);
        desk.local.discord.faults().release_events();
        for id in late {
            answered(&desk, id).await;
        }
        let mut rows = refusals(&desk).await;
        rows.sort();
        assert_eq!(rows, [row("use-command", "too-late"), row("view-timeline", "too-late")]);
    }

    async fn r30_components_that_this_version_does_not_make(desk: TestDesk) {
        let claire = desk.person(EIAM, CLAIRE);
        let overview = claire.types("/lock-status", &[]).await.unwrap();
        for (forged, action) in [("v0:confirm:1", "use-command"), ("nonsense", "use-command"), ("v1:next-gold:1.1", "use-command"), ("v1:next-not-linked:0.0", "view-list")] {
            let refused = claire.clicks_forged(overview.message_id(), forged).await.unwrap();
            desk.shows(&refused, Fr, "refusal-old-component");
            let rows = refusals(&desk).await;
            assert_eq!(rows.last(), Some(&row(action, "old-component")), "{forged}");
        }
        assert_eq!(refusals(&desk).await.len(), 4);
    }

    /// A dialog ends after a day, whether its row was swept or not.
    async fn r30_a_dialog_of_yesterday(desk: TestDesk) {
        let account = desk.add(EIAM, "anne.berset", |_| {}).await;
        let options = [("user", "anne.berset"), ("kind", "onboarding"), ("reason", OLD)];
        let dialog = desk.person(EIAM, CLAIRE).types("/resend-code", &options).await.unwrap();
        desk.later(24 * 60 + 1);
        let gone = dialog.clicks("v1:confirm").await.unwrap();
        desk.shows(&gone, Fr, "refusal-dialog-gone");
        assert_eq!(refusals(&desk).await, [row("use-command", "dialog-gone")]);
        assert!(desk.facts(EIAM, &account).await.open_codes.is_empty());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r30_a_step_or_a_cancel_that_others_were_faster_than() {
    let gate = Gate::new();
    let desk = TestDesk::behind(&gate, Backend::Sqlite, |setup| setup).await;
    desk.add(EIAM, "anne.berset", |_| {}).await;
    let options = [("user", "anne.berset"), ("kind", "onboarding")];
    let claire = desk.person(EIAM, CLAIRE);
    let dialog = claire.types("/resend-code", &options).await.unwrap();
    gate.plan(Point::Commit, &[Failure::Conflict]);
    let values = ["code-older-than-a-month"];
    let refused = dialog.selects_values("v1:pick-reason", &values).await;
    desk.shows(&refused.unwrap(), Fr, "refusal-facts-changed");

    let dialog = claire.types("/resend-code", &options).await.unwrap();
    gate.plan(Point::Commit, &[Failure::Conflict]);
    let refused = dialog.clicks("v1:cancel").await.unwrap();
    desk.shows(&refused, Fr, "refusal-dialog-gone");
    assert!(gate.is_done());
    assert_eq!(
        refusals(&desk).await,
        [
            row("send-onboarding", "facts-changed"),
            row("send-onboarding", "dialog-gone")
        ]
    );
}
