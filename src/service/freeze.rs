//! `/desk freeze` and `unfreeze`: a helper may do nothing from this moment on, and what they asked for is void (R39).

use std::collections::BTreeMap;

use crate::domain::access::FreezePermit;
use crate::domain::audit::{AuditAction, AuditEvent, AuditResult};
use crate::domain::change::{Change, Freeze, Write};
use crate::domain::ids::MemberId;
use crate::domain::outcome::Outcome;
use crate::domain::reason::Reason;
use crate::domain::refusal::Refusal;
use crate::domain::request::RequestState;
use crate::domain::request_view::Frost;
use crate::ports::store::{Committed, RequestQuery};
use crate::service::caller::Caller;
use crate::service::{ATTEMPTS, Service, ServiceError};

/// More requests than anybody can have waiting.
const MOST_VOIDED: u32 = 100_000;

impl Service {
    /// Freezes a helper or sets them free; asks for whom, when nobody is named.
    pub(super) async fn freeze(
        &self,
        caller: &Caller<'_>,
        frost: Frost,
        member: Option<MemberId>,
        reason: &str,
    ) -> Result<Outcome, ServiceError> {
        let action = match frost {
            Frost::Freeze => AuditAction::FreezeMember,
            Frost::Unfreeze => AuditAction::UnfreezeMember,
        };
        // somebody who may not freeze is refused before anybody is named
        let meant = member.unwrap_or(MemberId(0));
        let permit = match caller.authority.may_freeze(caller.desk, meant) {
            Ok(permit) => permit,
            Err(refusal) => return self.refuse_caller(caller, action, None, refusal).await,
        };
        if member.is_none() {
            return Ok(Outcome::AskMember(frost));
        }
        let reason = match Reason::parse(reason) {
            Ok(reason) => reason,
            Err(error) => {
                let refusal = Refusal::Reason(error);
                let told = self
                    .refuse_caller(caller, action, None, refusal.clone())
                    .await?;
                return Ok(match told {
                    Outcome::Refused(_) => Outcome::AskFrostReason {
                        frost,
                        member: meant,
                        problem: refusal,
                    },
                    told => told,
                });
            }
        };
        for _ in 0..ATTEMPTS {
            let frozen = self.store.is_frozen(caller.desk.id, meant).await?;
            let refusal = match (frost, frozen) {
                (Frost::Freeze, true) => Some(Refusal::AlreadyFrozen),
                (Frost::Unfreeze, false) => Some(Refusal::NotFrozen),
                _ => None,
            };
            if let Some(refusal) = refusal {
                return self.refuse_caller(caller, action, None, refusal).await;
            }
            let (change, voided) = match frost {
                Frost::Freeze => self.frost(caller, permit, &reason).await?,
                Frost::Unfreeze => (thaw(caller, permit, &reason)?, 0),
            };
            match self.commit(change).await? {
                Committed::Done => {
                    return Ok(Outcome::Frozen {
                        frost,
                        member: meant,
                        voided,
                    });
                }
                Committed::Duplicate => return Ok(Outcome::AlreadyHandled),
                Committed::Conflict => {}
            }
        }
        self.refuse_caller(caller, action, None, Refusal::FactsChanged)
            .await
    }

    /// The freeze with the end of every request of theirs that waits.
    async fn frost(
        &self,
        caller: &Caller<'_>,
        permit: FreezePermit,
        reason: &Reason,
    ) -> Result<(Change, usize), ServiceError> {
        let waiting = RequestQuery {
            by: permit.member(),
            about: None,
            state: Some(RequestState::Requested),
            before: i64::MAX,
            limit: MOST_VOIDED,
        };
        let waiting = self.store.list_requests(caller.desk.id, &waiting).await?;
        let mut writes = vec![Write::FreezeMember(Freeze {
            member: permit.member(),
            by: caller.call.member.id,
            reason: reason.clone(),
            waiting: waiting.len(),
        })];
        let mut audit = vec![event(caller, permit, AuditAction::FreezeMember, reason)?];
        let mut voided = 0;
        for facts in waiting {
            let detail = facts.request.detail();
            let Ok(waiting) = facts.request.waiting() else {
                continue;
            };
            voided += 1;
            let why = Refusal::Frozen.code();
            writes.extend(waiting.void(why, caller.now).writes(caller.desk));
            let what = (AuditAction::VoidRequest, AuditResult::Refused(why));
            audit.push(caller.event_about(&facts.account, permit.actor(), what, detail)?);
        }
        Ok((caller.change(writes, audit), voided))
    }
}

fn thaw(
    caller: &Caller<'_>,
    permit: FreezePermit,
    reason: &Reason,
) -> Result<Change, ServiceError> {
    let member = permit.member();
    let event = event(caller, permit, AuditAction::UnfreezeMember, reason)?;
    let writes = vec![Write::UnfreezeMember { member }];
    Ok(caller.change(writes, vec![event]))
}

fn event(
    caller: &Caller<'_>,
    permit: FreezePermit,
    action: AuditAction,
    reason: &Reason,
) -> Result<AuditEvent, ServiceError> {
    Ok(AuditEvent {
        detail: BTreeMap::from([
            ("member", permit.member().to_string()),
            ("reason", reason.as_recorded().to_owned()),
        ]),
        ..caller.event(permit.actor(), (action, AuditResult::Done))?
    })
}
