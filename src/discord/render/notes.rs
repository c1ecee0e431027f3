//! What is said about requests in channels, beside the card: the call, the reminder, the answer to whoever asked.

use crate::discord::render::Writer;
use crate::discord::render::page::time_left;
use crate::domain::ids::RoleId;
use crate::domain::request::Request;
use crate::domain::request_view::RequestView;
use crate::locales::args;

impl Writer<'_> {
    /// The words above the card that ping whoever is responsible, once.
    #[must_use]
    pub fn card_call(&self, roles: &[RoleId]) -> String {
        self.text("request-card-call", &args().set("role", self.roles(roles)))
    }

    /// The reminder to whoever is responsible.
    #[must_use]
    pub fn reminder(&self, view: &RequestView) -> String {
        let args = args()
            .set("role", self.roles(&view.responsible))
            .number("number", view.request.number.unsigned_abs())
            .set("until", time_left(view.request.expires_at));
        self.text("request-reminder", &args)
    }

    /// How a request ended, for whoever asked, where others read along: no personal data.
    #[must_use]
    pub fn request_answer(&self, request: &Request) -> String {
        let member = |id| format!("<@{id}>");
        let decider = request.decision.as_ref();
        let args = args()
            .set(
                "member",
                request.requester.member.map(member).unwrap_or_default(),
            )
            .number("number", request.number.unsigned_abs())
            .set(
                "decider",
                decider.map(|d| member(d.decider)).unwrap_or_default(),
            );
        self.text(&format!("request-answer-{}", request.state.code()), &args)
    }
}
