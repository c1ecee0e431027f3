//! One desk's guild: reachable, its roles and channels there, what the bot may do in them.

use serde::de::DeserializeOwned;
use serde_json::Value;
use serenity::all::{ChannelId, GuildId, UserId};
use serenity::http::Route;

use super::permissions::{
    Channel, Guild, MENTION_EVERYONE, Member, NEEDED, in_channel, in_guild, invite,
};
use super::{REACH, get};
use crate::discord::rest::{Rest, RestError};
use crate::domain::desk::Desk;
use crate::domain::finding::Finding;

/// Discord's number of a text channel.
const TEXT: u64 = 0;

/// All findings about a desk; `bot` and `client` are the ids of the bot's user and of its application.
pub(super) async fn check(rest: &Rest, desk: &Desk, (bot, client): (u64, u64)) -> Vec<Finding> {
    let what = format!("desk {:?}: guild", desk.name);
    let (guild, member, channels) = match read(rest, desk, bot).await {
        Ok(read) => read,
        Err(error) => return vec![not_reachable(what, desk, client, &error)],
    };
    let mut looked = Looked {
        desk,
        guild,
        member,
        channels,
        found: Vec::new(),
    };
    let detail = format!("{:?} is reachable", looked.guild.name);
    looked.found.push(Finding::good(what, detail));
    looked.roles();
    let support = looked
        .channel(
            rest,
            ("support_channel", desk.support_channel.map(|id| id.0)),
        )
        .await;
    let approvals = looked
        .channel(
            rest,
            ("approvals_channel", desk.approvals_channel.map(|id| id.0)),
        )
        .await;
    looked.mentions(approvals.or(support));
    looked.found
}

async fn read(
    rest: &Rest,
    desk: &Desk,
    bot: u64,
) -> Result<(Guild, Member, Vec<Channel>), RestError> {
    let unknown = RestError::Refused {
        status: 404,
        code: 10_004,
    };
    let id = positive(desk.id.0).ok_or(unknown)?;
    let guild_id = GuildId::new(id);
    let guild: Guild = typed(get(rest, Route::Guild { guild_id }).await?)?;
    let route = Route::GuildMember {
        guild_id,
        user_id: UserId::new(bot),
    };
    let member = get(rest, route).await?;
    let roles = member.get("roles").and_then(Value::as_array);
    let member = Member {
        id: bot,
        roles: roles
            .into_iter()
            .flatten()
            .filter_map(|id| id.as_str()?.parse().ok())
            .collect(),
    };
    let channels: Vec<Value> = typed(get(rest, Route::GuildChannels { guild_id }).await?)?;
    // a channel of a kind yet unknown must not hide the others
    let channels = channels.into_iter();
    let channels = channels.filter_map(|channel| serde_json::from_value(channel).ok());
    Ok((guild, member, channels.collect()))
}

fn typed<T: DeserializeOwned>(answer: Value) -> Result<T, RestError> {
    serde_json::from_value(answer).map_err(|_| RestError::NoAnswer("the answer has another form"))
}

fn distinct<T: PartialEq>(all: impl Iterator<Item = T>) -> Vec<T> {
    let mut kept = Vec::new();
    for one in all {
        if !kept.contains(&one) {
            kept.push(one);
        }
    }
    kept
}

fn positive(id: i64) -> Option<u64> {
    u64::try_from(id).ok().filter(|id| *id > 0)
}

fn not_reachable(what: String, desk: &Desk, client: u64, error: &RestError) -> Finding {
    match error {
        RestError::Refused {
            status: 403 | 404, ..
        } => Finding::bad(
            what,
            format!("guild {} is not reachable: {error}", desk.id),
            format!(
                "see that guild_id is right, then invite the bot with {}",
                invite(client)
            ),
        ),
        _ => Finding::bad(
            what,
            format!("guild {} is not reachable: {error}", desk.id),
            REACH,
        ),
    }
}

struct Looked<'a> {
    desk: &'a Desk,
    guild: Guild,
    member: Member,
    channels: Vec<Channel>,
    found: Vec<Finding>,
}

