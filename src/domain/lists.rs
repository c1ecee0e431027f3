//! Lists of people who may need help, and a place within one: a page begins after or before a row, never at a number.

use std::fmt;

use jiff::Timestamp;
use jiff::civil::Date;

use super::access::Sight;
use super::account::{AccountState, PersonLine};
use super::ids::AccountId;
use super::profile::Profile;

/// People on a page.
pub const PAGE: usize = 10;

/// Counting stops there: more is told as more.
pub const COUNT_MAX: u64 = 10_000;

/// A list of people. A deactivated account is in none.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum PersonList {
    /// Locked accounts, the longest locked first.
    Locked,
    /// Passwords that expire soon, and those that have expired; the earliest first.
    Expiring,
    /// Invited and never activated.
    NeverActivated,
    /// The newest open code has expired; the earliest first.
    CodeExpired,
    /// Without a linked register record.
    NotLinked,
}

impl PersonList {
    /// All of them, in the order in which they are shown.
    pub const ALL: [Self; 5] = [
        Self::Locked,
        Self::Expiring,
        Self::NeverActivated,
        Self::CodeExpired,
        Self::NotLinked,
    ];

    /// The stable name in custom ids, audit rows and text keys.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Locked => "locked",
            Self::Expiring => "expiring",
            Self::NeverActivated => "never-activated",
            Self::CodeExpired => "code-expired",
            Self::NotLinked => "not-linked",
        }
    }

    /// Reads a stable name.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|list| list.code() == code)
    }

    /// Whether a desk of this profile has the list: links need register records.
    #[must_use]
    pub const fn is_of(self, profile: &Profile) -> bool {
        !matches!(self, Self::NotLinked) || profile.register_records
    }
}

/// A row's place in its list: what the list is sorted by (milliseconds, days since 1970, or 0), then the account.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Position {
    /// What the list is sorted by.
    pub sort: i64,
    /// Whose row.
    pub id: AccountId,
}

/// First instant of the year 0 and last one of 9999, in milliseconds: what both databases can compare with.
const SORTS: std::ops::RangeInclusive<i64> = -62_167_219_200_000..=253_402_300_799_999;

/// First and last day of those years, since 1970.
const DAYS: std::ops::RangeInclusive<i64> = -719_528..=2_932_896;

impl Position {
    /// Before every row.
    pub const START: Self = Self {
        sort: *SORTS.start(),
        id: AccountId(i64::MIN),
    };

    /// Reads a position as it was written; `None` for what no row can have.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (sort, id) = text.split_once('.')?;
        let sort = sort.parse().ok().filter(|sort| SORTS.contains(sort))?;
        Some(Self {
            sort,
            id: id.parse().ok()?,
        })
    }

    /// The days since 1970, for lists sorted by a day; a made-up value becomes the first or last possible day.
    #[must_use]
    pub fn days(self) -> i32 {
        let days = self.sort.clamp(*DAYS.start(), *DAYS.end());
        i32::try_from(days).unwrap_or_default()
    }
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.sort, self.id)
    }
}

/// Which page of a list: a cursor, not a number, so that nothing is shown twice when the list changes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Turn {
    /// The rows after this one.
    After(Position),
    /// The rows before this one.
    Before(Position),
}

impl Turn {
    /// The first page.
    pub const FIRST: Self = Self::After(Position::START);
}

impl fmt::Display for Turn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::After(Position::START) => f.write_str("first"),
            Self::After(position) => write!(f, "after {position}"),
            Self::Before(position) => write!(f, "before {position}"),
        }
    }
}

/// Who and what counts for the lists at a moment.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ListBounds {
    /// Which accounts the caller sees.
    pub sight: Sight,
    /// The last day that counts as soon for an expiring password.
    pub expiring_until: Date,
    /// Now, for codes.
    pub now: Timestamp,
}

/// What puts somebody on a list.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ListFact {
    /// Locked since then.
    LockedSince(Timestamp),
    /// The password's last day.
    PasswordEnds(Date),
    /// The end of the newest open code, if there is one.
    CodeEnds(Option<Timestamp>),
    /// The account's state.
    State(AccountState),
}

/// A person on a list.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Listed {
    /// Who.
    pub person: PersonLine,
    /// Where in the list.
    pub position: Position,
    /// Why.
    pub fact: ListFact,
}

/// A page of a list.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ListPage {
    /// Which list.
    pub list: PersonList,
    /// The people, ten at most.
    pub people: Vec<Listed>,
    /// The page before, if there is one.
    pub previous: Option<Turn>,
    /// The page after, if there is one.
    pub next: Option<Turn>,
    /// When it was read.
    pub at: Timestamp,
}

impl ListPage {
    /// Makes a page of rows in the list's order, of which one more than a page was asked for in the turn's direction.
    #[must_use]
    pub fn of(list: PersonList, turn: Turn, mut people: Vec<Listed>, at: Timestamp) -> Self {
        let more = people.len() > PAGE;
        let (before, after) = match turn {
            Turn::After(position) => {
                people.truncate(PAGE);
                (position != Position::START, more)
            }
            Turn::Before(_) => {
                people.drain(..people.len().saturating_sub(PAGE));
                (more, true)
            }
        };
        // an empty page leads back to where it came from
        let from = match turn {
            Turn::After(position) | Turn::Before(position) => position,
        };
        let first = people.first().map_or(from, |listed| listed.position);
        let last = people.last().map_or(from, |listed| listed.position);
        Self {
            list,
            people,
            previous: before.then_some(Turn::Before(first)),
            next: after.then_some(Turn::After(last)),
            at,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_position_reads_back_and_an_impossible_one_does_not() {
        for position in [
            Position::START,
            Position {
                sort: *SORTS.end(),
                id: AccountId(i64::MAX),
            },
        ] {
            assert_eq!(Position::parse(&position.to_string()), Some(position));
        }
        for text in [
            "",
            "1",
            "1.",
            ".1",
            "x.1",
            "1.x",
            "9223372036854775807.1",
            "1.1.1",
        ] {
            assert_eq!(Position::parse(text), None, "{text}");
        }
    }
}
