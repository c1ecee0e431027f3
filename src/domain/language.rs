//! The four languages of every text.

use serde::{Deserialize, Serialize};

/// A language that texts exist in (E22).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// German.
    De,
    /// French.
    Fr,
    /// Italian.
    It,
    /// English.
    En,
}

impl Language {
    /// All of them, in the order in which they are shown.
    pub const ALL: [Self; 4] = [Self::De, Self::Fr, Self::It, Self::En];

    /// The two-letter code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::De => "de",
            Self::Fr => "fr",
            Self::It => "it",
            Self::En => "en",
        }
    }

    /// Reads a two-letter code, without case.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|language| text.trim().eq_ignore_ascii_case(language.code()))
    }

    /// Reads a locale such as `fr`, `en-GB`; `None` for a language that is not ours.
    #[must_use]
    pub fn of_locale(locale: &str) -> Option<Self> {
        Self::parse(locale.split(['-', '_']).next().unwrap_or_default())
    }
}
