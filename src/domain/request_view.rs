//! Requests as somebody is shown them: what they may do about each, and pages of them.

use super::access::Authority;
use super::account::Account;
use super::desk::Desk;
use super::ids::RoleId;
use super::refusal::Refusal;
use super::request::{Request, RequestState};

/// Requests on a page.
pub const PAGE: usize = 5;

/// A request with its account, as one reader or a channel is shown it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RequestView {
    /// The request.
    pub request: Request,
    /// Whom it is about.
    pub account: Account,
    /// Who is responsible (E02).
    pub responsible: Vec<RoleId>,
    /// What the reader may do; on a card, what anybody might.
    pub may: May,
    /// Whether the person's data are shown in full.
    pub in_full: bool,
    /// What was refused in the last step.
    pub problem: Option<Refusal>,
}

/// What may be done about a request.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct May {
    /// Decide it.
    pub decide: bool,
    /// Take it back.
    pub cancel: bool,
    /// See the person's data in full.
    pub see_details: bool,
}

impl RequestView {
    /// The card for everybody in the channel: whoever clicks is checked then (R01).
    #[must_use]
    pub fn card(desk: &Desk, request: Request, account: Account) -> Self {
        let waits = request.state == RequestState::Requested;
        Self {
            responsible: desk.responsible_roles(&account.effective_scopes()),
            request,
            account,
            may: May {
                decide: waits,
                cancel: false,
                see_details: waits,
            },
            in_full: false,
            problem: None,
        }
    }

    /// The request for one reader.
    #[must_use]
    pub fn of(desk: &Desk, authority: &Authority, request: Request, account: Account) -> Self {
        let waits = request.state == RequestState::Requested;
        let requester = request.requester.member;
        Self {
            may: May {
                decide: waits && authority.may_decide(desk, &account, requester).is_ok(),
                cancel: waits && requester == Some(authority.member()),
                see_details: authority.may_see_details(desk, &account).is_ok(),
            },
            ..Self::card(desk, request, account)
        }
    }
}

impl Authority {
    /// Whether the caller is shown a request at all: their own, and those about accounts in their scopes.
    #[must_use]
    pub fn sees_request(&self, request: &Request, account: &Account) -> bool {
        let scopes = account.effective_scopes();
        request.requester.member == Some(self.member())
            || self
                .decides_over()
                .is_some_and(|sight| sight.reaches(&scopes))
    }
}

/// Which requests are looked at.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct RequestFilter {
    /// Those that stand there; `None` for all.
    pub state: Option<RequestState>,
    /// Only the reader's own.
    pub mine: bool,
}

impl RequestFilter {
    /// The stable name in custom ids.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self.state {
            Some(state) => state.code(),
            None => Self::ALL,
        }
    }

    /// The name of all states together.
    pub const ALL: &str = "all";

    /// The names that can be asked for, in the order in which they are offered. What is approved is carried out in the
    /// same change, so that no request stands there.
    pub fn codes() -> impl Iterator<Item = &'static str> {
        let states = RequestState::ALL.into_iter();
        let states = states.filter(|state| *state != RequestState::Approved);
        states.map(RequestState::code).chain([Self::ALL])
    }

    /// Reads the name of a state, or of all.
    #[must_use]
    pub fn parse(code: &str, mine: bool) -> Option<Self> {
        let state = match code {
            Self::ALL => None,
            code => Some(RequestState::parse(code)?),
        };
        Some(Self { state, mine })
    }
}

/// A page of requests, newest first.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RequestPage {
    /// Which ones.
    pub filter: RequestFilter,
    /// Those of the page.
    pub requests: Vec<RequestView>,
    /// Whether this is the first page.
    pub first: bool,
    /// The number before which the next page goes on.
    pub older: Option<i64>,
}

/// What is done to a helper (R39).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Frost {
    /// Nothing more is done for them from now on.
    Freeze,
    /// They may work again.
    Unfreeze,
}

impl Frost {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Freeze, Self::Unfreeze];

    /// The stable name in custom ids and text keys.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Freeze => "freeze",
            Self::Unfreeze => "unfreeze",
        }
    }

    /// Reads a stable name.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|frost| frost.code() == code)
    }
}
