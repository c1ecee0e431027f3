//! Folders that `run` could not write into, looked at without making anything. root may write anywhere, so as root
//! the program runs as a user of no rights.

use std::fs::{Permissions, set_permissions};
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::os::unix::process::CommandExt as _;
use std::path::Path;

use serde_json::Value;

use super::{Site, one, text};
use crate::support::process::{Ended, deskhand as program, run};

/// The user and group that own nothing.
const NOBODY: u32 = 65_534;

fn is_root() -> bool {
    std::fs::metadata("/proc/self").unwrap().uid() == 0
}

/// Closes a folder to whoever checks.
fn close(path: &Path) {
    mode(path, if is_root() { 0o755 } else { 0o555 });
}

/// `check --json` by somebody who is no root.
fn check(site: &Site) -> Ended {
    let folder = site.folder.path();
    let mut command = program(folder, &["check", "--json"]);
    if is_root() {
        // the build's folder may be closed to others
        let copy = folder.join("deskhand");
        if !copy.exists() {
            std::fs::copy(command.get_program(), &copy).unwrap();
        }
        let mut other = std::process::Command::new(copy);
        other.args(command.get_args()).current_dir(folder);
        other.uid(NOBODY).gid(NOBODY);
        command = other;
    }
    run(command)
}

fn mode(path: &Path, mode: u32) {
    set_permissions(path, Permissions::from_mode(mode)).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_that_cannot_be_written_is_told_for_database_key_and_mails() {
    let site = Site::start().await;
    mode(site.folder.path(), 0o755);
    mode(&site.path("deskhand.toml"), 0o644);
    for folder in ["closed", "mails"] {
        std::fs::create_dir(site.path(folder)).unwrap();
        close(&site.path(folder));
    }
    site.edit("desk.sqlite", "closed/desk.sqlite");
    site.edit("desk.key", "closed/desk.key");
    let ended = check(&site);
    assert_eq!(ended.code, Some(1), "{ended:?}");
    let found: Vec<Value> = serde_json::from_str(&ended.stdout).unwrap();
    for what in ["database", "key file", "mail"] {
        let finding = one(&found, what);
        assert_eq!(finding["ok"], false, "{finding}");
        let detail = text(finding, "detail");
        let told = ["cannot be written", "permission denied"];
        assert!(told.iter().any(|told| detail.contains(told)), "{finding}");
        assert!(
            text(finding, "fix").contains("user of deskhand"),
            "{finding}"
        );
    }
    // a folder of mails that is not there yet, in one that cannot be written
    site.edit("file://mails", "file://closed/more/mails");
    let ended = check(&site);
    let found: Vec<Value> = serde_json::from_str(&ended.stdout).unwrap();
    assert_eq!(one(&found, "mail")["ok"], false, "{found:#?}");
    for folder in ["closed", "mails"] {
        let mut entries = std::fs::read_dir(site.path(folder)).unwrap();
        assert!(entries.next().is_none(), "nothing was made in {folder}");
        mode(&site.path(folder), 0o755);
    }
}

/// SQLite makes files beside it.
#[tokio::test(flavor = "multi_thread")]
async fn a_database_file_in_a_folder_of_somebody_else_is_told() {
    let site = Site::start().await;
    std::fs::create_dir(site.path("data")).unwrap();
    site.edit("desk.sqlite", "data/desk.sqlite");
    assert_eq!(site.run(&["migrate"]).code, Some(0));
    mode(site.folder.path(), 0o755);
    mode(&site.path("deskhand.toml"), 0o644);
    mode(&site.path("data/desk.sqlite"), 0o666);
    close(&site.path("data"));
    let ended = check(&site);
    let found: Vec<Value> = serde_json::from_str(&ended.stdout).unwrap();
    let database = one(&found, "database");
    assert_eq!(database["ok"], false, "{database}");
    let detail = text(database, "detail");
    assert!(detail.contains("data cannot be written"), "{database}");
    mode(&site.path("data"), 0o755);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_of_mails_is_left_as_it_is() {
    let site = Site::start().await;
    std::fs::create_dir(site.path("mails")).unwrap();
    let changed = || {
        let metadata = std::fs::metadata(site.path("mails")).unwrap();
        (metadata.mtime(), metadata.mtime_nsec())
    };
    let before = changed();
    let (code, found) = site.findings();
    assert_eq!(code, Some(0), "{found:#?}");
    assert!(text(one(&found, "mail"), "detail").contains("can be written"));
    assert_eq!(changed(), before, "not even for a moment");
}
