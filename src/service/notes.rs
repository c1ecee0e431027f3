//! Messages about requests on their way to channels: taken from the outbox, written at the moment of posting by
//! whoever knows Discord, settled here.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use crate::domain::audit::{Actor, AuditAction, AuditEvent, AuditResult};
use crate::domain::backoff;
use crate::domain::change::{Change, Write};
use crate::domain::desk::Desk;
use crate::domain::ids::ChannelId;
use crate::domain::note::NoteKind;
use crate::domain::request::{CardProblem, Posted, Request, RequestState};
use crate::domain::request_view::RequestView;
use crate::domain::supply::Supply as _;
use crate::ports::store::{NoteClaim, NoteSettlement, StoreError};
use crate::ports::supply::SystemSupply;
use crate::service::{Service, ServiceError};

/// Messages taken at a time.
const BATCH: u32 = 8;

/// Longer than any call to Discord takes; then another worker may try.
const LEASE: SignedDuration = SignedDuration::from_secs(60);

/// A message whose posting is in doubt for longer is looked for before it is posted again; Discord finds it by its
/// nonce until then.
const DOUBT: SignedDuration = SignedDuration::from_mins(2);

/// A desk that the configuration no longer knows is asked for again after this.
const UNKNOWN_DESK_WAIT: SignedDuration = SignedDuration::from_hours(1);

/// A channel that the bot may not use is not asked again before this (P33).
pub const BLOCKED_WAIT: SignedDuration = SignedDuration::from_mins(10);

/// News of a request that ended are worth nothing after this, where no channel takes them.
const FORGOTTEN: SignedDuration = SignedDuration::from_hours(24);

/// A message to be posted or brought up to date.
#[derive(Clone, Debug)]
pub struct Note {
    claim: NoteClaim,
    /// The desk.
    pub desk: Arc<Desk>,
    /// The request as it is now.
    pub view: RequestView,
    /// Where to post it, the first place that works; for a posted card, where it stands.
    pub places: Vec<ChannelId>,
    /// Whether it may have been posted without our knowing, too long ago for a nonce to tell.
    pub in_doubt: bool,
}

/// How the delivery of a message ended.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum NoteEnd {
    /// Posted there.
    Posted(Posted),
    /// Brought up to date.
    Updated,
    /// The message that stood there is gone in Discord.
    Gone(Posted),
    /// None of the channels can be used.
    Blocked(CardProblem),
    /// Not now; not before that many milliseconds, if Discord said so.
    NotNow {
        /// Discord's own wait.
        wait_ms: u64,
        /// Why, without data.
        problem: String,
    },
}

impl Note {
    /// Which kind of message.
    #[must_use]
    pub const fn kind(&self) -> NoteKind {
        self.claim.kind
    }

    /// The same for the same message, however often it is sent; at most 25 characters (P11).
    #[must_use]
    pub fn nonce(&self) -> String {
        let sign = match self.claim.kind {
            NoteKind::Card => 'c',
            NoteKind::Reminder => 'r',
            NoteKind::Answer => 'a',
        };
        format!("{sign}{}", self.claim.request)
    }
}

impl Service {
    /// Takes messages that are due; those that nobody needs any more are settled at once.
    ///
    /// # Errors
    /// The database failed.
    pub async fn claim_notes(&self) -> Result<(usize, Vec<Note>), ServiceError> {
        let now = self.clock.now();
        let lease_until = now.checked_add(LEASE).unwrap_or(now);
        let claims = self.store.claim_notes(now, lease_until, BATCH).await?;
        let taken = claims.len();
        let mut notes = Vec::with_capacity(taken);
        for claim in claims {
            let (desk, request) = (claim.desk, claim.request);
            match self.note(claim, now).await {
                Ok(note) => notes.extend(note),
                // one row that cannot be read must not hold up the others; its lease runs out
                Err(error) => {
                    tracing::error!(%desk, %request, %error, "a message about a request could not be prepared");
                }
            }
        }
        Ok((taken, notes))
    }

    /// When the worker has to look again at the latest.
    ///
    /// # Errors
    /// The database failed.
    pub async fn next_note_due(&self) -> Result<Option<Timestamp>, StoreError> {
        self.store.next_note_due().await
    }

    /// Waits until a message is queued by this process.
    pub async fn wait_for_notes(&self) {
        self.news.wait_for_notes().await;
    }

