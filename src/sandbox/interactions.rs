//! Interactions and their state: who did what, what the bot answered, and
//! whether its token still counts (P01, P05).

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use jiff::Timestamp;
use serde_json::Value;
use tokio::sync::Notify;

use super::rest::error::ApiError;

/// Time for the first answer, in milliseconds (P01).
const FIRST_ANSWER: i64 = 3_000;
/// Life of a token, in seconds (P01).
const TOKEN_LIFE: i64 = 15 * 60;

/// The interaction type of a command.
pub(crate) const COMMAND: u64 = 2;
/// The interaction type of a button or select.
pub(crate) const COMPONENT: u64 = 3;
/// The interaction type of an autocomplete.
pub(crate) const AUTOCOMPLETE: u64 = 4;
/// The interaction type of a modal submit.
pub(crate) const MODAL: u64 = 5;

/// A rule the bot broke while somebody waited.
#[derive(Clone, Debug)]
pub(crate) struct Broken {
    pub(crate) rule: &'static str,
    pub(crate) what: String,
}

/// One interaction.
#[derive(Debug)]
pub(crate) struct Interaction {
    pub(crate) id: u64,
    pub(crate) token: String,
    pub(crate) kind: u64,
    pub(crate) at: Timestamp,
    pub(crate) guild: u64,
    pub(crate) channel: u64,
    pub(crate) user: u64,
    /// The name of the command, for the message that answers it.
    pub(crate) command: String,
    /// The payload as delivered.
    pub(crate) payload: Arc<str>,
    /// The message whose component was used, also through a modal.
    pub(crate) source: Option<u64>,
    /// The type of the first answer.
    pub(crate) answer: Option<u64>,
    /// Whether the call that brought it is in the recording; a person who sees an effect finds its cause there.
    pub(crate) recorded: bool,
    /// The message that `@original` stands for.
    pub(crate) original: Option<u64>,
    /// Further messages.
    pub(crate) followups: Vec<u64>,
    /// The modal that was shown.
    pub(crate) modal: Option<Value>,
    /// The choices that were offered.
    pub(crate) choices: Option<Value>,
    /// What went wrong.
    pub(crate) broken: Option<Broken>,
    /// Notified at each change.
    pub(crate) signal: Arc<Notify>,
}

impl Interaction {
    /// Whether a webhook call with this token is possible at this time.
    pub(crate) fn check_token(&self, now: Timestamp) -> Result<(), ApiError> {
        if now.duration_since(self.at).as_secs() >= TOKEN_LIFE {
            return Err(ApiError::new(401, 50027, "Invalid Webhook Token").breaking("P01"));
        }
        if self.answer.is_none() {
            return Err(ApiError::unknown(10015, "Webhook").breaking("P05"));
        }
        Ok(())
    }

    /// Whether a first answer is possible at this time.
    pub(crate) fn check_first_answer(&self, now: Timestamp) -> Result<(), ApiError> {
        if self.answer.is_some() {
            let words = "Interaction has already been acknowledged.";
            return Err(ApiError::new(400, 40060, words).breaking("P05"));
        }
        if now.duration_since(self.at).as_millis() > i128::from(FIRST_ANSWER) {
            return Err(ApiError::unknown(10062, "interaction").breaking("P01"));
        }
        Ok(())
    }

    /// Remembers the first rule broken.
    pub(crate) fn note(&mut self, error: &ApiError) {
        if let (Some(rule), None) = (error.rule, &self.broken) {
            let late = if error.code == 10062 {
                "the bot did not answer within 3 s; "
            } else {
                ""
            };
            self.broken = Some(Broken {
                rule,
                what: format!("{late}{}", error.in_words()),
            });
        }
    }
}

/// All interactions kept.
#[derive(Debug)]
pub(crate) struct Interactions {
    by_id: HashMap<u64, Interaction>,
    by_token: HashMap<String, u64>,
    order: VecDeque<u64>,
    kept: usize,
    /// Notified when one is added.
    pub(crate) added: Arc<Notify>,
}

impl Interactions {
    pub(crate) fn new(kept: usize) -> Self {
        Self {
            by_id: HashMap::new(),
            by_token: HashMap::new(),
            order: VecDeque::new(),
            kept,
            added: Arc::default(),
        }
    }

    pub(crate) fn add(&mut self, interaction: Interaction) {
        if self.order.len() >= self.kept
            && let Some(oldest) = self.order.pop_front()
            && let Some(oldest) = self.by_id.remove(&oldest)
        {
            self.by_token.remove(&oldest.token);
        }
        self.order.push_back(interaction.id);
        self.by_token
            .insert(interaction.token.clone(), interaction.id);
        self.by_id.insert(interaction.id, interaction);
        self.added.notify_waiters();
    }

    /// The oldest one of this type that has no answer.
    pub(crate) fn unanswered(&self, kind: u64) -> Option<u64> {
        let open = |id: &&u64| {
            let found = self.by_id.get(id);
            found.is_some_and(|i| i.kind == kind && i.answer.is_none() && i.broken.is_none())
        };
        self.order.iter().find(open).copied()
    }

    pub(crate) fn get(&self, id: u64) -> Option<&Interaction> {
        self.by_id.get(&id)
    }

    pub(crate) fn get_mut(&mut self, id: u64) -> Option<&mut Interaction> {
        self.by_id.get_mut(&id)
    }

    /// The interaction of a webhook path.
    pub(crate) fn with_token(&mut self, token: &str) -> Result<&mut Interaction, ApiError> {
        let id = self.by_token.get(token);
        let found = id.and_then(|id| self.by_id.get_mut(id));
        found.ok_or_else(|| ApiError::unknown(10015, "Webhook"))
    }
}
