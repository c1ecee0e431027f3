//! The settings: what is read, what the environment overrides, and the one line that each mistake gets.

mod key_file;
mod urls;

use std::collections::HashMap;

use deskhand::config::example::EXAMPLE;
use deskhand::config::{
    Config, ConfigError, DatabaseUrl, LogFormat, MailUrl, Needs, Shards, Transport,
    key_file as keys,
};
use deskhand::domain::code_life::Life;
use deskhand::domain::language::Language;
use deskhand::domain::profile::{AddressRule, SendKind};
use secrecy::ExposeSecret as _;

/// A file that has all a run needs; the tests append to its only desk, or change a line.
const WHOLE: &str = r#"[discord]
token = "top-secret-token"
[database]
url = "sqlite://desk.db"
[mail]
url = "smtps://user:top-secret-password@mail.example.ch"
from = "desk@example.ch"
[[desk]]
guild_id = 200000000000000001
name = "North"
profile = "eiam"
contact_mailbox = "support@example.ch"
"#;

fn parse_with(text: &str, env: &[(&str, &str)], needs: Needs) -> Result<Config, ConfigError> {
    let env: HashMap<_, _> = env
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect();
    Config::parse("deskhand.toml", text, &|name| env.get(name).cloned(), needs)
}

fn parse(text: &str) -> Result<Config, ConfigError> {
    parse_with(text, &[], Needs::Run)
}

/// The one line that is shown.
fn complaint(text: &str) -> String {
    let shown = parse(text).unwrap_err().to_string();
    assert_eq!(shown.lines().count(), 1, "{shown}");
    assert!(!shown.contains("top-secret"), "{shown}");
    shown
}

fn in_desk(lines: &str) -> String {
    complaint(&format!("{WHOLE}{lines}\n"))
}

fn instead(line: &str, other: &str) -> String {
    assert!(WHOLE.contains(line));
    complaint(&WHOLE.replace(line, other))
}

#[test]
fn the_example_is_read_with_every_part() {
    let config = parse_with(EXAMPLE, &[("DISCORD_TOKEN", "t")], Needs::Run).unwrap();
    let desk = config.desk(None).unwrap();
    assert_eq!(
        (desk.name.as_str(), desk.language),
        ("eIAM support", Language::De)
    );
    assert_eq!((desk.superusers.len(), desk.texts.len()), (2, 2));
    assert_eq!(
        config.mail.from.unwrap().name.as_deref(),
        Some("Service desk")
    );
    assert_eq!(config.listen.to_string(), "127.0.0.1:8080");
}

#[test]
fn every_commented_line_of_the_example_is_a_known_key() {
    for line in EXAMPLE
        .lines()
        .filter(|line| line.starts_with("# ") && line.contains(" = "))
    {
        let text = EXAMPLE.replace(line, line.trim_start_matches("# "));
        let shown = parse_with(&text, &[("DISCORD_TOKEN", "t")], Needs::Run)
            .err()
            .map(|error| error.to_string());
        assert!(
            shown
                .as_ref()
                .is_none_or(|shown| !shown.contains("unknown key")),
            "{line}: {shown:?}"
        );
    }
}

