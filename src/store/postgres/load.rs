//! Reading: each question is one statement, and so sees one moment.

use jiff::{SignedDuration, Timestamp};
use sqlx::PgPool;

use super::super::error::from_sqlx;
use super::super::rows;
use super::super::values::{At, Columns as _};
use crate::domain::account::Account;
use crate::domain::code::Code;
use crate::domain::facts::AccountFacts;
use crate::domain::ids::{AccountId, DeskId, MemberId};
use crate::domain::scope::Scope;
use crate::ports::store::StoreError;

/// The columns that an account is read from; the table is `a`.
macro_rules! account_columns {
    () => {
        "a.id, a.version, a.username, a.given_name, a.surname, a.email, a.language, a.state, a.password_expires,
        a.external_id, a.fiscal_code, a.birth_date, a.person_id, a.lock_state, a.failed_logins, a.locked_at,
        a.locked_by, a.record_scope,
        (SELECT COALESCE(json_agg(s.scope), '[]')::text FROM account_scope s
            WHERE s.desk_id = a.desk_id AND s.account_id = a.id AND NOT s.inherited) AS scopes,
        (SELECT COALESCE(json_agg(g.name), '[]')::text FROM account_group g
            WHERE g.desk_id = a.desk_id AND g.account_id = a.id) AS group_names"
    };
}
pub(super) use account_columns;

/// An account with all that a decision about it looks at.
pub(super) async fn account(
    pool: &PgPool,
    desk: DeskId,
    id: AccountId,
    helper: Option<MemberId>,
    now: Timestamp,
) -> Result<Option<AccountFacts>, StoreError> {
    let sql = concat!(
        "SELECT ",
        account_columns!(),
        ", (SELECT MAX(c.changed_at) FROM address_change c WHERE c.desk_id = $1 AND c.account_id = $2
            AND c.address_key = a.email_key) AS address_changed_at,
        (SELECT COALESCE(json_agg(json_build_object('id', c.id, 'account_id', c.account_id, 'kind', c.kind,
                'issued_at', unix_ms(c.issued_at), 'sent_at', unix_ms(c.sent_at),
                'expires_at', unix_ms(c.expires_at))), '[]')::text
            FROM code c WHERE c.desk_id = $1 AND c.account_id = $2 AND c.used_at IS NULL AND c.revoked_at IS NULL)
            AS open_codes,
        (SELECT COALESCE(json_agg(json_build_array(unix_ms(s.sent_at), s.times)), '[]')::text
            FROM send s WHERE s.desk_id = $1 AND s.account_id = $2 AND s.sent_at > $4) AS sends_to_person,
        (SELECT COALESCE(json_agg(json_build_array(unix_ms(s.sent_at), s.times)), '[]')::text
            FROM send s WHERE s.desk_id = $1 AND s.member_id = $3 AND s.sent_at > $5) AS sends_by_helper,
        (SELECT COALESCE(json_agg(json_build_object('id', newest.id, 'kind', newest.kind,
                'written_at', unix_ms(newest.written_at),
                'state', newest.state, 'settled_at', unix_ms(newest.settled_at))), '[]')::text
            FROM (SELECT * FROM letter WHERE desk_id = $1 AND account_id = $2
                ORDER BY written_at DESC, id DESC LIMIT 10) AS newest) AS letters
        FROM account a WHERE a.desk_id = $1 AND a.id = $2"
    );
    let query = sqlx::query(sql)
        .bind(desk.0)
        .bind(id.0)
        .bind(helper.map(|member| member.0));
    let query = query.bind(At(before(now, 24))).bind(At(before(now, 1)));
    let row = query.fetch_optional(pool).await.map_err(from_sqlx)?;
    row.as_ref().map(rows::account_facts).transpose()
}

fn before(now: Timestamp, hours: i64) -> Timestamp {
    now.checked_sub(SignedDuration::from_hours(hours))
        .unwrap_or(Timestamp::MIN)
}

/// Accounts with exactly this user name, mail or external id, each answered by its own index.
pub(super) async fn find_exact(
    pool: &PgPool,
    desk: DeskId,
    text: &str,
) -> Result<Vec<Account>, StoreError> {
    let sql = concat!(
        "SELECT ",
        account_columns!(),
        " FROM account a WHERE a.desk_id = $1 AND a.id IN (
            SELECT id FROM account WHERE desk_id = $1 AND username_key = $2
            UNION SELECT id FROM (SELECT id FROM account WHERE desk_id = $1 AND email_key = $2 LIMIT 500) AS by_mail
            UNION SELECT id FROM (SELECT id FROM account WHERE desk_id = $1 AND external_key = $2 LIMIT 500) AS by_number)
        ORDER BY (a.username_key = $2) DESC, a.id LIMIT 500"
    );
    let key = text.trim().to_lowercase();
    let found = sqlx::query(sql)
        .bind(desk.0)
        .bind(key)
        .fetch_all(pool)
        .await
        .map_err(from_sqlx)?;
    found.iter().map(rows::account).collect()
}

/// The open code with this hash.
pub(super) async fn code_by_hash(
    pool: &PgPool,
    desk: DeskId,
    hash: &str,
) -> Result<Option<Code>, StoreError> {
    let sql = "
        SELECT id, account_id, kind, issued_at, sent_at, expires_at FROM code
        WHERE desk_id = $1 AND hash = $2 AND used_at IS NULL AND revoked_at IS NULL";
    let row = sqlx::query(sql)
        .bind(desk.0)
        .bind(hash)
        .fetch_optional(pool)
        .await
        .map_err(from_sqlx)?;
    row.as_ref().map(rows::code).transpose()
}

/// How many accounts there are, in all or under a scope.
pub(super) async fn count_accounts(
    pool: &PgPool,
    desk: DeskId,
    under: Option<&Scope>,
) -> Result<u64, StoreError> {
    let count = match under.filter(|scope| !scope.is_whole_desk()) {
        None => {
            let sql = "SELECT COUNT(*) AS accounts FROM account WHERE desk_id = $1";
            sqlx::query(sql).bind(desk.0).fetch_one(pool).await
        }
        Some(scope) => {
            // '0' is the sign after '/', so the range holds what is under the scope and nothing beside
            let sql = "
                SELECT COUNT(*) AS accounts FROM (
                    SELECT account_id FROM account_scope WHERE desk_id = $1 AND scope = $2
                    UNION SELECT account_id FROM account_scope
                    WHERE desk_id = $1 AND scope > $2 || '/' AND scope < $2 || '0') AS reached";
            sqlx::query(sql)
                .bind(desk.0)
                .bind(scope.as_str())
                .fetch_one(pool)
                .await
        }
    };
    Ok(u64::try_from(count.map_err(from_sqlx)?.int("accounts")?).unwrap_or_default())
}
