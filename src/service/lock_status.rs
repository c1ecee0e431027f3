//! `/lock-status`: the card of a user; without one, the lists.

use std::collections::BTreeMap;

use crate::domain::audit::{AuditAction, AuditResult};
use crate::domain::card::Card;
use crate::domain::ids::AccountId;
use crate::domain::outcome::{AskPerson, Outcome};
use crate::domain::refusal::Refusal;
use crate::domain::trail::TrailReader;
use crate::service::caller::Caller;
use crate::service::find_person::Found;
use crate::service::{Service, ServiceError};

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
        let what = (AuditAction::ViewCard, AuditResult::Viewed);
        let event = caller.event_about(&facts.account, permit.actor(), what, BTreeMap::new())?;
        let timeline = TrailReader::of(caller.desk, &caller.call.member)
            .is_ok_and(|reader| reader.sees(&facts.account));
        let card = Card::show(caller.desk, &caller.authority, &permit, facts, caller.now);
        let outcome = Outcome::Card(Box::new(Card { timeline, ..card }));
        self.recorded(caller.call, caller.desk.id, event, outcome)
            .await
    }

    async fn refuse_view(
        &self,
        caller: &Caller<'_>,
        account: Option<AccountId>,
        refusal: Refusal,
    ) -> Result<Outcome, ServiceError> {
        self.refuse_caller(caller, AuditAction::ViewCard, account, refusal)
            .await
    }
}
