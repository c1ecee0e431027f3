//! Forms for free text; choices are menus, never in a form.

use serenity::all::{CreateActionRow, CreateInputText, CreateModal, InputTextStyle};

use crate::discord::custom_id::CustomId;
use crate::discord::definitions::reason_max;
use crate::discord::parse::FORM_INPUT;
use crate::discord::render::Writer;
use crate::domain::dialog::TextForm;
use crate::domain::request_view::Frost;

/// Longest text of a one-line form; longer than any mail address.
const LINE_MAX: u16 = 254;

/// Discord's limit of a text input (P26).
const INPUT_MAX: usize = 4_000;

impl Writer<'_> {
    /// The form that a button opens.
    pub fn opened_form(&self, button: CustomId) -> CreateModal {
        match button {
            CustomId::OpenForm(form, draft) => self.form(CustomId::Form(form, draft), None),
            CustomId::Deny(request) => self.reason_form(
                CustomId::DenyForm(request),
                [
                    "form-deny-title",
                    "form-deny-field-title",
                    "form-deny-input-placeholder",
                ],
            ),
            CustomId::FrostForm(Frost::Freeze, _) => self.reason_form(
                button,
                [
                    "form-freeze-title",
                    "form-frost-field-title",
                    "form-frost-input-placeholder",
                ],
            ),
            CustomId::FrostForm(Frost::Unfreeze, _) => self.reason_form(
                button,
                [
                    "form-unfreeze-title",
                    "form-frost-field-title",
                    "form-frost-input-placeholder",
                ],
            ),
            _ => self.form(CustomId::FindPersonForm, None),
        }
    }

    /// A form that asks why, and for nothing else.
    fn reason_form(&self, id: CustomId, [title, field, placeholder]: [&str; 3]) -> CreateModal {
        let input = CreateInputText::new(InputTextStyle::Paragraph, self.say(field), FORM_INPUT)
            .placeholder(self.say(placeholder))
            .required(true)
            .max_length(reason_max());
        CreateModal::new(id.to_string(), self.say(title))
            .components(vec![CreateActionRow::InputText(input)])
    }

    pub(super) fn form(&self, id: CustomId, text: Option<&str>) -> CreateModal {
        let form = match id {
            CustomId::Form(form, _) => form,
            _ => TextForm::Person,
        };
        let (style, max) = match form {
            TextForm::Reason => (InputTextStyle::Paragraph, reason_max()),
            TextForm::Person | TextForm::Address => (InputTextStyle::Short, LINE_MAX),
        };
        let input = CreateInputText::new(
            style,
            self.say(&format!("form-{}-field-title", form.code())),
            FORM_INPUT,
        )
        .placeholder(self.say(&format!("form-{}-input-placeholder", form.code())))
        .required(true);
        // what was refused for its length goes back whole, so that it can be shortened
        let input = match text
            .filter(|text| !text.trim().is_empty() && text.chars().count() <= INPUT_MAX)
        {
            Some(text) if text.chars().count() > usize::from(max) => input.value(text),
            Some(text) => input.value(text).max_length(max),
            None => input.max_length(max),
        };
        let title = self.say(&format!("form-{}-title", form.code()));
        CreateModal::new(id.to_string(), title).components(vec![CreateActionRow::InputText(input)])
    }
}
