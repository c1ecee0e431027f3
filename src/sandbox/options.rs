//! From what a person types to the options of a command, as Discord's client
//! does it: only registered ones, converted to their types, required ones
//! there, choices kept to.

use serde_json::{Map, Value, json};

use super::error::SandboxError;
use super::objects;
use super::rules::command::{CHAT_INPUT, GROUP, SUBCOMMAND};
use super::rules::{field, list, number, text};
use super::world::{ADMINISTRATOR, Guild, World};

/// Characters the client takes for one option.
const TEXT: usize = 6000;

/// A command as a person fills it in.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Typed<'a> {
    /// Such as `/account create`.
    pub(crate) line: &'a str,
    /// Option names and what is typed.
    pub(crate) options: &'a [(&'a str, &'a str)],
    /// The option that is being typed, for an autocomplete.
    pub(crate) focused: Option<(&'a str, &'a str)>,
}

fn refused<T>(why: impl Into<String>) -> Result<T, SandboxError> {
    Err(SandboxError::Refused(why.into()))
}

/// The `data` of a command interaction.
pub(crate) fn data(
    world: &World,
    guild: &Guild,
    user: u64,
    typed: Typed<'_>,
) -> Result<Value, SandboxError> {
    let mut words = typed.line.trim_start_matches('/').split_whitespace();
    let name = words.next().unwrap_or_default();
    let Some(command) = world.commands.find(CHAT_INPUT, name) else {
        return refused(format!("there is no command /{name}"));
    };
    check_visible(guild, user, command)?;
    let mut path = Vec::new();
    let mut leaf = command;
    for word in words {
        let inner = list(leaf, "options").iter().find(|option| {
            matches!(number(option, "type"), SUBCOMMAND | GROUP) && text(option, "name") == word
        });
        let Some(inner) = inner else {
            return refused(unknown_word(name, leaf, word));
        };
        path.push(inner);
        leaf = inner;
    }
    let declared = list(leaf, "options");
    if declared
        .iter()
        .any(|option| matches!(number(option, "type"), SUBCOMMAND | GROUP))
    {
        return refused(format!("{} needs a subcommand", typed.line));
    }
    let mut resolved = Map::new();
    let mut options = filled(guild, declared, typed, &mut resolved)?;
    for step in path.iter().rev() {
        options = vec![json!({
            "name": field(step, "name"), "type": field(step, "type"), "options": options,
        })];
    }
    let mut data = json!({"id": field(command, "id"), "name": name, "type": CHAT_INPUT});
    if let Some(fields) = data.as_object_mut() {
        if !options.is_empty() {
            fields.insert("options".into(), options.into());
        }
        if !resolved.is_empty() {
            fields.insert("resolved".into(), resolved.into());
        }
    }
    Ok(data)
}

/// Why a word behind a command is nothing of it: one with a colon was meant as an option.
fn unknown_word(command: &str, leaf: &Value, word: &str) -> String {
    let Some((option, _)) = word.split_once(':') else {
        return format!("/{command} has no subcommand {word}");
    };
    let known: Vec<_> = list(leaf, "options")
        .iter()
        .map(|option| text(option, "name"))
        .collect();
    let known = match known.as_slice() {
        [] => "none".to_owned(),
        known => known.join(", "),
    };
    format!("/{command} has no option {option}; there are {known}")
}

/// Whether this person is offered the command (P19, P20).
pub(crate) fn check_visible(guild: &Guild, user: u64, command: &Value) -> Result<(), SandboxError> {
    let name = text(command, "name");
    let contexts = list(command, "contexts");
    if !contexts.is_empty() && !contexts.iter().any(|context| context == 0) {
        return refused(format!("{name} is not offered in guilds (P20)"));
    }
    let needed = field(command, "default_member_permissions");
    let Some(needed) = needed.as_str().and_then(|bits| bits.parse::<u64>().ok()) else {
        return Ok(());
    };
    let has = guild.permissions(guild.member(user)?);
    if has & ADMINISTRATOR != 0 || (needed != 0 && has & needed == needed) {
        return Ok(());
    }
    refused(format!(
        "{name} is hidden by default_member_permissions {needed} (P19)"
    ))
}

fn filled(
    guild: &Guild,
    declared: &[Value],
    typed: Typed<'_>,
    resolved: &mut Map<String, Value>,
) -> Result<Vec<Value>, SandboxError> {
    let find = |name: &str| {
        let found = declared.iter().find(|option| text(option, "name") == name);
        let missing = || SandboxError::Refused(format!("{} has no option {name}", typed.line));
        found.ok_or_else(missing)
    };
    let mut options = Vec::new();
    for (index, (name, given)) in typed.options.iter().enumerate() {
        if typed
            .options
            .iter()
            .take(index)
            .any(|(before, _)| before == name)
        {
            return refused(format!("the option {name} is given twice"));
        }
        let option = find(name)?;
        let value = convert(guild, option, given, resolved)?;
        options.push(json!({"name": name, "type": field(option, "type"), "value": value}));
    }
    if let Some((name, given)) = typed.focused {
        let option = find(name)?;
        if field(option, "autocomplete") != true {
            return refused(format!("the option {name} has no autocomplete"));
        }
        options.push(json!({
            "name": name, "type": field(option, "type"), "value": given, "focused": true,
        }));
        return Ok(options);
    }
    for option in declared
        .iter()
        .filter(|option| field(option, "required") == true)
    {
        let name = text(option, "name");
        if !typed.options.iter().any(|(given, _)| *given == name) {
            return refused(format!("the option {name} is required"));
        }
    }
    Ok(options)
}

