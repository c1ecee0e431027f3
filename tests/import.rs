//! Import of directory files, against the real store: what goes in, what does not and why, and who wins (D11).

mod both_stores;
mod conflicts;
mod encodings;
mod given;
mod hostile;
mod rejects;

use std::io::Write as _;
use std::path::PathBuf;
use std::sync::Arc;

use deskhand::clock::ShiftedClock;
use deskhand::config::{Config, Needs};
use deskhand::directory::samples::{self, Sample};
use deskhand::directory::{
    Counts, ImportError, ImportOptions, Progress, import_accounts, import_accounts_from,
    import_records, import_records_from,
};
use deskhand::domain::desk::Desk;
use deskhand::domain::import::{Field, ImportFacts};
use deskhand::domain::record::Record;
use deskhand::ports::store::{Store, StoredAudit};
use deskhand::store::{self, OpenOptions};
use tempfile::TempDir;

/// A desk with its empty database and a folder for files.
struct Bench {
    folder: TempDir,
    store: Arc<dyn Store>,
    clock: ShiftedClock,
    desk: Desk,
}

/// What an import told.
#[derive(Debug)]
struct Told {
    counts: Counts,
    progress: Vec<Progress>,
}

impl Told {
    /// Lines of rejected rows with their codes.
    fn rejected(&self) -> Vec<(u64, &'static str)> {
        let rejected = self.progress.iter().filter_map(|progress| match progress {
            Progress::Rejected { line, reasons } => Some((*line, reasons.code())),
            _ => None,
        });
        rejected.collect()
    }

    fn conflicts(&self) -> Vec<(u64, Field)> {
        let conflicts = self.progress.iter().filter_map(|progress| match progress {
            Progress::Conflict { line, field } => Some((*line, *field)),
            _ => None,
        });
        conflicts.collect()
    }
}

/// Created, updated, unchanged, rejected; `read` must be their sum.
fn figures(counts: Counts) -> [u64; 4] {
    let figures = [
        counts.created,
        counts.updated,
        counts.unchanged,
        counts.rejected,
    ];
    assert_eq!(counts.read, figures.iter().sum::<u64>(), "{counts:?}");
    figures
}

impl Bench {
    async fn new(profile: &str) -> Self {
        let folder = TempDir::new().unwrap();
        let url = format!("sqlite://{}", folder.path().join("desk.db").display());
        Self::on(&url, profile, folder).await
    }

