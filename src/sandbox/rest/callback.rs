//! POST /interactions/{id}/{token}/callback: the bot's first answer (P01, P03-P05).

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::error::{Answer, ApiError};
use crate::sandbox::core::Core;
use crate::sandbox::interactions::{AUTOCOMPLETE, COMMAND, COMPONENT, Interaction, MODAL};
use crate::sandbox::objects;
use crate::sandbox::posting::{Draft, announce, post};
use crate::sandbox::rules::message::{EPHEMERAL, IS_COMPONENTS_V2, LOADING, check_choices};
use crate::sandbox::rules::{Problems, field, message, modal, number};
use crate::sandbox::world::World;

/// Suppressed embeds and notifications, ephemeral, version 2.
const FLAGS: u64 = (1 << 2) | (1 << 12) | EPHEMERAL | IS_COMPONENTS_V2;

/// Takes the bot's first answer.
pub(crate) fn answer(
    core: &Core,
    (id, token): (&str, &str),
    body: &Value,
    with_response: bool,
) -> Result<Answer, ApiError> {
    let mut world = core.world();
    let id = id.parse().unwrap_or(0);
    let known = world
        .interactions
        .get(id)
        .is_some_and(|known| known.token == token);
    if !known {
        return Err(ApiError::unknown(10062, "interaction"));
    }
    let result = take(core, &mut world, id, body);
    let Some(interaction) = world.interactions.get_mut(id) else {
        return Err(ApiError::unknown(10062, "interaction"));
    };
    if let (Err(error), None) = (&result, interaction.answer) {
        interaction.note(error);
    }
    if result.is_ok() {
        interaction.answer = Some(number(body, "type"));
    }
    interaction.signal.notify_waiters();
    result?;
    Ok(if with_response {
        Answer::ok(response(&world, id))
    } else {
        Answer::empty()
    })
}

fn take(core: &Core, world: &mut World, id: u64, body: &Value) -> Result<(), ApiError> {
    let now = core.now();
    let unknown = || ApiError::unknown(10062, "interaction");
    let interaction = world.interactions.get_mut(id).ok_or_else(unknown)?;
    interaction.check_first_answer(now)?;
    let kind = number(body, "type");
    if !fits(interaction, kind) {
        let mut problems = Problems::default();
        let words = "Value is not a callback type for this interaction.";
        problems.add("P03", "type", "BASE_TYPE_CHOICES", words);
        return problems.into_result();
    }
    let data = field(body, "data");
    match kind {
        4 => first_message(core, world, id, data, now),
        5 => deferred(core, world, id, data, now),
        7 => {
            let source = interaction.source.unwrap_or(0);
            interaction.original = interaction.source;
            let edited = world.messages.edit(source, "data", data, now)?;
            announce(core, "MESSAGE_UPDATE", edited);
            Ok(())
        }
        8 => {
            check_choices("data", data)?;
            interaction.choices = Some(field(data, "choices").clone());
            Ok(())
        }
        9 => {
            let mut problems = Problems::default();
            modal::check(&mut problems, "data", data);
            problems.into_result()?;
            interaction.modal = Some(data.clone());
            Ok(())
        }
        _ => {
            interaction.original = interaction.source;
            Ok(())
        }
    }
}

/// Which types answer which interactions (P03).
fn fits(interaction: &Interaction, kind: u64) -> bool {
    match kind {
        4 | 5 => interaction.kind != AUTOCOMPLETE,
        6 | 7 => matches!(interaction.kind, COMPONENT | MODAL) && interaction.source.is_some(),
        8 => interaction.kind == AUTOCOMPLETE,
        9 => matches!(interaction.kind, COMMAND | COMPONENT),
        _ => false,
    }
}

fn first_message(
    core: &Core,
    world: &mut World,
    id: u64,
    data: &Value,
    now: Timestamp,
) -> Result<(), ApiError> {
    let flags = checked_flags(data, FLAGS, "P24")?;
    message::check("data", data, flags, data.get("allowed_mentions"))?;
    add(core, world, id, (data, flags), now)
}

