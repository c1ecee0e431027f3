//! Codes: in the letter and nowhere else, and never from another key than they were issued with.

use std::path::Path;

use deskhand::app::local::cast::{self, CLAIRE, EIAM, GIULIA, SCHOOL};
use deskhand::app::local::{LocalDesk, LocalSetup};
use deskhand::config::key_file;
use deskhand::directory::samples;
use deskhand::domain::account::AccountState;
use deskhand::domain::language::Language::Fr;
use deskhand::locales::args;
use deskhand::sandbox::LocalDiscord;
use sqlx::{AssertSqlSafe, Connection as _, PgConnection};
use tempfile::TempDir;

use crate::support::desk::{Backend, TestDesk};
use crate::support::postgres::TestDatabase;
use crate::support::process::{Running, deskhand as program, run};

const OLD: &str = "r:code-older-than-a-month";

/// What is sent: to whom in which desk by whom, and as what.
const SENDS: [(&str, u64, u64, &str, &str); 3] = [
    (
        "eIAM Delegation",
        EIAM,
        CLAIRE,
        "melanie.favre",
        "onboarding",
    ),
    ("eIAM Delegation", EIAM, CLAIRE, "gaetan.favre", "reset"),
    ("Segreteria", SCHOOL, GIULIA, "0000043", "credentials"),
];

