//! Lists of people, parts of the trail, and the walk of an export: by key, by sight, within the desk.

use deskhand::domain::access::Sight;
use deskhand::domain::account::AccountState;
use deskhand::domain::audit::AuditAction;
use deskhand::domain::change::{Change, Write};
use deskhand::domain::ids::AccountId;
use deskhand::domain::import::Field;
use deskhand::domain::lists::{ListBounds, Listed, PersonList, Turn};
use deskhand::domain::lock::{Lock, LockSource};
use deskhand::domain::trail::TrailTurn;
use deskhand::ports::store::{ListQuery, TrailOf};

use super::kit::*;

fn bounds(sight: &Sight) -> ListBounds {
    ListBounds {
        sight: sight.clone(),
        expiring_until: jiff::civil::date(2027, 1, 31),
        now: at(0),
    }
}

async fn page(kit: &Kit, list: PersonList, sight: &Sight, turn: Turn) -> Vec<Listed> {
    let query = ListQuery {
        list,
        bounds: bounds(sight),
        turn,
        limit: 3,
    };
    kit.store.list_people(DESK, &query).await.unwrap()
}

fn ids(people: &[Listed]) -> Vec<i64> {
    people.iter().map(|listed| listed.person.id.0).collect()
}

/// Somebody who is on every list but that of codes.
fn helpless(id: i64, scope_names: &[&str]) -> Write {
    let mut person = data(&format!("user.{id}"));
    person.scopes = scopes(scope_names);
    person.state = AccountState::Invited;
    person.password_expires = Some(jiff::civil::date(2027, 1, i8::try_from(id).unwrap()));
    person.lock = Lock::Locked {
        since: at(id),
        by: LockSource::Portal,
    };
    insert(id, person)
}

pub(crate) async fn a_list_reaches_as_far_as_the_sight_and_shows_nobody_twice(kit: &Kit) {
    kit.done(vec![
        helpless(1, &["VD/CHUV", "VD"]),
        helpless(2, &["VDX"]),
        helpless(3, &[]),
        helpless(4, &["VD-/A", "ZH"]),
    ])
    .await;
    let other = Change {
        desk: OTHER,
        ..change(vec![helpless(5, &["VD"])])
    };
    kit.store.commit(other).await.unwrap();
    let scoped = |paths: &[&str]| Sight::Scopes(paths.iter().map(|path| scope(path)).collect());
    let cases = [
        (Sight::WholeDesk, vec![1, 2, 3, 4]),
        (scoped(&["*"]), vec![1, 2, 3, 4]),
        (scoped(&["VD"]), vec![1]),
        (scoped(&["VD", "VD/CHUV", "ZH"]), vec![1, 4]),
        (scoped(&["VD-", "VDX"]), vec![2, 4]),
        (scoped(&["VD/CHU"]), vec![]),
        (scoped(&[]), vec![]),
    ];
    for (sight, expected) in cases {
        let counts = kit.store.count_lists(DESK, &bounds(&sight)).await.unwrap();
        for (list, count) in counts {
            let empty = list == PersonList::CodeExpired;
            let expected = if empty { vec![] } else { expected.clone() };
            assert_eq!(count, expected.len() as u64, "{list:?} {sight:?}");
            let shown = ids(&page(kit, list, &sight, Turn::FIRST).await);
            assert_eq!(
                shown,
                expected[..expected.len().min(3)],
                "{list:?} {sight:?}"
            );
        }
    }
}

