//! Faults on request: calls that are answered wrongly, late or after the
//! work, events that come twice or late, sockets that drop.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{Notify, watch};
use tokio::time::{Instant, sleep};

use super::core::Core;
use super::wire::path_matches;

/// What happens to a call.
#[derive(Clone, Debug)]
pub enum Fault {
    /// Not carried out; answered with this status.
    Status(u16),
    /// Not carried out; 429 with this Retry-After, and so is every other call of the same path until that time has
    /// passed, or every call but answers to interactions (P06) if `global`.
    RateLimited {
        /// The seconds in the header and the body.
        retry_after: f64,
        /// Whether it is the limit over all routes.
        global: bool,
    },
    /// Carried out, but the answer is replaced by this status.
    AnswerLost(u16),
    /// Not carried out; the connection ends without an answer.
    Cut,
    /// Carried out after this time.
    Delay(Duration),
    /// Carried out when the [`Gate`] opens.
    Held(Gate),
}

/// Holds calls until it is opened.
#[derive(Clone, Debug)]
pub struct Gate {
    open: Arc<watch::Sender<bool>>,
    arrived: Arc<watch::Sender<usize>>,
}

impl Gate {
    fn new() -> Self {
        Self {
            open: Arc::new(watch::Sender::new(false)),
            arrived: Arc::new(watch::Sender::new(0)),
        }
    }

    /// Lets the held calls go on.
    pub fn open(&self) {
        self.open.send_replace(true);
    }

    /// Waits until that many calls are held.
    pub async fn reached(&self, calls: usize) {
        // The sender lives as long as this gate, so the wait cannot fail.
        let _ = self
            .arrived
            .subscribe()
            .wait_for(|arrived| *arrived >= calls)
            .await;
    }

    pub(crate) async fn pass(&self) {
        self.arrived.send_modify(|arrived| *arrived += 1);
        let _ = self.open.subscribe().wait_for(|open| *open).await;
    }
}

#[derive(Debug)]
struct Planned {
    method: String,
    pattern: String,
    left: usize,
    fault: Fault,
}

/// The faults still to come, and the limits that hold.
#[derive(Debug, Default)]
pub(crate) struct Plans {
    planned: Mutex<VecDeque<Planned>>,
    count: AtomicUsize,
    limits: Mutex<Vec<Limit>>,
}

/// A limit that holds until its time has passed.
#[derive(Debug)]
struct Limit {
    /// Of this method and path; of all without.
    only: Option<(String, String)>,
    until: Instant,
}

impl Plans {
    fn lock(&self) -> MutexGuard<'_, VecDeque<Planned>> {
        self.planned.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn limits(&self) -> MutexGuard<'_, Vec<Limit>> {
        self.limits.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The fault for this call, if one is planned or goes on.
    pub(crate) fn take(&self, method: &str, path: &str) -> Option<Fault> {
        if let Some(limited) = self.limited(method, path) {
            return Some(limited);
        }
        let fault = self.planned(method, path)?;
        if let Fault::RateLimited {
            retry_after,
            global,
        } = fault
        {
            let only = (!global).then(|| (method.to_owned(), path.to_owned()));
            let time = Duration::try_from_secs_f64(retry_after).unwrap_or_default();
            let until = sleep(time).deadline();
            self.limits().push(Limit { only, until });
        }
        Some(fault)
    }

    /// What is left of a limit that holds for this call.
    fn limited(&self, method: &str, path: &str) -> Option<Fault> {
        let mut limits = self.limits();
        if limits.is_empty() {
            return None;
        }
        let now = sleep(Duration::ZERO).deadline();
        limits.retain(|limit| limit.until > now);
        let exempt = path.starts_with("/interactions/") || path.starts_with("/webhooks/");
        let hit = |limit: &&Limit| match &limit.only {
            Some(only) => *only == (method.to_owned(), path.to_owned()),
            None => !exempt,
        };
        let limit = limits.iter().find(hit)?;
        Some(Fault::RateLimited {
            retry_after: (limit.until - now).as_secs_f64(),
            global: limit.only.is_none(),
        })
    }

    fn planned(&self, method: &str, path: &str) -> Option<Fault> {
        if self.count.load(Ordering::Acquire) == 0 {
            return None;
        }
        let mut planned = self.lock();
        let hit = |plan: &Planned| plan.method == method && path_matches(&plan.pattern, path);
        let position = planned.iter().position(hit)?;
        let plan = planned.get_mut(position)?;
        plan.left = plan.left.saturating_sub(1);
        let fault = plan.fault.clone();
        if plan.left == 0 {
            planned.remove(position);
        }
        self.count.store(planned.len(), Ordering::Release);
        Some(fault)
    }
}

/// The fault hooks of a local Discord.
#[derive(Clone, Debug)]
pub struct Faults {
    pub(crate) core: Arc<Core>,
}

impl Faults {
    /// Applies the fault to the next `calls` calls of that method whose path
    /// (after `/api/v10`) matches the pattern; `*` stands for one segment.
    pub fn next_calls(&self, method: &str, pattern: &str, calls: usize, fault: Fault) {
        let plans = &self.core.plans;
        let mut planned = plans.lock();
        if calls > 0 {
            planned.push_back(Planned {
                method: method.into(),
                pattern: pattern.into(),
                left: calls,
                fault,
            });
        }
        plans.count.store(planned.len(), Ordering::Release);
    }

    /// Holds the next `calls` matching calls until the gate opens.
    #[must_use]
    pub fn hold_calls(&self, method: &str, pattern: &str, calls: usize) -> Gate {
        let gate = Gate::new();
        self.next_calls(method, pattern, calls, Fault::Held(gate.clone()));
        gate
    }

    /// Forgets faults that were planned for calls, and limits that hold.
    pub fn clear(&self) {
        let mut planned = self.core.plans.lock();
        planned.clear();
        self.core.plans.limits().clear();
        self.core.plans.count.store(0, Ordering::Release);
    }

    /// Delivers each of the next `events` events twice.
    pub fn next_events_twice(&self, events: usize) {
        self.core.hub.twice(events);
    }

    /// Keeps all events back until [`Faults::release_events`].
    pub fn hold_events(&self) {
        self.core.hub.hold(true);
    }

    /// Delivers the events kept back, in order.
    pub fn release_events(&self) {
        self.core.hub.hold(false);
    }

    /// Cuts all gateway connections without a close frame.
    pub fn drop_sockets(&self) {
        self.core.hub.drop_sockets();
    }

    /// Closes all gateway connections with this code.
    pub fn close_sockets(&self, code: u16) {
        self.core.hub.close_sockets(code);
    }

    /// Sends op 7 (Reconnect) on all connections.
    pub fn send_reconnect(&self) {
        self.core
            .hub
            .broadcast(r#"{"op":7,"d":null,"s":null,"t":null}"#);
    }

    /// Sends a text on all connections as it is, whatever it holds; no session counts it.
    pub fn send_text(&self, text: &str) {
        self.core.hub.broadcast(text);
    }

    /// Sends op 9 (Invalid Session); sessions that may not resume are dropped.
    pub fn send_invalid_session(&self, resumable: bool) {
        self.core.hub.invalidate(resumable);
    }

    /// Leaves heartbeats without an answer, or answers them again.
    pub fn ignore_heartbeats(&self, ignore: bool) {
        self.core.hub.ignore_heartbeats(ignore);
    }

    /// Notified whenever a call was recorded; for tests that count.
    #[must_use]
    pub fn recorded(&self) -> Arc<Notify> {
        self.core.wire.grown()
    }
}
