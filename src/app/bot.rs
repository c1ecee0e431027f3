//! The bot at work: gateway, letters, sweeping, until it is told to stop.

use std::future::ready;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

use crate::discord::board::Board;
use crate::discord::gateway::{Connection, Gateway, GatewayError};
use crate::discord::register::Registered;
use crate::domain::code::CodeKey;
use crate::domain::desk::Desk;
use crate::locales::Texts;
use crate::ports::clock::Clock;
use crate::ports::mailer::Mailer;
use crate::ports::store::{Store, StoreError};
use crate::service::{Service, ServiceError};

/// Another process may have queued a letter, so the outbox is looked at that often at the least.
const LOOK_AGAIN: Duration = Duration::from_secs(15);

/// How long the letters wait after the database failed.
const AFTER_FAILURE: Duration = Duration::from_secs(5);

/// How long the loops may take to end; a letter left in a mail server's hands goes again later.
const LOOPS_WITHIN: Duration = Duration::from_secs(4);

/// How often what has had its time is swept.
const SWEEP_EVERY: Duration = Duration::from_secs(3_600);

/// What a bot is made of.
pub struct Parts {
    /// The directory database.
    pub store: Arc<dyn Store>,
    /// How letters leave.
    pub mailer: Arc<dyn Mailer>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// The desks.
    pub desks: Vec<Desk>,
    /// What codes are derived with.
    pub key: CodeKey,
    /// The texts.
    pub texts: Arc<Texts>,
}

/// A bot at work.
pub struct Bot {
    service: Arc<Service>,
    board: Arc<Board>,
    store: Arc<dyn Store>,
    gateway: JoinHandle<Result<(), GatewayError>>,
    loops: Vec<JoinHandle<()>>,
    ready: watch::Receiver<bool>,
    stop: CancellationToken,
    /// Cancelled when the gateway's task has ended.
    over: CancellationToken,
    /// Cancelled when the time of the loops to end is up.
    late: CancellationToken,
    registered: Registered,
}

impl Bot {
    /// Connects and starts all loops; ends when `stop` is cancelled.
    ///
    /// # Errors
    /// Discord cannot be reached or refuses the bot.
    pub async fn start(
        parts: Parts,
        connection: &Connection,
        stop: CancellationToken,
    ) -> Result<Self, GatewayError> {
        let Parts {
            store,
            mailer,
            clock,
            desks,
            key,
            texts,
        } = parts;
        let service = Arc::new(Service::new(Arc::clone(&store), mailer, clock, desks, key));
        let gateway = Gateway::connect(
            connection,
            Arc::clone(&service),
            Arc::clone(&texts),
            stop.clone(),
        )
        .await?;
        let board = Arc::new(Board::new(Arc::clone(&service), texts, gateway.rest()));
        let (ready, registered) = (gateway.ready(), gateway.registered);
        let loops = vec![
            tokio::spawn(letters(Arc::clone(&service), stop.clone())),
            tokio::spawn(notes(
                Arc::clone(&board),
                Arc::clone(&service),
                stop.clone(),
            )),
            tokio::spawn(requests(Arc::clone(&service), stop.clone())),
            tokio::spawn(sweeping(Arc::clone(&service), stop.clone())),
        ];
        let (over, late) = (CancellationToken::new(), CancellationToken::new());
        let is_over = over.clone().drop_guard();
        let gateway = tokio::spawn(async move {
            let _is_over = is_over;
            gateway.run().await
        });
        tokio::spawn(patience(stop.clone(), late.clone()));
        Ok(Self {
            service,
            board,
            store,
            gateway,
            loops,
            ready,
            stop,
            over,
            late,
            registered,
        })
    }

    /// What became of the commands at the start.
    #[must_use]
    pub const fn registered(&self) -> Registered {
        self.registered
    }

    /// The use cases, for whoever drives the bot from inside.
    #[must_use]
    pub const fn service(&self) -> &Arc<Service> {
        &self.service
    }

    /// What posts messages about requests.
    #[must_use]
    pub const fn board(&self) -> &Arc<Board> {
        &self.board
    }