pub(crate) async fn a_page_goes_on_where_the_last_one_ended_whatever_changed(kit: &Kit) {
    kit.done((1..=9).map(|id| helpless(id, &["VD"])).collect())
        .await;
    let sight = Sight::WholeDesk;
    for list in [
        PersonList::Locked,
        PersonList::Expiring,
        PersonList::NeverActivated,
        PersonList::NotLinked,
    ] {
        let first = page(kit, list, &sight, Turn::FIRST).await;
        assert_eq!(ids(&first), [1, 2, 3], "{list:?}");
        let second = page(kit, list, &sight, Turn::After(first[2].position)).await;
        assert_eq!(ids(&second), [4, 5, 6], "{list:?}");
        let back = page(kit, list, &sight, Turn::Before(second[0].position)).await;
        assert_eq!(ids(&back), [1, 2, 3], "{list:?}");
    }
    // the row that a cursor names leaves the list, and the cursor still holds
    let third = page(kit, PersonList::Locked, &sight, Turn::FIRST).await[2].position;
    let account = kit.account(3).await;
    kit.done(vec![update(&account, |data| data.lock = Lock::OPEN)])
        .await;
    let next = page(kit, PersonList::Locked, &sight, Turn::After(third)).await;
    assert_eq!(ids(&next), [4, 5, 6]);
}

pub(crate) async fn the_trail_of_a_sight_holds_what_is_about_its_accounts(kit: &Kit) {
    kit.done(vec![helpless(1, &["VD/CHUV"]), helpless(2, &["ZH"])])
        .await;
    for account in [1, 2, 1, 2, 1] {
        let view = Change {
            audit: vec![event(AuditAction::ViewCard, account)],
            ..change(vec![])
        };
        kit.store.commit(view).await.unwrap();
    }
    let numbers = async |of: TrailOf, turn: TrailTurn| -> Vec<i64> {
        let rows = kit.store.list_trail(DESK, &of, turn, 3).await.unwrap();
        assert!(rows.iter().all(|row| row.person.is_some()));
        rows.iter().map(|row| row.row.number).collect()
    };
    let vd = || TrailOf::Sight(Sight::Scopes(vec![scope("VD")]));
    let whole = || TrailOf::Sight(Sight::WholeDesk);
    assert_eq!(numbers(whole(), TrailTurn::FIRST).await, [5, 4, 3]);
    assert_eq!(numbers(whole(), TrailTurn::Newer(1)).await, [4, 3, 2]);
    assert_eq!(numbers(vd(), TrailTurn::FIRST).await, [5, 3, 1]);
    assert_eq!(numbers(vd(), TrailTurn::Older(3)).await, [1]);
    let of_two = || TrailOf::Account(AccountId(2));
    assert_eq!(numbers(of_two(), TrailTurn::FIRST).await, [4, 2]);
    assert_eq!(numbers(of_two(), TrailTurn::Newer(2)).await, [4]);
    let all = whole();
    let elsewhere = kit.store.list_trail(OTHER, &all, TrailTurn::FIRST, 3);
    assert!(elsewhere.await.unwrap().is_empty(), "nothing crosses desks");
}

pub(crate) async fn accounts_are_walked_by_key_or_by_their_marks(kit: &Kit) {
    kit.done((1..=5).map(|id| helpless(id, &["VD"])).collect())
        .await;
    let mark = |account, field| Write::MarkDeskChange {
        account: AccountId(account),
        field,
        imported: String::new(),
    };
    for (seconds, account, field) in [
        (10, 2, Field::Email),
        (20, 4, Field::Locked),
        (30, 2, Field::Email),
        (40, 2, Field::Locked),
    ] {
        let marked = Change {
            at: at(seconds),
            ..change(vec![mark(account, field)])
        };
        kit.store.commit(marked).await.unwrap();
    }
    let walked = async |after, since: Option<i64>| -> Vec<i64> {
        let accounts = kit
            .store
            .list_accounts(DESK, AccountId(after), since.map(at), 2);
        let accounts = accounts.await.unwrap();
        accounts.iter().map(|account| account.id.0).collect()
    };
    assert_eq!(walked(i64::MIN, None).await, [1, 2]);
    assert_eq!(walked(4, None).await, [5]);
    assert_eq!(walked(i64::MIN, Some(0)).await, [2, 4], "nobody twice");
    assert_eq!(walked(i64::MIN, Some(20)).await, [2, 4]);
    assert_eq!(
        walked(i64::MIN, Some(21)).await,
        [2],
        "the last change's time counts"
    );
    assert!(walked(i64::MIN, Some(41)).await.is_empty());
}
