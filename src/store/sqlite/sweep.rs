//! Deletes what nobody needs any more.

use jiff::{SignedDuration, Timestamp};
use sqlx::SqliteConnection;

use super::super::error::Stop;
use super::super::values::At;

/// Interaction ids and drafts older than a day, sends older than two days.
pub(super) async fn all(conn: &mut SqliteConnection, now: Timestamp) -> Result<(), Stop> {
    let ago = |hours| {
        At(now
            .checked_sub(SignedDuration::from_hours(hours))
            .unwrap_or(Timestamp::MIN))
    };
    sqlx::query("DELETE FROM interaction WHERE created_at < $1")
        .bind(ago(24))
        .execute(&mut *conn)
        .await?;
    sqlx::query("DELETE FROM draft WHERE created_at < $1")
        .bind(ago(24))
        .execute(&mut *conn)
        .await?;
    sqlx::query("DELETE FROM send WHERE sent_at < $1")
        .bind(ago(48))
        .execute(conn)
        .await?;
    Ok(())
}
