//! A bot in a process of its own, and what the system says about that process.

use std::fs;
use std::path::PathBuf;
use std::process::{Child, Command};
use std::time::Duration;

use deskhand::app::local::cast;
use deskhand::clock::SystemClock;
use deskhand::ports::clock::Clock as _;
use deskhand::sandbox::{LocalDiscord, Setup};
use sqlx::Row as _;
use sqlx::sqlite::SqlitePoolOptions;

use crate::Failure;

/// The unit of times in `/proc`, on every Linux.
const TICK: Duration = Duration::from_millis(10);

/// How many messages and interactions the local Discord keeps: several times what is in flight.
const KEPT: usize = 512;

/// A bot at work, and where its work can be counted.
pub(crate) struct Bot {
    /// Its name in the table.
    pub(crate) name: &'static str,
    /// The local Discord that it is connected to.
    pub(crate) discord: LocalDiscord,
    /// Its process.
    pub(crate) process: Process,
    /// The values that people choose for `user`.
    pub(crate) users: Vec<String>,
    /// Its database, and the statement that counts what each command must leave.
    pub(crate) traces: (PathBuf, &'static str),
}

impl Bot {
    /// How many commands left their trace.
    pub(crate) async fn written(&self) -> Result<usize, Failure> {
        let (database, count) = &self.traces;
        let url = format!("sqlite://{}", database.display());
        let pool = SqlitePoolOptions::new().connect(&url).await?;
        let rows: i64 = sqlx::query(*count).fetch_one(&pool).await?.try_get(0)?;
        pool.close().await;
        Ok(usize::try_from(rows)?)
    }
}

/// A local Discord that records nothing and goes with the time.
pub(crate) async fn discord() -> Result<(LocalDiscord, Setup), Failure> {
    let now = std::sync::Arc::new(|| SystemClock.now());
    let setup = Setup {
        messages_kept: KEPT,
        interactions_kept: KEPT,
        recording_kept: 0,
        ..cast::setup(now)
    };
    Ok((LocalDiscord::start(setup.clone()).await?, setup))
}

/// A child process that ends with this value.
pub(crate) struct Process(Child);

impl Process {
    /// Starts it, without this process's environment.
    pub(crate) fn start(command: &mut Command) -> Result<Self, Failure> {
        Ok(Self(command.spawn()?))
    }

    /// User and system time so far.
    pub(crate) fn processor_time(&self) -> Result<Duration, Failure> {
        processor_time(&self.0.id().to_string())
    }

    /// Resident memory now, in KiB.
    pub(crate) fn resident(&self) -> Result<u64, Failure> {
        self.status("VmRSS:")
    }

    /// The most memory that was ever resident, in KiB.
    pub(crate) fn peak(&self) -> Result<u64, Failure> {
        self.status("VmHWM:")
    }

    fn status(&self, key: &str) -> Result<u64, Failure> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.0.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix(key));
        let number = line.and_then(|line| line.split_whitespace().next());
        Ok(number.ok_or("the process is gone")?.parse()?)
    }

    /// Ends it.
    pub(crate) fn stop(&mut self) -> Result<(), Failure> {
        self.0.kill()?;
        self.0.wait()?;
        Ok(())
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // it may have ended by itself
        let _ = self.stop();
    }
}

/// User and system time of this process so far.
pub(crate) fn own_processor_time() -> Result<Duration, Failure> {
    processor_time("self")
}

fn processor_time(process: &str) -> Result<Duration, Failure> {
    let stat = fs::read_to_string(format!("/proc/{process}/stat"))?;
    // the name in parentheses may hold anything; the 12th and 13th value after it are the times
    let (_, values) = stat.rsplit_once(')').ok_or("no name in the statistics")?;
    let mut times = values.split_whitespace().skip(11);
    let mut next = || times.next().ok_or("no times in the statistics");
    let ticks = next()?.parse::<u32>()?.saturating_add(next()?.parse()?);
    Ok(TICK.saturating_mul(ticks))
}
