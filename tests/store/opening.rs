//! Opening a database: who may, what is refused, and in which words.

use std::path::Path;
use std::sync::Arc;

use deskhand::domain::ids::AccountId;
use deskhand::ports::store::StoreError;
use deskhand::store::{OpenOptions, open};

use super::kit::*;
use crate::support::postgres::TestDatabase;

fn url(path: &Path) -> String {
    format!("sqlite://{}", path.display())
}

async fn refusal(url: &str, options: &OpenOptions) -> StoreError {
    match open(url, options).await {
        Ok(_) => panic!("{url} was opened"),
        Err(error) => error,
    }
}

#[tokio::test]
async fn one_run_holds_the_file_and_subcommands_work_beside_it() {
    let folder = tempfile::tempdir().unwrap();
    let url = url(&folder.path().join("desk.db"));
    let exclusive = OpenOptions {
        exclusive: true,
        ..OpenOptions::default()
    };
    let first = open(&url, &exclusive).await.unwrap();
    assert!(matches!(refusal(&url, &exclusive).await, StoreError::InUse));
    let beside = open(&url, &OpenOptions::default()).await.unwrap();
    beside
        .commit(change(vec![insert(1, data("anna"))]))
        .await
        .unwrap();
    assert!(
        first
            .load_account(DESK, AccountId(1), None, at(0))
            .await
            .unwrap()
            .is_some()
    );
    first.close().await;
    drop(first);
    open(&url, &exclusive).await.unwrap().close().await;
}

#[cfg(unix)]
#[tokio::test]
async fn the_files_are_their_owners_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    let options = OpenOptions {
        exclusive: true,
        ..OpenOptions::default()
    };
    let store = open(&url(&folder.path().join("desk.db")), &options)
        .await
        .unwrap();
    store
        .commit(change(vec![insert(1, data("anna"))]))
        .await
        .unwrap();
    let files: Vec<_> = std::fs::read_dir(folder.path())
        .unwrap()
        .map(Result::unwrap)
        .collect();
    assert!(files.len() >= 3, "database, log, lock");
    for file in files {
        assert_eq!(
            file.metadata().unwrap().permissions().mode() & 0o777,
            0o600,
            "{:?}",
            file.file_name()
        );
    }
}

#[tokio::test]
async fn many_that_open_a_new_file_at_once_all_succeed() {
    let folder = tempfile::tempdir().unwrap();
    let url = url(&folder.path().join("desk.db"));
    let options = OpenOptions::default();
    let opened = futures::future::join_all((0..8).map(|_| open(&url, &options))).await;
    assert!(
        opened.iter().all(Result::is_ok),
        "{:?}",
        opened.iter().filter_map(|o| o.as_ref().err()).next()
    );
}

#[tokio::test]
async fn a_newer_schema_is_refused() {
    let kit = Kit::sqlite().await;
    kit.store.close().await;
    kit.execute("PRAGMA user_version = 99").await.unwrap();
    let url = kit.url();
    assert!(matches!(
        refusal(&url, &OpenOptions::default()).await,
        StoreError::NewerSchema { found: 99, .. }
    ));
    let kit = Kit::postgres().await;
    kit.execute("UPDATE schema_version SET version = 99")
        .await
        .unwrap();
    let url = kit.url();
    assert!(matches!(
        refusal(&url, &OpenOptions::default()).await,
        StoreError::NewerSchema { found: 99, .. }
    ));
}

#[tokio::test]
async fn an_older_schema_is_refused_where_it_may_not_be_changed() {
    let options = OpenOptions {
        migrate: false,
        ..OpenOptions::default()
    };
    let folder = tempfile::tempdir().unwrap();
    let file = url(&folder.path().join("desk.db"));
    let empty = TestDatabase::empty().await;
    for url in [file.as_str(), empty.url()] {
        assert!(matches!(
            refusal(url, &options).await,
            StoreError::OlderSchema { found: 0, .. }
        ));
        open(url, &OpenOptions::default())
            .await
            .unwrap()
            .close()
            .await;
        open(url, &options).await.unwrap().close().await;
    }
}

#[tokio::test]
async fn refusals_are_one_line_and_tell_no_password() {
    let folder = tempfile::tempdir().unwrap();
    let garbage = folder.path().join("garbage.db");
    std::fs::write(&garbage, "this is no database, ".repeat(100)).unwrap();
    let cluster = TestDatabase::empty().await;
    let nowhere = cluster
        .url()
        .replace("postgres://postgres@", "postgres://postgres:s3cret@")
        .replace("/test_", "/none_");
    let urls = [
        "mysql://root:s3cret@localhost/x".to_owned(),
        "sqlite://".to_owned(),
        url(Path::new("/nowhere/at/all/desk.db")),
        url(folder.path()),
        url(&garbage),
        "postgres://me:s3cret@127.0.0.1:1/desk".to_owned(),
        "postgres://me:s3cret@127.0.0.1:notaport/desk".to_owned(),
        nowhere,
    ];
    for url in urls {
        let mut error: &dyn std::error::Error = &refusal(&url, &OpenOptions::default()).await;
        let text = error.to_string();
        assert!(
            text.starts_with("the database ") && !text.contains('\n') && text.len() < 200,
            "{text}"
        );
        loop {
            assert!(
                !format!("{error} {error:?}").contains("s3cret"),
                "{error:?}"
            );
            let Some(source) = error.source() else { break };
            error = source;
        }
    }
}

#[tokio::test]
async fn what_a_database_refuses_is_told_without_its_values() {
    for kit in [Kit::sqlite().await, Kit::postgres().await] {
        kit.person(1, "anna").await;
        let mut planted = letter(5, 1, deskhand::domain::letter::LetterKind::Username, &[]);
        planted.identity = "planted-value".to_owned();
        let write = deskhand::domain::change::Write::QueueLetter(planted);
        kit.done(vec![write.clone()]).await;
        let error = kit.commit(vec![write]).await.unwrap_err();
        assert!(!format!("{error:?}").contains("planted"), "{error:?}");
    }
}

#[tokio::test]
async fn a_caller_that_went_away_does_not_stop_its_change() {
    let kit = Kit::sqlite().await;
    let store = Arc::clone(&kit.store);
    let mut commit =
        Box::pin(async move { store.commit(change(vec![insert(1, data("anna"))])).await });
    // handed to the writer, then dropped before the answer
    assert!(futures::poll!(&mut commit).is_pending());
    drop(commit);
    kit.store.close().await;
    assert_eq!(kit.number("SELECT COUNT(*) FROM account").await, 1);
}