    async fn note(&self, claim: NoteClaim, now: Timestamp) -> Result<Option<Note>, ServiceError> {
        let Some(desk) = self.desks.get(&claim.desk) else {
            let until = now.saturating_add(UNKNOWN_DESK_WAIT);
            let settlement = NoteSettlement::Postponed {
                until: until.unwrap_or(Timestamp::MAX),
                problem: "the desk is not configured".to_owned(),
            };
            self.store.settle_note(&claim, settlement, now).await?;
            return Ok(None);
        };
        let facts = self.store.load_request(claim.desk, claim.request).await?;
        let Some(facts) = facts else {
            let done = NoteSettlement::Done;
            self.store.settle_note(&claim, done, now).await?;
            return Ok(None);
        };
        let request = facts.request;
        let waits = request.state == RequestState::Requested;
        let places: Vec<ChannelId> = match claim.kind {
            NoteKind::Card => match request.posted {
                Some(posted) => vec![posted.channel],
                None => desk.approvals_channel.into_iter().collect(),
            },
            NoteKind::Reminder => desk
                .approvals_channel
                .filter(|_| waits)
                .into_iter()
                .collect(),
            // where they asked, else where staff are told things
            NoteKind::Answer => {
                let mut places: Vec<_> = request.asked_in.into_iter().collect();
                let fallback = desk.support_channel.filter(|place| !places.contains(place));
                places.extend(fallback);
                places
            }
        };
        if places.is_empty() {
            let done = NoteSettlement::Done;
            self.store.settle_note(&claim, done, now).await?;
            return Ok(None);
        }
        let in_doubt = now.duration_since(claim.since) > DOUBT;
        Ok(Some(Note {
            view: RequestView::card(desk, request, facts.account),
            desk: Arc::clone(desk),
            places,
            in_doubt,
            claim,
        }))
    }

    /// Ends the delivery of a message.
    ///
    /// # Errors
    /// The database failed; the message is delivered again when its lease is over.
    pub async fn settle_note(&self, note: &Note, end: NoteEnd) -> Result<(), ServiceError> {
        let now = self.clock.now();
        let claim = &note.claim;
        let settlement = match end {
            NoteEnd::Posted(posted) if claim.kind == NoteKind::Card => {
                NoteSettlement::Posted(posted)
            }
            NoteEnd::Posted(_) | NoteEnd::Updated => NoteSettlement::Done,
            NoteEnd::Gone(posted) => NoteSettlement::Gone(posted),
            NoteEnd::Blocked(problem) if is_over(&note.view.request, now) => {
                tracing::error!(desk = %claim.desk, request = %claim.request, problem = problem.code(), "message about a request given up");
                NoteSettlement::Done
            }
            NoteEnd::Blocked(problem) => {
                self.note_blocked(note, problem, now).await?;
                let until = now.saturating_add(BLOCKED_WAIT).unwrap_or(Timestamp::MAX);
                NoteSettlement::Blocked { problem, until }
            }
            NoteEnd::NotNow { wait_ms, problem } => {
                let [jitter, ..] = SystemSupply::draw(now)?.bits();
                let attempts = claim.attempts.saturating_add(1);
                let asked = SignedDuration::from_millis(i64::try_from(wait_ms).unwrap_or(i64::MAX));
                let asked = now.saturating_add(asked).unwrap_or(Timestamp::MAX);
                match backoff::next_attempt(attempts, u64::from(jitter), now) {
                    Some(planned) => NoteSettlement::Postponed {
                        until: planned.max(asked),
                        problem,
                    },
                    None => {
                        tracing::error!(desk = %claim.desk, request = %claim.request, kind = claim.kind.code(), problem, "message about a request given up");
                        NoteSettlement::Dead { problem }
                    }
                }
            }
        };
        if !self.store.settle_note(claim, settlement, now).await? {
            tracing::warn!(desk = %claim.desk, request = %claim.request, "the lease of a message ran out before it was settled");
            self.queue_again(claim, now).await?;
        }
        self.news.moved(claim.request.0);
        Ok(())
    }

    /// Whoever settles late may have overwritten what was newer, so the card is brought up to date once more.
    async fn queue_again(&self, claim: &NoteClaim, now: Timestamp) -> Result<(), ServiceError> {
        if claim.kind != NoteKind::Card {
            return Ok(());
        }
        let write = Write::QueueNote {
            kind: claim.kind,
            request: claim.request,
        };
        let change = Change {
            desk: claim.desk,
            at: now,
            interaction: None,
            writes: vec![write],
            audit: Vec::new(),
        };
        self.commit(change).await?;
        Ok(())
    }

    /// The first time that a card cannot be posted stands in the trail.
    async fn note_blocked(
        &self,
        note: &Note,
        problem: CardProblem,
        now: Timestamp,
    ) -> Result<(), ServiceError> {
        let request = &note.view.request;
        tracing::error!(desk = %note.desk.id, request = %request.id, kind = note.kind().code(), problem = problem.code(), "a channel cannot be used; `deskhand check` says how to put it right");
        if note.kind() != NoteKind::Card || request.card_problem == Some(problem) {
            return Ok(());
        }
        let event = AuditEvent {
            account: Some(request.account),
            detail: request.detail(),
            ..AuditEvent::new(
                now,
                Actor::default(),
                (AuditAction::PostCard, AuditResult::Refused(problem.code())),
                SystemSupply::draw(now)?.bits(),
            )
        };
        self.commit(Change::audit_only(note.desk.id, None, event))
            .await?;
        Ok(())
    }
}

/// Whether a request ended so long ago that nobody waits for news of it.
fn is_over(request: &Request, now: Timestamp) -> bool {
    request
        .settled_at
        .is_some_and(|settled| now.duration_since(settled) > FORGOTTEN)
}
