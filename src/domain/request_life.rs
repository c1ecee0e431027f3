//! The life of a request, forward only (R07, R08): each step consumes the former state and gives the write of the next.

use jiff::{SignedDuration, Timestamp};

use super::access::{AskPermit, DecisionPermit};
use super::account::Account;
use super::audit::Actor;
use super::change::Write;
use super::desk::Desk;
use super::ids::{AccountId, ChannelId, MemberId, RequestId, Version};
use super::note::NoteKind;
use super::order::Order;
use super::profile::Profile;
use super::reason::Reason;
use super::refusal::Refusal;
use super::request::{
    ApprovalRule, CardProblem, Decision, Flags, OldValues, Request, RequestState,
};

/// A new request, before it has its number.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NewRequest {
    /// The key.
    pub id: RequestId,
    /// Whom it is about.
    pub account: AccountId,
    /// The action.
    pub order: Order,
    /// What it replaces.
    pub old: OldValues,
    /// Why it needs an approval.
    pub rule: ApprovalRule,
    /// Who asks.
    pub requester: Actor,
    /// Where they asked.
    pub asked_in: Option<ChannelId>,
    /// What to look at twice.
    pub flags: Flags,
    /// When.
    pub at: Timestamp,
    /// Until when it can be decided.
    pub expires_at: Timestamp,
    /// When something is due if nobody decides.
    pub next_step_at: Timestamp,
    /// Whether the desk has a channel for its card.
    pub has_channel: bool,
}

impl NewRequest {
    /// A request by somebody with leave to ask, and its lifetime by the profile (D7).
    #[must_use]
    pub fn ask(
        desk: &Desk,
        permit: &AskPermit,
        account: &Account,
        order: Order,
        asking: Asking,
    ) -> Self {
        debug_assert_eq!(permit.account(), account.id, "a permit is for one account");
        let Asking {
            id,
            asked_in,
            flags,
            at,
        } = asking;
        let expires_at = after(at, desk.profile.request_life_hours);
        let steps = Steps {
            at,
            expires_at,
            reminded: false,
            mailed: false,
        };
        Self {
            id,
            account: account.id,
            old: order.old_values(account),
            order,
            rule: permit.rule(),
            requester: permit.actor(),
            asked_in,
            flags,
            at,
            expires_at,
            next_step_at: steps.next(&desk.profile),
            has_channel: desk.approvals_channel.is_some(),
        }
    }

    /// Why it has no card from the start, if so.
    #[must_use]
    pub fn card_problem(&self) -> Option<CardProblem> {
        (!self.has_channel).then_some(CardProblem::Missing)
    }

    /// What is written, its card included.
    #[must_use]
    pub fn writes(self) -> Vec<Write> {
        let card = self.has_channel.then_some(Write::QueueNote {
            kind: NoteKind::Card,
            request: self.id,
        });
        let mut writes = vec![Write::OpenRequest(Box::new(self))];
        writes.extend(card);
        writes
    }
}

/// The circumstances in which something is asked for.
#[derive(Clone, Copy, Debug)]
pub struct Asking {
    /// The request's key.
    pub id: RequestId,
    /// The channel.
    pub asked_in: Option<ChannelId>,
    /// What to look at twice.
    pub flags: Flags,
    /// When.
    pub at: Timestamp,
}

/// What falls due while nobody decides (D7).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum DueStep {
    /// The superuser role is reminded.
    Remind,
    /// The contact mailbox is told.
    Mail,
    /// It expires.
    Expire,
}

#[derive(Clone, Copy)]
struct Steps {
    at: Timestamp,
    expires_at: Timestamp,
    reminded: bool,
    mailed: bool,
}

impl Steps {
    fn all(self, profile: &Profile) -> [(bool, Timestamp, DueStep); 3] {
        let remind_at = after(self.at, profile.request_reminder_hours);
        let warning = SignedDuration::from_hours(i64::from(profile.request_warning_hours));
        let mail_at = self
            .expires_at
            .checked_sub(warning)
            .unwrap_or(self.at)
            .max(self.at);
        [
            (true, self.expires_at, DueStep::Expire),
            (!self.mailed, mail_at, DueStep::Mail),
            (!self.reminded, remind_at, DueStep::Remind),
        ]
    }

    fn next(self, profile: &Profile) -> Timestamp {
        let open = self.all(profile).into_iter().filter(|(open, ..)| *open);
        open.map(|(_, at, _)| at).min().unwrap_or(self.expires_at)
    }
}

fn after(at: Timestamp, hours: u32) -> Timestamp {
    at.checked_add(SignedDuration::from_hours(i64::from(hours)))
        .unwrap_or(Timestamp::MAX)
}

/// A request that waits for a decision; the only state that others follow from.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Waiting(Request);

/// A request that was approved a moment ago, in the change that also ends it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Approved(Request, Decision);

/// A request at its end, to be written if it still waits in the version that was read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Ended {
    /// Which.
    pub id: RequestId,
    /// The version that was read.
    pub expected: Version,
    /// Where it ended.
    pub state: RequestState,
    /// Why it is void or failed.
    pub failure: Option<&'static str>,
    /// Who decided, if anybody.
    pub decision: Option<Decision>,
    /// When.
    pub at: Timestamp,
}

