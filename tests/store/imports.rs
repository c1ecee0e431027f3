//! What an import does: batches of accounts and records, marks of the desk's own changes.

use deskhand::domain::change::Write;
use deskhand::domain::ids::{AccountId, RecordId, Version};
use deskhand::domain::import::Field;
use deskhand::domain::record::{RecordData, RecordKind};
use deskhand::ports::store::Committed;

use super::kit::*;

pub(crate) async fn d11_the_first_mark_stays_until_it_is_cleared(kit: &Kit) {
    kit.person(1, "Anna").await;
    kit.person(2, "bruno").await;
    let mark = |field, imported: &str| Write::MarkDeskChange {
        account: AccountId(1),
        field,
        imported: imported.to_owned(),
    };
    kit.done(vec![
        mark(Field::Email, "old@example.ch"),
        mark(Field::Locked, "yes"),
    ])
    .await;
    kit.done(vec![mark(Field::Email, "newer@example.ch")]).await;
    let marks = async || {
        let facts = kit
            .store
            .load_for_import(DESK, &["anna".to_owned(), "nobody".to_owned()])
            .await
            .unwrap();
        assert_eq!(facts.len(), 1);
        facts[0].desk_changes.clone()
    };
    assert_eq!(
        marks().await,
        [
            (Field::Email, "old@example.ch".to_owned()),
            (Field::Locked, "yes".to_owned())
        ]
    );
    kit.done(vec![Write::ClearDeskChange {
        account: AccountId(1),
        field: Field::Email,
    }])
    .await;
    assert_eq!(marks().await, [(Field::Locked, "yes".to_owned())]);
    kit.done(vec![mark(Field::Email, "newer@example.ch")]).await;
    assert_eq!(marks().await[0].1, "newer@example.ch");
}

pub(crate) async fn a_thousand_accounts_in_one_change(kit: &Kit) {
    let accounts: Vec<_> = (1..=1_000)
        .map(|id| {
            let mut data = data(&format!("user.{id}"));
            data.scopes = scopes(&["VD/CHUV", "BE"]);
            data.groups = ["KT_User".to_owned()].into();
            insert(id, data)
        })
        .collect();
    kit.done(accounts).await;
    assert_eq!(kit.store.count_accounts(DESK, None).await.unwrap(), 1_000);
    let keys: Vec<String> = (1..=1_000).map(|id| format!("user.{id}")).collect();
    let facts = kit.store.load_for_import(DESK, &keys).await.unwrap();
    assert_eq!(facts.len(), 1_000);
    assert!(
        facts
            .iter()
            .all(|facts| facts.account.data.scopes.len() == 2 && facts.desk_changes.is_empty())
    );
    let half = (1_001..=1_500).map(|id| insert(id, data(&format!("user.{}", id - 1))));
    assert_eq!(
        kit.commit(half.collect()).await.unwrap(),
        Committed::Conflict
    );
    assert_eq!(kit.store.count_accounts(DESK, None).await.unwrap(), 1_000);
}

pub(crate) async fn a_thousand_updates_in_one_change(kit: &Kit) {
    kit.done(
        (1..=1_000)
            .map(|id| insert(id, data(&format!("user.{id}"))))
            .collect(),
    )
    .await;
    let keys: Vec<String> = (1..=1_000).map(|id| format!("user.{id}")).collect();
    let facts = kit.store.load_for_import(DESK, &keys).await.unwrap();
    let updates = facts.iter().map(|facts| {
        update(&facts.account, |data| {
            data.surname = "Bianchi".to_owned();
            data.scopes = scopes(&["GE"]);
        })
    });
    let mut updates: Vec<_> = updates.collect();
    kit.done(updates.clone()).await;
    assert_eq!(kit.account(777).await.version, Version(2));
    assert_eq!(
        kit.store
            .count_accounts(DESK, Some(&scope("GE")))
            .await
            .unwrap(),
        1_000
    );
    updates.truncate(1);
    assert_eq!(kit.commit(updates).await.unwrap(), Committed::Conflict);
}

fn record(external_id: &str) -> RecordData {
    RecordData {
        external_id: external_id.to_owned(),
        kind: RecordKind::Student,
        given_name: "Élodie".to_owned(),
        surname: "Favre".to_owned(),
        fiscal_code: None,
        email: None,
        scope: None,
        class: None,
        school_year: None,
    }
}

pub(crate) async fn records_come_back_and_change(kit: &Kit) {
    let mut full = record("A/1");
    full.kind = RecordKind::Guardian;
    full.fiscal_code = Some("RSS".to_owned());
    full.email = Some(mail("e@example.ch"));
    full.scope = Some(scope("BO/sede"));
    full.class = Some("3B".to_owned());
    full.school_year = Some("2026/27".to_owned());
    let write = |id, data: &RecordData| Write::InsertRecord {
        id: RecordId(id),
        data: Box::new(data.clone()),
    };
    kit.done(vec![write(1, &full), write(2, &record("B"))])
        .await;
    assert_eq!(
        kit.commit(vec![write(3, &record("B"))]).await.unwrap(),
        Committed::Conflict
    );
    let ids = ["A/1", "B", "C"].map(str::to_owned);
    let mut records = kit.store.load_records(DESK, &ids).await.unwrap();
    records.sort_by_key(|record| record.id);
    assert_eq!(
        (records.len(), &records[0].data, &records[1].data),
        (2, &full, &record("B"))
    );
    let change = Write::UpdateRecord {
        before: Box::new(records[1].clone()),
        after: Box::new(RecordData {
            class: Some("1A".to_owned()),
            ..record("B")
        }),
    };
    kit.done(vec![change.clone()]).await;
    let changed = kit.store.load_records(DESK, &ids[1..]).await.unwrap();
    assert_eq!(
        (changed[0].version, changed[0].data.class.as_deref()),
        (Version(2), Some("1A"))
    );
    assert_eq!(kit.commit(vec![change]).await.unwrap(), Committed::Conflict);
}

pub(crate) async fn accounts_are_counted_under_a_scope(kit: &Kit) {
    let people = [
        ("a", &["VD"][..]),
        ("b", &["VD/CHUV"]),
        ("c", &["VD/CHUV/x", "VD/other"]),
        ("d", &["VDX"]),
        ("e", &["VD-1/a"]),
        ("f", &[]),
    ];
    let writes = (1..).zip(people).map(|(id, (name, own))| {
        let mut data = data(name);
        data.scopes = scopes(own);
        insert(id, data)
    });
    kit.done(writes.collect()).await;
    for (under, count) in [("VD", 3), ("VD/CHUV", 2), ("VDX", 1), ("BE", 0), ("*", 6)] {
        assert_eq!(
            kit.store
                .count_accounts(DESK, Some(&scope(under)))
                .await
                .unwrap(),
            count,
            "{under}"
        );
    }
}
