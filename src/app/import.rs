//! `deskhand import`: a directory file into a desk's directory, with progress and counts.

use indicatif::{ProgressBar, ProgressStyle};

use crate::app::cli::{ImportOptions as Wanted, ImportWhat};
use crate::app::out::Out;
use crate::app::{Failure, run};
use crate::clock::SystemClock;
use crate::config::{Config, Needs};
use crate::directory::{
    Counts, ImportError, ImportOptions, Progress, import_accounts, import_records,
};
use crate::domain::desk::Desk;
use crate::domain::language::Language;
use crate::domain::scope::Scope;
use crate::telemetry;

/// Rejected rows and conflicts told line by line; the rest is in the rejects file and the counts.
const TOLD: u64 = 50;

/// Rows between two plain lines of progress.
const LINE_EVERY: u64 = 100_000;

pub(crate) async fn import(wanted: &Wanted, out: &mut Out) -> Result<(), Failure> {
    let config =
        Config::load(&wanted.config, &run::environment, Needs::Database).map_err(Failure::wrong)?;
    let desk = desk(&config, wanted.desk.as_deref())?;
    let options = options(wanted)?;
    telemetry::start(
        config.log,
        std::env::var("RUST_LOG")
            .ok()
            .or_else(|| Some("warn".to_owned()))
            .as_deref(),
    );
    let store = run::open_store(&config, false).await?;
    let mut teller = Teller::new(out);
    let mut progress = |step: Progress| teller.tell(&step);
    let imported = match wanted.what {
        ImportWhat::Accounts => {
            import_accounts(store.as_ref(), &SystemClock, desk, &options, &mut progress).await
        }
        ImportWhat::Records => {
            import_records(store.as_ref(), &SystemClock, desk, &options, &mut progress).await
        }
    };
    teller.finish();
    store.close().await;
    let counts = imported.map_err(|error| failure(&error))?;
    if wanted.json {
        out.say(&counts.to_json());
    } else {
        out.say(&sentence(&counts));
        if counts.rejected > 0 {
            let beside = format!("{}.rejected.csv", wanted.file.display());
            let rejects = wanted
                .rejects
                .as_ref()
                .map_or(beside, |path| path.display().to_string());
            out.say(&format!(
                "the rejected rows with their reasons are in {rejects}"
            ));
        }
    }
    Ok(())
}

/// The desk that is named, or the only one.
pub(crate) fn desk<'a>(config: &'a Config, name: Option<&str>) -> Result<&'a Desk, Failure> {
    config.desk(name).ok_or_else(|| {
        let names: Vec<_> = config
            .desks
            .iter()
            .map(|desk| format!("{:?}", desk.name))
            .collect();
        let problem = name.map_or_else(
            || "--desk NAME is needed".to_owned(),
            |name| format!("there is no desk {name:?}"),
        );
        Failure::wrong(format!("{problem}; the desks are {}", names.join(", ")))
    })
}

fn options(wanted: &Wanted) -> Result<ImportOptions, Failure> {
    let scope = wanted.scope.as_deref().map(Scope::parse).transpose();
    let language = wanted
        .language
        .as_deref()
        .map(|text| Language::parse(text).ok_or(text))
        .transpose();
    Ok(ImportOptions {
        path: wanted.file.clone(),
        scope: scope.map_err(|error| Failure::wrong(format!("--scope: {error}")))?,
        language: language.map_err(|text| {
            Failure::wrong(format!("--language {text:?}: it is one of de, fr, it, en"))
        })?,
        rejects: wanted.rejects.clone(),
    })
}

fn failure(error: &ImportError) -> Failure {
    Failure::caused(error)
}

fn sentence(counts: &Counts) -> String {
    format!(
        "{} rows read: {} created, {} updated, {} unchanged, {} rejected; {} of the desk's are not in the file (nothing was done to them), {} values in conflict (the desk's stay)",
        counts.read,
        counts.created,
        counts.updated,
        counts.unchanged,
        counts.rejected,
        counts.missing,
        counts.conflicts
    )
}

/// Tells progress: a bar for a person, lines for a file.
struct Teller<'a> {
    out: &'a mut Out,
    bar: Option<ProgressBar>,
    told: u64,
    next_line: u64,
}

impl<'a> Teller<'a> {
    fn new(out: &'a mut Out) -> Self {
        Self {
            out,
            bar: None,
            told: 0,
            next_line: LINE_EVERY,
        }
    }

    fn tell(&mut self, step: &Progress) {
        match step {
            Progress::Checked {
                bytes,
                encoding,
                delimiter,
            } => {
                self.line(&format!("{encoding}, columns separated by {delimiter:?}"));
                if Out::is_watched() {
                    let bar = ProgressBar::new(*bytes);
                    let style = ProgressStyle::with_template("{bar:40} {percent:>3} % {msg}");
                    self.bar = Some(
                        style.map_or_else(|_| bar.clone(), |style| bar.clone().with_style(style)),
                    );
                }
            }
            Progress::IgnoredColumn { title } => {
                self.line(&format!("the column {title:?} is not known and left out"));
            }
            Progress::Rejected { line, reasons } => {
                self.limited(&format!("line {line} rejected: {reasons}"));
            }
            Progress::Conflict { line, field } => {
                self.limited(&format!(
                    "line {line}: the desk's own {} and the file differ",
                    field.column()
                ));
            }
            Progress::Committed { bytes, counts } => match &self.bar {
                Some(bar) => {
                    bar.set_position(*bytes);
                    bar.set_message(format!("{} rows", counts.read));
                }
                None if counts.read >= self.next_line => {
                    self.next_line = counts.read.saturating_add(LINE_EVERY);
                    self.line(&format!("{} rows so far", counts.read));
                }
                None => {}
            },
        }
    }

    fn limited(&mut self, text: &str) {
        self.told += 1;
        match self.told {
            told if told <= TOLD => self.line(text),
            told if told == TOLD + 1 => {
                self.line("more of these are counted and not told one by one");
            }
            _ => {}
        }
    }

    fn line(&mut self, text: &str) {
        match &self.bar {
            Some(bar) => bar.println(text),
            None => self.out.note(text),
        }
    }

    fn finish(&mut self) {
        if let Some(bar) = self.bar.take() {
            bar.finish_and_clear();
        }
    }
}