    /// Waits until the session is ready; false when it ended before.
    pub async fn is_ready(&mut self) -> bool {
        tokio::select! {
            ready = self.ready.wait_for(|ready| *ready) => ready.is_ok(),
            () = self.over.cancelled() => false,
        }
    }

    /// Waits for the end: asked for by `stop`, or forced by Discord. Ends the work in hand and the database last.
    ///
    /// # Errors
    /// Discord ended the session for good.
    pub async fn ended(self) -> Result<(), GatewayError> {
        let ended = self
            .gateway
            .await
            .unwrap_or(Err(GatewayError::NotReachable("the gateway's task broke")));
        self.stop.cancel();
        for mut task in self.loops {
            tokio::select! {
                ended = &mut task => if ended.is_err() {
                    tracing::error!("a loop of the bot ended in a panic");
                },
                () = self.late.cancelled() => {
                    tracing::warn!("a loop of the bot did not end in time");
                    task.abort();
                }
            }
        }
        self.store.close().await;
        ended
    }
}

/// Tells when a stop has lasted long enough.
async fn patience(stop: CancellationToken, late: CancellationToken) {
    stop.cancelled().await;
    sleep(LOOPS_WITHIN).await;
    late.cancel();
}

/// Delivers letters as they fall due.
async fn letters(service: Arc<Service>, stop: CancellationToken) {
    while !stop.is_cancelled() {
        let done = service.deliver_due().await;
        let next = until(&service, service.next_due());
        let wait = rest(done, next, "letters could not be looked for").await;
        tokio::select! {
            () = stop.cancelled() => {}
            () = service.wait_for_letters() => {}
            () = sleep(wait) => {}
        }
    }
}

/// Posts messages about requests as they fall due.
async fn notes(board: Arc<Board>, service: Arc<Service>, stop: CancellationToken) {
    while !stop.is_cancelled() {
        let done = board.deliver_due().await;
        let next = until(&service, service.next_note_due());
        let wait = rest(
            done,
            next,
            "messages about requests could not be looked for",
        )
        .await;
        tokio::select! {
            () = stop.cancelled() => {}
            () = service.wait_for_notes() => {}
            () = sleep(wait) => {}
        }
    }
}

/// Reminds of requests, tells the contact mailbox, lets them expire.
async fn requests(service: Arc<Service>, stop: CancellationToken) {
    while !stop.is_cancelled() {
        let done = service.tend_requests().await;
        let wait = rest(
            done,
            ready(LOOK_AGAIN),
            "requests could not be looked after",
        )
        .await;
        tokio::select! {
            () = stop.cancelled() => {}
            () = sleep(wait) => {}
        }
    }
}

/// How long a loop rests: not at all while there was something to do, else as long as `next` says.
async fn rest(
    done: Result<usize, ServiceError>,
    next: impl Future<Output = Duration>,
    trouble: &'static str,
) -> Duration {
    match done {
        Ok(0) => next.await,
        Ok(_) => Duration::ZERO,
        Err(error) => {
            tracing::error!(%error, "{trouble}");
            AFTER_FAILURE
        }
    }
}

/// How long until something is due.
async fn until(
    service: &Service,
    due: impl Future<Output = Result<Option<Timestamp>, StoreError>>,
) -> Duration {
    let due = due.await.ok().flatten();
    due.map_or(LOOK_AGAIN, |due| {
        wait_between(service.now(), due).min(LOOK_AGAIN)
    })
}

fn wait_between(now: Timestamp, due: Timestamp) -> Duration {
    // a due time just passed still takes a moment, lest a fault turns into a busy loop
    Duration::try_from(due.duration_since(now))
        .unwrap_or_default()
        .max(Duration::from_millis(50))
}

async fn sweeping(service: Arc<Service>, stop: CancellationToken) {
    // at once too: a bot that is started anew every few minutes would never sweep
    while !stop.is_cancelled() {
        if let Err(error) = service.sweep().await {
            tracing::error!(%error, "old rows could not be swept");
        }
        tokio::select! {
            () = stop.cancelled() => {}
            () = sleep(SWEEP_EVERY) => {}
        }
    }
}
