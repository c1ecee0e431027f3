//! The audit trail: the last statements of every change (R29), and reading it.

use sqlx::{PgConnection, PgPool};

use super::super::error::{Stop, from_sqlx};
use super::super::rows;
use super::super::values::{At, Columns as _};
use crate::domain::audit::{AuditEvent, AuditRow, CHAIN_START};
use crate::domain::ids::{DeskId, InteractionId};
use crate::ports::store::{StoreError, StoredAudit};

/// Adds the events to the desk's chain, inside the transaction of the change that they tell of.
pub(super) async fn append(
    conn: &mut PgConnection,
    desk: DeskId,
    interaction: Option<InteractionId>,
    events: &[AuditEvent],
) -> Result<(), Stop> {
    if events.is_empty() {
        return Ok(());
    }
    let (last, mut hash) = head(conn, desk, events.len()).await?;
    let first = last
        .saturating_sub(i64::try_from(events.len()).unwrap_or(i64::MAX))
        .saturating_add(1);
    for (number, event) in (first..).zip(events) {
        let row = AuditRow::of(event, number, interaction);
        hash = row.hash(&hash);
        insert(conn, desk, (&row, &hash), event).await?;
    }
    let sql = "UPDATE audit_head SET hash = $2 WHERE desk_id = $1";
    sqlx::query(sql)
        .bind(desk.0)
        .bind(hash.as_slice())
        .execute(conn)
        .await?;
    Ok(())
}

/// Takes so many numbers and locks the head until the transaction ends; gives the last one and the former hash.
async fn head(
    conn: &mut PgConnection,
    desk: DeskId,
    events: usize,
) -> Result<(i64, [u8; 32]), Stop> {
    let sql = "
        INSERT INTO audit_head (desk_id, number, hash) VALUES ($1, $2, $3)
        ON CONFLICT (desk_id) DO UPDATE SET number = audit_head.number + $2 RETURNING number, hash";
    let query = sqlx::query(sql)
        .bind(desk.0)
        .bind(i64::try_from(events).unwrap_or(i64::MAX));
    let row = query.bind(CHAIN_START.as_slice()).fetch_one(conn).await?;
    let number = row.int("number")?;
    Ok((
        number,
        rows::fixed(row.opt_bytes("hash")?, ("audit_head", "hash"), number)?,
    ))
}

async fn insert(
    conn: &mut PgConnection,
    desk: DeskId,
    (row, hash): (&AuditRow, &[u8; 32]),
    event: &AuditEvent,
) -> Result<(), Stop> {
    let sql = "
        WITH detail AS (INSERT INTO audit_detail (desk_id, number, salt, detail) VALUES ($1, $2, $16, $17))
        INSERT INTO audit (desk_id, number, at, interaction_id, member_id, role_id, approver_id, action, account_id,
            verification, result, failure, version, commitment, hash)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)";
    sqlx::query(sql)
        .bind(desk.0)
        .bind(row.number)
        .bind(At(row.at))
        .bind(row.interaction.map(|id| id.0))
        .bind(row.actor.member.map(|id| id.0))
        .bind(row.actor.role.map(|id| id.0))
        .bind(row.approver.map(|id| id.0))
        .bind(&row.action)
        .bind(row.account.map(|id| id.0))
        .bind(&row.verification)
        .bind(&row.result)
        .bind(&row.failure)
        .bind(row.version.map(|version| version.0))
        .bind(row.commitment.as_slice())
        .bind(hash.as_slice())
        .bind(event.salt.as_slice())
        .bind(event.detail_text())
        .execute(conn)
        .await?;
    Ok(())
}

/// Rows after a number, in order, with their detail unless it was erased.
pub(super) async fn list(
    pool: &PgPool,
    desk: DeskId,
    after: i64,
    limit: u32,
) -> Result<Vec<StoredAudit>, StoreError> {
    let sql = "
        SELECT a.number, a.at, a.interaction_id, a.member_id, a.role_id, a.approver_id, a.action, a.account_id,
            a.verification, a.result, a.failure, a.version, a.commitment, a.hash, d.salt, d.detail
        FROM audit a LEFT JOIN audit_detail d ON d.desk_id = a.desk_id AND d.number = a.number
        WHERE a.desk_id = $1 AND a.number > $2 ORDER BY a.number LIMIT $3";
    let query = sqlx::query(sql)
        .bind(desk.0)
        .bind(after)
        .bind(i64::from(limit));
    query
        .fetch_all(pool)
        .await
        .map_err(from_sqlx)?
        .iter()
        .map(rows::audit)
        .collect()
}
