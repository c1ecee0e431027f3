//! `/requests`: pages of requests, and one of them with what its reader may do; views are audited.

use std::collections::BTreeMap;

use crate::domain::audit::{AuditAction, AuditEvent, AuditResult};
use crate::domain::ids::RequestId;
use crate::domain::outcome::Outcome;
use crate::domain::refusal::Refusal;
use crate::domain::request_view::{PAGE, RequestFilter, RequestPage, RequestView};
use crate::ports::store::{RequestFacts, RequestQuery};
use crate::service::caller::Caller;
use crate::service::{Service, ServiceError};

impl Service {
    /// A page of requests: the reader's own, and those about accounts in their scopes.
    pub(super) async fn requests(
        &self,
        caller: &Caller<'_>,
        filter: RequestFilter,
        before: i64,
    ) -> Result<Outcome, ServiceError> {
        let about = caller.authority.decides_over().filter(|_| !filter.mine);
        let query = RequestQuery {
            by: caller.call.member.id,
            about,
            state: filter.state,
            before,
            limit: u32::try_from(PAGE).unwrap_or(u32::MAX).saturating_add(1),
        };
        let mut found = self.store.list_requests(caller.desk.id, &query).await?;
        let more = found.len() > PAGE;
        found.truncate(PAGE);
        let view = |facts: RequestFacts| {
            RequestView::of(caller.desk, &caller.authority, facts.request, facts.account)
        };
        let requests: Vec<_> = found.into_iter().map(view).collect();
        let older = requests.last().map(|view| view.request.number);
        let page = RequestPage {
            filter,
            first: before == i64::MAX,
            older: older.filter(|_| more),
            requests,
        };
        let shown = match page.first {
            true => "first".to_owned(),
            false => format!("before {before}"),
        };
        let event = AuditEvent {
            detail: BTreeMap::from([
                ("state", filter.code().to_owned()),
                ("page", shown),
                ("count", page.requests.len().to_string()),
            ]),
            ..caller.event(
                caller.authority.actor(),
                (AuditAction::ViewRequests, AuditResult::Viewed),
            )?
        };
        let outcome = Outcome::Requests(Box::new(page));
        self.recorded(caller.call, caller.desk.id, event, outcome)
            .await
    }

    /// One request; in full only for superusers of the account's scopes (R28).
    pub(super) async fn show_request(
        &self,
        caller: &Caller<'_>,
        id: RequestId,
        in_full: bool,
    ) -> Result<Outcome, ServiceError> {
        let action = AuditAction::ViewRequest;
        let Some(facts) = self.store.load_request(caller.desk.id, id).await? else {
            let refusal = Refusal::RequestNotFound;
            return self.refuse_caller(caller, action, None, refusal).await;
        };
        let (request, account) = (facts.request, facts.account);
        let refusal = if in_full {
            caller
                .authority
                .may_see_details(caller.desk, &account)
                .err()
        } else {
            let sees = caller.authority.sees_request(&request, &account);
            (!sees).then_some(Refusal::RequestNotFound)
        };
        if let Some(refusal) = refusal {
            return self
                .refuse_caller(caller, action, Some(account.id), refusal)
                .await;
        }
        let mut detail = request.detail();
        if in_full {
            detail.insert("part", "details".to_owned());
        }
        let what = (action, AuditResult::Viewed);
        let event = caller.event_about(&account, caller.authority.actor(), what, detail)?;
        let view = RequestView::of(caller.desk, &caller.authority, request, account);
        let view = RequestView { in_full, ..view };
        let outcome = Outcome::Request(Box::new(view));
        self.recorded(caller.call, caller.desk.id, event, outcome)
            .await
    }
}
