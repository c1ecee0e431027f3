//! `/requests`: what waits for the caller or was asked by them, a page at a time, each view audited.

use deskhand::app::local::cast::{AUDREY, CLAIRE, EIAM, ODILE, SAM, URS};
use deskhand::domain::language::Language::{De, En, Fr};
use deskhand::locales::args;

use super::kit::*;
use crate::support::desk::{TestDesk, on_both, scopes};

on_both! {
    async fn everybody_sees_their_own_and_superusers_those_of_their_scopes(desk: TestDesk) {
        let account = locked(&desk, "anne.berset").await;
        let elsewhere = locked(&desk, "urs.zuerich").await;
        desk.change(EIAM, &elsewhere, |data| data.scopes = scopes("ZH/USZ")).await;
        for _ in 0..6 {
            sam_asks(&desk, &account).await;
        }
        sam_asks(&desk, &elsewhere).await;
        let offered = |reply: &deskhand::sandbox::Reply| reply.selects().into_iter().find(|menu| menu.custom_id.starts_with("v1:pick-request")).map_or(0, |menu| menu.options.len());

        let claire = desk.person(EIAM, CLAIRE);
        let page = claire.types("/requests", &[]).await.unwrap();
        assert_eq!(offered(&page), 5);
        let second = page.clicks("v1:seen-requested").await.unwrap();
        assert_eq!(offered(&second), 1, "the one of another canton is not Claire's");
        assert!(second.buttons().iter().any(|button| button.label == desk.text(Fr, "requests-newest-label", &args())));
        let urs = desk.person(EIAM, URS).types("/requests", &[]).await.unwrap();
        assert_eq!(offered(&urs), 1);
        let sam = desk.person(EIAM, SAM).types("/requests", &[]).await.unwrap();
        assert_eq!(offered(&sam), 5, "staff see what they asked for");
        let mine = claire.types("/requests", &[("mine", "true")]).await.unwrap();
        desk.shows(&mine, Fr, "requests-none");
        for outsider in [ODILE, AUDREY] {
            let refused = desk.person(EIAM, outsider).types("/requests", &[]).await.unwrap();
            assert!(offered(&refused) == 0 && refused.buttons().is_empty());
            assert_eq!(last_row(&desk).await.1.as_deref(), Some("missing-role"));
        }
        let views = desk.audit(EIAM).await.into_iter().filter(|row| row.row.action == "view-requests").count();
        assert_eq!(views, 5, "one row a page");
        let all = claire.types("/requests", &[("state", "all")]).await.unwrap();
        assert_eq!(offered(&all), 5);
        let denied = all.selects_values("v1:pick-state-seen", &["denied"]).await.unwrap();
        desk.shows(&denied, Fr, "requests-none");
    }

    async fn a_request_is_decided_from_the_list(desk: TestDesk) {
        let account = locked(&desk, "anne.berset").await;
        sam_asks(&desk, &account).await;
        let claire = desk.person(EIAM, CLAIRE);
        let page = claire.types("/requests", &[]).await.unwrap();
        let value = page.selects().into_iter().find(|menu| menu.custom_id.starts_with("v1:pick-request")).unwrap().options[0].value.clone();
        let shown = page.selects_values("v1:pick-request", &[&value]).await.unwrap();
        assert!(shown.all_text().contains("Anne Berset") && !shown.all_text().contains("anne.berset@people.example.ch is"), "{}", shown.all_text());
        assert_eq!(shown.buttons().len(), 3);
        let done = shown.clicks("v1:approve:").await.unwrap();
        desk.shows(&done, Fr, "done-unlocked");
        card(&claire, &desk, 1, "executed").await;
        let sam = desk.person(EIAM, SAM);
        let mine = sam.types("/requests", &[("state", "executed"), ("mine", "true")]).await.unwrap();
        let state = desk.text(En, "request-state-executed", &args());
        assert!(mine.all_text().contains(&state), "{}", mine.all_text());
        let foreign = desk.person(EIAM, URS).clicks_forged(mine_message(&desk), &format!("v1:show-request:{value}")).await.unwrap();
        desk.shows(&foreign, De, "refusal-request-not-found");
        let own = sam.clicks_forged(mine_message(&desk), &format!("v1:show-request:{value}")).await.unwrap();
        assert!(own.buttons().is_empty(), "nothing more to do: {:?}", own.buttons());
    }
}

/// A message of the support channel whose component a forged click may name.
fn mine_message(desk: &TestDesk) -> u64 {
    desk.person(EIAM, CLAIRE).says("hello").expect("a message")
}
