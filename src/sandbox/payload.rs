//! `INTERACTION_CREATE`: the whole payload as Discord sends it (P07, P08), kept
//! and given to the gateway.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use tokio::sync::Notify;

use super::core::Core;
use super::error::SandboxError;
use super::gateway::hub::Event;
use super::interactions::Interaction;
use super::objects;
use super::rules::text;
use super::world::World;

/// Ten mebibytes, what Discord allows in a guild without boosts.
const ATTACHMENTS: u64 = 10 * 1024 * 1024;

/// Who does something, and where.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place {
    pub(crate) guild: u64,
    pub(crate) channel: u64,
    pub(crate) user: u64,
    /// Whether it comes as if from a direct message to the bot: a user and no guild (P07).
    pub(crate) direct: bool,
}

/// What somebody does.
#[derive(Debug)]
pub(crate) struct Act {
    /// The interaction type.
    pub(crate) kind: u64,
    pub(crate) data: Value,
    /// The message whose component was used, also through a modal.
    pub(crate) source: Option<u64>,
}

/// Makes an interaction, delivers it and returns its id.
pub(crate) fn deliver(
    core: &Core,
    world: &mut World,
    at: Place,
    act: &Act,
) -> Result<u64, SandboxError> {
    let now = core.now();
    let id = world.ids.next(now);
    let token = URL_SAFE_NO_PAD.encode(format!(
        "interaction:{id}:{:x}",
        id.wrapping_mul(0x9E37_79B9_7F4A_7C15)
    ));
    let payload = payload(core, world, (id, &token), at, act)?;
    let payload: Arc<str> = payload.to_string().into();
    world.interactions.add(Interaction {
        id,
        token,
        kind: act.kind,
        at: now,
        guild: at.guild,
        channel: at.channel,
        user: at.user,
        command: text(&act.data, "name").to_owned(),
        payload: Arc::clone(&payload),
        source: act.source,
        answer: None,
        recorded: false,
        original: None,
        followups: Vec::new(),
        modal: None,
        choices: None,
        broken: None,
        signal: Arc::new(Notify::new()),
    });
    send(core, at.guild, payload);
    Ok(id)
}

/// Gives a payload to the gateway.
pub(crate) fn send(core: &Core, guild: u64, data: Arc<str>) {
    core.hub.dispatch(Event {
        name: "INTERACTION_CREATE",
        guild,
        intent: 0,
        data,
        bare: None,
    });
}

fn payload(
    core: &Core,
    world: &World,
    (id, token): (u64, &str),
    at: Place,
    act: &Act,
) -> Result<Value, SandboxError> {
    let guild = world.guild(at.guild)?;
    let member = guild.member(at.user)?;
    let unknown = SandboxError::Unknown {
        what: "channel",
        id: at.channel,
    };
    let (_, channel) = world
        .channel(at.channel)
        .filter(|(g, _)| g.id == guild.id)
        .ok_or(unknown)?;
    let permissions = guild.permissions(member);
    let mut payload = json!({
        "id": id.to_string(), "application_id": core.setup.application_id.to_string(),
        "type": act.kind, "data": act.data, "token": token, "version": 1,
        "guild": {"id": guild.id.to_string(), "locale": guild.locale, "features": []},
        "guild_id": guild.id.to_string(), "guild_locale": guild.locale,
        "channel": objects::interaction_channel(guild, channel, permissions),
        "channel_id": at.channel.to_string(),
        "member": objects::interaction_member(guild, member), "locale": member.locale,
        "app_permissions": guild.bot_permissions(world.bot.id, channel).to_string(), "entitlements": [],
        "entitlement_sku_ids": [],
        "authorizing_integration_owners": {"0": guild.id.to_string()}, "context": 0,
        "attachment_size_limit": ATTACHMENTS,
    });
    let source = act.source.and_then(|source| world.messages.get(source));
    if let (Some(message), Some(fields)) = (source, payload.as_object_mut()) {
        fields.insert("message".into(), Value::Object(message.json.clone()));
    }
    if let (true, Some(fields)) = (at.direct, payload.as_object_mut()) {
        for of_a_guild in ["guild", "guild_id", "guild_locale", "member"] {
            fields.remove(of_a_guild);
        }
        fields.insert("user".into(), objects::user(member));
        fields.insert("context".into(), 1.into());
        let owners = json!({"0": "0"});
        fields.insert("authorizing_integration_owners".into(), owners);
        let channel = json!({"id": at.channel.to_string(), "type": 1, "flags": 0});
        fields.insert("channel".into(), channel);
    }
    Ok(payload)
}
