//! `/lock-status`: the card of a user; without one, the lists.

use std::collections::BTreeMap;

use crate::domain::audit::{AuditAction, AuditEvent, AuditResult};
use crate::domain::card::Card;
use crate::domain::change::Change;
use crate::domain::ids::AccountId;
use crate::domain::outcome::{AskPerson, Outcome};
use crate::domain::refusal::Refusal;
use crate::domain::supply::Supply as _;
use crate::domain::trail::TrailReader;
use crate::ports::store::Committed;
use crate::ports::supply::SystemSupply;
use crate::service::find_person::Found;
use crate::service::{Caller, Refused, Service, ServiceError};

impl Service {
    pub(super) async fn lock_status(
        &self,
        caller: &Caller<'_>,
        user: Option<&str>,
    ) -> Result<Outcome, ServiceError> {
        let Some(user) = user else {
            return self.lists(caller).await;
        };
        match self.find(caller.desk.id, &caller.authority, user).await? {
            Found::One(account) => self.show_card(caller, account).await,
            Found::Several(people) => Ok(Outcome::AskPerson(AskPerson {
                draft: None,
                people,
                looked_up: true,
            })),
            Found::Nobody => {
                self.refuse_view(caller, None, Refusal::PersonNotFound)
                    .await
            }
        }
    }

    /// The card, with an audit row of the view.
    pub(super) async fn show_card(
        &self,
        caller: &Caller<'_>,
        id: AccountId,
    ) -> Result<Outcome, ServiceError> {
        let helper = Some(caller.call.member.id);
        let Some(facts) = self
            .store
            .load_account(caller.desk.id, id, helper, caller.now)
            .await?
        else {
            return self
                .refuse_view(caller, None, Refusal::PersonNotFound)
                .await;
        };
        let permit = match caller.authority.may_view(&facts.account) {
            Ok(permit) => permit,
            Err(refusal) => return self.refuse_view(caller, Some(id), refusal).await,
        };
        let event = AuditEvent {
            at: caller.now,
            actor: permit.actor(),
            approver: None,
            action: AuditAction::ViewCard,
            account: Some(id),
            verification: None,
            result: AuditResult::Viewed,
            version: Some(facts.account.version),
            detail: BTreeMap::new(),
            salt: SystemSupply::draw(caller.now)?.bits(),
        };
        let change = Change::audit_only(caller.desk.id, Some(caller.call.interaction), event);
        if self.commit(change).await? == Committed::Duplicate {
            return Ok(Outcome::AlreadyHandled);
        }
        let timeline = TrailReader::of(caller.desk, &caller.call.member)
            .is_ok_and(|reader| reader.sees(&facts.account));
        let card = Card::show(caller.desk, &caller.authority, &permit, facts, caller.now);
        Ok(Outcome::Card(Box::new(Card { timeline, ..card })))
    }

    async fn refuse_view(
        &self,
        caller: &Caller<'_>,
        account: Option<AccountId>,
        refusal: Refusal,
    ) -> Result<Outcome, ServiceError> {
        let actor = caller.authority.actor();
        self.refuse(
            caller.call,
            Refused {
                actor,
                action: AuditAction::ViewCard,
                account,
                refusal,
            },
        )
        .await
    }
}
