//! Lists of people who may need help: each page walks a partial index from a position on.

use sqlx::PgPool;

use super::super::error::from_sqlx;
use super::super::rows;
use super::super::search::limits;
use super::super::values::{At, Columns as _, Day};
use super::load::account_columns;
use crate::domain::access::Sight;
use crate::domain::ids::DeskId;
use crate::domain::lists::{COUNT_MAX, ListBounds, Listed, PersonList, Turn};
use crate::ports::store::{ListQuery, StoreError};

/// Whether an account `a` is under one of the scopes `$2`; nothing there stands for the whole desk.
macro_rules! in_sight {
    () => {
        "($2::text[] IS NULL OR EXISTS (SELECT 1 FROM account_scope s CROSS JOIN UNNEST($2::text[]) AS n (path)
            WHERE s.desk_id = a.desk_id AND s.account_id = a.id
                AND (s.scope = n.path OR starts_with(s.scope, n.path || '/')) OFFSET 0))"
    };
}
pub(super) use in_sight;

/// The people of a page, in the list's order.
pub(super) async fn page(
    pool: &PgPool,
    desk: DeskId,
    query: &ListQuery,
) -> Result<Vec<Listed>, StoreError> {
    let (position, backwards) = match query.turn {
        Turn::After(position) => (position, false),
        Turn::Before(position) => (position, true),
    };
    let sql = statement(query.list, backwards);
    let asked = sqlx::query(sql)
        .bind(desk.0)
        .bind(scopes(&query.bounds.sight))
        .bind(i64::from(query.limit));
    let asked = match query.list {
        PersonList::NeverActivated | PersonList::NotLinked => asked.bind(position.id.0),
        PersonList::Locked => asked.bind(position.sort).bind(position.id.0),
        PersonList::Expiring => asked
            .bind(position.days())
            .bind(position.id.0)
            .bind(Day(query.bounds.expiring_until)),
        PersonList::CodeExpired => asked
            .bind(position.sort)
            .bind(position.id.0)
            .bind(At(query.bounds.now)),
    };
    let found = asked.fetch_all(pool).await.map_err(from_sqlx)?;
    let mut people = found
        .iter()
        .map(|row| rows::listed(row, query.list))
        .collect::<Result<Vec<_>, _>>()?;
    if backwards {
        people.reverse();
    }
    Ok(people)
}

/// The statement of a list; there is one for each way through it, since an order cannot be bound.
const fn statement(list: PersonList, backwards: bool) -> &'static str {
    if backwards { before(list) } else { after(list) }
}

