//! The values that a text is filled with.

use std::borrow::Cow;

use fluent_bundle::{FluentArgs, FluentValue};

/// Values for the variables of one text; they go in as they are, whoever shows the text escapes them (R35).
#[derive(Debug, Default)]
pub struct Args<'a>(FluentArgs<'a>);

/// No values yet; continue with [`Args::set`] and [`Args::number`].
#[must_use]
pub fn args<'a>() -> Args<'a> {
    Args::default()
}

impl<'a> Args<'a> {
    /// A text value, or the name of the variant that the text selects by.
    #[must_use]
    pub fn set(mut self, name: &'static str, value: impl Into<Cow<'a, str>>) -> Self {
        self.0.set(name, FluentValue::String(value.into()));
        self
    }

    /// A count that the text may choose its plural by. Keys of rows are texts: above 2^53 a number loses digits.
    #[must_use]
    pub fn number(mut self, name: &'static str, value: impl TryInto<i64>) -> Self {
        self.0.set(
            name,
            FluentValue::from(value.try_into().unwrap_or(i64::MAX)),
        );
        self
    }

    pub(super) const fn inner(&self) -> &FluentArgs<'a> {
        &self.0
    }
}
