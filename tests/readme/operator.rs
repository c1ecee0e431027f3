//! The operator's path of docs/operate.md: its settings and file, its commands in its order, then a person's command.

use std::path::Path;
use std::process::Command;

use deskhand::clock::SystemClock;
use deskhand::config::{Config, Needs};
use deskhand::ports::clock::Clock as _;
use deskhand::sandbox::{ChannelSetup, GuildSetup, LocalDiscord, MemberSetup, RoleSetup, Setup};
use serde_json::Value;
use tempfile::TempDir;

use super::commands::words;
use super::{blocks, page};
use crate::support::process::{Running, deskhand as program, run};

const TOKEN: &str = "the.bot.token";
const CLAIRE: u64 = 500_000_000_000_000_001;

/// A Discord with the server, roles and channels of the settings.
async fn discord_of(settings: &str) -> LocalDiscord {
    let token = |key: &str| (key == "DISCORD_TOKEN").then(|| TOKEN.to_owned());
    let config = Config::parse("docs/operate.md", settings, &token, Needs::Run).unwrap();
    let [desk] = config.desks.try_into().unwrap();
    let own = |id: i64| id.cast_unsigned();
    let superusers: Vec<_> = desk
        .superusers
        .iter()
        .map(|entry| own(entry.role.0))
        .collect();
    let others = desk.staff_roles.iter().chain(&desk.auditor_roles);
    let roles = superusers
        .iter()
        .copied()
        .chain(others.map(|role| own(role.0)));
    let role = |id| RoleSetup {
        id,
        name: format!("role {id}"),
        mentionable: superusers.contains(&id),
        ..RoleSetup::default()
    };
    let channels = [desk.support_channel, desk.approvals_channel]
        .into_iter()
        .flatten();
    let channel = |id: i64| ChannelSetup {
        id: own(id),
        name: format!("channel-{id}"),
    };
    let guild = GuildSetup {
        id: own(desk.id.0),
        name: "Support".to_owned(),
        locale: "de".to_owned(),
        roles: roles.map(role).collect(),
        channels: channels.map(|id| channel(id.0)).collect(),
        members: vec![MemberSetup {
            user_id: CLAIRE,
            name: "Claire".to_owned(),
            locale: "fr".to_owned(),
            roles: superusers.clone(),
        }],
    };
    let setup = Setup {
        token: TOKEN.to_owned(),
        now: std::sync::Arc::new(|| SystemClock.now()),
        guilds: vec![guild],
        ..Setup::default()
    };
    LocalDiscord::start(setup).await.expect("a local Discord")
}

