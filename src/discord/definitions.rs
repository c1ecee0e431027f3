//! The commands as Discord is told of them, in five locales (P16, P20, P22). Names are a contract: add, never rename.

use serenity::all::{
    CommandOptionType, CommandType, CreateCommand, CreateCommandOption, InstallationContext,
    InteractionContext,
};

use crate::domain::language::Language;
use crate::domain::profile::SendKind;
use crate::domain::reason::REASON_MAX;
use crate::domain::request_view::RequestFilter;
use crate::domain::trail::Since;
use crate::locales::{Texts, args};

/// Discord's locales and the language that serves each; the default texts are English.
const LOCALES: [(&str, Language); 5] = [
    ("de", Language::De),
    ("fr", Language::Fr),
    ("it", Language::It),
    ("en-US", Language::En),
    ("en-GB", Language::En),
];

/// Name of the command that shows a person's card.
pub const LOCK_STATUS: &str = "lock-status";

/// Name of the command that sends codes.
pub const RESEND_CODE: &str = "resend-code";

/// Name of the command that reads the audit trail.
pub const AUDIT: &str = "audit";

/// Name of the command about the desk itself; each thing it does is a subcommand.
pub const DESK: &str = "desk";

/// Name of the command that lists requests.
pub const REQUESTS: &str = "requests";

/// Name of the subcommand that freezes a helper.
pub const FREEZE: &str = "freeze";

/// Name of the subcommand that sets a frozen helper free.
pub const UNFREEZE: &str = "unfreeze";

/// Name of the subcommand that tells the caller what they may do.
pub const WHOAMI: &str = "whoami";

/// Longest text that is looked up; longer than any mail address.
const USER_MAX: u16 = 254;

/// All commands, for one bulk registration.
#[must_use]
pub fn all(texts: &Texts) -> Vec<CreateCommand> {
    vec![
        lock_status(texts),
        resend_code(texts),
        requests(texts),
        audit(texts),
        desk(texts),
    ]
}

fn lock_status(texts: &Texts) -> CreateCommand {
    command(texts, LOCK_STATUS).add_option(user(texts))
}

fn resend_code(texts: &Texts) -> CreateCommand {
    let kinds = SendKind::ALL
        .into_iter()
        .fold(option(texts, "kind"), |option, kind| {
            let key = format!("kind-{}-option", kind.code());
            choice(texts, option, &key, kind.code())
        });
    command(texts, RESEND_CODE)
        .add_option(user(texts))
        .add_option(kinds)
        .add_option(
            option(texts, "reason")
                .set_autocomplete(true)
                .max_length(reason_max()),
        )
        .add_option(option(texts, "email").max_length(USER_MAX))
}

fn requests(texts: &Texts) -> CreateCommand {
    let states = RequestFilter::codes().fold(option(texts, "state"), |option, code| {
        choice(texts, option, &format!("requests-{code}-option"), code)
    });
    command(texts, REQUESTS)
        .add_option(states)
        .add_option(option_of(texts, CommandOptionType::Boolean, "mine"))
}

fn audit(texts: &Texts) -> CreateCommand {
    let since = Since::ALL
        .into_iter()
        .fold(option(texts, "since"), |option, since| {
            let key = format!("since-{}-option", since.code());
            choice(texts, option, &key, since.code())
        });
    command(texts, AUDIT)
        .add_option(user(texts))
        .add_option(since)
}

fn desk(texts: &Texts) -> CreateCommand {
    let about_member = |name| {
        subcommand(texts, name)
            .add_sub_option(option_of(texts, CommandOptionType::User, "member"))
            .add_sub_option(option(texts, "reason").max_length(reason_max()))
    };
    command(texts, DESK)
        .add_option(subcommand(texts, WHOAMI))
        .add_option(about_member(FREEZE))
        .add_option(about_member(UNFREEZE))
}

fn subcommand(texts: &Texts, name: &str) -> CreateCommandOption {
    let description = format!("subcommand-{name}-description");
    let english = texts.text(Language::En, &description, &args());
    let base = CreateCommandOption::new(CommandOptionType::SubCommand, name, english);
    LOCALES
        .into_iter()
        .fold(base, |option, (locale, language)| {
            option
                .name_localized(
                    locale,
                    texts.text(language, &format!("subcommand-{name}-name"), &args()),
                )
                .description_localized(locale, texts.text(language, &description, &args()))
        })
}

fn choice(
    texts: &Texts,
    option: CreateCommandOption,
    key: &str,
    value: &str,
) -> CreateCommandOption {
    let names =
        LOCALES.map(|(locale, language)| (locale.to_owned(), texts.text(language, key, &args())));
    option.add_string_choice_localized(texts.text(Language::En, key, &args()), value, names)
}

/// Longest reason, in options and forms.
pub(super) fn reason_max() -> u16 {
    u16::try_from(REASON_MAX).unwrap_or(u16::MAX)
}

fn user(texts: &Texts) -> CreateCommandOption {
    option(texts, "user")
        .set_autocomplete(true)
        .max_length(USER_MAX)
}

fn command(texts: &Texts, name: &str) -> CreateCommand {
    let description = format!("command-{name}-description");
    let base = CreateCommand::new(name)
        .kind(CommandType::ChatInput)
        .description(texts.text(Language::En, &description, &args()))
        .contexts(vec![InteractionContext::Guild])
        .integration_types(vec![InstallationContext::Guild]);
    LOCALES
        .into_iter()
        .fold(base, |command, (locale, language)| {
            command
                .name_localized(
                    locale,
                    texts.text(language, &format!("command-{name}-name"), &args()),
                )
                .description_localized(locale, texts.text(language, &description, &args()))
        })
}

fn option(texts: &Texts, name: &str) -> CreateCommandOption {
    option_of(texts, CommandOptionType::String, name)
}

fn option_of(texts: &Texts, kind: CommandOptionType, name: &str) -> CreateCommandOption {
    let description = format!("option-{name}-description");
    let english = texts.text(Language::En, &description, &args());
    let base = CreateCommandOption::new(kind, name, english).required(false);
    LOCALES
        .into_iter()
        .fold(base, |option, (locale, language)| {
            option
                .name_localized(
                    locale,
                    texts.text(language, &format!("option-{name}-name"), &args()),
                )
                .description_localized(locale, texts.text(language, &description, &args()))
        })
}
