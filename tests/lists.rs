//! `/lock-status` without a person: the lists, their counts and pages, each as far as the caller sees.

use deskhand::app::local::cast::{AUDREY, CLAIRE, EIAM, GIULIA, LUKAS, SAM, SCHOOL, URS};
use deskhand::domain::account::AccountState;
use deskhand::domain::language::Language::{self, De, En, Fr, It};
use deskhand::domain::lists::PersonList;
use deskhand::domain::lock::{Lock, LockSource};
use deskhand::locales::args;
use deskhand::sandbox::{Message, Reply};
use jiff::ToSpan as _;
use jiff::tz::TimeZone;

use crate::support::desk::{TestDesk, on_both, scopes};

/// The count of a list in the overview.
#[track_caller]
fn count(desk: &TestDesk, message: &Message, language: Language, list: PersonList) -> u64 {
    let name = desk.text(language, &format!("list-{}-option", list.code()), &args());
    let shown = message.all_text();
    let line = shown.lines().find(|line| line.starts_with(&name));
    let line = line.unwrap_or_else(|| panic!("{name} is not in\n{shown}"));
    let digits: String = line.chars().filter(char::is_ascii_digit).collect();
    digits.parse().expect("a count")
}

/// The people of a page, by the values of its menu.
fn people(page: &Reply) -> Vec<String> {
    let menus = page.selects();
    let menu = menus
        .iter()
        .find(|menu| menu.custom_id.starts_with("v1:pick-listed"));
    menu.map(|menu| {
        menu.options
            .iter()
            .map(|option| option.value.clone())
            .collect()
    })
    .unwrap_or_default()
}

fn has(page: &Reply, button: &str) -> bool {
    page.buttons()
        .iter()
        .any(|shown| shown.custom_id.starts_with(button))
}

/// A lock, the later the higher the number.
fn locked(number: i64) -> Lock {
    Lock::Locked {
        since: jiff::Timestamp::from_second(1_700_000_000 + number * 60).expect("a time"),
        by: LockSource::Portal,
    }
}

