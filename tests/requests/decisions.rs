//! Staff ask, superusers decide: approve, deny, take back; who may, and who is told what.

use deskhand::app::local::cast::{
    AUDREY, CLAIRE, EIAM, EXTRANET, LUKAS, ODILE, SAM, STAFF, SUPERUSER, URS, support_channel,
};
use deskhand::domain::language::Language::{De, En, Fr};
use deskhand::locales::args;

use super::kit::*;
use crate::support::desk::{Backend, TestDesk, locked_by_portal, on_both, scopes};

on_both! {
    async fn e02_staff_ask_a_superuser_approves_and_everybody_is_told(desk: TestDesk) {
        let account = locked(&desk, "anne.berset").await;
        let asked = sam_asks(&desk, &account).await;
        is_requested(&desk, &asked, 1);
        assert!(is_locked(&desk, &account).await, "nothing is changed before the approval");

        let claire = desk.person(EIAM, CLAIRE);
        let card = card(&claire, &desk, 1, "requested").await;
        let text = card.all_text();
        assert!(text.contains("A. Berset") && !text.contains("Anne"), "masked (R34): {text}");
        assert!(!text.contains("anne.berset@"), "no address in a channel, not even in the reason: {text}");
        for part in [format!("<@{SAM}>"), format!("<@&{SUPERUSER}>"), "VD/CHUV".to_owned()] {
            assert!(text.contains(&part), "{part} in {text}");
        }
        assert_eq!(card.pings().roles, [SUPERUSER], "the role is mentioned once");
        assert!(card.pings().users.is_empty() && !card.pings().everyone);
        assert!(!card.is_ephemeral());
        assert_eq!(card.buttons().len(), 3);

        let done = card.clicks("v1:approve:").await.unwrap();
        desk.shows(&done, Fr, "done-unlocked");
        desk.shows_with(&done, Fr, "request-approved-text", &args().number("number", 1_u64));
        assert!(!is_locked(&desk, &account).await);

        let after = crate::requests::kit::card(&claire, &desk, 1, "executed").await;
        assert!(after.buttons().is_empty(), "a decided card has no buttons");
        assert!(after.all_text().contains(&format!("<@{CLAIRE}>")), "it says who decided");
        assert_eq!(after.message_id(), card.message_id(), "one card, edited");
        assert!(after.pings().users.is_empty());

        let told = desk.person(EIAM, SAM).waits_to_see(support_channel(EIAM), |message| is_answer(message, SAM, 1)).await.unwrap();
        assert_eq!(told.pings().users, [SAM], "only whoever asked is pinged");
        assert!(!told.all_text().contains("Berset"), "without personal data: {}", told.all_text());
        done.until(|message| message.all_text().contains(&desk.text(Fr, "done-heading", &args().set("name", "Anne Berset")))).await.unwrap();
        assert_eq!(desk.mails().len(), 1, "the person is told too (R19)");

        let rows = desk.audit(EIAM).await;
        let shown: Vec<_> = rows.iter().map(|row| (row.row.action.as_str(), row.row.actor.member.map(|id| id.0.cast_unsigned()), row.row.approver.map(|id| id.0.cast_unsigned()))).collect();
        assert_eq!(shown, [
            ("view-card", Some(SAM), None),
            ("open-request", Some(SAM), None),
            ("approve-request", Some(CLAIRE), None),
            ("unlock", Some(SAM), Some(CLAIRE)),
        ], "actor, role and approver stand in the trail (R30)");
        assert!(rows[3].row.actor.role.is_some());
    }

    async fn a_denial_needs_a_reason_which_only_those_concerned_read(desk: TestDesk) {
        let account = locked(&desk, "anne.berset").await;
        sam_asks(&desk, &account).await;
        let lukas = desk.person(EIAM, LUKAS);
        let card = card(&lukas, &desk, 1, "requested").await;
        let form = card.clicks("v1:deny:").await.unwrap();
        let blank = form.submits(&[("text", "   ")]).await.unwrap();
        desk.shows(&blank, De, "refusal-reason-blank");
        assert!(blank.buttons().iter().any(|button| button.custom_id.starts_with("v1:deny:")), "it can be written again");
        let denied = card.clicks("v1:deny:").await.unwrap().submits(&[("text", "Bitte zuerst zurückrufen")]).await.unwrap();
        assert!(denied.all_text().contains(&heading(&desk, 1, "denied")), "{}", denied.all_text());
        assert!(is_locked(&desk, &account).await);

        let after = crate::requests::kit::card(&lukas, &desk, 1, "denied").await;
        assert!(!after.all_text().contains("zurückrufen"), "the reason may name people, the channel does not get it");
        let sam = desk.person(EIAM, SAM);
        sam.waits_to_see(support_channel(EIAM), |message| is_answer(message, SAM, 1)).await.unwrap();
        let list = sam.types("/requests", &[("state", "denied"), ("mine", "true")]).await.unwrap();
        let value = list.selects().into_iter().find(|menu| menu.custom_id.starts_with("v1:pick-request")).unwrap().options[0].value.clone();
        let shown = list.selects_values("v1:pick-request", &[&value]).await.unwrap();
        assert!(shown.all_text().contains("zurückrufen"));
        assert_eq!(desk.audit_detail(EIAM, "deny-request").await["reason"], "Bitte zuerst zurückrufen");
        assert!(desk.mails().is_empty(), "nothing changed, so the person gets no mail");
    }

    async fn whoever_asked_may_take_it_back_and_nobody_else(desk: TestDesk) {
        let account = locked(&desk, "anne.berset").await;
        let asked = sam_asks(&desk, &account).await;
        let claire = desk.person(EIAM, CLAIRE);
        let card = card(&claire, &desk, 1, "requested").await;
        let id = card.buttons()[0].custom_id.replace("v1:approve:", "");
        let refused = claire.clicks_forged(card.message_id(), &format!("v1:take-back:{id}")).await.unwrap();
        desk.shows(&refused, Fr, "refusal-not-your-request");
        asked.clicks("v1:take-back:").await.unwrap();
        crate::requests::kit::card(&claire, &desk, 1, "cancelled").await;
        let late = claire.clicks_forged(card.message_id(), &format!("v1:approve:{id}")).await.unwrap();
        assert!(late.is_ephemeral());
        assert_eq!(last_row(&desk).await, ("approve-request".to_owned(), Some("request-ended".to_owned())));
        assert!(is_locked(&desk, &account).await);
    }

    async fn r05_a_role_removed_between_request_and_decision_fails_it(desk: TestDesk) {
        let account = locked(&desk, "anne.berset").await;
        sam_asks(&desk, &account).await;
        let claire = desk.person(EIAM, CLAIRE);
        let card = card(&claire, &desk, 1, "requested").await;
        desk.local.discord.set_roles(EIAM, CLAIRE, &[]).unwrap();
        let refused = card.clicks("v1:approve:").await.unwrap();
        desk.shows(&refused, Fr, "refused-heading");
        assert_eq!(last_row(&desk).await, ("use-command".to_owned(), Some("missing-role".to_owned())));
        desk.local.discord.set_roles(EIAM, CLAIRE, &[STAFF]).unwrap();
        let refused = card.clicks("v1:approve:").await.unwrap();
        desk.shows_with(&refused, Fr, "refusal-needs-superuser", &args().set("role", format!("<@&{SUPERUSER}>")));
        assert!(is_locked(&desk, &account).await);
        let card = crate::requests::kit::card(&desk.person(EIAM, LUKAS), &desk, 1, "requested").await;
        card.clicks("v1:approve:").await.unwrap();
        assert!(!is_locked(&desk, &account).await, "it waits on for somebody who may");
        assert_eq!(desk.audit_detail(EIAM, "unlock").await["number"], "1", "the trail shows for which request");
    }

    async fn r01_clicks_of_others_and_forged_ids_change_nothing(desk: TestDesk) {
        let account = locked(&desk, "anne.berset").await;
        sam_asks(&desk, &account).await;
        let claire = desk.person(EIAM, CLAIRE);
        let card = card(&claire, &desk, 1, "requested").await;
        let (message, approve) = (card.message_id(), card.buttons()[0].custom_id.clone());
        let id = approve.replace("v1:approve:", "");
        for (user, refusal) in [(SAM, "own-request"), (URS, "needs-superuser"), (ODILE, "missing-role"), (AUDREY, "missing-role")] {
            for button in [&approve, &format!("v1:details:{id}"), &format!("v1:take-back:{id}")] {
                if user == SAM && button.contains("take-back") {
                    continue;
                }
                let refused = desk.person(EIAM, user).clicks_forged(message, button).await.unwrap();
                assert!(refused.is_ephemeral() && refused.buttons().is_empty(), "{}", refused.all_text());
                let why = last_row(&desk).await.1.unwrap();
                let expected = match (user, refusal) {
                    (URS, _) if button.contains("take-back") => "not-your-request",
                    (SAM, _) if button.contains("details") => "needs-superuser",
                    _ => refusal,
                };
                assert_eq!(why, expected, "{user} {button}");
            }
            let form = desk.person(EIAM, user).clicks_forged(message, &format!("v1:deny:{id}")).await.unwrap();
            form.submits(&[("text", "no")]).await.unwrap();
            assert_eq!(last_row(&desk).await.1.as_deref(), Some(refusal), "{user}");
        }
        for forged in ["v1:approve:", "v1:approve:x", "v1:approve:-1;DROP", "v2:approve:1", "approve:1", "v1:details:99999999999999999999"] {
            let refused = claire.clicks_forged(message, forged).await.unwrap();
            desk.shows(&refused, Fr, "refusal-old-component");
        }
        let unknown = claire.clicks_forged(message, "v1:approve:1").await.unwrap();
        desk.shows(&unknown, Fr, "refusal-request-not-found");
        // a request is its desk's own: the same id in another guild is nobody's
        let elsewhere = desk.person(EXTRANET, CLAIRE);
        let said = elsewhere.says("hello").unwrap();
        let foreign = elsewhere.clicks_forged(said, &approve).await.unwrap();
        desk.shows(&foreign, Fr, "refusal-request-not-found");
        assert!(is_locked(&desk, &account).await, "none of it changed anything");
        card.clicks("v1:approve:").await.unwrap();
        assert!(!is_locked(&desk, &account).await);
    }

    async fn a_click_from_a_direct_message_is_refused_and_kept_by_the_desk_it_was_aimed_at(desk: TestDesk) {
        let account = locked(&desk, "anne.berset").await;
        sam_asks(&desk, &account).await;
        let claire = desk.person(EIAM, CLAIRE);
        let card = card(&claire, &desk, 1, "requested").await;
        let (message, id) = (card.message_id(), card.buttons()[0].custom_id.replace("v1:approve:", ""));
        let alone = claire.in_direct_message();
        let kept = ("use-command".to_owned(), Some("no-desk".to_owned()));
        for aimed in [format!("v1:approve:{id}"), format!("v1:details:{id}"), format!("v1:card-unlock:{}", account.id)] {
            let before = desk.audit(EIAM).await.len();
            let refused = alone.clicks_forged(message, &aimed).await.unwrap();
            assert!(refused.is_ephemeral() && refused.buttons().is_empty(), "{}", refused.all_text());
            desk.shows(&refused, Fr, "refusal-no-desk");
            assert_eq!(desk.audit(EIAM).await.len(), before + 1, "{aimed}");
            assert_eq!(last_row(&desk).await, kept, "{aimed}");
        }
        let form = alone.clicks_forged(message, &format!("v1:deny:{id}")).await.unwrap();
        let refused = form.submits(&[("text", "no")]).await.unwrap();
        desk.shows(&refused, Fr, "refusal-no-desk");
        assert_eq!(last_row(&desk).await, kept);
        // what names nothing belongs to none of the desks
        let before = desk.audit(EIAM).await.len();
        let refused = alone.clicks_forged(message, "v1:nonsense:1").await.unwrap();
        desk.shows(&refused, Fr, "refusal-no-desk");
        assert_eq!(desk.audit(EIAM).await.len(), before);
        assert!(is_locked(&desk, &account).await);
        card.clicks("v1:approve:").await.unwrap();
        assert!(!is_locked(&desk, &account).await, "the request waited on");
    }

    async fn nobody_can_decide_is_said_at_once_with_whom_to_ask(desk: TestDesk) {
        let account = desk.add(EIAM, "uri.person", |data| {
            data.lock = locked_by_portal();
            data.scopes = scopes("UR/Altdorf");
        }).await;
        let card = desk.person(EIAM, SAM).types("/lock-status", &[("user", "uri.person")]).await.unwrap();
        desk.shows_with(&card, En, "refusal-nobody-decides", &args().set("mailbox", "contact@desk.example.org"));
        assert!(card.buttons().iter().all(|button| !button.custom_id.contains("unlock")));
        let forged = desk.person(EIAM, SAM).clicks_forged(card.message_id(), &format!("v1:card-unlock:{}", account.id)).await.unwrap();
        desk.shows_with(&forged, En, "refusal-nobody-decides", &args().set("mailbox", "contact@desk.example.org"));
    }

    async fn the_details_are_for_superusers_of_the_scope_and_audited(desk: TestDesk) {
        let account = desk.add(EIAM, "anne.berset", |data| {
            data.lock = locked_by_portal();
            data.fiscal_code = Some("BRSNNA80A41Z133X".to_owned());
        }).await;
        sam_asks(&desk, &account).await;
        let claire = desk.person(EIAM, CLAIRE);
        let card = card(&claire, &desk, 1, "requested").await;
        assert!(!card.all_text().contains("BRSNNA80"));
        let details = card.clicks("v1:details:").await.unwrap();
        assert!(details.is_ephemeral());
        for full in ["Anne Berset", "anne.berset@people.example.ch", "BRSNNA80A41Z133X"] {
            assert!(details.all_text().contains(full), "{full} in {}", details.all_text());
        }
        assert_eq!(desk.audit_detail(EIAM, "view-request").await["part"], "details");
        details.clicks("v1:approve:").await.unwrap();
        assert!(!is_locked(&desk, &account).await, "it can be decided from there too");
    }

    async fn d8_a_corrected_address_shows_both_masked_and_runs_once_approved(desk: TestDesk) {
        let account = desk.add(EIAM, "anne.berset", |_| {}).await;
        let sam = desk.person(EIAM, SAM);
        let options = [("user", "anne.berset"), ("kind", "onboarding"), ("reason", "r:wrong-email"), ("email", "anne@hopital.example.ch")];
        let dialog = sam.types("/resend-code", &options).await.unwrap();
        let dialog = dialog.selects_values("v1:pick-verification", &["call-back"]).await.unwrap();
        is_requested(&desk, &dialog.clicks("v1:confirm").await.unwrap(), 1);
        let claire = desk.person(EIAM, CLAIRE);
        let card = card(&claire, &desk, 1, "requested").await;
        let text = card.all_text();
        let masked = args().set("old", "a\\*\\*\\*@people.example.ch").set("new", "a\\*\\*\\*@hopital.example.ch");
        assert!(text.contains(&desk.text(De, "dialog-address-corrected", &masked)), "{text}");
        assert!(text.contains(&desk.text(De, "verification-call-back-option", &args())), "how the person was verified (R09)");
        let done = card.clicks("v1:approve:").await.unwrap();
        done.until(|message| message.all_text().contains(&desk.text(Fr, "done-heading", &args().set("name", "Anne Berset")))).await.unwrap();
        let mails = desk.mails();
        assert_eq!(mails.len(), 1);
        assert!(mails[0].to.contains("anne@hopital.example.ch"));
        assert_eq!(desk.facts(EIAM, &account).await.account.data.email.unwrap().as_str(), "anne@hopital.example.ch");
    }
}

