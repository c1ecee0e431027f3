//! What falls due while a request waits: the role is reminded once, the contact mailbox told once, then it expires
//! (D7). Each step is a conditional write, so that of several instances one does it.

use jiff::Timestamp;

use crate::domain::audit::{Actor, AuditAction, AuditEvent, AuditResult};
use crate::domain::change::{Change, Write};
use crate::domain::desk::Desk;
use crate::domain::ids::{DeskId, LetterId, RequestId};
use crate::domain::letter::{LetterKind, NewLetter, Recipient};
use crate::domain::note::NoteKind;
use crate::domain::request_life::{DueStep, Waiting};
use crate::domain::supply::Supply as _;
use crate::ports::store::{Committed, RequestFacts};
use crate::ports::supply::SystemSupply;
use crate::service::{Service, ServiceError};

/// Requests looked after at a time.
const BATCH: u32 = 50;

impl Service {
    /// One step of the worker: does what is due for waiting requests. The number of steps done; 0 when none is due.
    ///
    /// # Errors
    /// The database failed; what was not done is due again.
    pub async fn tend_requests(&self) -> Result<usize, ServiceError> {
        let now = self.clock.now();
        let mut done = 0;
        // a desk that is no longer configured keeps its requests as they are
        let desks: Vec<DeskId> = self.desks.keys().copied().collect();
        for (desk, id) in self.store.due_requests(&desks, now, BATCH).await? {
            let Some(desk) = self.desks.get(&desk) else {
                continue;
            };
            match self.tend(desk, id, now).await {
                Ok(did) => done += usize::from(did),
                // one row that cannot be read must not hold up the others
                Err(error) => {
                    tracing::error!(desk = %desk.id, request = %id, %error, "a request could not be looked after");
                }
            }
        }
        Ok(done)
    }

    async fn tend(&self, desk: &Desk, id: RequestId, now: Timestamp) -> Result<bool, ServiceError> {
        let Some(facts) = self.store.load_request(desk.id, id).await? else {
            return Ok(false);
        };
        let RequestFacts { request, account } = facts;
        let Ok(waiting) = request.waiting() else {
            return Ok(false);
        };
        let (step, next_step_at) = waiting.due(&desk.profile, now);
        let request = waiting.request();
        let noted = Write::NoteRequest {
            id,
            expected: request.version,
            step,
            next_step_at,
        };
        let mut supply = SystemSupply::draw(now)?;
        let mut audit = Vec::new();
        let writes = match step {
            // the profile's times were changed since
            None => vec![noted],
            Some(DueStep::Remind) => {
                let reminder = desk.approvals_channel.map(|_| Write::QueueNote {
                    kind: NoteKind::Reminder,
                    request: id,
                });
                std::iter::once(noted).chain(reminder).collect()
            }
            Some(DueStep::Mail) => vec![
                noted,
                Write::QueueLetter(warning(&waiting, LetterId(supply.id()), now)),
            ],
            Some(DueStep::Expire) => {
                audit.push(AuditEvent {
                    account: Some(account.id),
                    version: Some(account.version),
                    detail: request.detail(),
                    ..AuditEvent::new(
                        now,
                        Actor::default(),
                        (AuditAction::ExpireRequest, AuditResult::Done),
                        supply.bits(),
                    )
                });
                waiting.expire(now).writes(desk)
            }
        };
        let change = Change {
            desk: desk.id,
            at: now,
            interaction: None,
            writes,
            audit,
        };
        Ok(self.commit(change).await? == Committed::Done)
    }
}

/// The mail to the contact mailbox before a request expires.
fn warning(waiting: &Waiting, id: LetterId, at: Timestamp) -> NewLetter {
    let request = waiting.request();
    NewLetter {
        id,
        identity: format!("request/{}/waiting", request.id),
        account: request.account,
        kind: LetterKind::RequestWaiting,
        recipient: Recipient::Mailbox(request.id),
        codes: Vec::new(),
        tells_unlock: false,
        at,
    }
}
