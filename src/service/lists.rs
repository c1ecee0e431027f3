//! The lists of people who may need help: counts, and one page after another, each audited.

use std::collections::BTreeMap;

use jiff::ToSpan as _;

use crate::domain::audit::{AuditAction, AuditEvent, AuditResult};
use crate::domain::change::Change;
use crate::domain::lists::{ListBounds, ListPage, PAGE, PersonList, Turn};
use crate::domain::outcome::Outcome;
use crate::domain::refusal::Refusal;
use crate::domain::supply::Supply as _;
use crate::ports::store::{Committed, ListQuery};
use crate::ports::supply::SystemSupply;
use crate::service::{Caller, Service, ServiceError};

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
            return Ok(Outcome::Refused(Refusal::OldComponent));
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
            at: caller.now,
            actor: caller.authority.actor(),
            action: AuditAction::ViewList,
            account: None,
            verification: None,
            result: AuditResult::Viewed,
            version: None,
            detail: BTreeMap::from([
                ("list", list.code().to_owned()),
                ("page", turn.to_string()),
                ("count", page.people.len().to_string()),
            ]),
            salt: SystemSupply::draw(caller.now)?.bits(),
        };
        let change = Change::audit_only(caller.desk.id, Some(caller.call.interaction), event);
        if self.commit(change).await? == Committed::Duplicate {
            return Ok(Outcome::AlreadyHandled);
        }
        Ok(Outcome::ListPage(Box::new(page)))
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
