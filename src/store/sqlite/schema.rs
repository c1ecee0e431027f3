//! The schema and its steps. Its number is the file's `user_version`; a newer one than ours is refused.

use sqlx::{Row as _, SqliteConnection};

use super::super::error::from_sqlx;
use crate::ports::store::StoreError;

/// The steps, the first one from an empty file; a released step is never changed.
const STEPS: [&str; 1] = [include_str!("../../../migrations/sqlite/0001_start.sql")];

/// Brings the schema up to date under the file's write lock, or only looks at its number.
pub(super) async fn prepare(conn: &mut SqliteConnection, migrate: bool) -> Result<(), StoreError> {
    let (found, known) = look(conn).await?;
    match found {
        found if found == known => Ok(()),
        found if !migrate => Err(StoreError::OlderSchema { found, known }),
        _ => {
            sqlx::raw_sql("BEGIN IMMEDIATE")
                .execute(&mut *conn)
                .await
                .map_err(from_sqlx)?;
            let done = step_up(conn, known).await;
            let end = if done.is_ok() { "COMMIT" } else { "ROLLBACK" };
            sqlx::raw_sql(end).execute(conn).await.map_err(from_sqlx)?;
            done
        }
    }
}

/// Our number.
pub(super) fn known() -> i64 {
    i64::try_from(STEPS.len()).unwrap_or(i64::MAX)
}

/// The database's number and ours; nothing is changed.
pub(super) async fn look(conn: &mut SqliteConnection) -> Result<(i64, i64), StoreError> {
    let (found, known) = (version(conn).await?, known());
    if found > known {
        return Err(StoreError::NewerSchema { found, known });
    }
    Ok((found, known))
}

/// Looked at again under the lock: another process may have been faster.
async fn step_up(conn: &mut SqliteConnection, known: i64) -> Result<(), StoreError> {
    let found = version(conn).await?;
    if found > known {
        return Err(StoreError::NewerSchema { found, known });
    }
    for step in STEPS
        .iter()
        .skip(usize::try_from(found).unwrap_or_default())
    {
        sqlx::raw_sql(*step)
            .execute(&mut *conn)
            .await
            .map_err(from_sqlx)?;
    }
    // a pragma takes no bound value
    let pragma = sqlx::AssertSqlSafe(format!("PRAGMA user_version = {known}"));
    sqlx::raw_sql(pragma)
        .execute(conn)
        .await
        .map(drop)
        .map_err(from_sqlx)
}

async fn version(conn: &mut SqliteConnection) -> Result<i64, StoreError> {
    let row = sqlx::query("PRAGMA user_version")
        .fetch_one(conn)
        .await
        .map_err(from_sqlx)?;
    row.try_get(0).map_err(from_sqlx)
}
