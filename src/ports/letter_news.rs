//! News of letters within this process: a new one wakes the worker, a settled one is told to whoever waits for it.

use std::time::Duration;

use tokio::sync::{Notify, broadcast};
use tokio::time::timeout;

use crate::domain::ids::LetterId;

/// News kept for a slow listener; one that falls behind looks into the store again.
const KEPT_NEWS: usize = 1_024;

/// News of other instances do not come here: after so long the store is looked into.
const LOOK_AGAIN: Duration = Duration::from_secs(3);

/// The exchange of news.
#[derive(Debug)]
pub struct LetterNews {
    queued: Notify,
    settled: broadcast::Sender<LetterId>,
}

impl Default for LetterNews {
    fn default() -> Self {
        Self {
            queued: Notify::new(),
            settled: broadcast::channel(KEPT_NEWS).0,
        }
    }
}

impl LetterNews {
    /// A letter was queued.
    pub fn queued(&self) {
        self.queued.notify_one();
    }

    /// Waits for the next queued letter; one queued meanwhile counts.
    pub async fn wait_for_queued(&self) {
        self.queued.notified().await;
    }

    /// A letter came to an end, or was postponed.
    pub fn moved(&self, letter: LetterId) {
        // nobody listening is no fault
        let _ = self.settled.send(letter);
    }

    /// Listens from now on.
    #[must_use]
    pub fn listen(&self) -> Listener {
        Listener(self.settled.subscribe())
    }
}

/// Hears of letters that moved.
#[derive(Debug)]
pub struct Listener(broadcast::Receiver<LetterId>);

impl Listener {
    /// Waits until one of these letters moved, or may have: so much news was missed, or so long none came.
    /// False when no more news can come.
    pub async fn heard_of(&mut self, letters: &[LetterId]) -> bool {
        timeout(LOOK_AGAIN, self.hear_of(letters))
            .await
            .unwrap_or(true)
    }

    async fn hear_of(&mut self, letters: &[LetterId]) -> bool {
        loop {
            match self.0.recv().await {
                Ok(letter) if letters.contains(&letter) => return true,
                Ok(_) => {}
                Err(broadcast::error::RecvError::Lagged(_)) => return true,
                Err(broadcast::error::RecvError::Closed) => return false,
            }
        }
    }
}
