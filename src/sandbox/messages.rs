//! Messages: stored as REST shows them, found by id, in order per channel,
//! the ephemeral ones apart so that they do not push out the others.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use jiff::Timestamp;
use serde_json::{Map, Value, json};
use tokio::sync::Notify;

use super::rest::error::ApiError;
use super::rules::mention::{Pings, pinging_text};
use super::rules::message;
use super::rules::message::{IS_COMPONENTS_V2, LOADING};
use super::snowflake::iso;

/// How long a nonce finds the message it made, in seconds (P11).
const NONCE_LIFE: i64 = 5 * 60;
/// Nonces kept.
const NONCES: usize = 4_096;
/// The flags that an edit may change: suppressed embeds and version 2.
const EDITABLE_FLAGS: u64 = (1 << 2) | IS_COMPONENTS_V2;

/// A message.
#[derive(Debug)]
pub(crate) struct Stored {
    pub(crate) id: u64,
    pub(crate) guild: u64,
    pub(crate) channel: u64,
    /// Who wrote it.
    pub(crate) author: u64,
    /// The only person who sees it.
    pub(crate) only_for: Option<u64>,
    /// As REST shows it.
    pub(crate) json: Map<String, Value>,
    pub(crate) flags: u64,
    pub(crate) pings: Pings,
    /// Grows with each edit.
    pub(crate) version: u64,
    /// Notified at each change.
    pub(crate) signal: Arc<Notify>,
}

impl Stored {
    /// Whether this person sees it.
    pub(crate) fn is_visible_to(&self, user: u64) -> bool {
        self.only_for.is_none_or(|only| only == user)
    }

    /// Whether it is deferred and not filled yet.
    pub(crate) fn is_thinking(&self) -> bool {
        self.flags & LOADING != 0
    }

    /// Checks and applies what an edit changes; the fields it lacks stay.
    pub(crate) fn edit(&mut self, at: &str, body: &Value, now: Timestamp) -> Result<(), ApiError> {
        let filled = self.is_thinking();
        let asked = body.get("flags").and_then(Value::as_u64);
        // Version 2 cannot be taken back (P24).
        let kept = self.flags & (!EDITABLE_FLAGS | IS_COMPONENTS_V2);
        let flags = asked.map_or(self.flags, |flags| kept | (flags & EDITABLE_FLAGS)) & !LOADING;
        let mut next = Map::new();
        for (key, empty) in [
            ("content", json!("")),
            ("embeds", json!([])),
            ("components", json!([])),
        ] {
            let value = match body.get(key) {
                Some(Value::Null) => empty,
                Some(given) => given.clone(),
                None => self.json.get(key).cloned().unwrap_or(empty),
            };
            next.insert(key.into(), value);
        }
        let allowed = body.get("allowed_mentions");
        let next = Value::Object(next);
        message::check(at, &next, flags, allowed)?;
        if filled {
            self.pings = pings(&next, allowed, self.only_for);
        }
        if let Value::Object(next) = next {
            self.json.extend(next);
        }
        if !filled {
            self.json.insert("edited_timestamp".into(), iso(now).into());
        }
        self.flags = flags;
        self.json.insert("flags".into(), flags.into());
        finish(&mut self.json);
        self.version += 1;
        self.signal.notify_waiters();
        Ok(())
    }
}

/// Who is pinged; an ephemeral message pings nobody.
pub(crate) fn pings(body: &Value, allowed: Option<&Value>, only_for: Option<u64>) -> Pings {
    match only_for {
        Some(_) => Pings::default(),
        None => Pings::read(&pinging_text(body), allowed),
    }
}

/// Adds what Discord adds: types of embeds, ids of components.
pub(crate) fn finish(json: &mut Map<String, Value>) {
    for embed in json
        .get_mut("embeds")
        .and_then(Value::as_array_mut)
        .into_iter()
        .flatten()
    {
        if let Some(fields) = embed.as_object_mut() {
            fields.entry("type").or_insert_with(|| "rich".into());
        }
    }
    let mut next = 0;
    if let Some(components) = json.get_mut("components").and_then(Value::as_array_mut) {
        number_components(components, &mut next);
    }
}

fn number_components(components: &mut [Value], next: &mut u64) {
    for component in components {
        let Some(fields) = component.as_object_mut() else {
            continue;
        };
        *next += 1;
        fields.entry("id").or_insert_with(|| (*next).into());
        if let Some(inner) = fields.get_mut("components").and_then(Value::as_array_mut) {
            number_components(inner, next);
        }
        if let Some(accessory) = fields.get_mut("accessory") {
            number_components(std::slice::from_mut(accessory), next);
        }
    }
}

