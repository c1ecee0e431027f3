//! What happens while nobody decides: one reminder, one mail, then the end (D7); and targets that change (R08).

use deskhand::app::local::cast::{CLAIRE, EIAM, LUKAS, SAM, SUPERUSER, support_channel};
use deskhand::domain::account::AccountState;
use deskhand::domain::language::Language::{De, Fr};
use deskhand::domain::lock::Lock;
use deskhand::locales::args;

use super::kit::*;
use crate::support::desk::{TestDesk, address, on_both};

/// Lets the bot do what is due for requests, and deliver what comes of it.
async fn tend(desk: &TestDesk) -> usize {
    let service = desk.local.bot().service();
    let done = service.tend_requests().await.expect("the store answers");
    service.deliver_due().await.expect("the store answers");
    done
}

on_both! {
    async fn d7_the_role_is_reminded_once_the_mailbox_told_once_then_it_expires(desk: TestDesk) {
        let account = locked(&desk, "anne.berset").await;
        let asked = sam_asks(&desk, &account).await;
        let lukas = desk.person(EIAM, LUKAS);
        let shown = card(&lukas, &desk, 1, "requested").await;
        desk.later(119);
        assert_eq!(tend(&desk).await, 0, "nothing within two hours");
        desk.later(2);
        tend(&desk).await;
        let reminder = lukas.waits_to_see(CHANNEL, |message| message.embeds().is_empty() && message.pings().roles == [SUPERUSER]).await.unwrap();
        assert!(!reminder.all_text().contains("Berset"), "{}", reminder.all_text());
        desk.later(60);
        assert_eq!(tend(&desk).await, 0, "reminded once");

        desk.later(65 * 60 - 2);
        tend(&desk).await;
        let mailbox = |desk: &TestDesk| desk.mails().into_iter().filter(|mail| mail.to.contains("contact@desk.example.org")).collect::<Vec<_>>();
        assert_eq!(mailbox(&desk).len(), 0, "not before four hours are left");
        desk.later(4);
        tend(&desk).await;
        assert!(!desk.letters_left(EIAM, &account).await.is_empty());
        let mails = mailbox(&desk);
        assert_eq!(mails.len(), 1);
        assert!(mails[0].text.contains('1') && !mails[0].text.contains("Berset"), "{}", mails[0].text);
        assert_eq!(tend(&desk).await, 0, "told once");

        desk.later(4 * 60);
        tend(&desk).await;
        card(&lukas, &desk, 1, "expired").await;
        desk.person(EIAM, SAM).waits_to_see(support_channel(EIAM), |message| is_answer(message, SAM, 1)).await.unwrap();
        assert_eq!(last_row(&desk).await, ("expire-request".to_owned(), None));
        let id = shown.buttons()[0].custom_id.clone();
        let late = lukas.clicks_forged(shown.message_id(), &id).await.unwrap();
        assert!(late.all_text().contains(&desk.text(De, "request-state-expired", &args())), "{}", late.all_text());
        assert!(is_locked(&desk, &account).await);
        assert_eq!(mailbox(&desk).len(), 1);
        drop(asked);
    }

    async fn d7_a_decision_after_the_end_is_late_even_when_nobody_noticed_yet(desk: TestDesk) {
        let account = locked(&desk, "anne.berset").await;
        sam_asks(&desk, &account).await;
        let claire = desk.person(EIAM, CLAIRE);
        let shown = card(&claire, &desk, 1, "requested").await;
        desk.later(72 * 60);
        let late = shown.clicks("v1:approve:").await.unwrap();
        assert!(late.all_text().contains(&desk.text(Fr, "request-state-expired", &args())), "{}", late.all_text());
        card(&claire, &desk, 1, "expired").await;
        assert!(is_locked(&desk, &account).await);
    }

    async fn r08_a_changed_target_voids_the_request(desk: TestDesk) {
        let account = locked(&desk, "anne.berset").await;
        sam_asks(&desk, &account).await;
        desk.change(EIAM, &account, |data| data.lock = Lock::OPEN).await;
        let claire = desk.person(EIAM, CLAIRE);
        let void = card(&claire, &desk, 1, "requested").await.clicks("v1:approve:").await.unwrap();
        desk.shows(&void, Fr, "refusal-target-changed");
        card(&claire, &desk, 1, "void").await;
        assert_eq!(last_row(&desk).await, ("void-request".to_owned(), Some("target-changed".to_owned())));
        desk.person(EIAM, SAM).waits_to_see(support_channel(EIAM), |message| is_answer(message, SAM, 1)).await.unwrap();

        let other = desk.add(EIAM, "jean.favre", |_| {}).await;
        let sam = desk.person(EIAM, SAM);
        let options = [("user", "jean.favre"), ("kind", "onboarding"), ("reason", "r:code-older-than-a-month")];
        let asked = sam.types("/resend-code", &options).await.unwrap().clicks("v1:confirm").await.unwrap();
        is_requested(&desk, &asked, 2);
        desk.change(EIAM, &other, |data| data.email = Some(address("jean@new.example.ch"))).await;
        let void = card(&claire, &desk, 2, "requested").await.clicks("v1:approve:").await.unwrap();
        desk.shows(&void, Fr, "refusal-target-changed");

        desk.later(5);
        let asked = sam.types("/resend-code", &options).await.unwrap().clicks("v1:confirm").await.unwrap();
        is_requested(&desk, &asked, 3);
        desk.change(EIAM, &other, |data| data.state = AccountState::Deactivated).await;
        let void = card(&claire, &desk, 3, "requested").await.clicks("v1:approve:").await.unwrap();
        desk.shows(&void, Fr, "refusal-target-changed");
        assert!(desk.mails().is_empty(), "nothing was sent");
    }

    async fn a_rule_that_passes_leaves_the_request_waiting(desk: TestDesk) {
        let account = desk.add(EIAM, "anne.berset", |_| {}).await;
        let (sam, claire) = (desk.person(EIAM, SAM), desk.person(EIAM, CLAIRE));
        let options = [("user", "anne.berset"), ("kind", "username"), ("reason", "r:wrong-email-x")];
        let asked = sam.types("/resend-code", &options).await.unwrap().clicks("v1:confirm").await.unwrap();
        is_requested(&desk, &asked, 1);
        let dialog = claire.types("/resend-code", &options).await.unwrap();
        desk.confirms(&dialog, Fr, &account).await;
        let not_now = card(&claire, &desk, 1, "requested").await.clicks("v1:approve:").await.unwrap();
        assert_eq!(last_row(&desk).await, ("approve-request".to_owned(), Some("sent-too-recently".to_owned())));
        assert!(not_now.is_ephemeral());
        desk.later(3);
        card(&claire, &desk, 1, "requested").await.clicks("v1:approve:").await.unwrap();
        card(&claire, &desk, 1, "executed").await;
    }

    async fn r12_several_requests_raise_a_flag_on_the_card(desk: TestDesk) {
        let claire = desk.person(EIAM, CLAIRE);
        let account = locked(&desk, "anne.berset").await;
        sam_asks(&desk, &account).await;
        let first = card(&claire, &desk, 1, "requested").await;
        assert!(!first.all_text().contains(&desk.text(De, "request-flags", &args())));
        sam_asks(&desk, &account).await;
        let second = card(&claire, &desk, 2, "requested").await;
        assert!(second.all_text().contains(&desk.text(De, "request-flag-person", &args().number("count", 2_u64))), "{}", second.all_text());
        for n in 0..10 {
            let other = locked(&desk, &format!("person{n}.many")).await;
            sam_asks(&desk, &other).await;
        }
        let many = card(&claire, &desk, 12, "requested").await;
        assert!(many.all_text().contains(&desk.text(De, "request-flag-helper", &args().number("count", 11_u64))), "{}", many.all_text());
    }
}
