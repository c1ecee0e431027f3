//! Register records of a file against those of the desk.

use std::collections::HashMap;

use async_trait::async_trait;

use super::ImportOptions;
use super::check::Encoding;
use super::header::{Header, RecordColumn};
use super::kind::{Decision, Entry, Kind};
use super::problem::{FileProblem, ImportError};
use super::reasons::Reasons;
use super::record_row::RecordReader;
use super::reject::Reject;
use crate::domain::audit::AuditAction;
use crate::domain::change::Write;
use crate::domain::desk::Desk;
use crate::domain::ids::{DeskId, RecordId};
use crate::domain::import_record::{FileRecord, merge_record};
use crate::domain::record::Record;
use crate::domain::supply::Supply;
use crate::ports::store::Store;

/// The import of register records.
pub(super) struct Records<'a> {
    store: &'a dyn Store,
    desk: DeskId,
    reader: RecordReader<'a>,
}

impl<'a> Records<'a> {
    pub(super) fn new(store: &'a dyn Store, desk: &Desk, options: &'a ImportOptions) -> Self {
        let header = Header {
            columns: Vec::new(),
            ignored: Vec::new(),
        };
        let encoding = Encoding::Utf8 { mark: false };
        Self {
            store,
            desk: desk.id,
            reader: RecordReader {
                options,
                header,
                encoding,
            },
        }
    }
}

#[async_trait]
impl Kind for Records<'_> {
    type Row = FileRecord;
    const ACTIONS: [AuditAction; 2] = [
        AuditAction::ImportRecordsStarted,
        AuditAction::ImportRecordsFinished,
    ];
    const SEEN: Reject = Reject::ExternalIdSeen;

    fn begin(
        &mut self,
        titles: &[String],
        line: u64,
        encoding: Encoding,
    ) -> Result<Vec<String>, FileProblem> {
        let mut header = Header::<RecordColumn>::read(titles, line)?;
        let ignored = std::mem::take(&mut header.ignored);
        self.reader.header = header;
        self.reader.encoding = encoding;
        Ok(ignored)
    }

    fn read(&self, cells: &[Vec<u8>]) -> (Option<String>, Result<FileRecord, Reasons>) {
        match self.reader.external_id(cells) {
            Ok(id) => (Some(id.clone()), self.reader.read(id, cells)),
            Err(reject) => (None, Err(reject.into())),
        }
    }

    async fn decide(
        &self,
        entries: &[Entry<FileRecord>],
        supply: &mut (dyn Supply + Send),
    ) -> Result<Decision, ImportError> {
        let rows = || entries.iter().filter_map(|entry| entry.row.as_ref().ok());
        let keys: Vec<String> = rows().map(|row| row.data.external_id.clone()).collect();
        let found = self.store.load_records(self.desk, &keys).await?;
        let found: HashMap<String, Record> = found
            .into_iter()
            .map(|record| (record.data.external_id.clone(), record))
            .collect();
        let mut decision = Decision::default();
        for row in rows() {
            let Some(before) = found.get(&row.data.external_id) else {
                decision.counts.created += 1;
                let data = Box::new(row.data.clone());
                decision.writes.push(Write::InsertRecord {
                    id: RecordId(supply.id()),
                    data,
                });
                continue;
            };
            let after = merge_record(&before.data, row);
            if after == before.data {
                decision.counts.unchanged += 1;
            } else {
                decision.counts.updated += 1;
                let before = Box::new(before.clone());
                decision.writes.push(Write::UpdateRecord {
                    before,
                    after: Box::new(after),
                });
            }
        }
        // the store writes neighbours of one kind in one go
        decision
            .writes
            .sort_by_key(|write| !matches!(write, Write::InsertRecord { .. }));
        Ok(decision)
    }

    /// Missing records are not counted: the contract counts accounts.
    async fn count(&self) -> Result<u64, ImportError> {
        Ok(0)
    }
}
