//! Codes: in the letter and nowhere else, and never from another key than they were issued with.

use std::path::Path;

use deskhand::app::local::cast::{self, CLAIRE, EIAM};
use deskhand::app::local::{LocalDesk, LocalSetup};
use deskhand::domain::account::AccountState;
use deskhand::domain::language::Language::Fr;
use deskhand::locales::args;
use deskhand::sandbox::LocalDiscord;

use crate::support::desk::{Backend, TestDesk};
use crate::support::process::{Running, deskhand as program, run};

const OLD: &str = "r:code-older-than-a-month";

/// R14, R40: a code is in the mail and nowhere else: not in database files, not in the log of a run at its most talkative.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r14_a_code_is_never_found_in_database_files_logs_or_queue() {
    let folder = tempfile::TempDir::new().unwrap();
    let discord = LocalDiscord::start(cast::setup(std::sync::Arc::new(|| {
        use deskhand::ports::clock::Clock as _;
        deskhand::clock::SystemClock.now()
    })))
    .await
    .unwrap();
    let (database, mail) = ("sqlite://desk.sqlite", "file://mail");
    let settings = cast::settings(&discord.base_url(), database, mail, Path::new("desk.key"));
    std::fs::write(
        folder.path().join("deskhand.toml"),
        settings.replace("key_file = \"desk.key\"", ""),
    )
    .unwrap();
    let sample = folder.path().join("accounts.csv");
    std::fs::write(&sample, deskhand::directory::samples::EIAM_ACCOUNTS.text).unwrap();
    let imported = run(program(
        folder.path(),
        &[
            "import",
            "accounts",
            "accounts.csv",
            "--desk",
            "eIAM Delegation",
            "--json",
        ],
    ));
    assert_eq!(imported.code, Some(0), "{imported:?}");

    let mut command = program(folder.path(), &["run"]);
    command.env("RUST_LOG", "trace");
    let running = Running::start(command, "connected to Discord");
    let claire = discord.member(EIAM, CLAIRE).unwrap();
    let options = [
        ("user", "melanie.favre"),
        ("kind", "onboarding"),
        ("reason", OLD),
    ];
    let dialog = claire.types("/resend-code", &options).await.unwrap();
    let done = dialog.clicks("v1:confirm").await.unwrap();
    done.until(|message| message.all_text().contains("C’est fait"))
        .await
        .unwrap();
    let ended = running.terminate();
    assert_eq!(ended.code, Some(0), "SIGTERM ends well: {ended:?}");

    let code = code_of_the_only_mail(folder.path());
    let plain = code.replace('-', "");
    no_file_holds(folder.path(), &[&code, &plain, &plain.to_lowercase()]);
    let log = format!("{}{}", ended.stdout, ended.stderr);
    assert!(log.contains("connected to Discord"), "the log was read");
    let token = discord
        .wire()
        .rest()
        .iter()
        .find_map(|call| call.path.strip_suffix("/callback").map(str::to_owned))
        .unwrap();
    let token = token.rsplit('/').next().unwrap();
    for planted in [
        &code,
        &plain,
        token,
        "local.demo.token",
        "melanie.favre",
        "Favre",
        "nyon.example.ch",
    ] {
        assert!(!log.contains(planted), "the log holds {planted}");
    }
}

fn code_of_the_only_mail(folder: &Path) -> String {
    let mails: Vec<_> = std::fs::read_dir(folder.join("mail")).unwrap().collect();
    assert_eq!(mails.len(), 1);
    let mail = std::fs::read(mails[0].as_ref().unwrap().path()).unwrap();
    let parsed = mailparse::parse_mail(&mail).unwrap();
    let text = parsed
        .parts()
        .find(|part| part.ctype.mimetype == "text/plain")
        .unwrap()
        .get_body()
        .unwrap();
    text.split_whitespace()
        .find(|word| word.len() == 29 && word.matches('-').count() == 4)
        .unwrap()
        .to_owned()
}

fn no_file_holds(folder: &Path, secrets: &[&str]) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            continue;
        }
        let bytes = std::fs::read(&path).unwrap();
        for secret in secrets {
            let found = bytes
                .windows(secret.len())
                .any(|window| window == secret.as_bytes());
            assert!(!found, "{} holds the code", path.display());
        }
    }
}

/// A code is never written with another key than it was issued with: what such a letter said would open nothing.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r14_a_reminder_after_the_key_was_lost_is_given_up_and_not_sent_wrong() {
    let desk = TestDesk::start(Backend::Sqlite).await;
    let account = desk
        .add(EIAM, "anne.berset", |data| {
            data.state = AccountState::Invited;
        })
        .await;
    let options = [
        ("user", "anne.berset"),
        ("kind", "onboarding"),
        ("reason", OLD),
    ];
    let dialog = desk
        .person(EIAM, CLAIRE)
        .types("/resend-code", &options)
        .await
        .unwrap();
    desk.confirms(&dialog, Fr, &account).await;
    desk.later(10);
    let (folder, clock) = (desk.folder, desk.clock);
    let discord = desk.local.stop().await.unwrap();
    std::fs::remove_file(folder.path().join("deskhand.key")).unwrap();
    let mut setup = LocalSetup::in_folder(folder.path(), clock);
    setup.discord = Some(discord);
    let local = LocalDesk::start(setup).await.unwrap();
    let claire = local.discord.member(EIAM, CLAIRE).unwrap();
    let reminder = [
        ("user", "anne.berset"),
        ("kind", "reminder"),
        ("reason", "Rappel"),
    ];
    let dialog = claire.types("/resend-code", &reminder).await.unwrap();
    let told = dialog.clicks("v1:confirm").await.unwrap();
    let heading = local.texts.text(
        Fr,
        "done-mail-failed-heading",
        &args().set("name", account.full_name()),
    );
    told.until(|message| message.all_text().contains(&heading))
        .await
        .unwrap();
    assert_eq!(
        std::fs::read_dir(folder.path().join("mail"))
            .unwrap()
            .count(),
        1,
        "only the first letter left"
    );
}
