//! The table of routes, and who needs the bot's token.

use serde_json::{Value, json};

use super::error::{Answer, ApiError};
use super::{Call, callback, channels, commands, guilds, webhooks};
use crate::sandbox::core::Core;
use crate::sandbox::objects;

/// Until session starts are granted again.
const RESET_AFTER_MS: u64 = 3_600_000;

/// Finds the route of a call and carries it out.
pub(crate) fn route(core: &Core, call: &Call) -> Result<Answer, ApiError> {
    let parts: Vec<&str> = call
        .path
        .split('/')
        .filter(|part| !part.is_empty())
        .collect();
    match (call.method.as_str(), parts.as_slice()) {
        ("GET", ["gateway"]) => Ok(Answer::ok(json!({"url": core.gateway_url()}))),
        ("POST", ["interactions", id, token, "callback"]) => {
            callback::answer(core, (id, token), &call.body, call.asks("with_response"))
        }
        (_, ["webhooks", application, token, rest @ ..]) => {
            webhooks::route(core, (application, token), (&call.method, rest), &call.body)
        }
        (method, parts) => {
            check_token(core, call.authorization.as_deref())?;
            with_token(core, call, method, parts)
        }
    }
}

fn check_token(core: &Core, given: Option<&str>) -> Result<(), ApiError> {
    let given = given.and_then(|given| given.strip_prefix("Bot "));
    if given == Some(core.setup.token.as_str()) {
        Ok(())
    } else {
        Err(ApiError::new(401, 0, "401: Unauthorized"))
    }
}

fn with_token(core: &Core, call: &Call, method: &str, parts: &[&str]) -> Result<Answer, ApiError> {
    match (method, parts) {
        ("GET", ["gateway", "bot"]) => Ok(Answer::ok(gateway_bot(core))),
        ("GET", ["users", "@me"]) => Ok(Answer::ok(me(core))),
        ("GET", ["users", "@me", "guilds"]) => Ok(guilds::mine(core)),
        ("GET", ["oauth2", "applications", "@me"] | ["applications", "@me"]) => {
            Ok(Answer::ok(objects::application(&core.world().bot)))
        }
        (_, ["applications", application, "commands", rest @ ..]) => {
            if *application == core.setup.application_id.to_string() {
                commands::route(core, call, (method, rest))
            } else {
                Err(ApiError::unknown(10002, "Application"))
            }
        }
        // Commands of a guild are not kept: everything is registered globally.
        ("GET", ["applications", _, "guilds", _, "commands"]) => Ok(Answer::ok(json!([]))),
        (_, ["channels", channel, rest @ ..]) => {
            channels::route(core, call, channel, (method, rest))
        }
        ("GET", ["guilds", guild, rest @ ..]) => guilds::route(core, guild, rest),
        _ => Err(ApiError::no_route()),
    }
}

fn gateway_bot(core: &Core) -> Value {
    let total = core.setup.session_starts;
    let remaining = total.saturating_sub(core.hub.identifies());
    json!({
        "url": core.gateway_url(), "shards": core.setup.shards,
        "session_start_limit": {
            "total": total, "remaining": remaining, "reset_after": RESET_AFTER_MS, "max_concurrency": 1,
        },
    })
}

fn me(core: &Core) -> Value {
    let mut user = objects::bot_user(&core.world().bot);
    if let Some(fields) = user.as_object_mut() {
        for (key, value) in [("verified", json!(true)), ("mfa_enabled", json!(false))] {
            fields.insert(key.into(), value);
        }
        fields.insert("locale".into(), "en-US".into());
        fields.insert("email".into(), Value::Null);
        fields.insert("bio".into(), "".into());
    }
    user
}
