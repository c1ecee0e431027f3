//! `/desk whoami`: what the caller may do and why, for everybody in the guild.

use deskhand::app::local::cast::{
    AUDREY, CLAIRE, EIAM, EMMA, GIULIA, LUKAS, ODILE, SAM, SCHOOL, URS,
};
use deskhand::domain::language::Language::{De, En, Fr, It};
use deskhand::locales::args;

use crate::support::desk::{Backend, TestDesk, on_both};

const SUPERUSER: &str = "<@&940000000000000001>";
const OTHER: &str = "<@&940000000000000002>";
const STAFF: &str = "<@&940000000000000003>";
const AUDITOR: &str = "<@&940000000000000004>";

on_both! {
    async fn each_part_is_told_with_the_role_that_gives_it(desk: TestDesk) {
        let claire = desk.person(EIAM, CLAIRE).types("/desk whoami", &[]).await.unwrap();
        desk.shows(&claire, Fr, "whoami-superuser-text");
        assert!(claire.all_text().contains(&format!("{SUPERUSER}: VD, BE, TI, GE")), "{}", claire.all_text());
        desk.shows(&claire, Fr, "whoami-own-unknown");
        desk.shows(&claire, Fr, "whoami-others-scopes");
        desk.shows_with(&claire, Fr, "whoami-others-address", &args().number("days", 7_u64));
        assert!(!claire.all_text().contains(OTHER) && !claire.all_text().contains(AUDITOR));
        assert!(claire.pings().is_nobody());

        let urs = desk.person(EIAM, URS).types("/desk whoami", &[]).await.unwrap();
        assert!(urs.all_text().contains(&format!("{OTHER}: ZH")), "{}", urs.all_text());

        let sam = desk.person(EIAM, SAM).types("/desk whoami", &[]).await.unwrap();
        desk.shows(&sam, En, "whoami-staff-text");
        desk.shows(&sam, En, "whoami-others-changes");
        assert!(sam.all_text().contains(STAFF) && sam.all_text().contains(&format!("{OTHER}: ZH")));

        let audrey = desk.person(EIAM, AUDREY).types("/desk whoami", &[]).await.unwrap();
        desk.shows(&audrey, Fr, "whoami-auditor-text");
        assert!(audrey.all_text().contains(AUDITOR));

        let giulia = desk.person(SCHOOL, GIULIA).types("/desk whoami", &[]).await.unwrap();
        desk.shows(&giulia, It, "whoami-whole-desk");
        assert!(!giulia.all_text().contains(&desk.text(It, "whoami-others-scopes", &args())));
        assert!(desk.audit(EIAM).await.is_empty(), "it tells about nobody else");
    }

    async fn an_outsider_learns_which_roles_would_do(desk: TestDesk) {
        // Odile's client speaks Spanish, so the desk's German is used
        let odile = desk.person(EIAM, ODILE).types("/desk whoami", &[]).await.unwrap();
        desk.shows(&odile, De, "whoami-outsider-text");
        for role in [SUPERUSER, OTHER, STAFF, AUDITOR] {
            assert!(odile.all_text().contains(role), "{role} in {}", odile.all_text());
        }
        // a role that was taken away counts at once
        desk.local.discord.set_roles(EIAM, LUKAS, &[]).unwrap();
        let lukas = desk.person(EIAM, LUKAS).types("/desk whoami", &[]).await.unwrap();
        desk.shows(&lukas, De, "whoami-outsider-text");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r03_the_own_account_and_privileged_groups_are_named() {
    let desk = TestDesk::start_with(Backend::Sqlite, |mut setup| {
        setup.edit_settings = Some(Box::new(|settings: String| {
            let more = format!(
                "profile = \"eiam\"\nprivileged_groups = [\"KT_ErhV\"]\n\
                 people = [{{ discord = \"{EMMA}\", username = \"emma_keller\" }}]\n"
            );
            settings.replacen("profile = \"eiam\"\n", &more, 1)
        }));
        setup
    })
    .await;
    let emma = desk
        .person(EIAM, EMMA)
        .types("/desk whoami", &[])
        .await
        .unwrap();
    let own = args().set("username", "emma\\_keller");
    desk.shows_with(&emma, En, "whoami-own-known", &own);
    let groups = args().set("groups", "KT\\_ErhV");
    desk.shows_with(&emma, En, "whoami-others-groups", &groups);
    assert!(emma.is_ephemeral());
}
