//! Reading the audit trail: who may, how far back, and a page of it, newest first.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use super::access::{Member, Sight};
use super::account::Account;
use super::audit::{Actor, AuditRow};
use super::desk::Desk;
use super::ids::AccountId;
use super::refusal::Refusal;
use super::scope::Scope;

/// Rows on a page.
pub const PAGE: usize = 10;

/// Rows that one question looks at, when most of them may be out of sight.
pub const WALK: i64 = 5_000;

/// How far back to look.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Since {
    /// The last 24 hours.
    Day,
    /// The last 7 days.
    Week,
    /// The last 30 days.
    Month,
    /// From the start.
    All,
}

impl Since {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Day, Self::Week, Self::Month, Self::All];

    /// The value of the command's option.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Day => "24h",
            Self::Week => "7d",
            Self::Month => "30d",
            Self::All => "all",
        }
    }

    /// Reads an option's value.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|since| since.code() == code)
    }

    /// The first instant that counts.
    #[must_use]
    pub fn start(self, now: Timestamp) -> Timestamp {
        let hours = match self {
            Self::Day => 24,
            Self::Week => 7 * 24,
            Self::Month => 30 * 24,
            Self::All => return Timestamp::MIN,
        };
        now.checked_sub(SignedDuration::from_hours(hours))
            .unwrap_or(Timestamp::MIN)
    }
}

/// Which rows: a cursor by the rows' own numbers.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TrailTurn {
    /// Rows with smaller numbers.
    Older(i64),
    /// Rows with larger numbers.
    Newer(i64),
}

impl TrailTurn {
    /// The newest rows.
    pub const FIRST: Self = Self::Older(i64::MAX);
}

/// Which part of the trail is asked for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct TrailPart {
    /// About one account; else all that the reader sees.
    pub account: Option<AccountId>,
    /// How far back.
    pub since: Since,
}

/// Somebody who may read the trail (R33); gives no leave to act.
#[derive(Clone, Debug)]
pub struct TrailReader {
    actor: Actor,
    sight: Sight,
}

impl TrailReader {
    /// Auditors read all of their desk, superusers what is about accounts in their scopes; staff and others nothing.
    ///
    /// # Errors
    /// The member holds none of these roles.
    pub fn of(desk: &Desk, member: &Member) -> Result<Self, Refusal> {
        let holds = |role| member.roles.contains(role);
        let actor = |role| Actor {
            member: Some(member.id),
            role: Some(role),
        };
        if let Some(role) = desk.auditor_roles.iter().find(|role| holds(role)) {
            return Ok(Self {
                actor: actor(*role),
                sight: Sight::WholeDesk,
            });
        }
        let own: Vec<_> = desk
            .superusers
            .iter()
            .filter(|entry| holds(&entry.role))
            .collect();
        let Some(first) = own.first() else {
            let mut roles = desk.auditor_roles.clone();
            roles.extend(desk.superusers.iter().map(|entry| entry.role));
            return Err(Refusal::MissingRole { roles });
        };
        let scopes: Vec<Scope> = own.iter().flat_map(|entry| entry.scopes.clone()).collect();
        let sight = if scopes.iter().any(Scope::is_whole_desk) {
            Sight::WholeDesk
        } else {
            Sight::Scopes(scopes)
        };
        Ok(Self {
            actor: actor(first.role),
            sight,
        })
    }

    /// Who reads.
    #[must_use]
    pub const fn actor(&self) -> Actor {
        self.actor
    }

    /// Whose rows may be read.
    #[must_use]
    pub const fn sight(&self) -> &Sight {
        &self.sight
    }

    /// Whether the rows about this account may be read.
    #[must_use]
    pub fn sees(&self, account: &Account) -> bool {
        self.sight.reaches(&account.effective_scopes())
    }
}

/// A row of the trail as a reader gets it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TrailRow {
    /// The row.
    pub row: AuditRow,
    /// Its detail, unless it was erased (R32).
    pub detail: Option<BTreeMap<String, String>>,
    /// Given name and surname of the account's person, to be masked by whoever shows them.
    pub person: Option<(String, String)>,
}

/// A page of the trail.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TrailPage {
    /// Which part of the trail.
    pub part: TrailPart,
    /// Given name and surname of the person it is about, to be masked.
    pub person: Option<(String, String)>,
    /// The rows, newest first, ten at most.
    pub rows: Vec<TrailRow>,
    /// The newer page, if there is one.
    pub newer: Option<TrailTurn>,
    /// The older page, if there is one.
    pub older: Option<TrailTurn>,
}

impl TrailPage {
    /// Makes a page of rows, newest first, of which one more than a page was asked for in the turn's direction.
    /// `looked_to` is the number up to which was looked, when there may be more beyond it.
    #[must_use]
    pub fn of(
        part: TrailPart,
        turn: TrailTurn,
        mut rows: Vec<TrailRow>,
        looked_to: Option<i64>,
        now: Timestamp,
    ) -> Self {
        let start = part.since.start(now);
        let read = rows.len();
        // numbers rise with time, so the first row that is too old ends the page
        let young = rows.iter().take_while(|row| row.row.at >= start).count();
        rows.truncate(young);
        let (from, newer, older) = match turn {
            TrailTurn::Older(from) => {
                let more = rows.len() > PAGE || (young == read && looked_to.is_some());
                rows.truncate(PAGE);
                (from, from != i64::MAX, more)
            }
            TrailTurn::Newer(from) => {
                let more = rows.len() > PAGE;
                rows.drain(..rows.len().saturating_sub(PAGE));
                (from, more, true)
            }
        };
        let first = rows.first().map_or(from, |row| row.row.number);
        let full = rows.len() == PAGE;
        let last = rows.last().map_or(from, |row| row.row.number);
        let last = looked_to.filter(|_| !full).unwrap_or(last);
        Self {
            part,
            person: None,
            rows,
            newer: newer.then_some(TrailTurn::Newer(first)),
            older: older.then_some(TrailTurn::Older(last)),
        }
    }
}
