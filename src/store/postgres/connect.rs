//! Reaching the server: one connection to look at it, then a pool with limits on every wait.

use std::str::FromStr as _;
use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{ConnectOptions as _, Connection as _, PgConnection, PgPool};

use super::super::error::one_line;
use super::super::options::OpenOptions;
use crate::ports::store::StoreError;

/// Statements that a connection keeps prepared; there are fewer.
const STATEMENTS: usize = 128;

/// A connection that nobody used for so long is asked whether it still lives.
const IDLE: Duration = Duration::from_secs(30);

/// Reads the URL; its parts never get into an error.
pub(super) fn options(url: &str, open: &OpenOptions) -> Result<PgConnectOptions, StoreError> {
    let malformed = StoreError::BadUrl("it must be postgres://USER:PASSWORD@HOST:PORT/DATABASE");
    let options = PgConnectOptions::from_str(url).map_err(|_untold| malformed)?;
    let patience = open.patience.as_millis().to_string();
    Ok(options
        .application_name("deskhand")
        .statement_cache_capacity(STATEMENTS)
        .options([
            ("statement_timeout", patience.as_str()),
            ("lock_timeout", patience.as_str()),
            ("idle_in_transaction_session_timeout", "60000"),
            // compiling costs more than any of our statements
            ("jit", "off"),
        ])
        .disable_statement_logging())
}

/// One connection, to learn at once and in clear words why there is none.
pub(super) async fn first(
    options: &PgConnectOptions,
    open: &OpenOptions,
) -> Result<PgConnection, StoreError> {
    let what = format!(
        "{} on {}:{}",
        options.get_database().unwrap_or(options.get_username()),
        options.get_host(),
        options.get_port()
    );
    let why = match tokio::time::timeout(open.patience, options.connect()).await {
        Ok(Ok(conn)) => return Ok(conn),
        Ok(Err(error)) => reason(&error),
        Err(_) => "no answer in time".to_owned(),
    };
    Err(StoreError::CannotOpen { what, why })
}

fn reason(error: &sqlx::Error) -> String {
    let code = match error {
        sqlx::Error::Database(refusal) => refusal.code(),
        _ => None,
    };
    match code.as_deref() {
        Some("28P01" | "28000") => {
            "the server does not accept the user name or password".to_owned()
        }
        Some("3D000") => "there is no such database".to_owned(),
        Some("53300") => "the server has no free connection".to_owned(),
        _ => one_line(error),
    }
}

/// The pool; it connects when it is asked to.
pub(super) fn pool(options: PgConnectOptions, open: &OpenOptions) -> PgPool {
    PgPoolOptions::new()
        .max_connections(open.connections.max(1))
        .acquire_timeout(open.patience)
        .test_before_acquire(false)
        .before_acquire(|conn, about| {
            Box::pin(async move {
                if about.idle_for > IDLE {
                    conn.ping().await?;
                }
                Ok(true)
            })
        })
        .connect_lazy_with(options)
}
