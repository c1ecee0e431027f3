//! What is broken on purpose, and the line that tells it.

use deskhand::app::local::cast::{EIAM, EXTRANET, STAFF, SUPERUSER, support_channel};
use deskhand::sandbox::Fault;

use super::{SUPPORT, Site, VIEW_CHANNEL, deny, key};

const EMBED_LINKS: u64 = 1 << 14;

/// How it is broken, which line tells it, words of its detail and of its fix.
pub(crate) type Case = (fn(&Site), &'static str, &'static str, &'static str);

const INVITATION: &str = "https://discord.com/oauth2/authorize?client_id=900000000000000001&scope=bot+applications.commands&permissions=84992";

pub(crate) const BROKEN: [Case; 24] = [
    (
        |site| site.edit("local.demo.token", "local.other.token"),
        "Discord token",
        "does not accept",
        "DISCORD_TOKEN",
    ),
    (
        |site| site.edit(&site.discord.base_url(), "http://127.0.0.1:1"),
        "Discord token",
        "did not answer",
        "discord.api_url",
    ),
    (
        |site| site.edit("[database]", "application_id = \"7\"\n[database]"),
        "Discord application",
        "discord.application_id is 7",
        "\"900000000000000001\"",
    ),
    (
        |site| {
            site.discord
                .set_interactions_endpoint(Some("https://desk.example.org/interactions"));
        },
        "Discord interactions",
        "none comes over the gateway",
        "Interactions Endpoint URL",
    ),
    (
        |site| {
            site.discord
                .faults()
                .next_calls("GET", "/gateway/bot", 1, Fault::Status(404));
        },
        "Discord gateway",
        "answered 404",
        "port 443",
    ),
    (
        |site| {
            let key = "0".repeat(64);
            let http = format!("transport = \"http\"\npublic_key = \"{key}\"\n[database]");
            site.edit("[database]", &http);
            site.discord
                .set_interactions_endpoint(Some("https://desk.example.org/interactions"));
        },
        "settings",
        "\"http\" is not served",
        "\"gateway\"",
    ),
    (
        |site| site.edit("[database]", "shards = \"0-1/2\"\n[database]"),
        "settings",
        "discord.shards",
        "\"auto\"",
    ),
    (
        |site| site.edit(&format!("\"{EXTRANET}\""), "\"910000000000000009\""),
        "desk \"Extranet Support\": guild",
        "not reachable",
        INVITATION,
    ),
    (
        |site| {
            let path = format!("/guilds/{EXTRANET}");
            site.discord
                .faults()
                .next_calls("GET", &path, 1, Fault::Status(403));
        },
        "desk \"Extranet Support\": guild",
        "not reachable",
        INVITATION,
    ),
    (
        |site| site.discord.delete_role(EIAM, STAFF).unwrap(),
        "desk \"eIAM Delegation\": role 940000000000000003 of staff_roles",
        "no such role",
        "staff_roles",
    ),
    (
        |site| {
            site.edit(
                &format!("staff_roles = [\"{STAFF}\"]"),
                &format!("staff_roles = [\"{EIAM}\"]"),
            );
        },
        "desk \"eIAM Delegation\": role 910000000000000001 of staff_roles",
        "@everyone",
        "make a role",
    ),
    (
        |site| site.edit(&format!("\"{SUPPORT}\""), "\"920000000000000009\""),
        "desk \"eIAM Delegation\": support_channel",
        "no such channel",
        "support_channel",
    ),
    (
        |site| {
            site.edit(
                &format!("\"{SUPPORT}\""),
                &format!("\"{}\"", support_channel(EXTRANET)),
            );
        },
        "desk \"eIAM Delegation\": support_channel",
        "another guild",
        "support_channel",
    ),
    (
        |site| site.discord.set_channel_kind(SUPPORT, 2).unwrap(),
        "desk \"eIAM Delegation\": support_channel",
        "no text channel",
        "support_channel",
    ),
    (
        |site| deny(site, EMBED_LINKS),
        "desk \"eIAM Delegation\": permissions in support_channel",
        "lacks Embed Links",
        "Edit Channel of \"support\"",
    ),
    (
        |site| deny(site, VIEW_CHANNEL),
        "desk \"eIAM Delegation\": permissions in support_channel",
        "lacks View Channel, Send Messages, Embed Links, Read Message History",
        "Permissions",
    ),
    (
        |site| {
            site.discord
                .set_role_mentionable(EIAM, SUPERUSER, false)
                .unwrap();
        },
        "desk \"eIAM Delegation\": mention of role 940000000000000001",
        "cannot mention \"KT_Superuser\"",
        "Allow anyone to @mention",
    ),
    (
        |site| key(site, &[7; 32], 0o644),
        "key file",
        "others may read",
        "chmod 600",
    ),
    (
        |site| key(site, &[7; 31], 0o600),
        "key file",
        "31 bytes",
        "right file",
    ),
    (
        |site| site.edit("desk.key", "nowhere/desk.key"),
        "key file",
        "folder does not exist",
        "secret.key_file",
    ),
    (
        |site| site.edit("desk.sqlite", "nowhere/desk.sqlite"),
        "database",
        "nowhere",
        "folder",
    ),
    (
        |site| std::fs::write(site.path("desk.sqlite"), "no database ".repeat(1_000)).unwrap(),
        "database",
        "not a database",
        "database.url",
    ),
    (
        |site| site.edit("file://mails", "smtp://desk:hidden-word@127.0.0.1:1"),
        "mail",
        "connecting",
        "host and port",
    ),
    (
        |site| site.edit("file://mails", "file://deskhand.toml"),
        "mail",
        "no folder",
        "mail.url",
    ),
];
