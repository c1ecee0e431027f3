//! A single value of the settings with its place, read as what it should be.

use std::borrow::Cow;
use std::ops::RangeInclusive;

use toml::Spanned;
use toml::de::DeValue;

use super::checks::nearest;
use super::document::{Document, Table};

enum Value<'d> {
    Environment(String),
    File(&'d DeValue<'d>),
}

/// A value with its place.
pub(super) struct Item<'d> {
    doc: &'d Document<'d>,
    label: String,
    at: Option<usize>,
    value: Value<'d>,
}

impl<'d> Item<'d> {
    pub(super) fn of(
        doc: &'d Document<'d>,
        label: String,
        value: &'d Spanned<DeValue<'d>>,
    ) -> Self {
        Self {
            doc,
            label,
            at: Some(value.span().start),
            value: Value::File(value.get_ref()),
        }
    }

    /// A variable's value.
    pub(super) fn of_environment(doc: &'d Document<'d>, variable: &str, text: String) -> Self {
        Self {
            doc,
            label: variable.to_owned(),
            at: None,
            value: Value::Environment(text),
        }
    }

    /// Complains about the value; the text goes on after the key and never repeats a secret.
    pub(super) fn problem(&self, text: impl std::fmt::Display) {
        match self.at {
            Some(at) => self
                .doc
                .problem_at(at, format_args!("{} {text}", self.label)),
            None => self
                .doc
                .problem_in_environment(format_args!("{} {text}", self.label)),
        }
    }

    fn wrong_type(&self, wanted: &str) {
        let found = match self.value {
            Value::File(value) => value.type_str(),
            Value::Environment(_) => "text",
        };
        self.problem(format_args!("must be {wanted}, not {found}"));
    }

    /// Complains unless it is a text, or a number where an id is meant.
    pub(super) fn check_type(&self) {
        let is_id = self.label.ends_with("_id");
        match self.value {
            Value::File(DeValue::Integer(_)) if is_id => {}
            Value::File(DeValue::String(_)) | Value::Environment(_) => {}
            Value::File(_) => self.wrong_type("a quoted string"),
        }
    }

    /// A text that is not blank.
    pub(super) fn text(&self) -> Option<Cow<'_, str>> {
        let text = match &self.value {
            Value::Environment(text) => text.trim(),
            Value::File(DeValue::String(text)) => text.trim(),
            Value::File(_) => {
                self.wrong_type("a quoted string");
                return None;
            }
        };
        if text.is_empty() {
            self.problem("is empty; write a value or leave the key out");
            return None;
        }
        Some(Cow::Borrowed(text))
    }

    /// A text read further; what `read` says is wrong goes into the complaint.
    pub(super) fn parse<T, E: std::fmt::Display>(
        &self,
        read: impl FnOnce(&str) -> Result<T, E>,
    ) -> Option<T> {
        let text = self.text()?;
        read(&text).map_err(|wrong| self.problem(wrong)).ok()
    }

    /// One of a list of names.
    pub(super) fn one_of<T>(
        &self,
        names: &[&str],
        read: impl FnOnce(&str) -> Option<T>,
    ) -> Option<T> {
        let text = self.text()?;
        let value = read(&text);
        if value.is_none() {
            let known = names.join(", ");
            let hint = match nearest(&text, names.iter().copied()) {
                Some(near) => format!("did you mean \"{near}\"? (known: {known})"),
                None => format!("known are {known}"),
            };
            self.problem(format_args!(
                "has the unknown value \"{}\"; {hint}",
                text.escape_debug()
            ));
        }
        value
    }

    /// A Discord id, quoted or not.
    pub(super) fn id(&self) -> Option<i64> {
        let id = match &self.value {
            Value::File(DeValue::Integer(number)) => {
                i64::from_str_radix(number.as_str(), number.radix()).ok()
            }
            Value::File(DeValue::String(text)) => digits(text),
            Value::Environment(text) => digits(text),
            Value::File(_) => {
                self.wrong_type("a Discord id, as digits or as a quoted string of digits");
                return None;
            }
        };
        let id = id.filter(|id| *id > 0);
        if id.is_none() {
            self.problem("is no Discord id; copy the 17 to 20 digits of \"Copy ID\" in Discord's developer mode");
        }
        id
    }

    /// A whole number within bounds.
    pub(super) fn number(&self, bounds: RangeInclusive<u32>) -> Option<u32> {
        let Value::File(DeValue::Integer(number)) = &self.value else {
            self.wrong_type("a whole number");
            return None;
        };
        let value = u32::from_str_radix(number.as_str(), number.radix())
            .ok()
            .filter(|value| bounds.contains(value));
        if value.is_none() {
            self.problem(format_args!(
                "must lie between {} and {}",
                bounds.start(),
                bounds.end()
            ));
        }
        value
    }

    /// Yes or no.
    pub(super) fn flag(&self) -> Option<bool> {
        match &self.value {
            Value::File(DeValue::Boolean(flag)) => Some(*flag),
            _ => {
                self.wrong_type("true or false");
                None
            }
        }
    }

    /// A list's items.
    pub(super) fn list(&self) -> Vec<Item<'d>> {
        match self.value {
            Value::File(DeValue::Array(list)) => list
                .iter()
                .map(|value| Item::of(self.doc, self.label.clone(), value))
                .collect(),
            _ => {
                self.wrong_type("a list in [ ]");
                Vec::new()
            }
        }
    }

    /// Every item of a list, read further; those that are wrong are complained about and left out.
    pub(super) fn list_of<T>(&self, read: impl FnMut(&Item<'d>) -> Option<T>) -> Vec<T> {
        self.list().iter().filter_map(read).collect()
    }

    /// A table, named as the file would write it.
    pub(super) fn table(&self) -> Option<Table<'d>> {
        let heading = format!("[{}]", self.label);
        self.table_called(&heading)
    }

    /// A table of a list of tables, named as the file would write it.
    pub(super) fn table_of_list(&self) -> Option<Table<'d>> {
        let heading = format!("[[{}]]", self.label);
        self.table_called(&heading)
    }

    fn table_called(&self, heading: &str) -> Option<Table<'d>> {
        let Value::File(DeValue::Table(entries)) = self.value else {
            self.wrong_type("a table");
            return None;
        };
        let prefix = format!("{}.", self.label);
        Some(Table::at(
            self.doc,
            heading.to_owned(),
            prefix,
            (self.at, entries),
        ))
    }

    /// Whether the file writes it as a table where a list of tables is meant.
    pub(super) fn is_table(&self) -> bool {
        matches!(self.value, Value::File(DeValue::Table(_)))
    }
}

fn digits(text: &str) -> Option<i64> {
    let text = text.trim();
    text.bytes()
        .all(|byte| byte.is_ascii_digit())
        .then(|| text.parse().ok())
        .flatten()
}