fn deferred(
    core: &Core,
    world: &mut World,
    id: u64,
    data: &Value,
    now: Timestamp,
) -> Result<(), ApiError> {
    let flags = checked_flags(data, EPHEMERAL, "P04")?;
    add(core, world, id, (&Value::Null, flags | LOADING), now)
}

fn checked_flags(data: &Value, allowed: u64, rule: &'static str) -> Result<u64, ApiError> {
    let flags = number(data, "flags");
    let mut problems = Problems::default();
    if flags & !allowed != 0 {
        let words = format!("Only the flags {allowed} are allowed here.");
        problems.add(rule, "data.flags", "MESSAGE_FLAGS_INVALID", words);
    }
    problems.into_result().map(|()| flags)
}

/// Makes the message that `@original` stands for.
fn add(
    core: &Core,
    world: &mut World,
    id: u64,
    (data, flags): (&Value, u64),
    now: Timestamp,
) -> Result<(), ApiError> {
    let message = reply(core, world, id, (data, flags), now)?;
    if let Some(interaction) = world.interactions.get_mut(id) {
        interaction.original = Some(message);
    }
    Ok(())
}

/// Makes a message in answer to an interaction; ephemeral by its flags.
pub(crate) fn reply(
    core: &Core,
    world: &mut World,
    id: u64,
    (data, flags): (&Value, u64),
    now: Timestamp,
) -> Result<u64, ApiError> {
    let unknown = || ApiError::unknown(10062, "interaction");
    let interaction = world.interactions.get(id).ok_or_else(unknown)?;
    let user = world
        .user(interaction.user)
        .map_or(Value::Null, objects::user);
    let app = core.setup.application_id.to_string();
    let mut more = Map::new();
    more.insert("application_id".into(), app.clone().into());
    more.insert("webhook_id".into(), app.into());
    let mut metadata = json!({
        "id": id.to_string(), "type": interaction.kind, "user": user,
        "authorizing_integration_owners": {"0": interaction.guild.to_string()},
    });
    if let (Some(source), Some(fields)) = (interaction.source, metadata.as_object_mut()) {
        fields.insert("interacted_message_id".into(), source.to_string().into());
    }
    more.insert("interaction_metadata".into(), metadata);
    let by_command = interaction.kind == COMMAND && interaction.original.is_none();
    if by_command {
        let named = json!({
            "id": id.to_string(), "type": COMMAND, "name": interaction.command, "user": user,
        });
        more.insert("interaction".into(), named);
    }
    let only_for = (flags & EPHEMERAL != 0).then_some(interaction.user);
    let draft = Draft {
        guild: interaction.guild,
        channel: interaction.channel,
        author: (world.bot.id, objects::bot_user(&world.bot)),
        body: data,
        flags,
        only_for,
        kind: if by_command { 20 } else { 0 },
        more,
        signal: interaction.signal.clone(),
    };
    let message = post(world, now, draft);
    if let Some(stored) = world.messages.get(message) {
        announce(core, "MESSAGE_CREATE", stored);
    }
    Ok(message)
}

fn response(world: &World, id: u64) -> Value {
    let Some(interaction) = world.interactions.get(id) else {
        return Value::Null;
    };
    let message = interaction
        .original
        .and_then(|original| world.messages.get(original));
    let mut callback = json!({"id": id.to_string(), "type": interaction.kind});
    let mut resource = json!({"type": interaction.answer});
    if let (Some(message), Some(about), Some(what)) =
        (message, callback.as_object_mut(), resource.as_object_mut())
    {
        about.insert("response_message_id".into(), message.id.to_string().into());
        about.insert(
            "response_message_loading".into(),
            message.is_thinking().into(),
        );
        about.insert(
            "response_message_ephemeral".into(),
            message.only_for.is_some().into(),
        );
        what.insert("message".into(), Value::Object(message.json.clone()));
    }
    json!({"interaction": callback, "resource": resource})
}
