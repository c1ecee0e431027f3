//! A helper is frozen at once, and what they asked for is void (R39).

use deskhand::app::local::cast::{CLAIRE, EIAM, LUKAS, SAM, URS};
use deskhand::domain::language::Language::{De, En, Fr};
use deskhand::locales::args;

use super::kit::*;
use crate::support::desk::{TestDesk, on_both};

on_both! {
    async fn r39_a_frozen_helper_can_do_nothing_until_set_free(desk: TestDesk) {
        let account = locked(&desk, "anne.berset").await;
        sam_asks(&desk, &account).await;
        let (claire, sam) = (desk.person(EIAM, CLAIRE), desk.person(EIAM, SAM));
        let shown = card(&claire, &desk, 1, "requested").await;
        let half_done = sam.types("/lock-status", &[("user", "anne.berset")]).await.unwrap();
        let frozen = claire.types("/desk freeze", &[("member", &SAM.to_string()), ("reason", "Auffällige Anfragen")]).await.unwrap();
        desk.shows_with(&frozen, Fr, "frost-done-freeze", &args().set("member", format!("<@{SAM}>")).number("count", 1_u64));
        assert!(frozen.pings().is_nobody());
        card(&claire, &desk, 1, "void").await;

        for refused in [
            sam.types("/lock-status", &[("user", "anne.berset")]).await.unwrap(),
            sam.types("/requests", &[]).await.unwrap(),
            half_done.clicks("v1:card-unlock:").await.unwrap(),
        ] {
            desk.shows(&refused, En, "refusal-frozen");
        }
        assert!(sam.suggests("/lock-status", "user", "berset", &[]).await.unwrap().is_empty(), "autocomplete too (R01)");
        let who = sam.types("/desk whoami", &[]).await.unwrap();
        desk.shows(&who, En, "whoami-frozen");
        let approve = shown.buttons()[0].custom_id.clone();
        let ended = claire.clicks_forged(shown.message_id(), &approve).await.unwrap();
        assert!(ended.all_text().contains(&desk.text(Fr, "request-state-void", &args())), "{}", ended.all_text());

        let again = claire.types("/desk freeze", &[("member", &SAM.to_string()), ("reason", "noch einmal")]).await.unwrap();
        desk.shows(&again, Fr, "refusal-already-frozen");
        let free = desk.person(EIAM, LUKAS).types("/desk unfreeze", &[("member", &SAM.to_string()), ("reason", "Geklärt")]).await.unwrap();
        desk.shows_with(&free, De, "frost-done-unfreeze", &args().set("member", format!("<@{SAM}>")));
        sam_asks(&desk, &account).await;
        card(&claire, &desk, 2, "requested").await;
        let rows = desk.audited(EIAM).await;
        for expected in ["freeze-member", "unfreeze-member", "void-request"] {
            assert!(rows.iter().any(|(action, _)| action == expected), "{expected} in {rows:?}");
        }
        let frozen = desk.audit(EIAM).await.into_iter().find(|row| row.row.action == "freeze-member").unwrap();
        assert!(frozen.detail.unwrap().1.contains("Auffällige Anfragen"));
    }

    async fn what_is_missing_is_asked_for(desk: TestDesk) {
        let claire = desk.person(EIAM, CLAIRE);
        let ask = claire.types("/desk freeze", &[]).await.unwrap();
        desk.shows(&ask, Fr, "frost-ask-freeze");
        let form = ask.selects_values("v1:who-freeze", &[&SAM.to_string()]).await.unwrap();
        let done = form.submits(&[("text", "Laptop verloren")]).await.unwrap();
        desk.shows_with(&done, Fr, "frost-done-freeze", &args().set("member", format!("<@{SAM}>")).number("count", 0_u64));
        let form = claire.types("/desk unfreeze", &[("member", &SAM.to_string())]).await.unwrap();
        assert!(form.modal().is_some(), "the reason is asked for");
        let blank = form.submits(&[("text", "  ")]).await.unwrap();
        desk.shows(&blank, Fr, "refusal-reason-blank");
    }

    async fn only_superusers_freeze_and_nobody_themselves(desk: TestDesk) {
        let member = LUKAS.to_string();
        let options = [("member", member.as_str()), ("reason", "x")];
        let refused = desk.person(EIAM, SAM).types("/desk freeze", &options).await.unwrap();
        desk.shows(&refused, En, "refused-heading");
        assert_eq!(last_row(&desk).await, ("freeze-member".to_owned(), Some("missing-role".to_owned())));
        let oneself = desk.person(EIAM, LUKAS).types("/desk freeze", &options).await.unwrap();
        desk.shows(&oneself, De, "refusal-freeze-oneself");
        let not_frozen = desk.person(EIAM, URS).types("/desk unfreeze", &options).await.unwrap();
        desk.shows(&not_frozen, De, "refusal-not-frozen");
        let done = desk.person(EIAM, URS).types("/desk freeze", &options).await.unwrap();
        desk.shows_with(&done, De, "frost-done-freeze", &args().set("member", format!("<@{LUKAS}>")).number("count", 0_u64));
        let account = locked(&desk, "anne.berset").await;
        sam_asks(&desk, &account).await;
        let refused = card(&desk.person(EIAM, LUKAS), &desk, 1, "requested").await.clicks("v1:approve:").await.unwrap();
        desk.shows(&refused, De, "refusal-frozen");
        assert!(is_locked(&desk, &account).await);
    }
}
