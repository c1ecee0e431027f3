//! What a bot may do in a channel, by the algorithm of Discord's documentation (topics/permissions.mdx):
//! the guild's owner and administrators may all; else everyone's bits, roles' bits, then the channel's overwrites.

use serde::{Deserialize, Deserializer};

/// Includes all others, past every overwrite.
const ADMINISTRATOR: u64 = 1 << 3;
const VIEW_CHANNEL: u64 = 1 << 10;
const SEND_MESSAGES: u64 = 1 << 11;
const EMBED_LINKS: u64 = 1 << 14;
const READ_MESSAGE_HISTORY: u64 = 1 << 16;
/// Mention everyone, and every role that is not mentionable.
pub(super) const MENTION_EVERYONE: u64 = 1 << 17;

/// The least that the bot needs in its channels, with the names that Discord's client shows.
pub const NEEDED: [(u64, &str); 4] = [
    (VIEW_CHANNEL, "View Channel"),
    (SEND_MESSAGES, "Send Messages"),
    (EMBED_LINKS, "Embed Links"),
    (READ_MESSAGE_HISTORY, "Read Message History"),
];

/// The link that invites the bot of an application with these permissions and no other.
#[must_use]
pub fn invite(application: u64) -> String {
    let permissions = NEEDED.iter().fold(0, |bits, (bit, _)| bits | bit);
    format!(
        "https://discord.com/oauth2/authorize?client_id={application}&scope=bot+applications.commands&permissions={permissions}"
    )
}

/// A guild, as far as it decides.
#[derive(Debug, Deserialize)]
pub(super) struct Guild {
    #[serde(deserialize_with = "number")]
    pub(super) id: u64,
    pub(super) name: String,
    #[serde(deserialize_with = "number")]
    pub(super) owner_id: u64,
    pub(super) roles: Vec<Role>,
}

/// A role of it.
#[derive(Debug, Deserialize)]
pub(super) struct Role {
    #[serde(deserialize_with = "number")]
    pub(super) id: u64,
    pub(super) name: String,
    #[serde(deserialize_with = "number")]
    pub(super) permissions: u64,
    #[serde(default)]
    pub(super) mentionable: bool,
}

/// A channel of it.
#[derive(Debug, Deserialize)]
pub(super) struct Channel {
    #[serde(deserialize_with = "number")]
    pub(super) id: u64,
    #[serde(rename = "type")]
    pub(super) kind: u64,
    #[serde(default)]
    pub(super) name: Option<String>,
    #[serde(default)]
    pub(super) permission_overwrites: Vec<Overwrite>,
}

/// What a channel adds and takes away.
#[derive(Debug, Deserialize)]
pub(super) struct Overwrite {
    #[serde(deserialize_with = "number")]
    id: u64,
    /// 0 a role, 1 a member.
    #[serde(rename = "type")]
    kind: u64,
    #[serde(deserialize_with = "number")]
    allow: u64,
    #[serde(deserialize_with = "number")]
    deny: u64,
}

/// The bot as a member.
#[derive(Debug)]
pub(super) struct Member {
    pub(super) id: u64,
    pub(super) roles: Vec<u64>,
}

/// Ids and bits come as text.
fn number<'de, D: Deserializer<'de>>(from: D) -> Result<u64, D::Error> {
    let text = String::deserialize(from)?;
    text.parse().map_err(serde::de::Error::custom)
}

/// What a member may do in the guild, before any channel.
pub(super) fn in_guild(guild: &Guild, member: &Member) -> u64 {
    if guild.owner_id == member.id {
        return u64::MAX;
    }
    let own = guild
        .roles
        .iter()
        .filter(|role| role.id == guild.id || member.roles.contains(&role.id));
    let bits = own.fold(0, |bits, role| bits | role.permissions);
    if bits & ADMINISTRATOR == 0 {
        bits
    } else {
        u64::MAX
    }
}

