//! Desks on this machine alone: a local Discord, sample directories, a mail folder, and the bot over the wire.
//! The demo plays its tour on them, and so do the tests of whole conversations.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use tokio_util::sync::CancellationToken;

use crate::app::bot::{Bot, Parts};
use crate::app::{Failure, run};
use crate::config::{Config, Needs, key_file};
use crate::directory::{self, Progress, samples};
use crate::discord::register::Registered;
use crate::domain::desk::Desk;
use crate::domain::ids::DeskId;
use crate::locales::Texts;
use crate::ports::clock::Clock;
use crate::ports::mailer::Mailer;
use crate::ports::store::Store;
use crate::sandbox::LocalDiscord;

pub mod cast;

/// Puts another store in front of the real one; for tests of slow and failing databases.
pub type StoreWrapper = Box<dyn FnOnce(Arc<dyn Store>) -> Arc<dyn Store> + Send>;

/// What a local desk is started with.
pub struct LocalSetup {
    /// Where database, key and mails go.
    pub folder: PathBuf,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Another database than a SQLite file in the folder.
    pub database_url: Option<String>,
    /// Another way for letters than a folder.
    pub mail_url: Option<String>,
    /// Changes the settings before they are read.
    pub edit_settings: Option<Box<dyn FnOnce(String) -> String + Send>>,
    /// Wraps the store.
    pub wrap_store: Option<StoreWrapper>,
    /// Another local Discord than a new one, to start the bot again on it.
    pub discord: Option<LocalDiscord>,
}

impl LocalSetup {
    /// The plain setup: all in one folder.
    #[must_use]
    pub fn in_folder(folder: &Path, clock: Arc<dyn Clock>) -> Self {
        Self {
            folder: folder.to_owned(),
            clock,
            database_url: None,
            mail_url: None,
            edit_settings: None,
            wrap_store: None,
            discord: None,
        }
    }
}

/// The desks at work.
pub struct LocalDesk {
    /// The local Discord.
    pub discord: LocalDiscord,
    /// The directory, as the bot sees it.
    pub store: Arc<dyn Store>,
    /// The texts.
    pub texts: Arc<Texts>,
    /// The desks.
    pub desks: Vec<Desk>,
    /// What became of the commands.
    pub registered: Registered,
    /// Where the settings were written.
    pub settings_file: PathBuf,
    bot: Bot,
    stop: CancellationToken,
}

/// A local desk could not be started, or did not end well.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{0}")]
pub struct LocalError(pub String);

impl From<Failure> for LocalError {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Failed(line) | Failure::Wrong(line) => Self(line),
        }
    }
}

fn failed(error: impl std::fmt::Display) -> LocalError {
    LocalError(error.to_string())
}

impl LocalDesk {
    /// Starts everything; a fresh directory is filled with the samples.
    ///
    /// # Errors
    /// Something of it does not start.
    pub async fn start(setup: LocalSetup) -> Result<Self, LocalError> {
        let clock = Arc::clone(&setup.clock);
        let discord = match setup.discord {
            Some(discord) => discord,
            None => LocalDiscord::start(cast::setup(Arc::new(move || clock.now())))
                .await
                .map_err(failed)?,
        };
        let folder = setup.folder.display();
        let database = setup
            .database_url
            .unwrap_or_else(|| format!("sqlite://{folder}/deskhand.sqlite"));
        let mail = setup
            .mail_url
            .unwrap_or_else(|| format!("file://{folder}/mail"));
        let key = setup.folder.join("deskhand.key");
        let settings = cast::settings(&discord.base_url(), &database, &mail, &key);
        let settings = setup
            .edit_settings
            .map_or(settings.clone(), |edit| edit(settings));
        let settings_file = setup.folder.join("deskhand.toml");
        std::fs::create_dir_all(&setup.folder).map_err(failed)?;
        std::fs::write(&settings_file, &settings).map_err(failed)?;
        let config = Config::load(&settings_file, &|_| None, Needs::Run).map_err(failed)?;
        if key_file::read(&key).is_err() {
            key_file::create(&key).map_err(failed)?;
        }

        let texts = Arc::new(Texts::load().map_err(failed)?);
        let mailer: Arc<dyn Mailer> = run::open_mail(&config, &texts).await?;
        let store = run::open_store(&config, true).await?;
        fill(store.as_ref(), setup.clock.as_ref(), &config.desks).await?;
        let store = setup
            .wrap_store
            .map_or(Arc::clone(&store), |wrap| wrap(store));
        let stop = CancellationToken::new();
        let parts = Parts {
            store: Arc::clone(&store),
            mailer,
            clock: setup.clock,
            desks: config.desks.clone(),
            key: key_file::load(&config).map_err(failed)?,
            texts: Arc::clone(&texts),
        };
        let mut bot = Bot::start(parts, &run::connection(&config)?, stop.clone())
            .await
            .map_err(failed)?;
        if !bot.is_ready().await {
            return Err(LocalError(
                "the bot's session did not become ready".to_owned(),
            ));
        }
        let registered = bot.registered();
        Ok(Self {
            discord,
            store,
            texts,
            desks: config.desks,
            registered,
            settings_file,
            bot,
            stop,
        })
    }

    /// The desk of a guild.
    ///
    /// # Errors
    /// There is none.
    pub fn desk(&self, id: DeskId) -> Result<&Desk, LocalError> {
        self.desks
            .iter()
            .find(|desk| desk.id == id)
            .ok_or_else(|| LocalError(format!("no desk {id}")))
    }

    /// The bot.
    #[must_use]
    pub const fn bot(&self) -> &Bot {
        &self.bot
    }

    /// Stops the bot in good order; the local Discord goes on and is given back.
    ///
    /// # Errors
    /// The bot did not end well.
    pub async fn stop(self) -> Result<LocalDiscord, LocalError> {
        self.stop.cancel();
        self.bot.ended().await.map_err(failed)?;
        Ok(self.discord)
    }
}

/// Fills the directories that are empty with the samples of their profiles.
async fn fill(store: &dyn Store, clock: &dyn Clock, desks: &[Desk]) -> Result<(), LocalError> {
    for desk in desks {
        if store.count_accounts(desk.id, None).await.map_err(failed)? > 0 {
            continue;
        }
        let mut unheard = |_: Progress| {};
        if desk.profile.name == "alunni-web" {
            let records = &samples::ALUNNI_WEB_RECORDS;
            directory::import_records_from(store, clock, desk, records, &mut unheard)
                .await
                .map_err(failed)?;
        }
        let accounts = match desk.profile.name.as_str() {
            "eiam" => &samples::EIAM_ACCOUNTS,
            "extranet" => &samples::EXTRANET_ACCOUNTS,
            "alunni-web" => &samples::ALUNNI_WEB_ACCOUNTS,
            _ => continue,
        };
        directory::import_accounts_from(store, clock, desk, accounts, &mut unheard)
            .await
            .map_err(failed)?;
    }
    Ok(())
}
