//! `deskhand check`: each thing broken on purpose has its own line and its fix, and nothing is created or written.

mod broken;
mod folders;

use std::path::Path;

use deskhand::app::local::cast::{self, EIAM, STAFF, SUPERUSER, support_channel};
use deskhand::ports::clock::Clock as _;
use deskhand::sandbox::{Fault, LocalDiscord, Overwrite};
use serde_json::Value;
use sqlx::{Connection as _, PgConnection, SqliteConnection};
use tempfile::TempDir;

use self::broken::BROKEN;
use crate::support::postgres::TestDatabase;
use crate::support::process::{Ended, Running, deskhand as program, run};
use crate::support::smtp::{SmtpOptions, SmtpServer};

const SUPPORT: u64 = support_channel(EIAM);
const VIEW_CHANNEL: u64 = 1 << 10;

/// A folder with settings for a local Discord of its own.
struct Site {
    discord: LocalDiscord,
    folder: TempDir,
}

impl Site {
    async fn start() -> Self {
        let clock = deskhand::clock::SystemClock;
        let setup = cast::setup(std::sync::Arc::new(move || clock.now()));
        let site = Self {
            discord: LocalDiscord::start(setup).await.expect("a local Discord"),
            folder: TempDir::new().expect("a folder"),
        };
        let settings = cast::settings(
            &site.discord.base_url(),
            "sqlite://desk.sqlite",
            "file://mails",
            Path::new("desk.key"),
        );
        std::fs::write(site.path("deskhand.toml"), settings).expect("the settings");
        site
    }

    fn path(&self, name: &str) -> std::path::PathBuf {
        self.folder.path().join(name)
    }

    /// Replaces a text of the settings.
    #[track_caller]
    fn edit(&self, right: &str, wrong: &str) {
        let settings = std::fs::read_to_string(self.path("deskhand.toml")).unwrap();
        assert!(settings.contains(right), "{right:?} in {settings}");
        let settings = settings.replacen(right, wrong, 1);
        std::fs::write(self.path("deskhand.toml"), settings).unwrap();
    }

    fn run(&self, arguments: &[&str]) -> Ended {
        run(program(self.folder.path(), arguments))
    }

    /// The findings, with the exit code.
    fn findings(&self) -> (Option<i32>, Vec<Value>) {
        let ended = self.run(&["check", "--json"]);
        let found = serde_json::from_str(&ended.stdout).unwrap_or_else(|_| panic!("{ended:?}"));
        (ended.code, found)
    }

    fn entries(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.folder.path()).unwrap();
        let names = entries.map(|e| e.unwrap().file_name().into_string().unwrap());
        let mut names: Vec<_> = names.collect();
        names.sort();
        names
    }
}

fn text<'a>(finding: &'a Value, key: &str) -> &'a str {
    finding[key].as_str().unwrap_or_default()
}

#[track_caller]
fn one<'a>(found: &'a [Value], what: &str) -> &'a Value {
    let mut those = found.iter().filter(|finding| text(finding, "what") == what);
    let first = those
        .next()
        .unwrap_or_else(|| panic!("no {what:?} in {found:#?}"));
    assert!(those.next().is_none(), "{what:?} twice");
    first
}

