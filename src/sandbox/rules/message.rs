//! What a message may hold as a whole (P24, P27), and autocomplete answers (P21).

use serde_json::Value;

use super::{Problems, component, embed, field, join, list, mention, text};
use crate::sandbox::rest::error::ApiError;

/// The flag of ephemeral messages.
pub(crate) const EPHEMERAL: u64 = 1 << 6;
/// The flag of a deferred message that is not filled yet.
pub(crate) const LOADING: u64 = 1 << 7;
/// The flag of version 2 components.
pub(crate) const IS_COMPONENTS_V2: u64 = 1 << 15;
/// Characters of the content.
const CONTENT: usize = 2000;

/// Checks a message as it would be after a create or an edit. `at` is where
/// it is in the body, `allowed` the `allowed_mentions` that came with it.
pub(crate) fn check(
    at: &str,
    message: &Value,
    flags: u64,
    allowed: Option<&Value>,
) -> Result<(), ApiError> {
    let mut problems = Problems::default();
    problems.optional("P27", at, (message, "content"), (0, CONTENT));
    embed::check(&mut problems, at, list(message, "embeds"));
    let v2 = flags & IS_COMPONENTS_V2 != 0;
    let components = list(message, "components");
    component::check(&mut problems, at, components, v2);
    if let Some(allowed) = allowed {
        mention::check(&mut problems, at, allowed);
    }
    let has_text = !text(message, "content").is_empty() || !list(message, "embeds").is_empty();
    if v2 && has_text {
        let words =
            "The content and embeds fields cannot be used with MessageFlags.IS_COMPONENTS_V2";
        let path = join(at, "flags");
        problems.add(
            "P24",
            path,
            "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2",
            words,
        );
    }
    problems.into_result()?;
    if !has_text && components.is_empty() {
        let empty = ApiError::new(400, 50006, "Cannot send an empty message");
        return Err(empty.breaking("P27"));
    }
    Ok(())
}

/// Checks the choices of an autocomplete answer.
pub(crate) fn check_choices(at: &str, data: &Value) -> Result<(), ApiError> {
    let mut problems = Problems::default();
    choices("P21", &mut problems, at, list(data, "choices"));
    problems.into_result()
}

/// Checks choices, of an option or of an autocomplete answer.
pub(crate) fn choices(rule: &'static str, problems: &mut Problems, at: &str, choices: &[Value]) {
    let at = join(at, "choices");
    problems.count(rule, &at, choices.len(), (0, 25));
    for (index, choice) in choices.iter().enumerate() {
        let at = join(&at, &index.to_string());
        problems.required(rule, &at, (choice, "name"), (1, 100));
        match field(choice, "value") {
            Value::String(value) => problems.length(rule, &join(&at, "value"), value, (1, 100)),
            Value::Number(_) => {}
            _ => problems.add(
                rule,
                join(&at, "value"),
                "BASE_TYPE_REQUIRED",
                "This field is required",
            ),
        }
    }
}
