//! What an export reads: accounts in the order of their keys, or those with marks of the desk's own changes.

use jiff::Timestamp;
use sqlx::PgPool;

use super::super::error::from_sqlx;
use super::super::rows;
use super::super::values::At;
use super::load::account_columns;
use crate::domain::account::Account;
use crate::domain::ids::{AccountId, DeskId};
use crate::ports::store::StoreError;

/// Accounts after a key.
pub(super) async fn accounts(
    pool: &PgPool,
    desk: DeskId,
    after: AccountId,
    changed_since: Option<Timestamp>,
    limit: u32,
) -> Result<Vec<Account>, StoreError> {
    let found = match changed_since {
        None => {
            let sql = concat!(
                "SELECT ",
                account_columns!(),
                " FROM account a WHERE a.desk_id = $1 AND a.id > $2 ORDER BY a.id LIMIT $3"
            );
            let query = sqlx::query(sql)
                .bind(desk.0)
                .bind(after.0)
                .bind(i64::from(limit));
            query.fetch_all(pool).await
        }
        Some(since) => {
            let sql = concat!(
                "SELECT ",
                account_columns!(),
                " FROM (SELECT DISTINCT m.account_id FROM desk_change m
                    WHERE m.desk_id = $1 AND m.account_id > $2 AND m.changed_at >= $4
                    ORDER BY m.account_id LIMIT $3) AS changed
                JOIN account a ON a.desk_id = $1 AND a.id = changed.account_id ORDER BY a.id"
            );
            let query = sqlx::query(sql)
                .bind(desk.0)
                .bind(after.0)
                .bind(i64::from(limit));
            query.bind(At(since)).fetch_all(pool).await
        }
    };
    found
        .map_err(from_sqlx)?
        .iter()
        .map(rows::account)
        .collect()
}
