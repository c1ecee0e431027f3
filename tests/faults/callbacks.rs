//! The first answer fails (P01, P05, P33).

use std::time::Duration;

use deskhand::sandbox::Fault;

use super::steps::{CALLBACK, Case, Seen, Step, after_calls, calls, desk, plan, recorded};
use crate::support::desk::{Backend, TestDesk};
use crate::support::log;

fn limited(retry_after: f64) -> Fault {
    Fault::RateLimited {
        retry_after,
        global: false,
    }
}

/// The fault passes: the second try, and no third, brings the answer.
async fn passes(backend: Backend, fault: Fault) {
    let desk = desk(backend).await;
    for step in Step::ALL {
        let case = Case::prepare(&desk, step).await;
        plan(&desk, CALLBACK, 1, fault.clone());
        let seen = case
            .act()
            .await
            .unwrap_or_else(|error| panic!("{step:?}: {error}"));
        case.is_answered(&desk, &seen);
        // a call that was given up may still be recorded, as one that nobody heard
        if let Seen::Reply(reply) = &seen {
            let tries = recorded(&desk, reply.interaction_id()).await;
            assert!((1..=2).contains(&tries), "{step:?}: {tries} tries");
        }
        case.is_done_once(&desk).await;
    }
}

/// The fault stays: the answer is lost, the log says so, and the change is made once.
async fn stays(backend: Backend, fault: Fault, tries: usize, known: &str) {
    let desk = desk(backend).await;
    for step in Step::ALL {
        let case = Case::prepare(&desk, step).await;
        let before = calls(&desk, CALLBACK);
        plan(&desk, CALLBACK, tries, fault.clone());
        let waiting = case.begin();
        let id = after_calls(&desk, CALLBACK, before + tries).await;
        log::line(&[&id, known, "an answer did not reach Discord"]).await;
        waiting.abort();
        assert_eq!(
            calls(&desk, CALLBACK),
            before + tries,
            "{step:?}: no more tries"
        );
        case.is_done_once(&desk).await;
        again(&desk, &case).await;
    }
}

/// Somebody who saw no answer does it again: it is not done twice.
async fn again(desk: &TestDesk, case: &Case) {
    let seen = case.act().await.unwrap();
    if case.step.confirms() || case.step == Step::Cancel {
        use deskhand::domain::language::Language::Fr;
        desk.shows(seen.reply(), Fr, "refusal-dialog-gone");
        case.is_done_once(desk).await;
    } else {
        case.is_answered(desk, &seen);
    }
}

macro_rules! faults {
    ($($name:ident: $how:ident($($given:expr),*);)*) => {$(
        #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
        async fn $name() {
            $how(Backend::Sqlite, $($given),*).await;
        }
    )*};
}

faults! {
    p33_a_short_wait_is_kept_and_the_answer_comes: passes(limited(0.3));
    an_error_500_passes: passes(Fault::Status(500));
    an_error_502_passes: passes(Fault::Status(502));
    p05_an_answer_that_was_taken_but_not_acknowledged_stands: passes(Fault::AnswerLost(500));
    a_cut_connection_passes: passes(Fault::Cut);
    a_slow_answer_is_asked_for_again: passes(Fault::Delay(Duration::from_secs(2)));
    p33_a_long_wait_is_not_asked_into: stays(limited(5.0), 1, "asks to wait 5000 ms");
    an_error_500_that_stays_is_logged: stays(Fault::Status(500), 2, "Discord answered 500");
    p33_a_forbidden_answer_is_not_repeated: stays(Fault::Status(403), 1, "Discord answered 403");
    an_answer_to_nothing_is_not_repeated: stays(Fault::Status(404), 1, "Discord answered 404");
    no_connection_at_all_is_logged: stays(Fault::Cut, 2, "Discord did not answer");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_postgres_an_unacknowledged_answer_stands() {
    passes(Backend::Postgres, Fault::AnswerLost(500)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_postgres_a_lost_answer_is_logged() {
    stays(
        Backend::Postgres,
        Fault::Status(500),
        2,
        "Discord answered 500",
    )
    .await;
}
