//! Reading the trail next to a number, newest first.

use sqlx::SqlitePool;

use super::super::error::from_sqlx;
use super::super::rows;
use super::lists::scopes;
use crate::domain::ids::DeskId;
use crate::domain::trail::{TrailRow, TrailTurn, WALK};
use crate::ports::store::{StoreError, TrailOf};

/// The columns that a reader's row is read from.
macro_rules! trail_columns {
    () => {
        "a.number, a.at, a.interaction_id, a.member_id, a.role_id, a.approver_id, a.action, a.account_id,
        a.verification, a.result, a.failure, a.version, a.commitment, a.hash, d.salt, d.detail, p.given_name, p.surname"
    };
}

/// The rows next to a number.
pub(super) async fn page(
    pool: &SqlitePool,
    desk: DeskId,
    of: &TrailOf,
    turn: TrailTurn,
    limit: u32,
) -> Result<Vec<TrailRow>, StoreError> {
    let (number, newer) = match turn {
        TrailTurn::Older(number) => (number, false),
        TrailTurn::Newer(number) => (number, true),
    };
    let asked = sqlx::query(statement(of, newer))
        .bind(desk.0)
        .bind(number)
        .bind(i64::from(limit));
    let asked = match of {
        TrailOf::Account(account) => asked.bind(account.0),
        TrailOf::Sight(sight) => asked.bind(scopes(sight)?).bind(WALK),
    };
    let found = asked.fetch_all(pool).await.map_err(from_sqlx)?;
    let mut rows = found
        .iter()
        .map(rows::trail)
        .collect::<Result<Vec<_>, _>>()?;
    if newer {
        rows.reverse();
    }
    Ok(rows)
}

const fn statement(of: &TrailOf, newer: bool) -> &'static str {
    match (of, newer) {
        (TrailOf::Account(_), false) => concat!(
            "SELECT ",
            trail_columns!(),
            " FROM audit a LEFT JOIN audit_detail d ON d.desk_id = a.desk_id AND d.number = a.number
            LEFT JOIN account p ON p.desk_id = a.desk_id AND p.id = a.account_id
            WHERE a.desk_id = $1 AND a.account_id = $4 AND a.number < $2
            ORDER BY a.number DESC LIMIT $3"
        ),
        (TrailOf::Account(_), true) => concat!(
            "SELECT ",
            trail_columns!(),
            " FROM audit a LEFT JOIN audit_detail d ON d.desk_id = a.desk_id AND d.number = a.number
            LEFT JOIN account p ON p.desk_id = a.desk_id AND p.id = a.account_id
            WHERE a.desk_id = $1 AND a.account_id = $4 AND a.number > $2
            ORDER BY a.number LIMIT $3"
        ),
        (TrailOf::Sight(_), false) => concat!(
            "SELECT ",
            trail_columns!(),
            " FROM (SELECT * FROM audit WHERE desk_id = $1 AND number < $2
                ORDER BY number DESC LIMIT $5) AS a LEFT JOIN audit_detail d ON d.desk_id = a.desk_id AND d.number = a.number
            LEFT JOIN account p ON p.desk_id = a.desk_id AND p.id = a.account_id
            WHERE ($4 IS NULL OR EXISTS (SELECT 1 FROM account_scope s, json_each($4) n
                WHERE s.desk_id = a.desk_id AND s.account_id = a.account_id
                    AND (s.scope = n.value OR (s.scope > n.value || '/' AND s.scope < n.value || '0'))))
            ORDER BY a.number DESC LIMIT $3"
        ),
        (TrailOf::Sight(_), true) => concat!(
            "SELECT ",
            trail_columns!(),
            " FROM (SELECT * FROM audit WHERE desk_id = $1 AND number > $2
                ORDER BY number LIMIT $5) AS a LEFT JOIN audit_detail d ON d.desk_id = a.desk_id AND d.number = a.number
            LEFT JOIN account p ON p.desk_id = a.desk_id AND p.id = a.account_id
            WHERE ($4 IS NULL OR EXISTS (SELECT 1 FROM account_scope s, json_each($4) n
                WHERE s.desk_id = a.desk_id AND s.account_id = a.account_id
                    AND (s.scope = n.value OR (s.scope > n.value || '/' AND s.scope < n.value || '0'))))
            ORDER BY a.number LIMIT $3"
        ),
    }
}