on_both! {
    async fn the_overview_counts_what_the_caller_sees(desk: TestDesk) {
        let claire = desk.person(EIAM, CLAIRE);
        let urs = desk.person(EIAM, URS);
        let before = claire.types("/lock-status", &[]).await.unwrap();
        let before_urs = urs.types("/lock-status", &[]).await.unwrap();
        let today = TimeZone::get("Europe/Zurich").unwrap().to_datetime(desk.local.bot().service().now()).date();
        desk.add(EIAM, "anne.locked", |data| data.lock = locked(1)).await;
        desk.add(EIAM, "jean.off", |data| { data.lock = locked(1); data.state = AccountState::Deactivated; }).await;
        desk.add(EIAM, "anne.soon", |data| data.password_expires = Some(today + 14.days())).await;
        desk.add(EIAM, "anne.over", |data| data.password_expires = Some(today - 3.days())).await;
        desk.add(EIAM, "anne.later", |data| data.password_expires = Some(today + 15.days())).await;
        desk.add(EIAM, "anne.invited", |data| data.state = AccountState::Invited).await;
        for list in [PersonList::Locked, PersonList::Expiring, PersonList::NeverActivated, PersonList::CodeExpired] {
            let after = claire.types("/lock-status", &[]).await.unwrap();
            let more = count(&desk, &after, Fr, list) - count(&desk, &before, Fr, list);
            let expected = match list { PersonList::Locked | PersonList::NeverActivated => 1, PersonList::Expiring => 2, _ => 0 };
            assert_eq!(more, expected, "{list:?}: {}", after.all_text());
            let after = urs.types("/lock-status", &[]).await.unwrap();
            assert_eq!(count(&desk, &after, De, list), count(&desk, &before_urs, De, list), "not in ZH");
        }
        let staff = desk.person(EIAM, SAM).types("/lock-status", &[]).await.unwrap();
        let whole = count(&desk, &staff, En, PersonList::Locked);
        assert!(whole >= count(&desk, &before, Fr, PersonList::Locked) + 1 + count(&desk, &before_urs, De, PersonList::Locked));
        assert!(!staff.all_text().contains(&desk.text(En, "list-not-linked-option", &args())), "eIAM has no register");
        desk.shows(&staff, En, "lists-text");
        assert!(desk.audit(EIAM).await.is_empty(), "counts name nobody");

        let school = desk.person(SCHOOL, GIULIA).types("/lock-status", &[]).await.unwrap();
        assert!(count(&desk, &school, It, PersonList::NotLinked) > 0);
        let refused = desk.person(EIAM, AUDREY).types("/lock-status", &[]).await.unwrap();
        desk.shows(&refused, Fr, "refused-heading");
    }

    /// R33: one audit row for each page, with the list and the count.
    async fn twenty_five_people_make_three_pages_and_back(desk: TestDesk) {
        let mut expected = Vec::new();
        for number in 0..25 {
            let account = desk.add(EIAM, &format!("person.n{number}"), |data| {
                // the last one added has been locked longest
                data.lock = locked(-number);
                data.scopes = scopes(if number % 2 == 0 { "ZH/Test" } else { "ZH" });
            }).await;
            expected.insert(0, format!("a:{}", account.id));
        }
        let urs = desk.person(EIAM, URS);
        let overview = urs.types("/lock-status", &[]).await.unwrap();
        let first = overview.selects_values("v1:pick-list", &["locked"]).await.unwrap();
        desk.shows(&first, De, "list-locked-text");
        assert_eq!(people(&first), expected[..10]);
        assert!(has(&first, "v1:next-locked") && !has(&first, "v1:prev-"));
        let second = first.clicks("v1:next-locked").await.unwrap();
        assert_eq!(people(&second), expected[10..20]);
        let third = second.clicks("v1:next-locked").await.unwrap();
        assert_eq!(people(&third)[..5], expected[20..]);
        let back = third.clicks("v1:prev-locked").await.unwrap();
        assert_eq!(people(&back), expected[10..20]);
        let start = back.clicks("v1:prev-locked").await.unwrap();
        assert_eq!(people(&start), expected[..10]);
        assert!(has(&start, "v1:next-locked") && !has(&start, "v1:prev-"));
        assert!(start.all_text().contains("p\\*\\*\\*@people.example.ch"), "{}", start.all_text());
        assert!(!start.all_text().contains("person.n24@"));

        let rows = desk.audit(EIAM).await;
        assert!(rows.iter().all(|row| row.row.action == "view-list" && row.row.result == "viewed"));
        assert_eq!(rows.len(), 5, "one row for each page");
        let detail = desk.audit_detail(EIAM, "view-list").await;
        assert_eq!((detail["list"].as_str(), detail["count"].as_str()), ("locked", "10"));
        assert!(detail["page"].starts_with("before "));

        let card = start.selects_values("v1:pick-listed", &[&expected[0]]).await.unwrap();
        desk.shows_with(&card, De, "card-heading", &args().set("name", "Person N24"));
        assert_eq!(people(&start.latest().await.unwrap()).len(), 10, "the list stays beside the card");
        let form = start.clicks("v1:find").await.unwrap();
        let card = form.submits(&[("text", "person.n3")]).await.unwrap();
        desk.shows_with(&card, De, "card-heading", &args().set("name", "Person N3"));
    }

    async fn a_list_says_since_when_and_until_when(desk: TestDesk) {
        let today = TimeZone::get("Europe/Zurich").unwrap().to_datetime(desk.local.bot().service().now()).date();
        desk.add(EIAM, "one.zurich", |data| { data.scopes = scopes("ZH/Own"); data.password_expires = Some(today - 400.days()); }).await;
        let invited = desk.add(EIAM, "two.zurich", |data| { data.scopes = scopes("ZH/Own"); data.state = AccountState::Invited; }).await;
        let urs = desk.person(EIAM, URS);
        let overview = urs.types("/lock-status", &[]).await.unwrap();
        let page = overview.selects_values("v1:pick-list", &["expiring"]).await.unwrap();
        desk.shows_with(&page, De, "list-expiring-text", &args().number("days", 14_u64));
        assert!(page.all_text().contains("Abgelaufen am"), "{}", page.all_text());
        let page = overview.selects_values("v1:pick-list", &["never-activated"]).await.unwrap();
        desk.shows(&page, De, "card-no-codes");

        let options = [("user", "two.zurich"), ("kind", "onboarding"), ("reason", "r:code-older-than-a-month")];
        let dialog = urs.types("/resend-code", &options).await.unwrap();
        desk.confirms(&dialog, De, &invited).await;
        let overview = urs.types("/lock-status", &[]).await.unwrap();
        let before = count(&desk, &overview, De, PersonList::CodeExpired);
        desk.later(33 * 24 * 60);
        let overview = urs.types("/lock-status", &[]).await.unwrap();
        assert_eq!(count(&desk, &overview, De, PersonList::CodeExpired), before + 1);
        let page = overview.selects_values("v1:pick-list", &["code-expired"]).await.unwrap();
        assert!(people(&page).contains(&format!("a:{}", invited.id)));
        assert!(page.all_text().contains("Code abgelaufen am"), "{}", page.all_text());
        let dialog = urs.types("/resend-code", &options).await.unwrap();
        desk.confirms(&dialog, De, &invited).await;
        let overview = urs.types("/lock-status", &[]).await.unwrap();
        assert_eq!(count(&desk, &overview, De, PersonList::CodeExpired), before, "a newer code is open");
    }

    async fn empty_lists_say_so_and_forged_cursors_show_nothing_else(desk: TestDesk) {
        desk.add(EIAM, "anne.berset", |data| data.lock = locked(1)).await;
        let urs = desk.person(EIAM, URS);
        let overview = urs.types("/lock-status", &[]).await.unwrap();
        let empty = overview.selects_values("v1:pick-list", &["code-expired"]).await.unwrap();
        desk.shows(&empty, De, "list-nobody");
        for forged in ["v1:next-locked:0.0", "v1:prev-locked:253402300799999.9223372036854775807", "v1:next-expiring:-62167219200000.1", "v1:prev-expiring:253402300799999.1", "v1:next-never-activated:5.-9"] {
            let page = urs.clicks_forged(overview.message_id(), forged).await.unwrap();
            assert!(!page.all_text().contains("Berset"), "{forged}: {}", page.all_text());
            assert!(page.all_text().contains(&desk.text(De, "list-heading", &args().set("list", ""))), "{forged}: {}", page.all_text());
        }
        for forged in ["v1:next-locked:x", "v1:next-locked:1", "v1:next-gold:1.1", "v1:next-locked:9223372036854775807.1", "v1:next-not-linked:0.0"] {
            let refused = urs.clicks_forged(overview.message_id(), forged).await.unwrap();
            desk.shows(&refused, De, "refusal-old-component");
        }
        // whoever has no part in the desk gets nothing from a component's id (R01)
        let claire = desk.person(EIAM, LUKAS);
        let page = claire.types("/lock-status", &[]).await.unwrap().selects_values("v1:pick-list", &["locked"]).await.unwrap();
        assert!(page.all_text().contains("Berset"));
        desk.local.discord.set_roles(EIAM, LUKAS, &[]).unwrap();
        let refused = claire.clicks_forged(page.message_id(), "v1:next-locked:0.0").await.unwrap();
        desk.shows(&refused, De, "refused-heading");
        assert!(!refused.all_text().contains("Berset"));
    }
}
