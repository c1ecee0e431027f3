//! Dialogs between two steps.

use sqlx::{PgConnection, PgPool};

use super::super::bulk::to_json;
use super::super::error::{Stop, expect_rows, from_sqlx};
use super::super::rows;
use super::super::values::At;
use crate::domain::dialog::Draft;
use crate::domain::ids::{DeskId, DraftId, Version};
use crate::ports::store::StoreError;

/// The first version is a new row; any later one expects the version before it.
pub(super) async fn save(conn: &mut PgConnection, desk: DeskId, draft: &Draft) -> Result<(), Stop> {
    let dialog = to_json(&draft.dialog)?;
    let done = if draft.version == Version::FIRST {
        let sql = "
            INSERT INTO draft (desk_id, id, owner_id, version, created_at, dialog) VALUES ($1, $2, $3, $4, $5, $6::jsonb)
            ON CONFLICT DO NOTHING";
        let query = sqlx::query(sql)
            .bind(desk.0)
            .bind(draft.id.0)
            .bind(draft.owner.0)
            .bind(draft.version.0);
        query
            .bind(At(draft.created_at))
            .bind(dialog)
            .execute(conn)
            .await?
    } else {
        let sql = "
            UPDATE draft SET version = $3, dialog = $4::jsonb
            WHERE desk_id = $1 AND id = $2 AND version = $3 - 1 AND owner_id = $5";
        let query = sqlx::query(sql)
            .bind(desk.0)
            .bind(draft.id.0)
            .bind(draft.version.0)
            .bind(dialog);
        query.bind(draft.owner.0).execute(conn).await?
    };
    expect_rows(done.rows_affected(), 1)
}

/// The dialog is over; expects that it is not yet.
pub(super) async fn finish(
    conn: &mut PgConnection,
    desk: DeskId,
    id: DraftId,
    expected: Version,
) -> Result<(), Stop> {
    let sql = "DELETE FROM draft WHERE desk_id = $1 AND id = $2 AND version = $3";
    let done = sqlx::query(sql)
        .bind(desk.0)
        .bind(id.0)
        .bind(expected.0)
        .execute(conn)
        .await?;
    expect_rows(done.rows_affected(), 1)
}

/// A dialog's draft.
pub(super) async fn load(
    pool: &PgPool,
    desk: DeskId,
    id: DraftId,
) -> Result<Option<Draft>, StoreError> {
    let sql = "SELECT id, owner_id, version, created_at, dialog::text AS dialog FROM draft WHERE desk_id = $1 AND id = $2";
    let row = sqlx::query(sql)
        .bind(desk.0)
        .bind(id.0)
        .fetch_optional(pool)
        .await
        .map_err(from_sqlx)?;
    row.as_ref().map(rows::draft).transpose()
}
