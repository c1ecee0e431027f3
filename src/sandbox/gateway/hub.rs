//! The gateway's sessions: who gets which event, sequence numbers, what is
//! kept for a resume, and the faults that concern events.

use std::collections::{HashMap, VecDeque};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::extract::ws::Utf8Bytes;
use tokio::sync::{Notify, mpsc};

use super::identify::Identify;

/// Payloads that may wait for one connection before it is cut.
const QUEUE: usize = 65_536;
/// Sessions kept without a connection.
const DETACHED_KEPT: usize = 64;

/// What a connection has to send.
#[derive(Debug)]
pub(crate) enum Frame {
    /// A payload.
    Text(Utf8Bytes),
    /// A close frame.
    Close(u16, &'static str),
    /// The end without a close frame.
    Drop,
}

/// An event on its way to the bot.
#[derive(Clone, Debug)]
pub(crate) struct Event {
    /// Its name, such as `INTERACTION_CREATE`.
    pub(crate) name: &'static str,
    /// The guild it belongs to.
    pub(crate) guild: u64,
    /// Its intent; 0 if everyone gets it (P28).
    pub(crate) intent: u64,
    /// The `d` field.
    pub(crate) data: Arc<str>,
    /// The `d` field for sessions without the intent `MESSAGE_CONTENT`.
    pub(crate) bare: Option<Arc<str>>,
}

/// The intent with which `bare` is not used.
const MESSAGE_CONTENT: u64 = 1 << 15;

#[derive(Debug)]
struct Session {
    shard: (u64, u64),
    intents: u64,
    seq: u64,
    past: VecDeque<(u64, Utf8Bytes)>,
    out: Option<(u64, mpsc::Sender<Frame>)>,
}

impl Session {
    fn wants(&self, event: &Event) -> bool {
        let (id, total) = self.shard;
        let shard = (event.guild >> 22).checked_rem(total).unwrap_or(0);
        shard == id && (event.intent == 0 || self.intents & event.intent != 0)
    }

