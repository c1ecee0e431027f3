//! Mail addresses that can be written to.

use std::fmt;
use std::str::FromStr;

use email_address::{EmailAddress as Checked, Options};
use serde::{Deserialize, Serialize};

/// A well-formed mail address with a domain that has a dot; no display name, no address literal.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct EmailAddress(String);

/// The text is not a mail address.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("not a mail address")]
pub struct MalformedAddress;

impl EmailAddress {
    /// Reads an address; spaces around it are dropped.
    ///
    /// # Errors
    /// The text is not one plain address.
    pub fn parse(text: &str) -> Result<Self, MalformedAddress> {
        let text = text.trim();
        let options = Options::default()
            .with_required_tld()
            .without_display_text()
            .without_domain_literal();
        let checked = Checked::parse_with_options(text, options).map_err(|_| MalformedAddress)?;
        let plain = !text
            .chars()
            .any(|c| c.is_whitespace() || c.is_control() || c == '"');
        let spelled = checked.domain().split('.').all(|label| !label.is_empty());
        if plain && spelled {
            Ok(Self(text.to_owned()))
        } else {
            Err(MalformedAddress)
        }
    }

    /// The address as it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What stands before and after the at sign.
    #[must_use]
    pub fn parts(&self) -> (&str, &str) {
        self.0.rsplit_once('@').unwrap_or((&self.0, ""))
    }

    /// Whether both reach the same mailbox as far as one can tell: equal without case.
    #[must_use]
    pub fn same_as(&self, other: &Self) -> bool {
        self.0.to_lowercase() == other.0.to_lowercase()
    }
}

impl FromStr for EmailAddress {
    type Err = MalformedAddress;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

/// Addresses do not belong in logs, so the debug form is masked.
impl fmt::Debug for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&super::mask::email(self))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn malformed_addresses_are_refused() {
        for text in [
            "",
            "a@@b",
            "no-at-sign.example.ch",
            "a@b",
            "a b@example.ch",
            "Anna <a@example.ch>",
            "a@[127.0.0.1]",
            "a@example..ch",
            "a@example.ch\r\nBcc: x@example.ch",
            "\"a b\"@example.ch",
        ] {
            assert_eq!(EmailAddress::parse(text), Err(MalformedAddress), "{text:?}");
        }
    }

    #[test]
    fn plain_addresses_are_taken() {
        for text in [
            " anna.rossi@example.ch ",
            "a+b@sub.example.it",
            "o'neil@example.com",
        ] {
            assert_eq!(EmailAddress::parse(text).unwrap().as_str(), text.trim());
        }
    }
}
