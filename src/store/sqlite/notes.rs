//! Messages about requests in the outbox: queued with the change, leased for delivery, settled with the lease's token.

use jiff::Timestamp;
use sqlx::{SqliteConnection, SqlitePool};

use super::super::error::{Stop, from_sqlx};
use super::super::request_rows;
use super::super::values::{At, Columns as _};
use super::requests;
use crate::domain::ids::{DeskId, RequestId};
use crate::domain::note::NoteKind;
use crate::ports::store::{NoteClaim, NoteSettlement, StoreError};

/// Asks that a message be posted or brought up to date; one that is on its way goes once more afterwards.
pub(super) async fn queue(
    conn: &mut SqliteConnection,
    (desk, at): (DeskId, Timestamp),
    kind: NoteKind,
    request: RequestId,
) -> Result<(), Stop> {
    let sql = "
        INSERT INTO outbox (desk_id, kind, subject, state, attempts, next_attempt_at, lease_token)
        VALUES ($1, $2, $3, 'waiting', 0, $4, 0)
        ON CONFLICT (desk_id, kind, subject) DO UPDATE SET state = 'waiting', attempts = 0,
            next_attempt_at = excluded.next_attempt_at, again = outbox.lease_until IS NOT NULL";
    let query = sqlx::query(sql).bind(desk.0).bind(kind.code());
    query.bind(request.0).bind(At(at)).execute(conn).await?;
    Ok(())
}

/// Leases due rows; the token rises with each lease, so that an old one proves nothing.
pub(super) async fn claim(
    conn: &mut SqliteConnection,
    now: Timestamp,
    lease_until: Timestamp,
    limit: u32,
) -> Result<Vec<NoteClaim>, Stop> {
    let sql = "
        UPDATE outbox SET lease_token = lease_token + 1, lease_until = $2, again = FALSE,
            first_claimed_at = COALESCE(first_claimed_at, $1)
        WHERE (desk_id, kind, subject) IN (
            SELECT desk_id, kind, subject FROM outbox
            WHERE kind IN ('card', 'reminder', 'answer') AND state = 'waiting'
                AND COALESCE(lease_until, next_attempt_at) <= $1
            ORDER BY COALESCE(lease_until, next_attempt_at), subject LIMIT $3)
        RETURNING desk_id, kind, subject, lease_token, attempts, next_attempt_at, first_claimed_at";
    let query = sqlx::query(sql)
        .bind(At(now))
        .bind(At(lease_until))
        .bind(i64::from(limit));
    let claimed = query.fetch_all(conn).await?;
    let mut claims = claimed
        .iter()
        .map(request_rows::note_claim)
        .collect::<Result<Vec<_>, _>>()?;
    claims.sort_by_key(|(due, claim)| (*due, claim.request, claim.kind));
    Ok(claims.into_iter().map(|(_, claim)| claim).collect())
}

/// Ends a lease that is still ours.
pub(super) async fn settle(
    conn: &mut SqliteConnection,
    claim: &NoteClaim,
    settlement: &NoteSettlement,
    now: Timestamp,
) -> Result<bool, Stop> {
    let place = (claim.desk, claim.request);
    let is_card = claim.kind == NoteKind::Card;
    match settlement {
        NoteSettlement::Posted(posted) => {
            let at = (posted.channel.0, posted.message.0);
            // where the card stands is true whoever found out
            requests::posted(conn, place, at).await?;
            finish(conn, claim, now).await
        }
        NoteSettlement::Done => {
            if is_card {
                requests::card_problem(conn, place, None).await?;
            }
            finish(conn, claim, now).await
        }
        NoteSettlement::Gone(posted) => {
            requests::forget_card(conn, place, posted.message.0).await?;
            wait(conn, claim, (now, "the card is gone"), 0).await
        }
        NoteSettlement::Blocked { problem, until } => {
            if is_card {
                requests::card_problem(conn, place, Some(problem.code())).await?;
            }
            // it is the operator's turn, so it counts against nothing
            wait(conn, claim, (*until, problem.code()), 0).await
        }
        NoteSettlement::Postponed { until, problem } => {
            wait(conn, claim, (*until, problem), 1).await
        }
        NoteSettlement::Dead { problem } => dead(conn, claim, (now, problem)).await,
    }
}

