//! What `check` asks Discord: token, application, commands, and per desk the guild with its roles and channels.
//! It reads and writes nothing. A guild that cannot be reached does not hide the others.

mod desk;
mod permissions;

use serde_json::Value;
use serenity::all::ApplicationId;
use serenity::http::{LightMethod, Request, Route};

use crate::discord::entrance::Entrance;
use crate::discord::gateway::{Connection, GatewayError};
use crate::discord::register;
use crate::discord::rest::{Patience, Rest, RestError};
use crate::domain::desk::Desk;
use crate::domain::finding::Finding;
use crate::locales::Texts;

pub use permissions::{NEEDED, invite};

/// What is checked.
pub struct Wanted<'a> {
    /// How to reach Discord.
    pub connection: &'a Connection,
    /// Whether interactions come as signed HTTP requests.
    pub by_http: bool,
    /// The key that their signatures are checked with.
    pub public_key: Option<[u8; 32]>,
    /// The desks.
    pub desks: &'a [Desk],
    /// The texts, of which the commands are made.
    pub texts: &'a Texts,
}

/// Looks at everything; one finding for each thing, in this order: token, application, gateway, commands, desks.
pub async fn check(wanted: &Wanted<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    let connection = wanted.connection;
    let rest = match Rest::new(&connection.token, connection.api_url.clone()) {
        Ok(rest) => rest,
        Err(error) => return vec![Finding::bad("Discord token", error.to_string(), REACH)],
    };
    let bot = match bot(&rest).await {
        Ok((id, finding)) => {
            found.push(finding);
            id
        }
        Err(finding) => {
            found.push(finding);
            found.extend(wanted.desks.iter().map(not_looked_at));
            return found;
        }
    };
    let application = application(&rest, wanted, &mut found).await;
    found.push(gateway(&rest, connection).await);
    if let Some(application) = application {
        found.push(commands(&rest, application, wanted.texts).await);
    }
    // a bot made in the last years has its application's id
    let client = application.map_or(bot, ApplicationId::get);
    for desk in wanted.desks {
        found.extend(desk::check(&rest, desk, (bot, client)).await);
    }
    found
}

const REACH: &str = "see that this machine reaches discord.com on port 443 (or what discord.api_url names), then check again";

fn not_looked_at(desk: &Desk) -> Finding {
    Finding::bad(
        format!("desk {:?}: guild", desk.name),
        "not looked at, because Discord cannot be used",
        "put the line \"Discord token\" right first",
    )
}

async fn bot(rest: &Rest) -> Result<(u64, Finding), Finding> {
    const WHAT: &str = "Discord token";
    let me = get(rest, Route::UserMe).await.map_err(|error| match error {
        RestError::Refused { status: 401, .. } => Finding::bad(
            WHAT,
            "Discord does not accept it",
            "copy the token again from \"Bot\" in the developer portal into DISCORD_TOKEN (or discord.token)",
        ),
        other => Finding::bad(WHAT, other.to_string(), REACH),
    })?;
    let id = id_of(&me).ok_or_else(|| Finding::bad(WHAT, "the answer names no user", REACH))?;
    let name = me.get("username").and_then(Value::as_str);
    let detail = format!("accepted, the bot is {:?}", name.unwrap_or_default());
    Ok((id, Finding::good(WHAT, detail)))
}

async fn application(
    rest: &Rest,
    wanted: &Wanted<'_>,
    found: &mut Vec<Finding>,
) -> Option<ApplicationId> {
    const WHAT: &str = "Discord application";
    let answer = match get(rest, Route::Oauth2ApplicationCurrent).await {
        Ok(answer) => answer,
        Err(error) => {
            found.push(Finding::bad(WHAT, error.to_string(), REACH));
            return None;
        }
    };
    let Some(id) = id_of(&answer) else {
        found.push(Finding::bad(WHAT, "the answer names no application", REACH));
        return None;
    };
    found.push(match wanted.connection.application {
        Some(set) if set != id => Finding::bad(
            WHAT,
            format!("the token belongs to application {id}, discord.application_id is {set}"),
            format!("set discord.application_id = \"{id}\", or leave it out"),
        ),
        _ => Finding::good(WHAT, format!("id {id}")),
    });
    found.push(delivery(&answer, wanted));
    Some(ApplicationId::new(id))
}

