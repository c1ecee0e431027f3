//! What can go wrong for the one who drives the local Discord, in words that
//! name the rule and show the conversation so far.

use std::time::Duration;

/// An action of a person or of the test that did not come out.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SandboxError {
    /// The listener could not be opened.
    #[error("the local Discord could not start: {0}")]
    Start(#[source] std::io::Error),
    /// A guild, channel, member, message or interaction that does not exist here.
    #[error("the local Discord knows no {what} {id}")]
    Unknown {
        /// The kind of thing that was looked for.
        what: &'static str,
        /// Its id.
        id: u64,
    },
    /// What Discord's own client would not have let this person do.
    #[error("Discord's client does not allow that: {0}")]
    Refused(String),
    /// The bot broke a rule of the platform.
    #[error("{rule}: {what}\n{conversation}")]
    BrokenRule {
        /// The rule's number, such as `P26`.
        rule: &'static str,
        /// What the bot did, with Discord's own words.
        what: String,
        /// The last lines of the wire.
        conversation: String,
    },
    /// What was waited for did not come.
    #[error("waited {} s for {what}\n{conversation}", limit.as_secs_f32())]
    TimedOut {
        /// What was waited for.
        what: String,
        /// How long.
        limit: Duration,
        /// The last lines of the wire.
        conversation: String,
    },
    /// The local Discord was stopped meanwhile.
    #[error("the local Discord has stopped")]
    Stopped,
}

impl SandboxError {
    /// The number of the broken rule, if that is what this is.
    #[must_use]
    pub fn rule(&self) -> Option<&'static str> {
        match self {
            Self::BrokenRule { rule, .. } => Some(rule),
            _ => None,
        }
    }
}
