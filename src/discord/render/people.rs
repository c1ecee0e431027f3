//! Who is meant: the form, or a menu of those who may be meant.

use serenity::all::{ButtonStyle, CreateActionRow, CreateSelectMenuOption};

use crate::discord::custom_id::CustomId;
use crate::discord::render::Writer;
use crate::discord::render::page::{Page, Tone, clip};
use crate::domain::account::PersonLine;
use crate::domain::dialog::TextForm;
use crate::domain::mask;
use crate::domain::outcome::AskPerson;
use crate::service::find_person;

/// Discord's limit of a menu's options (P25).
const MENU_MAX: usize = 25;

/// Discord's limit of a label (P25).
const LABEL_MAX: usize = 100;

impl Writer<'_> {
    pub(super) fn ask_person(&self, ask: &AskPerson) -> Page {
        let page = Page::new(Tone::Neutral, self.say("ask-person-heading"));
        let page = match (ask.people.len(), ask.looked_up) {
            (0, false) => page.paragraph(&self.say("ask-person-text")),
            (0, true) => page.paragraph(&self.say("refusal-person-not-found")),
            (count, _) => {
                let page = page.paragraph(&self.say("ask-person-several"));
                if count > MENU_MAX {
                    page.paragraph(&self.say("ask-person-more"))
                } else {
                    page
                }
            }
        };
        let page = if ask.people.is_empty() {
            page
        } else {
            let id = ask.draft.map_or(CustomId::PickCard, CustomId::PickPerson);
            page.row(self.people_menu(id, &ask.people))
        };
        let open = ask.draft.map_or(CustomId::FindPerson, |draft| {
            CustomId::OpenForm(TextForm::Person, draft)
        });
        let mut buttons = vec![self.button(open, "ask-person-label", ButtonStyle::Primary)];
        if let Some(draft) = ask.draft {
            buttons.push(self.button(
                CustomId::Cancel(draft),
                "dialog-cancel-label",
                ButtonStyle::Secondary,
            ));
        }
        page.buttons(&buttons)
    }

    /// A menu of those who may be meant.
    pub(super) fn people_menu(&self, id: CustomId, people: &[PersonLine]) -> CreateActionRow {
        let option = |person: &PersonLine| {
            CreateSelectMenuOption::new(person_label(person), find_person::choice_value(person.id))
        };
        let options = people.iter().take(MENU_MAX).map(option);
        self.menu(id, "ask-person-placeholder", options)
    }
}

/// Surname, given name, user name, scope, masked mail; the mail goes first when it does not fit.
#[must_use]
pub(super) fn person_label(person: &PersonLine) -> String {
    let email = person
        .email
        .as_ref()
        .map(|email| format!(" · {}", mask::email(email)))
        .unwrap_or_default();
    let short = format!(
        "{}, {} · {} · {}",
        person.surname, person.given_name, person.username, person.scope
    );
    let full = format!("{short}{email}").replace(char::is_control, " ");
    if full.chars().count() <= LABEL_MAX {
        full
    } else {
        clip(&short, LABEL_MAX)
    }
}
