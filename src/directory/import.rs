//! The way of a file into the store: a thousand rows are read, decided on and committed together, then the next.

use std::collections::{BTreeMap, HashSet};
use std::io::{Cursor, Seek as _, SeekFrom};
use std::path::PathBuf;

use jiff::Timestamp;
use sha2::{Digest as _, Sha256};

use super::check::{Checked, check};
use super::kind::{Decision, Entry, Kind};
use super::problem::{FileProblem, ImportError};
use super::reasons::Reasons;
use super::reject::Reject;
use super::rejects_file::RejectsFile;
use super::rows::{Broken, Row, Rows};
use super::source::{Bytes, Source};
use super::{Counts, OnProgress, Progress};
use crate::domain::audit::{Actor, AuditAction, AuditEvent, AuditResult};
use crate::domain::change::Change;
use crate::domain::desk::Desk;
use crate::domain::supply::Supply as _;
use crate::ports::clock::Clock;
use crate::ports::store::{Committed, Store};
use crate::ports::supply::SystemSupply;

/// Rows of a commit.
const BATCH: usize = 1_000;

/// Bytes of rows that are too long, after which a batch ends early.
const LONG_BYTES: usize = 16 * 1024 * 1024;

/// How often a batch is decided when others change its rows meanwhile.
const ATTEMPTS: u32 = 3;

/// Where an import happens.
pub(super) struct Place<'a> {
    pub(super) store: &'a dyn Store,
    pub(super) clock: &'a dyn Clock,
    pub(super) desk: &'a Desk,
}

/// An import under way.
struct Run<'a, K: Kind> {
    place: &'a Place<'a>,
    kind: &'a K,
    name: String,
    checked: Checked,
    path: PathBuf,
    rows: Rows<Box<dyn Bytes>>,
    /// Keys above, as hashes: at a million rows the keys themselves would take too much.
    seen: HashSet<u128>,
    counts: Counts,
    present: u64,
    started: bool,
}

/// A batch of rows with where in the file it ends.
struct Batch<R> {
    entries: Vec<Entry<R>>,
    bytes: u64,
}

/// Imports all rows of a source.
pub(super) async fn run<K: Kind>(
    place: &Place<'_>,
    kind: &mut K,
    mut source: Source,
    progress: OnProgress<'_>,
) -> Result<Counts, ImportError> {
    let checked = check(&mut source.reader).map_err(|error| source.unreadable(error))?;
    let checked = checked.map_err(|problem| source.wrong(problem))?;
    source
        .reader
        .seek(SeekFrom::Start(0))
        .map_err(|error| source.unreadable(error))?;
    let path = source.path().to_owned();
    let failed = |error| ImportError::Unreadable {
        path: path.clone(),
        source: error,
    };
    let reader = std::mem::replace(&mut source.reader, Box::new(Cursor::new(b"")));
    let mut rows =
        Rows::start(reader, checked.encoding.mark(), checked.line_end).map_err(failed)?;
    let header = rows
        .next_row()
        .map_err(failed)?
        .ok_or_else(|| source.wrong(FileProblem::Empty))?;
    let line = header.line;
    match header.broken {
        Some(Broken::TooLong) => return Err(source.wrong(FileProblem::LongLine { line })),
        Some(_) => return Err(source.wrong(FileProblem::BrokenHeader { line })),
        None => {}
    }
    let titles: Vec<_> = header
        .cells
        .iter()
        .map(|cell| checked.encoding.decode(cell))
        .collect();
    let ignored = kind
        .begin(&titles, header.line, checked.encoding)
        .map_err(|problem| source.wrong(problem))?;
    let delimiter = rows.delimiter();
    progress(Progress::Checked {
        bytes: checked.bytes,
        encoding: checked.encoding.name(),
        delimiter: delimiter.into(),
    });
    ignored
        .into_iter()
        .for_each(|title| progress(Progress::IgnoredColumn { title }));
    let mut run = Run {
        place,
        kind,
        name: source.name.clone(),
        checked,
        path: path.clone(),
        rows,
        seen: HashSet::new(),
        counts: Counts::default(),
        present: 0,
        started: false,
    };
    let mut batch = run.next_batch()?;
    if batch.entries.is_empty() {
        return Err(source.wrong(FileProblem::NoRows));
    }
    let mut rejects = match &source.paths {
        Some((path, rejects)) => Some(RejectsFile::start(
            path,
            rejects,
            &run.checked,
            &header,
            delimiter,
        )?),
        None => None,
    };
    loop {
        let next = run.next_batch()?;
        let is_last = next.entries.is_empty();
        run.take_in(batch, is_last, rejects.as_mut(), progress)
            .await?;
        if is_last {
            break;
        }
        batch = next;
    }
    if let Some(rejects) = &mut rejects {
        rejects.end()?;
    }
    Ok(run.counts)
}