#[derive(Debug, Default)]
struct Channel {
    public: VecDeque<u64>,
    ephemeral: VecDeque<u64>,
    signal: Arc<Notify>,
}

/// All messages kept.
#[derive(Debug)]
pub(crate) struct Messages {
    by_id: HashMap<u64, Stored>,
    channels: HashMap<u64, Channel>,
    nonces: HashMap<(u64, String), (u64, Timestamp)>,
    nonce_order: VecDeque<(u64, String)>,
    kept: usize,
}

impl Messages {
    pub(crate) fn new(kept: usize) -> Self {
        Self {
            by_id: HashMap::new(),
            channels: HashMap::new(),
            nonces: HashMap::new(),
            nonce_order: VecDeque::new(),
            kept,
        }
    }

    pub(crate) fn add(&mut self, message: Stored) {
        let channel = self.channels.entry(message.channel).or_default();
        let order = match message.only_for {
            Some(_) => &mut channel.ephemeral,
            None => &mut channel.public,
        };
        if order.len() >= self.kept
            && let Some(oldest) = order.pop_front()
        {
            self.by_id.remove(&oldest);
        }
        order.push_back(message.id);
        message.signal.notify_waiters();
        channel.signal.notify_waiters();
        self.by_id.insert(message.id, message);
    }

    pub(crate) fn get(&self, id: u64) -> Option<&Stored> {
        self.by_id.get(&id)
    }

    /// Edits a message and tells those who watch its channel.
    pub(crate) fn edit(
        &mut self,
        id: u64,
        at: &str,
        body: &Value,
        now: Timestamp,
    ) -> Result<&Stored, ApiError> {
        let unknown = || ApiError::unknown(10008, "Message");
        let message = self.by_id.get_mut(&id).ok_or_else(unknown)?;
        message.edit(at, body, now)?;
        if let Some(channel) = self.channels.get(&message.channel) {
            channel.signal.notify_waiters();
        }
        Ok(message)
    }

    /// Deletes a message.
    pub(crate) fn delete(&mut self, id: u64) -> Option<Stored> {
        let gone = self.by_id.remove(&id)?;
        gone.signal.notify_waiters();
        if let Some(channel) = self.channels.get(&gone.channel) {
            channel.signal.notify_waiters();
        }
        Some(gone)
    }

    /// What is notified at each change in a channel.
    pub(crate) fn channel_signal(&mut self, channel: u64) -> Arc<Notify> {
        Arc::clone(&self.channels.entry(channel).or_default().signal)
    }

    /// The messages that everyone sees, newest first.
    pub(crate) fn public(&self, channel: u64) -> impl Iterator<Item = &Stored> {
        let order = self
            .channels
            .get(&channel)
            .into_iter()
            .flat_map(|c| c.public.iter().rev());
        order.filter_map(|id| self.by_id.get(id))
    }

    /// The messages that this person sees, oldest first.
    pub(crate) fn seen_by(&self, channel: u64, user: u64) -> Vec<&Stored> {
        let Some(channel) = self.channels.get(&channel) else {
            return Vec::new();
        };
        let ids = channel.public.iter().chain(&channel.ephemeral);
        let mut seen: Vec<_> = ids.filter_map(|id| self.by_id.get(id)).collect();
        seen.retain(|message| message.is_visible_to(user));
        seen.sort_unstable_by_key(|message| message.id);
        seen
    }

    /// The message that this nonce made a short while ago.
    pub(crate) fn with_nonce(&self, channel: u64, nonce: &str, now: Timestamp) -> Option<u64> {
        let (id, at) = self.nonces.get(&(channel, nonce.to_owned()))?;
        (now.duration_since(*at).as_secs() < NONCE_LIFE).then_some(*id)
    }

    /// Remembers a nonce.
    pub(crate) fn keep_nonce(&mut self, channel: u64, nonce: &str, id: u64, now: Timestamp) {
        if self.nonce_order.len() >= NONCES
            && let Some(oldest) = self.nonce_order.pop_front()
        {
            self.nonces.remove(&oldest);
        }
        let key = (channel, nonce.to_owned());
        self.nonce_order.push_back(key.clone());
        self.nonces.insert(key, (id, now));
    }
}
