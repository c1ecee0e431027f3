//! Accounts: written, read, changed with the version that was read.

use deskhand::domain::account::{AccountData, AccountState, UserName};
use deskhand::domain::change::{Change, Write};
use deskhand::domain::ids::{AccountId, AddressChangeId, MemberId, Version};
use deskhand::domain::import::Field;
use deskhand::domain::language::Language;
use deskhand::domain::lock::{Lock, LockSource, LoginOutcome};
use deskhand::ports::store::{Committed, LoginReport, StoreError};

use super::kit::*;

pub(crate) async fn an_account_comes_back_as_it_was_written(kit: &Kit) {
    let mut full = data("A.Rossi");
    full.given_name = "Zoë \"Z\" \\ 'x'".to_owned();
    full.surname = "Müller-Weiß\t=1+1".to_owned();
    full.language = Language::Fr;
    full.scopes = scopes(&["VD/CHUV", "BE", "*"]);
    full.groups = ["KT_User".to_owned(), "contabilità".to_owned()].into();
    full.state = AccountState::Invited;
    full.password_expires = Some("2026-02-28".parse().unwrap());
    full.external_id = Some("Ex-1/É".to_owned());
    full.fiscal_code = Some("RSSMRA80A01F205X".to_owned());
    full.birth_date = Some("1899-12-31".parse().unwrap());
    full.person_id = Some("p 1".to_owned());
    full.lock = Lock::Locked {
        since: at(-5),
        by: LockSource::Import,
    };
    let mut bare = data("b");
    bare.email = None;
    bare.lock = Lock::Unknown;
    bare.state = AccountState::Unknown;
    kit.done(vec![
        insert(1, full.clone()),
        insert(2, bare.clone()),
        insert(3, data("c")),
    ])
    .await;
    for (id, expected) in [(1, full), (2, bare), (3, data("c"))] {
        let facts = kit.facts(id).await;
        assert_eq!(facts.account.data, expected);
        assert_eq!(facts.account.version, Version::FIRST);
        assert_eq!(facts.account.record_scope, None);
        assert!(
            facts.open_codes.is_empty()
                && facts.letters.is_empty()
                && facts.address_changed_at.is_none()
        );
    }
    assert_eq!(
        kit.store
            .load_account(DESK, AccountId(9), None, at(0))
            .await
            .unwrap(),
        None
    );
    assert_eq!(
        kit.number("SELECT COUNT(*) FROM account_scope WHERE account_id = 1")
            .await,
        3
    );
    assert_eq!(
        kit.number("SELECT COUNT(*) FROM account_scope WHERE account_id = 2 AND scope = '*'")
            .await,
        1
    );
}

pub(crate) async fn an_update_changes_columns_scopes_and_groups(kit: &Kit) {
    let before = kit.person(1, "anna").await;
    let write = update(&before, |data| {
        data.scopes = scopes(&["VD", "BE"]);
        data.groups = ["a".to_owned(), "b".to_owned()].into();
        data.email = None;
        data.lock = Lock::Locked {
            since: at(1),
            by: LockSource::Portal,
        };
        data.username = UserName::parse("Anna.New").unwrap();
    });
    kit.done(vec![write]).await;
    let second = kit.account(1).await;
    assert_eq!(second.version, Version(2));
    assert_eq!(second.data.scopes, scopes(&["VD", "BE"]));
    let write = update(&second, |data| {
        data.scopes = scopes(&["BE", "GE"]);
        data.groups = ["b".to_owned(), "c".to_owned()].into();
        data.lock = Lock::OPEN;
    });
    kit.done(vec![write]).await;
    let third = kit.account(1).await;
    assert_eq!(third.data.scopes, scopes(&["BE", "GE"]));
    assert_eq!(third.data.groups, ["b".to_owned(), "c".to_owned()].into());
    assert_eq!(third.data.lock, Lock::OPEN);
    kit.done(vec![update(&third, |data| data.scopes.clear())])
        .await;
    assert!(kit.account(1).await.data.scopes.is_empty());
    assert_eq!(
        kit.number("SELECT COUNT(*) FROM account_scope WHERE scope = '*'")
            .await,
        1
    );
    assert_eq!(kit.number("SELECT COUNT(*) FROM account_scope").await, 1);
}

