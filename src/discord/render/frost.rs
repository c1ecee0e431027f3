//! Freezing a helper and setting them free: who, and what came of it (R39).

use serenity::all::{ButtonStyle, CreateActionRow, CreateSelectMenu, CreateSelectMenuKind};

use crate::discord::custom_id::CustomId;
use crate::discord::render::Writer;
use crate::discord::render::page::{Page, Tone};
use crate::domain::ids::MemberId;
use crate::domain::refusal::Refusal;
use crate::domain::request_view::Frost;
use crate::locales::args;

impl Writer<'_> {
    pub(super) fn ask_member(&self, frost: Frost) -> Page {
        let kind = CreateSelectMenuKind::User {
            default_users: None,
        };
        let menu = CreateSelectMenu::new(CustomId::PickMember(frost).to_string(), kind);
        let menu = menu.placeholder(self.say("frost-member-placeholder"));
        Page::new(Tone::Neutral, self.say("frost-heading"))
            .paragraph(&self.say(&format!("frost-ask-{}", frost.code())))
            .row(CreateActionRow::SelectMenu(menu))
    }

    pub(super) fn ask_frost_reason(
        &self,
        frost: Frost,
        member: MemberId,
        problem: &Refusal,
    ) -> Page {
        let again = CustomId::FrostForm(frost, member);
        let again = self.button(again, "dialog-other-reason-label", ButtonStyle::Primary);
        Page::new(Tone::Bad, self.say("refused-heading"))
            .paragraph(&self.refusal(problem))
            .buttons(&[again])
    }

    pub(super) fn frozen(&self, frost: Frost, member: MemberId, voided: usize) -> Page {
        let args = args()
            .set("member", format!("<@{member}>"))
            .number("count", voided as u64);
        Page::new(Tone::Good, self.say("frost-heading"))
            .paragraph(&self.text(&format!("frost-done-{}", frost.code()), &args))
    }
}