#[tokio::test(flavor = "multi_thread")]
async fn all_well_is_exit_0_and_nothing_is_created_or_written() {
    let site = Site::start().await;
    let (code, found) = site.findings();
    assert_eq!(code, Some(0), "{found:#?}");
    for finding in &found {
        assert!(
            finding["ok"] == true && finding["fix"].is_null(),
            "{finding}"
        );
    }
    for what in [
        "configuration",
        "key file",
        "database",
        "database schema",
        "mail",
        "Discord token",
        "Discord gateway",
    ] {
        one(&found, what);
    }
    assert_eq!(site.entries(), ["deskhand.toml"], "nothing created");
    assert_eq!(site.discord.command_writes(), 0, "nothing registered");
    let human = site.run(&["check"]);
    assert_eq!(human.code, Some(0));
    assert_eq!(human.stdout.lines().count(), found.len());
    assert!(
        human.stdout.lines().all(|line| line.starts_with("ok  ")),
        "{human:?}"
    );
    assert!(human.stderr.is_empty(), "{human:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_json_form_is_a_list_of_what_ok_detail_and_fix() {
    let site = Site::start().await;
    site.discord.delete_role(EIAM, STAFF).unwrap();
    let ended = site.run(&["check", "--json"]);
    assert_eq!(ended.code, Some(1));
    assert_eq!(ended.stdout.trim_end().lines().count(), 1);
    let list: Vec<serde_json::Map<String, Value>> = serde_json::from_str(&ended.stdout).unwrap();
    for finding in &list {
        let mut keys: Vec<_> = finding.keys().map(String::as_str).collect();
        keys.sort_unstable();
        assert_eq!(keys, ["detail", "fix", "ok", "what"]);
        assert_eq!(
            finding["fix"].is_null(),
            finding["ok"] == true,
            "{finding:?}"
        );
    }
    assert!(
        ended
            .stdout
            .starts_with(r#"[{"what":"configuration","ok":true,"detail":"#)
    );
    assert_eq!(ended.stderr.trim_end().lines().count(), 1, "{ended:?}");
}

fn deny(site: &Site, bits: u64) {
    let everyone = Overwrite {
        id: EIAM,
        of_member: false,
        allow: 0,
        deny: bits,
    };
    site.discord.set_overwrites(SUPPORT, &[everyone]).unwrap();
}

fn key(site: &Site, bytes: &[u8], mode: u32) {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::write(site.path("desk.key"), bytes).unwrap();
    let mode = std::fs::Permissions::from_mode(mode);
    std::fs::set_permissions(site.path("desk.key"), mode).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn each_thing_broken_on_purpose_has_its_line_and_its_fix() {
    for (number, (damage, what, detail, fix)) in BROKEN.iter().enumerate() {
        let site = Site::start().await;
        damage(&site);
        let before = site.entries();
        let (code, found) = site.findings();
        assert_eq!(code, Some(1), "case {number}: {found:#?}");
        let finding = one(&found, what);
        assert_eq!(finding["ok"], false, "case {number}: {finding}");
        assert!(
            text(finding, "detail").contains(detail),
            "case {number}: {finding}"
        );
        assert!(
            text(finding, "fix").contains(fix),
            "case {number}: {finding}"
        );
        let others = found.iter().filter(|f| f["ok"] == false && f != &finding);
        let others: Vec<_> = others
            .filter(|f| !text(f, "detail").contains("not looked at"))
            .collect();
        assert!(
            others.is_empty(),
            "case {number} breaks that alone: {others:#?}"
        );
        assert!(
            !format!("{found:?}").contains("hidden-word"),
            "case {number}: no password"
        );
        assert!(
            !format!("{found:?}").contains("local."),
            "case {number}: no token"
        );
        assert_eq!(site.entries(), before, "case {number}: nothing created");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guild_that_is_not_reachable_does_not_hide_the_others() {
    let site = Site::start().await;
    site.edit(&format!("\"{EIAM}\""), "\"910000000000000009\"");
    let ended = site.run(&["check"]);
    assert_eq!(ended.code, Some(1));
    let failed: Vec<_> = ended
        .stdout
        .lines()
        .filter(|line| line.starts_with("FAIL  "))
        .collect();
    assert_eq!(failed.len(), 1, "{ended:?}");
    assert!(failed[0].contains("eIAM Delegation") && failed[0].ends_with("permissions=84992"));
    for desk in ["Extranet Support", "Segreteria"] {
        let line = format!("ok    desk \"{desk}\": permissions in approvals_channel");
        assert!(ended.stdout.contains(&line), "{ended:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_bots_own_roles_and_administrators_are_counted() {
    let site = Site::start().await;
    deny(&site, VIEW_CHANNEL);
    site.discord
        .set_role_mentionable(EIAM, SUPERUSER, false)
        .unwrap();
    assert_eq!(site.findings().0, Some(1));
    site.discord.set_bot_roles(EIAM, &[cast::AUDITOR]).unwrap();
    site.discord
        .set_role_permissions(EIAM, cast::AUDITOR, 8)
        .unwrap();
    let (code, found) = site.findings();
    assert_eq!(code, Some(0), "{found:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn p33_a_short_wait_that_discord_asks_for_is_waited_out() {
    let site = Site::start().await;
    let limited = Fault::RateLimited {
        retry_after: 0.05,
        global: false,
    };
    site.discord
        .faults()
        .next_calls("GET", "/users/@me", 2, limited);
    assert_eq!(site.findings().0, Some(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_settings_are_exit_2_with_every_complaint() {
    let site = Site::start().await;
    site.edit("profile = \"eiam\"", "profile = \"eaim\"");
    site.edit("staff_roles", "staf_roles");
    let (code, found) = site.findings();
    assert_eq!((code, found.len()), (Some(2), 2), "{found:#?}");
    for (finding, word) in found.iter().zip(["eaim", "staf_roles"]) {
        assert_eq!(text(finding, "what"), "configuration");
        assert_eq!(finding["ok"], false);
        assert!(
            text(finding, "detail").contains(word) && !text(finding, "fix").is_empty(),
            "{finding}"
        );
    }
    let human = site.run(&["check"]);
    assert_eq!(human.code, Some(2));
    assert_eq!(human.stderr.trim_end().lines().count(), 1);
    assert!(
        human
            .stdout
            .lines()
            .all(|line| line.starts_with("FAIL  configuration: deskhand.toml:"))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rehearsal_is_named_without_the_whole_address() {
    let site = Site::start().await;
    site.edit(
        "[mail]",
        "[mail]\nredirect_to = \"rita.moser@desk.example.org\"",
    );
    let (code, found) = site.findings();
    assert_eq!(code, Some(0));
    let rehearsal = one(&found, "mail.redirect_to");
    assert!(
        text(rehearsal, "detail").contains("every mail goes to r***@desk.example.org"),
        "{rehearsal}"
    );
    assert!(!format!("{found:?}").contains("rita.moser"));
    let running = Running::start(
        program(site.folder.path(), &["run"]),
        "connected to Discord",
    );
    let said = running.said();
    assert!(
        said.contains("every mail goes to r***@desk.example.org"),
        "{said}"
    );
    assert!(!said.contains("rita.moser"), "{said}");
    assert_eq!(running.terminate().code, Some(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_mail_server_is_asked_for_its_login_and_gets_no_mail() {
    let site = Site::start().await;
    let options = SmtpOptions {
        auth: Some(("desk".to_owned(), "rightword".to_owned())),
        ..SmtpOptions::default()
    };
    let server = SmtpServer::start(options).await;
    site.edit("file://mails", &server.url());
    let (code, found) = site.findings();
    assert_eq!(code, Some(0), "{found:#?}");
    assert!(server.received(0).await.is_empty());
    site.edit("rightword", "wrongword");
    let (code, found) = site.findings();
    let mail = one(&found, "mail");
    assert_eq!(code, Some(1));
    assert!(text(mail, "detail").contains("signing in"), "{mail}");
    assert!(text(mail, "fix").contains("user and password"), "{mail}");
    assert!(!format!("{found:?}").contains("wrongword"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_newer_schema_is_not_ok_and_an_older_one_is() {
    for (version, ok) in [(0, true), (99, false)] {
        let site = Site::start().await;
        let url = format!("sqlite://{}?mode=rwc", site.path("desk.sqlite").display());
        let mut conn = SqliteConnection::connect(&url).await.unwrap();
        let pragma = sqlx::AssertSqlSafe(format!("PRAGMA user_version = {version}"));
        sqlx::raw_sql(pragma).execute(&mut conn).await.unwrap();
        conn.close().await.unwrap();
        let before = site.entries();
        let (code, found) = site.findings();
        let schema = one(&found, "database schema");
        assert_eq!(
            (code, &schema["ok"]),
            (Some(i32::from(!ok)), &Value::Bool(ok)),
            "{schema}"
        );
        assert_eq!(
            text(schema, "fix").contains("newer program"),
            !ok,
            "{schema}"
        );
        assert_eq!(site.entries(), before);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn migrate_brings_the_schema_up_to_date_and_says_from_where() {
    let site = Site::start().await;
    let first = site.run(&["migrate"]);
    assert_eq!(
        (first.code, first.stdout.as_str()),
        (Some(0), "schema: from version 0 to version 1\n"),
        "{first:?}"
    );
    let again = site.run(&["migrate"]);
    assert_eq!(
        (again.code, again.stdout.as_str()),
        (Some(0), "schema: version 1, up to date\n")
    );
    let (_, found) = site.findings();
    assert!(text(one(&found, "database schema"), "detail").contains("up to date"));
}

#[tokio::test(flavor = "multi_thread")]
async fn on_postgresql_check_changes_nothing_and_migrate_takes_the_admins_role() {
    let site = Site::start().await;
    let database = TestDatabase::empty().await;
    key(&site, &[7; 32], 0o600);
    let mut plain = url::Url::parse(database.url()).unwrap();
    plain.set_username("nobody_known").unwrap();
    plain.set_password(Some("hidden-word")).unwrap();
    site.edit("sqlite://desk.sqlite", database.url());
    let (code, found) = site.findings();
    assert_eq!(code, Some(0), "{found:#?}");
    assert!(text(one(&found, "database schema"), "detail").contains("version 0"));
    let mut conn = PgConnection::connect(database.url()).await.unwrap();
    let tables: i64 =
        sqlx::query_scalar("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")
            .fetch_one(&mut conn)
            .await
            .unwrap();
    assert_eq!(tables, 0, "nothing created");
    site.edit(database.url(), plain.as_str());
    site.edit(
        "[secret]",
        &format!("admin_url = \"{}\"\n[secret]", database.url()),
    );
    let (code, found) = site.findings();
    assert_eq!(code, Some(1));
    let refused = one(&found, "database");
    assert!(
        text(refused, "fix").contains("user and password"),
        "{refused}"
    );
    assert_eq!(one(&found, "database.admin_url")["ok"], true);
    assert!(!format!("{found:?}").contains("hidden-word"));
    let migrated = site.run(&["migrate"]);
    assert_eq!(
        migrated.stdout, "schema: from version 0 to version 1\n",
        "{migrated:?}"
    );
    std::fs::remove_file(site.path("desk.key")).unwrap();
    let (_, found) = site.findings();
    let key = one(&found, "key file");
    assert!(
        text(key, "fix").contains("head -c 32 /dev/urandom"),
        "{key}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn p17_commands_register_writes_once() {
    let site = Site::start().await;
    for (said, count) in [("commands written\n", 1), ("commands unchanged\n", 1)] {
        let ended = site.run(&["commands", "register"]);
        assert_eq!(
            (ended.code, ended.stdout.as_str()),
            (Some(0), said),
            "{ended:?}"
        );
        assert_eq!(site.discord.command_writes(), count);
    }
    let (_, found) = site.findings();
    assert!(text(one(&found, "Discord commands"), "detail").starts_with("registered"));
    site.edit("local.demo.token", "local.other.token");
    for subcommand in [&["commands", "register"][..], &["run"]] {
        let ended = site.run(subcommand);
        assert_eq!(ended.code, Some(2), "{ended:?}");
        assert!(
            ended.stderr.contains("does not know the token"),
            "{ended:?}"
        );
    }
}
