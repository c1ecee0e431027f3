//! `/audit` and the card's timeline: pages of the trail for auditors and superusers, each read audited (R33).

use std::collections::BTreeMap;

use crate::domain::access::Sight;
use crate::domain::audit::{Actor, AuditAction, AuditEvent, AuditResult};
use crate::domain::desk::Desk;
use crate::domain::ids::AccountId;
use crate::domain::outcome::Outcome;
use crate::domain::refusal::Refusal;
use crate::domain::supply::Supply as _;
use crate::domain::trail::{
    PAGE, Since, TrailPage, TrailPart, TrailReader, TrailRow, TrailTurn, WALK,
};
use crate::ports::store::{StoreError, TrailOf};
use crate::ports::supply::SystemSupply;
use crate::service::call::Call;
use crate::service::caller::Refused;
use crate::service::find_person::Found;
use crate::service::{Service, ServiceError};

/// Walks of one page through rows that are mostly out of sight; the next page goes on from there.
const WALKS: usize = 20;

impl Service {
    /// `/audit`.
    pub(super) async fn audit(
        &self,
        call: &Call,
        desk: &Desk,
        user: Option<&str>,
        since: Since,
    ) -> Result<Outcome, ServiceError> {
        let reader = match TrailReader::of(desk, &call.member) {
            Ok(reader) => reader,
            Err(refusal) => return self.refuse_trail(call, None, refusal).await,
        };
        let account = match user {
            None => None,
            Some(user) => match self.find_in_sight(desk.id, reader.sight(), user).await? {
                Found::One(account) => Some(account),
                Found::Several(people) => return Ok(Outcome::AskTrail { people, since }),
                Found::Nobody => {
                    return self.refuse_trail(call, None, Refusal::PersonNotFound).await;
                }
            },
        };
        self.trail(call, desk, TrailPart { account, since }, TrailTurn::FIRST)
            .await
    }

    /// A page of the trail, with an audit row of the view.
    pub(super) async fn trail(
        &self,
        call: &Call,
        desk: &Desk,
        part: TrailPart,
        turn: TrailTurn,
    ) -> Result<Outcome, ServiceError> {
        let now = self.clock.now();
        let reader = match TrailReader::of(desk, &call.member) {
            Ok(reader) => reader,
            Err(refusal) => return self.refuse_trail(call, part.account, refusal).await,
        };
        let (of, person) = match part.account {
            None => (TrailOf::Sight(reader.sight().clone()), None),
            Some(id) => {
                let facts = self.store.load_account(desk.id, id, None, now).await?;
                let Some(facts) = facts.filter(|facts| reader.sees(&facts.account)) else {
                    return self.refuse_trail(call, None, Refusal::PersonNotFound).await;
                };
                let data = facts.account.data;
                (TrailOf::Account(id), Some((data.given_name, data.surname)))
            }
        };
        let (rows, looked_to) = self.walk(desk, &of, turn).await?;
        let page = TrailPage {
            person,
            ..TrailPage::of(part, turn, rows, looked_to, now)
        };
        let shown = match turn {
            TrailTurn::FIRST => "first".to_owned(),
            TrailTurn::Older(number) => format!("before {number}"),
            TrailTurn::Newer(number) => format!("after {number}"),
        };
        let event = AuditEvent {
            account: part.account,
            detail: BTreeMap::from([
                ("since", part.since.code().to_owned()),
                ("page", shown),
                ("count", page.rows.len().to_string()),
            ]),
            ..AuditEvent::new(
                now,
                reader.actor(),
                (AuditAction::ViewTimeline, AuditResult::Viewed),
                SystemSupply::draw(now)?.bits(),
            )
        };
        let outcome = Outcome::Trail(Box::new(page));
        self.recorded(call, desk.id, event, outcome).await
    }

    /// One row more than a page in the turn's direction, and how far was looked when there may be more beyond.
    async fn walk(
        &self,
        desk: &Desk,
        of: &TrailOf,
        turn: TrailTurn,
    ) -> Result<(Vec<TrailRow>, Option<i64>), StoreError> {
        let limit = u32::try_from(PAGE).unwrap_or(u32::MAX).saturating_add(1);
        if !matches!(of, TrailOf::Sight(Sight::Scopes(_))) {
            return Ok((self.store.list_trail(desk.id, of, turn, limit).await?, None));
        }
        let head = TrailOf::Sight(Sight::WholeDesk);
        let newest = self
            .store
            .list_trail(desk.id, &head, TrailTurn::FIRST, 1)
            .await?;
        let newest = newest.first().map_or(0, |row| row.row.number);
        let mut rows: Vec<TrailRow> = Vec::new();
        let mut turn = match turn {
            TrailTurn::Older(number) => TrailTurn::Older(number.min(newest.saturating_add(1))),
            newer @ TrailTurn::Newer(_) => newer,
        };
        // numbers have no gaps, so a walk ends where it began, less or more its length
        for _ in 0..WALKS {
            let mut more = self.store.list_trail(desk.id, of, turn, limit).await?;
            let at_end;
            (turn, at_end) = match turn {
                TrailTurn::Older(number) => {
                    rows.append(&mut more);
                    let number = number.saturating_sub(WALK);
                    (TrailTurn::Older(number), number <= 1)
                }
                TrailTurn::Newer(number) => {
                    more.append(&mut rows);
                    rows = more;
                    let number = number.saturating_add(WALK);
                    (TrailTurn::Newer(number), number >= newest)
                }
            };
            if rows.len() > PAGE || at_end {
                return Ok((rows, None));
            }
        }
        let looked_to = match turn {
            TrailTurn::Older(number) => Some(number),
            TrailTurn::Newer(_) => None,
        };
        Ok((rows, looked_to))
    }

    pub(super) async fn refuse_trail(
        &self,
        call: &Call,
        account: Option<AccountId>,
        refusal: Refusal,
    ) -> Result<Outcome, ServiceError> {
        let actor = Actor {
            member: Some(call.member.id),
            role: None,
        };
        let refused = Refused {
            actor,
            action: AuditAction::ViewTimeline,
            account,
            refusal,
        };
        self.refuse(call, refused).await
    }
}
