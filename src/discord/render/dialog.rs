//! A dialog before a change: what it will do, what is missing, one confirm.

use serenity::all::{ButtonStyle, CreateButton, CreateSelectMenuOption};

use crate::discord::custom_id::CustomId;
use crate::discord::render::Writer;
use crate::discord::render::page::{Page, Tone, plain};
use crate::domain::dialog::{Missing, TextForm, Wish};
use crate::domain::ids::RoleId;
use crate::domain::mask;
use crate::domain::outcome::DialogView;
use crate::domain::profile::SendKind;
use crate::domain::reason::Reason;
use crate::domain::refusal::Refusal;
use crate::domain::request::ApprovalRule;
use crate::domain::verification::VerificationMethod;
use crate::locales::args;

impl Writer<'_> {
    pub(super) fn dialog(&self, view: &DialogView) -> Page {
        let tone = if view.problem.is_some() {
            Tone::Bad
        } else {
            Tone::Neutral
        };
        let name = plain(&view.account.full_name());
        let page = Page::new(
            tone,
            self.text(title(view.draft.dialog.wish), &args().set("name", name)),
        );
        let page = match &view.problem {
            Some(problem) => page.paragraph(&self.refusal(problem)),
            None => page,
        };
        let page = match (view.missing.is_empty(), view.asks) {
            (false, _) => page.paragraph(&self.missing(&view.missing)),
            (true, None) => page.paragraph(&self.say("dialog-ready")),
            (true, Some(_)) => page.paragraph(&self.say("dialog-ready-to-ask")),
        };
        let page = match view.asks {
            None => page,
            Some(rule) => page.paragraph(&self.asks(rule, &view.responsible)),
        };
        let page = self.dialog_fields(page, view);
        let page = self.menus(page, view);
        page.buttons(&self.dialog_buttons(view))
    }

    fn dialog_fields(&self, page: Page, view: &DialogView) -> Page {
        let data = &view.account.data;
        let dialog = &view.draft.dialog;
        let old = data.email.as_ref().map_or_else(
            || self.say("card-no-email"),
            |email| plain(&mask::email(email)),
        );
        let address = match &dialog.new_address {
            Some(new) => self.text(
                "dialog-address-corrected",
                &args().set("old", old).set("new", plain(&mask::email(new))),
            ),
            None => old,
        };
        let page = page
            .field(self.say("card-username"), &plain(data.username.as_str()))
            .field(self.say("dialog-address"), &address)
            .field(self.say("dialog-change"), &self.wish(view));
        let page = match &dialog.reason {
            Some(reason) => page.wide_field(self.say("dialog-reason"), &self.reason(reason)),
            None => page,
        };
        match dialog.verification {
            Some(method) => page.wide_field(
                self.say("dialog-verification"),
                &self.say(&verification_key(method)),
            ),
            None => page,
        }
    }

    fn wish(&self, view: &DialogView) -> String {
        let kind = view.kind.map(|kind| self.kind(kind));
        match (view.draft.dialog.wish, kind) {
            (Wish::Unlock, _) => self.say("dialog-change-unlock"),
            (Wish::UnlockAndReset, Some(kind)) => {
                self.text("dialog-change-unlock-and-send", &args().set("kind", kind))
            }
            (_, Some(kind)) => self.text("dialog-change-send", &args().set("kind", kind)),
            (_, None) => self.say("dialog-change-open"),
        }
    }

    pub(super) fn reason(&self, reason: &Reason) -> String {
        match reason {
            Reason::Ready(ready) => self.say(&format!("reason-{}-option", ready.code())),
            Reason::Text(text) => plain(text.as_str()),
        }
    }

    /// Why this goes to a superuser, and to whom.
    pub(super) fn asks(&self, rule: ApprovalRule, responsible: &[RoleId]) -> String {
        let why = self.say(&format!("request-rule-{}", rule.code()));
        let args = args().set("why", why).set("role", self.roles(responsible));
        self.text("dialog-asks", &args)
    }

    fn missing(&self, missing: &[Missing]) -> String {
        let items: Vec<_> = missing
            .iter()
            .map(|item| self.say(&format!("missing-{}", item.code())))
            .collect();
        self.text("dialog-missing", &args().set("items", items.join(", ")))
    }

    fn menus(&self, page: Page, view: &DialogView) -> Page {
        let dialog = &view.draft.dialog;
        let draft = view.draft.id;
        let option = |label: String, code: &str, is_chosen: bool| {
            CreateSelectMenuOption::new(label, code).default_selection(is_chosen)
        };
        let kinds = view.kinds.iter().map(|kind| {
            let is_chosen = dialog.kind == Some(*kind);
            option(self.kind(*kind), kind.code(), is_chosen)
        });
        let page = match view.kinds.is_empty() {
            true => page,
            false => {
                page.row(self.menu(CustomId::PickKind(draft), "dialog-kind-placeholder", kinds))
            }
        };
        let chosen =
            |ready| matches!(&dialog.reason, Some(Reason::Ready(chosen)) if *chosen == ready);
        let reasons = view.reasons.iter().map(|reason| {
            option(
                self.say(&format!("reason-{}-option", reason.code())),
                reason.code(),
                chosen(*reason),
            )
        });
        let page = match view.reasons.is_empty() {
            true => page,
            false => page.row(self.menu(
                CustomId::PickReason(draft),
                "dialog-reason-placeholder",
                reasons,
            )),
        };
        if dialog.new_address.is_none() {
            return page;
        }
        let methods = VerificationMethod::ALL.into_iter().map(|method| {
            option(
                self.say(&verification_key(method)),
                method.code(),
                dialog.verification == Some(method),
            )
        });
        page.row(self.menu(
            CustomId::PickVerification(draft),
            "dialog-verification-placeholder",
            methods,
        ))
    }

    fn dialog_buttons(&self, view: &DialogView) -> Vec<CreateButton> {
        let draft = view.draft.id;
        let refused = view
            .draft
            .dialog
            .refused_text
            .as_ref()
            .map(|refused| refused.form);
        // a refused form comes back with what was typed
        let form = |form: TextForm, label: &str| match refused == Some(form) {
            true => self.button(
                CustomId::ReopenForm(form, draft),
                label,
                ButtonStyle::Primary,
            ),
            false => self.button(
                CustomId::OpenForm(form, draft),
                label,
                ButtonStyle::Secondary,
            ),
        };
        let confirm = self
            .button(
                CustomId::Confirm(draft),
                if view.asks.is_some() {
                    "dialog-ask-label"
                } else {
                    "dialog-confirm-label"
                },
                ButtonStyle::Success,
            )
            .disabled(!view.missing.is_empty());
        let mut buttons = vec![confirm];
        if let Some(kind) = view.problem.as_ref().and_then(renewal) {
            buttons.push(self.button(
                CustomId::SetKind(kind, draft),
                "dialog-new-code-label",
                ButtonStyle::Primary,
            ));
        }
        buttons.push(form(TextForm::Reason, "dialog-other-reason-label"));
        if view.address_editable {
            buttons.push(form(TextForm::Address, "dialog-correct-address-label"));
        }
        buttons.push(self.button(
            CustomId::Cancel(draft),
            "dialog-cancel-label",
            ButtonStyle::Secondary,
        ));
        buttons
    }
}

const fn title(wish: Wish) -> &'static str {
    match wish {
        Wish::Unlock => "dialog-unlock-heading",
        Wish::UnlockAndReset => "dialog-unlock-and-reset-heading",
        Wish::Send => "dialog-send-heading",
    }
}

fn verification_key(method: VerificationMethod) -> String {
    format!("verification-{}-option", method.code())
}

/// A reminder that cannot be sent proposes a new code (E13).
const fn renewal(problem: &Refusal) -> Option<SendKind> {
    match problem {
        Refusal::CodeExpired { renewal, .. } | Refusal::NoOpenCode { renewal } => *renewal,
        _ => None,
    }
}
