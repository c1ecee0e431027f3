//! Many callers at once.

use deskhand::domain::audit::AuditAction;
use deskhand::domain::change::Change;
use deskhand::domain::ids::Version;
use deskhand::ports::store::{Committed, StoreError};
use futures::future::join_all;

use super::kit::*;

pub(crate) async fn changes_of_one_account_take_turns(kit: &Kit) {
    kit.person(1, "anna").await;
    let callers = (0..64).map(|_| async {
        loop {
            let version = kit.account(1).await.version.0;
            let audit = vec![event(AuditAction::Unlock, 1)];
            match kit
                .store
                .commit(Change {
                    audit,
                    ..change(vec![touch(1, version)])
                })
                .await
                .unwrap()
            {
                Committed::Done => return,
                Committed::Conflict => {}
                Committed::Duplicate => panic!("no interaction"),
            }
        }
    });
    join_all(callers).await;
    assert_eq!(kit.account(1).await.version, Version(65));
    let numbers = kit.store.list_audit(DESK, 0, 100).await.unwrap();
    assert!(numbers.iter().map(|row| row.row.number).eq(1..=64));
}

pub(crate) async fn changes_of_many_accounts_all_arrive(kit: &Kit) {
    kit.done(
        (1..=64)
            .map(|id| insert(id, data(&format!("u{id}"))))
            .collect(),
    )
    .await;
    let stale = |id: i64| id % 8 == 0;
    let callers = (1..=64).map(|id| {
        let audit = vec![event(AuditAction::Unlock, id)];
        let expected = if stale(id) { 9 } else { 1 };
        kit.store.commit(Change {
            interaction: interaction(id),
            audit,
            ..change(vec![touch(id, expected)])
        })
    });
    for (id, done) in (1..).zip(join_all(callers).await) {
        assert_eq!(
            done.unwrap(),
            if stale(id) {
                Committed::Conflict
            } else {
                Committed::Done
            }
        );
    }
    let rows = kit.store.list_audit(DESK, 0, 100).await.unwrap();
    assert_eq!(rows.len(), 56, "a conflict takes no number");
    assert!(rows.iter().map(|row| row.row.number).eq(1..=56));
}

pub(crate) async fn a_closed_store_refuses(kit: &Kit) {
    kit.person(1, "anna").await;
    kit.store.close().await;
    assert!(matches!(
        kit.commit(vec![touch(1, 1)]).await,
        Err(StoreError::Unreachable(_))
    ));
    assert_eq!(kit.number("SELECT version FROM account").await, 1);
}
