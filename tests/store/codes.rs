//! Codes: used once, in time, and all others end with it (R15, R16, X08).

use deskhand::domain::account::AccountState;
use deskhand::domain::change::Write;
use deskhand::domain::code::CodeKind;
use deskhand::domain::ids::{AccountId, CodeId, Version};
use deskhand::domain::import::Field;
use deskhand::domain::lock::{Lock, LockSource};

use super::kit::*;

async fn redeem(kit: &Kit, id: i64, seconds: i64) -> bool {
    kit.store
        .redeem_code(DESK, CodeId(id), at(seconds), [3; 16])
        .await
        .unwrap()
}

pub(crate) async fn x08_a_code_is_redeemed_once(kit: &Kit) {
    kit.person(1, "anna").await;
    let codes = [
        code(10, 1, CodeKind::Onboarding, 100),
        code(11, 1, CodeKind::ResetLink, 100),
    ];
    let hash = codes[0].hash.clone();
    kit.done(codes.map(Write::IssueCode).into()).await;
    let open: Vec<_> = kit
        .facts(1)
        .await
        .open_codes
        .iter()
        .map(|code| code.id.0)
        .collect();
    assert_eq!(open, [11, 10], "the newest first");
    assert_eq!(
        kit.store.find_code(DESK, &hash).await.unwrap().unwrap().id,
        CodeId(10)
    );
    assert!(redeem(kit, 10, 50).await);
    assert!(!redeem(kit, 10, 50).await);
    assert!(!redeem(kit, 11, 50).await, "use ends all open codes");
    assert!(!redeem(kit, 99, 50).await);
    assert_eq!(kit.store.find_code(DESK, &hash).await.unwrap(), None);
    assert_eq!(
        kit.number("SELECT COUNT(*) FROM code WHERE bits IS NOT NULL")
            .await,
        0
    );
    assert!(kit.facts(1).await.open_codes.is_empty());
    let rows = kit.store.list_audit(DESK, 0, 10).await.unwrap();
    assert_eq!(
        rows.iter()
            .map(|row| row.row.action.as_str())
            .collect::<Vec<_>>(),
        ["redeem-code"]
    );
    assert_eq!(rows[0].row.version, Some(Version(2)));
    assert_eq!(kit.account(1).await.version, Version(2));
}

pub(crate) async fn x08_of_two_at_once_one_redeems(kit: &Kit) {
    kit.person(1, "anna").await;
    kit.done(vec![Write::IssueCode(code(
        10,
        1,
        CodeKind::Invitation,
        100,
    ))])
    .await;
    let tries = (0..16).map(|_| kit.store.redeem_code(DESK, CodeId(10), at(1), [0; 16]));
    let done = futures::future::join_all(tries).await;
    assert_eq!(
        done.into_iter()
            .filter(|done| *done.as_ref().unwrap())
            .count(),
        1
    );
    assert_eq!(kit.number("SELECT COUNT(*) FROM audit").await, 1);
}

pub(crate) async fn r16_expiry_one_second_before_at_and_after(kit: &Kit) {
    kit.person(1, "anna").await;
    for (id, seconds, accepted) in [(10, 99, true), (11, 100, true), (12, 101, false)] {
        kit.done(vec![Write::IssueCode(code(
            id,
            1,
            CodeKind::ResetLink,
            100,
        ))])
        .await;
        assert_eq!(redeem(kit, id, seconds).await, accepted, "{seconds}");
    }
    // an expired code is still an open one: the card proposes to renew it
    assert_eq!(kit.facts(1).await.open_codes.len(), 1);
}

pub(crate) async fn r15_a_new_code_ends_the_old_and_deletes_its_bits(kit: &Kit) {
    kit.person(1, "anna").await;
    kit.person(2, "bruno").await;
    let old = [
        code(10, 1, CodeKind::Onboarding, 100),
        code(20, 2, CodeKind::Onboarding, 100),
    ];
    kit.done(old.map(Write::IssueCode).into()).await;
    let renew = vec![
        Write::RevokeCodes {
            account: AccountId(1),
        },
        Write::IssueCode(code(11, 1, CodeKind::Onboarding, 100)),
    ];
    kit.done(renew).await;
    assert!(!redeem(kit, 10, 1).await);
    assert_eq!(
        kit.number(
            "SELECT COUNT(*) FROM code WHERE id = 10 AND bits IS NULL AND revoked_at IS NOT NULL"
        )
        .await,
        1
    );
    assert!(redeem(kit, 11, 1).await);
    assert!(redeem(kit, 20, 1).await, "of another person");
}

pub(crate) async fn d5_a_reset_link_opens_the_lock(kit: &Kit) {
    for (id, kind, opens) in [
        (1, CodeKind::ResetLink, true),
        (2, CodeKind::Onboarding, false),
    ] {
        let locked = Lock::Locked {
            since: at(0),
            by: LockSource::Portal,
        };
        let mut data = data(&format!("u{id}"));
        data.lock = locked;
        kit.done(vec![
            insert(id, data),
            Write::IssueCode(code(10 + id, id, kind, 100)),
        ])
        .await;
        assert!(redeem(kit, 10 + id, 1).await);
        assert_eq!(
            kit.account(id).await.data.lock,
            if opens { Lock::OPEN } else { locked }
        );
    }
    let facts = kit
        .store
        .load_for_import(DESK, &["u1".to_owned()])
        .await
        .unwrap();
    assert_eq!(facts[0].desk_changes, [(Field::Locked, "yes".to_owned())]);
}

pub(crate) async fn an_onboarding_code_activates(kit: &Kit) {
    let mut invited = data("anna");
    invited.state = AccountState::Invited;
    invited.lock = Lock::Unknown;
    kit.done(vec![
        insert(1, invited),
        Write::IssueCode(code(10, 1, CodeKind::Onboarding, 100)),
    ])
    .await;
    assert!(redeem(kit, 10, 1).await);
    let account = kit.account(1).await;
    assert_eq!(
        (account.data.state, account.data.lock),
        (AccountState::Active, Lock::Unknown)
    );
    let facts = kit
        .store
        .load_for_import(DESK, &["anna".to_owned()])
        .await
        .unwrap();
    assert_eq!(
        facts[0].desk_changes,
        [(Field::State, "invited".to_owned())]
    );
}

pub(crate) async fn a_verification_code_activates_nobody(kit: &Kit) {
    let mut invited = data("anna");
    invited.state = AccountState::Invited;
    kit.done(vec![
        insert(1, invited),
        Write::IssueCode(code(10, 1, CodeKind::Verification, 100)),
    ])
    .await;
    assert!(redeem(kit, 10, 1).await);
    assert_eq!(kit.account(1).await.data.state, AccountState::Invited);
}
