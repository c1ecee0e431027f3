//! Choices of autocomplete.

use serenity::all::CreateAutocompleteResponse;

use crate::discord::render::Writer;
use crate::discord::render::people::person_label;
use crate::domain::account::PersonLine;
use crate::domain::fold;
use crate::domain::reason::Reason;
use crate::service::find_person;

impl Writer<'_> {
    /// People, by their ids.
    pub fn people_choices(&self, people: &[PersonLine]) -> CreateAutocompleteResponse {
        people
            .iter()
            .fold(CreateAutocompleteResponse::new(), |response, person| {
                response
                    .add_string_choice(person_label(person), find_person::choice_value(person.id))
            })
    }

    /// Ready reasons that go with what was typed (E04); any other text stays free text.
    pub fn reason_choices(&self, typed: &str) -> CreateAutocompleteResponse {
        let typed = fold::fold(typed);
        let ready = self
            .desk
            .map(|desk| desk.profile.ready_reasons.as_slice())
            .unwrap_or_default();
        ready
            .iter()
            .fold(CreateAutocompleteResponse::new(), |response, reason| {
                let label = self.say(&format!("reason-{}-option", reason.code()));
                if fold::fold(&label).contains(&typed) {
                    return response.add_string_choice(label, Reason::choice_value(*reason));
                }
                response
            })
    }
}
