//! The recording of the wire: REST calls with their answers and gateway
//! payloads both ways, exactly as sent, in a ring of bounded size.

use std::collections::VecDeque;
use std::fmt::Write as _;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::Value;
use tokio::sync::Notify;

/// Lines of the conversation that an error shows.
const TRANSCRIPT_LINES: usize = 30;
/// Characters of a body that one line of the conversation shows.
const TRANSCRIPT_WIDTH: usize = 400;

/// One REST call and its answer.
#[derive(Clone, Debug)]
pub struct RestCall {
    /// When it came, by the local Discord's time.
    pub at: jiff::Timestamp,
    /// The method.
    pub method: String,
    /// The path after `/api/v10`, without the query.
    pub path: String,
    /// The query, without the question mark.
    pub query: String,
    /// The header of that name.
    pub authorization: Option<String>,
    /// The body as sent.
    pub body: String,
    /// The status answered; 0 when the connection was cut.
    pub status: u16,
    /// The body answered.
    pub answer: String,
}

impl RestCall {
    /// The body as JSON; null if it is none.
    #[must_use]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or(Value::Null)
    }

    /// The answer as JSON; null if it is none.
    #[must_use]
    pub fn answer_json(&self) -> Value {
        serde_json::from_str(&self.answer).unwrap_or(Value::Null)
    }
}

/// One payload on a gateway connection.
#[derive(Clone, Debug)]
pub struct GatewayPayload {
    /// When it passed, by the local Discord's time.
    pub at: jiff::Timestamp,
    /// The number of the connection, from 1.
    pub connection: u64,
    /// True if the bot sent it.
    pub from_bot: bool,
    /// The text as sent.
    pub text: String,
}

impl GatewayPayload {
    /// The payload as JSON; null if it is none (a close is written as text).
    #[must_use]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or(Value::Null)
    }
}

/// One entry of the recording.
#[derive(Clone, Debug)]
pub enum Entry {
    /// A REST call.
    Rest(RestCall),
    /// A gateway payload.
    Gateway(GatewayPayload),
}

impl Entry {
    fn line(&self, out: &mut String) {
        let cut = |text: &str| text.chars().take(TRANSCRIPT_WIDTH).collect::<String>();
        // Writing to a String cannot fail.
        let _ = match self {
            Self::Rest(call) => writeln!(
                out,
                "  {} {} {} -> {} {}",
                call.method,
                call.path,
                cut(&call.body),
                call.status,
                cut(&call.answer)
            ),
            Self::Gateway(payload) => writeln!(
                out,
                "  gateway {} {} {}",
                payload.connection,
                if payload.from_bot { "<-" } else { "->" },
                cut(&payload.text)
            ),
        };
    }
}

#[derive(Debug, Default)]
struct Ring {
    entries: VecDeque<Entry>,
    seen: u64,
}

/// A handle on the recording; cheap to clone.
#[derive(Clone, Debug)]
pub struct Recording {
    ring: Arc<Mutex<Ring>>,
    on: Arc<AtomicBool>,
    grown: Arc<Notify>,
    kept: usize,
}

impl Recording {
    pub(crate) fn new(kept: usize) -> Self {
        Self {
            ring: Arc::default(),
            on: Arc::new(AtomicBool::new(kept > 0)),
            grown: Arc::default(),
            kept,
        }
    }

    fn ring(&self) -> MutexGuard<'_, Ring> {
        self.ring.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn is_on(&self) -> bool {
        self.on.load(Ordering::Relaxed)
    }

    pub(crate) fn grown(&self) -> Arc<Notify> {
        Arc::clone(&self.grown)
    }

    pub(crate) fn record(&self, entry: Entry) {
        {
            let mut ring = self.ring();
            if ring.entries.len() >= self.kept {
                ring.entries.pop_front();
            }
            ring.entries.push_back(entry);
            ring.seen += 1;
        }
        self.grown.notify_waiters();
    }

    /// Turns the recording on or off; a recording of size 0 stays off.
    pub fn set_on(&self, on: bool) {
        self.on.store(on && self.kept > 0, Ordering::Relaxed);
    }

    /// Forgets what was recorded.
    pub fn clear(&self) {
        self.ring().entries.clear();
    }

    /// How many entries were ever recorded, also those no longer kept.
    #[must_use]
    pub fn seen(&self) -> u64 {
        self.ring().seen
    }

    /// All entries kept, oldest first.
    #[must_use]
    pub fn entries(&self) -> Vec<Entry> {
        self.ring().entries.iter().cloned().collect()
    }

    /// The REST calls kept, oldest first.
    #[must_use]
    pub fn rest(&self) -> Vec<RestCall> {
        let rest = |entry: &Entry| match entry {
            Entry::Rest(call) => Some(call.clone()),
            Entry::Gateway(_) => None,
        };
        self.ring().entries.iter().filter_map(rest).collect()
    }

    /// The REST calls of this method whose path matches the pattern, in which
    /// `*` stands for one segment.
    #[must_use]
    pub fn calls(&self, method: &str, pattern: &str) -> Vec<RestCall> {
        let mut calls = self.rest();
        calls.retain(|call| call.method == method && path_matches(pattern, &call.path));
        calls
    }

    /// The gateway payloads kept, oldest first.
    #[must_use]
    pub fn gateway(&self) -> Vec<GatewayPayload> {
        let gateway = |entry: &Entry| match entry {
            Entry::Gateway(payload) => Some(payload.clone()),
            Entry::Rest(_) => None,
        };
        self.ring().entries.iter().filter_map(gateway).collect()
    }

    /// The last lines, for people.
    #[must_use]
    pub fn transcript(&self) -> String {
        if !self.is_on() {
            return "(the recording is off)".into();
        }
        let ring = self.ring();
        let skip = ring.entries.len().saturating_sub(TRANSCRIPT_LINES);
        let mut out = String::from("the conversation so far:\n");
        for entry in ring.entries.iter().skip(skip) {
            entry.line(&mut out);
        }
        out
    }
}

/// Whether a path fits a pattern in which `*` stands for one segment.
pub(crate) fn path_matches(pattern: &str, path: &str) -> bool {
    let mut path = path.trim_matches('/').split('/');
    let fits = pattern.trim_matches('/').split('/').all(|wanted| {
        path.next()
            .is_some_and(|found| wanted == "*" || wanted == found)
    });
    fits && path.next().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_is_one_segment() {
        assert!(path_matches(
            "/interactions/*/*/callback",
            "/interactions/1/t/callback"
        ));
        assert!(!path_matches(
            "/interactions/*/callback",
            "/interactions/1/t/callback"
        ));
        assert!(!path_matches("/channels/*", "/channels/1/messages"));
    }
}
