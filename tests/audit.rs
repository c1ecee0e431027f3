//! `/audit` and the card's timeline: for auditors and superusers, in words, masked, and itself audited (R33).

use deskhand::app::local::cast::{AUDREY, CLAIRE, EIAM, EXTRANET, LUKAS, ODILE, SAM, URS};
use deskhand::domain::language::Language::{De, En, Fr};
use deskhand::locales::args;
use deskhand::sandbox::Reply;

use crate::support::desk::{TestDesk, locked_by_portal, on_both, scopes};

/// The numbers of the rows on a page.
fn numbers(page: &Reply) -> Vec<i64> {
    let fields = page.embeds()[0]["fields"]
        .as_array()
        .cloned()
        .unwrap_or_default();
    fields
        .iter()
        .filter_map(|field| field["name"].as_str()?.split(" · ").next()?.parse().ok())
        .collect()
}

fn has(page: &Reply, button: &str) -> bool {
    page.buttons()
        .iter()
        .any(|shown| shown.custom_id.starts_with(button))
}

on_both! {
    async fn r30_each_row_says_who_what_to_whom_why_and_how_it_ended(desk: TestDesk) {
        let account = desk.add(EIAM, "anne.berset", |data| data.lock = locked_by_portal()).await;
        let claire = desk.person(EIAM, CLAIRE);
        let options = [("user", "anne.berset"), ("kind", "reset"), ("reason", "r:wrong-email"), ("email", "new.address@hopital.example.ch")];
        let dialog = claire.types("/resend-code", &options).await.unwrap();
        let dialog = dialog.selects_values("v1:pick-verification", &["call-back"]).await.unwrap();
        desk.confirms(&dialog, Fr, &account).await;
        let card = claire.types("/lock-status", &[("user", "anne.berset")]).await.unwrap();
        let dialog = card.clicks("v1:card-unlock:").await.unwrap();
        let reason = "@everyone **gras**, écrire à autre.personne@example.ch";
        let dialog = dialog.clicks("v1:open-reason").await.unwrap().submits(&[("text", reason)]).await.unwrap();
        desk.confirms(&dialog, Fr, &account).await;
        let refused = desk.person(EIAM, ODILE).types("/lock-status", &[("user", "anne.berset")]).await.unwrap();
        desk.shows(&refused, De, "refused-heading");

        let audrey = desk.person(EIAM, AUDREY);
        let page = audrey.types("/audit", &[]).await.unwrap();
        desk.shows(&page, Fr, "audit-heading");
        let shown = page.all_text();
        for part in ["audit-action-unlock", "audit-action-send-reset", "audit-action-correct-address", "audit-result-done", "audit-action-use-command", "audit-refusal-missing-role", "reason-wrong-email-option", "verification-call-back-option"] {
            assert!(shown.contains(&desk.text(Fr, part, &args())), "{part} in {shown}");
        }
        for part in ["A. Berset", "<@950000000000000001> (<@&940000000000000001>)", "a***@people", "n***@hopital", "<t:"] {
            assert!(shown.replace(['\\', '\u{200B}'], "").contains(part), "{part} in {shown}");
        }
        for full in ["new.address", "autre.personne", "Anne", "**gras**"] {
            assert!(!shown.contains(full), "{full} in {shown}");
        }
        assert!(page.pings().is_nobody());
        let all = numbers(&page);
        assert!(all.windows(2).all(|pair| pair[0] == pair[1] + 1), "newest first: {all:?}");
        let last = desk.audit(EIAM).await.pop().unwrap().row;
        assert_eq!((last.action.as_str(), last.result.as_str(), last.account), ("view-timeline", "viewed", None));
        assert_eq!(last.actor.role.map(|role| role.0), Some(940_000_000_000_000_004));
    }

    async fn twenty_five_rows_are_paged_both_ways_with_one_audit_row_a_page(desk: TestDesk) {
        let account = desk.add(EIAM, "anne.berset", |_| {}).await;
        let other = desk.add(EIAM, "urs.meier", |data| data.scopes = scopes("ZH/USZ")).await;
        let (claire, urs) = (desk.person(EIAM, CLAIRE), desk.person(EIAM, URS));
        for _ in 0..25 {
            claire.types("/lock-status", &[("user", "anne.berset")]).await.unwrap();
        }
        for _ in 0..3 {
            urs.types("/lock-status", &[("user", "urs.meier")]).await.unwrap();
        }
        let before = desk.audit(EIAM).await.len();
        let audrey = desk.person(EIAM, AUDREY);
        let first = audrey.types("/audit", &[("user", "anne.berset"), ("since", "24h")]).await.unwrap();
        desk.shows_with(&first, Fr, "audit-heading-person", &args().set("name", "A. Berset"));
        desk.shows(&first, Fr, "since-24h-option");
        assert!(has(&first, "v1:trail-24h-older:") && !has(&first, "v1:trail-24h-newer:"));
        let second = first.clicks("v1:trail-24h-older").await.unwrap();
        let third = second.clicks("v1:trail-24h-older").await.unwrap();
        let back = third.clicks("v1:trail-24h-newer").await.unwrap();
        assert_eq!([&first, &second, &third].map(|page| numbers(page).len()), [10, 10, 5]);
        assert_eq!(numbers(&back), numbers(&second));
        assert!(!has(&third, "v1:trail-24h-older:"));
        let rows = desk.audit(EIAM).await;
        assert_eq!(rows.len(), before + 4);
        assert!(rows[before..].iter().all(|row| row.row.action == "view-timeline" && row.row.account == Some(account.id)));
        assert_eq!(desk.audit_detail(EIAM, "view-timeline").await["since"], "24h");

        // what is too long ago is left out
        desk.later(3 * 24 * 60);
        let day = audrey.types("/audit", &[("user", "anne.berset"), ("since", "24h")]).await.unwrap();
        desk.shows(&day, Fr, "audit-nothing");
        let week = audrey.types("/audit", &[("user", "anne.berset"), ("since", "7d")]).await.unwrap();
        assert_eq!(numbers(&week).len(), 10);

        // a superuser sees what is about accounts in their scopes, and nothing else
        let own = urs.types("/audit", &[]).await.unwrap();
        assert_eq!(numbers(&own).len(), 3, "{}", own.all_text());
        assert!(own.all_text().contains("U. Meier") && !own.all_text().contains("Berset"));
        let refused = urs.types("/audit", &[("user", &format!("a:{}", account.id))]).await.unwrap();
        desk.shows(&refused, De, "refusal-person-not-found");
        let forged = format!("v1:trail-all-older:{}.9223372036854775807", account.id);
        let refused = urs.clicks_forged(own.message_id(), &forged).await.unwrap();
        desk.shows(&refused, De, "refusal-person-not-found");
        for forged in ["v1:trail-all-older:all.-5", "v1:trail-all-newer:all.9223372036854775807"] {
            let page = urs.clicks_forged(own.message_id(), forged).await.unwrap();
            desk.shows(&page, De, "audit-nothing");
        }
        for forged in ["v1:trail-all-older:all", "v1:trail-1d-older:all.1", "v1:trail-all-older:x.1", "v1:trail-all-sideways:all.1"] {
            let refused = urs.clicks_forged(own.message_id(), forged).await.unwrap();
            desk.shows(&refused, De, "refusal-old-component");
        }
        let theirs = desk.person(EIAM, LUKAS).types("/audit", &[("user", &format!("a:{}", other.id))]).await.unwrap();
        desk.shows(&theirs, De, "refusal-person-not-found");
    }

    async fn r33_auditors_read_and_act_on_nothing_and_staff_do_not_read(desk: TestDesk) {
        let account = desk.add(EIAM, "anne.berset", |data| data.lock = locked_by_portal()).await;
        let audrey = desk.person(EIAM, AUDREY);
        let found = audrey.suggests("/audit", "user", "bers", &[]).await.unwrap();
        assert!(found.iter().any(|choice| choice.value == format!("a:{}", account.id)));
        assert!(audrey.suggests("/lock-status", "user", "bers", &[]).await.unwrap().is_empty());
        let page = audrey.types("/audit", &[]).await.unwrap();
        for forged in [format!("v1:card-unlock:{}", account.id), format!("v1:show-card:{}", account.id), "v1:lists:0".to_owned()] {
            let refused = audrey.clicks_forged(page.message_id(), &forged).await.unwrap();
            desk.shows(&refused, Fr, "refused-heading");
        }
        assert!(desk.facts(EIAM, &account).await.account.data.lock.is_locked());

        let sam = desk.person(EIAM, SAM);
        let card = sam.types("/lock-status", &[("user", "anne.berset")]).await.unwrap();
        assert!(!has(&card, "v1:timeline"));
        for refused in [sam.types("/audit", &[]).await.unwrap(), sam.clicks_forged(card.message_id(), &format!("v1:timeline:{}", account.id)).await.unwrap()] {
            desk.shows(&refused, En, "refused-heading");
            assert!(refused.all_text().contains("<@&940000000000000004>"), "it names who may: {}", refused.all_text());
        }
        let last = desk.audit(EIAM).await.pop().unwrap().row;
        assert_eq!((last.action.as_str(), last.failure.as_deref()), ("view-timeline", Some("missing-role")));
    }

    async fn the_card_of_a_superuser_leads_to_the_timeline(desk: TestDesk) {
        let account = desk.add(EIAM, "anne.berset", |_| {}).await;
        desk.add(EXTRANET, "paul.hofer", |_| {}).await;
        let claire = desk.person(EIAM, CLAIRE);
        let card = claire.types("/lock-status", &[("user", "anne.berset")]).await.unwrap();
        let page = card.clicks("v1:timeline").await.unwrap();
        desk.shows_with(&page, Fr, "audit-heading-person", &args().set("name", "A. Berset"));
        assert_eq!(numbers(&page).len(), 1);
        let last = desk.audit(EIAM).await.pop().unwrap().row;
        assert_eq!((last.action.as_str(), last.account), ("view-timeline", Some(account.id)));
        assert!(desk.audit(EXTRANET).await.is_empty(), "nothing crosses desks");
    }
}
