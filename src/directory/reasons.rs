//! All reasons why a row does not go in.

use std::fmt;

use super::reject::Reject;

/// All reasons of a rejected row, so that it is corrected once; the row's code is that of the first.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Reasons {
    first: Reject,
    more: Vec<Reject>,
}

impl Reasons {
    /// `None` for a row without any.
    pub(super) fn of(rejects: Vec<Reject>) -> Option<Self> {
        let mut rejects = rejects.into_iter();
        let first = rejects.next()?;
        let more = rejects.collect();
        Some(Self { first, more })
    }

    /// The first one.
    pub(super) const fn first(&self) -> &Reject {
        &self.first
    }

    /// The stable code, for programs.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        self.first.code()
    }
}

/// Adds that a person has no name; one that was too long is there, if not here.
pub(super) fn note_missing_names(rejects: &mut Vec<Reject>, given_name: &str, surname: &str) {
    for (column, name, missing) in [
        ("given_name", given_name, Reject::NoGivenName),
        ("surname", surname, Reject::NoSurname),
    ] {
        if name.is_empty() && !rejects.contains(&Reject::TooLong { column }) {
            rejects.push(missing);
        }
    }
}

impl From<Reject> for Reasons {
    fn from(first: Reject) -> Self {
        let more = Vec::new();
        Self { first, more }
    }
}

/// `malformed-email: malformed mail address; also no-surname: no surname`.
impl fmt::Display for Reasons {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.first.fmt(f)?;
        self.more
            .iter()
            .try_for_each(|reject| write!(f, "; also {reject}"))
    }
}
