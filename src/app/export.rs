//! `deskhand export`: a desk's accounts as a file, counts beside it.

use std::io::{BufWriter, Write as _};
use std::path::Path;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::app::cli::{ExportOptions as Wanted, ExportWhat};
use crate::app::out::Out;
use crate::app::{Failure, import, run};
use crate::clock::SystemClock;
use crate::config::{Config, Needs};
use crate::directory::{ExportOptions, Exported, export_accounts};
use crate::domain::desk::Desk;
use crate::ports::store::Store;
use crate::telemetry;

pub(crate) async fn export(wanted: &Wanted, out: &mut Out) -> Result<(), Failure> {
    let config =
        Config::load(&wanted.config, &run::environment, Needs::Database).map_err(Failure::wrong)?;
    let desk = import::desk(&config, wanted.desk.as_deref())?;
    let since = wanted.changed_since.as_deref();
    let options = ExportOptions {
        changed_since: since.map(|text| moment(text, &desk.zone)).transpose()?,
        raw: wanted.raw,
    };
    let log = std::env::var("RUST_LOG").ok();
    telemetry::start(config.log, log.as_deref().or(Some("warn")));
    let store = run::open_store(&config, false).await?;
    let written = match wanted.what {
        ExportWhat::Accounts => {
            accounts(store.as_ref(), desk, &options, wanted.output.as_deref()).await
        }
    };
    store.close().await;
    let exported = written?;
    out.note(&sentence(&exported));
    Ok(())
}

async fn accounts(
    store: &dyn Store,
    desk: &Desk,
    options: &ExportOptions,
    output: Option<&Path>,
) -> Result<Exported, Failure> {
    let Some(path) = output else {
        let mut answers = BufWriter::new(std::io::stdout());
        return export_accounts(store, &SystemClock, desk, options, &mut answers)
            .await
            .map_err(|error| Failure::caused(&error));
    };
    let failed = |error: &std::io::Error| Failure::failed(format!("{}: {error}", path.display()));
    // private to its owner, and there only when it is whole
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    let file = tempfile::NamedTempFile::new_in(folder.unwrap_or(Path::new(".")))
        .map_err(|error| failed(&error))?;
    let mut writer = BufWriter::new(file);
    let exported = export_accounts(store, &SystemClock, desk, options, &mut writer)
        .await
        .map_err(|error| Failure::caused(&error))?;
    writer.flush().map_err(|error| failed(&error))?;
    let file = writer.into_inner().map_err(|error| failed(error.error()))?;
    file.as_file().sync_all().map_err(|error| failed(&error))?;
    file.persist(path).map_err(|error| failed(&error.error))?;
    Ok(exported)
}

/// A time with its zone, or a day of the desk's calendar from its start.
fn moment(text: &str, zone: &TimeZone) -> Result<Timestamp, Failure> {
    let time = text.parse::<Timestamp>().ok();
    let day = || {
        let start = text.parse::<Date>().ok()?.to_zoned(zone.clone()).ok()?;
        Some(start.timestamp())
    };
    // a local time with more than a day in it must not be cut to the day
    let day = || (text.len() <= 10).then(day).flatten();
    time.or_else(day).ok_or_else(|| {
        Failure::wrong(format!(
            "--changed-since {text:?}: write a day such as 2027-01-31, or a time such as 2027-01-31T08:00:00Z"
        ))
    })
}

fn sentence(exported: &Exported) -> String {
    let mut sentence = format!(
        "{} accounts exported, {}",
        exported.accounts, exported.encoding
    );
    if exported.neutralised > 0 {
        sentence.push_str(&format!(
            "; {} cells that look like a formula begin with an apostrophe now (--raw leaves them)",
            exported.neutralised
        ));
    }
    if exported.scopes_filled > 0 {
        sentence.push_str(&format!(
            "; {} accounts without a scope of their own show the one they count for",
            exported.scopes_filled
        ));
    }
    if exported.scopes_empty > 0 {
        sentence.push_str(&format!(
            "; {} accounts have no scope of their own: an import rejects their rows and leaves them as they are",
            exported.scopes_empty
        ));
    }
    sentence
}
