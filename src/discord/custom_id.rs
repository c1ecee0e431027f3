//! Ids of buttons, menus and forms: `v1:<action>:<row id>`. They name a row and prove nothing (R01).

use std::fmt;

use crate::domain::card::CardAction;
use crate::domain::dialog::TextForm;
use crate::domain::ids::{AccountId, DraftId, MemberId, RequestId};
use crate::domain::lists::{PersonList, Position, Turn};
use crate::domain::profile::SendKind;
use crate::domain::request_view::{Frost, RequestFilter};
use crate::domain::trail::{Since, TrailPart, TrailTurn};

/// The version of the ids that this program makes and reads.
const VERSION: &str = "v1";

/// What a button, menu or form stands for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CustomId {
    /// Opens the form that asks whose card is wanted.
    FindPerson,
    /// That form.
    FindPersonForm,
    /// The menu of people whose card may be wanted.
    PickCard,
    /// The lists of people with their counts.
    Lists,
    /// The menu of lists.
    PickList,
    /// A page of a list.
    List(PersonList, Turn),
    /// The menu of people on a page; the card opens beside it.
    PickListed,
    /// The timeline of an account, from its card.
    Timeline(AccountId),
    /// A page of the audit trail.
    Trail(TrailPart, TrailTurn),
    /// The menu of people whose timeline may be wanted.
    PickTrail(Since),
    /// Shows the card anew.
    ShowCard(AccountId),
    /// A button of the card.
    Card(CardAction, AccountId),
    /// Opens a form of a dialog.
    OpenForm(TextForm, DraftId),
    /// Opens a refused form again, with what was typed.
    ReopenForm(TextForm, DraftId),
    /// A form of a dialog.
    Form(TextForm, DraftId),
    /// The menu of people whom a dialog may mean.
    PickPerson(DraftId),
    /// The menu of kinds.
    PickKind(DraftId),
    /// The menu of ready reasons.
    PickReason(DraftId),
    /// The menu of verification methods.
    PickVerification(DraftId),
    /// A button that chooses a kind (E13).
    SetKind(SendKind, DraftId),
    /// The confirm.
    Confirm(DraftId),
    /// Ends the dialog.
    Cancel(DraftId),
    /// Approves a request.
    Approve(RequestId),
    /// Opens the form that asks why a request is denied.
    Deny(RequestId),
    /// That form.
    DenyForm(RequestId),
    /// Shows a request with the person's data in full.
    Details(RequestId),
    /// Shows a request.
    ShowRequest(RequestId),
    /// Takes a request back.
    CancelRequest(RequestId),
    /// A page of requests, those with smaller numbers.
    Requests(RequestFilter, i64),
    /// The menu of requests on a page.
    PickRequest,
    /// The menu of states; whether only the reader's own are meant.
    PickState(bool),
    /// The menu of members who shall be frozen or set free.
    PickMember(Frost),
    /// The form that asks why.
    FrostForm(Frost, MemberId),
}

