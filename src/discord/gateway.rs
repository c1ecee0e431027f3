//! The gateway: serenity's client without intents and cache; each interaction is a task of its own.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use futures::channel::mpsc::UnboundedReceiver;
use futures::{FutureExt as _, StreamExt as _};
use secrecy::{ExposeSecret as _, SecretString};
use serenity::all::{
    ApplicationId, Context, CreateAllowedMentions, EventHandler, GatewayIntents, HttpBuilder,
    Interaction, Ready, ShardManager, ShardManagerOptions,
};
use serenity::prelude::TypeMap;
use tokio::sync::{Mutex, RwLock, watch};
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::discord::answer;
use crate::discord::entrance::Entrance;
use crate::discord::parse;
use crate::discord::register::{self, Registered};
use crate::discord::render::Answer;
use crate::discord::rest::{Patience, Rest, RestError};
use crate::discord::serve::Served;
use crate::discord::tunnel::Tunnel;
use crate::discord::unread::Unread;
use crate::locales::Texts;
use crate::service::Service;

/// How long the work in hand may take at shutdown.
const DRAIN_WITHIN: Duration = Duration::from_secs(3);

/// How long serenity has to close its sessions; it looks for the order twice a second.
const GOODBYE_WITHIN: Duration = Duration::from_secs(1);

/// How long the last bytes may take to the gateway.
const LAST_BYTES_WITHIN: Duration = Duration::from_millis(500);

/// Why the gateway ended or did not start.
#[derive(Debug, thiserror::Error)]
pub enum GatewayError {
    /// Discord's REST interface did not answer as it should.
    #[error(transparent)]
    Rest(#[from] RestError),
    /// The token is wrong (close code 4004), or Discord refuses the session for another lasting reason (P29):
    /// 4010 to 4014.
    #[error("Discord refuses the session: {0}")]
    Refused(&'static str),
    /// The bot was started too often in the last day (P29).
    #[error(
        "Discord grants no more session starts, the next in {minutes} min; see in the log why the bot starts so often"
    )]
    NoStarts {
        /// Until there are some again.
        minutes: u64,
    },
    /// The connection could not be made.
    #[error("the gateway cannot be reached: {0}")]
    NotReachable(&'static str),
}

/// How to reach Discord.
#[derive(Clone, Debug)]
pub struct Connection {
    /// The bot's token.
    pub token: SecretString,
    /// What replaces `https://discord.com`.
    pub api_url: Option<String>,
    /// The application; asked from Discord when absent.
    pub application: Option<u64>,
}

struct Handler {
    service: Arc<Service>,
    texts: Arc<Texts>,
    rest: Rest,
    tracker: TaskTracker,
    stop: CancellationToken,
    ready: watch::Sender<bool>,
}

/// A gateway that runs until `stop` is cancelled.
pub struct Gateway {
    manager: Arc<ShardManager>,
    sessions: UnboundedReceiver<Result<(), serenity::gateway::GatewayError>>,
    /// Where the shards connect to.
    ws_url: Arc<Mutex<String>>,
    tunnel: Tunnel,
    tracker: TaskTracker,
    stop: CancellationToken,
    ready: watch::Receiver<bool>,
    rest: Rest,
    /// What became of the commands.
    pub registered: Registered,
}

impl Gateway {
    /// Registers the commands if they differ, and prepares the session.
    ///
    /// # Errors
    /// Discord did not answer, or does not know the token.
    pub async fn connect(
        connection: &Connection,
        service: Arc<Service>,
        texts: Arc<Texts>,
        stop: CancellationToken,
    ) -> Result<Self, GatewayError> {
        let rest = Rest::new(&connection.token, connection.api_url.clone())?;
        let application = match connection.application {
            Some(id) => ApplicationId::new(id),
            None => register::application(&rest).await?,
        };
        let registered = register::register(&rest, application, &texts).await?;
        let Entrance {
            upstream, shards, ..
        } = Entrance::ask(&rest, connection, Patience::START).await?;
        let tunnel = Tunnel::open(upstream)
            .await
            .map_err(GatewayError::NotReachable)?;
        let mut http = HttpBuilder::new(connection.token.expose_secret())
            .client(rest.client())
            .ratelimiter_disabled(true)
            .application_id(application)
            .default_allowed_mentions(CreateAllowedMentions::new());
        if let Some(url) = &connection.api_url {
            http = http.proxy(url);
        }
        let tracker = TaskTracker::new();
        let (ready, is_ready) = watch::channel(false);
        let handler = Handler {
            service,
            texts,
            rest: rest.clone(),
            tracker: tracker.clone(),
            stop: stop.clone(),
            ready,
        };
        // serenity's client would ask for the gateway itself, past our limits and time-outs
        let ws_url = Arc::new(Mutex::new(tunnel.url().to_owned()));
        let (manager, sessions) = ShardManager::new(ShardManagerOptions {
            data: Arc::new(RwLock::new(TypeMap::new())),
            event_handlers: vec![Arc::new(handler)],
            raw_event_handlers: vec![Arc::new(Unread::default())],
            shard_index: 0,
            shard_init: shards,
            shard_total: shards,
            ws_url: Arc::clone(&ws_url),
            http: Arc::new(http.build()),
            intents: GatewayIntents::empty(),
            presence: None,
        });
        Ok(Self {
            manager,
            sessions,
            ws_url,
            tunnel,
            tracker,
            stop,
            ready: is_ready,
            rest,
            registered,
        })
    }

