//! The entries of a message's menus: numbered for the prompt, and found by what is typed.

use crate::app::out::Out;
use crate::sandbox::{MemberSetup, Message, Select};

/// An entry of a menu.
#[derive(PartialEq, Eq, Debug)]
pub(super) struct Entry {
    /// The custom id of its menu.
    pub(super) menu: String,
    /// The text above the menu.
    placeholder: String,
    label: String,
    /// What is sent.
    pub(super) value: String,
}

/// All entries, in order; a menu of people offers everybody of the guild.
pub(super) fn entries(message: &Message, people: &[MemberSetup]) -> Vec<Entry> {
    let menus = message.selects().into_iter();
    menus
        .filter(|menu| !menu.disabled)
        .flat_map(|menu| of_menu(&menu, people))
        .collect()
}

fn of_menu(menu: &Select, people: &[MemberSetup]) -> Vec<Entry> {
    let entry = |label: &str, value: String| Entry {
        menu: menu.custom_id.clone(),
        placeholder: menu.placeholder.clone(),
        label: label.to_owned(),
        value,
    };
    // 5 and 7 are menus of people; Discord's client fills them, not the bot
    if matches!(menu.kind, 5 | 7) {
        let people = people.iter();
        return people
            .map(|person| entry(&person.name, person.user_id.to_string()))
            .collect();
    }
    let options = menu.options.iter();
    options
        .map(|option| entry(&option.label, option.value.clone()))
        .collect()
}

/// Prints them under their menus.
pub(super) fn print(out: &mut Out, entries: &[Entry]) {
    let mut menu = None;
    for (entry, number) in entries.iter().zip(1_usize..) {
        if menu != Some(&entry.menu) {
            out.say(&format!("    | ‹{}›:", entry.placeholder));
            menu = Some(&entry.menu);
        }
        out.say(&format!("    | {number:>4}  {}", entry.label));
    }
}

/// The entry that is meant: by its number, its label or value, or the beginning of one label alone.
pub(super) fn pick<'a>(entries: &'a [Entry], typed: &str) -> Result<&'a Entry, String> {
    let place = typed
        .parse::<usize>()
        .ok()
        .and_then(|number| number.checked_sub(1));
    if let Some(entry) = place.and_then(|place| entries.get(place)) {
        return Ok(entry);
    }
    let wanted = plain(typed.trim_start_matches('@'));
    let whole = |entry: &&Entry| plain(&entry.label) == wanted || entry.value == typed;
    if let Some(entry) = entries.iter().find(whole) {
        return Ok(entry);
    }
    let begins = |entry: &&Entry| !wanted.is_empty() && plain(&entry.label).starts_with(&wanted);
    let mut found = entries.iter().filter(begins);
    match (found.next(), found.next()) {
        (Some(entry), None) => Ok(entry),
        (Some(_), Some(_)) => Err(format!("several entries begin with {typed:?}")),
        (None, _) => Err(format!("no menu offers {typed:?}")),
    }
}

/// As a keyboard writes it: small letters, and plain spaces for those that do not break.
pub(super) fn plain(text: &str) -> String {
    text.replace(['\u{A0}', '\u{202F}'], " ").to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::{Entry, pick};

    #[test]
    fn an_entry_is_found_by_number_label_value_or_beginning() {
        let entries = [
            ("Identité vérifiée\u{A0}: rappel", "callback"),
            ("Identité vérifiée sur place", "desk"),
            ("Sam", "950000000000000006"),
        ];
        let entries = entries.map(|(label, value)| Entry {
            menu: "menu".to_owned(),
            placeholder: String::new(),
            label: label.to_owned(),
            value: value.to_owned(),
        });
        for (typed, value) in [
            ("2", Ok("desk")),
            ("identité vérifiée : rappel", Ok("callback")),
            ("desk", Ok("desk")),
            ("identité vérifiée s", Ok("desk")),
            ("@Sam", Ok("950000000000000006")),
            ("950000000000000006", Ok("950000000000000006")),
            (
                "identité",
                Err("several entries begin with \"identité\"".to_owned()),
            ),
            ("4", Err("no menu offers \"4\"".to_owned())),
            ("", Err("no menu offers \"\"".to_owned())),
        ] {
            let found = pick(&entries, typed).map(|entry| entry.value.as_str());
            assert_eq!(found, value, "{typed}");
        }
    }
}