type Query<'q> = sqlx::query::Query<'q, sqlx::Sqlite, sqlx::sqlite::SqliteArguments>;

fn ours<'q>(query: Query<'q>, claim: &NoteClaim) -> Query<'q> {
    query
        .bind(claim.desk.0)
        .bind(claim.kind.code())
        .bind(claim.request.0)
        .bind(claim.token)
}

/// The row leaves the outbox, or is free again at once if it was asked for meanwhile.
async fn finish(
    conn: &mut SqliteConnection,
    claim: &NoteClaim,
    now: Timestamp,
) -> Result<bool, Stop> {
    let sql = "
        DELETE FROM outbox WHERE desk_id = $1 AND kind = $2 AND subject = $3 AND lease_token = $4
            AND lease_until IS NOT NULL AND NOT again";
    if ours(sqlx::query(sql), claim)
        .execute(&mut *conn)
        .await?
        .rows_affected()
        == 1
    {
        return Ok(true);
    }
    let sql = "
        UPDATE outbox SET next_attempt_at = $5, lease_until = NULL, first_claimed_at = NULL, again = FALSE
        WHERE desk_id = $1 AND kind = $2 AND subject = $3 AND lease_token = $4 AND lease_until IS NOT NULL AND again";
    let done = ours(sqlx::query(sql), claim)
        .bind(At(now))
        .execute(conn)
        .await?;
    Ok(done.rows_affected() == 1)
}

async fn wait(
    conn: &mut SqliteConnection,
    claim: &NoteClaim,
    (until, problem): (Timestamp, &str),
    failed: i64,
) -> Result<bool, Stop> {
    let sql = "
        UPDATE outbox SET attempts = attempts + $7, next_attempt_at = $5, lease_until = NULL, problem = $6
        WHERE desk_id = $1 AND kind = $2 AND subject = $3 AND lease_token = $4 AND lease_until IS NOT NULL";
    let query = ours(sqlx::query(sql), claim).bind(At(until)).bind(problem);
    let done = query.bind(failed).execute(conn).await?;
    Ok(done.rows_affected() == 1)
}

/// Given up after many attempts; one that was asked for meanwhile begins anew.
async fn dead(
    conn: &mut SqliteConnection,
    claim: &NoteClaim,
    (now, problem): (Timestamp, &str),
) -> Result<bool, Stop> {
    let sql = "
        UPDATE outbox SET state = CASE WHEN again THEN 'waiting' ELSE 'dead' END,
            attempts = CASE WHEN again THEN 0 ELSE attempts + 1 END,
            next_attempt_at = CASE WHEN again THEN $5 ELSE next_attempt_at END,
            lease_until = NULL, again = FALSE, problem = $6
        WHERE desk_id = $1 AND kind = $2 AND subject = $3 AND lease_token = $4 AND lease_until IS NOT NULL";
    let query = ours(sqlx::query(sql), claim).bind(At(now)).bind(problem);
    Ok(query.execute(conn).await?.rows_affected() == 1)
}

/// When the next row is due; a leased one when its lease ends.
pub(super) async fn next_due(pool: &SqlitePool) -> Result<Option<Timestamp>, StoreError> {
    let sql = "
        SELECT COALESCE(lease_until, next_attempt_at) AS due FROM outbox
        WHERE kind IN ('card', 'reminder', 'answer') AND state = 'waiting'
        ORDER BY COALESCE(lease_until, next_attempt_at) LIMIT 1";
    let row = sqlx::query(sql)
        .fetch_optional(pool)
        .await
        .map_err(from_sqlx)?;
    row.map(|row| row.at("due")).transpose()
}