#[test]
fn the_environment_overrides_every_value_of_the_file() {
    let env = [
        ("DISCORD_TOKEN", "top-secret-other"),
        ("DISCORD_API_URL", "http://127.0.0.1:9000/"),
        ("DISCORD_APPLICATION_ID", "100000000000000009"),
        ("DISCORD_TRANSPORT", "http"),
        (
            "DISCORD_PUBLIC_KEY",
            "0707070707070707070707070707070707070707070707070707070707070707",
        ),
        ("DISCORD_SHARDS", "0-3/16"),
        ("DESKHAND_LISTEN", "0.0.0.0:0"),
        (
            "DATABASE_URL",
            "postgres://desk:top-secret@db.example.ch/desk",
        ),
        (
            "DATABASE_ADMIN_URL",
            "postgres://admin:top-secret@db.example.ch/desk",
        ),
        ("DESKHAND_KEY_FILE", "shared.key"),
        ("SMTP_URL", "file://mails"),
        ("MAIL_FROM", "Desk <other@example.ch>"),
        ("MAIL_REDIRECT_TO", "rehearsal@example.ch"),
        ("LOG_FORMAT", "json"),
    ];
    let config = parse_with(WHOLE, &env, Needs::Run).unwrap();
    assert_eq!(
        config.discord.token.as_ref().unwrap().expose_secret(),
        "top-secret-other"
    );
    assert_eq!(config.discord.api_url, "http://127.0.0.1:9000");
    assert_eq!(config.discord.application_id, Some(100_000_000_000_000_009));
    assert_eq!(config.discord.transport, Transport::Http);
    assert_eq!(config.discord.public_key, Some([7; 32]));
    assert_eq!(
        config.discord.shards,
        Shards::Range {
            first: 0,
            last: 3,
            total: 16
        }
    );
    assert_eq!(config.listen.port(), 0);
    assert!(matches!(config.database.url, DatabaseUrl::Postgres(_)));
    assert!(config.database.admin_url.is_some());
    assert_eq!(keys::path(&config).unwrap().to_str(), Some("shared.key"));
    assert!(matches!(config.mail.url, Some(MailUrl::Folder(_))));
    assert_eq!(
        config.mail.redirect_to.as_ref().unwrap().as_str(),
        "rehearsal@example.ch"
    );
    assert_eq!(config.log, LogFormat::Json);
    let debug = format!("{config:?}{:?}", parse(WHOLE).unwrap());
    assert!(!debug.contains("top-secret"), "{debug}");
}

#[test]
fn an_empty_variable_is_none_and_a_wrong_one_is_named() {
    assert!(
        parse_with(
            WHOLE,
            &[("DISCORD_TOKEN", ""), ("LOG_FORMAT", " ")],
            Needs::Run
        )
        .is_ok()
    );
    let shown = parse_with(WHOLE, &[("DISCORD_SHARDS", "4-3/16")], Needs::Run)
        .unwrap_err()
        .to_string();
    assert!(
        shown.starts_with("environment: DISCORD_SHARDS must be \"auto\""),
        "{shown}"
    );
}

#[test]
fn an_unknown_key_is_named_with_line_and_nearest_name() {
    assert_eq!(
        in_desk("supurusers = []"),
        "deskhand.toml:13: unknown key \"supurusers\" in [[desk]]; did you mean \"superusers\"?"
    );
    assert_eq!(
        instead(
            "token = \"top-secret-token\"",
            "tokn = \"top-secret-token\""
        ),
        "deskhand.toml:2: unknown key \"tokn\" in [discord]; did you mean \"token\"?"
    );
    let cases = [
        (
            instead("[mail]", "[mial]"),
            ":5: unknown key \"mial\" in the file; did you mean \"mail\"?",
        ),
        (
            in_desk("superusers = [{ role = 1, scope = [\"VD\"] }]"),
            "\"scope\" in [[desk.superusers]]; did you mean \"scopes\"?",
        ),
        (
            in_desk("[desk.texts.de]\nsignatur = \"x\""),
            ":14: unknown key \"signatur\" in [desk.texts.de]; did you mean \"signature\"?",
        ),
        (
            in_desk("[desk.texts.rm]\nsignature = \"x\""),
            "unknown key \"rm\" in [desk.texts]",
        ),
    ];
    for (shown, part) in cases {
        assert!(shown.contains(part), "{shown}\nlacks {part}");
    }
}

#[test]
fn what_is_no_toml_is_named_with_its_line() {
    assert!(complaint("[discord]\ntoken = \n").starts_with("deskhand.toml:2: "));
    assert!(
        complaint("[discord]\ntoken = \"a\"\ntoken = \"b\"\n").starts_with("deskhand.toml:3: ")
    );
    assert!(instead("[[desk]]", "[desk]").contains("write [[desk]] in double brackets"));
}

#[test]
fn what_is_missing_is_named_with_its_variable() {
    assert_eq!(
        instead("token = \"top-secret-token\"", ""),
        "deskhand.toml:1: missing discord.token (or DISCORD_TOKEN); copy it from \"Bot\" in the developer portal"
    );
    assert!(
        instead("url = \"sqlite://desk.db\"", "")
            .contains("missing database.url (or DATABASE_URL)")
    );
    assert!(instead("from = \"desk@example.ch\"", "").contains("missing mail.from (or MAIL_FROM)"));
    assert!(instead("name = \"North\"", "").starts_with("deskhand.toml:8: missing desk.name"));
    assert!(complaint(WHOLE.split("[[desk]]").next().unwrap()).contains("missing [[desk]]"));
    assert!(complaint("").contains("missing discord.token"));
}

