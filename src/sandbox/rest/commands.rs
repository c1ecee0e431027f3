//! REST calls on global application commands (P16, P17, P18).

use serde_json::{Value, json};

use super::Call;
use super::error::{Answer, ApiError};
use crate::sandbox::commands::{stored, without_localisations};
use crate::sandbox::core::Core;
use crate::sandbox::rules::command::{check, kind};
use crate::sandbox::rules::{Problems, text};
use crate::sandbox::world::World;

/// How many commands there may be of each type (P17).
const LIMITS: [(u64, usize); 3] = [(1, 100), (2, 15), (3, 15)];

/// /applications/{id}/commands and below.
pub(crate) fn route(
    core: &Core,
    call: &Call,
    (method, rest): (&str, &[&str]),
) -> Result<Answer, ApiError> {
    let unknown = || ApiError::unknown(10063, "application command");
    let mut world = core.world();
    let answer = match (method, rest) {
        ("GET", []) => {
            let whole = call.asks("with_localizations");
            let list = world.commands.list().iter();
            let list = list.map(|c| {
                if whole {
                    c.clone()
                } else {
                    without_localisations(c)
                }
            });
            return Ok(Answer::ok(list.collect()));
        }
        ("GET", [id]) => {
            return world
                .commands
                .lookup(id)
                .cloned()
                .map(Answer::ok)
                .ok_or_else(unknown);
        }
        ("PUT", []) => replace(core, &mut world, &call.body)?,
        ("POST", []) => create(core, &mut world, &call.body)?,
        ("PATCH", [id]) => {
            let mut command = world.commands.lookup(id).cloned().ok_or_else(unknown)?;
            if let (Some(fields), Some(changes)) = (command.as_object_mut(), call.body.as_object())
            {
                fields.extend(changes.clone());
            }
            let mut problems = Problems::default();
            check(&mut problems, "", &command);
            problems.into_result()?;
            let command = keep(core, &mut world, &command, Some(id));
            world.commands.put(command.clone());
            Answer::ok(command)
        }
        ("DELETE", [id]) if world.commands.delete(id) => Answer::empty(),
        ("DELETE", [_]) => return Err(unknown()),
        _ => return Err(ApiError::no_route()),
    };
    drop(world);
    core.registered.notify_waiters();
    Ok(answer)
}

fn keep(core: &Core, world: &mut World, given: &Value, id: Option<&str>) -> Value {
    let now = core.now();
    let version = world.ids.next(now);
    let id = id.map_or_else(|| world.ids.next(now).to_string(), ToOwned::to_owned);
    stored(given, &id, version, core.setup.application_id)
}

fn replace(core: &Core, world: &mut World, body: &Value) -> Result<Answer, ApiError> {
    let given = body.as_array().ok_or_else(|| not_a("list"))?;
    let mut problems = Problems::default();
    for (index, command) in given.iter().enumerate() {
        check(&mut problems, &index.to_string(), command);
        let mut before = given.iter().take(index);
        if before.any(|other| same(other, command)) {
            let words = "Application command names must be unique";
            let path = format!("{index}.name");
            problems.add("P16", path, "APPLICATION_COMMANDS_DUPLICATE_NAME", words);
        }
    }
    problems.into_result()?;
    limit(&given.iter().collect::<Vec<_>>())?;
    let old = |command: &Value| world.commands.find(kind(command), text(command, "name"));
    let ids: Vec<_> = given
        .iter()
        .map(|c| old(c).map(|old| text(old, "id").to_owned()))
        .collect();
    create_limit(core, world, ids.iter().filter(|id| id.is_none()).count())?;
    let kept = given
        .iter()
        .zip(ids)
        .map(|(c, id)| keep(core, world, c, id.as_deref()));
    let kept: Vec<Value> = kept.collect();
    world.commands.replace(kept.clone());
    Ok(Answer::ok(Value::Array(kept)))
}

fn create(core: &Core, world: &mut World, body: &Value) -> Result<Answer, ApiError> {
    let mut problems = Problems::default();
    check(&mut problems, "", body);
    problems.into_result()?;
    let old = world.commands.find(kind(body), text(body, "name"));
    let id = old.map(|old| text(old, "id").to_owned());
    if id.is_none() {
        let all = world.commands.list().iter().chain(std::iter::once(body));
        limit(&all.collect::<Vec<_>>())?;
        create_limit(core, world, 1)?;
    }
    let command = keep(core, world, body, id.as_deref());
    world.commands.put(command.clone());
    let status = if id.is_some() { 200 } else { 201 };
    Ok(Answer {
        status,
        ..Answer::ok(command)
    })
}

fn same(one: &Value, other: &Value) -> bool {
    kind(one) == kind(other) && text(one, "name") == text(other, "name")
}

fn limit(commands: &[&Value]) -> Result<(), ApiError> {
    for (of, most) in LIMITS {
        let count = commands
            .iter()
            .filter(|command| kind(command) == of)
            .count();
        if count > most {
            let words = format!("Maximum number of application commands reached ({most}).");
            return Err(ApiError::new(400, 30032, words).breaking("P17"));
        }
    }
    Ok(())
}

fn create_limit(core: &Core, world: &mut World, count: usize) -> Result<(), ApiError> {
    if world.commands.may_create(count, core.now()) {
        return Ok(());
    }
    let words = "Max number of daily application command creates has been reached (200)";
    Err(ApiError::new(400, 30034, words).breaking("P17"))
}

fn not_a(what: &str) -> ApiError {
    let words = format!("Only a {what} is taken here");
    let errors = json!({"_errors": [{"code": "LIST_TYPE_CONVERT", "message": words}]});
    ApiError::new(400, 50035, "Invalid Form Body")
        .with_errors(errors, words)
        .breaking("P16")
}
