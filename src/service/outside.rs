//! What comes from no desk of this program, a direct message or a guild without a desk: refused, and audited in the
//! desk that it was aimed at.

use crate::domain::ids::{AccountId, DeskId, DraftId, RequestId};
use crate::domain::outcome::Outcome;
use crate::domain::refusal::Refusal;
use crate::service::call::{Call, Intent};
use crate::service::caller::Refused;
use crate::service::{Service, ServiceError};

/// The row that a component's id names.
#[derive(Clone, Copy)]
enum Aim {
    Account(AccountId),
    Draft(DraftId),
    Request(RequestId),
}

impl Intent {
    const fn aim(&self) -> Option<Aim> {
        Some(match self {
            Self::ShowCard { account } | Self::CardButton { account, .. } => Aim::Account(*account),
            Self::Trail { part, .. } => match part.account {
                Some(account) => Aim::Account(account),
                None => return None,
            },
            Self::Step { draft, .. }
            | Self::ReopenForm { draft, .. }
            | Self::Confirm { draft }
            | Self::Cancel { draft } => Aim::Draft(*draft),
            Self::Request { request, .. } => Aim::Request(*request),
            Self::LockStatus { .. }
            | Self::Lists
            | Self::ShowList { .. }
            | Self::Audit { .. }
            | Self::WhoAmI
            | Self::OldComponent
            | Self::ResendCode(_)
            | Self::Requests { .. }
            | Self::Freeze { .. } => return None,
        })
    }
}

impl Service {
    /// Refuses a call from outside; what it was aimed at decides whose trail keeps the attempt.
    pub(super) async fn refuse_outside(&self, call: &Call) -> Result<Outcome, ServiceError> {
        let refused = Refused::of_anybody(call, Refusal::NoDesk);
        let Some(desk) = self.aimed_at(call).await? else {
            tracing::warn!(interaction = %call.interaction, "an interaction from outside any desk was refused");
            return Ok(Outcome::Refused(refused.refusal));
        };
        self.refuse_in(desk, call, refused).await
    }

    /// The desk that holds what is aimed at; what names nothing must not fill any desk's trail.
    async fn aimed_at(&self, call: &Call) -> Result<Option<DeskId>, ServiceError> {
        let Some(aim) = call.intent.aim() else {
            return Ok(None);
        };
        for desk in self.desks.keys().copied() {
            let holds = match aim {
                Aim::Account(id) => {
                    let account = self.store.load_account(desk, id, None, self.clock.now());
                    account.await?.is_some()
                }
                Aim::Draft(id) => self.store.load_draft(desk, id).await?.is_some(),
                Aim::Request(id) => self.store.load_request(desk, id).await?.is_some(),
            };
            if holds {
                return Ok(Some(desk));
            }
        }
        Ok(None)
    }
}