    fn send(&mut self, name: &str, data: &str, kept: usize) {
        self.seq += 1;
        let text = format!(r#"{{"t":"{name}","s":{},"op":0,"d":{data}}}"#, self.seq);
        let text = Utf8Bytes::from(text);
        if self.past.len() >= kept {
            self.past.pop_front();
        }
        self.past.push_back((self.seq, text.clone()));
        self.push(Frame::Text(text));
    }

    fn push(&mut self, frame: Frame) {
        // A connection that is gone or too slow resumes later.
        if self
            .out
            .as_ref()
            .is_some_and(|(_, out)| out.try_send(frame).is_err())
        {
            self.out = None;
        }
    }
}

#[derive(Debug, Default)]
struct State {
    sessions: HashMap<String, Session>,
    detached: VecDeque<String>,
    made: u64,
    connections: u64,
    holding: bool,
    held: Vec<Event>,
    twice: usize,
    deaf: bool,
}

/// All sessions.
#[derive(Debug)]
pub(crate) struct Hub {
    state: Mutex<State>,
    kept: usize,
    /// The intents that any session has ever asked for.
    intents: AtomicU64,
    /// Notified when a bot has identified or resumed.
    pub(crate) ready: Notify,
}

/// How a resume came out.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Resume {
    /// The missed events were sent again.
    Resumed,
    /// There is no such session, or it no longer has the missed events.
    Invalid,
    /// The sequence number is of the future (close 4007).
    BadSequence,
}

impl Hub {
    pub(crate) fn new(kept: usize) -> Self {
        Self {
            state: Mutex::default(),
            kept,
            intents: AtomicU64::new(0),
            ready: Notify::new(),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A new connection: its number and its queue.
    pub(crate) fn connect(&self) -> (u64, mpsc::Sender<Frame>, mpsc::Receiver<Frame>) {
        let (out, frames) = mpsc::channel(QUEUE);
        let mut state = self.state();
        state.connections += 1;
        (state.connections, out, frames)
    }

    /// Opens a session; `ready` makes the `d` of READY from the session's id.
    pub(crate) fn open(
        &self,
        identify: &Identify,
        connection: (u64, mpsc::Sender<Frame>),
        ready: impl FnOnce(&str) -> String,
    ) -> String {
        self.intents.fetch_or(identify.intents, Ordering::Relaxed);
        let id = {
            let mut state = self.state();
            state.made += 1;
            let id = format!("{:032x}", state.made);
            let mut session = Session {
                shard: identify.shard,
                intents: identify.intents,
                seq: 0,
                past: VecDeque::new(),
                out: Some(connection),
            };
            session.send("READY", &ready(&id), self.kept);
            state.sessions.insert(id.clone(), session);
            id
        };
        self.ready.notify_waiters();
        id
    }

    /// Takes a session up again.
    pub(crate) fn resume(
        &self,
        id: &str,
        seq: u64,
        connection: (u64, mpsc::Sender<Frame>),
    ) -> Resume {
        let mut state = self.state();
        let Some(session) = state.sessions.get_mut(id) else {
            return Resume::Invalid;
        };
        if seq > session.seq {
            return Resume::BadSequence;
        }
        let oldest = session
            .past
            .front()
            .map_or(session.seq + 1, |(oldest, _)| *oldest);
        if seq + 1 < oldest {
            state.sessions.remove(id);
            return Resume::Invalid;
        }
        session.out = Some(connection);
        let missed: Vec<_> = session
            .past
            .iter()
            .filter(|(s, _)| *s > seq)
            .cloned()
            .collect();
        for (_, text) in missed {
            session.push(Frame::Text(text));
        }
        session.send("RESUMED", r#"{"_trace":[]}"#, self.kept);
        state.detached.retain(|detached| detached != id);
        drop(state);
        self.ready.notify_waiters();
        Resume::Resumed
    }

    /// A connection ended; its session ends with it or waits for a resume.
    pub(crate) fn leave(&self, id: &str, connection: u64, for_good: bool) {
        let mut state = self.state();
        let Some(session) = state.sessions.get_mut(id) else {
            return;
        };
        if session
            .out
            .as_ref()
            .is_some_and(|(current, _)| *current != connection)
        {
            return;
        }
        session.out = None;
        if for_good {
            state.sessions.remove(id);
            return;
        }
        state.detached.push_back(id.to_owned());
        if state.detached.len() > DETACHED_KEPT
            && let Some(oldest) = state.detached.pop_front()
        {
            state.sessions.remove(&oldest);
        }
    }

    /// Whether an event of this intent is worth making.
    pub(crate) fn any_wants(&self, intent: u64) -> bool {
        self.intents.load(Ordering::Relaxed) & intent != 0
    }

    /// Gives an event to every session that should have it.
    pub(crate) fn dispatch(&self, event: Event) {
        let mut state = self.state();
        if state.holding {
            state.held.push(event);
            return;
        }
        let times = if state.twice > 0 {
            state.twice -= 1;
            2
        } else {
            1
        };
        for _ in 0..times {
            deliver(&mut state, &event, self.kept);
        }
    }

    /// Whether a session would get events of this guild now.
    pub(crate) fn is_ready(&self) -> bool {
        self.state()
            .sessions
            .values()
            .any(|session| session.out.is_some())
    }

    /// How many sessions were opened so far.
    pub(crate) fn identifies(&self) -> u64 {
        self.state().made
    }

    pub(crate) fn twice(&self, events: usize) {
        self.state().twice += events;
    }

    pub(crate) fn hold(&self, holding: bool) {
        let mut state = self.state();
        state.holding = holding;
        if !holding {
            for event in std::mem::take(&mut state.held) {
                deliver(&mut state, &event, self.kept);
            }
        }
    }

    pub(crate) fn broadcast(&self, text: &str) {
        let text = Utf8Bytes::from(text);
        for session in self.state().sessions.values_mut() {
            session.push(Frame::Text(text.clone()));
        }
    }

    pub(crate) fn drop_sockets(&self) {
        for session in self.state().sessions.values_mut() {
            session.push(Frame::Drop);
        }
    }

    pub(crate) fn close_sockets(&self, code: u16) {
        for session in self.state().sessions.values_mut() {
            session.push(Frame::Close(code, ""));
        }
    }

    pub(crate) fn invalidate(&self, resumable: bool) {
        self.broadcast(match resumable {
            true => r#"{"op":9,"d":true,"s":null,"t":null}"#,
            false => r#"{"op":9,"d":false,"s":null,"t":null}"#,
        });
        if !resumable {
            self.state().sessions.clear();
        }
    }

    pub(crate) fn ignore_heartbeats(&self, ignore: bool) {
        self.state().deaf = ignore;
    }

    pub(crate) fn ignores_heartbeats(&self) -> bool {
        self.state().deaf
    }
}

fn deliver(state: &mut State, event: &Event, kept: usize) {
    for session in state
        .sessions
        .values_mut()
        .filter(|session| session.wants(event))
    {
        let bare = event
            .bare
            .as_ref()
            .filter(|_| session.intents & MESSAGE_CONTENT == 0);
        session.send(event.name, bare.unwrap_or(&event.data), kept);
    }
}
