//! Requests: opened with a number, ended once, listed by state and sight; and who is frozen.

use jiff::Timestamp;
use sqlx::{PgConnection, PgPool};

use super::super::bulk::to_json;
use super::super::error::{Stop, expect_rows, from_sqlx};
use super::super::request_rows;
use super::super::values::{At, Columns as _};
use super::lists::{in_sight, scopes};
use super::load::account_columns;
use crate::domain::change::Freeze;
use crate::domain::ids::{AccountId, DeskId, MemberId, RequestId, Version};
use crate::domain::request::CardProblem;
use crate::domain::request_life::{DueStep, Ended, NewRequest};
use crate::ports::store::{RequestFacts, RequestQuery, StoreError};

/// The columns that a request is read from, and their tables: `r`, its account `a`, its decision `d`.
macro_rules! requests_from {
    () => {
        "r.id AS request_id, r.version AS request_version, r.number, r.account_id, r.requester_id, r.requester_role,
        r.action::text AS action, r.old::text AS old, r.rule, r.flags::text AS flags, r.asked_in, r.state AS request_state, r.failure, r.requested_at,
        r.expires_at, r.settled_at, r.reminded_at, r.mailed_at, r.message_channel, r.message_id, r.card_problem,
        d.decider_id, d.role_id AS decider_role, d.approves, d.reason::text AS decision_reason, d.decided_at
        FROM request r JOIN account a ON a.desk_id = r.desk_id AND a.id = r.account_id
            LEFT JOIN decisions d ON d.desk_id = r.desk_id AND d.request_id = r.id"
    };
}

/// A new request with the desk's next number, unless its requester was frozen meanwhile.
pub(super) async fn open(
    conn: &mut PgConnection,
    desk: DeskId,
    request: &NewRequest,
) -> Result<(), Stop> {
    let number = next_number(conn, desk, "request").await?;
    let sql = "
        INSERT INTO request (desk_id, id, version, number, account_id, requester_id, requester_role, action, old, rule,
            flags, asked_in, state, requested_at, expires_at, next_step_at, card_problem)
        SELECT $1, $2, 1, $3, $4, $5, $6, $7::jsonb, $8::jsonb, $9, $10::jsonb, $11, 'requested', $12, $13, $14, $15
        WHERE NOT EXISTS (SELECT 1 FROM frozen_member WHERE desk_id = $1 AND member_id = $5)";
    let query = sqlx::query(sql)
        .bind(desk.0)
        .bind(request.id.0)
        .bind(number)
        .bind(request.account.0)
        .bind(request.requester.member.map(|member| member.0))
        .bind(request.requester.role.map(|role| role.0))
        .bind(to_json(&request.order)?)
        .bind(to_json(&request.old)?)
        .bind(request.rule.code());
    let query = query
        .bind(to_json(&request.flags)?)
        .bind(request.asked_in.map(|channel| channel.0))
        .bind(At(request.at))
        .bind(At(request.expires_at))
        .bind(At(request.next_step_at))
        .bind(request.card_problem().map(CardProblem::code));
    expect_rows(query.execute(conn).await?.rows_affected(), 1)
}

/// The next number for people; a number given by a change that is rolled back is given again.
async fn next_number(conn: &mut PgConnection, desk: DeskId, kind: &str) -> Result<i64, Stop> {
    let sql = "
        INSERT INTO counter (desk_id, kind, value) VALUES ($1, $2, 1)
        ON CONFLICT (desk_id, kind) DO UPDATE SET value = counter.value + 1 RETURNING value";
    let row = sqlx::query(sql)
        .bind(desk.0)
        .bind(kind)
        .fetch_one(conn)
        .await?;
    Ok(row.int("value")?)
}

/// The one conditional write that decides: whoever comes second finds another version (R07).
pub(super) async fn end(conn: &mut PgConnection, desk: DeskId, ended: &Ended) -> Result<(), Stop> {
    let sql = "
        UPDATE request SET version = version + 1, state = $4, failure = $5, settled_at = $6, next_step_at = NULL
        WHERE desk_id = $1 AND id = $2 AND version = $3 AND settled_at IS NULL";
    let query = sqlx::query(sql)
        .bind(desk.0)
        .bind(ended.id.0)
        .bind(ended.expected.0);
    let query = query
        .bind(ended.state.code())
        .bind(ended.failure)
        .bind(At(ended.at));
    expect_rows(query.execute(&mut *conn).await?.rows_affected(), 1)?;
    let Some(decision) = &ended.decision else {
        return Ok(());
    };
    let sql = "
        INSERT INTO decisions (desk_id, request_id, decider_id, role_id, approves, reason, decided_at)
        VALUES ($1, $2, $3, $4, $5, $6::jsonb, $7)";
    let query = sqlx::query(sql)
        .bind(desk.0)
        .bind(ended.id.0)
        .bind(decision.decider.0)
        .bind(decision.role.map(|role| role.0));
    let reason = decision.reason.as_ref().map(to_json).transpose()?;
    let query = query
        .bind(decision.approves)
        .bind(reason)
        .bind(At(decision.at));
    query.execute(conn).await?;
    Ok(())
}

