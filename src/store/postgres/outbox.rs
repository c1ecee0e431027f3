//! Letters and their rows in the outbox: queued with the change, leased for sending, settled with the lease's token.

use jiff::Timestamp;
use sqlx::{PgConnection, PgPool};

use super::super::error::{Stop, from_sqlx};
use super::super::rows;
use super::super::values::{At, Columns as _};
use super::load::account_columns;
use crate::domain::ids::{CodeId, DeskId, LetterId};
use crate::domain::letter::{LetterFacts, LetterState, LetterStatus, NewLetter, Recipient};
use crate::ports::store::{Claim, Settlement, StoreError};

/// The letter, its codes and its row in the outbox, inside the transaction of the change that it tells of.
pub(super) async fn queue_letter(
    conn: &mut PgConnection,
    desk: DeskId,
    letter: &NewLetter,
) -> Result<(), Stop> {
    let (replaced_by, request) = match letter.recipient {
        Recipient::Current => (None, None),
        Recipient::Replaced(change) => (Some(change.0), None),
        Recipient::Mailbox(request) => (None, Some(request.0)),
    };
    let sql = "
        INSERT INTO letter (desk_id, id, identity, account_id, kind, replaced_by, request_id, tells_unlock, written_at,
            state)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'waiting')";
    let query = sqlx::query(sql)
        .bind(desk.0)
        .bind(letter.id.0)
        .bind(&letter.identity)
        .bind(letter.account.0);
    let query = query
        .bind(letter.kind.code())
        .bind(replaced_by)
        .bind(request)
        .bind(letter.tells_unlock)
        .bind(At(letter.at));
    query.execute(&mut *conn).await?;
    for (place, code) in (0_i64..).zip(&letter.codes) {
        let sql =
            "INSERT INTO letter_code (desk_id, letter_id, place, code_id) VALUES ($1, $2, $3, $4)";
        sqlx::query(sql)
            .bind(desk.0)
            .bind(letter.id.0)
            .bind(place)
            .bind(code.0)
            .execute(&mut *conn)
            .await?;
    }
    let sql = "
        INSERT INTO outbox (desk_id, kind, subject, state, attempts, next_attempt_at, lease_token)
        VALUES ($1, 'letter', $2, 'waiting', 0, $3, 0)";
    sqlx::query(sql)
        .bind(desk.0)
        .bind(letter.id.0)
        .bind(At(letter.at))
        .execute(conn)
        .await?;
    Ok(())
}

/// Leases due rows; the token rises with each lease, so that an old one proves nothing.
pub(super) async fn claim(
    conn: &mut PgConnection,
    now: Timestamp,
    lease_until: Timestamp,
    limit: u32,
) -> Result<Vec<Claim>, Stop> {
    let sql = "
        UPDATE outbox SET lease_token = lease_token + 1, lease_until = $2
        WHERE (desk_id, kind, subject) IN (
            SELECT desk_id, kind, subject FROM outbox
            WHERE kind = 'letter' AND state = 'waiting' AND COALESCE(lease_until, next_attempt_at) <= $1
            ORDER BY COALESCE(lease_until, next_attempt_at), subject LIMIT $3 FOR UPDATE SKIP LOCKED)
        RETURNING desk_id, subject, lease_token, attempts, next_attempt_at";
    let query = sqlx::query(sql)
        .bind(At(now))
        .bind(At(lease_until))
        .bind(i64::from(limit));
    let claimed = query.fetch_all(conn).await?;
    let mut claims = claimed
        .iter()
        .map(rows::claim)
        .collect::<Result<Vec<_>, _>>()?;
    claims.sort_by_key(|(due, claim)| (*due, claim.letter));
    Ok(claims.into_iter().map(|(_, claim)| claim).collect())
}

/// Ends a lease that is still ours.
pub(super) async fn settle(
    conn: &mut PgConnection,
    claim: &Claim,
    settlement: &Settlement,
    now: Timestamp,
) -> Result<bool, Stop> {
    match settlement {
        Settlement::Postponed { until, problem } => {
            let sql = "
                UPDATE outbox SET attempts = attempts + 1, next_attempt_at = $4, lease_until = NULL, problem = $5
                WHERE desk_id = $1 AND kind = 'letter' AND subject = $2 AND lease_token = $3 AND lease_until IS NOT NULL AND state = 'waiting'";
            let query = sqlx::query(sql)
                .bind(claim.desk.0)
                .bind(claim.letter.0)
                .bind(claim.token);
            Ok(query
                .bind(At(*until))
                .bind(problem)
                .execute(conn)
                .await?
                .rows_affected()
                == 1)
        }
        Settlement::Settled {
            state: LetterState::Waiting,
            ..
        } => {
            // nothing came to an end: the row is free again at once
            let sql = "
                UPDATE outbox SET next_attempt_at = $4, lease_until = NULL
                WHERE desk_id = $1 AND kind = 'letter' AND subject = $2 AND lease_token = $3 AND lease_until IS NOT NULL AND state = 'waiting'";
            let query = sqlx::query(sql)
                .bind(claim.desk.0)
                .bind(claim.letter.0)
                .bind(claim.token);
            Ok(query.bind(At(now)).execute(conn).await?.rows_affected() == 1)
        }
        Settlement::Settled { state, code_ends } => {
            if !leave(conn, claim, state).await? {
                return Ok(false);
            }
            finish_letter(conn, claim, state, code_ends).await?;
            Ok(true)
        }
    }
}

