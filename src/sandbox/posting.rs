//! Making messages and telling the gateway about them.

use std::sync::Arc;

use jiff::Timestamp;
use serde_json::{Map, Value, json};
use tokio::sync::Notify;

use super::core::Core;
use super::gateway::hub::Event;
use super::messages::{Stored, finish, pings};
use super::objects;
use super::rules::{field, text};
use super::snowflake::iso;
use super::world::World;

/// The intent for messages in guilds.
pub(crate) const GUILD_MESSAGES: u64 = 1 << 9;

/// A message to be made; already checked.
pub(crate) struct Draft<'a> {
    pub(crate) guild: u64,
    pub(crate) channel: u64,
    /// The author's user object and id.
    pub(crate) author: (u64, Value),
    pub(crate) body: &'a Value,
    pub(crate) flags: u64,
    pub(crate) only_for: Option<u64>,
    /// The message type: 0, 19 (reply), 20 (slash command), 23 (menu).
    pub(crate) kind: u64,
    /// Further fields, such as `interaction_metadata`.
    pub(crate) more: Map<String, Value>,
    pub(crate) signal: Arc<Notify>,
}

/// Stores the message and returns its id.
pub(crate) fn post(world: &mut World, now: Timestamp, draft: Draft<'_>) -> u64 {
    let id = world.ids.next(now);
    let Draft {
        guild,
        channel,
        author,
        body,
        flags,
        only_for,
        kind,
        more,
        signal,
    } = draft;
    let pings = pings(body, body.get("allowed_mentions"), only_for);
    let known = |user: &u64| world.user(*user).map(objects::user);
    let mentions: Vec<Value> = pings.users.iter().filter_map(known).collect();
    let roles: Vec<String> = pings.roles.iter().map(u64::to_string).collect();
    let or = |key: &str| {
        body.get(key)
            .filter(|v| v.is_array())
            .cloned()
            .unwrap_or(json!([]))
    };
    let message = json!({
        "id": id.to_string(), "type": kind, "channel_id": channel.to_string(),
        "author": author.1, "content": text(body, "content"), "embeds": or("embeds"),
        "components": or("components"), "attachments": [], "mentions": mentions,
        "mention_roles": roles, "mention_everyone": pings.everyone, "pinned": false,
        "tts": field(body, "tts") == true, "timestamp": iso(now), "edited_timestamp": null,
        "flags": flags,
    });
    let mut json = match message {
        Value::Object(fields) => fields,
        _ => Map::new(),
    };
    json.extend(more);
    finish(&mut json);
    let author = author.0;
    world.messages.add(Stored {
        id,
        guild,
        channel,
        author,
        only_for,
        json,
        flags,
        pings,
        version: 0,
        signal,
    });
    id
}

/// Tells the gateway of a message that everyone sees.
pub(crate) fn announce(core: &Core, name: &'static str, message: &Stored) {
    if message.only_for.is_some() || !core.hub.any_wants(GUILD_MESSAGES) {
        return;
    }
    let mut data = message.json.clone();
    data.insert("guild_id".into(), message.guild.to_string().into());
    let whole = Value::Object(data.clone()).to_string();
    let by_person = message.author != core.setup.application_id;
    let bare = by_person.then(|| {
        data.insert("content".into(), "".into());
        for key in ["embeds", "components", "attachments"] {
            data.insert(key.into(), json!([]));
        }
        Value::Object(data).to_string().into()
    });
    core.hub.dispatch(Event {
        name,
        guild: message.guild,
        intent: GUILD_MESSAGES,
        data: whole.into(),
        bare,
    });
}

/// Tells the gateway that a message is gone.
pub(crate) fn announce_gone(core: &Core, message: &Stored) {
    if message.only_for.is_none() && core.hub.any_wants(GUILD_MESSAGES) {
        let data = json!({
            "id": message.id.to_string(), "channel_id": message.channel.to_string(),
            "guild_id": message.guild.to_string(),
        });
        core.hub.dispatch(Event {
            name: "MESSAGE_DELETE",
            guild: message.guild,
            intent: GUILD_MESSAGES,
            data: data.to_string().into(),
            bare: None,
        });
    }
}
