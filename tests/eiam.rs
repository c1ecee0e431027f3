//! The eIAM delegation portal: whole conversations, by the numbers of its procedure.

use deskhand::app::local::cast::{AUDREY, CLAIRE, EIAM, LUKAS, ODILE, SAM, URS};
use deskhand::domain::account::AccountState;
use deskhand::domain::code::CodeKind;
use deskhand::domain::language::Language::{De, En, Fr};
use deskhand::domain::lock::Lock;
use deskhand::locales::args;

use crate::support::desk::{TestDesk, address, locked_by_portal, on_both, scopes};

const OLD: &str = "r:code-older-than-a-month";

/// The typed code of a mail: five groups of five.
fn code_in(text: &str) -> String {
    let is_code = |word: &&str| word.len() == 29 && word.split('-').all(|group| group.len() == 5);
    text.split_whitespace()
        .find(is_code)
        .expect("a code")
        .to_owned()
}

on_both! {
    /// The refusal names the missing role, and staff are told who decides.
    async fn e01_only_superusers_change_anything(desk: TestDesk) {
        let account = desk.add(EIAM, "anne.berset", |data| data.lock = locked_by_portal()).await;
        for outsider in [ODILE, AUDREY] {
            let refused = desk.person(EIAM, outsider).types("/lock-status", &[("user", "anne.berset")]).await.unwrap();
            assert!(refused.all_text().contains("<@&940000000000000001>"), "{}", refused.all_text());
        }
        let sam = desk.person(EIAM, SAM);
        let card = sam.types("/lock-status", &[("user", "anne.berset")]).await.unwrap();
        desk.shows_with(&card, En, "card-heading", &args().set("name", "Anne Berset"));
        let why = desk.text(En, "request-rule-staff", &args());
        let asks = args().set("why", why).set("role", "<@&940000000000000001>");
        desk.shows_with(&card, En, "dialog-asks", &asks);
        let dialog = card.clicks("v1:card-unlock:").await.unwrap();
        let dialog = dialog.clicks("v1:open-reason").await.unwrap().submits(&[("text", "Locked out")]).await.unwrap();
        desk.shows(&dialog, En, "dialog-ready-to-ask");
        let asked = dialog.clicks("v1:confirm").await.unwrap();
        desk.shows_with(&asked, En, "requested-heading", &args().number("number", 1_u64));

        let other = desk.person(EIAM, URS).types("/lock-status", &[("user", "anne.berset")]).await.unwrap();
        desk.shows(&other, De, "refusal-person-not-found");
        assert!(desk.facts(EIAM, &account).await.account.data.lock.is_locked());
        let expected = [("use-command", "refused"), ("use-command", "refused"), ("view-card", "viewed"), ("open-request", "done"), ("view-card", "refused")];
        let audited = desk.audited(EIAM).await;
        assert_eq!(audited.iter().map(|(action, result)| (action.as_str(), result.as_str())).collect::<Vec<_>>(), expected);
    }

    async fn e04_two_named_reasons_are_offered_beside_free_text(desk: TestDesk) {
        desk.add(EIAM, "anne.berset", |_| {}).await;
        let claire = desk.person(EIAM, CLAIRE);
        let offered = claire.suggests("/resend-code", "reason", "", &[]).await.unwrap();
        let values: Vec<_> = offered.iter().map(|choice| choice.value.clone()).collect();
        assert_eq!(values, ["r:wrong-email", OLD]);
        let dialog = claire.types("/resend-code", &[("user", "anne.berset"), ("kind", "onboarding")]).await.unwrap();
        let menu = dialog.selects().into_iter().find(|menu| menu.custom_id.starts_with("v1:pick-reason")).unwrap();
        assert_eq!(menu.options.len(), 2);
        let form = dialog.clicks("v1:open-reason").await.unwrap();
        let dialog = form.submits(&[("text", "Demandé par téléphone")]).await.unwrap();
        assert!(dialog.all_text().contains("Demandé par téléphone"));
    }

    async fn e05_code_age_counts_from_sending_by_calendar_month(desk: TestDesk) {
        let account = desk.add(EIAM, "anne.berset", |data| data.state = AccountState::Invited).await;
        let claire = desk.person(EIAM, CLAIRE);
        let options = [("user", "anne.berset"), ("kind", "onboarding"), ("reason", OLD)];
        let dialog = claire.types("/resend-code", &options).await.unwrap();
        desk.confirms(&dialog, Fr, &account).await;
        let code = desk.facts(EIAM, &account).await.open_codes[0].clone();
        let sent = code.sent_at.expect("the mail server accepted the mail");
        assert!(sent >= code.issued_at);
        let zone = jiff::tz::TimeZone::get("Europe/Zurich").unwrap();
        assert_eq!(code.expires_at, deskhand::domain::code_life::Life::Months(1).end(sent, &zone));

        let minutes_left = code.expires_at.duration_since(sent).as_secs() / 60;
        desk.later(minutes_left - 5);
        let reminder = [("user", "anne.berset"), ("kind", "reminder"), ("reason", "Rappel demandé")];
        let dialog = claire.types("/resend-code", &reminder).await.unwrap();
        desk.confirms(&dialog, Fr, &account).await;
        desk.later(10);
        let dialog = claire.types("/resend-code", &reminder).await.unwrap();
        let refused = dialog.clicks("v1:confirm").await.unwrap();
        assert!(refused.buttons().iter().any(|button| button.custom_id.starts_with("v1:kind-onboarding")));
    }

    async fn e06_a_wrong_address_is_corrected_before_any_code_leaves(desk: TestDesk) {
        let account = desk.add(EIAM, "anne.berset", |data| data.state = AccountState::Invited).await;
        let claire = desk.person(EIAM, CLAIRE);
        let options = [("user", "anne.berset"), ("kind", "onboarding"), ("reason", "r:wrong-email")];
        let dialog = claire.types("/resend-code", &options).await.unwrap();
        let confirm = dialog.buttons().into_iter().find(|button| button.custom_id.starts_with("v1:confirm")).unwrap();
        assert!(confirm.disabled, "no confirm before the address is corrected");
        let forced = claire.clicks_forged(dialog.message_id(), &confirm.custom_id).await.unwrap();
        desk.shows(&forced, Fr, "refusal-incomplete");

        let form = dialog.clicks("v1:open-address").await.unwrap();
        let dialog = form.submits(&[("text", "anne.berset@hopital.example.ch")]).await.unwrap();
        let confirm = dialog.buttons().into_iter().find(|button| button.custom_id.starts_with("v1:confirm")).unwrap();
        assert!(confirm.disabled, "no confirm before the person is verified (R09)");
        let dialog = dialog.selects_values("v1:pick-verification", &["call-back"]).await.unwrap();
        desk.confirms(&dialog, Fr, &account).await;

        let mails = desk.mails();
        assert_eq!(mails.len(), 1, "the wrong address receives nothing more: {mails:?}");
        assert!(mails[0].to.contains("anne.berset@hopital.example.ch"));
        let facts = desk.facts(EIAM, &account).await;
        assert_eq!(facts.account.data.email, Some(address("anne.berset@hopital.example.ch")));
        let detail = desk.audit_detail(EIAM, "correct-address").await;
        assert_eq!(detail["old"], "anne.berset@people.example.ch");
        assert_eq!(detail["new"], "anne.berset@hopital.example.ch");
        let row = desk.audit(EIAM).await.into_iter().find(|row| row.row.action == "correct-address").unwrap();
        assert_eq!(row.row.verification.as_deref(), Some("call-back"));

        // R10: a later send to an address changed shortly before needs a second person
        desk.later(10);
        let later = [("user", "anne.berset"), ("kind", "onboarding"), ("reason", OLD)];
        let dialog = claire.types("/resend-code", &later).await.unwrap();
        let asked = dialog.clicks("v1:confirm").await.unwrap();
        desk.shows_with(&asked, Fr, "requested-heading", &args().number("number", 1_u64));
        assert_eq!(desk.mails().len(), 1);
    }

    /// R19: any other change of the address is told to the one before.
    async fn e06_an_address_replaced_for_another_reason_is_told(desk: TestDesk) {
        let account = desk.add(EIAM, "anne.berset", |data| data.state = AccountState::Invited).await;
        let claire = desk.person(EIAM, CLAIRE);
        for (reason, new, told) in [(OLD, "anne@hopital.example.ch", "anne.berset@people"), ("Nouveau nom", "anne.favre@hopital.example.ch", "anne@hopital")] {
            let before = desk.mails().len();
            let options = [("user", "anne.berset"), ("kind", "onboarding"), ("reason", reason), ("email", new)];
            let dialog = claire.types("/resend-code", &options).await.unwrap();
            let dialog = dialog.selects_values("v1:pick-verification", &["call-back"]).await.unwrap();
            desk.confirms(&dialog, Fr, &account).await;
            let mails: Vec<_> = desk.mails().into_iter().skip(before).collect();
            assert_eq!(mails.len(), 2, "{reason}: {mails:?}");
            let notice = mails.iter().find(|mail| mail.to.contains(told)).expect("the notice");
            assert!(!notice.text.contains(new) && !notice.html.contains(new), "it names no new address");
            assert!(mails.iter().any(|mail| mail.to.contains(new)));
            desk.later(10);
        }
    }

    /// R10: what an import sets is the directory's own.
    async fn r10_an_address_that_an_import_replaced_since_needs_no_second_person(desk: TestDesk) {
        let account = desk.add(EIAM, "anne.berset", |data| data.state = AccountState::Invited).await;
        let claire = desk.person(EIAM, CLAIRE);
        let options = [("user", "anne.berset"), ("kind", "onboarding"), ("reason", "r:wrong-email"), ("email", "anne@hopital.example.ch")];
        let dialog = claire.types("/resend-code", &options).await.unwrap();
        let dialog = dialog.selects_values("v1:pick-verification", &["call-back"]).await.unwrap();
        desk.confirms(&dialog, Fr, &account).await;
        desk.change(EIAM, &account, |data| data.email = Some(address("anne.berset@canton.example.ch"))).await;
        desk.later(10);
        let later = [("user", "anne.berset"), ("kind", "onboarding"), ("reason", OLD)];
        let dialog = claire.types("/resend-code", &later).await.unwrap();
        desk.confirms(&dialog, Fr, &account).await;
        assert!(desk.mails().iter().any(|mail| mail.to.contains("anne.berset@canton.example.ch")));
    }

    async fn e09_the_traceability_message_is_mandatory_and_stands_in_the_audit_row(desk: TestDesk) {
        let account = desk.add(EIAM, "anne.berset", |_| {}).await;
        let claire = desk.person(EIAM, CLAIRE);
        for blank in ["   ", "\u{3000}"] {
            let options = [("user", "anne.berset"), ("kind", "reset"), ("reason", blank)];
            let dialog = claire.types("/resend-code", &options).await.unwrap();
            desk.shows(&dialog, Fr, "refusal-reason-blank");
            let confirm = dialog.buttons().into_iter().find(|button| button.custom_id.starts_with("v1:confirm")).unwrap();
            assert!(confirm.disabled);
            claire.clicks_forged(dialog.message_id(), &confirm.custom_id).await.unwrap();
        }
        assert!(desk.facts(EIAM, &account).await.open_codes.is_empty());
        let dialog = claire.types("/resend-code", &[("user", "anne.berset"), ("kind", "reset")]).await.unwrap();
        let form = dialog.clicks("v1:open-reason").await.unwrap();
        let dialog = form.submits(&[("text", "Mot de passe oublié, @everyone **gras**")]).await.unwrap();
        assert!(dialog.all_text().contains("\\*\\*gras\\*\\*"), "{}", dialog.all_text());
        desk.confirms(&dialog, Fr, &account).await;
        assert_eq!(desk.audit_detail(EIAM, "send-reset").await["reason"], "Mot de passe oublié, @everyone **gras**");
    }

    async fn e12_a_reminder_repeats_the_newest_open_code_and_makes_none(desk: TestDesk) {
        let account = desk.add(EIAM, "anne.berset", |data| data.state = AccountState::Invited).await;
        let claire = desk.person(EIAM, CLAIRE);
        let onboarding = [("user", "anne.berset"), ("kind", "onboarding"), ("reason", OLD)];
        let dialog = claire.types("/resend-code", &onboarding).await.unwrap();
        desk.confirms(&dialog, Fr, &account).await;
        let before = desk.facts(EIAM, &account).await.open_codes;
        desk.later(3 * 24 * 60);
        let reminder = [("user", "anne.berset"), ("kind", "reminder"), ("reason", "Courrier introuvable")];
        let dialog = claire.types("/resend-code", &reminder).await.unwrap();
        desk.confirms(&dialog, Fr, &account).await;
        assert_eq!(desk.facts(EIAM, &account).await.open_codes, before, "none made, none extended, none killed");
        let mails = desk.mails();
        assert_eq!(code_in(&mails[0].text), code_in(&mails[1].text), "the reminder repeats the code");
        let zone = jiff::tz::TimeZone::get("Europe/Zurich").unwrap();
        let date = |at| deskhand::locales::time::date(Fr, at, &zone);
        for named in [date(before[0].sent_at.unwrap()), date(before[0].expires_at)] {
            assert!(mails[1].text.contains(&named), "{named} in {}", mails[1].text);
        }

        desk.later(10);
        let dialog = claire.types("/resend-code", &onboarding).await.unwrap();
        desk.confirms(&dialog, Fr, &account).await;
        let after = desk.facts(EIAM, &account).await.open_codes;
        assert_eq!(after.len(), 1, "a new code kills the old one");
        assert_ne!(after[0].id, before[0].id);
        assert_ne!(code_in(&desk.mails()[2].text), code_in(&mails[0].text));
    }

    async fn e13_a_reminder_of_an_expired_code_is_refused_and_a_new_code_proposed(desk: TestDesk) {
        let account = desk.add(EIAM, "anne.berset", |data| data.state = AccountState::Invited).await;
        let claire = desk.person(EIAM, CLAIRE);
        let reminder = [("user", "anne.berset"), ("kind", "reminder"), ("reason", "Courrier introuvable")];
        let none = claire.types("/resend-code", &reminder).await.unwrap().clicks("v1:confirm").await.unwrap();
        desk.shows(&none, Fr, "refusal-no-open-code");

        let onboarding = [("user", "anne.berset"), ("kind", "onboarding"), ("reason", OLD)];
        let dialog = claire.types("/resend-code", &onboarding).await.unwrap();
        desk.confirms(&dialog, Fr, &account).await;
        desk.later(33 * 24 * 60);
        let refused = claire.types("/resend-code", &reminder).await.unwrap().clicks("v1:confirm").await.unwrap();
        assert_eq!(desk.audit(EIAM).await.pop().unwrap().row.failure.as_deref(), Some("code-expired"));
        let dialog = refused.clicks("v1:kind-onboarding").await.unwrap();
        desk.confirms(&dialog, Fr, &account).await;
        let codes = desk.facts(EIAM, &account).await.open_codes;
        assert_eq!(codes.iter().map(|code| code.kind).collect::<Vec<_>>(), [CodeKind::Onboarding]);
        assert_eq!(desk.mails().len(), 2);
    }

    /// R24: unlock never touches the password, unlock and reset are audited apart.
    async fn r24_unlock_reset_and_both_are_three_actions(desk: TestDesk) {
        let account = desk.add(EIAM, "anne.berset", |data| data.lock = locked_by_portal()).await;
        let lukas = desk.person(EIAM, LUKAS);
        let card = lukas.types("/lock-status", &[("user", "ANNE.BERSET")]).await.unwrap();
        let dialog = card.clicks("v1:card-unlock-and-reset").await.unwrap();
        let dialog = dialog.clicks("v1:open-reason").await.unwrap().submits(&[("text", "Anruf, Rückruf")]).await.unwrap();
        desk.confirms(&dialog, De, &account).await;
        let facts = desk.facts(EIAM, &account).await;
        assert_eq!(facts.account.data.lock, Lock::OPEN);
        assert_eq!(facts.open_codes[0].kind, CodeKind::ResetLink);
        assert_eq!(desk.mails().len(), 1, "the letter with the link tells of the unlock too");
        let audited = desk.audited(EIAM).await;
        let actions: Vec<_> = audited.iter().map(|(action, _)| action.as_str()).collect();
        assert_eq!(actions, ["view-card", "unlock", "send-reset"]);

        let again = card.clicks("v1:card-unlock:").await.unwrap();
        let again = again.clicks("v1:open-reason").await.unwrap().submits(&[("text", "Noch einmal")]).await.unwrap();
        let refused = again.clicks("v1:confirm").await.unwrap();
        desk.shows(&refused, De, "refusal-not-locked");
    }

    /// Seeing needs one of the scopes, changing all of them: it is asked for, and the card names who decides.
    async fn an_account_of_two_cantons_needs_authority_over_both(desk: TestDesk) {
        desk.add(EIAM, "wide.person", |data| data.scopes.extend(scopes("ZH/USZ"))).await;
        let card = desk.person(EIAM, CLAIRE).types("/lock-status", &[("user", "wide.person")]).await.unwrap();
        let dialog = card.clicks("v1:card-reset:").await.unwrap();
        let asks = args().set("why", desk.text(Fr, "request-rule-other-scopes", &args())).set("role", "<@&940000000000000001>, <@&940000000000000002>");
        desk.shows_with(&dialog, Fr, "dialog-asks", &asks);
    }

    /// R17: one send per two minutes and five a day to one person.
    async fn r17_sends_to_one_person_are_limited(desk: TestDesk) {
        let account = desk.add(EIAM, "anne.berset", |_| {}).await;
        let claire = desk.person(EIAM, CLAIRE);
        let username = [("user", "anne.berset"), ("kind", "username"), ("reason", "Demandé")];
        for _ in 0..5 {
            let dialog = claire.types("/resend-code", &username).await.unwrap();
            desk.confirms(&dialog, Fr, &account).await;
            let dialog = claire.types("/resend-code", &username).await.unwrap();
            dialog.clicks("v1:confirm").await.unwrap();
            assert_eq!(desk.audit(EIAM).await.pop().unwrap().row.failure.as_deref(), Some("sent-too-recently"));
            desk.later(3);
        }
        let dialog = claire.types("/resend-code", &username).await.unwrap();
        dialog.clicks("v1:confirm").await.unwrap();
        assert_eq!(desk.audit(EIAM).await.pop().unwrap().row.failure.as_deref(), Some("too-many-to-person"));
        assert_eq!(desk.mails().len(), 5);
    }
}
