//! What Discord's client checks before it sends a click, chosen values or a
//! filled modal (P24, P25, P26).

use serde_json::{Map, Value, json};

use super::error::SandboxError;
use super::options::resolve;
use super::person::Person;
use super::rules::component::{STRING_SELECT, is_select};
use super::rules::modal::{LABEL, TEXT_INPUT, lengths};
use super::rules::{field, list, number, text};
use super::view::{Button, Modal, Select};
use super::world::World;

fn refused<T>(why: impl Into<String>) -> Result<T, SandboxError> {
    Err(SandboxError::Refused(why.into()))
}

/// The button with this label, or whose custom id starts so.
pub(crate) fn chosen_button<'a>(
    buttons: &'a [Button],
    target: &str,
) -> Result<&'a Button, SandboxError> {
    let labelled = buttons.iter().find(|button| button.label == target);
    let by_id = || {
        buttons
            .iter()
            .filter(|b| !b.custom_id.is_empty() && b.custom_id.starts_with(target))
    };
    let Some(button) = labelled.or_else(|| by_id().next()) else {
        let labels: Vec<_> = buttons.iter().map(|b| (&b.label, &b.custom_id)).collect();
        return refused(format!("there is no button {target:?}, only {labels:?}"));
    };
    if labelled.is_none() && by_id().count() > 1 && button.custom_id != target {
        return refused(format!("several buttons start with {target:?}"));
    }
    if button.disabled {
        return refused(format!("the button {target:?} is disabled"));
    }
    if button.custom_id.is_empty() {
        return refused(format!("the button {target:?} is a link"));
    }
    Ok(button)
}

/// Checks that a select offers the values; what they stand for is returned.
pub(crate) fn check_values(
    world: &World,
    person: &Person,
    select: &Select,
    values: &[&str],
) -> Result<Value, SandboxError> {
    let id = &select.custom_id;
    let (min, max) = select.bounds;
    if select.disabled {
        return refused(format!("the select {id} is disabled"));
    }
    if values.len() < min || values.len() > max {
        return refused(format!("the select {id} takes {min} to {max} values"));
    }
    let mut resolved = Map::new();
    for value in values {
        let offered = if select.kind == STRING_SELECT {
            select.options.iter().any(|option| option.value == *value)
        } else {
            // Selects 5 to 8 and the options of commands number their types apart.
            let kind = match select.kind {
                5 => 6,
                6 => 8,
                7 => 9,
                _ => 7,
            };
            let guild = world.guild(person.at.guild)?;
            value
                .parse()
                .is_ok_and(|id| resolve(guild, kind, id, &mut resolved))
        };
        if !offered {
            return refused(format!("the select {id} does not offer {value:?}"));
        }
    }
    Ok(resolved.into())
}

/// The `data` of a modal submit.
pub(crate) fn filled_modal(
    world: &World,
    person: &Person,
    modal: &Value,
    fields: &[(&str, &str)],
) -> Result<Value, SandboxError> {
    let known = Modal::new(modal).inputs;
    if let Some((id, _)) = fields
        .iter()
        .find(|(id, _)| !known.iter().any(|i| i.custom_id == *id))
    {
        return refused(format!("the modal has no input {id:?}"));
    }
    let fill = |input: &Value| -> Result<Value, SandboxError> {
        let (id, kind) = (text(input, "custom_id"), number(input, "type"));
        let given = fields
            .iter()
            .filter(|(field, _)| *field == id)
            .map(|(_, given)| *given);
        let given: Vec<&str> = given.collect();
        let required = field(input, "required") != false;
        let mut sent = json!({"type": kind, "id": field(input, "id"), "custom_id": id});
        let (key, value) = if kind == TEXT_INPUT {
            let words = given.first().copied().unwrap_or(text(input, "value"));
            let (min, max) = lengths(input);
            let length = words.chars().count();
            if (required && length == 0) || length > max || (length > 0 && length < min) {
                return refused(format!(
                    "the input {id} takes {min} to {max} characters (P26)"
                ));
            }
            ("value", Value::from(words))
        } else {
            if is_select(kind) && (required || !given.is_empty()) {
                check_values(world, person, &Select::new(input), &given)?;
            }
            ("values", json!(given))
        };
        if let Some(fields) = sent.as_object_mut() {
            fields.insert(key.into(), value);
        }
        Ok(sent)
    };
    let mut components = Vec::new();
    for (row, place) in list(modal, "components").iter().zip(1_u64..) {
        if number(row, "type") == LABEL {
            let component = fill(field(row, "component"))?;
            components.push(json!({"type": LABEL, "id": place, "component": component}));
        } else if let Some(input) = list(row, "components").first() {
            components.push(json!({"type": 1, "id": place, "components": [fill(input)?]}));
        } else {
            components.push(json!({"type": field(row, "type"), "id": place}));
        }
    }
    Ok(json!({"custom_id": field(modal, "custom_id"), "components": components}))
}
