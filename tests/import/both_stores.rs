//! The same import on SQLite and on PostgreSQL.

use deskhand::directory::{ImportOptions, samples};
use tempfile::TempDir;

use super::{Bench, figures, given};
use crate::support::postgres::TestDatabase;

/// Rows of one file, so that two imports of it meet in more than one batch.
const ROWS: u64 = 2_300;

fn people() -> String {
    let rows: String = (0..ROWS)
        .map(|n| format!("user{n},Anna,Rossi,VD/CHUV\n"))
        .collect();
    format!("username,given_name,surname,scope\n{rows}")
}

/// Two imports of one file at the same time: each row goes in once, whoever comes second finds it there.
async fn two_at_once(bench: &Bench) {
    let first = bench.file(people());
    let second = ImportOptions {
        rejects: Some(bench.path("other.csv")),
        ..first.clone()
    };
    let (one, other) = tokio::join!(bench.try_accounts(&first), bench.try_accounts(&second));
    let (one, other) = (one.unwrap().counts, other.unwrap().counts);
    assert_eq!(one.created + other.created, ROWS, "{one:?} {other:?}");
    assert_eq!(one.unchanged + other.unchanged, ROWS);
    assert_eq!(
        bench
            .store
            .count_accounts(bench.desk.id, None)
            .await
            .unwrap(),
        ROWS
    );
    assert_eq!(bench.audit().await.len(), 4);
}

#[tokio::test]
async fn two_imports_at_once_agree_on_sqlite() {
    two_at_once(&Bench::new("own").await).await;
}

#[tokio::test]
async fn two_imports_at_once_agree_on_postgresql() {
    let database = TestDatabase::empty().await;
    let bench = Bench::on(database.url(), "own", TempDir::new().unwrap()).await;
    two_at_once(&bench).await;
    bench.store.close().await;
}

#[tokio::test]
async fn the_exports_and_samples_go_in_on_postgresql_and_twice_changes_nothing() {
    let database = TestDatabase::empty().await;
    let bench = Bench::on(database.url(), "eiam", TempDir::new().unwrap()).await;
    let sample = bench.sample(&samples::EIAM_ACCOUNTS).await;
    assert_eq!(figures(sample), [sample.read, 0, 0, 0]);
    assert_eq!(
        figures(bench.sample(&samples::EIAM_ACCOUNTS).await),
        [0, 0, sample.read, 0]
    );
    if let Some(bytes) = given("eiam-accounts.csv") {
        let told = bench.accounts(&bytes).await;
        assert_eq!(told.counts.rejected, 7);
        let again = bench.accounts(&bytes).await;
        assert_eq!(figures(again.counts), [0, 0, 2_994, 7]);
        assert_eq!(again.counts.conflicts, 0);
    }
    if let Some(bytes) = given("alunni-web-anagrafiche.csv") {
        assert_eq!(
            figures(bench.records(&bytes).await.counts),
            [5_000, 0, 0, 0]
        );
        assert_eq!(
            figures(bench.records(&bytes).await.counts),
            [0, 0, 5_000, 0]
        );
    }
    bench.store.close().await;
}
