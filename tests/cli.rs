//! The command line: exits, complaints in one line, and nothing left behind.

use std::path::Path;

use tempfile::TempDir;

use crate::support::process::{Ended, deskhand as program, run};

const SETTINGS: &str = r#"[discord]
token = "a.b.c"
api_url = "http://127.0.0.1:1"

[database]
url = "sqlite://desk.sqlite"

[mail]
url = "file://mail"
from = "Support <support@desk.example.org>"

[[desk]]
guild_id = "910000000000000001"
name = "Canton"
profile = "eiam"
locale = "de"
contact_mailbox = "contact@desk.example.org"
staff_roles = ["1"]
superusers = [{ role = "2", scopes = ["VD"] }]
"#;

fn folder_with(settings: &str) -> TempDir {
    let folder = TempDir::new().unwrap();
    std::fs::write(folder.path().join("deskhand.toml"), settings).unwrap();
    folder
}

fn entries(folder: &Path) -> Vec<String> {
    let mut names: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|e| e.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

/// One line, this exit, nothing created.
#[track_caller]
fn complains(folder: &TempDir, ended: &Ended, code: i32, words: &[&str]) {
    assert_eq!(ended.code, Some(code), "{ended:?}");
    assert_eq!(
        ended.stderr.trim_end().lines().count(),
        1,
        "one line: {ended:?}"
    );
    for word in words {
        assert!(ended.stderr.contains(word), "{word:?} in {ended:?}");
    }
    assert_eq!(entries(folder.path()), ["deskhand.toml"], "nothing created");
}

#[test]
fn wrong_settings_are_told_in_one_line_with_file_line_key_and_fix() {
    let cases: [(&str, &str, &[&str]); 7] = [
        (
            "staff_roles =",
            "staf_roles =",
            &["deskhand.toml:18", "staf_roles", "staff_roles"],
        ),
        (
            "token = \"a.b.c\"",
            "token = 7",
            &["deskhand.toml:2", "token"],
        ),
        (
            "token = \"a.b.c\"\n",
            "",
            &["deskhand.toml", "discord.token", "DISCORD_TOKEN"],
        ),
        (
            "\"910000000000000001\"",
            "\"abc\"",
            &["deskhand.toml:13", "guild_id"],
        ),
        (
            "profile = \"eiam\"",
            "profile = \"eaim\"",
            &["deskhand.toml:15", "eiam"],
        ),
        (
            "contact@desk.example.org",
            "contact",
            &["deskhand.toml:17", "contact_mailbox"],
        ),
        ("[discord]", "[discord", &["deskhand.toml:1"]),
    ];
    for (right, wrong, words) in cases {
        let folder = folder_with(&SETTINGS.replacen(right, wrong, 1));
        complains(&folder, &run(program(folder.path(), &["run"])), 2, words);
    }
}

#[test]
fn a_missing_settings_file_and_wrong_arguments_exit_with_2() {
    let folder = TempDir::new().unwrap();
    let ended = run(program(folder.path(), &["run"]));
    assert_eq!(ended.code, Some(2));
    assert!(
        ended.stderr.contains("deskhand.toml") && ended.stderr.contains("--config"),
        "{ended:?}"
    );
    for arguments in [
        &["nonsense"][..],
        &["import", "people", "x.csv"],
        &["run", "--nonsense"],
        &[],
    ] {
        assert_eq!(
            run(program(folder.path(), arguments)).code,
            Some(2),
            "{arguments:?}"
        );
    }
    assert!(entries(folder.path()).is_empty());
}

#[test]
fn what_cannot_be_reached_is_told_in_one_line_with_exit_1() {
    let no_mail = folder_with(&SETTINGS.replacen("file://mail", "smtp://127.0.0.1:1", 1));
    complains(
        &no_mail,
        &run(program(no_mail.path(), &["run"])),
        1,
        &["mail"],
    );
    let elsewhere = TempDir::new().unwrap();
    let key = elsewhere.path().join("desk.key");
    deskhand::config::key_file::create(&key).unwrap();
    let key = format!("\n[secret]\nkey_file = \"{}\"\n", key.display());
    let no_database = SETTINGS.replacen(
        "sqlite://desk.sqlite",
        "postgres://desk:secret@127.0.0.1:1/desk",
        1,
    );
    let no_database = folder_with(
        &no_database
            .replacen("file://mail", "file:///dev/shm", 1)
            .replacen("\n[mail]", &format!("{key}\n[mail]"), 1),
    );
    let ended = run(program(no_database.path(), &["run"]));
    complains(&no_database, &ended, 1, &["database"]);
    assert!(!ended.stderr.contains("secret"), "no password: {ended:?}");
}

#[test]
fn a_key_file_that_others_can_read_or_of_the_wrong_length_is_told_before_anything_is_made() {
    use std::os::unix::fs::PermissionsExt as _;
    let elsewhere = TempDir::new().unwrap();
    for (length, mode) in [(32, 0o644), (4, 0o600)] {
        let key = elsewhere.path().join(format!("{length}.key"));
        std::fs::write(&key, vec![7; length]).unwrap();
        std::fs::set_permissions(&key, std::fs::Permissions::from_mode(mode)).unwrap();
        let key = format!("\n[secret]\nkey_file = \"{}\"\n\n[mail]", key.display());
        let folder = folder_with(&SETTINGS.replacen("\n[mail]", &key, 1));
        complains(
            &folder,
            &run(program(folder.path(), &["run"])),
            2,
            &["key file"],
        );
    }
}

#[test]
fn what_is_not_served_yet_is_told_in_one_line_with_exit_2() {
    let http = format!("transport = \"http\"\npublic_key = \"{}\"", "7".repeat(64));
    for (setting, word) in [
        (http.as_str(), "discord.transport"),
        ("shards = \"0-1/2\"", "discord.shards"),
    ] {
        let folder =
            folder_with(&SETTINGS.replacen("[discord]", &format!("[discord]\n{setting}"), 1));
        let ended = run(program(folder.path(), &["run"]));
        complains(
            &folder,
            &ended,
            2,
            &[word, "not served yet", "leave it out"],
        );
    }
}

#[test]
fn discord_that_cannot_be_reached_is_told_in_one_line_with_exit_1() {
    let folder = folder_with(SETTINGS);
    let ended = run(program(folder.path(), &["run"]));
    assert_eq!(ended.code, Some(1), "{ended:?}");
    assert_eq!(ended.stderr.trim_end().lines().count(), 1, "{ended:?}");
    assert!(ended.stderr.contains("Discord"));
}

#[test]
fn a_file_that_cannot_be_imported_is_told_in_one_line() {
    let folder = folder_with(SETTINGS);
    let files: [(&str, &[u8], &str); 5] = [
        ("empty.csv", b"", "empty"),
        (
            "binary.csv",
            b"username,given_name\n\0\x01\x02,b\n",
            "zero byte",
        ),
        ("utf16.csv", b"\xff\xfeu\0s\0e\0r\0", "UTF-16"),
        ("prose.csv", b"Dear all, this is no table.\n", "username"),
        ("missing.csv", b"", "missing.csv"),
    ];
    for (name, bytes, word) in files {
        let path = folder.path().join(name);
        if name != "missing.csv" {
            std::fs::write(&path, bytes).unwrap();
        }
        let ended = run(program(
            folder.path(),
            &["import", "accounts", name, "--json"],
        ));
        assert_eq!(ended.code, Some(1), "{name}: {ended:?}");
        assert!(ended.stderr.contains(word), "{name}: {word} in {ended:?}");
        assert!(ended.stdout.is_empty(), "{name}: {ended:?}");
        assert_eq!(
            ended.stderr.trim_end().lines().count(),
            1,
            "{name}: {ended:?}"
        );
    }
}

#[test]
fn an_import_ends_with_one_line_of_counts() {
    let folder = folder_with(SETTINGS);
    let file = "username;given_name;surname;email;scope;state\n\
                anna.rossi;Anna;Rossi;anna@people.example.ch;VD/CHUV;active\n\
                bad.mail;Bea;Favre;a@@b;VD/CHUV;active\n";
    std::fs::write(folder.path().join("people.csv"), file).unwrap();
    let first = run(program(
        folder.path(),
        &["import", "accounts", "people.csv", "--json"],
    ));
    assert_eq!(first.code, Some(0), "{first:?}");
    assert_eq!(
        first.stdout.trim(),
        r#"{"read":2,"created":1,"updated":0,"unchanged":0,"rejected":1,"missing":0,"conflicts":0}"#
    );
    let again = run(program(
        folder.path(),
        &["import", "accounts", "people.csv", "--json"],
    ));
    assert_eq!(
        again.stdout.trim(),
        r#"{"read":2,"created":0,"updated":0,"unchanged":1,"rejected":1,"missing":0,"conflicts":0}"#
    );
    let rejected = std::fs::read_to_string(folder.path().join("people.csv.rejected.csv")).unwrap();
    assert!(
        rejected
            .lines()
            .nth(1)
            .unwrap()
            .starts_with("bad.mail;Bea;Favre;a@@b;VD/CHUV;active;3;"),
        "{rejected}"
    );
}
