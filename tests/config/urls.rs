//! URLs of the settings: what cannot work is told by its line and key before anything is opened or sent.

use super::{Needs, WHOLE, instead, parse_with};

const MAIL: &str = "user:top-secret-password@mail.example.ch";

#[test]
fn a_mail_servers_url_is_told_apart_into_what_is_wrong_with_it() {
    let cases = [
        ("user@mail.example.ch", "has a user but no password"),
        (":top-secret@mail.example.ch", "has a password but no user"),
        ("user:top-secret%pass@mail.example.ch", "percent-encoded"),
        ("user:top-secret%FF@mail.example.ch", "percent-encoded"),
        ("mail.example.ch?ssl=required", "an unknown parameter"),
        ("mail.example.ch?tls=yes", "an unknown value of tls"),
    ];
    for (url, part) in cases {
        let shown = instead(MAIL, url);
        assert!(shown.starts_with("deskhand.toml:6: mail.url "), "{shown}");
        assert!(shown.contains(part), "{shown}\nlacks {part}");
    }
    for url in [
        "mail.example.ch",
        "user:p%25%C3%A9@mail.example.ch?tls=required",
        "mail.example.ch/desk.example.ch?tls=opportunistic",
    ] {
        let text = WHOLE.replace(MAIL, url);
        parse_with(&text, &[], Needs::Run).expect(url);
    }
}

#[test]
fn a_sqlite_url_takes_no_parameters() {
    let shown = instead("sqlite://desk.db", "sqlite://desk.db?mode=rwc");
    assert!(
        shown.starts_with("deskhand.toml:4: database.url takes no parameters; leave out"),
        "{shown}"
    );
    let env = [("DATABASE_URL", "sqlite://desk.db?mode=rwc")];
    let shown = parse_with(WHOLE, &env, Needs::Run).unwrap_err().to_string();
    assert!(shown.contains("environment: DATABASE_URL takes"), "{shown}");
}

#[test]
fn a_wrong_type_in_the_file_is_told_although_the_environment_overrides_it() {
    let cases = [
        (
            "token = \"top-secret-token\"",
            "token = 7",
            "DISCORD_TOKEN",
            ":2: discord.token",
        ),
        (
            "url = \"sqlite://desk.db\"",
            "url = [\"x\"]",
            "DATABASE_URL",
            ":4: database.url",
        ),
        (
            "[database]",
            "application_id = true\n[database]",
            "DISCORD_APPLICATION_ID",
            ":3: discord.application_id",
        ),
        (
            "[database]",
            "[log]\nformat = 1\n[database]",
            "LOG_FORMAT",
            ":4: log.format",
        ),
    ];
    for (right, wrong, variable, place) in cases {
        let value = match variable {
            "DATABASE_URL" => "sqlite://other.db",
            "DISCORD_APPLICATION_ID" => "12345",
            "LOG_FORMAT" => "json",
            _ => "other",
        };
        let text = WHOLE.replacen(right, wrong, 1);
        let shown = parse_with(&text, &[(variable, value)], Needs::Run)
            .unwrap_err()
            .to_string();
        assert!(shown.contains(&format!("{place} must be ")), "{shown}");
    }
    let text = WHOLE.replacen("[database]", "application_id = 7\n[database]", 1);
    parse_with(&text, &[("DISCORD_APPLICATION_ID", "8")], Needs::Run)
        .expect("an id may be a number");
}