#[test]
fn import_and_export_need_neither_token_nor_mail() {
    let text = "[database]\nurl = \"sqlite://desk.db\"\n[[desk]]\nguild_id = \"1\"\nname = \"N\"\nprofile = \"own\"\n\
        contact_mailbox = \"a@example.ch\"\n";
    let config = parse_with(text, &[], Needs::Database).unwrap();
    assert!(config.discord.token.is_none());
    assert_eq!(keys::path(&config).unwrap().to_str(), Some("desk.db.key"));
    assert!(parse_with(text, &[], Needs::Discord).is_err());
    let wrong_elsewhere = format!("[mail]\nurl = \"ftp://x\"\n{text}");
    assert!(
        parse_with(&wrong_elsewhere, &[], Needs::Database).is_err(),
        "checked all the same"
    );
}

/// Each complaint says its part.
fn all_say(cases: &[(String, &str)]) {
    for (shown, part) in cases {
        assert!(shown.contains(part), "{shown}\nlacks {part}");
    }
}

#[test]
fn wrong_values_of_a_desk_are_named_with_line_key_and_fix() {
    let cases = [
        (
            in_desk("locale = 3"),
            ":13: desk.locale must be a quoted string, not integer",
        ),
        (
            in_desk("locale = \"rm\""),
            "desk.locale has the unknown value \"rm\"",
        ),
        (
            in_desk("staff_roles = \"1\""),
            "desk.staff_roles must be a list in [ ], not string",
        ),
        (
            in_desk("staff_roles = [\"abc\"]"),
            "desk.staff_roles is no Discord id",
        ),
        (
            in_desk("support_channel = 0"),
            "desk.support_channel is no Discord id",
        ),
        (
            in_desk("support_channel = -5"),
            "desk.support_channel is no Discord id",
        ),
        (
            in_desk("time_zone = \"Europe/Zurch\""),
            "did you mean \"Europe/Zurich\"?",
        ),
        (
            in_desk("portal_url = \"http://login.example.ch\""),
            "desk.portal_url must start with https://",
        ),
        (
            in_desk("superusers = [{ role = 1, scopes = [\"VD//CHUV\"] }]"),
            "desk.superusers.scopes is no scope",
        ),
        (
            in_desk("superusers = [{ role = 1, scopes = [] }]"),
            "must name at least one scope",
        ),
        (
            in_desk("superusers = [{ scopes = [\"VD\"] }]"),
            "missing desk.superusers.role",
        ),
        (
            in_desk("privileged_groups = [\"KT_ErhW\"]"),
            "did you mean \"KT_ErhV\"?",
        ),
        (
            in_desk("people = [{ discord = 1 }]"),
            "missing desk.people.username",
        ),
        (
            in_desk("kinds = [\"onbording\"]"),
            "did you mean \"onboarding\"?",
        ),
        (
            in_desk("address = \"fixed\""),
            "known are editable, replace-only",
        ),
        (
            in_desk("reset_life = \"1 year\""),
            "desk.reset_life must be written as \"24 hours\"",
        ),
        (
            in_desk("sends_per_day = 0"),
            "desk.sends_per_day must lie between 1 and",
        ),
        (
            in_desk("mail_required = \"yes\""),
            "desk.mail_required must be true or false",
        ),
        (
            in_desk("ready_reasons = [\"wrong-mail\"]"),
            "did you mean \"wrong-email\"?",
        ),
        (
            in_desk("webhook_url = \"https://x.example.ch\""),
            "missing desk.webhook_secret",
        ),
        (
            in_desk("webhook_secret = \"whsec_top-secret\""),
            "webhook_secret",
        ),
    ];
    all_say(&cases);
}

