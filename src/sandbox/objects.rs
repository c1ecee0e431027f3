//! Discord's objects as JSON: users, members, roles, channels, guilds.

use serde_json::{Value, json};

use super::world::{Bot, Channel, Guild, Member, Role};

/// When everybody joined.
const JOINED: &str = "2026-01-01T00:00:00.000000+00:00";

fn user_object(id: u64, name: &str, bot: bool) -> Value {
    json!({
        "id": id.to_string(), "username": name, "discriminator": "0", "global_name": name,
        "avatar": null, "avatar_decoration_data": null, "bot": bot, "system": false,
        "banner": null, "accent_color": null, "public_flags": 0, "flags": 0,
        "clan": null, "primary_guild": null, "collectibles": null,
    })
}

/// A person's user object.
pub(crate) fn user(member: &Member) -> Value {
    user_object(member.user_id, &member.name, false)
}

/// The bot's user object.
pub(crate) fn bot_user(bot: &Bot) -> Value {
    user_object(bot.id, &bot.name, true)
}

fn ids(ids: &[u64]) -> Value {
    ids.iter().map(u64::to_string).collect()
}

/// A guild member without the user, as in resolved data.
pub(crate) fn partial_member(guild: &Guild, member: &Member) -> Value {
    json!({
        "avatar": null, "banner": null, "communication_disabled_until": null, "flags": 0,
        "joined_at": JOINED, "nick": null, "pending": false, "premium_since": null,
        "roles": ids(&member.roles), "permissions": guild.permissions(member).to_string(),
        "unusual_dm_activity_until": null, "avatar_decoration_data": null, "collectibles": null,
    })
}

/// A guild member in an interaction, with permissions.
pub(crate) fn interaction_member(guild: &Guild, member: &Member) -> Value {
    let mut object = partial_member(guild, member);
    if let Some(fields) = object.as_object_mut() {
        fields.insert("user".into(), user(member));
        fields.insert("mute".into(), false.into());
        fields.insert("deaf".into(), false.into());
    }
    object
}

/// A guild member as REST answers it.
pub(crate) fn member(guild: &Guild, member: &Member) -> Value {
    let mut object = interaction_member(guild, member);
    if let Some(fields) = object.as_object_mut() {
        fields.remove("permissions");
    }
    object
}

/// The bot as a member.
pub(crate) fn bot_member(guild: &Guild, bot: &Bot) -> Value {
    json!({
        "avatar": null, "banner": null, "communication_disabled_until": null, "flags": 0,
        "joined_at": JOINED, "nick": null, "pending": false, "premium_since": null,
        "roles": ids(&guild.bot_roles), "user": bot_user(bot), "mute": false, "deaf": false,
    })
}

/// A role.
pub(crate) fn role(role: &Role, position: usize) -> Value {
    json!({
        "id": role.id.to_string(), "name": role.name, "description": null,
        "permissions": role.permissions.to_string(), "position": position,
        "color": 0, "colors": {"primary_color": 0, "secondary_color": null, "tertiary_color": null},
        "hoist": false, "managed": false, "mentionable": role.mentionable,
        "icon": null, "unicode_emoji": null, "flags": 0,
    })
}

/// All roles of a guild.
pub(crate) fn roles(guild: &Guild) -> Vec<Value> {
    guild
        .roles
        .iter()
        .enumerate()
        .map(|(position, r)| role(r, position))
        .collect()
}

/// A channel as REST answers it.
pub(crate) fn channel(guild: &Guild, channel: &Channel) -> Value {
    let overwrites = channel.overwrites.iter().map(|overwrite| {
        json!({
            "id": overwrite.id.to_string(), "type": u8::from(overwrite.of_member),
            "allow": overwrite.allow.to_string(), "deny": overwrite.deny.to_string(),
        })
    });
    let overwrites: Vec<_> = overwrites.collect();
    json!({
        "id": channel.id.to_string(), "type": channel.kind, "guild_id": guild.id.to_string(),
        "name": channel.name, "position": 0, "permission_overwrites": overwrites, "topic": null, "nsfw": false,
        "last_message_id": null, "rate_limit_per_user": 0, "parent_id": null, "flags": 0,
    })
}

/// A channel in an interaction, with the caller's permissions.
pub(crate) fn interaction_channel(guild: &Guild, of: &Channel, permissions: u64) -> Value {
    let mut object = channel(guild, of);
    if let Some(fields) = object.as_object_mut() {
        fields.insert("permissions".into(), permissions.to_string().into());
        fields.remove("permission_overwrites");
    }
    object
}

/// A guild as REST answers it.
pub(crate) fn guild(guild: &Guild) -> Value {
    json!({
        "id": guild.id.to_string(), "name": guild.name, "icon": null, "description": null,
        "home_header": null, "splash": null, "discovery_splash": null, "features": [],
        "banner": null, "owner_id": guild.id.to_string(), "application_id": null,
        "region": "deprecated", "afk_channel_id": null, "afk_timeout": 300,
        "system_channel_id": null, "system_channel_flags": 0, "widget_enabled": false,
        "widget_channel_id": null, "verification_level": 0, "roles": roles(guild),
        "default_message_notifications": 0, "mfa_level": 0, "explicit_content_filter": 0,
        "max_presences": null, "max_members": 500_000, "max_stage_video_channel_users": 50,
        "max_video_channel_users": 25, "vanity_url_code": null, "premium_tier": 0,
        "premium_subscription_count": 0, "preferred_locale": guild.locale,
        "rules_channel_id": null, "safety_alerts_channel_id": null,
        "public_updates_channel_id": null, "premium_progress_bar_enabled": false,
        "nsfw": false, "nsfw_level": 0, "emojis": [], "stickers": [], "incidents_data": null,
    })
}

/// What `GUILD_CREATE` carries.
pub(crate) fn guild_create(of: &Guild, bot: &Bot) -> Value {
    let mut object = guild(of);
    if let Some(fields) = object.as_object_mut() {
        let channels = of.channels.iter().map(|its| channel(of, its));
        let count = of.members.len() + 1;
        fields.insert("joined_at".into(), JOINED.into());
        fields.insert("large".into(), false.into());
        fields.insert("unavailable".into(), false.into());
        fields.insert("member_count".into(), count.into());
        fields.insert("channels".into(), channels.collect());
        // Without the privileged intent Discord sends the bot's own member only.
        fields.insert("members".into(), json!([bot_member(of, bot)]));
        for empty in [
            "voice_states",
            "threads",
            "presences",
            "stage_instances",
            "guild_scheduled_events",
            "soundboard_sounds",
        ] {
            fields.insert(empty.into(), json!([]));
        }
    }
    object
}

/// The application.
pub(crate) fn application(bot: &Bot) -> Value {
    json!({
        "id": bot.id.to_string(), "name": bot.name, "icon": null, "description": "", "type": null,
        "bot": bot_user(bot), "summary": "", "bot_public": false, "bot_require_code_grant": false,
        "verify_key": "0".repeat(64), "flags": 0, "flags_new": "0", "hook": true, "tags": [],
        "redirect_uris": [], "interactions_endpoint_url": bot.endpoint,
        "role_connections_verification_url": null, "owner": user_object(1, "owner", false),
        "approximate_guild_count": 1, "approximate_user_install_count": 0,
        "approximate_user_authorization_count": 0, "explicit_content_filter": 0, "team": null,
        "integration_types_config": {"0": {}}, "eligible_oauth2_scopes": [],
    })
}
