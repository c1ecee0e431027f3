//! The confirm that ends a dialog: one change by whoever may act, a request by whoever must ask.

use std::sync::Arc;

use crate::domain::access::{ChangePermit, Leave};
use crate::domain::change::{Change, Write};
use crate::domain::dialog::Draft;
use crate::domain::facts::AccountFacts;
use crate::domain::ids::DraftId;
use crate::domain::letter::{LetterState, LetterStatus};
use crate::domain::order::{self, Moment, Order, Plan};
use crate::domain::outcome::{Done, Outcome};
use crate::domain::profile::SendKind;
use crate::domain::refusal::Refusal;
use crate::ports::blocking;
use crate::ports::store::Committed;
use crate::ports::supply::SystemSupply;
use crate::service::caller::Caller;
use crate::service::{ATTEMPTS, Service, ServiceError};

impl Service {
    /// The confirm: every rule once more on the facts of this moment, then one change.
    pub(super) async fn confirm(
        &self,
        caller: &Caller<'_>,
        id: DraftId,
    ) -> Result<Outcome, ServiceError> {
        for _ in 0..ATTEMPTS {
            let draft = match self.own_draft(caller, id).await? {
                Ok(draft) => draft,
                Err(refusal) => return self.refuse_send(caller, None, None, refusal).await,
            };
            let (facts, leave) = match self.facts_for_change(caller, &draft).await? {
                Ok(allowed) => allowed,
                Err(refusal) => return self.refuse_dialog(caller, &draft, refusal).await,
            };
            if draft.dialog.shown_address != facts.account.data.email {
                return self
                    .go_on(caller, draft, Some(Refusal::AddressChangedMeanwhile))
                    .await;
            }
            let profile = &caller.desk.profile;
            let Some(order) = draft.dialog.order(profile, &facts.account) else {
                return self
                    .refuse_confirm(caller, draft, (&facts, &leave), Refusal::Incomplete)
                    .await;
            };
            if let Err(refusal) = order::check(caller.desk, &facts, &order, caller.now) {
                return self
                    .refuse_confirm(caller, draft, (&facts, &leave), refusal)
                    .await;
            }
            let ended = match leave {
                Leave::Act(permit) => self.act(caller, draft, &facts, (permit, order)).await?,
                Leave::Ask(permit) => self.ask(caller, &draft, &facts, (&permit, order)).await?,
            };
            if let Some(outcome) = ended {
                return Ok(outcome);
            }
        }
        self.refuse_send(caller, None, None, Refusal::FactsChanged)
            .await
    }

    /// Carries the order out; `None` when the facts changed under it.
    async fn act(
        &self,
        caller: &Caller<'_>,
        draft: Draft,
        facts: &AccountFacts,
        (permit, order): (ChangePermit, Order),
    ) -> Result<Option<Outcome>, ServiceError> {
        let plan = match Plan::decide(caller.desk, permit, facts, order, caller.now) {
            Ok(plan) => plan,
            Err(refusal) => return self.refuse_dialog(caller, &draft, refusal).await.map(Some),
        };
        let done = done(facts, &plan);
        let change = self.prepare(caller, Some(draft), plan).await?;
        let letters = queued(&change);
        Ok(match self.commit(change).await? {
            Committed::Done => Some(Outcome::Done(Box::new(Done { letters, ..done }))),
            Committed::Duplicate => Some(Outcome::AlreadyHandled),
            Committed::Conflict => None,
        })
    }

    /// The change of a plan, made beside the loop where it takes long.
    pub(super) async fn prepare(
        &self,
        caller: &Caller<'_>,
        draft: Option<Draft>,
        plan: Plan,
    ) -> Result<Change, ServiceError> {
        let mut supply = SystemSupply::draw(caller.now)?;
        let moment = Moment {
            now: caller.now,
            interaction: caller.call.interaction,
            draft,
        };
        let (desk, key) = (Arc::clone(caller.desk), Arc::clone(&self.key));
        let slow = plan
            .sends()
            .is_some_and(|send| send.kind == SendKind::Credentials);
        let prepare = move || plan.into_change(&desk, &moment, &key, &mut supply);
        // password hashes take milliseconds and would hold up every other answer
        if slow {
            Ok(blocking::run(prepare).await?)
        } else {
            Ok(prepare())
        }
    }
}

/// The letters of a change, all of them still waiting.
pub(super) fn queued(change: &Change) -> Vec<LetterStatus> {
    let letter = |write: &Write| match write {
        Write::QueueLetter(letter) => Some(LetterStatus {
            id: letter.id,
            kind: letter.kind,
            at: letter.at,
            state: LetterState::Waiting,
        }),
        _ => None,
    };
    change.writes.iter().filter_map(letter).collect()
}

/// What a plan does, before its letters are known.
pub(super) fn done(facts: &AccountFacts, plan: &Plan) -> Done {
    let (order, sent) = (plan.order(), plan.sends());
    let corrected = order.new_address.is_some();
    Done {
        unlocked: order.unlock,
        account: facts.account.id,
        name: facts.account.full_name(),
        kind: sent.map(|send| send.kind),
        to: sent
            .map(|send| send.to.clone())
            .or_else(|| facts.account.data.email.clone()),
        address_corrected: corrected,
        carry_over: order.unlock || corrected,
        letters: Vec::new(),
    }
}
