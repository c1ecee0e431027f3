//! Rows of requests and of messages about them as the domain's values, the same for both databases.

use jiff::Timestamp;

use super::rows::{account, json, known, known_if};
use super::values::Columns;
use crate::domain::audit::Actor;
use crate::domain::ids::{
    AccountId, ChannelId, DeskId, MemberId, MessageId, RequestId, RoleId, Version,
};
use crate::domain::note::NoteKind;
use crate::domain::request::{ApprovalRule, CardProblem, Decision, Posted, Request, RequestState};
use crate::ports::store::{NoteClaim, RequestFacts, StoreError};

const TABLE: &str = "request";

/// A request with its account: the account's columns, the request's own beside them.
pub(super) fn request_facts(row: &impl Columns) -> Result<RequestFacts, StoreError> {
    Ok(RequestFacts {
        request: request(row)?,
        account: account(row)?,
    })
}

fn request(row: &impl Columns) -> Result<Request, StoreError> {
    let id = row.int("request_id")?;
    let rule = ApprovalRule::parse(&row.text("rule")?);
    let state = RequestState::parse(&row.text("request_state")?);
    let place = (row.opt_int("message_channel")?, row.opt_int("message_id")?);
    let posted = match place {
        (Some(channel), Some(message)) => Some(Posted {
            channel: ChannelId(channel),
            message: MessageId(message),
        }),
        _ => None,
    };
    Ok(Request {
        id: RequestId(id),
        version: Version(row.int("request_version")?),
        number: row.int("number")?,
        account: AccountId(row.int("account_id")?),
        order: json(&row.text("action")?, TABLE, "action", id)?,
        old: json(&row.text("old")?, TABLE, "old", id)?,
        rule: known(rule, TABLE, "rule", id)?,
        requester: Actor {
            member: row.opt_int("requester_id")?.map(MemberId),
            role: row.opt_int("requester_role")?.map(RoleId),
        },
        asked_in: row.opt_int("asked_in")?.map(ChannelId),
        flags: json(&row.text("flags")?, TABLE, "flags", id)?,
        requested_at: row.at("requested_at")?,
        expires_at: row.at("expires_at")?,
        state: known(state, TABLE, "state", id)?,
        settled_at: row.opt_at("settled_at")?,
        failure: row.opt_text("failure")?,
        decision: decision(row, id)?,
        reminded_at: row.opt_at("reminded_at")?,
        mailed_at: row.opt_at("mailed_at")?,
        posted,
        card_problem: known_if(
            row.opt_text("card_problem")?,
            CardProblem::parse,
            (TABLE, "card_problem", id),
        )?,
    })
}

fn decision(row: &impl Columns, id: i64) -> Result<Option<Decision>, StoreError> {
    let Some(decider) = row.opt_int("decider_id")? else {
        return Ok(None);
    };
    let reason = row
        .opt_text("decision_reason")?
        .map(|text| json(&text, "decisions", "reason", id))
        .transpose()?;
    Ok(Some(Decision {
        decider: MemberId(decider),
        role: row.opt_int("decider_role")?.map(RoleId),
        approves: row.flag("approves")?,
        reason,
        at: row.at("decided_at")?,
    }))
}

/// A leased row of the outbox, with the time by which rows are ordered.
pub(super) fn note_claim(row: &impl Columns) -> Result<(Timestamp, NoteClaim), StoreError> {
    let id = row.int("subject")?;
    let kind = NoteKind::parse(&row.text("kind")?);
    let attempts = u32::try_from(row.int("attempts")?).ok();
    let claim = NoteClaim {
        desk: DeskId(row.int("desk_id")?),
        kind: known(kind, "outbox", "kind", id)?,
        request: RequestId(id),
        token: row.int("lease_token")?,
        attempts: known(attempts, "outbox", "attempts", id)?,
        since: row.at("first_claimed_at")?,
    };
    Ok((row.at("next_attempt_at")?, claim))
}
