//! Pages of requests, with a menu that opens one of them.

use serenity::all::{ButtonStyle, CreateActionRow, CreateSelectMenuOption};

use crate::discord::custom_id::CustomId;
use crate::discord::render::Writer;
use crate::discord::render::page::{Page, Tone, clip, plain, time};
use crate::domain::request_view::{RequestFilter, RequestPage, RequestView};
use crate::locales::args;

/// Characters of one request's lines; five of them fit into an embed.
const LINE_MAX: usize = 700;

/// Discord's limit of a label (P25).
const LABEL_MAX: usize = 100;

impl Writer<'_> {
    pub(super) fn requests(&self, page: &RequestPage) -> Page {
        let heading = if page.filter.mine {
            "requests-mine-heading"
        } else {
            "requests-heading"
        };
        let state = self.say(&format!("requests-{}-option", page.filter.code()));
        let mut shown = Page::new(Tone::Neutral, self.say(heading))
            .paragraph(&self.text("requests-state", &args().set("state", state)));
        if page.requests.is_empty() {
            shown = shown.paragraph(&self.say("requests-none"));
        }
        let lines: Vec<_> = page
            .requests
            .iter()
            .map(|view| self.request_line(view))
            .collect();
        if !lines.is_empty() {
            shown = shown.paragraph(&lines.join("\n"));
        }
        shown = shown.row(self.states_menu(page.filter));
        if !page.requests.is_empty() {
            shown = shown.row(self.requests_menu(page));
        }
        let mut buttons = Vec::new();
        for (before, label) in [
            ((!page.first).then_some(i64::MAX), "requests-newest-label"),
            (page.older, "requests-older-label"),
        ] {
            if let Some(before) = before {
                let id = CustomId::Requests(page.filter, before);
                buttons.push(self.button(id, label, ButtonStyle::Secondary));
            }
        }
        shown.buttons(&buttons)
    }

    /// Two lines about one request of a page.
    fn request_line(&self, view: &RequestView) -> String {
        let request = &view.request;
        let until = request.settled_at.unwrap_or(request.expires_at);
        let title = self.request_title(request);
        let name = plain(&clip(&view.account.full_name(), 120));
        let who = self.actor(request.requester);
        let line = format!(
            "**{title}**\n\u{2003}{} · {name}\n\u{2003}{who} · {}",
            self.order(request),
            time(until),
        );
        clip(&line, LINE_MAX)
    }

    fn states_menu(&self, filter: RequestFilter) -> CreateActionRow {
        let options = RequestFilter::codes().map(|code| {
            let label = self.say(&format!("requests-{code}-option"));
            CreateSelectMenuOption::new(label, code).default_selection(filter.code() == code)
        });
        let id = CustomId::PickState(filter.mine);
        self.menu(id, "requests-state-placeholder", options)
    }

    fn requests_menu(&self, page: &RequestPage) -> CreateActionRow {
        let options = page.requests.iter().map(|view| {
            let request = &view.request;
            let title = self.request_title(request);
            let label = format!("{title} · {}", view.account.full_name());
            let label = clip(&label.replace(char::is_control, " "), LABEL_MAX);
            CreateSelectMenuOption::new(label, request.id.to_string())
        });
        self.menu(CustomId::PickRequest, "requests-pick-placeholder", options)
    }
}