/// Gateway and HTTP exclude each other (P12): the portal's entry decides, and it must say what the settings say.
fn delivery(application: &Value, wanted: &Wanted<'_>) -> Finding {
    const WHAT: &str = "Discord interactions";
    let url = application
        .get("interactions_endpoint_url")
        .and_then(Value::as_str)
        .filter(|url| !url.is_empty());
    let verify_key = application.get("verify_key").and_then(Value::as_str);
    match (wanted.by_http, url) {
        (false, None) => Finding::good(WHAT, "come over the gateway"),
        (false, Some(_)) => Finding::bad(
            WHAT,
            "Discord sends them to an endpoint, so none comes over the gateway",
            "empty \"Interactions Endpoint URL\" in the developer portal",
        ),
        (true, None) => Finding::bad(
            WHAT,
            "Discord has no endpoint to send them to",
            "enter https://…/interactions as \"Interactions Endpoint URL\" in the developer portal while run is up",
        ),
        (true, Some(_)) => match (wanted.public_key.map(hex::encode), verify_key) {
            (Some(set), Some(theirs)) if !set.eq_ignore_ascii_case(theirs) => Finding::bad(
                WHAT,
                "discord.public_key is not the application's",
                "copy \"Public Key\" from the developer portal into discord.public_key",
            ),
            _ => Finding::good(WHAT, "come to the endpoint of the developer portal"),
        },
    }
}

/// As far as `run` goes before its session: nothing is said on the connection.
async fn gateway(rest: &Rest, connection: &Connection) -> Finding {
    const WHAT: &str = "Discord gateway";
    let entrance = match Entrance::ask(rest, connection, Patience::WATCHED).await {
        Ok(entrance) => entrance,
        Err(error @ GatewayError::NoStarts { .. }) => {
            return Finding::bad(WHAT, error.to_string(), "wait until then");
        }
        Err(error) => return Finding::bad(WHAT, error.to_string(), REACH),
    };
    match entrance.upstream.answers().await {
        Ok(()) => {
            let left = entrance.starts_left;
            let left = left.map_or_else(String::new, |left| {
                format!("; {left} session starts left today")
            });
            Finding::good(WHAT, format!("reachable{left}"))
        }
        Err(why) => Finding::bad(
            WHAT,
            format!("cannot be reached: {why}"),
            "see that this machine reaches gateway.discord.gg on port 443 by WebSocket, then check again",
        ),
    }
}

async fn commands(rest: &Rest, application: ApplicationId, texts: &Texts) -> Finding {
    const WHAT: &str = "Discord commands";
    match register::compare(rest, application, texts, Patience::WATCHED).await {
        Ok((true, count)) => Finding::good(WHAT, format!("registered, {count} of them")),
        Ok((false, 0)) => Finding::good(WHAT, "none registered yet; run registers them"),
        Ok((false, count)) => Finding::good(
            WHAT,
            format!(
                "{count} registered, differing from this version's; run brings them up to date"
            ),
        ),
        Err(error) => Finding::bad(WHAT, error.to_string(), REACH),
    }
}

/// One answer; a short wait that Discord asks for is waited out.
async fn get(rest: &Rest, route: Route<'static>) -> Result<Value, RestError> {
    rest.ask(Patience::WATCHED, || {
        Ok(Request::new(route, LightMethod::Get))
    })
    .await
}

/// The id of an object, never 0.
fn id_of(object: &Value) -> Option<u64> {
    let id = object.get("id")?.as_str()?.parse().ok()?;
    (id != 0).then_some(id)
}
