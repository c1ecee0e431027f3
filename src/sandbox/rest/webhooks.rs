//! Webhook calls with an interaction's token: `@original` and further
//! messages, for 15 minutes (P01, P04, P06).

use jiff::Timestamp;
use serde_json::Value;

use super::callback::reply;
use super::error::{Answer, ApiError};
use crate::sandbox::core::Core;
use crate::sandbox::interactions::Interaction;
use crate::sandbox::posting::{announce, announce_gone};
use crate::sandbox::rules::message::{self, EPHEMERAL, IS_COMPONENTS_V2};
use crate::sandbox::rules::number;
use crate::sandbox::world::World;

/// /webhooks/{application}/{token} and below.
pub(crate) fn route(
    core: &Core,
    (application, token): (&str, &str),
    (method, rest): (&str, &[&str]),
    body: &Value,
) -> Result<Answer, ApiError> {
    let mut world = core.world();
    if application != core.setup.application_id.to_string() {
        return Err(ApiError::unknown(10015, "Webhook"));
    }
    let now = core.now();
    let id = {
        let interaction = world.interactions.with_token(token)?;
        let checked = interaction.check_token(now);
        if let Err(error) = checked {
            interaction.note(&error);
            interaction.signal.notify_waiters();
            return Err(error);
        }
        interaction.id
    };
    let result = match (method, rest) {
        ("POST", []) => follow_up(core, &mut world, id, body, now),
        (_, ["messages", message]) => {
            on_message(core, &mut world, (id, message), (method, body), now)
        }
        _ => return Err(ApiError::no_route()),
    };
    if let Some(interaction) = world.interactions.get_mut(id) {
        if let Err(error) = &result {
            interaction.note(error);
        }
        interaction.signal.notify_waiters();
    }
    result
}

fn target(interaction: &Interaction, message: &str) -> Option<u64> {
    if message == "@original" {
        return interaction.original;
    }
    let id = message.parse().ok()?;
    (interaction.original == Some(id) || interaction.followups.contains(&id)).then_some(id)
}

fn on_message(
    core: &Core,
    world: &mut World,
    (id, message): (u64, &str),
    (method, body): (&str, &Value),
    now: Timestamp,
) -> Result<Answer, ApiError> {
    let unknown = || ApiError::unknown(10008, "Message");
    let interaction = world.interactions.get(id).ok_or_else(unknown)?;
    let target = target(interaction, message).ok_or_else(unknown)?;
    match method {
        "GET" => {
            let found = world.messages.get(target).ok_or_else(unknown)?;
            Ok(Answer::ok(Value::Object(found.json.clone())))
        }
        "PATCH" => edit(core, world, target, body, now),
        "DELETE" => {
            let gone = world.messages.delete(target).ok_or_else(unknown)?;
            announce_gone(core, &gone);
            Ok(Answer::empty())
        }
        _ => Err(ApiError::no_route()),
    }
}

fn edit(
    core: &Core,
    world: &mut World,
    target: u64,
    body: &Value,
    now: Timestamp,
) -> Result<Answer, ApiError> {
    let edited = world.messages.edit(target, "", body, now)?;
    announce(core, "MESSAGE_UPDATE", edited);
    Ok(Answer::ok(Value::Object(edited.json.clone())))
}

fn follow_up(
    core: &Core,
    world: &mut World,
    id: u64,
    body: &Value,
    now: Timestamp,
) -> Result<Answer, ApiError> {
    let original = world
        .interactions
        .get(id)
        .and_then(|interaction| interaction.original);
    let thinking = original
        .and_then(|id| world.messages.get(id))
        .filter(|m| m.is_thinking());
    if let Some(deferred) = thinking {
        // Discord fills the deferred message; whether it is ephemeral stays.
        let deferred = deferred.id;
        return edit(core, world, deferred, body, now);
    }
    let flags = number(body, "flags") & (EPHEMERAL | IS_COMPONENTS_V2 | (1 << 2) | (1 << 12));
    message::check("", body, flags, body.get("allowed_mentions"))?;
    let message = reply(core, world, id, (body, flags), now)?;
    if let Some(interaction) = world.interactions.get_mut(id) {
        interaction.followups.push(message);
    }
    let made = world.messages.get(message).map(|made| made.json.clone());
    Ok(Answer::ok(made.map_or(Value::Null, Value::Object)))
}
