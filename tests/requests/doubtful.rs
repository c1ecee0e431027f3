//! Cards on their way: a channel that refuses, answers that are lost, events that come twice, a restart.

use deskhand::app::local::cast::{CLAIRE, EIAM, LUKAS, SAM, support_channel};
use deskhand::app::local::{LocalDesk, LocalSetup};
use deskhand::domain::language::Language::{En, Fr};
use deskhand::sandbox::{Fault, Overwrite};

use super::kit::*;
use crate::support::desk::{Backend, TestDesk, on_both};

const POST: (&str, &str) = ("POST", "/channels/*/messages");

/// How many cards of a request stand in the channel.
fn cards(desk: &TestDesk, number: u64) -> usize {
    let states = ["requested", "executed", "denied", "void"];
    let headings = states.map(|state| heading(desk, number, state));
    let shown = desk.person(EIAM, CLAIRE).sees(CHANNEL);
    let is_card = |text: String| headings.iter().any(|heading| text.contains(heading));
    shown
        .iter()
        .filter(|message| !message.is_ephemeral() && is_card(message.all_text()))
        .count()
}

on_both! {
    async fn p33_a_channel_closed_to_the_bot_is_said_and_the_request_waits(desk: TestDesk) {
        desk.local.discord.set_overwrites(CHANNEL, &[Overwrite { id: EIAM, of_member: false, allow: 0, deny: 1 << 10 }]).unwrap();
        let account = locked(&desk, "anne.berset").await;
        let asked = sam_asks(&desk, &account).await;
        desk.shows(&asked, En, "request-no-card-channel-forbidden");
        assert_eq!(last_row(&desk).await, ("post-card".to_owned(), Some("channel-forbidden".to_owned())));
        let calls = desk.local.discord.wire().calls(POST.0, POST.1).len();
        let second = locked(&desk, "jean.favre").await;
        let asked = sam_asks(&desk, &second).await;
        desk.shows(&asked, En, "request-no-card-channel-forbidden");
        assert_eq!(desk.local.discord.wire().calls(POST.0, POST.1).len(), calls, "the channel is left alone for a while");

        let claire = desk.person(EIAM, CLAIRE);
        let page = claire.types("/requests", &[]).await.unwrap();
        let value = page.selects().into_iter().find(|menu| menu.custom_id.starts_with("v1:pick-request")).unwrap().options[1].value.clone();
        let shown = page.selects_values("v1:pick-request", &[&value]).await.unwrap();
        desk.shows(&shown, Fr, "request-no-card-channel-forbidden");
        desk.shows(&shown.clicks("v1:approve:").await.unwrap(), Fr, "done-unlocked");
        assert!(!is_locked(&desk, &account).await);

        desk.local.discord.set_overwrites(CHANNEL, &[]).unwrap();
        desk.later(11);
        desk.local.bot().board().deliver_due().await.unwrap();
        card(&claire, &desk, 1, "executed").await;
        card(&claire, &desk, 2, "requested").await;
        assert_eq!((cards(&desk, 1), cards(&desk, 2)), (1, 1));
    }

    async fn p11_a_lost_answer_leaves_one_card(desk: TestDesk) {
        let account = locked(&desk, "anne.berset").await;
        desk.local.discord.faults().next_calls(POST.0, POST.1, 1, Fault::AnswerLost(502));
        sam_asks(&desk, &account).await;
        desk.local.discord.called(POST.0, POST.1, 1).await.unwrap();
        desk.later(1);
        desk.local.bot().board().deliver_due().await.unwrap();
        let claire = desk.person(EIAM, CLAIRE);
        desk.local.discord.called(POST.0, POST.1, 2).await.unwrap();
        let shown = card(&claire, &desk, 1, "requested").await;
        assert_eq!(cards(&desk, 1), 1, "found again by its nonce");
        shown.clicks("v1:approve:").await.unwrap();
        card(&claire, &desk, 1, "executed").await;
    }

    async fn a_card_in_doubt_is_looked_for_before_it_is_posted_again(desk: TestDesk) {
        let account = locked(&desk, "anne.berset").await;
        desk.local.discord.faults().next_calls(POST.0, POST.1, 1, Fault::AnswerLost(502));
        sam_asks(&desk, &account).await;
        desk.local.discord.called(POST.0, POST.1, 1).await.unwrap();
        // Discord forgets a nonce after some minutes
        desk.later(20);
        desk.local.bot().board().deliver_due().await.unwrap();
        desk.local.discord.called("GET", "/channels/*/messages", 1).await.unwrap();
        desk.local.discord.called("PATCH", "/channels/*/messages/*", 1).await.unwrap();
        let claire = desk.person(EIAM, CLAIRE);
        let shown = card(&claire, &desk, 1, "requested").await;
        shown.clicks("v1:approve:").await.unwrap();
        card(&claire, &desk, 1, "executed").await;
        assert_eq!(cards(&desk, 1), 1);
    }

    async fn an_edit_that_fails_is_made_later_and_the_decision_does_not_wait(desk: TestDesk) {
        let account = locked(&desk, "anne.berset").await;
        sam_asks(&desk, &account).await;
        let claire = desk.person(EIAM, CLAIRE);
        let shown = card(&claire, &desk, 1, "requested").await;
        desk.local.discord.faults().next_calls("PATCH", "/channels/*/messages/*", 1, Fault::Status(502));
        shown.clicks("v1:approve:").await.unwrap();
        desk.local.discord.called("PATCH", "/channels/*/messages/*", 1).await.unwrap();
        assert!(!is_locked(&desk, &account).await);
        desk.later(2);
        desk.local.bot().board().deliver_due().await.unwrap();
        card(&claire, &desk, 1, "executed").await;
    }

    async fn a_deleted_card_is_posted_anew(desk: TestDesk) {
        let account = locked(&desk, "anne.berset").await;
        sam_asks(&desk, &account).await;
        let claire = desk.person(EIAM, CLAIRE);
        let shown = card(&claire, &desk, 1, "requested").await;
        let approve = shown.buttons()[0].custom_id.clone();
        desk.local.discord.delete_message(shown.message_id()).unwrap();
        let said = claire.says("where is it?").unwrap();
        claire.clicks_forged(said, &approve).await.unwrap();
        let anew = card(&claire, &desk, 1, "executed").await;
        assert_ne!(anew.message_id(), shown.message_id());
        assert_eq!(cards(&desk, 1), 1);
    }

    async fn p10_an_approval_delivered_twice_acts_once(desk: TestDesk) {
        let account = locked(&desk, "anne.berset").await;
        sam_asks(&desk, &account).await;
        let claire = desk.person(EIAM, CLAIRE);
        let shown = card(&claire, &desk, 1, "requested").await;
        desk.local.discord.faults().next_events_twice(1);
        let done = shown.clicks("v1:approve:").await.unwrap();
        desk.local.discord.deliver_again(done.interaction_id()).unwrap();
        card(&claire, &desk, 1, "executed").await;
        let rows = desk.audited(EIAM).await;
        assert_eq!(rows.iter().filter(|(action, _)| action == "unlock").count(), 1);
        assert_eq!(rows.iter().filter(|(action, _)| action == "approve-request").count(), 1);
    }

    async fn an_answer_goes_to_the_support_channel_when_it_cannot_go_where_it_was_asked(desk: TestDesk) {
        let account = locked(&desk, "anne.berset").await;
        let private = CHANNEL;
        let sam = desk.local.discord.member(EIAM, SAM).unwrap().in_channel(private);
        wants_unlock(&sam, &account).await;
        let claire = desk.person(EIAM, CLAIRE);
        let shown = card(&claire, &desk, 1, "requested").await;
        desk.local.discord.faults().next_calls(POST.0, POST.1, 1, Fault::Status(403));
        shown.clicks("v1:approve:").await.unwrap();
        let told = sam.waits_to_see(support_channel(EIAM), |message| is_answer(message, SAM, 1)).await.unwrap();
        assert_eq!(told.pings().users, [SAM]);
    }
}