impl fmt::Display for CustomId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{VERSION}:")?;
        match self {
            Self::FindPerson => f.write_str("find:0"),
            Self::FindPersonForm => f.write_str("find-form:0"),
            Self::PickCard => f.write_str("pick-card:0"),
            Self::Lists => f.write_str("lists:0"),
            Self::PickList => f.write_str("pick-list:0"),
            Self::List(list, Turn::After(position)) => {
                write!(f, "next-{}:{position}", list.code())
            }
            Self::List(list, Turn::Before(position)) => {
                write!(f, "prev-{}:{position}", list.code())
            }
            Self::PickListed => f.write_str("pick-listed:0"),
            Self::Timeline(account) => write!(f, "timeline:{account}"),
            Self::Trail(part, turn) => {
                let (way, number) = match turn {
                    TrailTurn::Older(number) => ("older", number),
                    TrailTurn::Newer(number) => ("newer", number),
                };
                write!(f, "trail-{}-{way}:", part.since.code())?;
                match part.account {
                    Some(account) => write!(f, "{account}.{number}"),
                    None => write!(f, "all.{number}"),
                }
            }
            Self::PickTrail(since) => write!(f, "pick-trail-{}:0", since.code()),
            Self::ShowCard(account) => write!(f, "show-card:{account}"),
            Self::Card(action, account) => write!(f, "card-{}:{account}", action.code()),
            Self::OpenForm(form, draft) => write!(f, "open-{}:{draft}", form.code()),
            Self::ReopenForm(form, draft) => write!(f, "reopen-{}:{draft}", form.code()),
            Self::Form(form, draft) => write!(f, "form-{}:{draft}", form.code()),
            Self::PickPerson(draft) => write!(f, "pick-person:{draft}"),
            Self::PickKind(draft) => write!(f, "pick-kind:{draft}"),
            Self::PickReason(draft) => write!(f, "pick-reason:{draft}"),
            Self::PickVerification(draft) => write!(f, "pick-verification:{draft}"),
            Self::SetKind(kind, draft) => write!(f, "kind-{}:{draft}", kind.code()),
            Self::Confirm(draft) => write!(f, "confirm:{draft}"),
            Self::Cancel(draft) => write!(f, "cancel:{draft}"),
            Self::Approve(request) => write!(f, "approve:{request}"),
            Self::Deny(request) => write!(f, "deny:{request}"),
            Self::DenyForm(request) => write!(f, "denial:{request}"),
            Self::Details(request) => write!(f, "details:{request}"),
            Self::ShowRequest(request) => write!(f, "show-request:{request}"),
            Self::CancelRequest(request) => write!(f, "take-back:{request}"),
            Self::Requests(filter, before) => {
                let whose = if filter.mine { "mine" } else { "seen" };
                write!(f, "{whose}-{}:{before}", filter.code())
            }
            Self::PickRequest => f.write_str("pick-request:0"),
            Self::PickState(true) => f.write_str("pick-state-mine:0"),
            Self::PickState(false) => f.write_str("pick-state-seen:0"),
            Self::PickMember(frost) => write!(f, "who-{}:0", frost.code()),
            Self::FrostForm(frost, member) => write!(f, "why-{}:{member}", frost.code()),
        }
    }
}

impl CustomId {
    /// Reads an id; `None` for one of another version, or that nothing here made.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (action, row) = text
            .strip_prefix(VERSION)?
            .strip_prefix(':')?
            .split_once(':')?;
        let account = || row.parse::<AccountId>().ok();
        let draft = || row.parse::<DraftId>().ok();
        let request = || row.parse::<RequestId>().ok();
        let form = |code: &str| TextForm::ALL.into_iter().find(|form| form.code() == code);
        Some(match action {
            "find" => Self::FindPerson,
            "find-form" => Self::FindPersonForm,
            "pick-card" => Self::PickCard,
            "lists" => Self::Lists,
            "pick-list" => Self::PickList,
            "pick-listed" => Self::PickListed,
            "timeline" => Self::Timeline(account()?),
            "show-card" => Self::ShowCard(account()?),
            "pick-person" => Self::PickPerson(draft()?),
            "pick-kind" => Self::PickKind(draft()?),
            "pick-reason" => Self::PickReason(draft()?),
            "pick-verification" => Self::PickVerification(draft()?),
            "confirm" => Self::Confirm(draft()?),
            "cancel" => Self::Cancel(draft()?),
            "approve" => Self::Approve(request()?),
            "deny" => Self::Deny(request()?),
            "denial" => Self::DenyForm(request()?),
            "details" => Self::Details(request()?),
            "show-request" => Self::ShowRequest(request()?),
            "take-back" => Self::CancelRequest(request()?),
            "pick-request" => Self::PickRequest,
            "pick-state-mine" => Self::PickState(true),
            "pick-state-seen" => Self::PickState(false),
            _ => match action.split_once('-')? {
                ("card", code) => Self::Card(
                    CardAction::ALL
                        .into_iter()
                        .find(|action| action.code() == code)?,
                    account()?,
                ),
                ("open", code) => Self::OpenForm(form(code)?, draft()?),
                ("reopen", code) => Self::ReopenForm(form(code)?, draft()?),
                ("form", code) => Self::Form(form(code)?, draft()?),
                ("next", code) => {
                    Self::List(PersonList::parse(code)?, Turn::After(Position::parse(row)?))
                }
                ("prev", code) => Self::List(
                    PersonList::parse(code)?,
                    Turn::Before(Position::parse(row)?),
                ),
                ("trail", code) => trail(code, row)?,
                ("pick", code) => Self::PickTrail(Since::parse(code.strip_prefix("trail-")?)?),
                ("mine", code) => {
                    Self::Requests(RequestFilter::parse(code, true)?, row.parse().ok()?)
                }
                ("seen", code) => {
                    Self::Requests(RequestFilter::parse(code, false)?, row.parse().ok()?)
                }
                ("who", code) => Self::PickMember(Frost::parse(code)?),
                ("why", code) => Self::FrostForm(Frost::parse(code)?, row.parse().ok()?),
                ("kind", code) => Self::SetKind(SendKind::parse(code)?, draft()?),
                _ => return None,
            },
        })
    }
}

