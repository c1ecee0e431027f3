//! What `check` finds: one thing each, and how to put it right.

use serde::Serialize;

/// One thing that was looked at; its form as JSON is a contract.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Finding {
    /// What was looked at.
    pub what: String,
    /// Whether it is as it must be.
    pub ok: bool,
    /// What was found; no secret, no address of a person.
    pub detail: String,
    /// What to do; always there when it is not well.
    pub fix: Option<String>,
}

impl Finding {
    /// A thing that is well.
    #[must_use]
    pub fn good(what: impl Into<String>, detail: impl Into<String>) -> Self {
        Self {
            what: what.into(),
            ok: true,
            detail: detail.into(),
            fix: None,
        }
    }

    /// A thing that is not, and what to do.
    #[must_use]
    pub fn bad(what: impl Into<String>, detail: impl Into<String>, fix: impl Into<String>) -> Self {
        Self {
            what: what.into(),
            ok: false,
            detail: detail.into(),
            fix: Some(fix.into()),
        }
    }
}
