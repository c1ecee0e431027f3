//! The way from serenity to Discord's gateway: serenity speaks plain WebSocket to a port of this
//! machine, and the tunnel does TLS, with time-outs, and reads the close codes.

mod carry;
mod door;
mod ending;
mod frames;
mod heard;
#[cfg(test)]
mod tests;
mod upstream;

use std::net::Ipv4Addr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio::time::timeout;
use tokio_util::sync::{CancellationToken, DropGuard};
use tokio_util::task::TaskTracker;

pub(crate) use ending::Fatal;
pub(crate) use upstream::Upstream;

/// Connections that have not shown the secret yet; more are closed at once.
const STRANGERS: usize = 64;

/// A way to one gateway, open until it is dropped.
///
/// # Why serenity does no TLS
/// serenity 0.12.5, the last of its line, connects with tokio-tungstenite 0.21, which brings
/// rustls 0.22 and rustls-webpki 0.102.8, and these have known defects without a corrected
/// version: RUSTSEC-2026-0049 and -0104 (lists of revoked certificates), -0098 and -0099 (name
/// constraints). serenity does not build without one of its TLS features, so they stay in
/// `Cargo.lock`, but nothing runs them: a `ws://` address never reaches TLS code, and
/// [`Tunnel::url`], the only address that serenity is given, is written as `ws://127.0.0.1:...` here.
/// The tunnel uses the rustls of REST, mail and database instead ([`crate::discord::tls`]).
///
/// Weighed and left: serenity's native TLS needs the headers of OpenSSL, or perl and make to
/// build it; delivery over HTTP only still builds the same crates, and needs a public address; to
/// ignore the advisories, because Discord's certificates have neither lists nor constraints that
/// matter, is an argument about today's certificates, not about the code.
///
/// # Who else may use it
/// Nobody: the path holds 256 random bits that are in no log, and a connection that does not show
/// them gets 404 before anything is sent to Discord. What passes on the loopback, the bot's token
/// included, can be read only by those who may capture packets of this machine, and they can
/// read the process as well.
///
/// # What it adds
/// Time-outs for connecting (serenity has none); the reason when a certificate is refused; and
/// the ends of a connection that serenity does not survive, see [`ending`].
#[derive(Debug)]
pub(crate) struct Tunnel {
    url: String,
    connections: TaskTracker,
    fatal: watch::Receiver<Option<Fatal>>,
    stop: CancellationToken,
    _ends_with_the_handle: DropGuard,
}

/// What all connections share.
struct Shared {
    upstream: Upstream,
    path: String,
    fatal: watch::Sender<Option<Fatal>>,
    strangers: Semaphore,
    told: AtomicBool,
    /// Messages of the gateway that serenity could not read.
    unread: Arc<AtomicU64>,
}

impl Tunnel {
    /// Listens on a free port of 127.0.0.1.
    ///
    /// # Errors
    /// Why not: no port, or no random bits.
    pub(crate) async fn open(upstream: Upstream) -> Result<Self, &'static str> {
        let path = secret_path()?;
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await;
        let listener = listener.map_err(|_| "no port of this machine is free")?;
        let address = listener
            .local_addr()
            .map_err(|_| "no port of this machine is free")?;
        let (fatal, fatal_told) = watch::channel(None);
        let url = format!("ws://{address}{path}");
        let shared = Arc::new(Shared {
            upstream,
            path,
            fatal,
            strangers: Semaphore::new(STRANGERS),
            told: AtomicBool::new(false),
            unread: Arc::default(),
        });
        let (connections, stop) = (TaskTracker::new(), CancellationToken::new());
        tokio::spawn(accept(listener, shared, connections.clone(), stop.clone()));
        Ok(Self {
            url,
            connections,
            fatal: fatal_told,
            stop: stop.clone(),
            _ends_with_the_handle: stop.drop_guard(),
        })
    }

    /// What serenity connects to; holds the secret.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// Waits until Discord refuses the session for good (P29); forever if it does not.
    pub(crate) async fn refused(&self) -> Fatal {
        let mut fatal = self.fatal.clone();
        let told = fatal.wait_for(Option::is_some).await.map(|fatal| *fatal);
        match told {
            Ok(Some(fatal)) => fatal,
            _ => std::future::pending().await,
        }
    }

    /// Takes no more connections, lets the last bytes pass for at most `patience`, and cuts the rest.
    pub(crate) async fn close(self, patience: Duration) {
        self.connections.close();
        if timeout(patience, self.connections.wait()).await.is_err() {
            tracing::debug!("the gateway did not end the connection in time");
        }
        self.stop.cancel();
    }
}

/// A path that nobody else can guess.
fn secret_path() -> Result<String, &'static str> {
    let mut bits = [0_u8; 32];
    getrandom::fill(&mut bits).map_err(|_| "the operating system gives no random bits")?;
    Ok(format!("/{}", hex::encode(bits)))
}

async fn accept(
    listener: TcpListener,
    shared: Arc<Shared>,
    connections: TaskTracker,
    stop: CancellationToken,
) {
    loop {
        let accepted = tokio::select! {
            () = stop.cancelled() => return,
            accepted = listener.accept() => accepted,
        };
        let Ok((local, _)) = accepted else {
            // no file descriptors left, most likely: wait for some
            tokio::time::sleep(Duration::from_millis(100)).await;
            continue;
        };
        if connections.is_closed() {
            continue;
        }
        let (shared, stop) = (Arc::clone(&shared), stop.clone());
        connections.spawn(async move {
            tokio::select! {
                () = stop.cancelled() => {}
                () = shared.serve(local) => {}
            }
        });
    }
}

impl Shared {
    async fn serve(&self, mut local: TcpStream) {
        // without it a heartbeat waits for the acknowledgement of the one before
        local.set_nodelay(true).unwrap_or_default();
        let request = {
            let Ok(_stranger) = self.strangers.try_acquire() else {
                return;
            };
            match door::knock(&mut local, &self.path).await {
                Ok(request) => request,
                Err(door::Stranger) => {
                    if !self.told.swap(true, Ordering::Relaxed) {
                        tracing::warn!("another program of this machine was refused the tunnel");
                    }
                    return;
                }
            }
        };
        match self.upstream.open(&request).await {
            Ok(opened) => {
                let heard = heard::Heard::counting(&self.unread);
                carry::carry(local, opened, &self.fatal, heard).await;
            }
            Err(reason) => {
                tracing::warn!(reason, "the gateway cannot be reached");
                door::apologise(&mut local).await;
            }
        }
    }
}
