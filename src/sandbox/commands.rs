//! The commands an application has registered, stored and shown as Discord
//! does: defaults filled in, what is false or empty left out.

use serde_json::{Map, Value, json};

use super::rules::command::kind;
use super::rules::{field, text};

/// New commands in a day (P17).
const CREATES_PER_DAY: u32 = 200;
/// Seconds of a day.
const DAY: i64 = 86_400;

/// The registered commands.
#[derive(Debug, Default)]
pub(crate) struct Commands {
    list: Vec<Value>,
    writes: u64,
    creates: (i64, u32),
}

impl Commands {
    /// All commands, in the order of their registration.
    pub(crate) fn list(&self) -> &[Value] {
        &self.list
    }

    /// How many calls have written commands.
    pub(crate) fn writes(&self) -> u64 {
        self.writes
    }

    /// The command of this type and name.
    pub(crate) fn find(&self, of: u64, name: &str) -> Option<&Value> {
        self.list
            .iter()
            .find(|command| kind(command) == of && text(command, "name") == name)
    }

    /// The command with this id.
    pub(crate) fn lookup(&self, id: &str) -> Option<&Value> {
        self.list.iter().find(|command| text(command, "id") == id)
    }

    /// Counts new commands of a day; false if there are too many.
    pub(crate) fn may_create(&mut self, count: usize, now: jiff::Timestamp) -> bool {
        let day = now.as_second().div_euclid(DAY);
        if self.creates.0 != day {
            self.creates = (day, 0);
        }
        let count = u32::try_from(count).unwrap_or(u32::MAX);
        let sum = self.creates.1.saturating_add(count);
        if sum > CREATES_PER_DAY {
            return false;
        }
        self.creates.1 = sum;
        true
    }

    /// Writes all commands anew.
    pub(crate) fn replace(&mut self, list: Vec<Value>) {
        self.list = list;
        self.writes += 1;
    }

    /// Writes one command, over the one of the same type and name or id.
    pub(crate) fn put(&mut self, command: Value) {
        let same = |old: &&mut Value| {
            let named = kind(old) == kind(&command) && text(old, "name") == text(&command, "name");
            named || text(old, "id") == text(&command, "id")
        };
        match self.list.iter_mut().find(same) {
            Some(old) => *old = command,
            None => self.list.push(command),
        }
        self.writes += 1;
    }

    /// Deletes a command; false if it is not there.
    pub(crate) fn delete(&mut self, id: &str) -> bool {
        let before = self.list.len();
        self.list.retain(|command| text(command, "id") != id);
        let deleted = self.list.len() < before;
        self.writes += u64::from(deleted);
        deleted
    }
}

/// A command as Discord keeps it.
pub(crate) fn stored(given: &Value, id: &str, version: u64, application: u64) -> Value {
    let or = |key: &str, default: Value| given.get(key).cloned().unwrap_or(default);
    let mut command = json!({
        "id": id, "application_id": application.to_string(), "version": version.to_string(),
        "default_member_permissions": permissions(field(given, "default_member_permissions")),
        "type": kind(given), "name": field(given, "name"), "description": text(given, "description"),
        "name_localizations": localisations(field(given, "name_localizations")),
        "description_localizations": localisations(field(given, "description_localizations")),
        "dm_permission": or("dm_permission", true.into()),
        "contexts": or("contexts", Value::Null),
        "integration_types": or("integration_types", json!([0])),
        "nsfw": or("nsfw", false.into()),
    });
    let options = given
        .get("options")
        .and_then(Value::as_array)
        .filter(|o| !o.is_empty());
    if let (Some(options), Some(fields)) = (options, command.as_object_mut()) {
        fields.insert("options".into(), options.iter().map(trimmed).collect());
    }
    command
}

fn permissions(given: &Value) -> Value {
    match given {
        Value::Number(bits) => bits.to_string().into(),
        other => other.clone(),
    }
}

fn localisations(given: &Value) -> Value {
    match given.as_object() {
        Some(words) if !words.is_empty() => given.clone(),
        _ => Value::Null,
    }
}

/// An option without what is null, false or empty.
fn trimmed(option: &Value) -> Value {
    let Some(fields) = option.as_object() else {
        return option.clone();
    };
    let mut kept = Map::new();
    for (key, value) in fields {
        let nothing = match value {
            Value::Null | Value::Bool(false) => true,
            Value::Array(list) => list.is_empty(),
            Value::Object(object) => object.is_empty(),
            _ => false,
        };
        if !nothing {
            let nested = matches!(key.as_str(), "options" | "choices");
            let value = match value.as_array() {
                Some(list) if nested => list.iter().map(trimmed).collect(),
                _ => value.clone(),
            };
            kept.insert(key.clone(), value);
        }
    }
    Value::Object(kept)
}

/// A command as a list without localisations shows it.
pub(crate) fn without_localisations(object: &Value) -> Value {
    match object {
        Value::Object(fields) => {
            let shown = fields
                .iter()
                .filter(|(key, _)| !key.ends_with("_localizations"));
            shown
                .map(|(key, value)| (key.clone(), without_localisations(value)))
                .collect()
        }
        Value::Array(list) => list.iter().map(without_localisations).collect(),
        other => other.clone(),
    }
}
