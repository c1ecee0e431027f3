//! Connections that wait for the next letter, and the mailer that uses them.

use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use async_trait::async_trait;
use lettre::transport::smtp::client::AsyncSmtpConnection;
use tokio::sync::Semaphore;

use super::message::Writer;
use super::route::Server;
use super::smtp;
use crate::domain::desk::Desk;
use crate::ports::mailer::{DeliveryError, Letter, Mailer};

/// Connections at a time; more would make many servers suspicious.
const CONNECTIONS: usize = 4;

/// How long a connection waits for the next letter; servers end idle ones after some minutes.
const IDLE: Duration = Duration::from_secs(30);

/// Sends letters by SMTP.
pub(super) struct SmtpMailer {
    pool: Arc<Pool>,
    writer: Writer,
}

struct Pool {
    server: Server,
    slots: Semaphore,
    waiting: Mutex<Waiting>,
}

#[derive(Default)]
struct Waiting {
    connections: Vec<(u64, AsyncSmtpConnection)>,
    last: u64,
}

impl SmtpMailer {
    /// A mailer for this server; nothing is connected yet.
    pub(super) fn new(server: Server, writer: Writer) -> Self {
        let pool = Pool {
            server,
            slots: Semaphore::new(CONNECTIONS),
            waiting: Mutex::default(),
        };
        Self {
            pool: Arc::new(pool),
            writer,
        }
    }
}

#[async_trait]
impl Mailer for SmtpMailer {
    async fn deliver(&self, desk: &Desk, letter: &Letter) -> Result<(), DeliveryError> {
        let written = self.writer.write(desk, letter)?;
        let _slot = self
            .pool
            .slots
            .acquire()
            .await
            .map_err(|_closed| DeliveryError::NotNow("shutting down".to_owned()))?;
        let mut connection = self.pool.connection().await?;
        match smtp::send(&mut connection, &written.envelope, &written.bytes).await {
            Ok(()) => {
                self.pool.keep(connection);
                Ok(())
            }
            Err(error) => {
                smtp::end(connection).await;
                Err(error)
            }
        }
    }

    async fn check(&self) -> Result<(), DeliveryError> {
        let connection = smtp::connect(&self.pool.server).await?;
        smtp::end(connection).await;
        Ok(())
    }
}

impl Pool {
    /// One that waited and is still good, else a new one.
    async fn connection(&self) -> Result<AsyncSmtpConnection, DeliveryError> {
        while let Some(mut connection) = self.take(None) {
            if smtp::is_alive(&mut connection).await {
                return Ok(connection);
            }
        }
        smtp::connect(&self.server).await
    }

    /// Takes the one with this number, or the newest.
    fn take(&self, number: Option<u64>) -> Option<AsyncSmtpConnection> {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        let connections = &mut waiting.connections;
        let at = match number {
            Some(number) => connections.iter().position(|(own, _)| *own == number)?,
            None => connections.len().checked_sub(1)?,
        };
        Some(connections.remove(at).1)
    }

    /// Lets a connection wait for the next letter, for a while.
    fn keep(self: &Arc<Self>, connection: AsyncSmtpConnection) {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.last += 1;
        let number = waiting.last;
        waiting.connections.push((number, connection));
        drop(waiting);
        tokio::spawn(end_if_idle(Arc::downgrade(self), number));
    }
}

async fn end_if_idle(pool: Weak<Pool>, number: u64) {
    tokio::time::sleep(IDLE).await;
    let idle = pool.upgrade().and_then(|pool| pool.take(Some(number)));
    if let Some(connection) = idle {
        smtp::end(connection).await;
    }
}
