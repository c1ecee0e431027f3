//! Notes: what is said about a request in channels. A row names what to say, never the words (R34).

/// The kinds of messages about a request.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum NoteKind {
    /// The card in the approvals channel: posted once, then brought up to date.
    Card,
    /// A reminder to the responsible role, once (D7).
    Reminder,
    /// How it ended, to whoever asked, where they asked.
    Answer,
}

impl NoteKind {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Card, Self::Reminder, Self::Answer];

    /// The stable name in rows.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Card => "card",
            Self::Reminder => "reminder",
            Self::Answer => "answer",
        }
    }

    /// Reads a stable name.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }
}
