//! deskhand as it is shipped: the program with a settings file, a SQLite file and an imported directory.

use std::fmt::Write as _;
use std::fs::{self, File};
use std::path::Path;
use std::process::{Command, Stdio};

use deskhand::app::local::cast;
use deskhand::directory::samples::EIAM_ACCOUNTS;
use sqlx::Row as _;
use sqlx::sqlite::{SqliteConnectOptions, SqlitePoolOptions};

use crate::bot::{Bot, Process, discord};
use crate::{ACCOUNTS, Failure};

const PROGRAM: &str = env!("CARGO_BIN_EXE_deskhand");

/// Marks the accounts that are asked for.
const PREFIX: &str = "bench-";

/// Every view of a card leaves a row of the audit trail.
const VIEWS: &str = "SELECT COUNT(*) FROM audit WHERE action = 'view-card' AND result = 'viewed'";

/// Starts it in that folder and waits until it is connected.
pub(crate) async fn start(folder: &Path) -> Result<Bot, Failure> {
    let (discord, _) = discord().await?;
    let database = folder.join("deskhand.sqlite");
    let settings = folder.join("deskhand.toml");
    let text = cast::settings(
        &discord.base_url(),
        &format!("sqlite://{}", database.display()),
        &format!("file://{}", folder.join("mail").display()),
        &folder.join("deskhand.key"),
    );
    fs::write(
        &settings,
        format!("{text}\n[web]\nlisten = \"127.0.0.1:0\"\n"),
    )?;
    import(folder, &settings)?;
    let users = users(&database).await?;
    let log = File::create(folder.join("deskhand.log"))?;
    let process = Process::start(
        Command::new(PROGRAM)
            .args(["run", "--config"])
            .arg(&settings)
            .env_clear()
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log),
    )?;
    discord.wait_until_ready().await?;
    Ok(Bot {
        name: "deskhand",
        discord,
        process,
        users,
        traces: (database, VIEWS),
    })
}

/// The sample directory, and invented people after it.
fn import(folder: &Path, settings: &Path) -> Result<(), Failure> {
    let mut text = EIAM_ACCOUNTS.text.trim_end().to_owned();
    for n in 0..ACCOUNTS {
        write!(
            text,
            "\n{PREFIX}{n},Ada{n},Muster{n},bench-{n}@chuv.example.ch,fr,VD/CHUV,KT_User|Spital_User,active,,B{n},,,{}",
            if n % 3 == 0 { "yes" } else { "no" }
        )?;
    }
    let file = folder.join("accounts.csv");
    fs::write(&file, text + "\n")?;
    let imported = Command::new(PROGRAM)
        .args([
            "import",
            "accounts",
            "--desk",
            "eIAM Delegation",
            "--config",
        ])
        .args([settings, &file])
        .env_clear()
        .stdin(Stdio::null())
        .output()?;
    if imported.status.success() {
        Ok(())
    } else {
        Err(String::from_utf8_lossy(&imported.stderr)
            .into_owned()
            .into())
    }
}

/// What autocomplete gives for those people.
async fn users(database: &Path) -> Result<Vec<String>, Failure> {
    let options = SqliteConnectOptions::new().filename(database);
    let pool = SqlitePoolOptions::new().connect_with(options).await?;
    let rows = sqlx::query("SELECT id FROM account WHERE substr(username, 1, 6) = $1")
        .bind(PREFIX)
        .fetch_all(&pool)
        .await?;
    pool.close().await;
    let ids: Result<Vec<i64>, _> = rows.iter().map(|row| row.try_get(0)).collect();
    let ids = ids?;
    if ids.len() != ACCOUNTS {
        return Err(format!("{} of {ACCOUNTS} accounts went in", ids.len()).into());
    }
    Ok(ids.iter().map(|id| format!("a:{id}")).collect())
}
