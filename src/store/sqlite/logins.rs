//! What the portal reports: logins that are counted and lock, codes that are used up.

use jiff::Timestamp;
use sqlx::{SqliteConnection, SqlitePool};

use super::super::error::{Stop, from_sqlx};
use super::super::values::{At, Columns as _};
use super::super::{events, rows};
use super::{apply, audit};
use crate::domain::account::{AccountState, UserName};
use crate::domain::code::CodeKind;
use crate::domain::ids::{AccountId, CodeId, DeskId, Version};
use crate::domain::import::Field;
use crate::domain::lock::{Lock, LoginOutcome};
use crate::ports::store::{LoginReport, StoreError};

/// Counts a login and locks at the last failure, in one statement; a locked account is left alone and gives nothing.
pub(super) async fn record(
    conn: &mut SqliteConnection,
    desk: DeskId,
    report: &LoginReport,
) -> Result<Option<(AccountId, Lock)>, Stop> {
    let sql = "
        UPDATE account SET
            failed_logins = CASE WHEN $3 THEN 0 WHEN lock_state = 'open' THEN failed_logins + 1 ELSE 1 END,
            lock_state = CASE WHEN NOT $3 AND IIF(lock_state = 'open', failed_logins, 0) + 1 >= $4
                THEN 'locked' ELSE 'open' END,
            locked_at = CASE WHEN NOT $3 AND IIF(lock_state = 'open', failed_logins, 0) + 1 >= $4 THEN $5 END,
            locked_by = CASE WHEN NOT $3 AND IIF(lock_state = 'open', failed_logins, 0) + 1 >= $4 THEN 'portal' END,
            version = version + (NOT $3 AND IIF(lock_state = 'open', failed_logins, 0) + 1 >= $4)
        WHERE desk_id = $1 AND username_key = $2 AND lock_state <> 'locked'
        RETURNING id, version, lock_state, failed_logins, locked_at, locked_by";
    let query = sqlx::query(sql).bind(desk.0).bind(report.username.key());
    let query = query
        .bind(report.outcome == LoginOutcome::Success)
        .bind(i64::from(report.max_failures));
    let Some(row) = query.bind(At(report.at)).fetch_optional(&mut *conn).await? else {
        return Ok(None);
    };
    let id = row.int("id")?;
    let lock = rows::lock(&row, id)?;
    if lock.is_locked() {
        let event = events::locked(AccountId(id), Version(row.int("version")?), report);
        audit::append(conn, desk, None, &[event]).await?;
    }
    Ok(Some((AccountId(id), lock)))
}

/// The lock of an account that a report left alone; nothing for an unknown user name.
pub(super) async fn lock_of(
    pool: &SqlitePool,
    desk: DeskId,
    username: &UserName,
) -> Result<Option<(AccountId, Lock)>, StoreError> {
    let sql = "
        SELECT id, lock_state, failed_logins, locked_at, locked_by FROM account WHERE desk_id = $1 AND username_key = $2";
    let row = sqlx::query(sql)
        .bind(desk.0)
        .bind(username.key())
        .fetch_optional(pool)
        .await
        .map_err(from_sqlx)?;
    row.map(|row| {
        row.int("id")
            .and_then(|id| Ok((AccountId(id), rows::lock(&row, id)?)))
    })
    .transpose()
}

/// Uses up a code, decided by one statement (R15), with what follows from it.
pub(super) async fn redeem(
    conn: &mut SqliteConnection,
    desk: DeskId,
    id: CodeId,
    (now, salt): (Timestamp, [u8; 16]),
) -> Result<bool, Stop> {
    let sql = "
        UPDATE code SET used_at = $3, bits = NULL
        WHERE desk_id = $1 AND id = $2 AND used_at IS NULL AND revoked_at IS NULL AND expires_at >= $3
        RETURNING account_id, kind";
    let Some(row) = sqlx::query(sql)
        .bind(desk.0)
        .bind(id.0)
        .bind(At(now))
        .fetch_optional(&mut *conn)
        .await?
    else {
        return Ok(false);
    };
    let account = AccountId(row.int("account_id")?);
    let kind = row.text("kind")?;
    apply::revoke_codes(conn, desk, account, now).await?;
    mark(conn, (desk, now), account, &kind).await?;
    let sql = "
        UPDATE account SET version = version + 1,
            state = IIF(state = 'invited' AND $3 <> $4, 'active', state),
            failed_logins = IIF($3 = $5, 0, failed_logins),
            lock_state = IIF($3 = $5 AND lock_state = 'locked', 'open', lock_state),
            locked_at = IIF($3 = $5, NULL, locked_at),
            locked_by = IIF($3 = $5, NULL, locked_by)
        WHERE desk_id = $1 AND id = $2 RETURNING version";
    let query = sqlx::query(sql).bind(desk.0).bind(account.0).bind(&kind);
    let query = query
        .bind(CodeKind::Verification.code())
        .bind(CodeKind::ResetLink.code());
    let version = Version(query.fetch_one(&mut *conn).await?.int("version")?);
    audit::append(
        conn,
        desk,
        None,
        &[events::redeemed(account, version, &kind, (now, salt))],
    )
    .await?;
    Ok(true)
}

/// What a redeemed code changes is the desk's own change until the directory shows it (D11).
async fn mark(
    conn: &mut SqliteConnection,
    (desk, now): (DeskId, Timestamp),
    account: AccountId,
    kind: &str,
) -> Result<(), Stop> {
    let sql = "SELECT state, lock_state FROM account WHERE desk_id = $1 AND id = $2";
    let row = sqlx::query(sql)
        .bind(desk.0)
        .bind(account.0)
        .fetch_one(&mut *conn)
        .await?;
    let invited = AccountState::Invited.code();
    if row.text("state")? == invited && kind != CodeKind::Verification.code() {
        apply::mark_desk_change(conn, (desk, now), account, Field::State, invited).await?;
    }
    if row.text("lock_state")? == "locked" && kind == CodeKind::ResetLink.code() {
        apply::mark_desk_change(conn, (desk, now), account, Field::Locked, "yes").await?;
    }
    Ok(())
}
