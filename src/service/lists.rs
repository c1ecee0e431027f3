//! The lists of people who may need help: counts, and one page after another, each audited.

use std::collections::BTreeMap;

use jiff::ToSpan as _;

use crate::domain::audit::{AuditAction, AuditEvent, AuditResult};
use crate::domain::lists::{ListBounds, ListPage, PAGE, PersonList, Turn};
use crate::domain::outcome::Outcome;
use crate::domain::refusal::Refusal;
use crate::ports::store::ListQuery;
use crate::service::caller::Caller;
use crate::service::{Service, ServiceError};

impl Service {
    /// The counts of all lists of the desk, as far as the caller sees; names nobody.
    pub(super) async fn lists(&self, caller: &Caller<'_>) -> Result<Outcome, ServiceError> {
        let counts = self
            .store
            .count_lists(caller.desk.id, &bounds(caller))
            .await?;
        let profile = &caller.desk.profile;
        Ok(Outcome::Lists(
            counts
                .into_iter()
                .filter(|(list, _)| list.is_of(profile))
                .collect(),
        ))
    }

    /// A page of a list, with an audit row of the view.
    pub(super) async fn list_page(
        &self,
        caller: &Caller<'_>,
        list: PersonList,
        turn: Turn,
    ) -> Result<Outcome, ServiceError> {
        if !list.is_of(&caller.desk.profile) {
            let refusal = Refusal::OldComponent;
            return self
                .refuse_caller(caller, AuditAction::ViewList, None, refusal)
                .await;
        }
        let query = ListQuery {
            list,
            bounds: bounds(caller),
            turn,
            limit: u32::try_from(PAGE).unwrap_or(u32::MAX).saturating_add(1),
        };
        let people = self.store.list_people(caller.desk.id, &query).await?;
        let page = ListPage::of(list, turn, people, caller.now);
        let event = AuditEvent {
            detail: BTreeMap::from([
                ("list", list.code().to_owned()),
                ("page", turn.to_string()),
                ("count", page.people.len().to_string()),
            ]),
            ..caller.event(
                caller.authority.actor(),
                (AuditAction::ViewList, AuditResult::Viewed),
            )?
        };
        let outcome = Outcome::ListPage(Box::new(page));
        self.recorded(caller.call, caller.desk.id, event, outcome)
            .await
    }
}

fn bounds(caller: &Caller<'_>) -> ListBounds {
    let today = caller.desk.zone.to_datetime(caller.now).date();
    let days = i64::from(caller.desk.profile.password_expiring_days);
    ListBounds {
        sight: caller.authority.sight(),
        expiring_until: today.saturating_add(days.days()),
        now: caller.now,
    }
}
