//! The table: medians over the rounds, and deskhand's share of the bare bot's.

use std::io::{self, Write};
use std::time::Duration;

use crate::driver::Driven;

/// What one round of one bot gave.
pub(crate) struct Round {
    /// The commands.
    pub(crate) driven: Driven,
    /// Processor time of the bot.
    pub(crate) bot: Duration,
    /// Processor time of the local Discord and the people.
    pub(crate) discord: Duration,
    /// Resident memory of the bot right after, in KiB.
    pub(crate) resident: u64,
}

/// All rounds of one bot.
pub(crate) struct Figures {
    name: &'static str,
    idle: u64,
    rounds: Vec<Round>,
    /// The most memory ever resident, in KiB.
    pub(crate) peak: u64,
}

impl Figures {
    pub(crate) const fn new(name: &'static str, idle: u64) -> Self {
        Self {
            name,
            idle,
            rounds: Vec::new(),
            peak: 0,
        }
    }

    pub(crate) fn add(&mut self, round: Round) {
        self.rounds.push(round);
    }

    fn median(&self, value: impl Fn(&Round) -> f64) -> f64 {
        let mut values: Vec<_> = self.rounds.iter().map(value).collect();
        values.sort_unstable_by(f64::total_cmp);
        values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
    }
}

/// What is reported of a bot.
type Line = (&'static str, fn(&Figures) -> f64);

const LINES: [Line; 8] = [
    ("commands per second", |figures| {
        figures.median(|round| count(round) / round.driven.whole.as_secs_f64())
    }),
    ("answered after, median, ms", |figures| {
        figures.median(|round| after(round, 50))
    }),
    ("answered after, 99 of 100, ms", |figures| {
        figures.median(|round| after(round, 99))
    }),
    ("processor time per command, µs", |figures| {
        figures.median(|round| micros(round.bot) / count(round))
    }),
    ("  local Discord and people, µs", |figures| {
        figures.median(|round| micros(round.discord) / count(round))
    }),
    ("memory idle, MiB", |figures| mib(figures.idle)),
    ("memory under load, MiB", |figures| {
        figures.median(|round| mib(round.resident))
    }),
    ("memory at its highest, MiB", |figures| mib(figures.peak)),
];

/// Prints the table; the first bot is held against the second.
pub(crate) fn print(out: &mut impl Write, heading: &str, all: &[Figures]) -> io::Result<()> {
    writeln!(out, "/lock-status over the wire: {heading}\n")?;
    write!(out, "{:32}", "median over the rounds")?;
    for figures in all {
        write!(out, "{:>20}", figures.name)?;
    }
    writeln!(out, "{:>8}", "ratio")?;
    for (what, value) in LINES {
        write!(out, "{what:32}")?;
        for figures in all {
            write!(out, "{:>20.1}", value(figures))?;
        }
        let mut values = all.iter().map(value);
        if let (Some(ours), Some(theirs)) = (values.next(), values.next()) {
            write!(out, "{:>8.2}", ours / theirs)?;
        }
        writeln!(out)?;
    }
    out.flush()
}

fn count(round: &Round) -> f64 {
    f64::from(u32::try_from(round.driven.each.len()).unwrap_or(u32::MAX))
}

fn after(round: &Round, percent: usize) -> f64 {
    let each = &round.driven.each;
    let at = each.len().saturating_mul(percent) / 100;
    each.get(at)
        .map_or(f64::NAN, |time| micros(*time) / 1_000.0)
}

fn micros(time: Duration) -> f64 {
    time.as_secs_f64() * 1_000_000.0
}

fn mib(kib: u64) -> f64 {
    f64::from(u32::try_from(kib).unwrap_or(u32::MAX)) / 1_024.0
}