/// The same card works after a restart, and after the bot's token for the interaction is long dead (P02).
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn p02_a_card_from_before_a_restart_works() {
    let desk = TestDesk::start(Backend::Sqlite).await;
    let account = locked(&desk, "anne.berset").await;
    sam_asks(&desk, &account).await;
    let claire = desk.person(EIAM, CLAIRE);
    let shown = card(&claire, &desk, 1, "requested").await;
    desk.later(60);
    let (folder, clock) = (desk.folder, desk.clock);
    let discord = desk.local.stop().await.unwrap();
    let mut setup = LocalSetup::in_folder(folder.path(), clock.clone());
    setup.discord = Some(discord);
    let again = LocalDesk::start(setup).await.unwrap();
    let done = shown.clicks("v1:approve:").await.unwrap();
    let heading = again
        .texts
        .text(Fr, "done-unlocked", &deskhand::locales::args());
    assert!(done.all_text().contains(&heading), "{}", done.all_text());
    let lukas = again.discord.member(EIAM, LUKAS).unwrap();
    let state = again.texts.text(
        deskhand::domain::language::Language::De,
        "request-state-executed",
        &deskhand::locales::args(),
    );
    lukas
        .waits_to_see(CHANNEL, |message| message.all_text().contains(&state))
        .await
        .unwrap();
    again.stop().await.unwrap();
}
