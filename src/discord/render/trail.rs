//! The audit trail in words: who did what to whom, why, and how it ended; names and addresses masked.

use std::collections::BTreeMap;

use serenity::all::ButtonStyle;

use crate::discord::custom_id::CustomId;
use crate::discord::render::Writer;
use crate::discord::render::page::{Page, Tone, clip, plain, time};
use crate::domain::account::PersonLine;
use crate::domain::audit::Actor;
use crate::domain::email::EmailAddress;
use crate::domain::mask;
use crate::domain::trail::{Since, TrailPage, TrailRow};
use crate::locales::args;

/// Characters of a row's heading and of what stands below it; ten rows fit into an embed (P27).
const HEADING_MAX: usize = 100;
const ROW_MAX: usize = 440;

/// Characters of a reason.
const REASON_MAX: usize = 140;

impl Writer<'_> {
    pub(super) fn trail(&self, page: &TrailPage) -> Page {
        let heading = match &page.person {
            Some((given, surname)) => {
                let name = mask::name(given, surname);
                self.text("audit-heading-person", &args().set("name", name))
            }
            None => self.say("audit-heading"),
        };
        let mut shown =
            Page::new(Tone::Neutral, heading).paragraph(&self.since_name(page.part.since));
        if page.rows.is_empty() {
            shown = shown.paragraph(&self.say("audit-nothing"));
        }
        for row in &page.rows {
            let action = self.known(&format!("audit-action-{}", row.row.action), &row.row.action);
            let heading = clip(&format!("{} · {action}", row.row.number), HEADING_MAX);
            shown = shown.wide_field(heading, &clip(&self.trail_row(row), ROW_MAX));
        }
        let mut buttons = Vec::new();
        for (turn, label) in [
            (page.newer, "audit-newer-label"),
            (page.older, "audit-older-label"),
        ] {
            if let Some(turn) = turn {
                let id = CustomId::Trail(page.part, turn);
                buttons.push(self.button(id, label, ButtonStyle::Secondary));
            }
        }
        shown.buttons(&buttons)
    }

    pub(super) fn ask_trail(&self, people: &[PersonLine], since: Since) -> Page {
        Page::new(Tone::Neutral, self.say("ask-person-heading"))
            .paragraph(&self.say("ask-person-several"))
            .row(self.people_menu(CustomId::PickTrail(since), people))
    }

    fn since_name(&self, since: Since) -> String {
        self.say(&format!("since-{}-option", since.code()))
    }

    fn trail_row(&self, shown: &TrailRow) -> String {
        let row = &shown.row;
        let mut lines = vec![format!("{} · {}", time(row.at), self.actor(row.actor))];
        let result = self.known(&format!("audit-result-{}", row.result), &row.result);
        lines.push(match &row.failure {
            Some(code) => {
                let why = self.known(&format!("audit-refusal-{code}"), code);
                self.text("audit-why", &args().set("result", result).set("why", why))
            }
            None => result,
        });
        if let Some(approver) = row.approver {
            let args = args().set("approver", format!("<@{approver}>"));
            lines.push(self.text("audit-approver", &args));
        }
        if let Some((given, surname)) = &shown.person {
            let name = plain(&mask::name(given, surname));
            lines.push(self.text("audit-about", &args().set("name", name)));
        }
        match &shown.detail {
            Some(detail) => lines.extend(self.trail_detail(detail)),
            None => lines.push(self.say("audit-erased")),
        }
        if let Some(code) = &row.verification {
            let method = self.known(&format!("verification-{code}-option"), code);
            lines.push(self.text("audit-verification", &args().set("method", method)));
        }
        lines.join("\n")
    }

    fn trail_detail(&self, detail: &BTreeMap<String, String>) -> Vec<String> {
        let mut lines = Vec::new();
        if let Some(number) = detail.get("number") {
            lines.push(self.text("audit-number", &args().set("number", plain(number))));
        }
        if let Some(member) = detail.get("member") {
            let args = args().set("member", format!("<@{}>", plain(member)));
            lines.push(self.text("audit-member", &args));
        }
        if let Some(reason) = detail.get("reason") {
            let ready = format!("reason-{reason}-option");
            let words = if self.texts.has(self.language, &ready) {
                self.say(&ready)
            } else {
                plain(&clip(&mask::addresses(reason), REASON_MAX))
            };
            lines.push(self.text("audit-reason", &args().set("reason", words)));
        }
        if let (Some(old), Some(new)) = (detail.get("old"), detail.get("new")) {
            let args = args()
                .set("old", self.masked(old))
                .set("new", self.masked(new));
            lines.push(self.text("audit-change", &args));
        }
        if let (Some(list), Some(count)) = (detail.get("list"), detail.get("count")) {
            let list = self.known(&format!("list-{list}-option"), list);
            let args = args().set("list", list).set("count", plain(count));
            lines.push(self.text("audit-list", &args));
        }
        lines
    }

    /// The member with the role that gave the leave; both are shown by Discord, and nobody is pinged (P09).
    pub(super) fn actor(&self, actor: Actor) -> String {
        match (actor.member, actor.role) {
            (None, _) => self.say("audit-nobody"),
            (Some(member), None) => format!("<@{member}>"),
            (Some(member), Some(role)) => format!("<@{member}> (<@&{role}>)"),
        }
    }

    fn masked(&self, address: &str) -> String {
        match EmailAddress::parse(address) {
            Ok(address) => plain(&mask::email(&address)),
            Err(_) => self.say("card-no-email"),
        }
    }

    /// The text of a key; a name that this version does not know is shown as it is stored.
    pub(super) fn known(&self, key: &str, stored: &str) -> String {
        if self.texts.has(self.language, key) {
            self.say(key)
        } else {
            plain(stored)
        }
    }
}
