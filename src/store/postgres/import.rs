//! What a batch of an import looks at.

use sqlx::PgPool;

use super::super::error::from_sqlx;
use super::super::rows;
use super::load::account_columns;
use crate::domain::ids::DeskId;
use crate::domain::import::ImportFacts;
use crate::domain::record::Record;
use crate::ports::store::StoreError;

/// The accounts with these user names, with the desk's own changes.
pub(super) async fn accounts(
    pool: &PgPool,
    desk: DeskId,
    keys: &[String],
) -> Result<Vec<ImportFacts>, StoreError> {
    let sql = concat!(
        "SELECT ",
        account_columns!(),
        ", (SELECT COALESCE(json_agg(json_build_array(d.field, d.imported)), '[]')::text FROM desk_change d
            WHERE d.desk_id = a.desk_id AND d.account_id = a.id) AS desk_changes
        FROM account a WHERE a.desk_id = $1 AND a.username_key = ANY($2)"
    );
    let found = sqlx::query(sql)
        .bind(desk.0)
        .bind(keys)
        .fetch_all(pool)
        .await
        .map_err(from_sqlx)?;
    found.iter().map(rows::import_facts).collect()
}

/// The register records with these external ids.
pub(super) async fn records(
    pool: &PgPool,
    desk: DeskId,
    ids: &[String],
) -> Result<Vec<Record>, StoreError> {
    let sql = "
        SELECT id, version, external_id, kind, given_name, surname, fiscal_code, email, scope, class, school_year
        FROM register_record WHERE desk_id = $1 AND external_id = ANY($2)";
    let found = sqlx::query(sql)
        .bind(desk.0)
        .bind(ids)
        .fetch_all(pool)
        .await
        .map_err(from_sqlx)?;
    found.iter().map(rows::record).collect()
}