/// Notes what fell due while the request waits.
pub(super) async fn note(
    conn: &mut PgConnection,
    (desk, at): (DeskId, Timestamp),
    (id, expected): (RequestId, Version),
    (step, next_step_at): (Option<DueStep>, Timestamp),
) -> Result<(), Stop> {
    let (reminded, mailed) = (step == Some(DueStep::Remind), step == Some(DueStep::Mail));
    let sql = "
        UPDATE request SET version = version + 1, next_step_at = $4,
            reminded_at = CASE WHEN $5 THEN $7 ELSE reminded_at END,
            mailed_at = CASE WHEN $6 THEN $7 ELSE mailed_at END
        WHERE desk_id = $1 AND id = $2 AND version = $3 AND settled_at IS NULL";
    let query = sqlx::query(sql).bind(desk.0).bind(id.0).bind(expected.0);
    let query = query
        .bind(At(next_step_at))
        .bind(reminded)
        .bind(mailed)
        .bind(At(at));
    expect_rows(query.execute(conn).await?.rows_affected(), 1)
}

/// Freezes a helper who is not frozen, and of whom exactly so many requests wait. Whoever opens a request takes the
/// desk's number first, so that none slips in between.
pub(super) async fn freeze(
    conn: &mut PgConnection,
    (desk, at): (DeskId, Timestamp),
    freeze: &Freeze,
) -> Result<(), Stop> {
    let sql = "
        INSERT INTO counter (desk_id, kind, value) VALUES ($1, 'request', 0)
        ON CONFLICT (desk_id, kind) DO UPDATE SET value = counter.value";
    sqlx::query(sql).bind(desk.0).execute(&mut *conn).await?;
    let sql = "
        INSERT INTO frozen_member (desk_id, member_id, frozen_by, frozen_at, reason)
        SELECT $1, $2, $3, $4, $5::jsonb WHERE $6 = (
            SELECT COUNT(*) FROM request WHERE desk_id = $1 AND requester_id = $2 AND settled_at IS NULL)
        ON CONFLICT DO NOTHING";
    let query = sqlx::query(sql)
        .bind(desk.0)
        .bind(freeze.member.0)
        .bind(freeze.by.0)
        .bind(At(at))
        .bind(to_json(&freeze.reason)?);
    let waiting = i64::try_from(freeze.waiting).unwrap_or(i64::MAX);
    expect_rows(query.bind(waiting).execute(conn).await?.rows_affected(), 1)
}

/// Sets a frozen helper free.
pub(super) async fn unfreeze(
    conn: &mut PgConnection,
    desk: DeskId,
    member: MemberId,
) -> Result<(), Stop> {
    let sql = "DELETE FROM frozen_member WHERE desk_id = $1 AND member_id = $2";
    let done = sqlx::query(sql)
        .bind(desk.0)
        .bind(member.0)
        .execute(conn)
        .await?;
    expect_rows(done.rows_affected(), 1)
}

/// Whether a helper is frozen.
pub(super) async fn is_frozen(
    pool: &PgPool,
    desk: DeskId,
    member: MemberId,
) -> Result<bool, StoreError> {
    let sql = "SELECT member_id FROM frozen_member WHERE desk_id = $1 AND member_id = $2";
    let row = sqlx::query(sql)
        .bind(desk.0)
        .bind(member.0)
        .fetch_optional(pool)
        .await;
    Ok(row.map_err(from_sqlx)?.is_some())
}

/// A request with its account.
pub(super) async fn load(
    pool: &PgPool,
    desk: DeskId,
    id: RequestId,
) -> Result<Option<RequestFacts>, StoreError> {
    let sql = concat!(
        "SELECT ",
        account_columns!(),
        ", ",
        requests_from!(),
        " WHERE r.desk_id = $1 AND r.id = $2"
    );
    let row = sqlx::query(sql)
        .bind(desk.0)
        .bind(id.0)
        .fetch_optional(pool)
        .await
        .map_err(from_sqlx)?;
    row.as_ref().map(request_rows::request_facts).transpose()
}

