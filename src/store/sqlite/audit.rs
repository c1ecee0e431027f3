//! The audit trail: the last statements of every change (R29), and reading it.

use std::collections::BTreeMap;

use serde::Serialize;
use sqlx::{SqliteConnection, SqlitePool};

use super::super::bulk::to_json;
use super::super::error::{Stop, from_sqlx};
use super::super::rows;
use super::super::values::Columns as _;
use crate::domain::audit::{AuditEvent, AuditRow, CHAIN_START};
use crate::domain::ids::{DeskId, InteractionId};
use crate::ports::store::{StoreError, StoredAudit};

/// An event and what caused it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entry<'a> {
    pub(super) desk: DeskId,
    pub(super) interaction: Option<InteractionId>,
    pub(super) event: &'a AuditEvent,
}

/// Adds the events to the desk's chain, inside the transaction of the change that they tell of.
pub(super) async fn append(
    conn: &mut SqliteConnection,
    desk: DeskId,
    interaction: Option<InteractionId>,
    events: &[AuditEvent],
) -> Result<(), Stop> {
    append_all(conn, &entries(desk, interaction, events)).await
}

/// The events of one change.
pub(super) fn entries(
    desk: DeskId,
    interaction: Option<InteractionId>,
    events: &[AuditEvent],
) -> Vec<Entry<'_>> {
    let entry = |event| Entry {
        desk,
        interaction,
        event,
    };
    events.iter().map(entry).collect()
}

/// Adds events to the chains of their desks, in this order. Rows, details and heads go in one trip to the
/// connection's thread: a trip costs more than a statement.
pub(super) async fn append_all(
    conn: &mut SqliteConnection,
    entries: &[Entry<'_>],
) -> Result<(), Stop> {
    let mut heads = BTreeMap::new();
    let mut rows = Vec::new();
    for entry in entries {
        let (number, former) = match heads.get(&entry.desk.0) {
            Some(head) => *head,
            None => head(conn, entry.desk).await?,
        };
        let row = AuditRow::of(entry.event, number + 1, entry.interaction);
        let hash = row.hash(&former);
        heads.insert(entry.desk.0, (row.number, hash));
        rows.push(RowCell::new(*entry, row, hash));
    }
    if rows.is_empty() {
        return Ok(());
    }
    let heads: Vec<_> = heads
        .into_iter()
        .map(|(desk, (number, hash))| HeadCell {
            desk,
            number,
            hash: hex::encode(hash),
        })
        .collect();
    let sql = "
        INSERT INTO audit (desk_id, number, at, interaction_id, member_id, role_id, approver_id, action, account_id,
            verification, result, failure, version, commitment, hash)
        SELECT value ->> 'desk', value ->> 'number', value ->> 'at', value ->> 'interaction', value ->> 'member',
            value ->> 'role', value ->> 'approver', value ->> 'action', value ->> 'account',
            value ->> 'verification', value ->> 'result', value ->> 'failure', value ->> 'version',
            unhex(value ->> 'commitment'), unhex(value ->> 'hash')
        FROM json_each($1);
        INSERT INTO audit_detail (desk_id, number, salt, detail)
        SELECT value ->> 'desk', value ->> 'number', unhex(value ->> 'salt'), value ->> 'detail' FROM json_each($1);
        INSERT INTO audit_head (desk_id, number, hash)
        SELECT value ->> 'desk', value ->> 'number', unhex(value ->> 'hash') FROM json_each($2) WHERE TRUE
        ON CONFLICT (desk_id) DO UPDATE SET number = excluded.number, hash = excluded.hash";
    sqlx::query(sql)
        .bind(to_json(&rows)?)
        .bind(to_json(&heads)?)
        .execute(conn)
        .await?;
    Ok(())
}

/// A row of the trail and its detail, for JSON; bytes are in hexadecimal.
#[derive(Serialize)]
struct RowCell {
    desk: i64,
    number: i64,
    at: i64,
    interaction: Option<i64>,
    member: Option<i64>,
    role: Option<i64>,
    approver: Option<i64>,
    action: String,
    account: Option<i64>,
    verification: Option<String>,
    result: String,
    failure: Option<String>,
    version: Option<i64>,
    commitment: String,
    hash: String,
    salt: String,
    detail: String,
}

impl RowCell {
    fn new(entry: Entry<'_>, row: AuditRow, hash: [u8; 32]) -> Self {
        Self {
            desk: entry.desk.0,
            number: row.number,
            at: row.at.as_millisecond(),
            interaction: row.interaction.map(|id| id.0),
            member: row.actor.member.map(|id| id.0),
            role: row.actor.role.map(|id| id.0),
            approver: row.approver.map(|id| id.0),
            action: row.action,
            account: row.account.map(|id| id.0),
            verification: row.verification,
            result: row.result,
            failure: row.failure,
            version: row.version.map(|version| version.0),
            commitment: hex::encode(row.commitment),
            hash: hex::encode(hash),
            salt: hex::encode(entry.event.salt),
            detail: entry.event.detail_text(),
        }
    }
}

/// The end of a desk's chain, for JSON.
#[derive(Serialize)]
struct HeadCell {
    desk: i64,
    number: i64,
    hash: String,
}

/// Number and hash of the desk's last row; the writer's transaction holds the file's only write lock.
async fn head(conn: &mut SqliteConnection, desk: DeskId) -> Result<(i64, [u8; 32]), Stop> {
    let sql = "SELECT number, hash FROM audit_head WHERE desk_id = $1";
    let Some(row) = sqlx::query(sql).bind(desk.0).fetch_optional(conn).await? else {
        return Ok((0, CHAIN_START));
    };
    let number = row.int("number")?;
    Ok((
        number,
        rows::fixed(row.opt_bytes("hash")?, ("audit_head", "hash"), number)?,
    ))
}

/// Rows after a number, in order, with their detail unless it was erased.
pub(super) async fn list(
    pool: &SqlitePool,
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
