//! `/lock-status` of deskhand beside a bare serenity bot, over the wire on the local Discord: commands per second,
//! processor time per command and memory. Each bot is its own process; the local Discord and the people who type
//! are in this one. Rounds alternate, so that what else the machine does meets both alike.
//! `cargo bench --bench lock_status [-- --quick]`

mod bare;
mod bot;
mod deskhand_bot;
mod driver;
mod report;

use std::error::Error;
use std::io::Write as _;
use std::process::ExitCode;
use std::time::Duration;

use report::{Figures, Round};

/// What anything here may fail with; it ends the measurement.
pub(crate) type Failure = Box<dyn Error + Send + Sync>;

/// Accounts in either directory.
pub(crate) const ACCOUNTS: usize = 4_000;

/// Commands that wait for their answer at any time.
const IN_FLIGHT: usize = 64;

/// How long a bot is left alone before its idle memory is read.
const SETTLE: Duration = Duration::from_secs(2);

/// How much is measured.
struct Extent {
    warm_up: usize,
    rounds: usize,
    commands: usize,
}

impl Extent {
    const FULL: Self = Self {
        warm_up: 1_000,
        rounds: 5,
        commands: 1_500,
    };
    const QUICK: Self = Self {
        warm_up: 200,
        rounds: 3,
        commands: 300,
    };

    fn of_arguments() -> Self {
        if std::env::args().any(|argument| argument == "--quick") {
            Self::QUICK
        } else {
            Self::FULL
        }
    }
}

fn main() -> ExitCode {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build();
    let ended = runtime.map_err(Failure::from).and_then(|runtime| {
        runtime.block_on(async {
            match bare::Part::of_environment() {
                Some(part) => bare::run(part).await,
                None => measure(&Extent::of_arguments()).await,
            }
        })
    });
    match ended {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // nobody reads: nothing is left to do
            let _ = writeln!(std::io::stderr(), "lock_status: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn measure(extent: &Extent) -> Result<(), Failure> {
    // on the disk of the build: a directory in memory would make durability free
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR"))?;
    let mut out = std::io::stdout();
    let mut bots = [
        deskhand_bot::start(folder.path()).await?,
        bare::start(folder.path()).await?,
    ];
    tokio::time::sleep(SETTLE).await;
    let mut figures = Vec::new();
    for bot in &bots {
        figures.push(Figures::new(bot.name, bot.process.resident()?));
    }
    for bot in &bots {
        driver::round(bot, extent.warm_up, IN_FLIGHT).await?;
    }
    for _ in 0..extent.rounds {
        for (bot, figures) in bots.iter().zip(&mut figures) {
            let before = (bot.process.processor_time()?, bot::own_processor_time()?);
            let driven = driver::round(bot, extent.commands, IN_FLIGHT).await?;
            let after = (bot.process.processor_time()?, bot::own_processor_time()?);
            figures.add(Round {
                driven,
                bot: after.0.saturating_sub(before.0),
                discord: after.1.saturating_sub(before.1),
                resident: bot.process.resident()?,
            });
        }
    }
    let asked = extent.warm_up + extent.rounds * extent.commands;
    for (bot, figures) in bots.iter_mut().zip(&mut figures) {
        figures.peak = bot.process.peak()?;
        bot.process.stop()?;
        let written = bot.written().await?;
        if written != asked {
            return Err(format!("{}: {asked} commands left {written} rows", bot.name).into());
        }
    }
    let heading = format!(
        "{} rounds of {} commands each, {IN_FLIGHT} in flight, {ACCOUNTS} accounts; {} cores",
        extent.rounds,
        extent.commands,
        std::thread::available_parallelism()?
    );
    report::print(&mut out, &heading, &figures)?;
    Ok(())
}