pub(crate) async fn a_stale_version_is_a_conflict_and_writes_nothing(kit: &Kit) {
    let first = kit.person(1, "anna").await;
    let record = Write::RecordSend {
        account: AccountId(1),
        member: HELPER,
    };
    kit.done(vec![touch(1, 1)]).await;
    let stale = [
        update(&first, |data| data.surname = "Verdi".to_owned()),
        touch(1, 1),
        touch(1, 3),
        touch(2, 1),
    ];
    for write in stale {
        let two = vec![record.clone(), write];
        assert_eq!(kit.commit(two).await.unwrap(), Committed::Conflict);
    }
    assert_eq!(kit.number("SELECT COUNT(*) FROM send").await, 0);
    assert_eq!(kit.account(1).await.data.surname, "Rossi");
    // the second write of a change may expect what the first one made
    let now = kit.account(1).await;
    let mut next = now.clone();
    next.version = now.version.next();
    let writes = vec![
        update(&now, |data| data.surname = "Verdi".to_owned()),
        update(&next, |data| data.surname = "Blu".to_owned()),
    ];
    kit.done(writes).await;
    assert_eq!(kit.account(1).await.version, Version(4));
    assert_eq!(kit.account(1).await.data.surname, "Blu");
}

pub(crate) async fn a_taken_user_name_is_a_conflict(kit: &Kit) {
    kit.person(1, "anna").await;
    let other = kit.person(2, "bruno").await;
    assert_eq!(
        kit.commit(vec![insert(3, data("ANNA"))]).await.unwrap(),
        Committed::Conflict
    );
    assert_eq!(
        kit.commit(vec![insert(1, data("carla"))]).await.unwrap(),
        Committed::Conflict
    );
    let taken = update(&other, |data| {
        data.username = UserName::parse("Anna").unwrap();
    });
    assert_eq!(kit.commit(vec![taken]).await.unwrap(), Committed::Conflict);
    assert_eq!(kit.number("SELECT COUNT(*) FROM account").await, 2);
}

pub(crate) async fn the_same_interaction_acts_once(kit: &Kit) {
    kit.person(1, "anna").await;
    let change = Change {
        interaction: interaction(42),
        ..change(vec![touch(1, 1)])
    };
    assert_eq!(
        kit.store.commit(change.clone()).await.unwrap(),
        Committed::Done
    );
    let again = Change {
        writes: vec![touch(1, 2)],
        ..change.clone()
    };
    assert_eq!(kit.store.commit(again).await.unwrap(), Committed::Duplicate);
    assert_eq!(kit.account(1).await.version, Version(2));
    // a change that failed has not used up its interaction
    let stale = Change {
        interaction: interaction(43),
        writes: vec![touch(1, 1)],
        ..change.clone()
    };
    assert_eq!(
        kit.store.commit(stale.clone()).await.unwrap(),
        Committed::Conflict
    );
    let retried = Change {
        writes: vec![touch(1, 2)],
        ..stale
    };
    assert_eq!(kit.store.commit(retried).await.unwrap(), Committed::Done);
}

pub(crate) async fn a_failing_write_rolls_back_the_whole_change(kit: &Kit) {
    kit.person(1, "anna").await;
    let unknown = Write::MarkDeskChange {
        account: AccountId(99),
        field: Field::Email,
        imported: String::new(),
    };
    let failing = Change {
        interaction: interaction(7),
        ..change(vec![insert(2, data("b")), unknown])
    };
    let good = Change {
        interaction: interaction(8),
        ..change(vec![touch(1, 1)])
    };
    // together, so that on SQLite they may share a transaction
    let (failed, done) = tokio::join!(kit.store.commit(failing), kit.store.commit(good));
    assert!(matches!(failed, Err(StoreError::Refused(_))), "{failed:?}");
    assert_eq!(done.unwrap(), Committed::Done);
    assert_eq!(kit.account(1).await.version, Version(2));
    assert_eq!(kit.number("SELECT COUNT(*) FROM account").await, 1);
    assert_eq!(kit.number("SELECT COUNT(*) FROM interaction").await, 1);
}

pub(crate) async fn an_update_keeps_failures_counted_meanwhile(kit: &Kit) {
    let read = kit.person(1, "anna").await;
    let report = LoginReport {
        username: read.data.username.clone(),
        outcome: LoginOutcome::Failure,
        max_failures: 5,
        at: at(1),
        salt: [1; 16],
    };
    kit.store.record_login(DESK, &report).await.unwrap();
    kit.done(vec![update(&read, |data| {
        data.surname = "Verdi".to_owned();
    })])
    .await;
    assert_eq!(
        kit.account(1).await.data.lock,
        Lock::Open { failed_logins: 1 }
    );
}

