//! Small subcommands: `migrate` and `commands register`.

use secrecy::ExposeSecret as _;

use crate::app::cli::ConfigOption;
use crate::app::out::Out;
use crate::app::{Failure, run};
use crate::config::{Config, DatabaseUrl, Needs};
use crate::discord::register::{self, Registered};
use crate::locales::Texts;
use crate::store;

/// Brings the schema up to date, on PostgreSQL by the role of `database.admin_url` where there is one; that of
/// `database.url` then gets the rights to work with it.
pub(crate) async fn migrate(options: &ConfigOption, out: &mut Out) -> Result<(), Failure> {
    let config = Config::load(&options.config, &run::environment, Needs::Database)
        .map_err(Failure::wrong)?;
    let url = match (&config.database.url, &config.database.admin_url) {
        (DatabaseUrl::Sqlite { url, .. }, _) => url.as_str(),
        (DatabaseUrl::Postgres(_), Some(admin)) => admin.expose_secret(),
        (DatabaseUrl::Postgres(url), None) => url.expose_secret(),
    };
    let before = store::migrate(url)
        .await
        .map_err(|error| Failure::caused(&error))?;
    let known = before.known;
    out.say(&if before.is_up_to_date() {
        format!("schema: version {known}, up to date")
    } else {
        let found = before.found.unwrap_or_default();
        format!("schema: from version {found} to version {known}")
    });
    if let (DatabaseUrl::Postgres(worker), Some(_)) =
        (&config.database.url, &config.database.admin_url)
    {
        let shared = store::share(url, worker.expose_secret()).await;
        if let Some(role) = shared.map_err(|error| Failure::caused(&error))? {
            out.note(&format!("rights: given to the role {role}"));
        }
    }
    Ok(())
}

/// Registers the commands if Discord holds others.
pub(crate) async fn register(options: &ConfigOption, out: &mut Out) -> Result<(), Failure> {
    let config =
        Config::load(&options.config, &run::environment, Needs::Discord).map_err(Failure::wrong)?;
    let texts = Texts::load().map_err(Failure::failed)?;
    let registered = register::now(&run::connection(&config)?, &texts)
        .await
        .map_err(|error| run::rest_failure(&error))?;
    out.say(match registered {
        Registered::Written => "commands written",
        Registered::Unchanged => "commands unchanged",
    });
    Ok(())
}