/// Requests by state or in all, newest first: a member's own and those about accounts in a sight.
pub(super) async fn list(
    pool: &PgPool,
    desk: DeskId,
    query: &RequestQuery,
) -> Result<Vec<RequestFacts>, StoreError> {
    let of_state = concat!(
        "SELECT ",
        account_columns!(),
        ", ",
        requests_from!(),
        " WHERE r.desk_id = $1 AND r.number < $4 AND r.state = $6 AND (r.requester_id = $3 OR ",
        in_sight!(),
        ") ORDER BY r.number DESC LIMIT $5"
    );
    let of_all = concat!(
        "SELECT ",
        account_columns!(),
        ", ",
        requests_from!(),
        " WHERE r.desk_id = $1 AND r.number < $4 AND (r.requester_id = $3 OR ",
        in_sight!(),
        ") ORDER BY r.number DESC LIMIT $5"
    );
    let under = match &query.about {
        Some(sight) => scopes(sight),
        None => Some(Vec::new()),
    };
    let sql = if query.state.is_some() {
        of_state
    } else {
        of_all
    };
    let asked = sqlx::query(sql)
        .bind(desk.0)
        .bind(under)
        .bind(query.by.0)
        .bind(query.before)
        .bind(i64::from(query.limit));
    let asked = match query.state {
        Some(state) => asked.bind(state.code()),
        None => asked,
    };
    let found = asked.fetch_all(pool).await.map_err(from_sqlx)?;
    found.iter().map(request_rows::request_facts).collect()
}

/// Requests about the account, and other persons whom the member asked for, since a time.
pub(super) async fn counts(
    pool: &PgPool,
    desk: DeskId,
    account: AccountId,
    by: MemberId,
    since: Timestamp,
) -> Result<(u32, u32), StoreError> {
    let sql = "
        SELECT (SELECT COUNT(*) FROM request
                WHERE desk_id = $1 AND account_id = $2 AND requested_at > $4) AS for_person,
            (SELECT COUNT(DISTINCT account_id) FROM request
                WHERE desk_id = $1 AND requester_id = $3 AND requested_at > $4 AND account_id <> $2) AS persons";
    let query = sqlx::query(sql).bind(desk.0).bind(account.0).bind(by.0);
    let row = query
        .bind(At(since))
        .fetch_one(pool)
        .await
        .map_err(from_sqlx)?;
    let count = |of: i64| u32::try_from(of).unwrap_or(u32::MAX);
    Ok((count(row.int("for_person")?), count(row.int("persons")?)))
}

/// Waiting requests of these desks for which something is due.
pub(super) async fn due(
    pool: &PgPool,
    desks: &[DeskId],
    now: Timestamp,
    limit: u32,
) -> Result<Vec<(DeskId, RequestId)>, StoreError> {
    let ids: Vec<i64> = desks.iter().map(|desk| desk.0).collect();
    let sql = "
        SELECT desk_id, id FROM request WHERE state = 'requested' AND next_step_at <= $1
            AND desk_id = ANY($3) ORDER BY next_step_at LIMIT $2";
    let query = sqlx::query(sql).bind(At(now)).bind(i64::from(limit));
    let found = query.bind(ids).fetch_all(pool).await.map_err(from_sqlx)?;
    found
        .iter()
        .map(|row| Ok((DeskId(row.int("desk_id")?), RequestId(row.int("id")?))))
        .collect()
}

/// Keeps where the card stands.
pub(super) async fn posted(
    conn: &mut PgConnection,
    (desk, id): (DeskId, RequestId),
    (channel, message): (i64, i64),
) -> Result<(), Stop> {
    let sql = "
        UPDATE request SET message_channel = $3, message_id = $4, card_problem = NULL WHERE desk_id = $1 AND id = $2";
    let query = sqlx::query(sql).bind(desk.0).bind(id.0);
    query.bind(channel).bind(message).execute(conn).await?;
    Ok(())
}

/// The card that stood there is gone; another one, posted meanwhile, is not.
pub(super) async fn forget_card(
    conn: &mut PgConnection,
    (desk, id): (DeskId, RequestId),
    message: i64,
) -> Result<(), Stop> {
    let sql = "
        UPDATE request SET message_channel = NULL, message_id = NULL
        WHERE desk_id = $1 AND id = $2 AND message_id = $3";
    let query = sqlx::query(sql).bind(desk.0).bind(id.0);
    query.bind(message).execute(conn).await?;
    Ok(())
}

/// Keeps why there is no card, or that there is one.
pub(super) async fn card_problem(
    conn: &mut PgConnection,
    (desk, id): (DeskId, RequestId),
    problem: Option<&str>,
) -> Result<(), Stop> {
    let sql = "UPDATE request SET card_problem = $3 WHERE desk_id = $1 AND id = $2";
    let query = sqlx::query(sql).bind(desk.0).bind(id.0);
    query.bind(problem).execute(conn).await?;
    Ok(())
}
