//! Whoever calls, with what they may do at this moment, and what the trail keeps of it.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;

use crate::domain::access::Authority;
use crate::domain::account::Account;
use crate::domain::audit::{Actor, AuditAction, AuditEvent, AuditResult};
use crate::domain::change::{Change, Write};
use crate::domain::desk::Desk;
use crate::domain::ids::AccountId;
use crate::domain::refusal::Refusal;
use crate::domain::supply::Supply as _;
use crate::ports::supply::SystemSupply;
use crate::service::ServiceError;
use crate::service::call::Call;

/// What a row of the trail keeps beside its columns.
pub(super) type Detail = BTreeMap<&'static str, String>;

/// A call from a desk's guild by somebody with a part in it.
pub(super) struct Caller<'a> {
    pub(super) call: &'a Call,
    pub(super) desk: &'a Arc<Desk>,
    pub(super) authority: Authority,
    pub(super) now: Timestamp,
}

impl Caller<'_> {
    /// What this interaction changes, once.
    pub(super) fn change(&self, writes: Vec<Write>, audit: Vec<AuditEvent>) -> Change {
        Change {
            desk: self.desk.id,
            at: self.now,
            interaction: Some(self.call.interaction),
            writes,
            audit,
        }
    }

    /// A row of the trail; what more there is goes into its fields.
    pub(super) fn event(
        &self,
        actor: Actor,
        what: (AuditAction, AuditResult),
    ) -> Result<AuditEvent, ServiceError> {
        let salt = SystemSupply::draw(self.now)?.bits();
        Ok(AuditEvent::new(self.now, actor, what, salt))
    }

    /// A row about an account as it is now.
    pub(super) fn event_about(
        &self,
        account: &Account,
        actor: Actor,
        what: (AuditAction, AuditResult),
        detail: Detail,
    ) -> Result<AuditEvent, ServiceError> {
        Ok(AuditEvent {
            account: Some(account.id),
            version: Some(account.version),
            detail,
            ..self.event(actor, what)?
        })
    }
}

/// A refusal to be audited.
pub(super) struct Refused {
    pub(super) actor: Actor,
    pub(super) action: AuditAction,
    pub(super) account: Option<AccountId>,
    pub(super) refusal: Refusal,
}

impl Refused {
    /// Of somebody whose part in the desk does not matter.
    pub(super) const fn of_anybody(call: &Call, refusal: Refusal) -> Self {
        Self {
            actor: Actor {
                member: Some(call.member.id),
                role: None,
            },
            action: AuditAction::UseCommand,
            account: None,
            refusal,
        }
    }

    pub(super) fn event(&self, now: Timestamp) -> Result<AuditEvent, ServiceError> {
        Ok(AuditEvent {
            account: self.account,
            ..AuditEvent::new(
                now,
                self.actor,
                (self.action, AuditResult::Refused(self.refusal.code())),
                SystemSupply::draw(now)?.bits(),
            )
        })
    }
}
