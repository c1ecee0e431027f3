//! The mail server fails while a confirm runs: done, and never "mail sent" before it is (R38).

use deskhand::app::local::cast::EIAM;
use deskhand::domain::language::Language::Fr;
use deskhand::domain::letter::LetterState;
use deskhand::locales::args;
use deskhand::sandbox::Reply;

use super::steps::{CALLBACK, Case, Left, Step, calls, gated};
use crate::support::desk::{Backend, TestDesk};
use crate::support::smtp::{Fault, SmtpOptions, SmtpServer};

/// A desk that sends by this mail server, and a confirm.
async fn confirm(backend: Backend, server: &SmtpServer) -> (TestDesk, Case) {
    let url = server.url();
    let (desk, _) = gated(backend, |mut setup| {
        setup.mail_url = Some(url);
        setup
    })
    .await;
    let case = Case::prepare(&desk, Step::Confirm).await;
    (desk, case)
}

fn address(case: &Case) -> String {
    format!("{}@people.example.ch", case.account.data.username.as_str())
}

/// Waits for a heading of the answer.
async fn until(desk: &TestDesk, case: &Case, reply: &Reply, key: &str) -> Reply {
    let heading = desk.text(Fr, key, &args().set("name", case.account.full_name()));
    let shown = reply.until(|message| message.all_text().contains(&heading));
    shown.await.unwrap_or_else(|error| panic!("{key}: {error}"))
}

/// Lets the bot try again what is due, until the answer says that the mail left.
async fn delivered(desk: &TestDesk, case: &Case, reply: &Reply) {
    desk.later(2);
    let tries = async {
        loop {
            desk.local
                .bot()
                .service()
                .deliver_due()
                .await
                .expect("the store");
            tokio::task::yield_now().await;
        }
    };
    tokio::select! {
        _ = until(desk, case, reply, "done-heading") => {}
        () = tries => {}
    }
}

/// The change stands once, whatever became of its mail.
async fn stands(desk: &TestDesk, case: &Case) {
    let left = case.left_now(desk).await;
    assert_eq!(
        left,
        Left {
            mails: 0,
            ..Step::Confirm.done()
        }
    );
    assert_eq!(
        calls(desk, CALLBACK),
        2,
        "dialog and confirm, each answered once"
    );
}

/// The mail waits, the answer says so, and is brought up to date when the mail has left.
async fn waits(
    backend: Backend,
    fail: impl FnOnce(&SmtpServer, &str),
    mend: impl FnOnce(&SmtpServer),
    mails: usize,
) {
    let server = SmtpServer::start(SmtpOptions::default()).await;
    let (desk, case) = confirm(backend, &server).await;
    fail(&server, &address(&case));
    let seen = case.act().await.expect("an answer");
    until(&desk, &case, seen.reply(), "done-mail-waiting-heading").await;
    stands(&desk, &case).await;
    let letter = &desk.facts(EIAM, &case.account).await.letters[0];
    assert_eq!(letter.state, LetterState::Waiting);

    mend(&server);
    delivered(&desk, &case, seen.reply()).await;
    stands(&desk, &case).await;
    let received = server.received(mails).await;
    assert_eq!(received.len(), mails);
    let ids: std::collections::BTreeSet<_> = received
        .iter()
        .map(|mail| mail.header("Message-ID"))
        .collect();
    assert_eq!(ids.len(), 1, "the same mail each time: {ids:?}");
    let code = |mail: &crate::support::smtp::ReceivedMail| {
        let text = String::from_utf8_lossy(&mail.raw).into_owned();
        let code = text
            .split_whitespace()
            .find(|word| word.len() == 29 && word.matches('-').count() == 4);
        code.map(str::to_owned).expect("a code")
    };
    let codes: std::collections::BTreeSet<_> = received.iter().map(code).collect();
    assert_eq!(codes.len(), 1, "with the same code");
}

fn with(fault: Fault) -> (impl FnOnce(&SmtpServer, &str), impl FnOnce(&SmtpServer)) {
    (
        move |server: &SmtpServer, _: &str| server.set_fault(fault),
        |server: &SmtpServer| server.set_fault(Fault::None),
    )
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r38_a_mail_that_is_deferred_with_451_is_told_as_waiting_and_then_as_sent() {
    let fail = |server: &SmtpServer, address: &str| server.set_defer(&[address]);
    waits(Backend::Sqlite, fail, |server| server.set_defer(&[]), 1).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r38_on_postgres_a_mail_that_is_deferred_is_told_as_waiting_and_then_as_sent() {
    let fail = |server: &SmtpServer, address: &str| server.set_defer(&[address]);
    waits(Backend::Postgres, fail, |server| server.set_defer(&[]), 1).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r38_a_mail_server_that_hangs_up_is_told_as_waiting_and_then_as_sent() {
    let (fail, mend) = with(Fault::Hangup);
    waits(Backend::Sqlite, fail, mend, 1).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r38_a_mail_server_that_is_not_available_is_told_as_waiting_and_then_as_sent() {
    let (fail, mend) = with(Fault::Unavailable);
    waits(Backend::Sqlite, fail, mend, 1).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r38_a_mail_whose_acceptance_was_lost_goes_again_as_the_same_mail() {
    let (fail, mend) = with(Fault::LoseReply);
    waits(Backend::Sqlite, fail, mend, 2).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r38_a_mailbox_that_is_refused_with_550_is_told_as_not_sent() {
    let server = SmtpServer::start(SmtpOptions::default()).await;
    let (desk, case) = confirm(Backend::Sqlite, &server).await;
    server.set_reject(&[&address(&case)]);
    let seen = case.act().await.expect("an answer");
    let told = until(&desk, &case, seen.reply(), "done-mail-failed-heading").await;
    let offered = told.buttons();
    let corrects = offered
        .iter()
        .any(|button| button.custom_id.starts_with("v1:card-correct-address"));
    assert!(corrects, "{offered:?}");
    stands(&desk, &case).await;
    let letter = &desk.facts(EIAM, &case.account).await.letters[0];
    assert!(
        matches!(letter.state, LetterState::RecipientRefused(_)),
        "{letter:?}"
    );
    assert!(server.received(0).await.is_empty());
}
