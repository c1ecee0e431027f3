//! The desks of the settings, each `[[desk]]`.

use std::collections::BTreeMap;

use jiff::tz::TimeZone;

use super::checks::{self, nearest};
use super::document::Table;
use super::item::Item;
use super::{Webhook, profile};
use crate::domain::account::UserName;
use crate::domain::desk::{Desk, DeskTexts, KnownPerson, SuperuserEntry};
use crate::domain::ids::{ChannelId, DeskId, MemberId, RoleId};
use crate::domain::language::Language;
use crate::domain::profile::Profile;
use crate::domain::scope::Scope;

const KEYS: [&str; 17] = [
    "guild_id",
    "name",
    "profile",
    "locale",
    "time_zone",
    "contact_mailbox",
    "portal_url",
    "support_channel",
    "approvals_channel",
    "staff_roles",
    "superusers",
    "auditor_roles",
    "privileged_groups",
    "people",
    "webhook_url",
    "webhook_secret",
    "texts",
];

const LANGUAGES: [&str; 4] = ["de", "fr", "it", "en"];

/// Every desk, and where those report to that do.
pub(super) fn all(root: &Table<'_>) -> (Vec<Desk>, BTreeMap<DeskId, Webhook>) {
    let (mut desks, mut webhooks) = (Vec::<Desk>::new(), BTreeMap::new());
    let tables = match root.get("desk") {
        Some(item) if item.is_table() => {
            item.problem("must be a list: write [[desk]] in double brackets");
            return (desks, webhooks);
        }
        Some(item) => item.list(),
        None => Vec::new(),
    };
    if tables.is_empty() {
        root.missing("[[desk]]", "; every deskhand serves at least one desk");
    }
    for table in tables.iter().filter_map(Item::table_of_list) {
        let (desk, webhook) = one(&table);
        let Some(desk) = desk else { continue };
        if desks.iter().any(|other| other.id == desk.id) {
            table.problem("has the guild_id of another desk; every desk is a guild of its own");
        }
        if desks
            .iter()
            .any(|other| other.name.to_lowercase() == desk.name.to_lowercase())
        {
            table.problem(format_args!(
                "has the name of another desk, \"{}\"; give it another one",
                desk.name
            ));
        }
        webhooks.extend(webhook.map(|webhook| (desk.id, webhook)));
        desks.push(desk);
    }
    (desks, webhooks)
}

/// Reads all of a desk before it gives up, so that every value is checked.
fn one(table: &Table<'_>) -> (Option<Desk>, Option<Webhook>) {
    let known: Vec<_> = KEYS.into_iter().chain(profile::KEYS).collect();
    table.check_keys(&known);
    let id = table.required("guild_id").and_then(|item| item.id());
    let name = table
        .required("name")
        .and_then(|item| item.parse(desk_name));
    let profile = profile::read(table);
    let contact_mailbox = table
        .required("contact_mailbox")
        .and_then(|item| item.parse(checks::address));
    let language = table
        .get("locale")
        .and_then(|item| item.one_of(&LANGUAGES, Language::of_locale));
    let zone = match table.get("time_zone") {
        Some(item) => item.parse(time_zone),
        None => TimeZone::get("Europe/Zurich").ok(),
    };
    let portal_url = table
        .get("portal_url")
        .and_then(|item| item.parse(checks::https_url));
    let channel = |key: &str| table.get(key).and_then(|item| item.id()).map(ChannelId);
    let (support_channel, approvals_channel) =
        (channel("support_channel"), channel("approvals_channel"));
    let staff_roles = roles(table, "staff_roles");
    let auditor_roles = roles(table, "auditor_roles");
    let superusers = tables(table, "superusers", superuser);
    let people = tables(table, "people", person);
    let privileged_groups = privileged_groups(table, profile.as_ref());
    let texts = texts(table);
    let webhook = webhook(table);
    let desk = || {
        Some(Desk {
            id: DeskId(id?),
            name: name?,
            profile: profile?,
            language: language.unwrap_or(Language::En),
            zone: zone?,
            contact_mailbox: contact_mailbox?,
            portal_url,
            support_channel,
            approvals_channel,
            staff_roles,
            superusers,
            auditor_roles,
            privileged_groups,
            people,
            has_webhook: webhook.is_some(),
            texts,
        })
    };
    (desk(), webhook)
}