fn convert(
    guild: &Guild,
    option: &Value,
    given: &str,
    resolved: &mut Map<String, Value>,
) -> Result<Value, SandboxError> {
    let name = text(option, "name");
    let wrong = |what: &str| {
        SandboxError::Refused(format!("the option {name} takes {what}, not {given:?}"))
    };
    let choices = list(option, "choices");
    if !choices.is_empty() {
        let hit = |choice: &&Value| {
            let value = field(choice, "value");
            let number = value.as_f64().is_some_and(|n| given.parse() == Ok(n));
            text(choice, "name") == given || value == given || number
        };
        let chosen = choices.iter().find(hit);
        return chosen
            .map(|choice| field(choice, "value").clone())
            .ok_or_else(|| wrong("its choices"));
    }
    let limit = |key: &str| option.get(key).and_then(Value::as_f64);
    let in_limits = |n: f64| {
        limit("min_value").is_none_or(|min| n >= min)
            && limit("max_value").is_none_or(|max| n <= max)
    };
    match number(option, "type") {
        3 => {
            let length = given.chars().count();
            let bound = |key: &str, default| {
                option
                    .get(key)
                    .and_then(Value::as_u64)
                    .map_or(default, |n| usize::try_from(n).unwrap_or(usize::MAX))
            };
            if length < bound("min_length", 1) || length > bound("max_length", TEXT) {
                return Err(wrong("a text of the registered length"));
            }
            Ok(given.into())
        }
        4 => {
            let value: i64 = given.parse().ok().ok_or_else(|| wrong("a whole number"))?;
            // Limits of options are small; the loss of precision does not matter.
            let inside = in_limits(given.parse().unwrap_or(f64::NAN));
            if inside {
                Ok(value.into())
            } else {
                Err(wrong("a number inside its limits"))
            }
        }
        // The client shows these two as True and False.
        5 => given
            .to_lowercase()
            .parse::<bool>()
            .map(Value::from)
            .ok()
            .ok_or_else(|| wrong("true or false")),
        10 => {
            let value: f64 = given.parse().ok().ok_or_else(|| wrong("a number"))?;
            if in_limits(value) {
                Ok(value.into())
            } else {
                Err(wrong("a number inside its limits"))
            }
        }
        kind @ 6..=9 => {
            let id = given.trim_matches(|c: char| !c.is_ascii_digit());
            let named = matches!(kind, 6 | 9).then(|| named(guild, given)).flatten();
            let id = named.or_else(|| id.parse().ok());
            let id = id.ok_or_else(|| wrong("a name, an id or a mention"))?;
            if resolve(guild, kind, id, resolved) {
                Ok(id.to_string().into())
            } else {
                Err(wrong("somebody or something of this guild"))
            }
        }
        _ => Err(wrong("something this client cannot fill in")),
    }
}

/// The member whom the client finds by what is typed, with or without `@`.
fn named(guild: &Guild, typed: &str) -> Option<u64> {
    let typed = typed.trim().trim_start_matches('@').to_lowercase();
    let mut members = guild.members.values();
    let member = members.find(|member| member.name.to_lowercase() == typed)?;
    Some(member.user_id)
}

/// Adds what an id stands for to the resolved data; false if it is unknown.
/// `kind` is an option type: 6 user, 7 channel, 8 role, 9 user or role.
pub(crate) fn resolve(
    guild: &Guild,
    kind: u64,
    id: u64,
    resolved: &mut Map<String, Value>,
) -> bool {
    let mut add = |list: &str, object: Value| {
        let list = resolved.entry(list).or_insert_with(|| json!({}));
        if let Some(list) = list.as_object_mut() {
            list.insert(id.to_string(), object);
        }
    };
    if matches!(kind, 6 | 9)
        && let Some(member) = guild.members.get(&id)
    {
        add("users", objects::user(member));
        add("members", objects::partial_member(guild, member));
        return true;
    }
    if kind == 7
        && let Some(channel) = guild.channels.iter().find(|channel| channel.id == id)
    {
        add("channels", objects::interaction_channel(guild, channel, 0));
        return true;
    }
    if matches!(kind, 8 | 9)
        && let Some(role) = guild.role(id)
    {
        add("roles", objects::role(role, 1));
        return true;
    }
    false
}
