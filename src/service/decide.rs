//! Decisions: authority and facts of this moment, one conditional write, and in the same change what was approved.
//! Whoever comes second finds the request ended (R07); a target that changed voids it (R08).

use crate::domain::access::DecisionPermit;
use crate::domain::account::Account;
use crate::domain::audit::{Actor, AuditAction, AuditEvent, AuditResult};
use crate::domain::change::Change;
use crate::domain::ids::{AccountId, RequestId};
use crate::domain::order::Plan;
use crate::domain::outcome::{Done, EndedRequest, Outcome};
use crate::domain::reason::Reason;
use crate::domain::refusal::Refusal;
use crate::domain::request::RequestState;
use crate::domain::request_life::{Ended, Waiting};
use crate::domain::request_view::RequestView;
use crate::ports::store::{Committed, RequestFacts};
use crate::service::call::RequestDeed;
use crate::service::caller::{Caller, Detail};
use crate::service::confirm::{done, queued};
use crate::service::{ATTEMPTS, Service, ServiceError};

/// A request that waits, with its account and leave to decide it.
struct Pending {
    permit: DecisionPermit,
    waiting: Waiting,
    account: Account,
}

/// What a decision comes to.
enum Verdict {
    /// It is written; what was done, if anything.
    Written(Option<Done>),
    /// The facts changed under it.
    Again,
    /// Somebody is told something else.
    Told(Outcome),
}

impl Service {
    /// Something is done with a request.
    pub(super) async fn request(
        &self,
        caller: &Caller<'_>,
        id: RequestId,
        deed: &RequestDeed,
    ) -> Result<Outcome, ServiceError> {
        let action = match deed {
            RequestDeed::Show => return self.show_request(caller, id, false).await,
            RequestDeed::Details => return self.show_request(caller, id, true).await,
            RequestDeed::Approve => AuditAction::ApproveRequest,
            RequestDeed::Deny { .. } => AuditAction::DenyRequest,
            RequestDeed::Cancel => AuditAction::CancelRequest,
        };
        for _ in 0..ATTEMPTS {
            let Some(facts) = self.store.load_request(caller.desk.id, id).await? else {
                let refusal = Refusal::RequestNotFound;
                return self.refuse_caller(caller, action, None, refusal).await;
            };
            let verdict = match deed {
                RequestDeed::Cancel => self.cancel_request(caller, facts).await?,
                RequestDeed::Deny { reason } => self.deny(caller, facts, reason).await?,
                _ => self.approve(caller, facts).await?,
            };
            match verdict {
                Verdict::Written(done) => return self.ended(caller, id, done).await,
                Verdict::Told(outcome) => return Ok(outcome),
                Verdict::Again => {}
            }
        }
        self.refuse_caller(caller, action, None, Refusal::FactsChanged)
            .await
    }

    /// The request while it waits, with leave to decide it; else what comes of it instead.
    async fn pending(
        &self,
        caller: &Caller<'_>,
        action: AuditAction,
        facts: RequestFacts,
    ) -> Result<Result<Pending, Verdict>, ServiceError> {
        let RequestFacts { request, account } = facts;
        let requester = request.requester.member;
        let decided = caller
            .authority
            .may_decide(caller.desk, &account, requester)
            .and_then(|permit| Ok((permit, request.waiting()?)));
        Ok(match decided {
            Ok((_, waiting)) if waiting.is_late(caller.now) => {
                Err(self.end_late(caller, waiting, &account).await?)
            }
            Ok((permit, waiting)) => Ok(Pending {
                permit,
                waiting,
                account,
            }),
            Err(refusal) => {
                let about = Some(account.id);
                Err(self.told(caller, action, about, refusal).await?)
            }
        })
    }

    /// Yes: everything once more on the facts of this moment, then the decision and the order as one change.
    async fn approve(
        &self,
        caller: &Caller<'_>,
        facts: RequestFacts,
    ) -> Result<Verdict, ServiceError> {
        let action = AuditAction::ApproveRequest;
        let Pending {
            permit,
            waiting,
            account,
        } = match self.pending(caller, action, facts).await? {
            Ok(pending) => pending,
            Err(verdict) => return Ok(verdict),
        };
        let requester = waiting.request().requester;
        if let Some(member) = requester.member
            && self.store.is_frozen(caller.desk.id, member).await?
        {
            let about = waiting.request().detail();
            let ended = waiting.void(Refusal::Frozen.code(), caller.now);
            return self
                .end_void(caller, ended, (&account, about), Refusal::Frozen)
                .await;
        }
        let Some(now) = self
            .store
            .load_account(caller.desk.id, account.id, requester.member, caller.now)
            .await?
        else {
            return Ok(Verdict::Again);
        };
        if now.account.version != account.version {
            // the authority was read from another account than would be changed
            return Ok(Verdict::Again);
        }
        let order = waiting.request().order.clone();
        let unchanged = waiting.is_unchanged(&now.account);
        let about = waiting.request().detail();
        let approved = waiting.approve(&permit, caller.now);
        if !unchanged {
            let refusal = Refusal::TargetChanged;
            return self
                .end_void(
                    caller,
                    approved.void(refusal.code()),
                    (&account, about),
                    refusal,
                )
                .await;
        }
        let carry_out = permit.carry_out(requester);
        let plan = match Plan::decide(caller.desk, carry_out, &now, order, caller.now) {
            Ok(plan) => plan,
            // it may be approved a little later
            Err(refusal) if refusal.is_passing() => {
                return self.told(caller, action, Some(account.id), refusal).await;
            }
            Err(refusal) => {
                let what = (action, AuditResult::Refused(refusal.code()));
                let event = caller.event_about(&account, permit.actor(), what, about)?;
                let ended = approved.failed(refusal.code());
                return self.end(caller, ended, event, None).await;
            }
        };
        let what = done(&now, &plan);
        let mut change = self.prepare(caller, None, plan).await?;
        // the trail shows for which request something was done
        for done in &mut change.audit {
            done.detail.extend(about.clone());
        }
        let what_done = (action, AuditResult::Done);
        let event = caller.event_about(&account, permit.actor(), what_done, about)?;
        change.audit.insert(0, event);
        change
            .writes
            .extend(approved.executed().writes(caller.desk));
        let letters = queued(&change);
        self.write_end(change, Some(Done { letters, ..what })).await
    }

