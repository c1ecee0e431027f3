//! The accommodation extranet: whole conversations, by the numbers of its procedure.

use deskhand::app::local::cast::{CLAIRE, EMMA, EXTRANET};
use deskhand::domain::code::CodeKind;
use deskhand::domain::language::Language::{En, Fr};
use deskhand::locales::args;

use crate::support::desk::{TestDesk, on_both, scopes};

on_both! {
    async fn x02_the_address_of_a_login_is_never_edited(desk: TestDesk) {
        let account = desk.add(EXTRANET, "paul.hofer", |data| data.scopes = scopes("entity-1/property-7")).await;
        let emma = desk.person(EXTRANET, EMMA);
        let options = [("user", "paul.hofer"), ("kind", "reset"), ("email", "new@hotel.example.com"), ("reason", "Asked")];
        let dialog = emma.types("/resend-code", &options).await.unwrap();
        desk.shows(&dialog, En, "refusal-address-not-editable");
        assert!(dialog.buttons().iter().all(|button| !button.custom_id.contains("address")), "there is no such action");
        let forged = format!("v1:card-correct-address:{}", account.id);
        let forged = emma.clicks_forged(dialog.message_id(), &forged).await.unwrap();
        assert!(forged.buttons().iter().all(|button| !button.custom_id.contains("open-address")));
        assert_eq!(desk.facts(EXTRANET, &account).await.account.data, account.data);
        assert!(desk.mails().is_empty());
    }

    async fn x04_a_forgotten_password_or_user_name_means_reset_not_change(desk: TestDesk) {
        let account = desk.add(EXTRANET, "paul.hofer", |data| data.scopes = scopes("entity-1/property-7")).await;
        let claire = desk.person(EXTRANET, CLAIRE);
        let dialog = claire.types("/resend-code", &[("user", "paul.hofer"), ("kind", "onboarding")]).await.unwrap();
        let kinds = ["reminder", "reset", "username"].map(|kind| desk.text(Fr, &format!("kind-{kind}-option"), &args()));
        let kind = desk.text(Fr, "kind-onboarding-option", &args());
        let refusal = args().set("kind", kind).set("kinds", kinds.join(", "));
        desk.shows_with(&dialog, Fr, "refusal-kind-not-in-profile", &refusal);

        let reset = [("user", "paul.hofer"), ("kind", "reset"), ("reason", "r:forgotten-password")];
        let dialog = claire.types("/resend-code", &reset).await.unwrap();
        desk.confirms(&dialog, Fr, &account).await;
        let facts = desk.facts(EXTRANET, &account).await;
        assert_eq!(facts.open_codes[0].kind, CodeKind::ResetLink);
        let mail = desk.mails().pop().unwrap();
        assert!(mail.text.contains("https://portal.example.org/code?c="), "{}", mail.text);

        desk.later(10);
        let username = [("user", "paul.hofer"), ("kind", "username"), ("reason", "r:forgotten-username")];
        let dialog = claire.types("/resend-code", &username).await.unwrap();
        desk.confirms(&dialog, Fr, &account).await;
        assert_eq!(desk.facts(EXTRANET, &account).await.open_codes, facts.open_codes, "no code is made or killed");
        assert!(desk.mails()[1].text.contains("paul.hofer"));
    }
}