impl Ended {
    /// What is written: the end, the card brought up to date, the answer to whoever asked.
    #[must_use]
    pub fn writes(self, desk: &Desk) -> Vec<Write> {
        let request = self.id;
        let card = desk.approvals_channel.map(|_| NoteKind::Card);
        // whoever takes a request back knows
        let answer = (self.state != RequestState::Cancelled).then_some(NoteKind::Answer);
        let notes = card.into_iter().chain(answer);
        let notes = notes.map(|kind| Write::QueueNote { kind, request });
        let mut writes = vec![Write::EndRequest(Box::new(self))];
        writes.extend(notes);
        writes
    }
}

impl Request {
    /// The request while it waits.
    ///
    /// # Errors
    /// It came to its end before.
    pub fn waiting(self) -> Result<Waiting, Refusal> {
        if self.state == RequestState::Requested {
            return Ok(Waiting(self));
        }
        Err(Refusal::RequestEnded {
            number: self.number,
            state: self.state,
            decider: self.decision.map(|decision| decision.decider),
            at: self.settled_at.unwrap_or(self.requested_at),
        })
    }
}

impl Waiting {
    /// What is asked for.
    #[must_use]
    pub const fn request(&self) -> &Request {
        &self.0
    }

    /// Whether its time is over, whether or not that was written yet.
    #[must_use]
    pub fn is_late(&self, now: Timestamp) -> bool {
        now >= self.0.expires_at
    }

    /// Whether what the order replaces is still what whoever asked saw (R08).
    #[must_use]
    pub fn is_unchanged(&self, account: &Account) -> bool {
        self.0.order.old_values(account) == self.0.old
    }

    /// What is due now, if anything, and when the next thing is due after it.
    #[must_use]
    pub fn due(&self, profile: &Profile, now: Timestamp) -> (Option<DueStep>, Timestamp) {
        let steps = Steps {
            at: self.0.requested_at,
            expires_at: self.0.expires_at,
            reminded: self.0.reminded_at.is_some(),
            mailed: self.0.mailed_at.is_some(),
        };
        let mut due = steps
            .all(profile)
            .into_iter()
            .filter(|(open, at, _)| *open && *at <= now);
        let step = due.next().map(|(_, _, step)| step);
        let after = Steps {
            reminded: steps.reminded || step == Some(DueStep::Remind),
            mailed: steps.mailed || step == Some(DueStep::Mail),
            ..steps
        };
        (step, after.next(profile))
    }

    /// A superuser says yes.
    #[must_use]
    pub fn approve(self, permit: &DecisionPermit, at: Timestamp) -> Approved {
        let decision = decision(permit, true, None, at);
        Approved(self.0, decision)
    }

    /// A superuser says no.
    #[must_use]
    pub fn deny(self, permit: &DecisionPermit, reason: Reason, at: Timestamp) -> Ended {
        let decision = decision(permit, false, Some(reason), at);
        self.end(RequestState::Denied, None, Some(decision), at)
    }

    /// Whoever asked takes it back.
    ///
    /// # Errors
    /// Somebody else asked.
    pub fn cancel(self, by: MemberId, at: Timestamp) -> Result<Ended, Refusal> {
        if self.0.requester.member != Some(by) {
            return Err(Refusal::NotYourRequest);
        }
        Ok(self.end(RequestState::Cancelled, None, None, at))
    }

    /// Its time is over.
    #[must_use]
    pub fn expire(self, at: Timestamp) -> Ended {
        self.end(RequestState::Expired, None, None, at)
    }

    /// It must not run any more, whatever anybody decides.
    #[must_use]
    pub fn void(self, why: &'static str, at: Timestamp) -> Ended {
        self.end(RequestState::Void, Some(why), None, at)
    }

    fn end(
        self,
        state: RequestState,
        failure: Option<&'static str>,
        decision: Option<Decision>,
        at: Timestamp,
    ) -> Ended {
        Ended {
            id: self.0.id,
            expected: self.0.version,
            state,
            failure,
            decision,
            at,
        }
    }
}

impl Approved {
    /// It was carried out.
    #[must_use]
    pub fn executed(self) -> Ended {
        self.end(RequestState::Executed, None)
    }

    /// A rule spoke against it.
    #[must_use]
    pub fn failed(self, why: &'static str) -> Ended {
        self.end(RequestState::Failed, Some(why))
    }

    /// What it is about changed since it was asked for (R08).
    #[must_use]
    pub fn void(self, why: &'static str) -> Ended {
        self.end(RequestState::Void, Some(why))
    }

    fn end(self, state: RequestState, failure: Option<&'static str>) -> Ended {
        let Self(request, decision) = self;
        let at = decision.at;
        Waiting(request).end(state, failure, Some(decision), at)
    }
}

fn decision(
    permit: &DecisionPermit,
    approves: bool,
    reason: Option<Reason>,
    at: Timestamp,
) -> Decision {
    Decision {
        decider: permit.member(),
        role: Some(permit.role()),
        approves,
        reason,
        at,
    }
}