/// Takes the row out of the outbox, or marks it dead; false when the lease was lost.
async fn leave(conn: &mut PgConnection, claim: &Claim, state: &LetterState) -> Result<bool, Stop> {
    let sql = if matches!(state, LetterState::Dead(_)) {
        "UPDATE outbox SET state = 'dead', attempts = attempts + 1, lease_until = NULL
         WHERE desk_id = $1 AND kind = 'letter' AND subject = $2 AND lease_token = $3 AND lease_until IS NOT NULL AND state = 'waiting'"
    } else {
        "DELETE FROM outbox
         WHERE desk_id = $1 AND kind = 'letter' AND subject = $2 AND lease_token = $3 AND lease_until IS NOT NULL AND state = 'waiting'"
    };
    let query = sqlx::query(sql)
        .bind(claim.desk.0)
        .bind(claim.letter.0)
        .bind(claim.token);
    Ok(query.execute(conn).await?.rows_affected() == 1)
}

async fn finish_letter(
    conn: &mut PgConnection,
    claim: &Claim,
    state: &LetterState,
    code_ends: &[(CodeId, Timestamp)],
) -> Result<(), Stop> {
    let at = match state {
        LetterState::Waiting => return Ok(()),
        LetterState::Accepted(at)
        | LetterState::RecipientRefused(at)
        | LetterState::Dead(at)
        | LetterState::Void(at) => *at,
    };
    let sql = "UPDATE letter SET state = $3, settled_at = $4 WHERE desk_id = $1 AND id = $2 AND state = 'waiting'";
    let query = sqlx::query(sql)
        .bind(claim.desk.0)
        .bind(claim.letter.0)
        .bind(state.code())
        .bind(At(at));
    query.execute(&mut *conn).await?;
    if !matches!(state, LetterState::Accepted(_)) {
        return Ok(());
    }
    for (code, end) in code_ends {
        // the life counts from the first letter that was accepted (D1); a reminder extends nothing
        let sql = "UPDATE code SET sent_at = $3, expires_at = $4 WHERE desk_id = $1 AND id = $2 AND sent_at IS NULL";
        sqlx::query(sql)
            .bind(claim.desk.0)
            .bind(code.0)
            .bind(At(at))
            .bind(At(*end))
            .execute(&mut *conn)
            .await?;
    }
    Ok(())
}

/// When the next row is due; a leased one when its lease ends.
pub(super) async fn next_due(pool: &PgPool) -> Result<Option<Timestamp>, StoreError> {
    let sql = "
        SELECT COALESCE(lease_until, next_attempt_at) AS due FROM outbox
        WHERE kind = 'letter' AND state = 'waiting' ORDER BY COALESCE(lease_until, next_attempt_at) LIMIT 1";
    let row = sqlx::query(sql)
        .fetch_optional(pool)
        .await
        .map_err(from_sqlx)?;
    row.map(|row| row.at("due")).transpose()
}

/// All that a letter is written from, in one statement and so of one moment.
pub(super) async fn load_letter(
    pool: &PgPool,
    desk: DeskId,
    id: LetterId,
) -> Result<Option<LetterFacts>, StoreError> {
    let sql = concat!(
        "SELECT ",
        account_columns!(),
        ", l.id AS letter_id, l.identity, l.kind AS letter_kind, l.replaced_by, l.request_id, l.tells_unlock,
        l.written_at, r.number, r.state AS request_state, r.requested_at, r.expires_at AS request_expires_at,
        (SELECT c.replaced FROM address_change c WHERE c.desk_id = l.desk_id AND c.id = l.replaced_by) AS replaced,
        (SELECT COUNT(*) FROM letter_code lc WHERE lc.desk_id = l.desk_id AND lc.letter_id = l.id) AS code_count,
        (SELECT COALESCE(json_agg(json_build_object('id', c.id, 'account_id', c.account_id, 'kind', c.kind,
                'issued_at', unix_ms(c.issued_at), 'sent_at', unix_ms(c.sent_at),
                'expires_at', unix_ms(c.expires_at), 'bits', encode(c.bits, 'hex'), 'hash', c.hash)
                ORDER BY lc.place), '[]')::text
            FROM letter_code lc JOIN code c ON c.desk_id = lc.desk_id AND c.id = lc.code_id
            WHERE lc.desk_id = l.desk_id AND lc.letter_id = l.id AND c.used_at IS NULL AND c.revoked_at IS NULL) AS codes
        FROM letter l JOIN account a ON a.desk_id = l.desk_id AND a.id = l.account_id
            LEFT JOIN request r ON r.desk_id = l.desk_id AND r.id = l.request_id
        WHERE l.desk_id = $1 AND l.id = $2"
    );
    let row = sqlx::query(sql)
        .bind(desk.0)
        .bind(id.0)
        .fetch_optional(pool)
        .await
        .map_err(from_sqlx)?;
    row.as_ref().map(rows::letter_facts).transpose()
}

/// How far these letters have come, in the order of their keys.
pub(super) async fn load_letters(
    pool: &PgPool,
    desk: DeskId,
    ids: &[LetterId],
) -> Result<Vec<LetterStatus>, StoreError> {
    let sql = "
        SELECT id, kind, written_at, state, settled_at FROM letter
        WHERE desk_id = $1 AND id = ANY($2) ORDER BY id";
    let found = sqlx::query(sql)
        .bind(desk.0)
        .bind(ids.iter().map(|id| id.0).collect::<Vec<_>>())
        .fetch_all(pool)
        .await
        .map_err(from_sqlx)?;
    found.iter().map(rows::letter_status).collect()
}
