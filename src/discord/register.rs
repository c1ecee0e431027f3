//! Registration of the commands: read what Discord holds, write only on a difference (P17).

use serde_json::{Map, Value, json};
use serenity::all::ApplicationId;
use serenity::http::{LightMethod, Request, Route};

use crate::discord::definitions;
use crate::discord::gateway::Connection;
use crate::discord::rest::{Patience, Rest, RestError, with_json};
use crate::locales::Texts;

/// What was done.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Registered {
    /// Discord holds these very commands.
    Unchanged,
    /// They were written, all in one request.
    Written,
}

/// The bot's application.
///
/// # Errors
/// Discord did not answer, or does not know the token.
pub async fn application(rest: &Rest) -> Result<ApplicationId, RestError> {
    let request = || {
        Ok(Request::new(
            Route::Oauth2ApplicationCurrent,
            LightMethod::Get,
        ))
    };
    let answer = rest.ask(Patience::START, request).await?;
    let id = answer
        .get("id")
        .and_then(Value::as_str)
        .and_then(|id| id.parse::<u64>().ok())
        .filter(|id| *id > 0);
    id.map(ApplicationId::new)
        .ok_or(RestError::NoAnswer("the application has no id"))
}

/// Brings Discord's list of global commands in line with ours.
///
/// # Errors
/// Discord did not answer, or refused.
pub async fn register(
    rest: &Rest,
    application: ApplicationId,
    texts: &Texts,
) -> Result<Registered, RestError> {
    let ours = ours(texts)?;
    if same(&ours, &theirs(rest, application, Patience::START).await?) {
        return Ok(Registered::Unchanged);
    }
    // writes all of them, so that it may be written again
    let put = || with_json(route(application), LightMethod::Put, &ours);
    rest.ask(Patience::START, put).await?;
    Ok(Registered::Written)
}

/// serenity writes the properties of every type of option, unset; Discord describes each type with its own only.
fn leave_out_unset(value: &mut Value) {
    match value {
        Value::Object(object) => {
            // what has no autocomplete need not say so, and a subcommand may not
            let unset = |name: &str, member: &Value| {
                member.is_null()
                    || *member == json!([])
                    || (name == "autocomplete" && *member == json!(false))
            };
            object.retain(|name, member| !unset(name, member));
            object.values_mut().for_each(leave_out_unset);
        }
        Value::Array(list) => list.iter_mut().for_each(leave_out_unset),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// Registers without a session.
///
/// # Errors
/// Discord did not answer, does not know the token, or refused.
pub async fn now(connection: &Connection, texts: &Texts) -> Result<Registered, RestError> {
    let rest = Rest::new(&connection.token, connection.api_url.clone())?;
    let application = match connection.application {
        Some(id) => ApplicationId::new(id),
        None => application(&rest).await?,
    };
    register(&rest, application, texts).await
}

/// Whether Discord holds these very commands, and how many it holds; nothing is written.
///
/// # Errors
/// Discord did not answer, or refused.
pub async fn compare(
    rest: &Rest,
    application: ApplicationId,
    texts: &Texts,
    patience: Patience,
) -> Result<(bool, usize), RestError> {
    let theirs = theirs(rest, application, patience).await?;
    let count = theirs.as_array().map_or(0, Vec::len);
    Ok((same(&ours(texts)?, &theirs), count))
}

const fn route(application_id: ApplicationId) -> Route<'static> {
    Route::Commands { application_id }
}

fn ours(texts: &Texts) -> Result<Value, RestError> {
    let mut ours = serde_json::to_value(definitions::all(texts))
        .map_err(|_| RestError::NoAnswer("the commands could not be written"))?;
    leave_out_unset(&mut ours);
    Ok(ours)
}

async fn theirs(
    rest: &Rest,
    application: ApplicationId,
    patience: Patience,
) -> Result<Value, RestError> {
    let list = || {
        let params = vec![("with_localizations", "true".to_owned())];
        Ok(Request::new(route(application), LightMethod::Get).params(Some(params)))
    };
    rest.ask(patience, list).await
}

fn same(ours: &Value, theirs: &Value) -> bool {
    let list = |commands: &Value| {
        let mut list: Vec<Value> = commands
            .as_array()
            .into_iter()
            .flatten()
            .map(command)
            .collect();
        list.sort_by_key(|command| command.get("name").map(ToString::to_string));
        list
    };
    list(ours) == list(theirs)
}

/// What makes a command, with Discord's defaults for what is left out.
fn command(value: &Value) -> Value {
    json!({
        "type": or(value, "type", json!(1)),
        "name": or(value, "name", json!("")),
        "description": or(value, "description", json!("")),
        "name_localizations": sorted(value.get("name_localizations")),
        "description_localizations": sorted(value.get("description_localizations")),
        "default_member_permissions": or(value, "default_member_permissions", Value::Null),
        "nsfw": or(value, "nsfw", json!(false)),
        "contexts": or(value, "contexts", Value::Null),
        "integration_types": or(value, "integration_types", json!([0])),
        "options": options(value),
    })
}

fn options(value: &Value) -> Vec<Value> {
    value
        .get("options")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .map(option)
        .collect()
}

fn option(value: &Value) -> Value {
    let choices = value
        .get("choices")
        .and_then(Value::as_array)
        .into_iter()
        .flatten();
    let choice = |choice: &Value| {
        json!([
            choice.get("name"),
            choice.get("value"),
            sorted(choice.get("name_localizations"))
        ])
    };
    json!({
        "type": value.get("type"),
        "name": value.get("name"),
        "description": value.get("description"),
        "name_localizations": sorted(value.get("name_localizations")),
        "description_localizations": sorted(value.get("description_localizations")),
        "required": or(value, "required", json!(false)),
        "autocomplete": or(value, "autocomplete", json!(false)),
        "min_length": or(value, "min_length", Value::Null),
        "max_length": or(value, "max_length", Value::Null),
        "choices": choices.map(choice).collect::<Vec<_>>(),
        "options": options(value),
    })
}

fn or(value: &Value, key: &str, default: Value) -> Value {
    value
        .get(key)
        .filter(|found| !found.is_null())
        .cloned()
        .unwrap_or(default)
}

fn sorted(localisations: Option<&Value>) -> Value {
    let map = localisations
        .and_then(Value::as_object)
        .cloned()
        .unwrap_or_else(Map::new);
    Value::Object(map)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_discord_adds_makes_no_difference_and_a_changed_word_does() {
        let ours = json!([{"name": "a", "description": "x", "contexts": [0], "integration_types": [0],
            "name_localizations": {"de": "b", "fr": "c"}, "options": [{"type": 3, "name": "o", "description": "y"}]}]);
        let mut theirs = ours.clone();
        theirs[0]["id"] = json!("1");
        theirs[0]["version"] = json!("2");
        theirs[0]["default_member_permissions"] = Value::Null;
        theirs[0]["options"][0]["required"] = json!(false);
        assert!(same(&ours, &theirs));
        theirs[0]["options"][0]["description"] = json!("z");
        assert!(!same(&ours, &theirs));
        assert!(!same(&ours, &json!([])));
    }
}