#[test]
fn wrong_values_elsewhere_are_named_with_line_key_and_fix() {
    let cases = [
        (
            instead("\"eiam\"", "\"eaim\""),
            ":11: desk.profile has the unknown value \"eaim\"; did you mean \"eiam\"?",
        ),
        (
            instead("support@example.ch", "support@@x"),
            ":12: desk.contact_mailbox is no mail address",
        ),
        (
            instead("desk@example.ch", "desk"),
            ":7: mail.from is no mail address",
        ),
        (
            instead("sqlite://desk.db", "mysql://desk"),
            ":4: database.url must be \"sqlite://PATH\" or",
        ),
        (
            instead("sqlite://desk.db", "sqlite://:memory:"),
            "must name a file",
        ),
        (
            instead(
                "smtps://user:top-secret-password@mail.example.ch",
                "http://mail",
            ),
            ":6: mail.url must be",
        ),
        (
            instead("[database]", "transport = \"http\"\n[database]"),
            "missing discord.public_key",
        ),
        (
            instead("[database]", "transport = \"htpp\"\n[database]"),
            "did you mean \"http\"?",
        ),
        (
            instead("[database]", "public_key = \"abc\"\n[database]"),
            "discord.public_key must be the 64 hex digits",
        ),
        (
            instead("[database]", "shards = \"3\"\n[database]"),
            "discord.shards must be \"auto\"",
        ),
        (
            instead("[database]", "api_url = \"discord\"\n[database]"),
            "discord.api_url is no web address",
        ),
        (
            instead("[database]", "[web]\nlisten = \"8080\"\n[database]"),
            "web.listen must be an IP address",
        ),
        (
            instead("[database]", "[log]\nformat = \"xml\"\n[database]"),
            "log.format has the unknown value",
        ),
        (
            instead("[database]", "[secret]\nkey_file = \"/\"\n[database]"),
            "secret.key_file names a folder",
        ),
        (
            instead("sqlite://desk.db", "postgres://db/desk"),
            "missing secret.key_file (or DESKHAND_KEY_FILE)",
        ),
    ];
    all_say(&cases);
}

#[test]
fn two_desks_never_share_guild_or_name() {
    let second = |id: &str, name: &str| {
        format!(
            "[[desk]]\nguild_id = \"{id}\"\nname = \"{name}\"\nprofile = \"own\"\ncontact_mailbox = \"a@example.ch\""
        )
    };
    assert!(
        in_desk(&second("200000000000000001", "South"))
            .starts_with("deskhand.toml:13: [[desk]] has the guild_id")
    );
    assert!(in_desk(&second("2", "NORTH")).contains("has the name of another desk"));
    let config = parse(&format!("{WHOLE}{}", second("2", "South"))).unwrap();
    assert_eq!(config.desk(Some("south")).unwrap().id.0, 2);
    assert!(config.desk(None).is_none());
}

#[test]
fn a_desk_overrides_keys_of_its_profile() {
    let own = "kinds = [\"reset\"]\ngroups = [\"A\", \"B\"]\naddress = \"replace-only\"\nnotify_wrong_address = true\n\
        mail_required = false\nfailed_logins_max = 3\nonboarding_life = \"7 days\"\nsends_per_day = 9\nsend_gap_minutes = 0\n\
        address_change_days = 14\nprivileged_groups = [\"B\"]\nportal_url = \"http://localhost:9000/\"\n";
    let config = parse(&format!("{WHOLE}{own}")).unwrap();
    let desk = config.desk(None).unwrap();
    assert_eq!(desk.profile.kinds, [SendKind::Reset]);
    assert_eq!(desk.profile.address, AddressRule::ReplaceOnly);
    assert_eq!(desk.profile.onboarding_life, Life::Hours(7 * 24));
    assert_eq!(
        (
            desk.profile.failed_logins_max,
            desk.profile.send_gap_minutes
        ),
        (3, 0)
    );
    assert!(desk.profile.notify_wrong_address && !desk.profile.mail_required);
    assert_eq!(desk.privileged_groups, ["B"]);
    assert_eq!(desk.portal_url.as_deref(), Some("http://localhost:9000"));
}

#[test]
fn a_file_that_is_not_there_is_named() {
    let shown = Config::load(
        std::path::Path::new("nowhere/deskhand.toml"),
        &|_| None,
        Needs::Run,
    )
    .unwrap_err();
    assert!(
        shown.to_string().starts_with("nowhere/deskhand.toml: "),
        "{shown}"
    );
    assert!(shown.to_string().contains("--config FILE"));
}
