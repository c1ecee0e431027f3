//! Requests: actions that wait for a decision, as they are stored. Their life is in `request_life.rs`.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::audit::Actor;
use super::ids::{AccountId, ChannelId, MemberId, MessageId, RequestId, RoleId, Version};
use super::order::Order;
use super::profile::Profile;
use super::reason::Reason;

/// Where a request stands.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum RequestState {
    /// Waits for a decision.
    Requested,
    /// Decided and not yet executed; lives only within the change that also ends it.
    Approved,
    /// A superuser said no.
    Denied,
    /// Nobody decided in time.
    Expired,
    /// Taken back by whoever asked.
    Cancelled,
    /// Its target or its requester changed, so that it must not run (R08, R39).
    Void,
    /// Approved and done.
    Executed,
    /// Approved, but a rule spoke against it at that moment.
    Failed,
}

impl RequestState {
    /// All of them, in the order in which they are offered.
    pub const ALL: [Self; 8] = [
        Self::Requested,
        Self::Approved,
        Self::Denied,
        Self::Expired,
        Self::Cancelled,
        Self::Void,
        Self::Executed,
        Self::Failed,
    ];

    /// The stable name in rows, custom ids and text keys.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Requested => "requested",
            Self::Approved => "approved",
            Self::Denied => "denied",
            Self::Expired => "expired",
            Self::Cancelled => "cancelled",
            Self::Void => "void",
            Self::Executed => "executed",
            Self::Failed => "failed",
        }
    }

    /// Reads a stable name.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.code() == code)
    }
}

/// The rule that demands an approval.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum ApprovalRule {
    /// Support staff ask, superusers decide.
    Staff,
    /// The account reaches beyond the scopes of whoever asks.
    OtherScopes,
    /// The account holds a privileged group (R04).
    PrivilegedGroup,
    /// The account is that of somebody who works here (R03, R04).
    TeamAccount,
    /// The desk changed the address shortly before (R10).
    AddressChanged,
    /// The profile lists the action under four eyes (D6).
    FourEyes,
}

impl ApprovalRule {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::Staff,
        Self::OtherScopes,
        Self::PrivilegedGroup,
        Self::TeamAccount,
        Self::AddressChanged,
        Self::FourEyes,
    ];

    /// The stable name in rows and text keys.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Staff => "staff",
            Self::OtherScopes => "other-scopes",
            Self::PrivilegedGroup => "privileged-group",
            Self::TeamAccount => "team-account",
            Self::AddressChanged => "address-changed",
            Self::FourEyes => "four-eyes",
        }
    }

    /// Reads a stable name.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|rule| rule.code() == code)
    }
}

/// What should make whoever decides look twice (R12); counts of the last 24 hours, this request included.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Flags {
    /// Requests for this person, when there are several.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub for_person: Option<u32>,
    /// Persons whom the requester asked for, when there are many.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by_requester: Option<u32>,
}

impl Flags {
    /// The flags for one more request, by the counts of those before it.
    #[must_use]
    pub fn raised(profile: &Profile, for_person: u32, other_persons: u32) -> Self {
        let (for_person, persons) = (
            for_person.saturating_add(1),
            other_persons.saturating_add(1),
        );
        Self {
            for_person: (for_person > 1).then_some(for_person),
            by_requester: (persons > profile.request_flag_persons).then_some(persons),
        }
    }

    /// Whether any is raised.
    #[must_use]
    pub const fn any(&self) -> bool {
        self.for_person.is_some() || self.by_requester.is_some()
    }
}

/// What one member decided.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Decision {
    /// Who.
    pub decider: MemberId,
    /// By which role.
    pub role: Option<RoleId>,
    /// Yes or no.
    pub approves: bool,
    /// Why not.
    pub reason: Option<Reason>,
    /// When.
    pub at: Timestamp,
}

/// Where the card of a request stands in its channel.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Posted {
    /// The channel.
    pub channel: ChannelId,
    /// The message.
    pub message: MessageId,
}

/// Why a card could not be posted.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CardProblem {
    /// The bot may not post in the channel.
    Forbidden,
    /// There is no such channel, or none is set.
    Missing,
}

impl CardProblem {
    /// The stable name in rows and text keys.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Forbidden => "channel-forbidden",
            Self::Missing => "channel-missing",
        }
    }

    /// Reads a stable name.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        [Self::Forbidden, Self::Missing]
            .into_iter()
            .find(|problem| problem.code() == code)
    }
}

/// The old values of what an order changes, by name; compared again before it runs (R06, R08).
pub type OldValues = BTreeMap<String, String>;

/// What every row of the trail about a request keeps of it.
#[must_use]
pub fn detail(id: RequestId, number: Option<i64>) -> BTreeMap<&'static str, String> {
    let number = number.map(|number| ("number", number.to_string()));
    let mut detail = BTreeMap::from([("request", id.to_string())]);
    detail.extend(number);
    detail
}

impl Request {
    /// What every row of the trail about it keeps.
    #[must_use]
    pub fn detail(&self) -> BTreeMap<&'static str, String> {
        detail(self.id, Some(self.number))
    }
}

/// A request as it is stored.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Request {
    /// The key.
    pub id: RequestId,
    /// How often it was changed.
    pub version: Version,
    /// The number that people say, per desk.
    pub number: i64,
    /// Whom it is about.
    pub account: AccountId,
    /// The action as data, with its new values, reason and verification.
    pub order: Order,
    /// What the order replaces.
    pub old: OldValues,
    /// Why it needs an approval.
    pub rule: ApprovalRule,
    /// Who asks, by which role.
    pub requester: Actor,
    /// Where they asked, to be told there.
    pub asked_in: Option<ChannelId>,
    /// What should make whoever decides look twice.
    pub flags: Flags,
    /// When.
    pub requested_at: Timestamp,
    /// Until when it can be decided.
    pub expires_at: Timestamp,
    /// Where it stands.
    pub state: RequestState,
    /// When it came to its end.
    pub settled_at: Option<Timestamp>,
    /// Why it is void or failed: the refusal's name.
    pub failure: Option<String>,
    /// Who decided, if anybody.
    pub decision: Option<Decision>,
    /// When the superuser role was reminded (D7).
    pub reminded_at: Option<Timestamp>,
    /// When the contact mailbox was told (D7).
    pub mailed_at: Option<Timestamp>,
    /// The card.
    pub posted: Option<Posted>,
    /// Why there is no card.
    pub card_problem: Option<CardProblem>,
}