pub(crate) async fn people_are_found_by_exact_user_name_mail_or_number(kit: &Kit) {
    let mut anna = data("Anna.É");
    anna.email = Some(mail("Shared@example.ch"));
    let mut bruno = data("shared@example.ch");
    bruno.email = Some(mail("b@example.ch"));
    bruno.external_id = Some("X-9".to_owned());
    kit.done(vec![
        insert(1, anna),
        insert(2, bruno),
        insert(3, data("carla")),
    ])
    .await;
    let ids = async |text: &str| {
        let found = kit.store.find_exact(DESK, text).await.unwrap();
        found
            .into_iter()
            .map(|account| account.id.0)
            .collect::<Vec<_>>()
    };
    assert_eq!(ids(" anna.é ").await, [1]);
    assert_eq!(
        ids("SHARED@EXAMPLE.CH").await,
        [2, 1],
        "the user name first"
    );
    assert_eq!(ids("x-9").await, [2]);
    assert!(ids("anna").await.is_empty());
    assert!(
        kit.store
            .find_exact(OTHER, "carla")
            .await
            .unwrap()
            .is_empty()
    );
    let crowd = (100..140).map(|id| {
        let mut data = data(&format!("u{id}"));
        data.email = Some(mail("crowd@example.ch"));
        insert(id, data)
    });
    kit.done(crowd.collect()).await;
    assert_eq!(ids("crowd@example.ch").await.len(), 40);
}

pub(crate) async fn sends_of_the_last_day_and_hour_are_counted(kit: &Kit) {
    kit.person(1, "anna").await;
    kit.person(2, "bruno").await;
    let send = |seconds, account, member| Change {
        at: at(seconds),
        ..change(vec![Write::RecordSend {
            account: AccountId(account),
            member: MemberId(member),
        }])
    };
    let day = 24 * 3_600;
    for (seconds, account, member) in [
        (-day, 1, 77),
        (-day + 1, 1, 77),
        (-3_600, 2, 77),
        (-3_599, 2, 77),
        (-10, 1, 78),
        (-10, 1, 78),
        (-5, 1, 77),
    ] {
        kit.store
            .commit(send(seconds, account, member))
            .await
            .unwrap();
    }
    let past = kit.facts(1).await.past_sends;
    assert_eq!(past.to_person, [at(-day + 1), at(-10), at(-10), at(-5)]);
    assert_eq!(past.by_helper, [at(-3_599), at(-5)]);
}

/// R10: what the desk changed counts until something else, as an import, replaces it.
pub(crate) async fn an_address_change_counts_while_the_address_is_that_one(kit: &Kit) {
    kit.person(1, "anna").await;
    let record = |id, seconds, address| Change {
        at: at(seconds),
        ..change(vec![Write::RecordAddressChange {
            id: AddressChangeId(id),
            account: AccountId(1),
            replaced: None,
            address: mail(address),
        }])
    };
    let changes = [
        record(1, -9, "Élise@Example.CH"),
        record(2, -5, "other@example.ch"),
    ];
    for change in changes {
        kit.store.commit(change).await.unwrap();
    }
    assert_eq!(kit.facts(1).await.address_changed_at, None);
    for (address, changed_at) in [
        ("élise@example.ch", Some(at(-9))),
        ("file@example.ch", None),
        ("OTHER@example.ch", Some(at(-5))),
    ] {
        let before = kit.account(1).await;
        let after = AccountData {
            email: Some(mail(address)),
            ..before.data.clone()
        };
        kit.done(vec![Write::UpdateAccount {
            before: Box::new(before),
            after: Box::new(after),
        }])
        .await;
        let facts = kit.facts(1).await;
        assert_eq!(facts.address_changed_at, changed_at, "{address}");
    }
}

pub(crate) async fn a_value_that_cannot_be_is_told_with_its_place(kit: &Kit) {
    kit.person(1, "anna").await;
    kit.execute("UPDATE account SET language = 'xx'")
        .await
        .unwrap();
    let told = kit
        .store
        .load_account(DESK, AccountId(1), None, at(0))
        .await;
    let place = StoreError::Inconsistent {
        table: "account",
        column: "language",
        row: 1,
    };
    assert_eq!(told.unwrap_err().to_string(), place.to_string());
}
