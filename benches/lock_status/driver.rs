//! The people who type: so many commands, so many of them in flight.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use deskhand::app::local::cast;
use tokio::task::JoinSet;

use crate::Failure;
use crate::bot::Bot;

/// The callback type of a message.
const MESSAGE: u64 = 4;

/// How long the commands of a round took.
pub(crate) struct Driven {
    /// From the first sent to the last answered.
    pub(crate) whole: Duration,
    /// Each, rising.
    pub(crate) each: Vec<Duration>,
}

/// Sends that many `/lock-status` and waits for their answers.
pub(crate) async fn round(bot: &Bot, commands: usize, in_flight: usize) -> Result<Driven, Failure> {
    let next = Arc::new(AtomicUsize::new(0));
    let users: Arc<[String]> = bot.users.as_slice().into();
    let person = bot.discord.member(cast::EIAM, cast::EMMA)?;
    let started = now();
    let mut typing = JoinSet::new();
    for _ in 0..in_flight {
        let (next, users) = (Arc::clone(&next), Arc::clone(&users));
        let (person, discord) = (person.clone(), bot.discord.clone());
        typing.spawn(async move {
            let mut each = Vec::new();
            loop {
                let turn = next.fetch_add(1, Ordering::Relaxed);
                if turn >= commands {
                    return Ok::<_, Failure>(each);
                }
                let user = users.get(turn % users.len()).ok_or("nobody to ask for")?;
                let sent = now();
                let id = person.starts("/lock-status", &[("user", user)])?;
                let answer = discord.answered(id).await?;
                each.push(sent.elapsed());
                if answer != MESSAGE {
                    return Err(format!("answered with type {answer}").into());
                }
            }
        });
    }
    let mut each = Vec::with_capacity(commands);
    while let Some(done) = typing.join_next().await {
        each.extend(done??);
    }
    let whole = started.elapsed();
    each.sort_unstable();
    Ok(Driven { whole, each })
}

#[expect(
    clippy::disallowed_methods,
    reason = "a measurement of elapsed time is what this is"
)]
fn now() -> Instant {
    Instant::now()
}
