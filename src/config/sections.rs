//! The sections of the settings beside the desks.

use std::net::SocketAddr;

use super::document::Table;
use super::{
    Config, DatabaseConfig, DatabaseUrl, DiscordConfig, LogFormat, MailConfig, Needs, Shards,
    Transport, checks, desk,
};

const ROOT: [&str; 7] = [
    "discord", "web", "database", "secret", "mail", "log", "desk",
];
const DISCORD: [&str; 6] = [
    "token",
    "api_url",
    "application_id",
    "transport",
    "public_key",
    "shards",
];

/// `None` only together with a complaint.
pub(super) fn read(root: &Table<'_>, needs: Needs) -> Option<Config> {
    root.check_keys(&ROOT);
    let discord = discord(root, needs);
    let listen = root
        .section("web", &["listen"])
        .get_or_env("listen", "DESKHAND_LISTEN")
        .and_then(|item| item.parse(checks::listen))
        .unwrap_or(SocketAddr::from(([127, 0, 0, 1], 8080)));
    let database = database(root);
    let secret = root.section("secret", &["key_file"]);
    let key_file = secret
        .get_or_env("key_file", "DESKHAND_KEY_FILE")
        .and_then(|item| item.parse(checks::file_path));
    let log = root.section("log", &["format"]);
    let log = log
        .get_or_env("format", "LOG_FORMAT")
        .and_then(|item| item.one_of(&["text", "json"], log_format));
    let mail = mail(root, needs);
    let (desks, webhooks) = desk::all(root);
    let database = database?;
    if needs == Needs::Run && key_file.is_none() && matches!(database.url, DatabaseUrl::Postgres(_))
    {
        secret.missing(
            "key_file",
            " (or DESKHAND_KEY_FILE); on PostgreSQL all instances share one key file",
        );
    }
    Some(Config {
        discord,
        listen,
        database,
        key_file,
        mail,
        log: log.unwrap_or(LogFormat::Text),
        desks,
        webhooks,
    })
}

fn log_format(text: &str) -> Option<LogFormat> {
    match text {
        "text" => Some(LogFormat::Text),
        "json" => Some(LogFormat::Json),
        _ => None,
    }
}

fn transport(text: &str) -> Option<Transport> {
    match text {
        "gateway" => Some(Transport::Gateway),
        "http" => Some(Transport::Http),
        _ => None,
    }
}

fn discord(root: &Table<'_>, needs: Needs) -> DiscordConfig {
    let table = root.section("discord", &DISCORD);
    let token = table.get_or_env("token", "DISCORD_TOKEN");
    if token.is_none() && needs != Needs::Database {
        table.missing(
            "token",
            " (or DISCORD_TOKEN); copy it from \"Bot\" in the developer portal",
        );
    }
    let api_url = table
        .get_or_env("api_url", "DISCORD_API_URL")
        .and_then(|item| item.parse(checks::api_url));
    let transport = table
        .get_or_env("transport", "DISCORD_TRANSPORT")
        .and_then(|item| item.one_of(&["gateway", "http"], transport))
        .unwrap_or(Transport::Gateway);
    let public_key = table.get_or_env("public_key", "DISCORD_PUBLIC_KEY");
    if public_key.is_none() && transport == Transport::Http {
        table.missing(
            "public_key",
            " (or DISCORD_PUBLIC_KEY), which the transport \"http\" needs",
        );
    }
    let shards = table
        .get_or_env("shards", "DISCORD_SHARDS")
        .and_then(|item| item.parse(checks::shards));
    DiscordConfig {
        token: token.and_then(|item| item.parse(checks::token)),
        api_url: api_url.unwrap_or_else(|| "https://discord.com".to_owned()),
        application_id: table
            .get_or_env("application_id", "DISCORD_APPLICATION_ID")
            .and_then(|item| item.id()),
        transport,
        public_key: public_key.and_then(|item| item.parse(checks::public_key)),
        shards: shards.unwrap_or(Shards::Auto),
    }
}

fn database(root: &Table<'_>) -> Option<DatabaseConfig> {
    let table = root.section("database", &["url", "admin_url"]);
    let admin_url = table
        .get_or_env("admin_url", "DATABASE_ADMIN_URL")
        .and_then(|item| item.parse(checks::postgres_url));
    let Some(url) = table.get_or_env("url", "DATABASE_URL") else {
        table.missing(
            "url",
            " (or DATABASE_URL), such as \"sqlite://deskhand.db\"",
        );
        return None;
    };
    Some(DatabaseConfig {
        url: url.parse(checks::database_url)?,
        admin_url,
    })
}

fn mail(root: &Table<'_>, needs: Needs) -> MailConfig {
    let table = root.section("mail", &["url", "from", "redirect_to"]);
    let url = table.get_or_env("url", "SMTP_URL");
    if url.is_none() && needs == Needs::Run {
        table.missing(
            "url",
            " (or SMTP_URL), such as \"smtp://mail.example.ch:587\" or \"file://mails\"",
        );
    }
    let from = table.get_or_env("from", "MAIL_FROM");
    if from.is_none() && needs == Needs::Run {
        table.missing(
            "from",
            " (or MAIL_FROM), the address that letters come from",
        );
    }
    let redirect_to = table.get_or_env("redirect_to", "MAIL_REDIRECT_TO");
    MailConfig {
        url: url.and_then(|item| item.parse(checks::mail_url)),
        from: from.and_then(|item| item.parse(checks::sender)),
        redirect_to: redirect_to.and_then(|item| item.parse(checks::address)),
    }
}
