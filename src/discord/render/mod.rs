//! From an outcome and a language to a message: the words come from the texts, the facts from the outcome.

mod card;
mod dialog;
mod done;
pub mod form;
mod frost;
mod lists;
pub mod message;
mod notes;
pub mod page;
mod people;
mod refusal;
pub mod request;
mod requests;
pub mod suggest;
mod trail;
mod whoami;

use crate::discord::custom_id::CustomId;
use crate::domain::desk::Desk;
use crate::domain::ids::InteractionId;
use crate::domain::language::Language;
use crate::domain::outcome::Outcome;
use crate::domain::refusal::Refusal;
use crate::locales::{Args, Texts, args};
use page::{Page, Tone};
use serenity::all::{
    ButtonStyle, CreateActionRow, CreateButton, CreateSelectMenu, CreateSelectMenuKind,
    CreateSelectMenuOption,
};

/// Writes in one language; for private answers the reader's, else the desk's.
#[derive(Clone, Copy)]
pub struct Writer<'a> {
    texts: &'a Texts,
    language: Language,
    desk: Option<&'a Desk>,
}

/// An answer to be sent.
#[derive(Clone, Debug)]
pub enum Answer {
    /// A message for the caller alone.
    Page(Page),
    /// A form.
    Form(serenity::all::CreateModal),
    /// Nothing: the first delivery of this interaction was answered.
    Nothing,
}

impl<'a> Writer<'a> {
    /// A writer for a reader with this Discord locale; one that is not ours gets the desk's language.
    #[must_use]
    pub fn new(texts: &'a Texts, locale: &str, desk: Option<&'a Desk>) -> Self {
        let language = Language::of_locale(locale)
            .or_else(|| desk.map(|desk| desk.language))
            .unwrap_or(Language::En);
        Self {
            texts,
            language,
            desk,
        }
    }

    /// A writer for a channel, in the desk's language.
    #[must_use]
    pub const fn public(texts: &'a Texts, desk: &'a Desk) -> Self {
        Self {
            texts,
            language: desk.language,
            desk: Some(desk),
        }
    }

    /// The answer to an outcome.
    #[must_use]
    pub fn answer(&self, outcome: &Outcome) -> Answer {
        Answer::Page(match outcome {
            Outcome::Card(card) => self.card(card),
            Outcome::Lists(counts) => self.lists(counts),
            Outcome::ListPage(page) => self.list_page(page),
            Outcome::Trail(page) => self.trail(page),
            Outcome::AskTrail { people, since } => self.ask_trail(people, *since),
            Outcome::WhoAmI(who) => self.whoami(who),
            Outcome::Dialog(view) => self.dialog(view),
            Outcome::AskPerson(ask) => self.ask_person(ask),
            Outcome::Done(done) => self.done(done),
            Outcome::Cancelled => Page::new(Tone::Neutral, self.say("cancelled-heading"))
                .paragraph(&self.say("cancelled-text")),
            Outcome::Requested(view) => self.requested(view),
            Outcome::Request(view) => self.request(view),
            Outcome::Requests(page) => self.requests(page),
            Outcome::Ended(ended) => self.ended_request(ended),
            Outcome::AskMember(frost) => self.ask_member(*frost),
            Outcome::AskFrostReason {
                frost,
                member,
                problem,
            } => self.ask_frost_reason(*frost, *member, problem),
            Outcome::Frozen {
                frost,
                member,
                voided,
            } => self.frozen(*frost, *member, *voided),
            Outcome::Refused(refusal) => self.refused(refusal),
            Outcome::Uncertain(interaction) => self.uncertain(*interaction),
            Outcome::Form { draft, form, text } => {
                return Answer::Form(self.form(CustomId::Form(*form, *draft), text.as_deref()));
            }
            Outcome::AlreadyHandled => return Answer::Nothing,
        })
    }

    /// What is told when something outside failed; nothing was changed.
    #[must_use]
    pub fn failed(&self, id: InteractionId) -> Page {
        let text = self.text("failed-text", &args().set("id", id.to_string()));
        Page::new(Tone::Bad, self.say("failed-heading")).paragraph(&text)
    }

    /// What is told when nobody knows whether a change was made.
    #[must_use]
    pub fn uncertain(&self, id: InteractionId) -> Page {
        let text = self.text("uncertain-text", &args().set("id", id.to_string()));
        Page::new(Tone::Bad, self.say("uncertain-heading")).paragraph(&text)
    }

    fn refused(&self, refusal: &Refusal) -> Page {
        Page::new(Tone::Bad, self.say("refused-heading")).paragraph(&self.refusal(refusal))
    }

    fn text(&self, key: &str, args: &Args<'_>) -> String {
        self.texts.text(self.language, key, args)
    }

    fn say(&self, key: &str) -> String {
        self.text(key, &args())
    }

    /// A menu of choices under the words of `placeholder`.
    fn menu(
        &self,
        id: CustomId,
        placeholder: &str,
        options: impl IntoIterator<Item = CreateSelectMenuOption>,
    ) -> CreateActionRow {
        let options = options.into_iter().collect();
        let menu = CreateSelectMenu::new(id.to_string(), CreateSelectMenuKind::String { options });
        CreateActionRow::SelectMenu(menu.placeholder(self.say(placeholder)))
    }

    fn button(&self, id: CustomId, label: &str, style: ButtonStyle) -> CreateButton {
        CreateButton::new(id.to_string())
            .label(self.say(label))
            .style(style)
    }
}