impl<K: Kind> Run<'_, K> {
    fn next_batch(&mut self) -> Result<Batch<K::Row>, ImportError> {
        let mut entries = Vec::new();
        let mut long = 0_usize;
        while entries.len() < BATCH && long < LONG_BYTES {
            let row = self.rows.next_row();
            match row.map_err(|source| ImportError::Unreadable {
                path: self.path.clone(),
                source,
            })? {
                Some(raw) => {
                    if raw.broken == Some(Broken::TooLong) {
                        long = raw
                            .cells
                            .iter()
                            .map(Vec::len)
                            .fold(long, usize::saturating_add);
                    }
                    entries.push(self.entry(raw));
                }
                None => break,
            }
        }
        Ok(Batch {
            entries,
            bytes: self.rows.bytes(),
        })
    }

    fn entry(&mut self, raw: Row) -> Entry<K::Row> {
        let expected = self.rows.width();
        let broken = match raw.broken {
            Some(Broken::Unclosed) => Some(Reject::UnclosedQuote),
            Some(Broken::Trailing) => Some(Reject::TextAfterQuote),
            Some(Broken::TooLong) => Some(Reject::LongLine),
            None if raw.cells.len() != expected => Some(Reject::WrongFieldCount {
                found: raw.cells.len(),
                expected,
            }),
            None => None,
        };
        if let Some(reject) = broken {
            return Entry {
                raw,
                key: None,
                row: Err(reject.into()),
            };
        }
        match self.kind.read(&raw.cells) {
            (Some(key), _) if !self.seen.insert(hash(&key)) => Entry {
                raw,
                key: None,
                row: Err(K::SEEN.into()),
            },
            (key, row) => Entry { raw, key, row },
        }
    }

    /// Decides on a batch and commits it; then its rejected rows are written and progress is told.
    async fn take_in(
        &mut self,
        batch: Batch<K::Row>,
        is_last: bool,
        rejects: Option<&mut RejectsFile>,
        progress: OnProgress<'_>,
    ) -> Result<(), ImportError> {
        let decision = self.commit(&batch.entries, is_last).await?;
        let rejected = batch.entries.iter().enumerate().filter_map(|(at, entry)| {
            let decided = decision.rejects.get(&at).cloned().map(Reasons::from);
            let reasons = decided.or_else(|| entry.row.as_ref().err().cloned())?;
            Some((&entry.raw, reasons))
        });
        let mut rejects = rejects;
        for (row, reasons) in rejected {
            if let Some(rejects) = &mut rejects {
                rejects.add(row, &reasons)?;
            }
            progress(Progress::Rejected {
                line: row.line,
                reasons,
            });
        }
        if let Some(rejects) = rejects {
            rejects.flush()?;
        }
        decision.conflicts.iter().for_each(|(line, field)| {
            progress(Progress::Conflict {
                line: *line,
                field: *field,
            });
        });
        progress(Progress::Committed {
            bytes: batch.bytes,
            counts: self.counts,
        });
        Ok(())
    }

    async fn commit(
        &mut self,
        entries: &[Entry<K::Row>],
        is_last: bool,
    ) -> Result<Decision, ImportError> {
        for _ in 0..ATTEMPTS {
            let at = self.place.clock.now();
            let mut supply = SystemSupply::draw(at)?;
            let mut decision = self.kind.decide(entries, &mut supply).await?;
            let mut counts = self.counts_after(&decision, entries);
            let mut audit = Vec::new();
            if !self.started {
                audit.push(self.started_event(at, supply.bits()));
            }
            if is_last {
                // accounts that the file does not have are the same before this batch and after it
                let present = self.present.saturating_add(decision.present_before);
                counts.missing = self.kind.count().await?.saturating_sub(present);
                audit.push(Self::finished_event(at, supply.bits(), &counts));
            }
            let writes = std::mem::take(&mut decision.writes);
            let desk = self.place.desk.id;
            let change = Change {
                desk,
                at,
                interaction: None,
                writes,
                audit,
            };
            let is_empty = change.writes.is_empty() && change.audit.is_empty();
            if is_empty || self.place.store.commit(change).await? == Committed::Done {
                self.started = true;
                self.counts = counts;
                self.present = self.present.saturating_add(decision.present_after);
                return Ok(decision);
            }
        }
        let line = |entry: Option<&Entry<K::Row>>| entry.map_or(0, |entry| entry.raw.line);
        Err(ImportError::KeepsChanging {
            first: line(entries.first()),
            last: line(entries.last()),
        })
    }

    fn counts_after(&self, decision: &Decision, entries: &[Entry<K::Row>]) -> Counts {
        let (before, batch) = (self.counts, decision.counts);
        let add =
            |one: u64, more: usize| one.saturating_add(u64::try_from(more).unwrap_or(u64::MAX));
        let rejected = entries
            .iter()
            .filter(|entry| entry.row.is_err())
            .count()
            .saturating_add(decision.rejects.len());
        Counts {
            read: add(before.read, entries.len()),
            created: before.created.saturating_add(batch.created),
            updated: before.updated.saturating_add(batch.updated),
            unchanged: before.unchanged.saturating_add(batch.unchanged),
            rejected: add(before.rejected, rejected),
            missing: before.missing,
            conflicts: add(before.conflicts, decision.conflicts.len()),
        }
    }

    fn started_event(&self, at: Timestamp, salt: [u8; 16]) -> AuditEvent {
        let [started, _] = K::ACTIONS;
        let detail = BTreeMap::from([
            ("file", self.name.clone()),
            ("sha256", self.checked.sha256.clone()),
        ]);
        event(started, at, salt, detail)
    }

    fn finished_event(at: Timestamp, salt: [u8; 16], counts: &Counts) -> AuditEvent {
        let [_, finished] = K::ACTIONS;
        let detail = [
            ("read", counts.read),
            ("created", counts.created),
            ("updated", counts.updated),
            ("unchanged", counts.unchanged),
            ("rejected", counts.rejected),
            ("missing", counts.missing),
            ("conflicts", counts.conflicts),
        ];
        event(
            finished,
            at,
            salt,
            detail
                .into_iter()
                .map(|(name, count)| (name, count.to_string()))
                .collect(),
        )
    }
}

fn event(
    action: AuditAction,
    at: Timestamp,
    salt: [u8; 16],
    detail: BTreeMap<&'static str, String>,
) -> AuditEvent {
    AuditEvent {
        at,
        actor: Actor::default(),
        approver: None,
        action,
        account: None,
        verification: None,
        result: AuditResult::Done,
        version: None,
        detail,
        salt,
    }
}

/// 128 bits of the key's hash: no two of a million keys share them.
fn hash(key: &str) -> u128 {
    let sum: [u8; 32] = Sha256::digest(key.as_bytes()).into();
    sum.first_chunk::<16>()
        .map_or(0, |half| u128::from_le_bytes(*half))
}
