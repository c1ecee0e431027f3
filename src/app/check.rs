//! `deskhand check`: everything that `run` needs, looked at before it; nothing is created, changed or sent.

mod local;

use std::sync::Arc;

use crate::app::cli::CheckOptions;
use crate::app::out::Out;
use crate::app::{Failure, run};
use crate::config::{Config, ConfigError, Needs, Transport};
use crate::discord;
use crate::domain::finding::Finding;
use crate::locales::Texts;

pub(crate) async fn check(options: &CheckOptions, out: &mut Out) -> Result<(), Failure> {
    let config = match Config::load(&options.config, &run::environment, Needs::Run) {
        Ok(config) => config,
        Err(error) => {
            tell(out, &wrong(&error), options.json)?;
            return Err(Failure::wrong(error));
        }
    };
    let texts = Arc::new(Texts::load().map_err(Failure::failed)?);
    let connection = run::connection(&config)?;
    let wanted = discord::check::Wanted {
        connection: &connection,
        by_http: config.discord.transport == Transport::Http,
        public_key: config.discord.public_key,
        desks: &config.desks,
        texts: &texts,
    };
    let (database, mail, discord) = tokio::join!(
        local::database(&config),
        local::mail(&config, &texts),
        discord::check::check(&wanted)
    );
    let names: Vec<_> = config
        .desks
        .iter()
        .map(|d| format!("{:?}", d.name))
        .collect();
    let read = format!("{}: desks {}", options.config.display(), names.join(", "));
    let mut found = vec![Finding::good("configuration", read)];
    let not_served = run::not_served(&config);
    found.extend(not_served.map(|(what, instead)| Finding::bad("settings", what, instead)));
    found.push(local::key_file(&config));
    found.extend(database.into_iter().chain(mail).chain(discord));
    tell(out, &found, options.json)?;
    match found.iter().filter(|finding| !finding.ok).count() {
        0 => Ok(()),
        bad => Err(Failure::failed(format!(
            "{bad} of {} things looked at are not as they must be",
            found.len()
        ))),
    }
}

/// One finding for each complaint about the settings, which name file, line, key and what to write.
fn wrong(error: &ConfigError) -> Vec<Finding> {
    let lines = match error {
        ConfigError::Wrong(lines) => lines.clone(),
        ConfigError::Unreadable { .. } => vec![error.to_string()],
    };
    let fix = "put this right in the settings, then check again";
    let lines = lines.iter();
    lines
        .map(|line| match line.rsplit_once("; ") {
            Some((detail, fix)) => Finding::bad("configuration", detail, fix),
            None => Finding::bad("configuration", line, fix),
        })
        .collect()
}

fn tell(out: &mut Out, found: &[Finding], json: bool) -> Result<(), Failure> {
    if json {
        out.say(&serde_json::to_string(found).map_err(Failure::failed)?);
        return Ok(());
    }
    for Finding {
        what,
        ok,
        detail,
        fix,
    } in found
    {
        let line = match fix {
            Some(fix) if !ok => format!("FAIL  {what}: {detail}: {fix}"),
            _ => format!("ok    {what}: {detail}"),
        };
        out.say(&line.replace(['\n', '\r'], " "));
    }
    Ok(())
}
