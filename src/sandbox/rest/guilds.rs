//! REST calls that read guilds, roles, channels and members.

use serde_json::{Value, json};

use super::error::{Answer, ApiError};
use crate::sandbox::core::Core;
use crate::sandbox::objects;
use crate::sandbox::world::EVERYONE;

/// GET /guilds/{id} and below.
pub(crate) fn route(core: &Core, guild: &str, rest: &[&str]) -> Result<Answer, ApiError> {
    let world = core.world();
    let unknown = || ApiError::unknown(10004, "Guild");
    let id: u64 = guild.parse().ok().ok_or_else(unknown)?;
    let guild = world.guilds.get(&id).ok_or_else(unknown)?;
    let found = match rest {
        [] => objects::guild(guild),
        ["roles"] => Value::Array(objects::roles(guild)),
        ["channels"] => guild
            .channels
            .iter()
            .map(|channel| objects::channel(guild, channel))
            .collect(),
        ["members", user] => {
            let unknown = || ApiError::unknown(10007, "Member");
            let user: u64 = user.parse().ok().ok_or_else(unknown)?;
            if user == world.bot.id {
                objects::bot_member(guild, &world.bot)
            } else {
                objects::member(guild, guild.members.get(&user).ok_or_else(unknown)?)
            }
        }
        _ => return Err(ApiError::no_route()),
    };
    Ok(Answer::ok(found))
}

/// GET /users/@me/guilds.
pub(crate) fn mine(core: &Core) -> Answer {
    let world = core.world();
    let mut guilds: Vec<_> = world.guilds.values().collect();
    guilds.sort_unstable_by_key(|guild| guild.id);
    let partial = guilds.into_iter().map(|guild| {
        json!({
            "id": guild.id.to_string(), "name": guild.name, "icon": null, "banner": null,
            "owner": false, "permissions": EVERYONE.to_string(), "features": [],
        })
    });
    Answer::ok(partial.collect())
}
