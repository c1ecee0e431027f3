//! The use cases, one file per command: load facts, let the domain decide, commit one change.
//! A new command gets an [`Intent`], a file with its use case, and a line in [`Service::handle`].

mod ask;
pub mod call;
mod caller;
mod confirm;
mod decide;
pub mod deliver;
mod dialog;
pub mod find_person;
mod freeze;
mod lists;
mod lock_status;
pub mod notes;
mod outside;
mod requests;
mod resend_code;
pub mod suggest;
mod tend;
mod trail;

use std::collections::HashMap;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use crate::domain::access::Authority;
use crate::domain::audit::{AuditAction, AuditEvent};
use crate::domain::change::Change;
use crate::domain::code::CodeKey;
use crate::domain::desk::Desk;
use crate::domain::ids::{AccountId, DeskId};
use crate::domain::outcome::Outcome;
use crate::domain::refusal::Refusal;
use crate::domain::whoami::WhoAmI;
use crate::ports::blocking::Broken;
use crate::ports::certain;
use crate::ports::clock::Clock;
use crate::ports::mailer::Mailer;
use crate::ports::news::{OutboxNews, Queued};
use crate::ports::store::{Committed, Store, StoreError};
use crate::ports::supply::NoRandomBits;
use call::{Call, Intent};
use caller::{Caller, Refused};

/// Discord's tokens are worth nothing after 15 minutes (P01).
const INTERACTION_LIFE: SignedDuration = SignedDuration::from_mins(15);

/// How often a decision is made anew on changed facts before the caller is told.
const ATTEMPTS: usize = 3;

