//! Requests in words: the card in its channel, masked and without colour alone; the same for one reader.

use serenity::all::{ButtonStyle, CreateButton};

use crate::discord::custom_id::CustomId;
use crate::discord::render::Writer;
use crate::discord::render::page::{Page, Tone, plain, time, time_left};
use crate::domain::email::EmailAddress;
use crate::domain::ids::RequestId;
use crate::domain::mask;
use crate::domain::outcome::EndedRequest;
use crate::domain::reason::Reason;
use crate::domain::request::{Request, RequestState};
use crate::domain::request_view::RequestView;
use crate::locales::args;

/// What every card of a request carries, whatever its state, by which it is found again.
#[must_use]
pub fn card_mark(id: RequestId) -> String {
    format!("#{id}")
}

impl Writer<'_> {
    /// The card for everybody in the approvals channel.
    pub fn request_card(&self, view: &RequestView) -> Page {
        let page = self
            .request_fields(view, true)
            .footer(card_mark(view.request.id));
        page.buttons(&self.decide_buttons(view))
    }

    /// The request for one reader.
    pub(super) fn request(&self, view: &RequestView) -> Page {
        let mut page = self.request_fields(view, false);
        if let Some(problem) = &view.problem {
            page = page.paragraph(&self.refusal(problem));
        }
        if let Some(denial) = view
            .request
            .decision
            .as_ref()
            .and_then(|d| d.reason.as_ref())
        {
            page = page.wide_field(self.say("request-denial"), &self.reason(denial));
        }
        let waits = view.request.state == RequestState::Requested;
        let problem = view.request.card_problem.filter(|_| waits);
        if let Some(problem) = problem.filter(|_| view.request.posted.is_none()) {
            page = page.paragraph(&self.say(&format!("request-no-card-{}", problem.code())));
        }
        self.with_buttons(page, view)
    }

    /// What is told to whoever asked.
    pub(super) fn requested(&self, view: &RequestView) -> Page {
        let request = &view.request;
        let text = args()
            .set("role", self.roles(&view.responsible))
            .set("until", time(request.expires_at));
        let number = args().number("number", request.number.unsigned_abs());
        let mut page = Page::new(Tone::Neutral, self.text("requested-heading", &number))
            .paragraph(&self.text("requested-text", &text));
        if let Some(problem) = request.card_problem {
            page = page.paragraph(&self.say(&format!("request-no-card-{}", problem.code())));
        }
        page = page
            .field(self.say("request-whom"), &plain(&view.account.full_name()))
            .field(self.say("dialog-change"), &self.order(request));
        self.with_buttons(page, view)
    }

    /// What is told to whoever decided.
    pub(super) fn ended_request(&self, ended: &EndedRequest) -> Page {
        let view = &ended.view;
        match &ended.done {
            None => self.request(view),
            Some(done) => {
                let number = args().number("number", view.request.number.unsigned_abs());
                self.done(done)
                    .paragraph(&self.text("request-approved-text", &number))
            }
        }
    }

    /// Title and fields. In a channel the person is masked, and so is what is written about them.
    fn request_fields(&self, view: &RequestView, public: bool) -> Page {
        let (request, data) = (&view.request, &view.account.data);
        let tone = match request.state {
            RequestState::Requested | RequestState::Approved | RequestState::Cancelled => {
                Tone::Neutral
            }
            RequestState::Executed => Tone::Good,
            RequestState::Denied
            | RequestState::Expired
            | RequestState::Void
            | RequestState::Failed => Tone::Bad,
        };
        let whom = if public {
            plain(&mask::name(&data.given_name, &data.surname))
        } else {
            let name = plain(&view.account.full_name());
            format!("{name}\n{}", plain(data.username.as_str()))
        };
        let scopes = view.account.effective_scopes();
        let scopes: Vec<_> = scopes.iter().map(|scope| plain(scope.as_str())).collect();
        let reason = self.request_reason(view, public);
        let mut page = Page::new(tone, self.request_title(request))
            .field(self.say("dialog-change"), &self.order(request))
            .field(self.say("request-whom"), &whom)
            .field(self.say("card-scope"), &scopes.join(", "));
        if let Some(address) = self.request_address(view) {
            page = page.wide_field(self.say("dialog-address"), &address);
        }
        page = page.wide_field(self.say("dialog-reason"), &reason);
        if let Some(method) = request.order.verification {
            let method = self.say(&format!("verification-{}-option", method.code()));
            page = page.wide_field(self.say("dialog-verification"), &method);
        }
        page = page
            .field(self.say("request-by"), &self.actor(request.requester))
            .field(self.say("card-responsible"), &self.roles(&view.responsible))
            .wide_field(
                self.say("request-rule"),
                &self.say(&format!("request-rule-{}", request.rule.code())),
            );
        if view.in_full {
            page = self.in_full(page, view);
        }
        if let Some(flags) = self.flags(request) {
            page = page.wide_field(self.say("request-flags"), &flags);
        }
        self.request_end(page, request)
    }

    /// Until when, or how it ended.
    fn request_end(&self, page: Page, request: &Request) -> Page {
        let Some(settled) = request.settled_at else {
            let until = format!(
                "{} ({})",
                time(request.expires_at),
                time_left(request.expires_at)
            );
            return page.wide_field(self.say("request-until"), &until);
        };
        let mut lines = Vec::new();
        let at = args().set("at", time(settled));
        lines.push(match &request.decision {
            Some(decision) => {
                let key = if decision.approves {
                    "request-approved-by"
                } else {
                    "request-denied-by"
                };
                self.text(key, &at.set("decider", format!("<@{}>", decision.decider)))
            }
            None => self.text("request-ended-at", &at),
        });
        if let Some(code) = &request.failure {
            let why = self.known(&format!("audit-refusal-{code}"), code);
            lines.push(self.text("request-why", &args().set("why", why)));
        }
        page.wide_field(self.say("request-end"), &lines.join("\n"))
    }

    /// Data that only superusers of the account's scopes see (R28).
    fn in_full(&self, page: Page, view: &RequestView) -> Page {
        let data = &view.account.data;
        let email = data
            .email
            .as_ref()
            .map_or_else(|| self.say("card-no-email"), |email| plain(email.as_str()));
        let page = page.wide_field(self.say("request-email-now"), &email);
        let fiscal_code = data.fiscal_code.as_deref().map(plain);
        let birth_date = data.birth_date.map(|day| day.to_string());
        let facts = [
            ("request-fiscal-code", fiscal_code),
            ("request-birth-date", birth_date),
        ];
        facts
            .into_iter()
            .fold(page, |page, (name, value)| match value {
                Some(value) => page.field(self.say(name), &value),
                None => page,
            })
    }

    /// Where a mail goes, old and new (R06): masked, but in the details.
    fn request_address(&self, view: &RequestView) -> Option<String> {
        let request = &view.request;
        request.order.send?;
        let shown = |address: &EmailAddress| match view.in_full {
            true => plain(address.as_str()),
            false => plain(&mask::email(address)),
        };
        let old = request.old.get("email");
        let old = old.and_then(|text| EmailAddress::parse(text).ok());
        let old = old.map_or_else(|| self.say("card-no-email"), |old| shown(&old));
        Some(match &request.order.new_address {
            None => old,
            Some(new) => {
                let args = args().set("old", old).set("new", shown(new));
                self.text("dialog-address-corrected", &args)
            }
        })
    }

    /// Why, in a channel without what names the person, else without addresses until the details.
    fn request_reason(&self, view: &RequestView, public: bool) -> String {
        match &view.request.order.reason {
            Reason::Text(text) if public => plain(&mask::about(text.as_str(), &view.account.data)),
            Reason::Text(text) if !view.in_full => plain(&mask::addresses(text.as_str())),
            reason => self.reason(reason),
        }
    }

    pub(super) fn request_title(&self, request: &Request) -> String {
        let state = self.say(&format!("request-state-{}", request.state.code()));
        let args = args()
            .number("number", request.number.unsigned_abs())
            .set("state", state);
        self.text("request-heading", &args)
    }

    /// What is asked for, in the words of the dialog.
    pub(super) fn order(&self, request: &Request) -> String {
        let kind = request.order.send.map(|kind| self.kind(kind));
        match (request.order.unlock, kind) {
            (true, Some(kind)) => {
                self.text("dialog-change-unlock-and-send", &args().set("kind", kind))
            }
            (true, None) => self.say("dialog-change-unlock"),
            (false, Some(kind)) => self.text("dialog-change-send", &args().set("kind", kind)),
            (false, None) => self.say("dialog-change-open"),
        }
    }

    fn flags(&self, request: &Request) -> Option<String> {
        let flags = request.flags;
        let person = flags
            .for_person
            .map(|count| self.text("request-flag-person", &args().number("count", count)));
        let helper = flags
            .by_requester
            .map(|count| self.text("request-flag-helper", &args().number("count", count)));
        let lines: Vec<_> = person.into_iter().chain(helper).collect();
        (!lines.is_empty()).then(|| lines.join("\n"))
    }

    /// The decision first, then what concerns whoever asked.
    fn with_buttons(&self, page: Page, view: &RequestView) -> Page {
        let mut buttons = self.decide_buttons(view);
        if view.may.cancel {
            let id = CustomId::CancelRequest(view.request.id);
            buttons.push(self.button(id, "request-take-back-label", ButtonStyle::Secondary));
        }
        page.buttons(&buttons)
    }

    fn decide_buttons(&self, view: &RequestView) -> Vec<CreateButton> {
        let id = view.request.id;
        let mut buttons = Vec::new();
        if view.may.decide {
            let approve = CustomId::Approve(id);
            let deny = CustomId::Deny(id);
            buttons.push(self.button(approve, "request-approve-label", ButtonStyle::Success));
            buttons.push(self.button(deny, "request-deny-label", ButtonStyle::Danger));
        }
        if view.may.see_details && !view.in_full {
            let details = CustomId::Details(id);
            buttons.push(self.button(details, "request-details-label", ButtonStyle::Secondary));
        }
        buttons
    }
}
