//! The lists of people: counts, and pages with a menu that opens a person's card.

use jiff::tz::TimeZone;
use serenity::all::{ButtonStyle, CreateActionRow, CreateSelectMenuOption};

use crate::discord::custom_id::CustomId;
use crate::discord::render::Writer;
use crate::discord::render::page::{Page, Tone, clip, plain, time};
use crate::discord::render::people::person_label;
use crate::domain::lists::{COUNT_MAX, ListFact, ListPage, Listed, PersonList};
use crate::domain::mask;
use crate::locales::args;
use crate::service::find_person;

/// Characters of one person's lines; ten of them fit into an embed.
const LINE_MAX: usize = 380;

impl Writer<'_> {
    pub(super) fn lists(&self, counts: &[(PersonList, u64)]) -> Page {
        let lines: Vec<_> = counts
            .iter()
            .map(|(list, count)| {
                let (key, shown) = if *count > COUNT_MAX {
                    ("lists-line-more", COUNT_MAX)
                } else {
                    ("lists-line", *count)
                };
                let args = args().set("list", self.list_name(*list));
                self.text(key, &args.number("count", shown))
            })
            .collect();
        Page::new(Tone::Neutral, self.say("lists-heading"))
            .paragraph(&self.say("lists-text"))
            .paragraph(&lines.join("\n"))
            .row(self.lists_menu(None))
            .buttons(&[self.find_button()])
    }

    pub(super) fn list_page(&self, page: &ListPage) -> Page {
        let heading = self.text(
            "list-heading",
            &args().set("list", self.list_name(page.list)),
        );
        let days = self
            .desk
            .map_or(0, |desk| desk.profile.password_expiring_days);
        let about = self.text(
            &format!("list-{}-text", page.list.code()),
            &args().number("days", days),
        );
        let mut shown = Page::new(Tone::Neutral, heading).paragraph(&about);
        if page.people.is_empty() {
            let key = match page.previous.or(page.next) {
                None => "list-nobody",
                Some(_) => "list-nobody-more",
            };
            shown = shown.paragraph(&self.say(key));
        } else {
            let lines: Vec<_> = page
                .people
                .iter()
                .map(|listed| self.listed(listed, page))
                .collect();
            shown = shown.paragraph(&lines.join("\n"));
        }
        shown = shown.row(self.lists_menu(Some(page.list)));
        if !page.people.is_empty() {
            shown = shown.row(self.listed_menu(page));
        }
        let mut buttons = Vec::new();
        for (turn, label) in [
            (page.previous, "list-previous-label"),
            (page.next, "list-next-label"),
        ] {
            if let Some(turn) = turn {
                let id = CustomId::List(page.list, turn);
                buttons.push(self.button(id, label, ButtonStyle::Secondary));
            }
        }
        buttons.push(self.button(CustomId::Lists, "lists-label", ButtonStyle::Secondary));
        buttons.push(self.find_button());
        shown.buttons(&buttons)
    }

    fn list_name(&self, list: PersonList) -> String {
        self.say(&format!("list-{}-option", list.code()))
    }

    fn find_button(&self) -> serenity::all::CreateButton {
        self.button(
            CustomId::FindPerson,
            "ask-person-label",
            ButtonStyle::Secondary,
        )
    }

    /// Name, user name, scope, masked mail, and below it why the person is on the list.
    fn listed(&self, listed: &Listed, page: &ListPage) -> String {
        let person = &listed.person;
        let email = person
            .email
            .as_ref()
            .map(|email| format!(" · {}", plain(&mask::email(email))))
            .unwrap_or_default();
        let who = format!(
            "{}, {} · {} · {}{email}",
            plain(&clip(&person.surname, 60)),
            plain(&clip(&person.given_name, 60)),
            plain(&clip(person.username.as_str(), 60)),
            plain(&clip(person.scope.as_str(), 60)),
        );
        let fact = self.list_fact(listed.fact, page);
        format!("{}\n\u{2003}{fact}", clip(&who, LINE_MAX))
    }

    fn list_fact(&self, fact: ListFact, page: &ListPage) -> String {
        match fact {
            ListFact::LockedSince(since) => {
                self.text("lock-locked", &args().set("since", time(since)))
            }
            ListFact::PasswordEnds(day) => self.password_end(day, page.at),
            ListFact::CodeEnds(None) => self.say("card-no-codes"),
            ListFact::CodeEnds(Some(end)) => {
                let key = if end < page.at {
                    "list-code-expired"
                } else {
                    "list-code-open"
                };
                self.text(key, &args().set("expires", time(end)))
            }
            ListFact::State(state) => self.say(&format!("state-{}", state.code())),
        }
    }

    /// Until when a password is valid, by the calendar of the desk.
    pub(super) fn password_end(&self, day: jiff::civil::Date, now: jiff::Timestamp) -> String {
        let zone = self.desk.map_or(TimeZone::UTC, |desk| desk.zone.clone());
        let key = if day < zone.to_datetime(now).date() {
            "password-expired"
        } else {
            "password-expires"
        };
        let noon = day.at(12, 0, 0, 0).to_zoned(zone).map_or_else(
            |_| day.to_string(),
            |start| format!("<t:{}:D>", start.timestamp().as_second()),
        );
        self.text(key, &args().set("date", noon))
    }

    fn lists_menu(&self, chosen: Option<PersonList>) -> CreateActionRow {
        let profile = self.desk.map(|desk| &desk.profile);
        let options = PersonList::ALL
            .into_iter()
            .filter(|list| profile.is_some_and(|profile| list.is_of(profile)))
            .map(|list| {
                CreateSelectMenuOption::new(self.list_name(list), list.code())
                    .default_selection(chosen == Some(list))
            });
        self.menu(CustomId::PickList, "lists-placeholder", options)
    }

    fn listed_menu(&self, page: &ListPage) -> CreateActionRow {
        let options = page.people.iter().map(|listed| {
            let value = find_person::choice_value(listed.person.id);
            CreateSelectMenuOption::new(person_label(&listed.person), value)
        });
        self.menu(CustomId::PickListed, "list-person-placeholder", options)
    }
}