/// What a member may do in a channel.
pub(super) fn in_channel(guild: &Guild, member: &Member, channel: &Channel) -> u64 {
    let base = in_guild(guild, member);
    if base & ADMINISTRATOR != 0 {
        return base;
    }
    let fitting = |fits: &dyn Fn(&Overwrite) -> bool| {
        let those = channel.permission_overwrites.iter().filter(|o| fits(o));
        those.fold((0, 0), |(allow, deny), o| (allow | o.allow, deny | o.deny))
    };
    let everyone = fitting(&|o| o.kind == 0 && o.id == guild.id);
    let roles = fitting(&|o| o.kind == 0 && o.id != guild.id && member.roles.contains(&o.id));
    let own = fitting(&|o| o.kind == 1 && o.id == member.id);
    let bits = [everyone, roles, own]
        .into_iter()
        .fold(base, |bits, (allow, deny)| bits & !deny | allow);
    if bits & VIEW_CHANNEL == 0 {
        0
    } else if bits & SEND_MESSAGES == 0 {
        bits & !(EMBED_LINKS | MENTION_EVERYONE)
    } else {
        bits
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: u64 = VIEW_CHANNEL | SEND_MESSAGES | EMBED_LINKS | READ_MESSAGE_HISTORY;

    fn role(id: u64, permissions: u64) -> Role {
        Role {
            id,
            name: String::new(),
            permissions,
            mentionable: false,
        }
    }

    /// Bits of everyone and of the bot's role 2; overwrites as (id, kind, allow, deny).
    fn bits(everyone: u64, own: u64, overwrites: &[(u64, u64, u64, u64)]) -> u64 {
        let guild = Guild {
            id: 1,
            name: String::new(),
            owner_id: 50,
            roles: vec![role(1, everyone), role(2, own), role(3, ADMINISTRATOR)],
        };
        let member = Member {
            id: 9,
            roles: vec![2],
        };
        let overwrite = |(id, kind, allow, deny): &(u64, u64, u64, u64)| Overwrite {
            id: *id,
            kind: *kind,
            allow: *allow,
            deny: *deny,
        };
        let channel = Channel {
            id: 7,
            kind: 0,
            name: None,
            permission_overwrites: overwrites.iter().map(overwrite).collect(),
        };
        in_channel(&guild, &member, &channel)
    }

    #[test]
    fn permissions_follow_discords_order() {
        let cases: [(&str, u64, u64); 11] = [
            ("everyone's", bits(ALL, 0, &[]), ALL),
            ("the role's", bits(0, ALL, &[]), ALL),
            ("nothing without view", bits(ALL & !VIEW_CHANNEL, 0, &[]), 0),
            (
                "no embeds without send",
                bits(ALL, 0, &[(1, 0, 0, SEND_MESSAGES)]),
                VIEW_CHANNEL | READ_MESSAGE_HISTORY,
            ),
            ("everyone denied", bits(ALL, 0, &[(1, 0, 0, ALL)]), 0),
            (
                "a role allows what everyone is denied, in whatever order they come",
                bits(ALL, 0, &[(2, 0, ALL, 0), (1, 0, 0, ALL)]),
                ALL,
            ),
            (
                "the member's own comes last",
                bits(ALL, 0, &[(9, 1, 0, VIEW_CHANNEL), (2, 0, ALL, 0)]),
                0,
            ),
            (
                "another role's or member's is no matter",
                bits(ALL, 0, &[(3, 0, 0, ALL), (8, 1, 0, ALL), (2, 1, 0, ALL)]),
                ALL,
            ),
            (
                "a role that both allows and denies allows",
                bits(ALL, 0, &[(2, 0, ALL, ALL)]),
                ALL,
            ),
            (
                "administrators pass every overwrite",
                bits(0, ADMINISTRATOR, &[(1, 0, 0, ALL), (9, 1, 0, ALL)]),
                u64::MAX,
            ),
            ("nothing from nobody", bits(0, 0, &[]), 0),
        ];
        for (name, found, expected) in cases {
            assert_eq!(found, expected, "{name}");
        }
    }

    #[test]
    fn the_owner_may_all() {
        let guild = Guild {
            id: 1,
            name: String::new(),
            owner_id: 9,
            roles: vec![role(1, 0)],
        };
        let member = Member {
            id: 9,
            roles: vec![],
        };
        assert_eq!(in_guild(&guild, &member), u64::MAX);
    }

    #[test]
    fn the_invitation_asks_for_the_least() {
        assert_eq!(
            invite(42),
            "https://discord.com/oauth2/authorize?client_id=42&scope=bot+applications.commands&permissions=84992"
        );
    }
}
