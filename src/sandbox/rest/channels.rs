//! REST calls on channels and their messages, with nonces (P11).

use std::sync::Arc;

use serde_json::{Map, Value};
use tokio::sync::Notify;

use super::Call;
use super::error::{Answer, ApiError};
use crate::sandbox::core::Core;
use crate::sandbox::objects;
use crate::sandbox::posting::{Draft, announce, announce_gone, post};
use crate::sandbox::rules::message::{self, IS_COMPONENTS_V2};
use crate::sandbox::rules::{Problems, field, number};
use crate::sandbox::world::{SEND_MESSAGES, VIEW_CHANNEL, World};

/// Messages in one answer, and without a limit in the query.
const PAGE: (usize, usize) = (100, 50);
/// Characters of a nonce.
const NONCE: usize = 25;

/// /channels/{id} and below.
pub(crate) fn route(
    core: &Core,
    call: &Call,
    channel: &str,
    (method, rest): (&str, &[&str]),
) -> Result<Answer, ApiError> {
    let mut world = core.world();
    let unknown = || ApiError::unknown(10003, "Channel");
    let id: u64 = channel.parse().ok().ok_or_else(unknown)?;
    let (guild, channel) = world.channel(id).ok_or_else(unknown)?;
    let guild_id = guild.id;
    let may = guild.bot_permissions(world.bot.id, channel);
    if may & VIEW_CHANNEL == 0 {
        return Err(ApiError::new(403, 50001, "Missing Access"));
    }
    if (method, rest) == ("POST", &["messages"]) && may & SEND_MESSAGES == 0 {
        return Err(ApiError::new(403, 50013, "Missing Permissions"));
    }
    match (method, rest) {
        ("GET", []) => Ok(Answer::ok(objects::channel(guild, channel))),
        ("POST", ["typing"]) => Ok(Answer::empty()),
        ("GET", ["messages"]) => page(&world, id, call),
        ("POST", ["messages"]) => create(core, &mut world, (guild_id, id), &call.body),
        (_, ["messages", message]) => {
            let unknown = || ApiError::unknown(10008, "Message");
            let message: u64 = message.parse().ok().ok_or_else(unknown)?;
            let found = world.messages.get(message);
            let found = found.filter(|m| m.channel == id && m.only_for.is_none());
            let (author, json) = found
                .map(|m| (m.author, m.json.clone()))
                .ok_or_else(unknown)?;
            match method {
                "GET" => Ok(Answer::ok(Value::Object(json))),
                "PATCH" if author != world.bot.id => {
                    let words = "Cannot edit a message authored by another user";
                    Err(ApiError::new(403, 50005, words))
                }
                "PATCH" => {
                    let edited = world.messages.edit(message, "", &call.body, core.now())?;
                    announce(core, "MESSAGE_UPDATE", edited);
                    Ok(Answer::ok(Value::Object(edited.json.clone())))
                }
                "DELETE" => {
                    let gone = world.messages.delete(message).ok_or_else(unknown)?;
                    announce_gone(core, &gone);
                    Ok(Answer::empty())
                }
                _ => Err(ApiError::no_route()),
            }
        }
        _ => Err(ApiError::no_route()),
    }
}

fn page(world: &World, channel: u64, call: &Call) -> Result<Answer, ApiError> {
    let limit = call
        .parameter("limit")
        .map_or(Ok(PAGE.1), str::parse)
        .unwrap_or(0);
    let mut problems = Problems::default();
    problems.count("P33", "limit", limit, (1, PAGE.0));
    problems.into_result()?;
    let bound = |key| call.parameter(key).and_then(|id| id.parse::<u64>().ok());
    let (before, after) = (bound("before"), bound("after"));
    let fits = |id: u64| before.is_none_or(|b| id < b) && after.is_none_or(|a| id > a);
    let mut ids: Vec<_> = world
        .messages
        .public(channel)
        .filter(|m| fits(m.id))
        .collect();
    if after.is_some() {
        // Those that come right after, still newest first.
        let skip = ids.len().saturating_sub(limit);
        ids.drain(..skip);
    }
    ids.truncate(limit);
    Ok(Answer::ok(
        ids.into_iter()
            .map(|m| Value::Object(m.json.clone()))
            .collect(),
    ))
}

fn create(
    core: &Core,
    world: &mut World,
    (guild, channel): (u64, u64),
    body: &Value,
) -> Result<Answer, ApiError> {
    let now = core.now();
    let nonce = match field(body, "nonce") {
        Value::String(nonce) => Some(nonce.clone()),
        Value::Number(nonce) => Some(nonce.to_string()),
        _ => None,
    };
    if let Some(nonce) = &nonce {
        let mut problems = Problems::default();
        problems.length("P11", "nonce", nonce, (0, NONCE));
        problems.into_result()?;
    }
    let flags = number(body, "flags") & (IS_COMPONENTS_V2 | (1 << 2) | (1 << 12));
    message::check("", body, flags, body.get("allowed_mentions"))?;
    let enforced = nonce
        .as_deref()
        .filter(|_| field(body, "enforce_nonce") == true);
    let existing = enforced.and_then(|nonce| world.messages.with_nonce(channel, nonce, now));
    if let Some(existing) = existing.and_then(|id| world.messages.get(id)) {
        return Ok(Answer::ok(with_nonce(
            existing.json.clone(),
            field(body, "nonce"),
        )));
    }
    let author = (world.bot.id, objects::bot_user(&world.bot));
    let draft = Draft {
        guild,
        channel,
        author,
        body,
        flags,
        only_for: None,
        kind: 0,
        more: Map::new(),
        signal: Arc::new(Notify::new()),
    };
    let id = post(world, now, draft);
    if let Some(nonce) = &nonce {
        world.messages.keep_nonce(channel, nonce, id, now);
    }
    let unknown = || ApiError::unknown(10008, "Message");
    let made = world.messages.get(id).ok_or_else(unknown)?;
    announce(core, "MESSAGE_CREATE", made);
    Ok(Answer::ok(with_nonce(
        made.json.clone(),
        field(body, "nonce"),
    )))
}

/// Discord shows a nonce in the answer only, not when messages are read.
fn with_nonce(mut json: Map<String, Value>, nonce: &Value) -> Value {
    if !nonce.is_null() {
        json.insert("nonce".into(), nonce.clone());
    }
    Value::Object(json)
}
