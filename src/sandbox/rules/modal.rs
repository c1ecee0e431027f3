//! Modals: title, one to five rows or labels, and what may be in them (P26).

use std::collections::HashSet;

use serde_json::Value;

use super::component::{ROW, duplicate, is_select, select};
use super::{Problems, field, join, list, number, text};

const RULE: &str = "P26";
/// A component that gives a text and a description to an input.
pub(crate) const LABEL: u64 = 18;
/// A text input.
pub(crate) const TEXT_INPUT: u64 = 4;
/// Fixed text.
const TEXT_DISPLAY: u64 = 10;
/// The longest text of an input.
const INPUT: usize = 4000;

/// Checks a modal, the `data` of a callback of type 9.
pub(crate) fn check(problems: &mut Problems, at: &str, modal: &Value) {
    problems.required(RULE, at, (modal, "custom_id"), (1, 100));
    problems.required(RULE, at, (modal, "title"), (1, 45));
    let components = list(modal, "components");
    let at = join(at, "components");
    problems.count(RULE, &at, components.len(), (1, 5));
    let mut ids = HashSet::new();
    for (index, component) in components.iter().enumerate() {
        let at = join(&at, &index.to_string());
        match number(component, "type") {
            ROW => {
                let inputs = list(component, "components");
                problems.count(RULE, &join(&at, "components"), inputs.len(), (1, 1));
                for input in inputs {
                    let at = join(&at, "components.0");
                    problems.required(RULE, &at, (input, "label"), (1, 45));
                    if number(input, "type") != TEXT_INPUT {
                        wrong_type(problems, &at, "(4)");
                    }
                    check_input(problems, &at, input, &mut ids);
                }
            }
            LABEL => {
                problems.required(RULE, &at, (component, "label"), (1, 45));
                problems.optional(RULE, &at, (component, "description"), (0, 100));
                let at = join(&at, "component");
                check_input(problems, &at, field(component, "component"), &mut ids);
            }
            TEXT_DISPLAY => problems.required(RULE, &at, (component, "content"), (1, INPUT)),
            _ => wrong_type(problems, &at, "(1, 10, 18)"),
        }
    }
}

fn check_input<'a>(
    problems: &mut Problems,
    at: &str,
    input: &'a Value,
    ids: &mut HashSet<&'a str>,
) {
    problems.required(RULE, at, (input, "custom_id"), (1, 100));
    let id = text(input, "custom_id");
    if !id.is_empty() && !ids.insert(id) {
        duplicate(problems, RULE, join(at, "custom_id"));
    }
    match number(input, "type") {
        TEXT_INPUT => check_text_input(problems, at, input),
        kind if is_select(kind) => select(problems, at, input),
        19 | 21..=23 => {}
        _ => wrong_type(problems, at, "(3, 4, 5, 6, 7, 8, 19, 21, 22, 23)"),
    }
}

fn check_text_input(problems: &mut Problems, at: &str, input: &Value) {
    if !matches!(number(input, "style"), 1 | 2) {
        let words = "Value must be one of {1, 2}.";
        problems.add(RULE, join(at, "style"), "BASE_TYPE_CHOICES", words);
    }
    problems.range(RULE, at, (input, "min_length"), (0, 4000));
    problems.range(RULE, at, (input, "max_length"), (1, 4000));
    problems.optional(RULE, at, (input, "placeholder"), (0, 100));
    let (min, max) = lengths(input);
    if min > max {
        let words = "min_length must not be greater than max_length";
        problems.add(RULE, join(at, "min_length"), "BASE_TYPE_RANGE", words);
    }
    problems.optional(RULE, at, (input, "value"), (0, max));
}

/// The fewest and most characters that an input takes.
pub(crate) fn lengths(input: &Value) -> (usize, usize) {
    let length = |key, default| {
        let value = input.get(key).and_then(Value::as_u64);
        value
            .and_then(|value| usize::try_from(value).ok())
            .unwrap_or(default)
    };
    (length("min_length", 0), length("max_length", INPUT))
}

/// The inputs of a modal: each with the label it is shown under.
pub(crate) fn inputs(modal: &Value) -> Vec<(&str, &Value)> {
    let mut found = Vec::new();
    for component in list(modal, "components") {
        match number(component, "type") {
            ROW => found.extend(
                list(component, "components")
                    .iter()
                    .map(|i| (text(i, "label"), i)),
            ),
            LABEL => found.push((text(component, "label"), field(component, "component"))),
            _ => {}
        }
    }
    found
}

fn wrong_type(problems: &mut Problems, at: &str, allowed: &str) {
    let words = format!("Value of field \"type\" must be one of {allowed}.");
    problems.add(RULE, join(at, "type"), "UNION_TYPE_CHOICES", words);
}