fn with_people(settings: &str) -> String {
    let people = format!(
        "privileged_groups = [\"KT_ErhV\"]\npeople = [{{ discord = \"{CLAIRE}\", username = \"claire.own\" }}, {{ discord = \"{LUKAS}\", username = \"lukas.own\" }}]\nfour_eyes = [\"username\"]\nprofile = \"eiam\""
    );
    settings.replacen("profile = \"eiam\"", &people, 1)
}

/// R02 to R04, D6: a superuser's own call runs, but not on their own account, and not alone where the account or the
/// profile's list demands a second person.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r02_r03_r04_d6_own_privileged_and_listed_need_somebody_else() {
    let desk = TestDesk::start_with(Backend::Sqlite, |mut setup| {
        setup.edit_settings = Some(Box::new(|settings| with_people(&settings)));
        setup
    })
    .await;
    let claire = desk.person(EIAM, CLAIRE);
    let own = locked(&desk, "claire.own").await;
    let card_of_own = claire
        .types("/lock-status", &[("user", "claire.own")])
        .await
        .unwrap();
    desk.shows(&card_of_own, Fr, "refusal-own-account");
    let forged = format!("v1:card-unlock:{}", own.id);
    let refused = claire.clicks_forged(card_of_own.message_id(), &forged);
    desk.shows(&refused.await.unwrap(), Fr, "refusal-own-account");

    let colleague = locked(&desk, "lukas.own").await;
    let privileged = desk
        .add(EIAM, "anne.berset", |data| {
            data.lock = locked_by_portal();
            data.groups.insert("KT_ErhV".to_owned());
        })
        .await;
    let (giulia, lukas) = (
        desk.person(EIAM, deskhand::app::local::cast::GIULIA),
        desk.person(EIAM, LUKAS),
    );
    for (number, account, rule) in [
        (1, &colleague, "team-account"),
        (2, &privileged, "privileged-group"),
    ] {
        let asked = wants_unlock(&claire, account).await;
        let number_args = args().number("number", number);
        desk.shows_with(&asked, Fr, "requested-heading", &number_args);
        let shown = card(&claire, &desk, number, "requested").await;
        let why = desk.text(De, &format!("request-rule-{rule}"), &args());
        assert!(shown.all_text().contains(&why), "{}", shown.all_text());
        let refused = shown.clicks("v1:approve:").await.unwrap();
        desk.shows(&refused, Fr, "refusal-own-request");
        assert!(is_locked(&desk, account).await);
    }
    // Lukas does not decide about his own account, Giulia does
    let refused = card(&lukas, &desk, 1, "requested").await;
    let refused = refused.clicks("v1:approve:").await.unwrap();
    desk.shows(&refused, De, "refusal-own-account");
    for (number, account) in [(1, &colleague), (2, &privileged)] {
        let shown = card(&giulia, &desk, number, "requested").await;
        shown.clicks("v1:approve:").await.unwrap();
        assert!(!is_locked(&desk, account).await);
    }
    // what the profile lists is under four eyes whoever asks
    desk.later(5);
    desk.add(EIAM, "jean.favre", |_| {}).await;
    let options = [
        ("user", "jean.favre"),
        ("kind", "username"),
        ("reason", "r:wrong-email-not"),
    ];
    let dialog = claire.types("/resend-code", &options).await.unwrap();
    let why = desk.text(Fr, "request-rule-four-eyes", &args());
    assert!(dialog.all_text().contains(&why), "{}", dialog.all_text());
}