const fn after(list: PersonList) -> &'static str {
    match list {
        PersonList::Locked => concat!(
            "SELECT ",
            account_columns!(),
            ", unix_ms(a.locked_at) AS sort
            FROM account a
            WHERE a.desk_id = $1 AND a.lock_state = 'locked' AND a.state <> 'deactivated'
                AND (a.locked_at, a.id) > (from_unix_ms($4), $5) AND ",
            in_sight!(),
            " ORDER BY a.locked_at, a.id LIMIT $3"
        ),
        PersonList::Expiring => concat!(
            "SELECT ",
            account_columns!(),
            ", (a.password_expires - date '1970-01-01')::bigint AS sort
            FROM account a
            WHERE a.desk_id = $1 AND a.password_expires IS NOT NULL AND a.state <> 'deactivated'
                AND a.password_expires <= $6
                AND (a.password_expires, a.id) > (date '1970-01-01' + $4::int, $5) AND ",
            in_sight!(),
            " ORDER BY a.password_expires, a.id LIMIT $3"
        ),
        PersonList::NeverActivated => concat!(
            "SELECT ",
            account_columns!(),
            ", 0::bigint AS sort,
                (SELECT unix_ms(MAX(c.expires_at)) FROM code c WHERE c.desk_id = a.desk_id AND c.account_id = a.id AND c.used_at IS NULL AND c.revoked_at IS NULL) AS code_ends
            FROM account a
            WHERE a.desk_id = $1 AND a.state = 'invited'
                AND a.id > $4 AND ",
            in_sight!(),
            " ORDER BY a.id LIMIT $3"
        ),
        PersonList::CodeExpired => concat!(
            "SELECT ",
            account_columns!(),
            ", unix_ms(c.expires_at) AS sort
            FROM code c JOIN account a ON a.desk_id = c.desk_id AND a.id = c.account_id
            WHERE c.desk_id = $1 AND c.used_at IS NULL AND c.revoked_at IS NULL
                AND c.expires_at < $6 AND a.state <> 'deactivated' AND NOT EXISTS (SELECT 1 FROM code newer
                    WHERE newer.desk_id = c.desk_id AND newer.account_id = c.account_id AND newer.used_at IS NULL
                        AND newer.revoked_at IS NULL AND (newer.issued_at, newer.id) > (c.issued_at, c.id))
                AND (c.expires_at, c.account_id) > (from_unix_ms($4), $5) AND ",
            in_sight!(),
            " ORDER BY c.expires_at, c.account_id LIMIT $3"
        ),
        PersonList::NotLinked => concat!(
            "SELECT ",
            account_columns!(),
            ", 0::bigint AS sort
            FROM account a
            WHERE a.desk_id = $1 AND a.record_scope IS NULL AND a.state <> 'deactivated'
                AND a.id > $4 AND ",
            in_sight!(),
            " ORDER BY a.id LIMIT $3"
        ),
    }
}

const fn before(list: PersonList) -> &'static str {
    match list {
        PersonList::Locked => concat!(
            "SELECT ",
            account_columns!(),
            ", unix_ms(a.locked_at) AS sort
            FROM account a
            WHERE a.desk_id = $1 AND a.lock_state = 'locked' AND a.state <> 'deactivated'
                AND (a.locked_at, a.id) < (from_unix_ms($4), $5) AND ",
            in_sight!(),
            " ORDER BY a.locked_at DESC, a.id DESC LIMIT $3"
        ),
        PersonList::Expiring => concat!(
            "SELECT ",
            account_columns!(),
            ", (a.password_expires - date '1970-01-01')::bigint AS sort
            FROM account a
            WHERE a.desk_id = $1 AND a.password_expires IS NOT NULL AND a.state <> 'deactivated'
                AND a.password_expires <= $6
                AND (a.password_expires, a.id) < (date '1970-01-01' + $4::int, $5) AND ",
            in_sight!(),
            " ORDER BY a.password_expires DESC, a.id DESC LIMIT $3"
        ),
        PersonList::NeverActivated => concat!(
            "SELECT ",
            account_columns!(),
            ", 0::bigint AS sort,
                (SELECT unix_ms(MAX(c.expires_at)) FROM code c WHERE c.desk_id = a.desk_id AND c.account_id = a.id AND c.used_at IS NULL AND c.revoked_at IS NULL) AS code_ends
            FROM account a
            WHERE a.desk_id = $1 AND a.state = 'invited'
                AND a.id < $4 AND ",
            in_sight!(),
            " ORDER BY a.id DESC LIMIT $3"
        ),
        PersonList::CodeExpired => concat!(
            "SELECT ",
            account_columns!(),
            ", unix_ms(c.expires_at) AS sort
            FROM code c JOIN account a ON a.desk_id = c.desk_id AND a.id = c.account_id
            WHERE c.desk_id = $1 AND c.used_at IS NULL AND c.revoked_at IS NULL
                AND c.expires_at < $6 AND a.state <> 'deactivated' AND NOT EXISTS (SELECT 1 FROM code newer
                    WHERE newer.desk_id = c.desk_id AND newer.account_id = c.account_id AND newer.used_at IS NULL
                        AND newer.revoked_at IS NULL AND (newer.issued_at, newer.id) > (c.issued_at, c.id))
                AND (c.expires_at, c.account_id) < (from_unix_ms($4), $5) AND ",
            in_sight!(),
            " ORDER BY c.expires_at DESC, c.account_id DESC LIMIT $3"
        ),
        PersonList::NotLinked => concat!(
            "SELECT ",
            account_columns!(),
            ", 0::bigint AS sort
            FROM account a
            WHERE a.desk_id = $1 AND a.record_scope IS NULL AND a.state <> 'deactivated'
                AND a.id < $4 AND ",
            in_sight!(),
            " ORDER BY a.id DESC LIMIT $3"
        ),
    }
}

