//! Whole conversations, every request of which is held to the description.

use std::collections::BTreeSet;

use deskhand::app::local::cast::{CLAIRE, EIAM, EMMA, EXTRANET, GIULIA, LUKAS, ODILE, SAM, SCHOOL};
use deskhand::domain::account::{Account, AccountData, AccountState};
use deskhand::domain::language::Language::Fr;
use deskhand::locales::args;
use deskhand::sandbox::{Entry, Person, Recording, Reply};

use crate::support::desk::{Backend, TestDesk, address, locked_by_portal, scopes};
use crate::support::gated_store::{Failure, Gate, Point};

/// The callback types and other calls that were made; each desk holds them to the description when it goes.
fn made(wire: &Recording) -> BTreeSet<String> {
    let mut seen = BTreeSet::new();
    for call in wire.rest() {
        seen.insert(match call.path.ends_with("/callback") {
            true => format!("callback {}", call.json()["type"]),
            false => call.method.clone(),
        });
        // P09: what echoes data says whom it may ping
        if call.body.contains("\"embeds\"") {
            assert!(
                call.body.contains("\"allowed_mentions\":{"),
                "{}",
                call.body
            );
        }
    }
    seen
}

/// A person with a long name and many groups, and one who may get a code.
async fn add_people(desk: &TestDesk) -> Account {
    desk.add(EIAM, "jean.berset", |data| {
        data.lock = locked_by_portal();
        data.surname = "x".repeat(90);
        let group = |number| format!("KT_Group_{number:030}");
        data.groups = (0..60).map(group).collect();
    })
    .await;
    let invited = |data: &mut AccountData| data.state = AccountState::Invited;
    desk.add(EIAM, "anne.berset", invited).await
}

/// Autocomplete, cards, and the form that asks who is meant.
async fn look_up(claire: &Person) {
    for (line, option, typed) in [
        ("/lock-status", "user", ""),
        ("/lock-status", "user", "ber"),
        ("/resend-code", "reason", ""),
    ] {
        claire.suggests(line, option, typed, &[]).await.unwrap();
    }
    let options = [("user", "jean.berset")];
    claire.types("/lock-status", &options).await.unwrap();
    let asked = claire.types("/lock-status", &[]).await.unwrap();
    let form = asked.clicks("v1:find").await.unwrap();
    let card = form.submits(&[("text", "anne.berset")]).await.unwrap();
    card.clicks("v1:show-card").await.unwrap();
}

/// A dialog with every menu and form, up to its confirm.
async fn fill_in(claire: &Person) -> Reply {
    let asked = claire.types("/resend-code", &[]).await.unwrap();
    let form = asked.clicks("v1:open-person").await.unwrap();
    let mut dialog = form.submits(&[("text", "anne.berset")]).await.unwrap();
    for (menu, value) in [
        ("v1:pick-kind", "onboarding"),
        ("v1:pick-reason", "code-older-than-a-month"),
    ] {
        dialog = dialog.selects_values(menu, &[value]).await.unwrap();
    }
    let form = dialog.clicks("v1:open-address").await.unwrap();
    let refused = form.submits(&[("text", "not an address")]).await.unwrap();
    let again = refused.clicks("v1:reopen-address").await.unwrap();
    let corrected = [("text", "anne.berset@hopital.example.ch")];
    let dialog = again.submits(&corrected).await.unwrap();
    let verified = dialog.selects_values("v1:pick-verification", &["call-back"]);
    verified.await.unwrap()
}

/// Answers that the database keeps waiting, and the edits that follow.
async fn deferred(desk: &TestDesk, gate: &Gate, account: &Account, dialog: Reply) {
    gate.close();
    let confirm = tokio::spawn(async move { dialog.clicks("v1:confirm").await });
    let deferred = |entry: &Entry| matches!(entry, Entry::Rest(call) if call.json()["type"] == 6);
    desk.local.discord.recorded(deferred).await.unwrap();
    gate.open();
    let done = confirm.await.unwrap().unwrap();
    let name = args().set("name", account.full_name());
    let heading = desk.text(Fr, "done-heading", &name);
    let sent = done.until(|message| message.all_text().contains(&heading));
    sent.await.unwrap();
    gate.close();
    let claire = desk.person(EIAM, CLAIRE);
    let options = [("user", "anne.berset")];
    let id = claire.starts("/lock-status", &options).unwrap();
    assert_eq!(desk.local.discord.answered(id).await.unwrap(), 5);
    gate.open();
    claire.reply_to(id).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_request_of_a_dialog_keeps_to_the_description() {
    let gate = Gate::new();
    let desk = TestDesk::behind(&gate, Backend::Sqlite, |setup| setup).await;
    let account = add_people(&desk).await;
    let claire = desk.person(EIAM, CLAIRE);
    look_up(&claire).await;
    let dialog = fill_in(&claire).await;
    deferred(&desk, &gate, &account, dialog).await;

    let options = [("user", "anne.berset")];
    let dialog = claire.types("/resend-code", &options).await.unwrap();
    dialog.clicks("v1:cancel").await.unwrap();
    let odile = desk.person(EIAM, ODILE);
    odile.types("/lock-status", &[]).await.unwrap();
    let card = claire.types("/lock-status", &options).await.unwrap();
    let forged = claire.clicks_forged(card.message_id(), "v0:confirm:1");
    forged.await.unwrap();

    // a failure beside what was clicked; `a_panic_after_a_defer_is_told_too` has one after a defer
    gate.plan(Point::Commit, &[Failure::Away]);
    card.clicks("v1:show-card").await.unwrap();

    let seen = made(&desk.local.discord.wire());
    let expected = [
        "GET",
        "PATCH",
        "PUT",
        "callback 4",
        "callback 5",
        "callback 6",
        "callback 7",
        "callback 8",
        "callback 9",
    ];
    let seen: Vec<_> = seen.iter().map(String::as_str).collect();
    assert_eq!(seen, expected);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_profile_and_language_keeps_to_the_description() {
    let desk = TestDesk::start(Backend::Sqlite).await;
    for guild in [EIAM, EXTRANET, SCHOOL] {
        for name in ["anne.berset", "jean.berset"] {
            desk.add(guild, name, |data| {
                data.lock = locked_by_portal();
                data.email = Some(address("famille@people.example.ch"));
                data.scopes = scopes(match guild {
                    EIAM => "VD/CHUV",
                    EXTRANET => "alpenblick",
                    _ => "Plesso Nord",
                });
            })
            .await;
        }
        for user in [CLAIRE, LUKAS, GIULIA, EMMA, SAM, ODILE] {
            let person = desk.person(guild, user);
            person
                .suggests("/lock-status", "user", "be", &[])
                .await
                .unwrap();
            person
                .suggests("/resend-code", "reason", "", &[])
                .await
                .unwrap();
            let options = [("user", "famille@people.example.ch")];
            person.types("/lock-status", &options).await.unwrap();
            person.types("/resend-code", &options).await.unwrap();
            let card = person
                .types("/lock-status", &[("user", "anne.berset")])
                .await
                .unwrap();
            for button in card.buttons() {
                card.clicks(&button.custom_id).await.unwrap();
            }
            let dialog = person
                .types("/resend-code", &[("user", "anne.berset")])
                .await
                .unwrap();
            for button in dialog.buttons() {
                let opens = button.custom_id.contains(":open-");
                if opens
                    && dialog
                        .clicks(&button.custom_id)
                        .await
                        .unwrap()
                        .modal()
                        .is_none()
                {
                    panic!("{} opens no form", button.custom_id);
                }
            }
        }
    }
    assert!(made(&desk.local.discord.wire()).len() > 4);
}
