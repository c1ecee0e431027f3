//! One transaction for each change; one that another stood in the way of is tried again.

use futures::future::BoxFuture;
use sqlx::{PgConnection, PgPool};

use super::super::error::{Stop, from_sqlx, wants_retry};
use crate::ports::store::StoreError;

/// So often a transaction is tried that the server asks to try again.
const TRIES: u32 = 3;

/// Applies one change and waits until it is durable.
pub(super) async fn write<T, F>(pool: &PgPool, work: F) -> Result<T, Stop>
where
    F: for<'c> Fn(&'c mut PgConnection) -> BoxFuture<'c, Result<T, Stop>>,
{
    let mut tries = 1;
    loop {
        match attempt(pool, &work).await {
            Err(Stop::Failed(error)) if wants_retry(&error) => {
                if tries == TRIES {
                    return Err(Stop::Conflict);
                }
                tries += 1;
            }
            done => return done,
        }
    }
}

/// The server may have committed although its answer did not come.
fn not_acknowledged(error: sqlx::Error) -> Stop {
    Stop::Failed(match from_sqlx(error) {
        StoreError::Unreachable(away) => StoreError::Uncertain(away),
        refused => refused,
    })
}

async fn attempt<T, F>(pool: &PgPool, work: &F) -> Result<T, Stop>
where
    F: for<'c> Fn(&'c mut PgConnection) -> BoxFuture<'c, Result<T, Stop>>,
{
    let mut transaction = pool.begin().await?;
    let done = work(&mut transaction).await;
    match done {
        Ok(done) => {
            transaction.commit().await.map_err(not_acknowledged)?;
            Ok(done)
        }
        Err(stop) => {
            // an error here ends the connection, and with it the transaction
            let _ = transaction.rollback().await;
            Err(stop)
        }
    }
}
