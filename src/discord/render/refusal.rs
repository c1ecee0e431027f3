//! Refusals in words: what is missing, and who can help (E01).

use crate::discord::render::Writer;
use crate::discord::render::page::{plain, time};
use crate::domain::ids::RoleId;
use crate::domain::profile::SendKind;
use crate::domain::reason::{REASON_MAX, ReasonError};
use crate::domain::refusal::Refusal;
use crate::locales::args;

impl Writer<'_> {
    /// The refusal's sentence.
    pub(super) fn refusal(&self, refusal: &Refusal) -> String {
        let key = format!("refusal-{}", refusal.code());
        let args = match refusal {
            Refusal::MissingRole { roles } => args().set("roles", self.roles(roles)),
            Refusal::NeedsSuperuser { responsible } => args().set("role", self.role(*responsible)),
            Refusal::NeedsAllScopes { responsible } => args().set("role", self.roles(responsible)),
            Refusal::KindNotInProfile { kind, kinds } => args()
                .set("kind", self.kind(*kind))
                .set("kinds", self.kinds(kinds)),
            Refusal::CodeExpired { kind, since, .. } => args()
                .set("code", self.say(&format!("code-{}", kind.code())))
                .set("since", time(*since)),
            Refusal::SentTooRecently { next }
            | Refusal::TooManyToPerson { next }
            | Refusal::TooManyByHelper { next } => args().set("next", time(*next)),
            Refusal::NobodyDecides => args().set("mailbox", self.mailbox()),
            Refusal::RequestEnded {
                number,
                state,
                decider,
                at,
            } => args()
                .number("number", number.unsigned_abs())
                .set(
                    "state",
                    self.say(&format!("request-state-{}", state.code())),
                )
                .set(
                    "decider",
                    decider.map_or_else(|| self.say("request-nobody"), |id| format!("<@{id}>")),
                )
                .set("at", time(*at)),
            Refusal::Reason(ReasonError::TooLong(length)) => args()
                .number("length", *length as u64)
                .number("max", REASON_MAX as u64),
            _ => args(),
        };
        self.text(&key, &args)
    }

    /// Whom to ask when nobody here can help.
    fn mailbox(&self) -> String {
        self.desk
            .map(|desk| plain(desk.contact_mailbox.as_str()))
            .unwrap_or_default()
    }

    pub(super) fn roles(&self, roles: &[RoleId]) -> String {
        if roles.is_empty() {
            return self.say("role-none");
        }
        roles
            .iter()
            .map(|role| format!("<@&{role}>"))
            .collect::<Vec<_>>()
            .join(", ")
    }

    /// The role as Discord shows its name; mentions in private answers ping nobody (P09).
    pub(super) fn role(&self, role: Option<RoleId>) -> String {
        role.map_or_else(|| self.say("role-none"), |role| format!("<@&{role}>"))
    }

    pub(super) fn kind(&self, kind: SendKind) -> String {
        self.say(&format!("kind-{}-option", kind.code()))
    }

    fn kinds(&self, kinds: &[SendKind]) -> String {
        kinds
            .iter()
            .map(|kind| self.kind(*kind))
            .collect::<Vec<_>>()
            .join(", ")
    }
}