fn desk_name(text: &str) -> Result<String, &'static str> {
    let fits = text.chars().count() <= 80 && !text.chars().any(char::is_control);
    if fits {
        Ok(text.to_owned())
    } else {
        Err("must be one line of at most 80 characters")
    }
}

fn time_zone(text: &str) -> Result<TimeZone, String> {
    TimeZone::get(text).map_err(|_error| {
        let names: Vec<_> = jiff::tz::db()
            .available()
            .map(|name| name.to_string())
            .collect();
        let hint = nearest(text, names.iter().map(String::as_str)).unwrap_or("Europe/Zurich");
        format!("is no time zone; did you mean \"{hint}\"?")
    })
}

fn roles(table: &Table<'_>, key: &str) -> Vec<RoleId> {
    table
        .get(key)
        .map(|item| item.list_of(|item| item.id().map(RoleId)))
        .unwrap_or_default()
}

fn tables<'d, T>(table: &Table<'d>, key: &str, read: fn(&Table<'d>) -> Option<T>) -> Vec<T> {
    let read = |item: &Item<'d>| read(&item.table_of_list()?);
    table
        .get(key)
        .map(|item| item.list_of(read))
        .unwrap_or_default()
}

fn superuser(table: &Table<'_>) -> Option<SuperuserEntry> {
    table.check_keys(&["role", "scopes"]);
    let role = table.required("role").and_then(|item| item.id());
    let scopes = table.required("scopes")?;
    let read = scopes.list_of(|item| {
        item.parse(|text| Scope::parse(text).map_err(|wrong| format!("is no scope: {wrong}")))
    });
    if read.is_empty() {
        scopes.problem("must name at least one scope such as \"VD\", or \"*\" for the whole desk");
    }
    Some(SuperuserEntry {
        role: RoleId(role?),
        scopes: read,
    })
}

fn person(table: &Table<'_>) -> Option<KnownPerson> {
    table.check_keys(&["discord", "username"]);
    let member = table.required("discord").and_then(|item| item.id());
    let username = table
        .required("username")?
        .parse(|text| UserName::parse(text).ok_or("is no user name"));
    Some(KnownPerson {
        member: MemberId(member?),
        username: username?,
    })
}

fn privileged_groups(table: &Table<'_>, profile: Option<&Profile>) -> Vec<String> {
    let (Some(item), Some(profile)) = (table.get("privileged_groups"), profile) else {
        return Vec::new();
    };
    let known: Vec<_> = profile.groups.iter().map(String::as_str).collect();
    item.list_of(|item| {
        item.one_of(&known, |text| {
            known.contains(&text).then(|| text.to_owned())
        })
    })
}

fn texts(table: &Table<'_>) -> BTreeMap<Language, DeskTexts> {
    let section = table.section("texts", &LANGUAGES);
    let mut texts = BTreeMap::new();
    for (key, item) in section.items() {
        let (Some(language), Some(lines)) = (Language::parse(&key), item.table()) else {
            continue;
        };
        lines.check_keys(&["signature", "opening_hours", "phone"]);
        let line = |key: &str| Some(lines.get(key)?.text()?.into_owned());
        let own = DeskTexts {
            signature: line("signature"),
            opening_hours: line("opening_hours"),
            phone: line("phone"),
        };
        texts.insert(language, own);
    }
    texts
}

fn webhook(table: &Table<'_>) -> Option<Webhook> {
    let url = table.get("webhook_url");
    let secret = table.get("webhook_secret");
    match (&url, &secret) {
        (Some(_), None) => {
            table.missing("webhook_secret", ", which signs what goes to webhook_url");
        }
        (None, Some(_)) => table.missing("webhook_url", ", which webhook_secret is for"),
        _ => {}
    }
    let url = url.and_then(|item| item.parse(checks::https_url));
    let secret = secret.and_then(|item| item.parse(checks::webhook_secret));
    Some(Webhook {
        url: url?,
        secret: secret?,
    })
}