#[tokio::test(flavor = "multi_thread")]
async fn the_path_of_the_page_leads_to_a_desk_at_work() {
    let page = page("docs/operate.md");
    let settings = blocks(&page, "toml").remove(0);
    let [file] = blocks(&page, "csv").try_into().unwrap();
    let examples = blocks(&page, "json");
    let discord = discord_of(&settings).await;
    let folder = TempDir::new().unwrap();
    std::fs::write(folder.path().join("deskhand.toml"), &settings).unwrap();
    std::fs::write(folder.path().join("accounts.csv"), &file).unwrap();
    let command = |line: &str| -> Command {
        let words = words(line);
        let words: Vec<_> = words.iter().map(String::as_str).collect();
        let mut command = program(folder.path(), &words);
        command
            .env("DISCORD_TOKEN", TOKEN)
            .env("DISCORD_API_URL", discord.base_url())
            .env("SMTP_URL", "file://mails");
        command
    };
    let lines = blocks(&page, "sh").concat();
    let mut bot = None;
    for line in lines
        .lines()
        .filter_map(|line| line.strip_prefix("deskhand "))
    {
        if line == "run" {
            bot = Some(Running::start(command(line), "connected to Discord"));
            let claire = discord.member(200_000_000_000_000_001, CLAIRE).unwrap();
            let options = [("user", "loic.berthoud")];
            let card = claire
                .types("/lock-status", &options)
                .await
                .expect("an answer");
            assert!(
                card.all_text().contains("Loïc Berthoud"),
                "{}",
                card.all_text()
            );
            assert!(card.buttons().len() > 3);
            continue;
        }
        let ended = run(command(line));
        assert_eq!(ended.code, Some(0), "deskhand {line}: {ended:?}");
        match line {
            "check --json" => {
                let found: Vec<Value> = serde_json::from_str(&ended.stdout).unwrap();
                let shown: Vec<Value> = serde_json::from_str(&examples[0]).unwrap();
                assert!(shown.iter().all(|one| found.contains(one)), "{found:#?}");
            }
            line if line.starts_with("import") && line.ends_with("--json") => {
                assert_eq!(ended.stdout.trim(), examples[1].trim());
            }
            _ => {}
        }
    }
    let bot = bot.expect("the page runs the bot");
    let ended = bot.terminate();
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert_eq!(examples.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_rehearsal_of_the_page_is_named_by_check() {
    let settings = blocks(&page("docs/operate.md"), "toml").remove(1);
    assert!(settings.contains("redirect_to"));
    let discord = discord_of(&settings).await;
    let folder = TempDir::new().unwrap();
    std::fs::write(folder.path().join("deskhand.toml"), &settings).unwrap();
    let mut check = program(folder.path(), &["check"]);
    check
        .env("DISCORD_TOKEN", TOKEN)
        .env("DISCORD_API_URL", discord.base_url())
        .env("SMTP_URL", "file://mails");
    let ended = run(check);
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert!(
        ended.stdout.contains("rehearsal: every mail goes to"),
        "{ended:?}"
    );
}

#[test]
fn the_key_of_the_page_is_one() {
    let folder = TempDir::new().unwrap();
    let page = page("docs/operate.md");
    let block = blocks(&page, "sh")
        .into_iter()
        .find(|block| block.contains("urandom"));
    let made = Command::new("sh")
        .args(["-euc", &block.expect("the block")])
        .current_dir(folder.path())
        .status();
    assert!(made.unwrap().success());
    let key: &Path = &folder.path().join("deskhand.key");
    deskhand::config::key_file::read(key).expect("a key file");
}

/// The block of the page with its folders replaced, and a service manager that does nothing.
#[test]
fn the_backup_of_the_page_brings_the_directory_back() {
    let page = page("docs/operate.md");
    let settings = blocks(&page, "toml").remove(0);
    let [file] = blocks(&page, "csv").try_into().unwrap();
    let root = TempDir::new().unwrap();
    let (home, backups) = (root.path().join("home"), root.path().join("backups"));
    std::fs::create_dir(&home).unwrap();
    std::fs::write(home.join("deskhand.toml"), &settings).unwrap();
    std::fs::write(home.join("accounts.csv"), &file).unwrap();
    let deskhand = |line: &str| {
        let words = words(line);
        let words: Vec<_> = words.iter().map(String::as_str).collect();
        let mut command = program(&home, &words);
        command.env("DISCORD_TOKEN", TOKEN);
        let ended = run(command);
        assert_eq!(ended.code, Some(0), "{line}: {ended:?}");
        ended.stdout
    };
    deskhand("import accounts accounts.csv");
    // run makes it at its first start
    deskhand::config::key_file::create(&home.join("deskhand.sqlite.key")).unwrap();
    let before = deskhand("export accounts --raw");
    assert!(before.contains("loic.berthoud"), "{before}");

    let block = blocks(&page, "sh")
        .into_iter()
        .find(|block| block.contains("deskhand.sqlite*"))
        .expect("the block");
    let block = block
        .replace("/var/lib/deskhand", home.to_str().unwrap())
        .replace("/var/backups/deskhand", backups.to_str().unwrap());
    let script = format!("systemctl() {{ echo \"$@\"; }}\n{block}");
    let backed_up = Command::new("sh").args(["-euc", &script]).output().unwrap();
    assert!(backed_up.status.success(), "{backed_up:?}");
    assert_eq!(backed_up.stdout, b"stop deskhand\nstart deskhand\n");

    let mut kept = 0;
    for entry in std::fs::read_dir(&backups).unwrap() {
        let entry = entry.unwrap();
        std::fs::remove_file(home.join(entry.file_name())).unwrap();
        std::fs::copy(entry.path(), home.join(entry.file_name())).unwrap();
        kept += 1;
    }
    assert!(kept >= 2, "the database and the key");
    deskhand::config::key_file::read(&home.join("deskhand.sqlite.key")).expect("the key");
    assert_eq!(deskhand("export accounts --raw"), before);
}
