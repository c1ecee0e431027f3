//! The gateway: serenity's client without intents and cache; each interaction is a task of its own.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use futures::channel::mpsc::UnboundedReceiver;
use futures::{FutureExt as _, StreamExt as _};
use secrecy::{ExposeSecret as _, SecretString};
use serenity::all::{
    ApplicationId, Context, CreateAllowedMentions, CreateAutocompleteResponse, EventHandler,
    GatewayIntents, HttpBuilder, Interaction, Ready, ShardManager, ShardManagerOptions,
};
use serenity::prelude::TypeMap;
use tokio::sync::{Mutex, RwLock, watch};
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::discord::answer;
use crate::discord::entrance::Entrance;
use crate::discord::parse::{self, Origin, Parsed, Suggest, SuggestOption};
use crate::discord::register::{self, Registered};
use crate::discord::render::{Answer, Writer};
use crate::discord::rest::{Patience, Rest, RestError};
use crate::discord::tunnel::Tunnel;
use crate::discord::unread::Unread;
use crate::domain::ids::DeskId;
use crate::domain::outcome::Outcome;
use crate::locales::Texts;
use crate::service::Service;
use crate::service::call::{Call, Intent};

/// Work that takes longer defers first and edits afterwards (P01).
const DEFER_AFTER: Duration = Duration::from_millis(1_500);

/// How long an answer waits for the mail server before it says "mail not yet sent" and is edited later, and for a card.
const OUTBOX_WAIT: Duration = Duration::from_millis(700);

/// Work whose answer may be a form cannot defer (P03); it says so when it takes longer.
const FIRST_WITHIN: Duration = Duration::from_secs(2);

/// A little less than the life of Discord's token (P02).
const FOLLOW_FOR: Duration = Duration::from_secs(14 * 60);

/// Autocomplete has that long for the store, then answers with no choices.
const SUGGEST_WITHIN: Duration = Duration::from_secs(1);

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

/// A failure is told beside the dialog, which stays as it is, so that the step can be tried again.
fn beside(origin: &Origin, outcome: Option<&Outcome>) -> Origin {
    let failed = matches!(outcome, None | Some(Outcome::Uncertain(_)));
    Origin {
        updates: origin.updates && !failed,
        ..origin.clone()
    }
}

/// Whether the answer may be a form, which must be the first response (P03).
const fn must_be_first(call: &Call) -> bool {
    matches!(call.intent, Intent::ReopenForm { .. })
}

/// What one interaction is served with.
#[derive(Clone)]
struct Served {
    service: Arc<Service>,
    texts: Arc<Texts>,
    rest: Rest,
    stop: CancellationToken,
}

