//! What a person sees: a message with its buttons and selects, a modal with
//! its inputs, the choices of an autocomplete.

use serde_json::{Map, Value};

use super::messages::Stored;
use super::rules::component::{BUTTON, bounds, interactive, is_select};
use super::rules::mention::{Pings, pinging_text};
use super::rules::modal::{self, TEXT_INPUT};
use super::rules::{field, list, number, text};

/// A message as one person sees it at one moment.
#[derive(Clone, Debug, Default)]
pub struct Message {
    id: u64,
    json: Value,
    ephemeral: bool,
    thinking: bool,
    pings: Pings,
}

impl Message {
    pub(crate) fn new(stored: &Stored) -> Self {
        Self {
            id: stored.id,
            json: Value::Object(stored.json.clone()),
            ephemeral: stored.only_for.is_some(),
            thinking: stored.is_thinking(),
            pings: stored.pings.clone(),
        }
    }

    /// The id; 0 if there is no message.
    #[must_use]
    pub fn id(&self) -> u64 {
        self.id
    }

    /// The content, with the text displays of version 2.
    #[must_use]
    pub fn text(&self) -> String {
        pinging_text(&self.json).trim_start_matches('\n').to_owned()
    }

    /// The text and all that stands in embeds, a line each.
    #[must_use]
    pub fn all_text(&self) -> String {
        let mut lines = vec![self.text()];
        for embed in self.embeds() {
            lines.push(text(embed, "title").to_owned());
            lines.push(text(embed, "description").to_owned());
            for field in list(embed, "fields") {
                lines.push(format!("{}: {}", text(field, "name"), text(field, "value")));
            }
            lines.push(text(field(embed, "footer"), "text").to_owned());
        }
        lines.retain(|line| !line.is_empty());
        lines.join("\n")
    }

    /// The embeds, as sent.
    #[must_use]
    pub fn embeds(&self) -> &[Value] {
        list(&self.json, "embeds")
    }

    /// Whether only this person sees it.
    #[must_use]
    pub fn is_ephemeral(&self) -> bool {
        self.ephemeral
    }

    /// Whether it is deferred and not filled yet.
    #[must_use]
    pub fn is_thinking(&self) -> bool {
        self.thinking
    }

    /// Who was pinged when it was made.
    #[must_use]
    pub fn pings(&self) -> &Pings {
        &self.pings
    }

    /// The message as REST shows it.
    #[must_use]
    pub fn json(&self) -> &Value {
        &self.json
    }

    pub(crate) fn components(&self) -> Vec<&Value> {
        interactive(list(&self.json, "components"))
    }

    /// The buttons, in order.
    #[must_use]
    pub fn buttons(&self) -> Vec<Button> {
        let components = self.components().into_iter();
        components
            .filter(|c| number(c, "type") == BUTTON)
            .map(Button::new)
            .collect()
    }

    /// The select menus, in order.
    #[must_use]
    pub fn selects(&self) -> Vec<Select> {
        let components = self.components().into_iter();
        components
            .filter(|c| is_select(number(c, "type")))
            .map(Select::new)
            .collect()
    }
}

/// A button.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Button {
    /// Its label; empty if it has only an emoji.
    pub label: String,
    /// Its custom id; empty if it is a link.
    pub custom_id: String,
    /// Where a link leads.
    pub url: String,
    /// Whether it cannot be clicked.
    pub disabled: bool,
    /// 1 primary, 2 secondary, 3 success, 4 danger, 5 link.
    pub style: u64,
}

impl Button {
    fn new(json: &Value) -> Self {
        Self {
            label: text(json, "label").into(),
            custom_id: text(json, "custom_id").into(),
            url: text(json, "url").into(),
            disabled: field(json, "disabled") == true,
            style: number(json, "style"),
        }
    }
}

/// A select menu.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Select {
    /// The component type: 3 strings, 5 users, 6 roles, 7 both, 8 channels.
    pub kind: u64,
    /// Its custom id.
    pub custom_id: String,
    /// The text shown while nothing is chosen.
    pub placeholder: String,
    /// The options of a string select.
    pub options: Vec<SelectOption>,
    /// The fewest and the most values.
    pub bounds: (usize, usize),
    /// Whether it cannot be used.
    pub disabled: bool,
}

impl Select {
    pub(crate) fn new(json: &Value) -> Self {
        Self {
            kind: number(json, "type"),
            custom_id: text(json, "custom_id").into(),
            placeholder: text(json, "placeholder").into(),
            options: list(json, "options")
                .iter()
                .map(SelectOption::new)
                .collect(),
            bounds: bounds(json),
            disabled: field(json, "disabled") == true,
        }
    }
}

/// An option of a select menu.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SelectOption {
    /// What is shown.
    pub label: String,
    /// What is sent.
    pub value: String,
    /// The smaller text below.
    pub description: String,
    /// Whether it is chosen from the start.
    pub default: bool,
}

impl SelectOption {
    fn new(json: &Value) -> Self {
        Self {
            label: text(json, "label").into(),
            value: text(json, "value").into(),
            description: text(json, "description").into(),
            default: field(json, "default") == true,
        }
    }
}

/// A modal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Modal {
    /// Its custom id.
    pub custom_id: String,
    /// Its title.
    pub title: String,
    /// Its inputs, in order.
    pub inputs: Vec<Input>,
}

impl Modal {
    pub(crate) fn new(json: &Value) -> Self {
        Self {
            custom_id: text(json, "custom_id").into(),
            title: text(json, "title").into(),
            inputs: modal::inputs(json).into_iter().map(Input::new).collect(),
        }
    }
}

/// An input of a modal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Input {
    /// The component type: 4 text, else a select or another choice.
    pub kind: u64,
    /// Its custom id.
    pub custom_id: String,
    /// The label above it.
    pub label: String,
    /// The text shown while it is empty.
    pub placeholder: String,
    /// The text it is filled with.
    pub value: String,
    /// Whether it must be filled.
    pub required: bool,
    /// The fewest and most characters of a text input.
    pub lengths: (usize, usize),
    /// Whether it has several lines.
    pub multiline: bool,
    /// The options of a select.
    pub options: Vec<SelectOption>,
}

impl Input {
    fn new((label, json): (&str, &Value)) -> Self {
        let kind = number(json, "type");
        Self {
            kind,
            custom_id: text(json, "custom_id").into(),
            label: label.into(),
            placeholder: text(json, "placeholder").into(),
            value: text(json, "value").into(),
            required: field(json, "required") != false,
            lengths: modal::lengths(json),
            multiline: kind == TEXT_INPUT && number(json, "style") == 2,
            options: list(json, "options")
                .iter()
                .map(SelectOption::new)
                .collect(),
        }
    }
}

/// A choice of an autocomplete.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// What is shown.
    pub name: String,
    /// What is sent; numbers as text.
    pub value: String,
}

impl Choice {
    pub(crate) fn new(json: &Value) -> Self {
        let value = match field(json, "value") {
            Value::String(value) => value.clone(),
            other => other.to_string(),
        };
        Self {
            name: text(json, "name").into(),
            value,
        }
    }
}

/// An empty JSON object.
pub(crate) fn empty() -> Value {
    Value::Object(Map::new())
}
