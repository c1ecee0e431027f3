//! Application commands: names, descriptions, options, choices, locales and
//! the size of the whole (P16, P17, P20, P22, P23).

use std::collections::HashSet;

use serde_json::Value;

use super::message::choices;
use super::{Problems, field, join, list, number, text};

const RULE: &str = "P16";
/// The locales Discord knows (P22).
const LOCALES: [&str; 32] = [
    "id", "da", "de", "en-GB", "en-US", "es-ES", "es-419", "fr", "hr", "it", "lt", "hu", "nl",
    "no", "pl", "pt-BR", "ro", "fi", "sv-SE", "vi", "tr", "cs", "el", "bg", "ru", "uk", "hi", "th",
    "zh-CN", "ja", "zh-TW", "ko",
];
/// Characters of a command, of each text only the longest localisation.
const SIZE: usize = 8000;
/// Options of a command or subcommand.
const OPTIONS: usize = 25;
/// The command type for slash commands.
pub(crate) const CHAT_INPUT: u64 = 1;
/// The option types that hold other options.
pub(crate) const SUBCOMMAND: u64 = 1;
/// The option type that holds subcommands.
pub(crate) const GROUP: u64 = 2;

/// The type of a command; slash command if not given.
pub(crate) fn kind(command: &Value) -> u64 {
    command
        .get("type")
        .and_then(Value::as_u64)
        .unwrap_or(CHAT_INPUT)
}

/// Checks one command.
pub(crate) fn check(problems: &mut Problems, at: &str, command: &Value) {
    if kind(command) == CHAT_INPUT {
        named(problems, at, command);
        options(problems, at, list(command, "options"));
    } else {
        menu(problems, at, command);
    }
    for (key, max) in [("contexts", 2), ("integration_types", 1)] {
        for (index, entry) in list(command, key).iter().enumerate() {
            if entry.as_u64().is_none_or(|entry| entry > max) {
                let path = join(at, &format!("{key}.{index}"));
                problems.add(
                    "P20",
                    path,
                    "BASE_TYPE_CHOICES",
                    "Value is not a known context.",
                );
            }
        }
    }
    if size(command) > SIZE {
        let words = format!("Command exceeds maximum size ({SIZE})");
        problems.add(RULE, at, "APPLICATION_COMMAND_TOO_LARGE", words);
    }
}

fn menu(problems: &mut Problems, at: &str, command: &Value) {
    problems.required("P23", at, (command, "name"), (1, 32));
    localised(problems, at, command, "name", |problems, path, name| {
        problems.length("P23", path, name, (1, 32));
    });
    if !text(command, "description").is_empty() {
        let words = "Context menu commands cannot have description";
        let path = join(at, "description");
        problems.add(
            "P23",
            path,
            "APPLICATION_COMMAND_CONTEXT_MENU_DESCRIPTION",
            words,
        );
    }
    if !list(command, "options").is_empty() {
        let words = "Context menu commands cannot have options";
        let path = join(at, "options");
        problems.add(
            "P23",
            path,
            "APPLICATION_COMMAND_CONTEXT_MENU_OPTIONS",
            words,
        );
    }
}

/// Checks name and description of a command or option, with their localisations.
fn named(problems: &mut Problems, at: &str, object: &Value) {
    problems.required(RULE, at, (object, "name"), (1, 32));
    name(problems, &join(at, "name"), text(object, "name"));
    localised(problems, at, object, "name", name);
    problems.required(RULE, at, (object, "description"), (1, 100));
    localised(
        problems,
        at,
        object,
        "description",
        |problems, path, words| {
            problems.length(RULE, path, words, (1, 100));
        },
    );
}

fn name(problems: &mut Problems, path: &str, name: &str) {
    if name.is_empty() || !is_name(name) {
        problems.add(
            RULE,
            path,
            "APPLICATION_COMMAND_INVALID_NAME",
            "Command name is invalid",
        );
    }
}

/// `^[-_'\p{L}\p{N}\p{sc=Deva}\p{sc=Thai}]{1,32}$`, lower case where one exists.
fn is_name(name: &str) -> bool {
    let script = |c| matches!(c, '\u{900}'..='\u{97f}' | '\u{e00}'..='\u{e7f}');
    let fits = |c: char| matches!(c, '-' | '_' | '\'') || c.is_alphanumeric() || script(c);
    name.chars().all(fits) && name.to_lowercase() == name && name.chars().count() <= 32
}

