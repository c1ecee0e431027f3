//! What the two kinds of import have in common: rows that are read, and a decision on a batch of them.

use std::collections::BTreeMap;

use async_trait::async_trait;

use super::Counts;
use super::check::Encoding;
use super::problem::{FileProblem, ImportError};
use super::reasons::Reasons;
use super::reject::Reject;
use super::rows::Row;
use crate::domain::audit::AuditAction;
use crate::domain::change::Write;
use crate::domain::import::Field;
use crate::domain::supply::Supply;

/// What a file's rows are: accounts or register records.
#[async_trait]
pub(super) trait Kind: Send {
    /// A row as it was read.
    type Row: Send + Sync;
    /// The audit actions for begin and end.
    const ACTIONS: [AuditAction; 2];
    /// The reason for a key that the file has above.
    const SEEN: Reject;

    /// Takes the header in, and says which titles are left out.
    fn begin(
        &mut self,
        titles: &[String],
        line: u64,
        encoding: Encoding,
    ) -> Result<Vec<String>, FileProblem>;

    /// The row's key by which it is found, and the row.
    fn read(&self, cells: &[Vec<u8>]) -> (Option<String>, Result<Self::Row, Reasons>);

    /// What is to be written for these entries.
    async fn decide(
        &self,
        entries: &[Entry<Self::Row>],
        supply: &mut (dyn Supply + Send),
    ) -> Result<Decision, ImportError>;

    /// How many of the desk's rows count when missing ones are counted.
    async fn count(&self) -> Result<u64, ImportError>;
}

/// A row with what became of it.
pub(super) struct Entry<R> {
    /// As the file has it.
    pub(super) raw: Row,
    /// By which it is found; `None` when it has none or the file has it above.
    pub(super) key: Option<String>,
    /// As it was read.
    pub(super) row: Result<R, Reasons>,
}

/// What a batch does.
#[derive(Default)]
pub(super) struct Decision {
    pub(super) writes: Vec<Write>,
    /// Only `created`, `updated`, `unchanged` are counted here.
    pub(super) counts: Counts,
    /// Rows that turn out not to go in, by their place in the batch.
    pub(super) rejects: BTreeMap<usize, Reject>,
    pub(super) conflicts: Vec<(u64, Field)>,
    /// Of the desk's rows that count for missing ones: those that the batch names, before it and after it.
    pub(super) present_before: u64,
    pub(super) present_after: u64,
}
