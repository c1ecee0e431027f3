//! The handle on a running local Discord.

use std::net::Ipv4Addr;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::extract::ws::WebSocketUpgrade;
use axum::extract::{DefaultBodyLimit, State};
use axum::response::Response;
use axum::routing::get;
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use super::core::{Core, stopped};
use super::error::SandboxError;
use super::faults::Faults;
use super::gateway::socket;
use super::interactions::Interaction;
use super::payload::{Place, send};
use super::person::Person;
use super::rest;
use super::rules::mention::snowflake;
use super::rules::{field, number, text};
use super::settle::broken;
use super::setup::Setup;
use super::wire::{Entry, Recording, RestCall};

/// How long connections may take to end at a stop.
const STOP: Duration = Duration::from_secs(1);

/// A running local Discord; stops when the last handle is gone.
#[derive(Clone, Debug)]
pub struct LocalDiscord {
    core: Arc<Core>,
    server: Arc<Server>,
}

#[derive(Debug)]
struct Server {
    core: Arc<Core>,
    task: Mutex<Option<JoinHandle<()>>>,
}

impl Drop for Server {
    fn drop(&mut self) {
        self.core.stop.send_replace(true);
        let task = self.task.get_mut().unwrap_or_else(PoisonError::into_inner);
        if let Some(task) = task.take() {
            task.abort();
        }
    }
}

