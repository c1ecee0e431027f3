//! The schema and its steps. Its number is in `schema_version`; a newer one than ours is refused.

use sqlx::{Connection as _, PgConnection};

use super::super::error::from_sqlx;
use super::super::values::Columns as _;
use crate::ports::store::StoreError;

/// The steps, the first one from an empty database; a released step is never changed.
const STEPS: [&str; 1] = [include_str!("../../../migrations/postgres/0001_start.sql")];

/// The advisory lock that instances take in turn ("deskhand" in ASCII).
const LOCK: i64 = 0x6465_736b_6861_6e64;

/// The server knows no such role.
const UNKNOWN_ROLE: &str = "42704";

/// Brings the schema up to date under an advisory lock, or only looks at its number.
pub(super) async fn prepare(conn: &mut PgConnection, migrate: bool) -> Result<(), StoreError> {
    let (found, known) = look(conn).await?;
    match found {
        found if found == known => Ok(()),
        found if !migrate => Err(StoreError::OlderSchema { found, known }),
        _ => step_up(conn, known).await,
    }
}

/// The database's number and ours; nothing is changed.
pub(super) async fn look(conn: &mut PgConnection) -> Result<(i64, i64), StoreError> {
    let known = i64::try_from(STEPS.len()).unwrap_or(i64::MAX);
    let found = version(conn).await?;
    if found > known {
        return Err(StoreError::NewerSchema { found, known });
    }
    Ok((found, known))
}

/// What the role that works may do: everything but changing the trail (R31), or the schema. It runs inside one
/// statement, because rights take no parameters.
const RIGHTS: &str = "
DO $$
DECLARE
    worker CONSTANT TEXT := current_setting('deskhand.worker');
    ours CONSTANT TEXT := current_schema();
    written CONSTANT TEXT[] := ARRAY['account', 'account_group', 'account_scope', 'account_search', 'address_change',
        'audit_head', 'code', 'counter', 'desk_change', 'draft', 'frozen_member', 'interaction', 'letter',
        'letter_code', 'outbox', 'register_record', 'request', 'send'];
    added CONSTANT TEXT[] := ARRAY['audit', 'audit_detail', 'decisions'];
    name TEXT;
BEGIN
    EXECUTE format('GRANT USAGE ON SCHEMA %I TO %I', ours, worker);
    FOREACH name IN ARRAY written LOOP
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I.%I TO %I', ours, name, worker);
    END LOOP;
    FOREACH name IN ARRAY added LOOP
        EXECUTE format('GRANT SELECT, INSERT ON %I.%I TO %I', ours, name, worker);
    END LOOP;
    EXECUTE format('GRANT SELECT ON %I.schema_version TO %I', ours, worker);
    EXECUTE format('GRANT EXECUTE ON FUNCTION %I.unix_ms(TIMESTAMPTZ), %I.from_unix_ms(BIGINT) TO %I',
        ours, ours, worker);
END $$";

/// Gives a role its rights; again and again without harm.
pub(super) async fn share(conn: &mut PgConnection, worker: &str) -> Result<(), StoreError> {
    let mut transaction = conn.begin().await.map_err(from_sqlx)?;
    sqlx::query("SELECT set_config('deskhand.worker', $1, true)")
        .bind(worker)
        .execute(&mut *transaction)
        .await
        .map_err(from_sqlx)?;
    let given = sqlx::raw_sql(RIGHTS).execute(&mut *transaction).await;
    given.map_err(|error| match &error {
        sqlx::Error::Database(refusal) if refusal.code().as_deref() == Some(UNKNOWN_ROLE) => {
            StoreError::BadUrl(
                "the role of database.url does not exist; make it, then migrate again",
            )
        }
        _ => from_sqlx(error),
    })?;
    transaction.commit().await.map_err(from_sqlx)
}

async fn step_up(conn: &mut PgConnection, known: i64) -> Result<(), StoreError> {
    let mut transaction = conn.begin().await.map_err(from_sqlx)?;
    // building an index over a large desk takes as long as it takes
    let patient = "SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = 0";
    sqlx::raw_sql(patient)
        .execute(&mut *transaction)
        .await
        .map_err(from_sqlx)?;
    let sql = "SELECT pg_advisory_xact_lock($1)";
    sqlx::query(sql)
        .bind(LOCK)
        .execute(&mut *transaction)
        .await
        .map_err(from_sqlx)?;
    // looked at again under the lock: another instance may have been faster
    let found = version(&mut transaction).await?;
    if found > known {
        return Err(StoreError::NewerSchema { found, known });
    }
    for step in STEPS
        .iter()
        .skip(usize::try_from(found).unwrap_or_default())
    {
        sqlx::raw_sql(*step)
            .execute(&mut *transaction)
            .await
            .map_err(from_sqlx)?;
    }
    let sql = "CREATE TABLE IF NOT EXISTS schema_version (version BIGINT NOT NULL)";
    sqlx::query(sql)
        .execute(&mut *transaction)
        .await
        .map_err(from_sqlx)?;
    sqlx::query("DELETE FROM schema_version")
        .execute(&mut *transaction)
        .await
        .map_err(from_sqlx)?;
    let sql = "INSERT INTO schema_version (version) VALUES ($1)";
    sqlx::query(sql)
        .bind(known)
        .execute(&mut *transaction)
        .await
        .map_err(from_sqlx)?;
    transaction.commit().await.map_err(from_sqlx)
}

/// The schema's number; 0 for an empty database.
async fn version(conn: &mut PgConnection) -> Result<i64, StoreError> {
    let sql = "SELECT to_regclass('schema_version') IS NOT NULL AS there";
    let row = sqlx::query(sql)
        .fetch_one(&mut *conn)
        .await
        .map_err(from_sqlx)?;
    if !row.flag("there")? {
        return Ok(0);
    }
    let sql = "SELECT COALESCE(MAX(version), 0) AS version FROM schema_version";
    sqlx::query(sql)
        .fetch_one(conn)
        .await
        .map_err(from_sqlx)?
        .int("version")
}
