//! Letters on their way: taken from the outbox, written at this moment, handed to the mail server.

use std::sync::Arc;

use futures::future::join_all;
use jiff::{SignedDuration, Timestamp};

use crate::domain::backoff;
use crate::domain::code;
use crate::domain::desk::Desk;
use crate::domain::ids::{CodeId, DeskId, LetterId};
use crate::domain::letter::{CarriedCode, LetterFacts, LetterKind, LetterState, LetterStatus};
use crate::domain::supply::Supply as _;
use crate::ports::blocking;
use crate::ports::mailer::{DeliveryError, Letter, LetterCode};
use crate::ports::store::{Claim, Settlement, StoreError};
use crate::ports::supply::SystemSupply;
use crate::service::{Service, ServiceError};

/// Letters written at a time; no more than the mailer has connections, so that none waits while its lease runs.
const BATCH: u32 = 4;

/// Longer than any conversation with a mail server takes; then another worker may try.
const LEASE: SignedDuration = SignedDuration::from_mins(5);

/// A desk that the configuration no longer knows is asked for again after this.
const UNKNOWN_DESK_WAIT: SignedDuration = SignedDuration::from_hours(1);

impl Service {
    /// One step of the worker: takes what is due and delivers it. The number of letters taken; 0 when none is due.
    ///
    /// # Errors
    /// The database failed; a letter that left meanwhile goes again with the same Message-ID.
    pub async fn deliver_due(&self) -> Result<usize, ServiceError> {
        let now = self.clock.now();
        let lease_until = now.checked_add(LEASE).unwrap_or(now);
        let claims = self.store.claim_letters(now, lease_until, BATCH).await?;
        for ended in join_all(claims.iter().map(|claim| self.deliver_one(claim))).await {
            ended?;
        }
        Ok(claims.len())
    }

    /// When the worker has to look again at the latest.
    ///
    /// # Errors
    /// The database failed.
    pub async fn next_due(&self) -> Result<Option<Timestamp>, StoreError> {
        self.store.next_due().await
    }

    /// Waits until a letter is queued by this process.
    pub async fn wait_for_letters(&self) {
        self.news.wait_for_letters().await;
    }

    /// Deletes what has had its time.
    ///
    /// # Errors
    /// The database failed.
    pub async fn sweep(&self) -> Result<(), StoreError> {
        self.store.sweep(self.clock.now()).await
    }

    /// Waits until every one of these letters has come to its end.
    ///
    /// # Errors
    /// The database failed.
    pub async fn settled(
        &self,
        desk: DeskId,
        letters: &[LetterStatus],
    ) -> Result<Vec<LetterStatus>, StoreError> {
        let ids: Vec<LetterId> = letters.iter().map(|letter| letter.id).collect();
        let subjects: Vec<i64> = ids.iter().map(|id| id.0).collect();
        let mut listener = self.news.listen();
        loop {
            let letters = self.store.load_letters(desk, &ids).await?;
            if letters.iter().all(|letter| letter.state.is_settled())
                || !listener.heard_of(&subjects).await
            {
                return Ok(letters);
            }
        }
    }

    async fn deliver_one(&self, claim: &Claim) -> Result<(), ServiceError> {
        let settlement = match self.desks.get(&claim.desk) {
            Some(desk) => self.attempt(desk, claim).await?,
            None => Settlement::Postponed {
                until: self
                    .clock
                    .now()
                    .saturating_add(UNKNOWN_DESK_WAIT)
                    .unwrap_or(Timestamp::MAX),
                problem: "the desk is not configured".to_owned(),
            },
        };
        if let Settlement::Postponed { problem, .. } = &settlement {
            tracing::warn!(desk = %claim.desk, letter = %claim.letter, attempts = claim.attempts.saturating_add(1), problem, "letter not sent yet");
        }
        if !self
            .store
            .settle(claim, settlement, self.clock.now())
            .await?
        {
            tracing::warn!(desk = %claim.desk, letter = %claim.letter, "the lease of a letter ran out before it was settled");
        }
        self.news.moved(claim.letter.0);
        Ok(())
    }