/// How many people are in each list, counted up to the maximum.
pub(super) async fn counts(
    pool: &PgPool,
    desk: DeskId,
    bounds: &ListBounds,
) -> Result<Vec<(PersonList, u64)>, StoreError> {
    let sql = concat!(
        "SELECT (SELECT COUNT(*) AS accounts FROM (SELECT 1 FROM account a
                WHERE a.desk_id = $1 AND a.lock_state = 'locked' AND a.state <> 'deactivated' AND ",
        in_sight!(),
        " LIMIT $3) AS hits) AS locked,
            (SELECT COUNT(*) AS accounts FROM (SELECT 1 FROM account a
                WHERE a.desk_id = $1 AND a.password_expires IS NOT NULL AND a.state <> 'deactivated'
                AND a.password_expires <= $4 AND ",
        in_sight!(),
        " LIMIT $3) AS hits) AS expiring,
            (SELECT COUNT(*) AS accounts FROM (SELECT 1 FROM account a
                WHERE a.desk_id = $1 AND a.state = 'invited' AND ",
        in_sight!(),
        " LIMIT $3) AS hits) AS invited,
            (SELECT COUNT(*) AS accounts FROM (SELECT 1 FROM code c JOIN account a ON a.desk_id = c.desk_id AND a.id = c.account_id
                WHERE c.desk_id = $1 AND c.used_at IS NULL AND c.revoked_at IS NULL
                AND c.expires_at < $5 AND a.state <> 'deactivated' AND NOT EXISTS (SELECT 1 FROM code newer
                    WHERE newer.desk_id = c.desk_id AND newer.account_id = c.account_id AND newer.used_at IS NULL
                        AND newer.revoked_at IS NULL AND (newer.issued_at, newer.id) > (c.issued_at, c.id)) AND ",
        in_sight!(),
        " LIMIT $3) AS hits) AS code_expired,
            (SELECT COUNT(*) AS accounts FROM (SELECT 1 FROM account a
                WHERE a.desk_id = $1 AND a.record_scope IS NULL AND a.state <> 'deactivated' AND ",
        in_sight!(),
        " LIMIT $3) AS hits) AS not_linked"
    );
    let limit = i64::try_from(COUNT_MAX)
        .unwrap_or(i64::MAX)
        .saturating_add(1);
    let row = sqlx::query(sql)
        .bind(desk.0)
        .bind(scopes(&bounds.sight))
        .bind(limit)
        .bind(Day(bounds.expiring_until))
        .bind(At(bounds.now))
        .fetch_one(pool)
        .await
        .map_err(from_sqlx)?;
    let count = |list| {
        let counted = match list {
            PersonList::Locked => row.int("locked"),
            PersonList::Expiring => row.int("expiring"),
            PersonList::NeverActivated => row.int("invited"),
            PersonList::CodeExpired => row.int("code_expired"),
            PersonList::NotLinked => row.int("not_linked"),
        };
        counted.map(|counted| (list, u64::try_from(counted).unwrap_or_default()))
    };
    PersonList::ALL.into_iter().map(count).collect()
}

/// The paths that limit the sight; nothing for the whole desk.
pub(super) fn scopes(sight: &Sight) -> Option<Vec<String>> {
    let paths = limits(sight)?;
    Some(paths.iter().map(|path| path.as_str().to_owned()).collect())
}
