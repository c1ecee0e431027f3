//! What conversations about requests have in common.

use deskhand::app::local::cast::{APPROVALS, EIAM, SAM};
use deskhand::domain::account::Account;
use deskhand::domain::language::Language::{De, En};
use deskhand::locales::args;
use deskhand::sandbox::{Message, Person, Reply};

use crate::support::desk::{TestDesk, locked_by_portal};

/// The channel in which requests of the eIAM desk are decided.
pub(crate) const CHANNEL: u64 = APPROVALS + EIAM % 10;

/// A locked account of the eIAM desk.
pub(crate) async fn locked(desk: &TestDesk, username: &str) -> Account {
    desk.add(EIAM, username, |data| data.lock = locked_by_portal())
        .await
}

/// Somebody looks the account up, wants it unlocked, gives a reason and confirms.
pub(crate) async fn wants_unlock(person: &Person, account: &Account) -> Reply {
    let username = account.data.username.as_str();
    let card = person
        .types("/lock-status", &[("user", username)])
        .await
        .expect("the card");
    let dialog = card.clicks("v1:card-unlock:").await.expect("the dialog");
    let form = dialog.clicks("v1:open-reason").await.expect("the form");
    let typed = [("text", "Called us; anne.berset@people.example.ch is hers")];
    let dialog = form.submits(&typed).await.expect("the dialog");
    dialog.clicks("v1:confirm").await.expect("an answer")
}

/// Support staff ask for an unlock.
pub(crate) async fn sam_asks(desk: &TestDesk, account: &Account) -> Reply {
    let sam = desk.person(EIAM, SAM);
    let asked = wants_unlock(&sam, account).await;
    assert!(asked.is_ephemeral());
    asked
}

/// The heading of a request, as the desk's channel shows it.
pub(crate) fn heading(desk: &TestDesk, number: u64, state: &str) -> String {
    let state = desk.text(De, &format!("request-state-{state}"), &args());
    let args = args().number("number", number).set("state", state);
    desk.text(De, "request-heading", &args)
}

/// Waits for the card of a request, in a state, as somebody in the channel sees it.
pub(crate) async fn card(person: &Person, desk: &TestDesk, number: u64, state: &str) -> Reply {
    let heading = heading(desk, number, state);
    person
        .waits_to_see(CHANNEL, |message| {
            !message.is_ephemeral() && message.all_text().contains(&heading)
        })
        .await
        .expect("the card")
}

/// The texts of a request's answer to whoever asked.
pub(crate) fn is_answer(message: &Message, user: u64, number: u64) -> bool {
    let text = message.text();
    text.contains(&format!("<@{user}>")) && text.contains(&format!(" {number} "))
}

/// Whether an account is locked now.
pub(crate) async fn is_locked(desk: &TestDesk, account: &Account) -> bool {
    desk.facts(EIAM, account)
        .await
        .account
        .data
        .lock
        .is_locked()
}

/// Action and failure of the last row of the trail.
pub(crate) async fn last_row(desk: &TestDesk) -> (String, Option<String>) {
    let row = desk.audit(EIAM).await.pop().expect("a row").row;
    (row.action, row.failure)
}

/// Fails unless Sam is shown that a request was made, with its number.
#[track_caller]
pub(crate) fn is_requested(desk: &TestDesk, reply: &Reply, number: u64) {
    let number = args().number("number", number);
    desk.shows_with(reply, En, "requested-heading", &number);
}
