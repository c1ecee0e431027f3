//! Audit events that the store itself causes: a lock by failed logins, a redeemed code.

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::domain::audit::{Actor, AuditAction, AuditEvent, AuditResult};
use crate::domain::ids::{AccountId, Version};
use crate::ports::store::LoginReport;

/// The account was locked by this report (X05).
pub(super) fn locked(account: AccountId, version: Version, report: &LoginReport) -> AuditEvent {
    let detail = BTreeMap::from([("failed_logins", report.max_failures.to_string())]);
    event(
        AuditAction::LockByLogins,
        account,
        version,
        (report.at, report.salt),
        detail,
    )
}

/// A code of this kind was used up.
pub(super) fn redeemed(
    account: AccountId,
    version: Version,
    kind: &str,
    (at, salt): (Timestamp, [u8; 16]),
) -> AuditEvent {
    let detail = BTreeMap::from([("kind", kind.to_owned())]);
    event(
        AuditAction::RedeemCode,
        account,
        version,
        (at, salt),
        detail,
    )
}

fn event(
    action: AuditAction,
    account: AccountId,
    version: Version,
    (at, salt): (Timestamp, [u8; 16]),
    detail: BTreeMap<&'static str, String>,
) -> AuditEvent {
    AuditEvent {
        at,
        actor: Actor::default(),
        approver: None,
        action,
        account: Some(account),
        verification: None,
        result: AuditResult::Done,
        version: Some(version),
        detail,
        salt,
    }
}
