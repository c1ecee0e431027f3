//! The audit trail: numbered, chained, never changed (R29 to R32).

use deskhand::domain::audit::{AuditAction, AuditResult, CHAIN_START, commitment};
use deskhand::domain::change::Change;
use deskhand::domain::ids::DeskId;
use deskhand::domain::profile::SendKind;
use deskhand::domain::verification::VerificationMethod;
use deskhand::ports::store::{Committed, StoredAudit};

use super::kit::*;

async fn trail(kit: &Kit, desk: DeskId) -> Vec<StoredAudit> {
    kit.store.list_audit(desk, 0, 1_000).await.unwrap()
}

fn verify(rows: &[StoredAudit]) {
    let mut former = CHAIN_START;
    for (number, stored) in (1..).zip(rows) {
        assert_eq!(stored.row.number, number);
        assert_eq!(stored.hash, stored.row.hash(&former));
        if let Some((salt, detail)) = &stored.detail {
            assert_eq!(stored.row.commitment, commitment(salt, detail));
        }
        former = stored.hash;
    }
}

async fn audited(kit: &Kit, changes: i64) {
    for id in 0..changes {
        let audit = vec![
            event(AuditAction::Unlock, 1),
            event(AuditAction::Send(SendKind::Reset), 1),
        ];
        let change = Change {
            interaction: interaction(id),
            audit,
            ..change(vec![])
        };
        assert_eq!(kit.store.commit(change).await.unwrap(), Committed::Done);
    }
}

pub(crate) async fn r31_the_chain_holds_and_starts_at_one(kit: &Kit) {
    audited(kit, 5).await;
    let rows = trail(kit, DESK).await;
    assert_eq!(rows.len(), 10);
    verify(&rows);
    assert_eq!(kit.number("SELECT number FROM audit_head").await, 10);
    let page = kit.store.list_audit(DESK, 4, 3).await.unwrap();
    assert_eq!(
        page.iter().map(|row| row.row.number).collect::<Vec<_>>(),
        [5, 6, 7]
    );
}

pub(crate) async fn r31_rows_cannot_be_changed_or_deleted(kit: &Kit) {
    audited(kit, 1).await;
    let before = trail(kit, DESK).await;
    let mut attempts = vec![
        "UPDATE audit SET action = 'x'",
        "DELETE FROM audit",
        "DELETE FROM audit WHERE number = 2",
        "UPDATE audit_detail SET detail = 'x'",
    ];
    if !kit.is_sqlite() {
        attempts.push("TRUNCATE audit CASCADE");
    }
    for statement in attempts {
        let refused = kit.execute(statement).await.unwrap_err();
        assert!(refused.contains("append-only"), "{statement}: {refused}");
    }
    assert_eq!(trail(kit, DESK).await, before);
}

pub(crate) async fn r29_a_conflict_leaves_no_audit_row(kit: &Kit) {
    kit.person(1, "anna").await;
    let change = Change {
        audit: vec![event(AuditAction::Unlock, 1)],
        ..change(vec![touch(1, 9)])
    };
    assert_eq!(kit.store.commit(change).await.unwrap(), Committed::Conflict);
    assert!(trail(kit, DESK).await.is_empty());
    assert_eq!(kit.number("SELECT COUNT(*) FROM audit_head").await, 0);
}

pub(crate) async fn r30_every_column_comes_back(kit: &Kit) {
    let mut refused = event(AuditAction::UseCommand, 1);
    refused.result = AuditResult::Refused("missing-role");
    refused.account = None;
    refused.version = None;
    refused.actor.role = None;
    let mut full = event(AuditAction::CorrectAddress, 3);
    full.verification = Some(VerificationMethod::CallBack);
    let audit = vec![refused.clone(), full.clone()];
    kit.store
        .commit(Change {
            interaction: interaction(8),
            audit,
            ..change(vec![])
        })
        .await
        .unwrap();
    let rows = trail(kit, DESK).await;
    for (number, event) in [(1, refused), (2, full)] {
        let stored = &rows[usize::try_from(number).unwrap() - 1];
        let expected = deskhand::domain::audit::AuditRow::of(&event, number, interaction(8));
        assert_eq!(stored.row, expected);
        assert_eq!(stored.detail, Some((event.salt, event.detail_text())));
    }
}

pub(crate) async fn r32_erasing_a_detail_keeps_the_chain(kit: &Kit) {
    audited(kit, 2).await;
    assert_eq!(
        kit.execute("DELETE FROM audit_detail WHERE number = 2")
            .await,
        Ok(1)
    );
    let rows = trail(kit, DESK).await;
    assert_eq!(rows[1].detail, None);
    verify(&rows);
}

pub(crate) async fn chains_of_two_desks_are_their_own(kit: &Kit) {
    audited(kit, 1).await;
    let other = Change {
        desk: OTHER,
        audit: vec![event(AuditAction::ViewCard, 1)],
        ..change(vec![])
    };
    kit.store.commit(other).await.unwrap();
    audited_more(kit).await;
    verify(&trail(kit, DESK).await);
    verify(&trail(kit, OTHER).await);
    assert_eq!(
        (trail(kit, DESK).await.len(), trail(kit, OTHER).await.len()),
        (3, 1)
    );
}

async fn audited_more(kit: &Kit) {
    let more = Change {
        audit: vec![event(AuditAction::ViewCard, 2)],
        ..change(vec![])
    };
    kit.store.commit(more).await.unwrap();
}

/// Views that wait together are written together: each interaction once, no gap in the chain (R29).
pub(crate) async fn r29_views_written_together_keep_the_chain_and_act_once(kit: &Kit) {
    let view = |n: i64| Change {
        interaction: interaction(n / 2),
        audit: vec![event(AuditAction::ViewCard, 1)],
        ..change(vec![])
    };
    let done = futures::future::join_all((0..100).map(|n| kit.store.commit(view(n)))).await;
    let count = |wanted| {
        done.iter()
            .filter(|done| matches!(done, Ok(done) if *done == wanted))
            .count()
    };
    assert_eq!(
        (count(Committed::Done), count(Committed::Duplicate)),
        (50, 50)
    );
    let rows = trail(kit, change(vec![]).desk).await;
    assert_eq!(rows.len(), 50);
    verify(&rows);
}