impl LocalDiscord {
    /// Listens on a free port of 127.0.0.1.
    ///
    /// # Errors
    /// If no port can be opened.
    pub async fn start(setup: Setup) -> Result<Self, SandboxError> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await;
        let listener = listener.map_err(SandboxError::Start)?;
        let address = listener.local_addr().map_err(SandboxError::Start)?;
        let core = Arc::new(Core::new(setup, address.to_string()));
        let app = Router::new()
            .route("/gateway", get(gateway))
            .fallback(rest::serve)
            .layer(DefaultBodyLimit::disable())
            .with_state(Arc::clone(&core));
        let mut stop = core.stop.subscribe();
        let stopped = async move { stopped(&mut stop).await };
        let task = tokio::spawn(async move {
            let serve = axum::serve(listener, app).with_graceful_shutdown(stopped);
            if let Err(error) = serve.await {
                tracing::warn!(%error, "the local Discord's listener failed");
            }
        });
        let server = Server {
            core: Arc::clone(&core),
            task: Mutex::new(Some(task)),
        };
        Ok(Self {
            core,
            server: Arc::new(server),
        })
    }

    pub(crate) fn core(&self) -> &Core {
        &self.core
    }

    /// What replaces `https://discord.com`.
    #[must_use]
    pub fn base_url(&self) -> String {
        format!("http://{}", self.core.address)
    }

    /// The address of the gateway.
    #[must_use]
    pub fn gateway_url(&self) -> String {
        self.core.gateway_url()
    }

    /// Waits until a bot is connected and has identified.
    ///
    /// # Errors
    /// If none comes in time.
    pub async fn wait_until_ready(&self) -> Result<(), SandboxError> {
        let ready = &self.core.hub.ready;
        let probe = || self.core.hub.is_ready().then_some(());
        self.core
            .wait((ready, ready), || "a bot on the gateway".into(), probe)
            .await
    }

    /// Waits until that many sessions were opened, since the start.
    ///
    /// # Errors
    /// If they do not come in time.
    pub async fn identified(&self, sessions: u64) -> Result<(), SandboxError> {
        let ready = &self.core.hub.ready;
        let probe = || (self.core.hub.identifies() >= sessions).then_some(());
        self.core
            .wait((ready, ready), || format!("{sessions} sessions"), probe)
            .await
    }

    /// Waits until that many commands are registered.
    ///
    /// # Errors
    /// If they are not in time.
    pub async fn commands_registered(&self, count: usize) -> Result<(), SandboxError> {
        let registered = &self.core.registered;
        let probe = || (self.core.world().commands.list().len() >= count).then_some(());
        self.core
            .wait(
                (registered, registered),
                || format!("{count} commands"),
                probe,
            )
            .await
    }

    /// The registered commands, as Discord keeps them.
    #[must_use]
    pub fn commands(&self) -> Vec<Value> {
        self.core.world().commands.list().to_vec()
    }

    /// How many calls have written commands.
    #[must_use]
    pub fn command_writes(&self) -> u64 {
        self.core.world().commands.writes()
    }

    /// How many answers had a status that Discord counts as invalid (P33).
    #[must_use]
    pub fn invalid_requests(&self) -> u64 {
        self.core.invalid.load(Ordering::Relaxed)
    }

    /// A member of a guild, in the guild's first channel.
    ///
    /// # Errors
    /// If guild or member are unknown.
    pub fn member(&self, guild_id: u64, user_id: u64) -> Result<Person, SandboxError> {
        let world = self.core.world();
        let guild = world.guild(guild_id)?;
        guild.member(user_id)?;
        let channel = guild.channels.first().map_or(0, |channel| channel.id);
        let at = Place {
            guild: guild_id,
            channel,
            user: user_id,
            direct: false,
        };
        Ok(Person {
            core: Arc::clone(&self.core),
            at,
        })
    }

    /// The recording of the wire.
    #[must_use]
    pub fn wire(&self) -> Recording {
        self.core.wire.clone()
    }

    /// Waits until the recording has an entry like this.
    ///
    /// # Errors
    /// If none comes in time.
    pub async fn recorded(&self, wanted: impl Fn(&Entry) -> bool) -> Result<Entry, SandboxError> {
        let grown = self.core.wire.grown();
        let probe = || {
            self.core
                .wire
                .entries()
                .into_iter()
                .find(|entry| wanted(entry))
        };
        self.core
            .wait(
                (&grown, &grown),
                || "an entry of the recording".into(),
                probe,
            )
            .await
    }

    /// Waits until that many such calls are recorded; `*` in the pattern
    /// stands for one segment of the path after `/api/v10`.
    ///
    /// # Errors
    /// If they do not come in time.
    pub async fn called(
        &self,
        method: &str,
        pattern: &str,
        calls: usize,
    ) -> Result<Vec<RestCall>, SandboxError> {
        let grown = self.core.wire.grown();
        let probe = || Some(self.core.wire.calls(method, pattern)).filter(|c| c.len() >= calls);
        let what = || format!("{calls} calls {method} {pattern}");
        self.core.wait((&grown, &grown), what, probe).await
    }

    /// Waits for the oldest interaction of this type (2 command, 3 component,
    /// 4 autocomplete, 5 modal) that has no answer, for tests without a bot.
    ///
    /// # Errors
    /// If none comes in time.
    pub async fn unanswered(&self, kind: u64) -> Result<u64, SandboxError> {
        let added = Arc::clone(&self.core.world().interactions.added);
        let probe = || self.core.world().interactions.unanswered(kind);
        let what = || format!("an interaction of type {kind}");
        self.core.wait((&added, &added), what, probe).await
    }

    /// The fault hooks.
    #[must_use]
    pub fn faults(&self) -> Faults {
        Faults {
            core: Arc::clone(&self.core),
        }
    }

    /// Delivers an interaction again, with the same id and token (P10).
    ///
    /// # Errors
    /// If it is unknown.
    pub fn deliver_again(&self, interaction_id: u64) -> Result<(), SandboxError> {
        let world = self.core.world();
        let unknown = SandboxError::Unknown {
            what: "interaction",
            id: interaction_id,
        };
        let interaction = world.interactions.get(interaction_id).ok_or(unknown)?;
        send(
            &self.core,
            interaction.guild,
            Arc::clone(&interaction.payload),
        );
        Ok(())
    }

    /// Delivers a payload as it is, whatever it holds. With an id and a token
    /// the bot can answer it; the id is returned, 0 if there is none.
    pub fn raw_interaction(&self, payload: &Value) -> u64 {
        let id = snowflake(field(payload, "id")).unwrap_or(0);
        let guild = snowflake(field(payload, "guild_id")).unwrap_or(0);
        let user = [
            field(field(field(payload, "member"), "user"), "id"),
            field(field(payload, "user"), "id"),
        ];
        let data: Arc<str> = payload.to_string().into();
        let mut world = self.core.world();
        if id != 0 {
            world.interactions.add(Interaction {
                id,
                token: text(payload, "token").to_owned(),
                kind: number(payload, "type"),
                at: self.core.now(),
                guild,
                channel: snowflake(field(payload, "channel_id")).unwrap_or(0),
                user: user.into_iter().find_map(snowflake).unwrap_or(0),
                command: text(field(payload, "data"), "name").to_owned(),
                payload: Arc::clone(&data),
                source: snowflake(field(field(payload, "message"), "id")),
                answer: None,
                recorded: false,
                original: None,
                followups: Vec::new(),
                modal: None,
                choices: None,
                broken: None,
                signal: Arc::default(),
            });
        }
        send(&self.core, guild, data);
        id
    }

    /// The payload of an interaction as it was delivered.
    #[must_use]
    pub fn payload(&self, interaction_id: u64) -> Option<Value> {
        let world = self.core.world();
        serde_json::from_str(&world.interactions.get(interaction_id)?.payload).ok()
    }

    /// Waits for the bot's first answer to an interaction: its callback type.
    ///
    /// # Errors
    /// If none comes in time, or it breaks a rule.
    pub async fn answered(&self, interaction_id: u64) -> Result<u64, SandboxError> {
        let unknown = SandboxError::Unknown {
            what: "interaction",
            id: interaction_id,
        };
        let signal = {
            let world = self.core.world();
            Arc::clone(
                &world
                    .interactions
                    .get(interaction_id)
                    .ok_or(unknown)?
                    .signal,
            )
        };
        let probe = || {
            let world = self.core.world();
            let interaction = world.interactions.get(interaction_id)?;
            let broken = broken(&self.core, interaction);
            let answer = interaction.answer.filter(|_| interaction.recorded);
            broken.map(Err).or_else(|| answer.map(Ok))
        };
        let what = || format!("an answer to interaction {interaction_id}");
        self.core.wait((&signal, &signal), what, probe).await?
    }

    /// Closes all connections and stops listening.
    pub async fn stop(&self) {
        self.core.stop.send_replace(true);
        let task = self
            .server
            .task
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        if let Some(mut task) = task
            && tokio::time::timeout(STOP, &mut task).await.is_err()
        {
            task.abort();
        }
    }
}

async fn gateway(State(core): State<Arc<Core>>, upgrade: WebSocketUpgrade) -> Response {
    upgrade.on_upgrade(move |socket| socket::serve(core, socket))
}