/// R14, R40: a code is in the mail and nowhere else: not in the database, not in the log of a run at its most talkative.
async fn a_code_is_nowhere_but_in_the_mail(database: &str) -> (TempDir, Vec<String>) {
    let folder = TempDir::new().unwrap();
    let discord = LocalDiscord::start(cast::setup(std::sync::Arc::new(|| {
        use deskhand::ports::clock::Clock as _;
        deskhand::clock::SystemClock.now()
    })))
    .await
    .unwrap();
    key_file::create(&folder.path().join("desk.key")).unwrap();
    let (mail, key) = ("file://mail", Path::new("desk.key"));
    let settings = cast::settings(&discord.base_url(), database, mail, key);
    std::fs::write(folder.path().join("deskhand.toml"), settings).unwrap();
    for (desk, sample) in [
        ("eIAM Delegation", samples::EIAM_ACCOUNTS),
        ("Segreteria", samples::ALUNNI_WEB_ACCOUNTS),
    ] {
        std::fs::write(folder.path().join("accounts.csv"), sample.text).unwrap();
        let import = [
            "import",
            "accounts",
            "accounts.csv",
            "--desk",
            desk,
            "--json",
        ];
        let imported = run(program(folder.path(), &import));
        assert_eq!(imported.code, Some(0), "{imported:?}");
    }

    let mut command = program(folder.path(), &["run"]);
    command.env("RUST_LOG", "trace");
    let running = Running::start(command, "connected to Discord");
    for (_, guild, caller, user, kind) in SENDS {
        let caller = discord.member(guild, caller).unwrap();
        let options = [("user", user), ("kind", kind), ("reason", "Rappel")];
        let dialog = caller.types("/resend-code", &options).await.unwrap();
        let done = dialog.clicks("v1:confirm").await.unwrap();
        let sent = ["C’est fait", "Fatto"];
        done.until(|message| sent.iter().any(|sent| message.all_text().contains(sent)))
            .await
            .unwrap();
    }
    let ended = running.terminate();
    assert_eq!(ended.code, Some(0), "SIGTERM ends well: {ended:?}");

    let secrets = secrets_of_the_mails(folder.path());
    for entry in std::fs::read_dir(folder.path()).unwrap() {
        let path = entry.unwrap().path();
        if !path.is_dir() {
            holds_none(
                &std::fs::read(&path).unwrap(),
                &secrets,
                &path.display().to_string(),
            );
        }
    }
    // a line begins with its time, whose digits may be any
    let log = format!("{}{}", ended.stdout, ended.stderr);
    let said: String = log
        .lines()
        .map(|line| line.split_once(' ').map_or(line, |(_, said)| said))
        .collect::<Vec<_>>()
        .join("\n");
    assert!(said.contains("connected to Discord"), "the log was read");
    holds_none(said.as_bytes(), &secrets, "the log");
    let token = discord
        .wire()
        .rest()
        .iter()
        .find_map(|call| call.path.strip_suffix("/callback").map(str::to_owned))
        .unwrap();
    let token = token.rsplit('/').next().unwrap();
    for planted in [
        token,
        "local.demo.token",
        "melanie.favre",
        "Favre",
        "nyon.example.ch",
        "RUSSO",
    ] {
        assert!(!log.contains(planted), "the log holds {planted}");
    }
    (folder, secrets)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r14_a_code_is_never_found_in_database_files_logs_or_queue() {
    a_code_is_nowhere_but_in_the_mail("sqlite://desk.sqlite").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r14_on_postgres_a_code_is_never_found_in_any_table() {
    let database = TestDatabase::empty().await;
    let (_folder, secrets) = a_code_is_nowhere_but_in_the_mail(database.url()).await;
    let mut conn = PgConnection::connect(database.url()).await.unwrap();
    let tables = "SELECT relname::text FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'";
    let tables: Vec<String> = sqlx::query_scalar(tables)
        .fetch_all(&mut conn)
        .await
        .unwrap();
    assert!(tables.iter().any(|table| table == "code"), "{tables:?}");
    let mut filled = 0;
    for table in tables {
        let rows = AssertSqlSafe(format!("SELECT t::text FROM {table} AS t"));
        let rows: Vec<String> = sqlx::query_scalar(rows).fetch_all(&mut conn).await.unwrap();
        filled += usize::from(!rows.is_empty());
        holds_none(rows.join("\n").as_bytes(), &secrets, &table);
        // bytes are shown as hex
        let spelled: Vec<_> = secrets.iter().map(hex::encode).collect();
        holds_none(rows.join("\n").as_bytes(), &spelled, &table);
    }
    assert!(filled > 10, "{filled} tables were read");
    conn.close().await.unwrap();
}

/// Every secret of the mails, in each spelling in which it would be taken.
fn secrets_of_the_mails(folder: &Path) -> Vec<String> {
    let mut words = Vec::new();
    let mut mails = 0;
    for entry in std::fs::read_dir(folder.join("mail")).unwrap() {
        let mail = std::fs::read(entry.unwrap().path()).unwrap();
        let parsed = mailparse::parse_mail(&mail).unwrap();
        let mut parts = parsed.parts();
        let text = parts
            .find(|part| part.ctype.mimetype == "text/plain")
            .unwrap();
        let text = text.get_body().unwrap();
        words.extend(text.split_whitespace().map(str::to_owned));
        mails += 1;
    }
    assert_eq!(mails, 4, "two for the credentials");
    let grouped = |word: &&String, groups: usize| {
        word.split('-').count() == groups && word.split('-').all(|group| group.len() == 5)
    };
    let one = |is_it: &dyn Fn(&&String) -> bool| words.iter().find(is_it).unwrap().clone();
    let code = one(&|word| grouped(word, 5));
    let password = one(&|word| grouped(word, 3));
    let link = one(&|word| word.contains("/code?c="));
    let link = link.split_once("?c=").unwrap().1.to_owned();
    let pin = one(&|word| word.len() == 6 && word.bytes().all(|byte| byte.is_ascii_digit()));
    assert!(link.len() >= 20, "120 bits");
    let mut secrets = vec![link, pin];
    for typed in [code, password] {
        let plain = typed.replace('-', "");
        secrets.extend([plain.to_lowercase(), plain, typed]);
    }
    secrets
}

fn holds_none(bytes: &[u8], secrets: &[String], place: &str) {
    for secret in secrets {
        let is_number = secret.bytes().all(|byte| byte.is_ascii_digit());
        let digit = |at: Option<usize>| {
            at.and_then(|at| bytes.get(at))
                .is_some_and(u8::is_ascii_digit)
        };
        // six digits within a longer number are no PIN
        let found = bytes.windows(secret.len()).enumerate().any(|(at, window)| {
            window == secret.as_bytes()
                && !(is_number && (digit(at.checked_sub(1)) || digit(Some(at + secret.len()))))
        });
        assert!(!found, "{place} holds a secret");
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
