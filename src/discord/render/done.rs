//! What was done, and how far its letters have come: never "ok" while a mail still waits (R38).

use serenity::all::ButtonStyle;

use crate::discord::custom_id::CustomId;
use crate::discord::render::Writer;
use crate::discord::render::page::{Page, Tone, plain};
use crate::domain::card::CardAction;
use crate::domain::letter::LetterState;
use crate::domain::mask;
use crate::domain::outcome::Done;
use crate::domain::profile::AddressRule;
use crate::locales::args;

impl Writer<'_> {
    pub(super) fn done(&self, done: &Done) -> Page {
        // the notice to a replaced address says nothing of what was asked for
        let failed = done.letters.iter().any(|letter| {
            !letter.kind.is_aside()
                && matches!(
                    letter.state,
                    LetterState::RecipientRefused(_) | LetterState::Dead(_) | LetterState::Void(_)
                )
        });
        let waiting = done
            .letters
            .iter()
            .any(|letter| letter.state == LetterState::Waiting);
        let (tone, heading) = match (failed, waiting) {
            (true, _) => (Tone::Bad, "done-mail-failed-heading"),
            (false, true) => (Tone::Neutral, "done-mail-waiting-heading"),
            (false, false) => (Tone::Good, "done-heading"),
        };
        let mut page = Page::new(
            tone,
            self.text(heading, &args().set("name", plain(&done.name))),
        );
        if done.unlocked {
            page = page.paragraph(&self.say("done-unlocked"));
        }
        if done.address_corrected {
            page = page.paragraph(&self.say("done-address-corrected"));
        }
        if let Some(desk) = self.desk.filter(|_| done.carry_over) {
            let args = args().set("system", plain(&desk.profile.system_name));
            page = page.paragraph(&self.text("done-carry-over", &args));
        }
        if let Some(kind) = done.kind {
            page = page.field(self.say("dialog-change"), &self.kind(kind));
        }
        let to = done
            .to
            .as_ref()
            .map_or_else(|| self.say("card-no-email"), |to| plain(&mask::email(to)));
        page = page.field(self.say("dialog-address"), &to);
        let letters: Vec<_> = done
            .letters
            .iter()
            .map(|letter| self.letter(letter))
            .collect();
        let letters = if letters.is_empty() {
            self.say("card-no-mail")
        } else {
            letters.join("\n")
        };
        page = page.wide_field(self.say("card-mail"), &letters);
        let mut buttons = Vec::new();
        let editable = self
            .desk
            .is_some_and(|desk| desk.profile.address == AddressRule::Editable);
        if failed {
            page = page.paragraph(&self.say(if editable {
                "done-correct-address"
            } else {
                "done-replace-account"
            }));
            if editable {
                let id = CustomId::Card(CardAction::CorrectAddress, done.account);
                buttons.push(self.button(id, "card-correct-address-label", ButtonStyle::Primary));
            }
            let again = CustomId::Card(CardAction::ResendCode, done.account);
            buttons.push(self.button(again, "card-resend-code-label", ButtonStyle::Secondary));
        }
        buttons.push(self.button(
            CustomId::ShowCard(done.account),
            "done-card-label",
            ButtonStyle::Secondary,
        ));
        page.buttons(&buttons)
    }
}
