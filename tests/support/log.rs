//! What the bot of this process writes to its log, from warnings on.

use std::fmt::{Debug, Write as _};
use std::sync::LazyLock;
use std::time::Duration;

use tokio::sync::watch;
use tracing::field::{Field, Visit};
use tracing::level_filters::LevelFilter;
use tracing::{Event, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::{Context, SubscriberExt as _};

static LINES: LazyLock<watch::Sender<Vec<String>>> = LazyLock::new(|| {
    let kept = tracing_subscriber::registry().with(Kept.with_filter(LevelFilter::WARN));
    tracing::subscriber::set_global_default(kept).expect("nobody else keeps the log");
    watch::Sender::default()
});

struct Kept;

struct Line(String);

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        write!(self.0, " {}={value:?}", field.name()).expect("a line");
    }
}

impl<S: Subscriber> Layer<S> for Kept {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let mut line = Line(event.metadata().level().to_string());
        event.record(&mut line);
        // the first line may come while the log is being set up
        LINES.send_modify(|lines| lines.push(line.0));
    }
}

/// Keeps the log from now on.
pub(crate) fn keep() {
    LazyLock::force(&LINES);
}

/// Waits for a line that has all of these texts.
pub(crate) async fn line(texts: &[&str]) -> String {
    let has = |line: &&String| texts.iter().all(|text| line.contains(text));
    let mut lines = LINES.subscribe();
    let found = lines.wait_for(|lines| lines.iter().any(|line| has(&line)));
    let Ok(found) = tokio::time::timeout(Duration::from_secs(20), found).await else {
        panic!("the log has no line with {texts:?}");
    };
    let found = found.expect("the log");
    found.iter().find(has).cloned().expect("the line")
}