/// Something outside failed. Nothing was changed; what is not certain is [`Outcome::Uncertain`].
#[derive(Debug, thiserror::Error)]
pub enum ServiceError {
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The random source.
    #[error(transparent)]
    Random(#[from] NoRandomBits),
    /// A computation panicked.
    #[error(transparent)]
    Broken(#[from] Broken),
}

/// All that the use cases work with.
pub struct Service {
    store: Arc<dyn Store>,
    mailer: Arc<dyn Mailer>,
    clock: Arc<dyn Clock>,
    desks: HashMap<DeskId, Arc<Desk>>,
    key: Arc<CodeKey>,
    news: OutboxNews,
}

impl Service {
    /// Puts the parts together.
    #[must_use]
    pub fn new(
        store: Arc<dyn Store>,
        mailer: Arc<dyn Mailer>,
        clock: Arc<dyn Clock>,
        desks: Vec<Desk>,
        key: CodeKey,
    ) -> Self {
        let desks = desks
            .into_iter()
            .map(|desk| (desk.id, Arc::new(desk)))
            .collect();
        Self {
            store,
            mailer,
            clock,
            desks,
            key: Arc::new(key),
            news: OutboxNews::default(),
        }
    }

    /// The desk of a guild.
    #[must_use]
    pub fn desk(&self, id: DeskId) -> Option<&Arc<Desk>> {
        self.desks.get(&id)
    }

    /// Now, by the clock that everything is decided with.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Carries out one interaction.
    ///
    /// # Errors
    /// Something outside failed; nothing was changed.
    pub async fn handle(&self, call: &Call) -> Result<Outcome, ServiceError> {
        match self.carry_out(call).await {
            Err(ServiceError::Store(error @ StoreError::Uncertain(_))) => {
                tracing::error!(interaction = %call.interaction, %error, "it is not certain whether a change was made");
                Ok(Outcome::Uncertain(call.interaction))
            }
            certain => certain,
        }
    }

    async fn carry_out(&self, call: &Call) -> Result<Outcome, ServiceError> {
        let now = self.clock.now();
        let Some(desk) = self.desks.get(&call.desk) else {
            return self.refuse_outside(call).await;
        };
        let late = now.duration_since(call.interaction.created_at()) > INTERACTION_LIFE;
        match &call.intent {
            Intent::Audit { .. } if late => {
                return self.refuse_trail(call, None, Refusal::TooLate).await;
            }
            Intent::Trail { part, .. } if late => {
                return self
                    .refuse_trail(call, part.account, Refusal::TooLate)
                    .await;
            }
            Intent::WhoAmI if late => {
                let refused = Refused::of_anybody(call, Refusal::TooLate);
                return self.refuse(call, refused).await;
            }
            Intent::OldComponent => {
                let refused = Refused::of_anybody(call, Refusal::OldComponent);
                return self.refuse(call, refused).await;
            }
            // reading the trail is a part in the desk like any other (R39)
            Intent::Audit { .. } | Intent::Trail { .. }
                if self.store.is_frozen(desk.id, call.member.id).await? =>
            {
                return self.refuse_trail(call, None, Refusal::Frozen).await;
            }
            Intent::Audit { user, since } => {
                return self.audit(call, desk, user.as_deref(), *since).await;
            }
            Intent::Trail { part, turn } => return self.trail(call, desk, *part, *turn).await,
            // tells the caller about nobody else, so it is for outsiders too
            Intent::WhoAmI => {
                let frozen = self.store.is_frozen(desk.id, call.member.id).await?;
                let who = WhoAmI::of(desk, &call.member, frozen);
                return Ok(Outcome::WhoAmI(Box::new(who)));
            }
            _ => {}
        }
        let authority = match Authority::of(desk, &call.member) {
            Ok(authority) => authority,
            Err(refusal) => {
                return self.refuse(call, Refused::of_anybody(call, refusal)).await;
            }
        };
        let refusal = if late {
            Some(Refusal::TooLate)
        } else if self.store.is_frozen(desk.id, call.member.id).await? {
            Some(Refusal::Frozen)
        } else {
            None
        };
        let caller = Caller {
            call,
            desk,
            authority,
            now,
        };
        if let Some(refusal) = refusal {
            let action = AuditAction::UseCommand;
            return self.refuse_caller(&caller, action, None, refusal).await;
        }
        match &call.intent {
            Intent::LockStatus { user } => self.lock_status(&caller, user.as_deref()).await,
            Intent::ShowCard { account } => self.show_card(&caller, *account).await,
            Intent::Lists => self.lists(&caller).await,
            Intent::ShowList { list, turn } => self.list_page(&caller, *list, *turn).await,
            Intent::ResendCode(wanted) => self.resend_code(&caller, wanted).await,
            Intent::CardButton { action, account } => {
                self.card_button(&caller, *action, *account).await
            }
            Intent::Step { draft, step } => self.dialog_step(&caller, *draft, step).await,
            Intent::ReopenForm { draft, form } => self.reopen_form(&caller, *draft, *form).await,
            Intent::Confirm { draft } => Box::pin(self.confirm(&caller, *draft)).await,
            Intent::Cancel { draft } => self.cancel(&caller, *draft).await,
            Intent::Requests { filter, before } => self.requests(&caller, *filter, *before).await,
            // much is held across its steps, and rarely
            Intent::Request { request, deed } => {
                Box::pin(self.request(&caller, *request, deed)).await
            }
            Intent::Freeze {
                frost,
                member,
                reason,
            } => self.freeze(&caller, *frost, *member, reason).await,
            // for others than those who act, and answered above
            Intent::Audit { .. } | Intent::Trail { .. } | Intent::WhoAmI | Intent::OldComponent => {
                Ok(Outcome::Refused(Refusal::OldComponent))
            }
        }
    }

    /// Commits, asks again when the answer was lost, and wakes whoever delivers what was queued.
    async fn commit(&self, change: Change) -> Result<Committed, StoreError> {
        let queued = Queued::by(&change.writes);
        let committed = certain::commit(self.store.as_ref(), change).await?;
        if committed == Committed::Done {
            self.news.queued(queued);
        }
        Ok(committed)
    }

    /// Tells an outcome once its row is in the trail (R29, R33).
    async fn recorded(
        &self,
        call: &Call,
        desk: DeskId,
        event: AuditEvent,
        outcome: Outcome,
    ) -> Result<Outcome, ServiceError> {
        let change = Change::audit_only(desk, Some(call.interaction), event);
        Ok(match self.commit(change).await? {
            Committed::Duplicate => Outcome::AlreadyHandled,
            Committed::Done | Committed::Conflict => outcome,
        })
    }

    /// Writes the audit row of a refusal, then tells it.
    async fn refuse(&self, call: &Call, refused: Refused) -> Result<Outcome, ServiceError> {
        self.refuse_in(call.desk, call, refused).await
    }

    /// The same in the trail of a desk that the call did not come from.
    async fn refuse_in(
        &self,
        desk: DeskId,
        call: &Call,
        refused: Refused,
    ) -> Result<Outcome, ServiceError> {
        let event = refused.event(self.clock.now())?;
        let outcome = Outcome::Refused(refused.refusal);
        self.recorded(call, desk, event, outcome).await
    }

    /// Refuses what a caller with a part in the desk wants.
    async fn refuse_caller(
        &self,
        caller: &Caller<'_>,
        action: AuditAction,
        account: Option<AccountId>,
        refusal: Refusal,
    ) -> Result<Outcome, ServiceError> {
        let refused = Refused {
            actor: caller.authority.actor(),
            action,
            account,
            refusal,
        };
        self.refuse(caller.call, refused).await
    }
}
