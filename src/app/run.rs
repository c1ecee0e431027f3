//! `deskhand run`: the bot against real Discord, by its settings.

use std::sync::Arc;

use secrecy::ExposeSecret as _;

use crate::app::bot::{Bot, Parts};
use crate::app::cli::RunOptions;
use crate::app::out::Out;
use crate::app::{Failure, shutdown};
use crate::clock::SystemClock;
use crate::config::{Config, DatabaseUrl, MailUrl, Needs, Shards, Transport, key_file};
use crate::discord::gateway::{Connection, GatewayError};
use crate::discord::register::Registered;
use crate::discord::rest::RestError;
use crate::domain::mask;
use crate::locales::Texts;
use crate::ports::mailer::Mailer;
use crate::ports::store::Store;
use crate::store::OpenOptions;
use crate::{mail, store, telemetry};

/// The address that `discord.api_url` replaces.
const DISCORD: &str = "https://discord.com";

pub(crate) async fn run(options: &RunOptions, out: &mut Out) -> Result<(), Failure> {
    let config = Config::load(&options.config, &environment, Needs::Run).map_err(Failure::wrong)?;
    if let Some((what, instead)) = not_served(&config) {
        return Err(Failure::wrong(format!("{what}; {instead}")));
    }
    telemetry::start(config.log, std::env::var("RUST_LOG").ok().as_deref());
    let stop =
        shutdown::on_signal().map_err(|error| Failure::failed(format!("no signals: {error}")))?;
    let texts = Arc::new(Texts::load().map_err(Failure::failed)?);
    check_key(&config)?;
    // the database is made below
    let may_be_lost = key_file::may_be_lost(&config);
    let mailer = open_mail(&config, &texts).await?;
    let store = open_store(&config, true).await?;
    if may_be_lost {
        tracing::warn!(
            "a new key file is made for a database that was there; if the database was used before, stop and put its own key file back: open codes depend on it"
        );
    }
    let key = key_file::load(&config).map_err(Failure::wrong)?;
    if let Some(address) = &config.mail.redirect_to {
        out.say(&format!(
            "rehearsal: every mail goes to {}",
            mask::email(address)
        ));
    }
    let parts = Parts {
        store: Arc::clone(&store),
        mailer,
        clock: Arc::new(SystemClock),
        desks: config.desks.clone(),
        key,
        texts,
    };
    let connection = connection(&config)?;
    let started = tokio::select! {
        started = Bot::start(parts, &connection, stop.clone()) => started,
        () = stop.cancelled() => {
            store.close().await;
            return Ok(());
        }
    };
    let mut bot = started.map_err(|error| gateway_failure(&error))?;
    if bot.registered() == Registered::Written {
        out.say("commands registered");
    }
    if bot.is_ready().await {
        out.say("connected to Discord; SIGTERM or Ctrl-C ends");
    }
    bot.ended().await.map_err(|error| gateway_failure(&error))
}

/// A setting that is read and not served yet, and what to write instead.
pub(crate) fn not_served(config: &Config) -> Option<(&'static str, &'static str)> {
    if config.discord.transport == Transport::Http {
        Some((
            "discord.transport = \"http\" is not served yet",
            "use \"gateway\", or leave it out",
        ))
    } else if config.discord.shards == Shards::Auto {
        None
    } else {
        Some((
            "discord.shards other than \"auto\" is not served yet",
            "use \"auto\", or leave it out",
        ))
    }
}

/// A key file that cannot be used is told before anything is made.
fn check_key(config: &Config) -> Result<(), Failure> {
    let made_when_absent = matches!(config.database.url, DatabaseUrl::Sqlite { .. });
    match key_file::path(config).map(|path| key_file::read(&path)) {
        Some(Err(key_file::KeyFileError::Absent(_))) if made_when_absent => Ok(()),
        Some(Err(error)) => Err(Failure::wrong(error)),
        None => Err(Failure::wrong(
            "secret.key_file is missing; on PostgreSQL it must be named",
        )),
        Some(Ok(_)) => Ok(()),
    }
}

/// The environment of the process, as the settings read it.
pub(crate) fn environment(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// How the settings reach Discord.
pub(crate) fn connection(config: &Config) -> Result<Connection, Failure> {
    let token = config
        .discord
        .token
        .clone()
        .ok_or_else(|| Failure::wrong("discord.token is missing"))?;
    let api_url = Some(config.discord.api_url.clone()).filter(|url| url != DISCORD);
    let application = config.discord.application_id.map(i64::cast_unsigned);
    Ok(Connection {
        token,
        api_url,
        application,
    })
}

/// The mail transport of the settings, checked.
pub(crate) async fn open_mail(
    config: &Config,
    texts: &Arc<Texts>,
) -> Result<Arc<dyn Mailer>, Failure> {
    let mailer = mailer(config, texts)?;
    match mailer.check().await {
        Ok(()) => Ok(mailer),
        Err(error) => Err(Failure::failed(format!(
            "the mail server of mail.url cannot be used ({}); `deskhand check` says what to put right",
            error.why()
        ))),
    }
}

/// The mail transport of the settings; nothing is connected yet.
pub(crate) fn mailer(config: &Config, texts: &Arc<Texts>) -> Result<Arc<dyn Mailer>, Failure> {
    let (Some(url), Some(from)) = (&config.mail.url, &config.mail.from) else {
        return Err(Failure::wrong("mail.url and mail.from are needed"));
    };
    let url = match url {
        MailUrl::Smtp(url) => url.clone(),
        MailUrl::Folder(path) => format!("file://{}", path.display()).into(),
    };
    let from = match &from.name {
        Some(name) => format!("\"{name}\" <{}>", from.address.as_str()),
        None => from.address.as_str().to_owned(),
    };
    let redirect_to = config.mail.redirect_to.clone();
    mail::open(&url, &from, redirect_to, Arc::clone(texts)).map_err(Failure::wrong)
}

/// The database of the settings, its schema brought up to date.
pub(crate) async fn open_store(
    config: &Config,
    exclusive: bool,
) -> Result<Arc<dyn Store>, Failure> {
    let url = match &config.database.url {
        DatabaseUrl::Sqlite { url, .. } => url.as_str(),
        DatabaseUrl::Postgres(url) => url.expose_secret(),
    };
    let options = OpenOptions {
        exclusive,
        ..OpenOptions::default()
    };
    store::open(url, &options)
        .await
        .map_err(|error| Failure::caused(&error))
}

/// What starting again does not mend is told as wrong settings.
fn gateway_failure(error: &GatewayError) -> Failure {
    match error {
        GatewayError::Rest(rest) => rest_failure(rest),
        GatewayError::Refused(_) => Failure::wrong(error),
        GatewayError::NoStarts { .. } | GatewayError::NotReachable(_) => Failure::failed(error),
    }
}

/// Discord's REST interface did not do what was asked.
pub(crate) fn rest_failure(error: &RestError) -> Failure {
    match error {
        RestError::Refused { status: 401, .. } => Failure::wrong(
            "Discord does not know the token; copy discord.token anew from \"Bot\" in the developer portal",
        ),
        other => Failure::failed(format!("Discord cannot be used: {other}")),
    }
}
