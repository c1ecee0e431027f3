//! The platform's limits on what a bot sends, each problem with its place in
//! the body and the rule's number, answered as Discord answers.

pub(crate) mod command;
pub(crate) mod component;
pub(crate) mod embed;
pub(crate) mod mention;
pub(crate) mod message;
pub(crate) mod modal;

use serde_json::{Map, Value, json};

use super::rest::error::ApiError;

/// The code for a body that breaks limits.
pub(crate) const INVALID_FORM_BODY: u32 = 50035;

/// What is wrong at one place of a body.
#[derive(Debug)]
pub(crate) struct Problem {
    path: String,
    code: &'static str,
    message: String,
    rule: &'static str,
}

/// All that is wrong with a body.
#[derive(Debug, Default)]
pub(crate) struct Problems {
    found: Vec<Problem>,
}

impl Problems {
    /// Adds a problem; the path has dots between its parts.
    pub(crate) fn add(
        &mut self,
        rule: &'static str,
        path: impl Into<String>,
        code: &'static str,
        message: impl Into<String>,
    ) {
        self.found.push(Problem {
            path: path.into(),
            code,
            message: message.into(),
            rule,
        });
    }

    /// Checks the length of a text in characters.
    pub(crate) fn length(
        &mut self,
        rule: &'static str,
        path: &str,
        text: &str,
        limits: (usize, usize),
    ) {
        let (min, max) = limits;
        let length = text.chars().count();
        if length < min || length > max {
            let (code, words) = if min == 0 {
                (
                    "BASE_TYPE_MAX_LENGTH",
                    format!("Must be {max} or fewer in length."),
                )
            } else {
                (
                    "BASE_TYPE_BAD_LENGTH",
                    format!("Must be between {min} and {max} in length."),
                )
            };
            self.add(rule, path, code, words);
        }
    }

    /// Checks a text that must be there.
    pub(crate) fn required(
        &mut self,
        rule: &'static str,
        at: &str,
        (object, key): (&Value, &str),
        limits: (usize, usize),
    ) {
        match object.get(key) {
            None | Some(Value::Null) => self.add(rule, join(at, key), REQUIRED.0, REQUIRED.1),
            Some(Value::String(text)) => self.length(rule, &join(at, key), text, limits),
            Some(_) => self.add(rule, join(at, key), STRING.0, STRING.1),
        }
    }

    /// Checks a text that may be missing.
    pub(crate) fn optional(
        &mut self,
        rule: &'static str,
        at: &str,
        (object, key): (&Value, &str),
        limits: (usize, usize),
    ) {
        if object.get(key).is_some_and(|value| !value.is_null()) {
            self.required(rule, at, (object, key), limits);
        }
    }

    /// Checks the number of entries of a list.
    pub(crate) fn count(
        &mut self,
        rule: &'static str,
        path: &str,
        count: usize,
        limits: (usize, usize),
    ) {
        let (min, max) = limits;
        if count < min || count > max {
            let words = format!("Must be between {min} and {max} in length.");
            self.add(rule, path, "BASE_TYPE_BAD_LENGTH", words);
        }
    }

    /// Checks an integer that may be missing.
    pub(crate) fn range(
        &mut self,
        rule: &'static str,
        at: &str,
        (object, key): (&Value, &str),
        (min, max): (i64, i64),
    ) {
        let value = object.get(key).filter(|value| !value.is_null());
        let inside = |value: &Value| value.as_i64().is_some_and(|n| (min..=max).contains(&n));
        if value.is_some_and(|value| !inside(value)) {
            let words = format!("int value should be between {min} and {max}.");
            self.add(rule, join(at, key), "NUMBER_TYPE_RANGE", words);
        }
    }

    /// The answer, if there is anything wrong.
    pub(crate) fn into_result(self) -> Result<(), ApiError> {
        let Some(first) = self.found.first() else {
            return Ok(());
        };
        let rule = first.rule;
        let lines = self
            .found
            .iter()
            .map(|p| format!("{}: {}", p.path, p.message));
        let detail = lines.collect::<Vec<_>>().join("; ");
        let mut errors = Map::new();
        for problem in &self.found {
            place(&mut errors, problem);
        }
        Err(ApiError::new(400, INVALID_FORM_BODY, "Invalid Form Body")
            .with_errors(Value::Object(errors), detail)
            .breaking(rule))
    }
}

const REQUIRED: (&str, &str) = ("BASE_TYPE_REQUIRED", "This field is required");
const STRING: (&str, &str) = (
    "STRING_TYPE_CONVERT",
    "Could not interpret value as string.",
);

fn place(errors: &mut Map<String, Value>, problem: &Problem) {
    let mut at = errors;
    for part in problem.path.split('.').filter(|part| !part.is_empty()) {
        let slot = at.entry(part).or_insert_with(|| json!({}));
        if !slot.is_object() {
            *slot = json!({});
        }
        let Some(inner) = slot.as_object_mut() else {
            return;
        };
        at = inner;
    }
    let list = at.entry("_errors").or_insert_with(|| json!([]));
    if let Some(list) = list.as_array_mut() {
        list.push(json!({"code": problem.code, "message": problem.message}));
    }
}

/// A path with one more part.
pub(crate) fn join(at: &str, part: &str) -> String {
    if at.is_empty() {
        part.to_owned()
    } else {
        format!("{at}.{part}")
    }
}

/// The entries of a list; none if it is missing.
pub(crate) fn list<'a>(object: &'a Value, key: &str) -> &'a [Value] {
    object
        .get(key)
        .and_then(Value::as_array)
        .map_or(&[], Vec::as_slice)
}

/// A text; empty if it is missing.
pub(crate) fn text<'a>(object: &'a Value, key: &str) -> &'a str {
    object.get(key).and_then(Value::as_str).unwrap_or_default()
}

/// A small number; 0 if it is missing.
pub(crate) fn number(object: &Value, key: &str) -> u64 {
    object.get(key).and_then(Value::as_u64).unwrap_or(0)
}

/// A field; null if it is missing.
pub(crate) fn field<'a>(object: &'a Value, key: &str) -> &'a Value {
    object.get(key).unwrap_or(&Value::Null)
}
