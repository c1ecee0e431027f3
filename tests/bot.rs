//! The bot over the wire: what serenity's client and Discord see of it.

use std::time::Duration;

use deskhand::app::local::cast::{self, CLAIRE, EIAM, EXTRANET, LUKAS};
use deskhand::app::local::{LocalDesk, LocalSetup};
use deskhand::discord::register::Registered;
use deskhand::domain::account::AccountState;
use deskhand::domain::change::{Change, Write};
use deskhand::domain::ids::LetterId;
use deskhand::domain::language::Language::{De, Fr};
use deskhand::domain::letter::{LetterKind, LetterState, LetterStatus, NewLetter, Recipient};
use deskhand::locales::args;
use deskhand::ports::clock::Clock as _;
use deskhand::ports::store::Settlement;
use deskhand::sandbox::LocalDiscord;
use jiff::SignedDuration;

use crate::support::desk::{Backend, TestDesk, locked_by_portal, on_both, scopes};
use crate::support::gated_store::{Failure, Gate, Point};
use crate::support::log;

const OLD: &str = "r:code-older-than-a-month";

async fn gated() -> (TestDesk, std::sync::Arc<Gate>) {
    let gate = Gate::new();
    let desk = TestDesk::behind(&gate, Backend::Sqlite, |setup| setup).await;
    (desk, gate)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn p28_a_command_works_without_any_intent() {
    let desk = TestDesk::start(Backend::Sqlite).await;
    desk.add(EIAM, "anne.berset", |_| {}).await;
    let card = desk
        .person(EIAM, CLAIRE)
        .types("/lock-status", &[("user", "anne.berset")])
        .await
        .unwrap();
    desk.shows_with(
        &card,
        Fr,
        "card-heading",
        &args().set("name", "Anne Berset"),
    );
    let gateway = desk.local.discord.wire().gateway();
    let identify = gateway
        .iter()
        .map(deskhand::sandbox::GatewayPayload::json)
        .find(|payload| payload["op"] == 2)
        .unwrap();
    assert_eq!(identify["d"]["intents"], 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn p17_commands_are_written_once_and_not_again_while_they_are_unchanged() {
    let desk = TestDesk::start(Backend::Sqlite).await;
    assert_eq!(
        (desk.local.registered, desk.local.discord.command_writes()),
        (Registered::Written, 1)
    );
    let (folder, clock) = (desk.folder, desk.clock);
    let mut discord: LocalDiscord = desk.local.stop().await.unwrap();
    for _ in 0..3 {
        let mut setup = LocalSetup::in_folder(folder.path(), clock.clone());
        setup.discord = Some(discord);
        let again = LocalDesk::start(setup).await.unwrap();
        assert_eq!(again.registered, Registered::Unchanged);
        discord = again.stop().await.unwrap();
    }
    assert_eq!(discord.command_writes(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn p01_a_slow_store_defers_first_and_edits_afterwards() {
    let (desk, gate) = gated().await;
    let account = desk
        .add(EIAM, "anne.berset", |data| data.lock = locked_by_portal())
        .await;
    let claire = desk.person(EIAM, CLAIRE);
    gate.close();
    let id = claire
        .starts("/lock-status", &[("user", "anne.berset")])
        .unwrap();
    assert_eq!(
        desk.local.discord.answered(id).await.unwrap(),
        5,
        "deferred, for the caller alone"
    );
    gate.open();
    let card = claire.reply_to(id).await.unwrap();
    desk.shows_with(
        &card,
        Fr,
        "card-heading",
        &args().set("name", "Anne Berset"),
    );
    desk.local
        .discord
        .called("PATCH", "/webhooks/*/*/messages/@original", 1)
        .await
        .unwrap();

    // a click defers in place, and its change happens once however slow the store is
    let dialog = card.clicks("v1:card-unlock:").await.unwrap();
    let dialog = dialog
        .clicks("v1:open-reason")
        .await
        .unwrap()
        .submits(&[("text", "Rappel")])
        .await
        .unwrap();
    gate.close();
    let confirm = tokio::spawn({
        let dialog = dialog.clone();
        async move { dialog.clicks("v1:confirm").await }
    });
    let callbacks = |calls: &[deskhand::sandbox::RestCall]| {
        calls.iter().filter(|call| call.json()["type"] == 6).count()
    };
    let seen = desk.local.discord.recorded(
        |entry| matches!(entry, deskhand::sandbox::Entry::Rest(call) if call.json()["type"] == 6),
    );
    seen.await.unwrap();
    assert_eq!(
        callbacks(
            &desk
                .local
                .discord
                .wire()
                .calls("POST", "/interactions/*/*/callback")
        ),
        1
    );
    gate.open();
    let done = confirm.await.unwrap().unwrap();
    let heading = desk.text(Fr, "done-heading", &args().set("name", "Anne Berset"));
    done.until(|message| message.all_text().contains(&heading))
        .await
        .unwrap();
    assert!(
        !desk
            .facts(EIAM, &account)
            .await
            .account
            .data
            .lock
            .is_locked()
    );
    assert_eq!(desk.mails().len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn autocomplete_answers_with_no_choices_when_the_store_takes_over_a_second() {
    let (desk, gate) = gated().await;
    desk.add(EIAM, "anne.berset", |_| {}).await;
    let claire = desk.person(EIAM, CLAIRE);
    assert_eq!(
        claire
            .suggests("/lock-status", "user", "bers", &[])
            .await
            .unwrap()
            .len(),
        1
    );
    gate.close();
    assert!(
        claire
            .suggests("/lock-status", "user", "bers", &[])
            .await
            .unwrap()
            .is_empty()
    );
    gate.open();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r38_a_failing_database_is_told_as_not_done() {
    let (desk, gate) = gated().await;
    let account = desk
        .add(EIAM, "anne.berset", |data| data.lock = locked_by_portal())
        .await;
    let card = desk
        .person(EIAM, CLAIRE)
        .types("/lock-status", &[("user", "anne.berset")])
        .await
        .unwrap();
    let dialog = card.clicks("v1:card-unlock:").await.unwrap();
    let dialog = dialog
        .clicks("v1:open-reason")
        .await
        .unwrap()
        .submits(&[("text", "Rappel")])
        .await
        .unwrap();
    gate.set_broken(true);
    let failed = dialog.clicks("v1:confirm").await.unwrap();
    desk.shows(&failed, Fr, "failed-heading");
    gate.set_broken(false);
    assert!(
        desk.facts(EIAM, &account)
            .await
            .account
            .data
            .lock
            .is_locked(),
        "nothing was changed"
    );
}

on_both! {
    /// P10: the same interaction twice has one effect.
    async fn p10_an_interaction_delivered_twice_acts_once(desk: TestDesk) {
        let account = desk.add(EIAM, "anne.berset", |data| data.state = AccountState::Invited).await;
        let claire = desk.person(EIAM, CLAIRE);
        let options = [("user", "anne.berset"), ("kind", "onboarding"), ("reason", OLD)];
        let dialog = claire.types("/resend-code", &options).await.unwrap();
        let done = desk.confirms(&dialog, Fr, &account).await;
        desk.local.discord.deliver_again(done.interaction_id()).unwrap();
        desk.local.discord.faults().next_events_twice(1);
        claire.types("/lock-status", &[("user", "anne.berset")]).await.unwrap();
        // one more conversation, so that whatever the copies did is over
        claire.types("/lock-status", &[("user", "anne.berset")]).await.unwrap();
        let actions: Vec<_> = desk.audited(EIAM).await.into_iter().map(|(action, _)| action).collect();
        assert_eq!(actions, ["send-onboarding", "view-card", "view-card"]);
        assert_eq!(desk.mails().len(), 1);
        assert_eq!(desk.facts(EIAM, &account).await.open_codes.len(), 1);
    }

    /// Stale, foreign and hand-typed people, and components that nobody made.
    async fn forged_and_foreign_input_changes_nothing(desk: TestDesk) {
        let account = desk.add(EIAM, "anne.berset", |data| data.lock = locked_by_portal()).await;
        let foreign = desk.add(EXTRANET, "paul.hofer", |_| {}).await;
        let claire = desk.person(EIAM, CLAIRE);
        for user in [format!("a:{}", foreign.id), "a:1".to_owned(), "a:x".to_owned(), "nobody".to_owned(), "paul.hofer".to_owned()] {
            let refused = claire.types("/lock-status", &[("user", &user)]).await.unwrap();
            desk.shows(&refused, Fr, "refusal-person-not-found");
        }
        let by_mail = claire.types("/lock-status", &[("user", "Anne.Berset@People.example.ch")]).await.unwrap();
        desk.shows_with(&by_mail, Fr, "card-heading", &args().set("name", "Anne Berset"));
        for forged in ["v0:confirm:1", "nonsense", "v1:confirm:x", "v1:explode:1"] {
            let refused = claire.clicks_forged(by_mail.message_id(), forged).await.unwrap();
            desk.shows(&refused, Fr, "refusal-old-component");
        }
        let gone = claire.clicks_forged(by_mail.message_id(), "v1:confirm:12345").await.unwrap();
        desk.shows(&gone, Fr, "refusal-dialog-gone");

        // somebody else's dialog
        let card = claire.types("/lock-status", &[("user", "anne.berset")]).await.unwrap();
        let dialog = card.clicks("v1:card-unlock:").await.unwrap();
        let dialog = dialog.clicks("v1:open-reason").await.unwrap().submits(&[("text", "Rappel")]).await.unwrap();
        let confirm = dialog.buttons().into_iter().find(|button| button.custom_id.starts_with("v1:confirm")).unwrap();
        let lukas = desk.person(EIAM, LUKAS);
        let own = lukas.types("/lock-status", &[("user", "anne.berset")]).await.unwrap();
        let refused = lukas.clicks_forged(own.message_id(), &confirm.custom_id).await.unwrap();
        desk.shows(&refused, De, "refusal-not-your-dialog");

        // R01: a role that was taken away counts at the click
        desk.local.discord.set_roles(EIAM, CLAIRE, &[]).unwrap();
        let refused = dialog.clicks("v1:confirm").await.unwrap();
        desk.shows(&refused, Fr, "refused-heading");
        assert!(desk.facts(EIAM, &account).await.account.data.lock.is_locked());
        assert!(desk.mails().is_empty());
    }

    async fn what_is_missing_is_asked_for(desk: TestDesk) {
        let account = desk.add(EIAM, "anne.berset", |data| data.external_id = Some("E9".to_owned())).await;
        let claire = desk.person(EIAM, CLAIRE);
        let asked = claire.types("/lock-status", &[]).await.unwrap();
        let form = asked.clicks("v1:find").await.unwrap();
        let card = form.submits(&[("text", " e9 ")]).await.unwrap();
        desk.shows_with(&card, Fr, "card-heading", &args().set("name", "Anne Berset"));

        let asked = claire.types("/resend-code", &[]).await.unwrap();
        let form = asked.clicks("v1:open-person").await.unwrap();
        let dialog = form.submits(&[("text", "anne.berset")]).await.unwrap();
        let dialog = dialog.selects_values("v1:pick-kind", &["username"]).await.unwrap();
        let too_long = "x".repeat(501);
        let form = dialog.clicks("v1:open-reason").await.unwrap();
        assert!(form.submits(&[("text", &too_long)]).await.is_err(), "Discord's client holds the limit of the form");
        let dialog = dialog.clicks("v1:open-reason").await.unwrap().submits(&[("text", "Demandé")]).await.unwrap();
        let form = dialog.clicks("v1:open-address").await.unwrap();
        let refused = form.submits(&[("text", "not an address")]).await.unwrap();
        desk.shows(&refused, Fr, "refusal-malformed-address");
        let again = refused.clicks("v1:reopen-address").await.unwrap();
        assert_eq!(again.modal().unwrap().inputs[0].value, "not an address", "the form comes back with what was typed");
        let confirm = refused.buttons().into_iter().find(|button| button.custom_id.starts_with("v1:confirm")).unwrap();
        assert!(confirm.disabled, "an address that is meant to be corrected is never skipped for the old one");
        let dialog = again.submits(&[("text", "anne@people.example.ch")]).await.unwrap();
        let dialog = dialog.selects_values("v1:pick-verification", &["in-person"]).await.unwrap();
        desk.confirms(&dialog, Fr, &account).await;
        assert!(desk.mails()[0].text.contains("anne.berset"));
        assert!(desk.mails()[0].to.contains("anne@people.example.ch"));
    }

    /// A malformed address given with the command is not forgotten when several people may be meant.
    async fn a_refused_address_stays_asked_for_after_the_choice_of_the_person(desk: TestDesk) {
        for name in ["anne.berset", "jean.berset"] {
            desk.add(EIAM, name, |data| data.email = Some(crate::support::desk::address("famille@people.example.ch"))).await;
        }
        let options = [("user", "famille@people.example.ch"), ("kind", "username"), ("reason", "Demandé"), ("email", "anna@@new")];
        let menu = desk.person(EIAM, CLAIRE).types("/resend-code", &options).await.unwrap();
        let value = menu.selects()[0].options[0].value.clone();
        let dialog = menu.selects_values("v1:pick-person", &[&value]).await.unwrap();
        let confirm = dialog.buttons().into_iter().find(|button| button.custom_id.starts_with("v1:confirm")).unwrap();
        assert!(confirm.disabled);
        desk.shows(&dialog, Fr, "missing-address");
    }

    /// The address that the confirm showed is the one that is written to.
    async fn an_address_that_changed_under_the_dialog_is_shown_anew(desk: TestDesk) {
        let account = desk.add(EIAM, "anne.berset", |_| {}).await;
        let options = [("user", "anne.berset"), ("kind", "username"), ("reason", "Demandé")];
        let dialog = desk.person(EIAM, CLAIRE).types("/resend-code", &options).await.unwrap();
        desk.change(EIAM, &account, |data| data.email = Some(crate::support::desk::address("other@people.example.ch"))).await;
        let shown = dialog.clicks("v1:confirm").await.unwrap();
        desk.shows(&shown, Fr, "refusal-address-changed-meanwhile");
        assert!(shown.all_text().contains("o\\*\\*\\*@people.example.ch"), "{}", shown.all_text());
        assert!(desk.mails().is_empty());
        desk.confirms(&shown, Fr, &account).await;
        assert!(desk.mails()[0].to.contains("other@people.example.ch"));
    }

    /// P02: an interaction that comes after Discord's 15 minutes is refused, and leaves its audit row.
    async fn p02_an_interaction_that_comes_too_late_is_refused(desk: TestDesk) {
        let account = desk.add(EIAM, "anne.berset", |data| data.lock = locked_by_portal()).await;
        let claire = desk.person(EIAM, CLAIRE);
        desk.local.discord.faults().hold_events();
        claire.starts("/lock-status", &[("user", "anne.berset")]).unwrap();
        desk.later(16);
        desk.local.discord.faults().release_events();
        let card = claire.types("/lock-status", &[("user", "anne.berset")]).await.unwrap();
        desk.shows_with(&card, Fr, "card-heading", &args().set("name", account.full_name()));
        let failures: Vec<_> = desk.audit(EIAM).await.into_iter().filter_map(|row| row.row.failure).collect();
        assert_eq!(failures, ["too-late"]);
    }

    /// P24 to P27: no limit of Discord is exceeded, however long the data.
    async fn p27_long_data_stays_within_discords_limits(desk: TestDesk) {
        desk.add(EIAM, "anne.berset", |data| {
            data.given_name = "Maximiliane-Theodora ".repeat(5);
            data.surname = "von *Hohenstein* zu [Hohenstein](http://x.example.ch) ".repeat(4);
            data.groups = (0..40).map(|n| format!("A group with quite a long name, number {n}")).collect();
            data.scopes = (0..30).flat_map(|n| scopes(&format!("VD/A-site-with-a-long-name-{n}"))).collect();
        })
        .await;
        let claire = desk.person(EIAM, CLAIRE);
        assert_eq!(claire.suggests("/lock-status", "user", "maximil", &[]).await.unwrap().len(), 1);
        let card = claire.types("/lock-status", &[("user", "anne.berset")]).await.unwrap();
        assert!(card.embeds()[0]["title"].as_str().unwrap().contains("\\*Hohenstein\\*"), "names are no markup (R35)");
        let dialog = card.clicks("v1:card-resend-code").await.unwrap();
        let form = dialog.clicks("v1:open-reason").await.unwrap();
        let dialog = form.submits(&[("text", &"*x* ".repeat(125))]).await.unwrap();
        dialog.selects_values("v1:pick-kind", &["reset"]).await.unwrap().clicks("v1:confirm").await.unwrap();
    }

    /// Two people share a mailbox (A25): a mail address that is not one person's opens a menu.
    async fn several_people_open_a_menu(desk: TestDesk) {
        for name in ["anne.berset", "jean.berset"] {
            desk.add(EIAM, name, |data| data.email = Some(crate::support::desk::address("famille@people.example.ch"))).await;
        }
        let claire = desk.person(EIAM, CLAIRE);
        let menu = claire.types("/lock-status", &[("user", "famille@people.example.ch")]).await.unwrap();
        assert_eq!(menu.selects()[0].options.len(), 2);
        let value = menu.selects()[0].options[1].value.clone();
        let card = menu.selects_values("v1:pick-card", &[&value]).await.unwrap();
        desk.shows_with(&card, Fr, "card-heading", &args().set("name", "Jean Berset"));
    }

    /// P09: nothing in a reason, a name or an address pings anybody.
    async fn p09_nobody_is_pinged_by_data(desk: TestDesk) {
        desk.add(EIAM, "anne.berset", |data| data.surname = "<@&940000000000000001> @everyone".to_owned()).await;
        let claire = desk.person(EIAM, CLAIRE);
        let card = claire.types("/lock-status", &[("user", "anne.berset")]).await.unwrap();
        assert!(card.pings().is_nobody());
        let options = [("user", "anne.berset"), ("kind", "username"), ("reason", "@everyone <@&940000000000000001>")];
        let dialog = claire.types("/resend-code", &options).await.unwrap();
        assert!(dialog.pings().is_nobody());
    }
}

/// A bot that is started anew every few minutes sweeps too.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_has_had_its_time_is_swept_at_the_start() {
    log::keep();
    let gate = Gate::new();
    gate.plan(Point::Sweep, &[Failure::Away]);
    let _desk = TestDesk::behind(&gate, Backend::Sqlite, |setup| setup).await;
    log::line(&["ERROR", "old rows could not be swept"]).await;
    assert!(gate.is_done());
}

/// D9: no news of other instances come; whoever waits for a letter looks again.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_letter_that_another_instance_delivered_is_seen() {
    let (desk, gate) = gated().await;
    let account = desk.add(EIAM, "anne.berset", |_| {}).await;
    let (store, at, of) = (&desk.local.store, desk.clock.now(), cast::desk(EIAM));
    let (id, kind) = (LetterId(7), LetterKind::Username);
    let letter = NewLetter {
        id,
        identity: "letter/7".to_owned(),
        account: account.id,
        kind,
        recipient: Recipient::Current,
        codes: vec![],
        tells_unlock: false,
        at,
    };
    let change = Change {
        desk: of,
        at,
        interaction: None,
        writes: vec![Write::QueueLetter(letter)],
        audit: vec![],
    };
    store.commit(change).await.unwrap();
    let lease_until = at + SignedDuration::from_mins(5);
    let claims = store.claim_letters(at, lease_until, 1).await.unwrap();
    let state = LetterState::Waiting;
    let letters = [LetterStatus {
        id,
        kind,
        at,
        state,
    }];
    let service = desk.local.bot().service();
    gate.plan(Point::LoadLetters, &[Failure::Lost]);
    let elsewhere = async {
        // settled once somebody waits for it
        while !gate.is_done() {
            tokio::task::yield_now().await;
        }
        let state = LetterState::Accepted(at);
        let code_ends = vec![];
        let settlement = Settlement::Settled { state, code_ends };
        store.settle(&claims[0], settlement, at).await.unwrap();
    };
    let waiting = tokio::time::timeout(Duration::from_secs(10), service.settled(of, &letters));
    let (letters, ()) = tokio::join!(waiting, elsewhere);
    let letters = letters.expect("looked again").unwrap();
    assert!(letters[0].state.is_settled(), "{letters:?}");
}
