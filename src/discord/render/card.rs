//! The card of an account.

use serenity::all::{ButtonStyle, CreateButton};

use crate::discord::custom_id::CustomId;
use crate::discord::render::Writer;
use crate::discord::render::page::{Page, Tone, plain, time};
use crate::domain::card::{Card, CardAction};
use crate::domain::code::Code;
use crate::domain::letter::{LetterState, LetterStatus};
use crate::domain::lock::{Lock, LockSource};
use crate::domain::mask;
use crate::domain::profile::SendKind;
use crate::locales::args;

/// Codes that the card lists; older ones are in the timeline.
const CODES_SHOWN: usize = 4;

impl Writer<'_> {
    pub(super) fn card(&self, card: &Card) -> Page {
        let account = &card.facts.account;
        let data = &account.data;
        let email = data.email.as_ref().map_or_else(
            || self.say("card-no-email"),
            |email| plain(&mask::email(email)),
        );
        let scopes = account.effective_scopes();
        let scopes: Vec<_> = scopes.iter().map(|scope| plain(scope.as_str())).collect();
        let groups: Vec<_> = data.groups.iter().map(|group| plain(group)).collect();
        let groups = if groups.is_empty() {
            self.say("card-no-groups")
        } else {
            groups.join(", ")
        };
        let title = self.text(
            "card-heading",
            &args().set("name", plain(&account.full_name())),
        );
        let page = Page::new(Tone::Neutral, title)
            .field(self.say("card-username"), &plain(data.username.as_str()))
            .field(self.say("card-email"), &email)
            .field(self.say("card-scope"), &scopes.join(", "))
            .field(
                self.say("card-state"),
                &self.say(&format!("state-{}", data.state.code())),
            )
            .field(self.say("card-lock"), &self.lock(data.lock))
            .field(self.say("card-groups"), &groups)
            .field(self.say("card-password"), &self.password(card))
            .wide_field(self.say("card-codes"), &self.codes(card))
            .wide_field(self.say("card-mail"), &self.last_letter(card.last_letter()))
            .field(self.say("card-responsible"), &self.role(card.responsible));
        let page = match &card.obstacle {
            Some(obstacle) => page.paragraph(&self.refusal(obstacle)),
            None => page,
        };
        let page = match card.asks {
            Some(rule) => {
                let responsible: Vec<_> = card.responsible.into_iter().collect();
                page.paragraph(&self.asks(rule, &responsible))
            }
            None => page,
        };
        page.buttons(&self.card_buttons(card))
    }

    fn lock(&self, lock: Lock) -> String {
        match lock {
            Lock::Unknown => self.say("lock-unknown"),
            Lock::Open { failed_logins } => {
                self.text("lock-open", &args().number("failed", failed_logins))
            }
            Lock::Locked { since, by } => {
                let key = match by {
                    LockSource::Import => "lock-locked-import",
                    LockSource::Portal => "lock-locked",
                };
                self.text(key, &args().set("since", time(since)))
            }
        }
    }

    fn password(&self, card: &Card) -> String {
        match card.facts.account.data.password_expires {
            None => self.say("password-no-expiry"),
            Some(day) => self.password_end(day, card.at),
        }
    }

    fn codes(&self, card: &Card) -> String {
        let lines: Vec<_> = card
            .facts
            .open_codes
            .iter()
            .take(CODES_SHOWN)
            .map(|code| self.code_line(code, card))
            .collect();
        if lines.is_empty() {
            self.say("card-no-codes")
        } else {
            lines.join("\n")
        }
    }

    fn code_line(&self, code: &Code, card: &Card) -> String {
        let args = args().set("code", self.say(&format!("code-{}", code.kind.code())));
        match code.sent_at {
            None => self.text("code-unsent", &args),
            Some(sent) => {
                let key = if code.is_expired(card.at) {
                    "code-expired"
                } else {
                    "code-open"
                };
                self.text(
                    key,
                    &args
                        .set("sent", time(sent))
                        .set("expires", time(code.expires_at)),
                )
            }
        }
    }

    fn last_letter(&self, letter: Option<&LetterStatus>) -> String {
        letter.map_or_else(|| self.say("card-no-mail"), |letter| self.letter(letter))
    }

    /// One letter in a line: what, how far, since when.
    pub(super) fn letter(&self, letter: &LetterStatus) -> String {
        let at = match letter.state {
            LetterState::Waiting => letter.at,
            LetterState::Accepted(at)
            | LetterState::RecipientRefused(at)
            | LetterState::Dead(at)
            | LetterState::Void(at) => at,
        };
        let what = self.say(&format!("letter-{}", letter.kind.code()));
        self.text(
            &format!("letter-state-{}", letter.state.code()),
            &args().set("letter", what).set("at", time(at)),
        )
    }

    fn card_buttons(&self, card: &Card) -> Vec<CreateButton> {
        let account = card.facts.account.id;
        let credentials =
            self.desk.and_then(|desk| desk.profile.reset_kind()) == Some(SendKind::Credentials);
        let label = |action: CardAction| match action {
            CardAction::Reset if credentials => "card-credentials-label".to_owned(),
            CardAction::UnlockAndReset if credentials => {
                "card-unlock-and-credentials-label".to_owned()
            }
            action => format!("card-{}-label", action.code()),
        };
        let style = |action| {
            if action == CardAction::Unlock {
                ButtonStyle::Primary
            } else {
                ButtonStyle::Secondary
            }
        };
        let actions = card.actions.iter();
        let mut buttons: Vec<_> = actions
            .map(|action| {
                self.button(
                    CustomId::Card(*action, account),
                    &label(*action),
                    style(*action),
                )
            })
            .collect();
        if card.timeline {
            buttons.push(self.button(
                CustomId::Timeline(account),
                "card-timeline-label",
                ButtonStyle::Secondary,
            ));
        }
        buttons.push(self.button(
            CustomId::ShowCard(account),
            "card-refresh-label",
            ButtonStyle::Secondary,
        ));
        buttons
    }
}