/// Reads a page of the trail: how far back and which way, then whose rows and from which number on.
fn trail(code: &str, row: &str) -> Option<CustomId> {
    let (since, way) = code.split_once('-')?;
    let (account, number) = row.split_once('.')?;
    let account = match account {
        "all" => None,
        id => Some(id.parse().ok()?),
    };
    let number = number.parse().ok()?;
    let turn = match way {
        "older" => TrailTurn::Older(number),
        "newer" => TrailTurn::Newer(number),
        _ => return None,
    };
    let since = Since::parse(since)?;
    Some(CustomId::Trail(TrailPart { account, since }, turn))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::request::RequestState;

    #[test]
    fn every_id_is_short_and_reads_back() {
        let (account, draft) = (AccountId(i64::MAX), DraftId(i64::MAX));
        let mut ids = vec![
            CustomId::FindPerson,
            CustomId::FindPersonForm,
            CustomId::PickCard,
            CustomId::ShowCard(account),
            CustomId::PickPerson(draft),
            CustomId::PickKind(draft),
            CustomId::PickReason(draft),
            CustomId::PickVerification(draft),
            CustomId::Confirm(draft),
            CustomId::Cancel(draft),
            CustomId::Lists,
            CustomId::PickList,
            CustomId::PickListed,
        ];
        let position = Position {
            sort: 253_402_300_799_999,
            id: account,
        };
        ids.push(CustomId::Timeline(account));
        let request = RequestId(i64::MAX);
        ids.extend([
            CustomId::Approve(request),
            CustomId::Deny(request),
            CustomId::DenyForm(request),
            CustomId::Details(request),
            CustomId::ShowRequest(request),
            CustomId::CancelRequest(request),
            CustomId::PickRequest,
        ]);
        for mine in [true, false] {
            ids.push(CustomId::PickState(mine));
            for state in RequestState::ALL.map(Some).into_iter().chain([None]) {
                ids.push(CustomId::Requests(RequestFilter { state, mine }, i64::MAX));
            }
        }
        for frost in Frost::ALL {
            ids.push(CustomId::PickMember(frost));
            ids.push(CustomId::FrostForm(frost, MemberId(i64::MAX)));
        }
        for since in Since::ALL {
            ids.push(CustomId::PickTrail(since));
            for account in [None, Some(account)] {
                let part = TrailPart { account, since };
                ids.push(CustomId::Trail(part, TrailTurn::Older(i64::MAX)));
                ids.push(CustomId::Trail(part, TrailTurn::Newer(0)));
            }
        }
        for list in PersonList::ALL {
            ids.push(CustomId::List(list, Turn::After(position)));
            ids.push(CustomId::List(list, Turn::Before(position)));
        }
        ids.extend(CardAction::ALL.map(|action| CustomId::Card(action, account)));
        ids.extend(SendKind::ALL.map(|kind| CustomId::SetKind(kind, draft)));
        for form in TextForm::ALL {
            ids.extend([
                CustomId::OpenForm(form, draft),
                CustomId::ReopenForm(form, draft),
                CustomId::Form(form, draft),
            ]);
        }
        for id in ids {
            let text = id.to_string();
            assert!(text.len() <= 60, "{text}");
            assert_eq!(CustomId::parse(&text), Some(id), "{text}");
        }
    }

    #[test]
    fn foreign_ids_are_not_read() {
        for text in [
            "",
            "v0:confirm:1",
            "v1:confirm:",
            "v1:confirm:x",
            "v1:kind-gold:1",
            "v2:confirm:1",
            "confirm:1",
            "v1:nonsense:1",
        ] {
            assert_eq!(CustomId::parse(text), None, "{text:?}");
        }
    }
}
