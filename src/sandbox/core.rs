//! What all parts of the local Discord share, and the one way to wait: by
//! notification, with a limit whose error shows the conversation.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::{Notify, watch};

use super::error::SandboxError;
use super::faults::Plans;
use super::gateway::hub::Hub;
use super::setup::Setup;
use super::wire::Recording;
use super::world::World;

/// The shared inside of a local Discord.
pub(crate) struct Core {
    pub(crate) setup: Setup,
    pub(crate) address: String,
    pub(crate) hub: Hub,
    pub(crate) wire: Recording,
    pub(crate) plans: Plans,
    /// Notified when commands are written.
    pub(crate) registered: Arc<Notify>,
    pub(crate) stop: watch::Sender<bool>,
    /// Answers with 401, 403 or 429, which Discord counts against an address.
    pub(crate) invalid: AtomicU64,
    world: Mutex<World>,
}

impl Core {
    pub(crate) fn new(setup: Setup, address: String) -> Self {
        Self {
            address,
            hub: Hub::new(setup.events_kept),
            wire: Recording::new(setup.recording_kept),
            plans: Plans::default(),
            registered: Arc::default(),
            stop: watch::Sender::new(false),
            invalid: AtomicU64::new(0),
            world: Mutex::new(World::new(&setup)),
            setup,
        }
    }

    /// The state; held for short, never across an await.
    pub(crate) fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn now(&self) -> jiff::Timestamp {
        (self.setup.now)()
    }

    pub(crate) fn gateway_url(&self) -> String {
        format!("ws://{}/gateway", self.address)
    }

    pub(crate) fn count_invalid(&self, status: u16) {
        if matches!(status, 401 | 403 | 429) {
            self.invalid.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Waits until `probe` finds something; looked at again on each signal.
    pub(crate) async fn wait<T>(
        &self,
        signals: (&Notify, &Notify),
        what: impl Fn() -> String,
        mut probe: impl FnMut() -> Option<T>,
    ) -> Result<T, SandboxError> {
        let limit = tokio::time::sleep(self.setup.wait);
        let mut stop = self.stop.subscribe();
        tokio::pin!(limit);
        loop {
            let first = signals.0.notified();
            let second = signals.1.notified();
            tokio::pin!(first, second);
            // Registered before looking, so that no change falls between.
            first.as_mut().enable();
            second.as_mut().enable();
            if let Some(found) = probe() {
                return Ok(found);
            }
            tokio::select! {
                () = first => {}
                () = second => {}
                () = &mut limit => {
                    return Err(SandboxError::TimedOut {
                        what: what(),
                        limit: self.setup.wait,
                        conversation: self.wire.transcript(),
                    });
                }
                () = stopped(&mut stop) => return Err(SandboxError::Stopped),
            }
        }
    }
}

/// Waits until the local Discord stops.
pub(crate) async fn stopped(stop: &mut watch::Receiver<bool>) {
    // Fails only when the sender is gone, which also means to stop.
    let _ = stop.wait_for(|stopped| *stopped).await;
}

impl fmt::Debug for Core {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Core")
            .field("address", &self.address)
            .finish_non_exhaustive()
    }
}