impl Served {
    fn writer(&self, origin: &Origin) -> Writer<'_> {
        let desk = origin
            .desk
            .and_then(|desk| self.service.desk(desk))
            .map(AsRef::as_ref);
        Writer::new(&self.texts, &origin.locale, desk)
    }

    async fn serve(self, origin: Origin, parsed: Parsed) {
        let result = match parsed {
            Parsed::Call(call) => self.call(&origin, &call).await,
            Parsed::OpenForm(button) => {
                let form = self.writer(&origin).opened_form(button);
                answer::answer(&self.rest, &origin, Answer::Form(form)).await
            }
            Parsed::Suggest(suggest) => self.suggest(&origin, &suggest).await,
            Parsed::Refused(refusal) => {
                let answer = self.writer(&origin).answer(&Outcome::Refused(refusal));
                answer::answer(
                    &self.rest,
                    &Origin {
                        updates: false,
                        ..origin.clone()
                    },
                    answer,
                )
                .await
            }
        };
        if let Err(error) = result {
            answer::note_failure(&origin, &error);
        }
    }

    async fn call(&self, origin: &Origin, call: &Call) -> Result<(), RestError> {
        // a panic is told with the error's number, also when the answer was deferred
        let work = AssertUnwindSafe(self.work(call)).catch_unwind();
        let work = async {
            work.await.unwrap_or_else(|_| {
                tracing::error!(interaction = %call.interaction, "an interaction ended in a panic");
                Some(Outcome::Uncertain(call.interaction))
            })
        };
        tokio::pin!(work);
        tokio::select! {
            biased;
            outcome = &mut work => {
                let written = self.written(origin, outcome.as_ref());
                let beside = beside(origin, outcome.as_ref());
                if let Err(error) = answer::answer(&self.rest, &beside, written).await {
                    if !error.is_answered() {
                        return Err(error);
                    }
                    // by another delivery of the event, which has deferred only, or shows the same
                    answer::note_failure(origin, &error);
                    self.put(origin, outcome.as_ref()).await?;
                }
                self.follow(origin, outcome).await
            }
            () = sleep(DEFER_AFTER), if !must_be_first(call) => {
                let deferred = answer::defer(&self.rest, origin).await;
                if let Err(error) = &deferred {
                    answer::note_failure(origin, error);
                }
                // the change goes on even when the answer has no way to the caller
                let outcome = work.await;
                // another delivery of the event may have deferred, or this one did and never heard of it
                if deferred.is_err_and(|error| error.is_unknown()) {
                    return Ok(());
                }
                self.put(origin, outcome.as_ref()).await?;
                self.follow(origin, outcome).await
            }
            () = sleep(FIRST_WITHIN), if must_be_first(call) => {
                tracing::error!(interaction = %call.interaction, "a form was not found in time");
                let beside = beside(origin, None);
                answer::answer(&self.rest, &beside, self.written(origin, None)).await
            }
        }
    }

    /// Puts a result in the place of what was answered before, or beside the dialog.
    async fn put(&self, origin: &Origin, outcome: Option<&Outcome>) -> Result<(), RestError> {
        match self.written(origin, outcome) {
            Answer::Page(page) if beside(origin, outcome).updates == origin.updates => {
                answer::edit(&self.rest, origin, page).await
            }
            Answer::Page(page) => answer::add(&self.rest, origin, page).await,
            Answer::Form(_) | Answer::Nothing => Ok(()),
        }
    }

    /// Carries the call out.
    async fn work(&self, call: &Call) -> Option<Outcome> {
        match self.service.handle(call).await {
            Ok(Outcome::AlreadyHandled) => {
                tracing::info!(interaction = %call.interaction, "delivered again, acted once");
                Some(Outcome::AlreadyHandled)
            }
            Ok(outcome) => Some(self.moment(call.desk, outcome).await),
            Err(error) => {
                let cause = std::error::Error::source(&error).map(ToString::to_string);
                tracing::error!(interaction = %call.interaction, %error, cause, "an interaction failed");
                None
            }
        }
    }

    /// Gives what was queued a moment, so that most answers are final at once.
    async fn moment(&self, desk: DeskId, mut outcome: Outcome) -> Outcome {
        if let Outcome::Requested(view) = outcome {
            let carded = self.service.carded(desk, (*view).clone());
            return Outcome::Requested(match timeout(OUTBOX_WAIT, carded).await {
                Ok(Ok(known)) => Box::new(known),
                _ => view,
            });
        }
        if let Some(done) = outcome.done_mut() {
            let settled = self.service.settled(desk, done);
            if let Ok(Ok(letters)) = timeout(OUTBOX_WAIT, settled).await {
                done.letters = letters;
            }
        }
        outcome
    }

    fn written(&self, origin: &Origin, outcome: Option<&Outcome>) -> Answer {
        let writer = self.writer(origin);
        outcome.map_or_else(
            || Answer::Page(writer.failed(origin.id)),
            |outcome| writer.answer(outcome),
        )
    }

    /// Brings "mail not yet sent" up to date when the letters come to their end within the life of the token.
    async fn follow(&self, origin: &Origin, outcome: Option<Outcome>) -> Result<(), RestError> {
        let (Some(mut outcome), Some(desk)) = (outcome, origin.desk) else {
            return Ok(());
        };
        let Some(done) = outcome.done_mut().filter(|done| !done.is_settled()) else {
            return Ok(());
        };
        let settled = tokio::select! {
            () = self.stop.cancelled() => return Ok(()),
            settled = timeout(FOLLOW_FOR, self.service.settled(desk, done)) => settled,
        };
        let Ok(Ok(letters)) = settled else {
            return Ok(());
        };
        done.letters = letters;
        match self.written(origin, Some(&outcome)) {
            Answer::Page(page) => answer::edit(&self.rest, origin, page).await,
            _ => Ok(()),
        }
    }

    async fn suggest(&self, origin: &Origin, suggest: &Suggest) -> Result<(), RestError> {
        let writer = self.writer(origin);
        let choices = match suggest.option {
            SuggestOption::Reason => writer.reason_choices(&suggest.typed),
            SuggestOption::Unknown => CreateAutocompleteResponse::new(),
            SuggestOption::User => {
                let search = self.service.suggest_people(
                    suggest.desk,
                    &suggest.member,
                    &suggest.typed,
                    suggest.for_trail,
                );
                let search = AssertUnwindSafe(search).catch_unwind();
                match timeout(SUGGEST_WITHIN, search).await {
                    Ok(Ok(Ok(people))) => writer.people_choices(&people),
                    Ok(Err(_)) => {
                        tracing::error!("autocomplete ended in a panic");
                        CreateAutocompleteResponse::new()
                    }
                    Ok(Ok(Err(error))) => {
                        tracing::error!(error = %error, "autocomplete found no store");
                        CreateAutocompleteResponse::new()
                    }
                    Err(_) => {
                        tracing::warn!("autocomplete took longer than a second");
                        CreateAutocompleteResponse::new()
                    }
                }
            }
        };
        answer::suggest(&self.rest, origin, choices).await
    }
}