    async fn on(url: &str, profile: &str, folder: TempDir) -> Self {
        let text = format!(
            "[database]\nurl = \"{url}\"\n[[desk]]\nguild_id = 7\nname = \"N\"\nprofile = \"{profile}\"\n\
            locale = \"it\"\ncontact_mailbox = \"desk@example.ch\"\n"
        );
        let config = Config::parse("deskhand.toml", &text, &|_| None, Needs::Database).unwrap();
        let desk = config.desk(None).unwrap().clone();
        let store = store::open(url, &OpenOptions::default()).await.unwrap();
        let clock = ShiftedClock::default();
        Self {
            folder,
            store,
            clock,
            desk,
        }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes a file and how it shall be imported.
    fn file(&self, bytes: impl AsRef<[u8]>) -> ImportOptions {
        let path = self.path("people.csv");
        std::fs::write(&path, bytes).unwrap();
        ImportOptions {
            path,
            ..ImportOptions::default()
        }
    }

    fn rejects(&self) -> PathBuf {
        self.path("people.csv.rejected.csv")
    }

    async fn try_accounts(&self, options: &ImportOptions) -> Result<Told, ImportError> {
        let mut progress = Vec::new();
        let mut tell = |step| progress.push(step);
        let counts = import_accounts(
            self.store.as_ref(),
            &self.clock,
            &self.desk,
            options,
            &mut tell,
        )
        .await?;
        Ok(Told { counts, progress })
    }

    async fn accounts(&self, bytes: impl AsRef<[u8]>) -> Told {
        self.try_accounts(&self.file(bytes)).await.unwrap()
    }

    async fn records(&self, bytes: impl AsRef<[u8]>) -> Told {
        let mut progress = Vec::new();
        let mut tell = |step| progress.push(step);
        let options = self.file(bytes);
        let counts = import_records(
            self.store.as_ref(),
            &self.clock,
            &self.desk,
            &options,
            &mut tell,
        )
        .await
        .unwrap();
        Told { counts, progress }
    }

    async fn sample(&self, accounts: &Sample) -> Counts {
        import_accounts_from(
            self.store.as_ref(),
            &self.clock,
            &self.desk,
            accounts,
            &mut |_| {},
        )
        .await
        .unwrap()
    }

    async fn account(&self, key: &str) -> ImportFacts {
        let mut found = self
            .store
            .load_for_import(self.desk.id, &[key.to_owned()])
            .await
            .unwrap();
        found.pop().unwrap()
    }

    async fn record(&self, id: &str) -> Record {
        self.store
            .load_records(self.desk.id, &[id.to_owned()])
            .await
            .unwrap()
            .pop()
            .unwrap()
    }

    async fn audit(&self) -> Vec<StoredAudit> {
        self.store.list_audit(self.desk.id, 0, 1_000).await.unwrap()
    }
}

/// A file of the given directory exports, copied first; `None`, said aloud, where there are none.
fn given(name: &str) -> Option<Vec<u8>> {
    let shared = std::env::var_os("DESKHAND_SHARED")
        .map_or_else(|| PathBuf::from("../shared"), PathBuf::from);
    let bytes = std::fs::read(shared.join("data").join(name)).ok();
    if bytes.is_none() {
        let folder = shared.join("data");
        let told = format!("NOT TESTED: {name} is not in {}\n", folder.display());
        // written past the capture of the test harness, which hides what tests print that pass
        std::io::stderr()
            .write_all(told.as_bytes())
            .expect("a word on standard error");
    }
    bytes
}

#[tokio::test]
async fn the_samples_go_in_without_a_rejected_row() {
    for (profile, sample) in [
        ("eiam", samples::EIAM_ACCOUNTS),
        ("extranet", samples::EXTRANET_ACCOUNTS),
        ("alunni-web", samples::ALUNNI_WEB_ACCOUNTS),
    ] {
        let bench = Bench::new(profile).await;
        let counts = bench.sample(&sample).await;
        assert_eq!(figures(counts), [counts.read, 0, 0, 0], "{}", sample.name);
        assert!(
            (24..=40).contains(&counts.read),
            "{}: {}",
            sample.name,
            counts.read
        );
        assert_eq!(
            figures(bench.sample(&sample).await),
            [0, 0, counts.read, 0],
            "the same file again"
        );
    }
}

#[tokio::test]
async fn the_sample_records_go_in_without_a_rejected_row() {
    let bench = Bench::new("alunni-web").await;
    let import = async || {
        let sample = &samples::ALUNNI_WEB_RECORDS;
        import_records_from(
            bench.store.as_ref(),
            &bench.clock,
            &bench.desk,
            sample,
            &mut |_| {},
        )
        .await
        .unwrap()
    };
    assert_eq!(figures(import().await), [30, 0, 0, 0]);
    assert_eq!(figures(import().await), [0, 0, 30, 0]);
    assert!(
        bench.record("00000000001006").await.data.email.is_none(),
        "Casella mail non definita"
    );
}

#[tokio::test]
async fn d11_two_audit_rows_started_with_the_sum_and_finished_with_the_counts() {
    let bench = Bench::new("own").await;
    bench
        .accounts("username,given_name,surname\nanna,Anna,Rossi\n,No,Name\n")
        .await;
    let rows = bench.audit().await;
    let actions: Vec<_> = rows.iter().map(|row| row.row.action.as_str()).collect();
    assert_eq!(
        actions,
        ["import-accounts-started", "import-accounts-finished"]
    );
    let detail = |at: usize| rows[at].detail.as_ref().unwrap().1.clone();
    assert!(
        detail(0).contains("\"file\":\"people.csv\"") && detail(0).contains("\"sha256\":\""),
        "{}",
        detail(0)
    );
    assert!(
        detail(1).contains("\"created\":\"1\"") && detail(1).contains("\"rejected\":\"1\""),
        "{}",
        detail(1)
    );
}

#[tokio::test]
async fn a_file_whose_rows_are_all_rejected_still_leaves_both_audit_rows() {
    let bench = Bench::new("own").await;
    let told = bench
        .records("external_id,kind,given_name,surname\n1,alien,A,B\n")
        .await;
    assert_eq!(figures(told.counts), [0, 0, 0, 1]);
    let actions: Vec<_> = bench
        .audit()
        .await
        .into_iter()
        .map(|row| row.row.action)
        .collect();
    assert_eq!(
        actions,
        ["import-records-started", "import-records-finished"]
    );
}

#[tokio::test]
async fn the_json_line_has_the_contracts_names() {
    let bench = Bench::new("own").await;
    let told = bench
        .accounts("username,given_name,surname\nanna,Anna,Rossi\n")
        .await;
    let line = r#"{"read":1,"created":1,"updated":0,"unchanged":0,"rejected":0,"missing":0,"conflicts":0}"#;
    assert_eq!(told.counts.to_json(), line);
}

#[tokio::test]
async fn batches_of_a_thousand_are_committed_one_after_the_other() {
    let bench = Bench::new("own").await;
    let rows: String = (0..2_500)
        .map(|n| format!("user{n},Anna,Rossi\n"))
        .collect();
    let told = bench
        .accounts(format!("username,given_name,surname\n{rows}"))
        .await;
    assert_eq!(figures(told.counts), [2_500, 0, 0, 0]);
    let committed = told
        .progress
        .iter()
        .filter(|progress| matches!(progress, Progress::Committed { .. }));
    assert_eq!(committed.count(), 3);
    assert_eq!(bench.audit().await.len(), 2);
}

#[tokio::test]
async fn missing_counts_accounts_that_the_file_does_not_have_under_the_scope() {
    let bench = Bench::new("own").await;
    let header = "username,given_name,surname,scope";
    bench
        .accounts(format!(
            "{header}\na,A,A,VD/CHUV\nb,B,B,VD\nc,C,C,ZH\nd,D,D,VDX\ne,E,E,VD/CHUV|ZH\n"
        ))
        .await;
    let mut options = bench.file(format!("{header}\na,A,A,VD/CHUV\n"));
    assert_eq!(
        bench.try_accounts(&options).await.unwrap().counts.missing,
        4
    );
    options.scope = deskhand::domain::scope::Scope::parse("VD").ok();
    assert_eq!(
        bench.try_accounts(&options).await.unwrap().counts.missing,
        2,
        "b and e"
    );
    let moved = bench.file(format!("{header}\nA,A,A,ZH\nb,B,B,\n"));
    let moved = ImportOptions {
        path: moved.path,
        ..options
    };
    let told = bench.try_accounts(&moved).await.unwrap();
    assert_eq!(
        told.counts.missing, 1,
        "e; a moved, b's row is rejected but in the file"
    );
    assert_eq!(told.rejected(), [(3, "empty-scope")]);
}