impl Looked<'_> {
    fn what(&self, thing: &str) -> String {
        format!("desk {:?}: {thing}", self.desk.name)
    }

    fn good(&mut self, thing: &str, detail: String) {
        self.found.push(Finding::good(self.what(thing), detail));
    }

    fn bad(&mut self, thing: &str, detail: String, fix: String) {
        self.found.push(Finding::bad(self.what(thing), detail, fix));
    }

    /// Every role that the settings name.
    fn roles(&mut self) {
        let staff = self.desk.staff_roles.iter().map(|id| ("staff_roles", id.0));
        let superusers = self.desk.superusers.iter();
        let superusers = superusers.map(|entry| ("superusers", entry.role.0));
        let auditors = self.desk.auditor_roles.iter();
        let auditors = auditors.map(|id| ("auditor_roles", id.0));
        for (key, id) in distinct(staff.chain(superusers).chain(auditors)) {
            let thing = format!("role {id} of {key}");
            let mut roles = self.guild.roles.iter();
            let role = roles.find(|role| positive(id) == Some(role.id));
            let name = role.map(|role| format!("{:?}", role.name));
            match name {
                _ if id == self.desk.id.0 => self.bad(
                    &thing,
                    "it is @everyone, which no member carries as a role".to_owned(),
                    format!("make a role for {key} in Discord and put its id there"),
                ),
                Some(name) => self.good(&thing, name),
                None => self.bad(
                    &thing,
                    "the guild has no such role".to_owned(),
                    format!(
                        "copy the id from Server Settings, Roles (developer mode on) into {key}"
                    ),
                ),
            }
        }
    }

    /// The channel and what the bot may do there; its bits when it is a text channel of the guild.
    async fn channel(&mut self, rest: &Rest, (key, id): (&str, Option<i64>)) -> Option<u64> {
        let Some(id) = id else {
            self.good(key, "not set; nothing is posted there".to_owned());
            return None;
        };
        let copy = format!("copy the id of a text channel of this guild into {key}");
        let mut listed = self.channels.iter();
        let Some(channel) = listed.find(|c| positive(id) == Some(c.id)) else {
            let (detail, fix) = not_listed(rest, id, copy).await;
            self.bad(key, detail, fix);
            return None;
        };
        let name = format!("{:?}", channel.name.as_deref().unwrap_or_default());
        if channel.kind != TEXT {
            self.bad(key, format!("{name} is no text channel"), copy);
            return None;
        }
        let bits = in_channel(&self.guild, &self.member, channel);
        self.good(key, name.clone());
        let missing: Vec<_> = NEEDED
            .iter()
            .filter(|(bit, _)| bits & bit == 0)
            .map(|(_, name)| *name)
            .collect();
        let thing = format!("permissions in {key}");
        if missing.is_empty() {
            let all: Vec<_> = NEEDED.iter().map(|(_, name)| *name).collect();
            self.good(&thing, all.join(", "));
        } else {
            let missing = missing.join(", ");
            self.bad(
                &thing,
                format!("the bot lacks {missing}"),
                format!("allow the bot's role {missing}: Edit Channel of {name}, Permissions"),
            );
        }
        Some(bits)
    }

    /// Whether those who decide can be called to a card.
    fn mentions(&mut self, channel: Option<u64>) {
        let bits = channel.unwrap_or_else(|| in_guild(&self.guild, &self.member));
        for id in distinct(self.desk.superusers.iter().map(|entry| entry.role.0)) {
            let mut roles = self.guild.roles.iter();
            let Some(role) = roles.find(|role| positive(id) == Some(role.id)) else {
                continue;
            };
            let (name, mentionable) = (format!("{:?}", role.name), role.mentionable);
            let thing = format!("mention of role {id}");
            if mentionable || bits & MENTION_EVERYONE != 0 {
                self.good(&thing, format!("{name} can be mentioned"));
            } else {
                self.bad(
                    &thing,
                    format!("the bot cannot mention {name}"),
                    format!(
                        "Server Settings, Roles, {name}: turn on \"Allow anyone to @mention this role\""
                    ),
                );
            }
        }
    }
}

/// Why a channel is not in the guild's list.
async fn not_listed(rest: &Rest, id: i64, copy: String) -> (String, String) {
    let Some(id) = positive(id) else {
        return ("the id is no channel's".to_owned(), copy);
    };
    let route = Route::Channel {
        channel_id: ChannelId::new(id),
    };
    match get(rest, route).await {
        Ok(_) => ("the channel is of another guild".to_owned(), copy),
        Err(RestError::Refused { status: 403, .. }) => (
            "the bot may not see the channel".to_owned(),
            "add the bot's role to the channel with View Channel, or copy the right id".to_owned(),
        ),
        Err(RestError::Refused { status: 404, .. }) => {
            ("there is no such channel".to_owned(), copy)
        }
        Err(error) => (error.to_string(), REACH.to_owned()),
    }
}