    async fn deny(
        &self,
        caller: &Caller<'_>,
        facts: RequestFacts,
        reason: &str,
    ) -> Result<Verdict, ServiceError> {
        let action = AuditAction::DenyRequest;
        let Pending {
            permit,
            waiting,
            account,
        } = match self.pending(caller, action, facts).await? {
            Ok(pending) => pending,
            Err(verdict) => return Ok(verdict),
        };
        let reason = match Reason::parse(reason) {
            Ok(reason) => reason,
            Err(error) => {
                let refusal = Refusal::Reason(error);
                let about = Some(account.id);
                let told = self
                    .refuse_caller(caller, action, about, refusal.clone())
                    .await?;
                if !matches!(told, Outcome::Refused(_)) {
                    return Ok(Verdict::Told(told));
                }
                // it can be written again where it stands
                let (desk, request) = (caller.desk, waiting.request().clone());
                let view = RequestView {
                    problem: Some(refusal),
                    ..RequestView::of(desk, &caller.authority, request, account)
                };
                return Ok(Verdict::Told(Outcome::Request(Box::new(view))));
            }
        };
        let mut about = waiting.request().detail();
        about.insert("reason", reason.as_recorded().to_owned());
        let what = (action, AuditResult::Done);
        let event = caller.event_about(&account, permit.actor(), what, about)?;
        let ended = waiting.deny(&permit, reason, caller.now);
        self.end(caller, ended, event, None).await
    }

    async fn cancel_request(
        &self,
        caller: &Caller<'_>,
        facts: RequestFacts,
    ) -> Result<Verdict, ServiceError> {
        let action = AuditAction::CancelRequest;
        let (account, about) = (facts.account, facts.request.detail());
        let ended = facts
            .request
            .waiting()
            .and_then(|waiting| waiting.cancel(caller.call.member.id, caller.now));
        let ended = match ended {
            Ok(ended) => ended,
            Err(refusal) => return self.told(caller, action, Some(account.id), refusal).await,
        };
        let what = (action, AuditResult::Done);
        let event = caller.event_about(&account, caller.authority.actor(), what, about)?;
        self.end(caller, ended, event, None).await
    }

    /// Its time was over before anybody noticed.
    async fn end_late(
        &self,
        caller: &Caller<'_>,
        waiting: Waiting,
        account: &Account,
    ) -> Result<Verdict, ServiceError> {
        let request = waiting.request();
        let refusal = Refusal::RequestEnded {
            number: request.number,
            state: RequestState::Expired,
            decider: None,
            at: request.expires_at,
        };
        let what = (AuditAction::ExpireRequest, AuditResult::Done);
        let event = caller.event_about(account, Actor::default(), what, request.detail())?;
        let ended = waiting.expire(caller.now);
        self.end(caller, ended, event, Some(refusal)).await
    }

    async fn end_void(
        &self,
        caller: &Caller<'_>,
        ended: Ended,
        (account, about): (&Account, Detail),
        refusal: Refusal,
    ) -> Result<Verdict, ServiceError> {
        let result = AuditResult::Refused(refusal.code());
        let what = (AuditAction::VoidRequest, result);
        let event = caller.event_about(account, caller.authority.actor(), what, about)?;
        self.end(caller, ended, event, Some(refusal)).await
    }

    /// Writes an end in which nothing else happens; `refusal` is told instead of the end.
    async fn end(
        &self,
        caller: &Caller<'_>,
        ended: Ended,
        event: AuditEvent,
        refusal: Option<Refusal>,
    ) -> Result<Verdict, ServiceError> {
        let change = caller.change(ended.writes(caller.desk), vec![event]);
        Ok(match (self.write_end(change, None).await?, refusal) {
            (Verdict::Written(_), Some(refusal)) => Verdict::Told(Outcome::Refused(refusal)),
            (verdict, _) => verdict,
        })
    }

    async fn write_end(&self, change: Change, done: Option<Done>) -> Result<Verdict, ServiceError> {
        Ok(match self.commit(change).await? {
            Committed::Done => Verdict::Written(done),
            Committed::Duplicate => Verdict::Told(Outcome::AlreadyHandled),
            Committed::Conflict => Verdict::Again,
        })
    }

    /// The request as it is now, for whoever ended it.
    async fn ended(
        &self,
        caller: &Caller<'_>,
        id: RequestId,
        done: Option<Done>,
    ) -> Result<Outcome, ServiceError> {
        let Some(now) = self.store.load_request(caller.desk.id, id).await? else {
            return Ok(Outcome::Refused(Refusal::RequestNotFound));
        };
        let view = RequestView::of(caller.desk, &caller.authority, now.request, now.account);
        Ok(Outcome::Ended(Box::new(EndedRequest { view, done })))
    }

    async fn told(
        &self,
        caller: &Caller<'_>,
        action: AuditAction,
        account: Option<AccountId>,
        refusal: Refusal,
    ) -> Result<Verdict, ServiceError> {
        self.refuse_caller(caller, action, account, refusal)
            .await
            .map(Verdict::Told)
    }
}
