//! The traceability text that every action carries (E09), and the ready ones (E04).

use std::fmt;

use serde::{Deserialize, Serialize};

/// Longest reason, in characters; it fits a field of an embed.
pub const REASON_MAX: usize = 500;

/// Why an action is done. A ready reason is stored by its name, so that each reader sees it in their language.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reason {
    /// One of the ready reasons.
    Ready(ReadyReason),
    /// The helper's own words.
    Text(ReasonText),
}

/// Reasons that are offered beside free text.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ReadyReason {
    /// E04: the e-mail address was entered wrongly.
    WrongEmail,
    /// E04: the code was sent more than a month ago.
    CodeOlderThanAMonth,
    /// The person locked themselves out by failed logins.
    LockedOut,
    /// The person forgot the password.
    ForgottenPassword,
    /// The person forgot the user name (X07).
    ForgottenUsername,
    /// The mail never arrived.
    MailNotReceived,
}

impl ReadyReason {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::WrongEmail,
        Self::CodeOlderThanAMonth,
        Self::LockedOut,
        Self::ForgottenPassword,
        Self::ForgottenUsername,
        Self::MailNotReceived,
    ];

    /// The stable name in rows, custom ids and text keys.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::WrongEmail => "wrong-email",
            Self::CodeOlderThanAMonth => "code-older-than-a-month",
            Self::LockedOut => "locked-out",
            Self::ForgottenPassword => "forgotten-password",
            Self::ForgottenUsername => "forgotten-username",
            Self::MailNotReceived => "mail-not-received",
        }
    }

    /// Reads a stable name.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.code() == code)
    }
}

/// Free text: not blank, at most [`REASON_MAX`] characters, one paragraph.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ReasonText(String);

/// What is wrong with a reason.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum ReasonError {
    /// Nothing but blanks (E09).
    #[error("the reason is blank")]
    Blank,
    /// Too long, with its length in characters.
    #[error("the reason has {0} characters, at most {REASON_MAX} are kept")]
    TooLong(usize),
}

impl Reason {
    /// Prefix of the value that autocomplete gives for a ready reason.
    const READY_PREFIX: &str = "r:";

    /// The value of a ready reason's choice in the autocomplete list.
    #[must_use]
    pub fn choice_value(ready: ReadyReason) -> String {
        format!("{}{}", Self::READY_PREFIX, ready.code())
    }

    /// Reads what was chosen or typed: a ready reason's value, else free text.
    ///
    /// # Errors
    /// Free text that is blank or too long.
    pub fn parse(text: &str) -> Result<Self, ReasonError> {
        match text
            .strip_prefix(Self::READY_PREFIX)
            .and_then(ReadyReason::parse)
        {
            Some(ready) => Ok(Self::Ready(ready)),
            None => ReasonText::parse(text).map(Self::Text),
        }
    }

    /// What the audit row keeps: the ready reason's stable name, or the text.
    #[must_use]
    pub fn as_recorded(&self) -> &str {
        match self {
            Self::Ready(ready) => ready.code(),
            Self::Text(text) => &text.0,
        }
    }
}

impl ReasonText {
    /// Reads free text; blanks and line ends become single spaces.
    ///
    /// # Errors
    /// Blank or too long.
    pub fn parse(text: &str) -> Result<Self, ReasonError> {
        let unbroken = text.replace(|c: char| c.is_control(), " ");
        let shown = unbroken.split_whitespace().collect::<Vec<_>>().join(" ");
        // zero-width signs alone would look blank to a reader
        let blank = shown.chars().all(|c| {
            matches!(
                c,
                '\u{200B}'..='\u{200F}' | '\u{2060}' | '\u{FEFF}' | '\u{AD}'
            )
        });
        match shown.chars().count() {
            _ if blank => Err(ReasonError::Blank),
            length if length > REASON_MAX => Err(ReasonError::TooLong(length)),
            _ => Ok(Self(shown)),
        }
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Reasons may name people, so the debug form tells only the length.
impl fmt::Debug for ReasonText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ReasonText({} characters)", self.0.chars().count())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn e09_blank_text_is_no_reason() {
        for text in ["", "   ", "\n\t", "\u{200B}\u{FEFF}", "\u{3000}"] {
            assert_eq!(Reason::parse(text), Err(ReasonError::Blank), "{text:?}");
        }
    }

    #[test]
    fn the_longest_reason_is_kept_and_one_more_character_is_not() {
        assert!(Reason::parse(&"é".repeat(REASON_MAX)).is_ok());
        assert_eq!(
            Reason::parse(&"é".repeat(REASON_MAX + 1)),
            Err(ReasonError::TooLong(REASON_MAX + 1))
        );
    }

    #[test]
    fn e04_ready_reasons_are_read_by_their_value_and_all_else_is_text() {
        assert_eq!(
            Reason::parse("r:wrong-email"),
            Ok(Reason::Ready(ReadyReason::WrongEmail))
        );
        assert!(matches!(Reason::parse("r:nonsense"), Ok(Reason::Text(_))));
    }
}