    /// The way to Discord's REST interface.
    #[must_use]
    pub fn rest(&self) -> Rest {
        self.rest.clone()
    }

    /// Tells when the session is ready.
    #[must_use]
    pub fn ready(&self) -> watch::Receiver<bool> {
        self.ready.clone()
    }

    /// Runs until stopped; then takes no more work, ends what is in hand, and closes the session.
    ///
    /// # Errors
    /// Discord ended the session for good.
    pub async fn run(self) -> Result<(), GatewayError> {
        let Self {
            manager,
            mut sessions,
            ws_url,
            tunnel,
            tracker,
            stop,
            ..
        } = self;
        if manager.initialize().is_err() {
            return Err(GatewayError::NotReachable("no session could be started"));
        }
        let ended = tokio::select! {
            biased;
            () = stop.cancelled() => Ok(()),
            fatal = tunnel.refused() => Err(GatewayError::Refused(fatal.text())),
            ended = sessions.next() => Err(GatewayError::NotReachable(match ended {
                Some(Err(_)) => "the connection broke",
                _ => "the session ended",
            })),
        };
        drain(&tracker).await;
        if timeout(GOODBYE_WITHIN, manager.shutdown_all())
            .await
            .is_err()
        {
            tracing::warn!("the session was not closed in time");
        }
        // serenity goes on trying when it never had a session: it must not find whoever takes the port next
        ws_url.lock().await.clear();
        tunnel.close(LAST_BYTES_WITHIN).await;
        ended
    }
}

/// Waits for the interactions in hand.
async fn drain(tracker: &TaskTracker) {
    tracker.close();
    if timeout(DRAIN_WITHIN, tracker.wait()).await.is_err() {
        tracing::warn!(
            left = tracker.len(),
            "interactions still in hand at shutdown were left"
        );
    }
}

#[serenity::async_trait]
impl EventHandler for Handler {
    async fn ready(&self, _: Context, ready: Ready) {
        tracing::info!(session = "ready", shard = ?ready.shard, "connected to Discord");
        self.ready.send_replace(true);
    }

    async fn interaction_create(&self, _: Context, interaction: Interaction) {
        if self.stop.is_cancelled() {
            return;
        }
        let Some((origin, parsed)) = parse::parse(&interaction) else {
            return;
        };
        let served = Served {
            service: Arc::clone(&self.service),
            texts: Arc::clone(&self.texts),
            rest: self.rest.clone(),
            stop: self.stop.clone(),
        };
        self.tracker.spawn(async move {
            let id = origin.id;
            let fallback = (served.clone(), origin.clone());
            if AssertUnwindSafe(served.serve(origin, parsed))
                .catch_unwind()
                .await
                .is_err()
            {
                tracing::error!(interaction = %id, "an answer ended in a panic");
                let (served, origin) = fallback;
                let page = served.writer(&origin).uncertain(id);
                if let Err(error) = answer::answer(&served.rest, &origin, Answer::Page(page)).await
                {
                    answer::note_failure(&origin, &error);
                }
            }
        });
    }
}