fn localised(
    problems: &mut Problems,
    at: &str,
    object: &Value,
    key: &str,
    check: impl Fn(&mut Problems, &str, &str),
) {
    let key = format!("{key}_localizations");
    for (locale, words) in object
        .get(&key)
        .and_then(Value::as_object)
        .into_iter()
        .flatten()
    {
        let path = join(at, &format!("{key}.{locale}"));
        if !LOCALES.contains(&locale.as_str()) {
            problems.add(
                "P22",
                &*path,
                "ENUM_TYPE_COERCE",
                "Value is not a known locale.",
            );
        }
        if let Some(words) = words.as_str() {
            check(problems, &path, words);
        }
    }
}

fn options(problems: &mut Problems, at: &str, options: &[Value]) {
    let at = join(at, "options");
    problems.count(RULE, &at, options.len(), (0, OPTIONS));
    unique(problems, &at, options);
    let mut optional_seen = false;
    for (index, option) in options.iter().enumerate() {
        let at = join(&at, &index.to_string());
        let required = field(option, "required") == true;
        if required && optional_seen {
            let words = "Required options must be placed before non-required options";
            problems.add(
                RULE,
                &*at,
                "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID",
                words,
            );
        }
        optional_seen |= !required;
        self::option(problems, &at, option);
    }
}

fn option(problems: &mut Problems, at: &str, option: &Value) {
    named(problems, at, option);
    match number(option, "type") {
        SUBCOMMAND | GROUP => options(problems, at, list(option, "options")),
        3..=11 => {}
        _ => problems.add(
            RULE,
            join(at, "type"),
            "BASE_TYPE_CHOICES",
            "Value is not a known type.",
        ),
    }
    choices(RULE, problems, at, list(option, "choices"));
    for (index, choice) in list(option, "choices").iter().enumerate() {
        let at = join(at, &format!("choices.{index}"));
        localised(problems, &at, choice, "name", |problems, path, words| {
            problems.length(RULE, path, words, (1, 100));
        });
    }
    if field(option, "autocomplete") == true && !list(option, "choices").is_empty() {
        let words = "Autocomplete cannot be set with choices";
        let path = join(at, "autocomplete");
        problems.add(
            RULE,
            path,
            "APPLICATION_COMMAND_OPTIONS_AUTOCOMPLETE_CHOICES",
            words,
        );
    }
    problems.range(RULE, at, (option, "min_length"), (0, 6000));
    problems.range(RULE, at, (option, "max_length"), (1, 6000));
}

/// Localised names must differ from all other default names and from the
/// other names of the same locale.
fn unique(problems: &mut Problems, at: &str, options: &[Value]) {
    let mut taken = HashSet::new();
    for (index, option) in options.iter().enumerate() {
        if !taken.insert(text(option, "name")) {
            name_taken(problems, at, index);
        }
    }
    for locale in LOCALES {
        let mut in_locale = HashSet::new();
        for (index, option) in options.iter().enumerate() {
            let words = text(field(option, "name_localizations"), locale);
            let own = text(option, "name");
            let clash = words != own && taken.contains(words) || !in_locale.insert(words);
            if !words.is_empty() && clash {
                name_taken(problems, at, index);
            }
        }
    }
}

fn name_taken(problems: &mut Problems, at: &str, index: usize) {
    let words = "Option name already exists in this options list";
    let path = join(at, &format!("{index}.name"));
    problems.add(
        RULE,
        path,
        "APPLICATION_COMMAND_OPTIONS_NAME_ALREADY_EXISTS",
        words,
    );
}

/// The characters that count, of each text only its longest localisation.
fn size(object: &Value) -> usize {
    let longest = |key: &str| {
        let localised = object
            .get(format!("{key}_localizations"))
            .and_then(Value::as_object);
        let localised = localised
            .into_iter()
            .flatten()
            .filter_map(|(_, words)| words.as_str());
        let all = localised.chain(std::iter::once(text(object, key)));
        all.map(|words| words.chars().count()).max().unwrap_or(0)
    };
    let choices: usize = list(object, "choices")
        .iter()
        .map(|c| size(c) + value_size(c))
        .sum();
    let options: usize = list(object, "options").iter().map(size).sum();
    longest("name") + longest("description") + choices + options
}

fn value_size(choice: &Value) -> usize {
    text(choice, "value").chars().count()
}

#[cfg(test)]
mod tests {
    use super::is_name;

    #[test]
    fn names_are_lower_case_words() {
        for good in ["lock-status", "état", "l'app", "สวัสดี", "नमस्ते", "x_1"]
        {
            assert!(is_name(good), "{good}");
        }
        for bad in ["Lock", "with space", "a.b", "a/b", "É"] {
            assert!(!is_name(bad), "{bad}");
        }
    }
}