    async fn attempt(&self, desk: &Arc<Desk>, claim: &Claim) -> Result<Settlement, ServiceError> {
        let now = self.clock.now();
        let settled = |state| {
            Ok(Settlement::Settled {
                state,
                code_ends: Vec::new(),
            })
        };
        let Some(facts) = self.store.load_letter(claim.desk, claim.letter).await? else {
            return settled(LetterState::Void(now));
        };
        if is_void(&facts, now) {
            return settled(LetterState::Void(now));
        }
        let Some(letter) = self.write(desk, &facts, now) else {
            return settled(LetterState::RecipientRefused(now));
        };
        if !ours(&facts, &letter).await? {
            tracing::error!(
                desk = %claim.desk,
                letter = %claim.letter,
                "letter given up: its code was issued with another key; put the right key file back"
            );
            return settled(LetterState::Dead(now));
        }
        match self.mailer.deliver(desk, &letter).await {
            Ok(()) => {
                let accepted = self.clock.now();
                let code_ends = first_sends(desk, &facts, accepted);
                Ok(Settlement::Settled {
                    state: LetterState::Accepted(accepted),
                    code_ends,
                })
            }
            Err(DeliveryError::RecipientRefused(_)) => {
                settled(LetterState::RecipientRefused(self.clock.now()))
            }
            Err(error @ DeliveryError::LetterRefused(_)) => {
                tracing::error!(desk = %claim.desk, letter = %claim.letter, %error, "letter given up");
                settled(LetterState::Dead(self.clock.now()))
            }
            Err(error @ DeliveryError::NotNow(_)) => {
                let now = self.clock.now();
                let [jitter, ..] = SystemSupply::draw(now)?.bits();
                match backoff::next_attempt(
                    claim.attempts.saturating_add(1),
                    u64::from(jitter),
                    now,
                ) {
                    Some(until) => Ok(Settlement::Postponed {
                        until,
                        problem: error.to_string(),
                    }),
                    None => settled(LetterState::Dead(now)),
                }
            }
        }
    }

    /// The letter in full, or `None` when the account lost its address.
    fn write(&self, desk: &Desk, facts: &LetterFacts, now: Timestamp) -> Option<Letter> {
        let codes = facts
            .codes
            .iter()
            .map(|CarriedCode { code, bits, .. }| LetterCode {
                kind: code.kind,
                text: code::derive(&self.key, code.id, code.kind, *bits),
                expires_at: if code.sent_at.is_some() {
                    code.expires_at
                } else {
                    desk.profile.life(code.kind).end(now, &desk.zone)
                },
                sent_at: code.sent_at,
            });
        let (to, language, name) = if facts.request.is_some() {
            let mailbox = desk.contact_mailbox.clone();
            (mailbox, desk.language, desk.name.clone())
        } else {
            let language = facts.account.data.language;
            (facts.to.clone()?, language, facts.account.full_name())
        };
        Some(Letter {
            identity: facts.identity.clone(),
            kind: facts.kind,
            to,
            language,
            name,
            request: facts.request,
            username: facts.account.data.username.clone(),
            codes: codes.collect(),
            tells_unlock: facts.tells_unlock,
            changed_at: facts.at,
            written_at: now,
        })
    }
}

/// Whether the codes are those that were issued: another key gives others, which must never reach anybody.
async fn ours(facts: &LetterFacts, letter: &Letter) -> Result<bool, ServiceError> {
    let hashes = facts.codes.iter().map(|carried| carried.hash.clone());
    let codes: Vec<_> = letter.codes.iter().cloned().zip(hashes).collect();
    if codes.is_empty() {
        return Ok(true);
    }
    // hashes of short secrets are slow on purpose
    let matches = move |(code, hash): &(LetterCode, String)| {
        code::matches(code.kind, code.text.reveal(), hash)
    };
    Ok(blocking::run(move || codes.iter().all(matches)).await?)
}

/// A letter is not worth sending when a code of it was used or replaced, or a reminder's code ran out.
fn is_void(facts: &LetterFacts, now: Timestamp) -> bool {
    let incomplete = facts.codes.len() < facts.code_count;
    let late = facts.kind == LetterKind::Reminder
        && facts
            .codes
            .iter()
            .any(|carried| carried.code.is_expired(now));
    let decided = facts.request.is_some_and(|request| !request.waits);
    decided || facts.kind.carries_codes() && (incomplete || late)
}

/// The ends of codes whose life begins with this acceptance (E05).
fn first_sends(desk: &Desk, facts: &LetterFacts, accepted: Timestamp) -> Vec<(CodeId, Timestamp)> {
    let first = facts
        .codes
        .iter()
        .map(|carried| &carried.code)
        .filter(|code| code.sent_at.is_none());
    first
        .map(|code| {
            (
                code.id,
                desk.profile.life(code.kind).end(accepted, &desk.zone),
            )
        })
        .collect()
}
