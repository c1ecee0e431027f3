//! The yardstick: a serenity bot as one writes it in an afternoon. One look-up by key, one insert, one embed; no
//! rules, no audit trail, no languages, and the weaker durability of `synchronous=NORMAL`.

use std::env;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::str::FromStr as _;

use serenity::all::{
    ApplicationId, ClientBuilder, Command as Slash, CommandOptionType, Context, CreateCommand,
    CreateCommandOption, CreateEmbed, CreateInteractionResponse, CreateInteractionResponseMessage,
    EventHandler, GatewayIntents, HttpBuilder, Interaction, Ready,
};
use sqlx::Row as _;
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};

use crate::bot::{Bot, Process, discord};
use crate::{ACCOUNTS, Failure};

/// Every command leaves a row.
const LOOK_UPS: &str = "SELECT COUNT(*) FROM look_up";

/// What the parent tells the child.
pub(crate) struct Part {
    api_url: String,
    token: String,
    application: u64,
    database: PathBuf,
}

impl Part {
    const KEYS: [&str; 4] = [
        "BARE_BOT_API_URL",
        "BARE_BOT_TOKEN",
        "BARE_BOT_APPLICATION",
        "BARE_BOT_DATABASE",
    ];

    /// Given when this process is to be the bot.
    pub(crate) fn of_environment() -> Option<Self> {
        let [api_url, token, application, database] = Self::KEYS.map(|key| env::var(key).ok());
        Some(Self {
            api_url: api_url?,
            token: token?,
            application: application?.parse().ok()?,
            database: database?.into(),
        })
    }
}

/// Starts it in that folder and waits until it is connected.
pub(crate) async fn start(folder: &Path) -> Result<Bot, Failure> {
    let (discord, setup) = discord().await?;
    let database = folder.join("bare.sqlite");
    let values = [
        discord.base_url(),
        setup.token,
        setup.application_id.to_string(),
        database.display().to_string(),
    ];
    let process = Process::start(
        Command::new(env::current_exe()?)
            .env_clear()
            .envs(Part::KEYS.into_iter().zip(values))
            .stdin(Stdio::null())
            .stdout(Stdio::null()),
    )?;
    discord.wait_until_ready().await?;
    discord.commands_registered(1).await?;
    Ok(Bot {
        name: "bare serenity bot",
        discord,
        process,
        users: (1..=ACCOUNTS).map(|id| format!("a:{id}")).collect(),
        traces: (database, LOOK_UPS),
    })
}

struct Handler {
    pool: SqlitePool,
}

/// The bot itself, until it is killed.
pub(crate) async fn run(part: Part) -> Result<(), Failure> {
    let pool = open(&part.database).await?;
    let http = HttpBuilder::new(&part.token)
        .proxy(&part.api_url)
        .ratelimiter_disabled(true)
        .application_id(ApplicationId::new(part.application))
        .build();
    let mut client = ClientBuilder::new_with_http(http, GatewayIntents::empty())
        .event_handler(Handler { pool })
        .await?;
    client.start().await?;
    Ok(())
}

async fn open(database: &Path) -> Result<SqlitePool, Failure> {
    let url = format!("sqlite://{}", database.display());
    let options = SqliteConnectOptions::from_str(&url)?
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Normal);
    // one: several that write starve each other in SQLite's busy waits, now and then for longer than Discord's 3 s
    let pool = SqlitePoolOptions::new()
        .max_connections(1)
        .connect_with(options)
        .await?;
    for sql in [
        "CREATE TABLE person (id INTEGER PRIMARY KEY, username TEXT NOT NULL, name TEXT NOT NULL,
            email TEXT NOT NULL, state TEXT NOT NULL, locked INTEGER NOT NULL)",
        "CREATE TABLE look_up (id INTEGER PRIMARY KEY, person_id INTEGER NOT NULL, member_id INTEGER NOT NULL,
            at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP)",
    ] {
        sqlx::query(sql).execute(&pool).await?;
    }
    let fill = "
        WITH RECURSIVE n (id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM n WHERE id < $1)
        INSERT INTO person SELECT id, 'bench-' || id, 'Ada Muster' || id, 'bench-' || id || '@chuv.example.ch',
            'active', id % 3 = 0 FROM n";
    sqlx::query(fill)
        .bind(i64::try_from(ACCOUNTS)?)
        .execute(&pool)
        .await?;
    Ok(pool)
}

#[serenity::async_trait]
impl EventHandler for Handler {
    async fn ready(&self, context: Context, _: Ready) {
        let user = CreateCommandOption::new(CommandOptionType::String, "user", "Who")
            .required(true)
            .set_autocomplete(true);
        let command = CreateCommand::new("lock-status")
            .description("Shows an account")
            .add_option(user);
        if let Err(error) = Slash::create_global_command(&context.http, command).await {
            complain(&error);
        }
    }

    async fn interaction_create(&self, context: Context, interaction: Interaction) {
        if let Err(error) = self.answer(&context, &interaction).await {
            complain(&error);
        }
    }
}

impl Handler {
    async fn answer(&self, context: &Context, interaction: &Interaction) -> Result<(), Failure> {
        let Interaction::Command(command) = interaction else {
            return Ok(());
        };
        let option = command.data.options.first().ok_or("no option")?;
        let user = option.value.as_str().ok_or("no text")?;
        let id: i64 = user.strip_prefix("a:").ok_or("not chosen")?.parse()?;
        let sql = "SELECT username, name, email, state, locked FROM person WHERE id = $1";
        let person = sqlx::query(sql).bind(id).fetch_one(&self.pool).await?;
        sqlx::query("INSERT INTO look_up (person_id, member_id) VALUES ($1, $2)")
            .bind(id)
            .bind(command.user.id.get().cast_signed())
            .execute(&self.pool)
            .await?;
        let locked = if person.try_get("locked")? {
            "locked"
        } else {
            "open"
        };
        let embed = CreateEmbed::new()
            .title(person.try_get::<&str, _>("name")?)
            .field("User name", person.try_get::<&str, _>("username")?, true)
            .field("Mail", person.try_get::<&str, _>("email")?, true)
            .field("State", person.try_get::<&str, _>("state")?, true)
            .field("Lock", locked, true);
        let message = CreateInteractionResponseMessage::new()
            .ephemeral(true)
            .embed(embed);
        let response = CreateInteractionResponse::Message(message);
        command.create_response(&context.http, response).await?;
        Ok(())
    }
}

fn complain(error: &dyn std::fmt::Display) {
    // nobody reads: nothing is left to do
    let _ = std::io::Write::write_fmt(&mut std::io::stderr(), format_args!("bare bot: {error}\n"));
}
