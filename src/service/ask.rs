//! A confirm by somebody who may not act alone becomes a request, which a superuser of the right scope decides.
//! Every order comes through here: a new action needs no line in this file.

use jiff::SignedDuration;

use crate::domain::access::AskPermit;
use crate::domain::audit::{AuditAction, AuditEvent, AuditResult};
use crate::domain::change::Write;
use crate::domain::dialog::Draft;
use crate::domain::facts::AccountFacts;
use crate::domain::ids::{DeskId, RequestId};
use crate::domain::order::Order;
use crate::domain::outcome::Outcome;
use crate::domain::refusal::Refusal;
use crate::domain::request::{self, Flags};
use crate::domain::request_life::{Asking, NewRequest};
use crate::domain::request_view::RequestView;
use crate::domain::supply::Supply as _;
use crate::ports::store::{Committed, StoreError};
use crate::ports::supply::SystemSupply;
use crate::service::caller::Caller;
use crate::service::{Service, ServiceError};

/// How far back requests are counted for the flags (R12).
const FLAG_WINDOW: SignedDuration = SignedDuration::from_hours(24);

impl Service {
    /// Opens the request; `None` when the facts changed under it.
    pub(super) async fn ask(
        &self,
        caller: &Caller<'_>,
        draft: &Draft,
        facts: &AccountFacts,
        (permit, order): (&AskPermit, Order),
    ) -> Result<Option<Outcome>, ServiceError> {
        let (desk, member) = (caller.desk, caller.call.member.id);
        let since = caller.now.saturating_sub(FLAG_WINDOW);
        let since = since.unwrap_or(caller.now);
        let (for_person, persons) = self
            .store
            .count_requests(desk.id, facts.account.id, member, since)
            .await?;
        let flags = Flags::raised(&desk.profile, for_person, persons);
        let mut supply = SystemSupply::draw(caller.now)?;
        let asking = Asking {
            id: RequestId(supply.id()),
            asked_in: caller.call.channel,
            flags,
            at: caller.now,
        };
        let mut detail = request::detail(asking.id, None);
        detail.extend(order.detail(&facts.account));
        let event = AuditEvent {
            account: Some(facts.account.id),
            verification: order.verification,
            version: Some(facts.account.version),
            detail,
            ..AuditEvent::new(
                caller.now,
                permit.actor(),
                (AuditAction::OpenRequest, AuditResult::Done),
                supply.bits(),
            )
        };
        let request = NewRequest::ask(desk, permit, &facts.account, order, asking);
        let mut writes = request.writes();
        writes.push(Write::FinishDraft {
            id: draft.id,
            expected: draft.version,
        });
        match self.commit(caller.change(writes, vec![event])).await? {
            Committed::Done => {}
            Committed::Duplicate => return Ok(Some(Outcome::AlreadyHandled)),
            Committed::Conflict => {
                let frozen = self.store.is_frozen(desk.id, member).await?;
                return Ok(match frozen {
                    true => Some(self.refuse_dialog(caller, draft, Refusal::Frozen).await?),
                    false => None,
                });
            }
        }
        if flags.any() {
            tracing::info!(desk = %desk.id, request = %asking.id, for_person = flags.for_person, by_requester = flags.by_requester, metric = "requests_flagged", "a request raised a flag");
        }
        let opened = self.store.load_request(desk.id, asking.id).await?;
        let Some(opened) = opened else {
            return Ok(Some(Outcome::Refused(Refusal::RequestNotFound)));
        };
        let view = RequestView::of(desk, &caller.authority, opened.request, opened.account);
        Ok(Some(Outcome::Requested(Box::new(view))))
    }

    /// Waits until it is known what became of a request's card.
    ///
    /// # Errors
    /// The database failed.
    pub async fn carded(&self, desk: DeskId, view: RequestView) -> Result<RequestView, StoreError> {
        let id = view.request.id;
        let mut listener = self.news.listen();
        loop {
            let Some(now) = self.store.load_request(desk, id).await? else {
                return Ok(view);
            };
            let known = now.request.posted.is_some() || now.request.card_problem.is_some();
            if known || !listener.heard_of(&[id.0]).await {
                return Ok(RequestView {
                    request: now.request,
                    ..view
                });
            }
        }
    }
}
