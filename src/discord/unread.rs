//! Events that serenity cannot read, which it drops without a word above the level of debugging.

use std::sync::atomic::{AtomicU64, Ordering};

use serenity::all::{Context, Event, RawEventHandler};

/// The longest name of an event that is repeated in the log.
const NAME_LIMIT: usize = 64;

/// Tells and counts them: an interaction among them is a person who gets no answer.
#[derive(Debug, Default)]
pub(crate) struct Unread {
    so_far: AtomicU64,
}

#[serenity::async_trait]
impl RawEventHandler for Unread {
    async fn raw_event(&self, _: Context, event: Event) {
        if let Event::Unknown(event) = event {
            // nothing of its content: an interaction holds names, tokens and what was typed
            let name: String = event
                .kind
                .chars()
                .filter(char::is_ascii_graphic)
                .take(NAME_LIMIT)
                .collect();
            let so_far = self
                .so_far
                .fetch_add(1, Ordering::Relaxed)
                .saturating_add(1);
            tracing::warn!(
                event = name,
                so_far,
                "an event from Discord could not be read"
            );
        }
    }
}
