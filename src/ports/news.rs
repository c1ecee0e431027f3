//! News of the outbox within this process: a new row wakes its worker, a settled one is told to whoever waits for it.

use std::time::Duration;

use tokio::sync::{Notify, broadcast};
use tokio::time::timeout;

use crate::domain::change::Write;

/// News kept for a slow listener; one that falls behind looks into the store again.
const KEPT_NEWS: usize = 1_024;

/// News of other instances do not come here: after so long the store is looked into.
const LOOK_AGAIN: Duration = Duration::from_secs(3);

/// What a change queues.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Queued {
    letters: bool,
    notes: bool,
}

impl Queued {
    /// Reads it from the change's writes.
    #[must_use]
    pub fn by(writes: &[Write]) -> Self {
        let any = |queues: fn(&Write) -> bool| writes.iter().any(queues);
        Self {
            letters: any(|write| matches!(write, Write::QueueLetter(_))),
            notes: any(|write| matches!(write, Write::QueueNote { .. })),
        }
    }
}

/// The exchange of news. A subject is the key of a letter or of a request.
#[derive(Debug)]
pub struct OutboxNews {
    letters: Notify,
    notes: Notify,
    moved: broadcast::Sender<i64>,
}

impl Default for OutboxNews {
    fn default() -> Self {
        Self {
            letters: Notify::new(),
            notes: Notify::new(),
            moved: broadcast::channel(KEPT_NEWS).0,
        }
    }
}

impl OutboxNews {
    /// What was queued by a change wakes its workers.
    pub fn queued(&self, queued: Queued) {
        if queued.letters {
            self.letters.notify_one();
        }
        if queued.notes {
            self.notes.notify_one();
        }
    }

    /// Waits for the next queued letter; one queued meanwhile counts.
    pub async fn wait_for_letters(&self) {
        self.letters.notified().await;
    }

    /// Waits for the next queued message about a request.
    pub async fn wait_for_notes(&self) {
        self.notes.notified().await;
    }

    /// A row came to an end, or was postponed.
    pub fn moved(&self, subject: i64) {
        // nobody listening is no fault
        let _ = self.moved.send(subject);
    }

    /// Listens from now on.
    #[must_use]
    pub fn listen(&self) -> Listener {
        Listener(self.moved.subscribe())
    }
}

/// Hears of rows that moved.
#[derive(Debug)]
pub struct Listener(broadcast::Receiver<i64>);

impl Listener {
    /// Waits until one of these moved, or may have: so much news was missed, or so long none came.
    /// False when no more news can come.
    pub async fn heard_of(&mut self, subjects: &[i64]) -> bool {
        timeout(LOOK_AGAIN, self.hear_of(subjects))
            .await
            .unwrap_or(true)
    }

    async fn hear_of(&mut self, subjects: &[i64]) -> bool {
        loop {
            match self.0.recv().await {
                Ok(subject) if subjects.contains(&subject) => return true,
                Ok(_) => {}
                Err(broadcast::error::RecvError::Lagged(_)) => return true,
                Err(broadcast::error::RecvError::Closed) => return false,
            }
        }
    }
}
