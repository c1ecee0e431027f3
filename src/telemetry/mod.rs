//! Logs, without secrets, addresses and names: to standard error, as text or JSON.

use tracing::level_filters::LevelFilter;
use tracing::{Level, Metadata};
use tracing_subscriber::filter::{Targets, filter_fn};
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

use crate::config::LogFormat;

/// Libraries whose lower levels write bodies and tokens into spans and lines.
const TALKATIVE: [&str; 9] = [
    "serenity",
    "sqlx",
    "lettre",
    "hyper",
    "hyper_util",
    "reqwest",
    "tungstenite",
    "tokio_tungstenite",
    "rustls",
];

/// Parts of serenity whose warnings quote what they could not read: a whole payload of the gateway, a value of it,
/// a route with an interaction's token. The tunnel tells such payloads without a word of them.
const QUOTING: [&str; 4] = [
    "serenity::gateway::shard",
    "serenity::gateway::ws",
    "serenity::http",
    "serenity::model",
];

/// Whether a line or span may be written, whatever the operator's filter says.
#[must_use]
pub fn is_discreet(metadata: &Metadata<'_>) -> bool {
    let target = metadata.target();
    let library = target.split("::").next().unwrap_or_default();
    let is_part = |part: &&str| {
        let rest = target.strip_prefix(*part);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
    };
    !QUOTING.iter().any(is_part)
        && (*metadata.level() <= Level::WARN || !TALKATIVE.contains(&library))
}

/// The operator's filter: `level` or `target=level`, separated by commas; what cannot be read is left out.
fn wanted(filter: &str) -> Targets {
    let read = filter
        .split(',')
        .map(str::trim)
        // an empty one would read as a level of its own
        .filter(|directive| !directive.is_empty())
        .filter_map(|directive| directive.parse::<Targets>().ok());
    read.fold(
        Targets::new().with_default(LevelFilter::INFO),
        |all, one| match one.default_level() {
            Some(level) => all.with_default(level),
            None => all.with_targets(one),
        },
    )
}

/// Starts logging once; a second call changes nothing. The filter is that of `RUST_LOG`, else `info`.
pub fn start(format: LogFormat, filter: Option<&str>) {
    let discreet = filter_fn(is_discreet);
    let base = tracing_subscriber::registry()
        .with(wanted(filter.unwrap_or_default()))
        .with(discreet);
    let lines = tracing_subscriber::fmt::layer()
        .with_writer(std::io::stderr)
        .with_ansi(std::io::IsTerminal::is_terminal(&std::io::stderr()));
    let started = match format {
        LogFormat::Json => base.with(lines.json()).try_init(),
        LogFormat::Text => base.with(lines).try_init(),
    };
    // a test or a demo may have started it before
    started.unwrap_or_default();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_filter_takes_levels_and_targets_and_leaves_out_what_it_cannot_read() {
        let filter = wanted("deskhand=debug, warn,no such=thing=at all");
        assert!(filter.would_enable("deskhand::service", &Level::DEBUG));
        assert!(filter.would_enable("other", &Level::WARN));
        assert!(!filter.would_enable("other", &Level::INFO));
        assert!(wanted("").would_enable("deskhand", &Level::INFO));
        assert!(!wanted("").would_enable("deskhand", &Level::DEBUG));
        assert!(!wanted("off").would_enable("deskhand", &Level::ERROR));
    }
}
