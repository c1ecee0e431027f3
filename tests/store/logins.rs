//! Reported logins: counted, and locking at the last failure (X05).

use deskhand::domain::account::UserName;
use deskhand::domain::ids::{AccountId, Version};
use deskhand::domain::lock::{Lock, LockSource, LoginOutcome};
use deskhand::ports::store::LoginReport;

use super::kit::*;

async fn report(
    kit: &Kit,
    username: &str,
    outcome: LoginOutcome,
    seconds: i64,
) -> Option<(AccountId, Lock)> {
    let username = UserName::parse(username).unwrap();
    let report = LoginReport {
        username,
        outcome,
        max_failures: 5,
        at: at(seconds),
        salt: [4; 16],
    };
    kit.store.record_login(DESK, &report).await.unwrap()
}

pub(crate) async fn x05_the_fifth_failure_locks_and_four_do_not(kit: &Kit) {
    let mut unknown = data("Anna");
    unknown.lock = Lock::Unknown;
    kit.done(vec![insert(1, unknown)]).await;
    for failed_logins in 1..=4 {
        let told = report(kit, "ANNA", LoginOutcome::Failure, i64::from(failed_logins)).await;
        assert_eq!(told, Some((AccountId(1), Lock::Open { failed_logins })));
    }
    assert_eq!(
        kit.account(1).await.version,
        Version(1),
        "counting is no change"
    );
    let locked = Lock::Locked {
        since: at(5),
        by: LockSource::Portal,
    };
    assert_eq!(
        report(kit, "anna", LoginOutcome::Failure, 5).await,
        Some((AccountId(1), locked))
    );
    assert_eq!(
        report(kit, "anna", LoginOutcome::Failure, 6).await,
        Some((AccountId(1), locked))
    );
    let account = kit.account(1).await;
    assert_eq!((account.version, account.data.lock), (Version(2), locked));
}

pub(crate) async fn x05_a_success_starts_the_count_anew_but_opens_no_lock(kit: &Kit) {
    kit.person(1, "anna").await;
    for _ in 0..4 {
        report(kit, "anna", LoginOutcome::Failure, 1).await;
    }
    assert_eq!(
        report(kit, "anna", LoginOutcome::Success, 2).await,
        Some((AccountId(1), Lock::OPEN))
    );
    for _ in 0..5 {
        report(kit, "anna", LoginOutcome::Failure, 3).await;
    }
    let locked = Lock::Locked {
        since: at(3),
        by: LockSource::Portal,
    };
    assert_eq!(
        report(kit, "anna", LoginOutcome::Success, 4).await,
        Some((AccountId(1), locked))
    );
}

pub(crate) async fn x05_many_failures_at_once_lock_once(kit: &Kit) {
    kit.person(1, "anna").await;
    let reports = (0..40).map(|_| report(kit, "anna", LoginOutcome::Failure, 1));
    futures::future::join_all(reports).await;
    assert!(kit.account(1).await.data.lock.is_locked());
    assert_eq!(kit.account(1).await.version, Version(2));
    assert_eq!(kit.number("SELECT COUNT(*) FROM audit").await, 1);
}

pub(crate) async fn an_unknown_user_name_is_told_apart(kit: &Kit) {
    kit.person(1, "anna").await;
    assert_eq!(report(kit, "nobody", LoginOutcome::Failure, 1).await, None);
}

pub(crate) async fn r29_a_lock_is_audited_and_a_failure_is_not(kit: &Kit) {
    kit.person(1, "anna").await;
    for _ in 0..4 {
        report(kit, "anna", LoginOutcome::Failure, 1).await;
    }
    assert!(kit.store.list_audit(DESK, 0, 10).await.unwrap().is_empty());
    report(kit, "anna", LoginOutcome::Failure, 9).await;
    let rows = kit.store.list_audit(DESK, 0, 10).await.unwrap();
    let row = &rows[0].row;
    assert_eq!(
        (row.action.as_str(), row.at, row.account),
        ("lock-by-logins", at(9), Some(AccountId(1)))
    );
    assert_eq!((row.version, row.actor.member), (Some(Version(2)), None));
}
