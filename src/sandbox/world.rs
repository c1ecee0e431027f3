//! The state of the local Discord: guilds and their people, commands,
//! messages and interactions, each found by its key.

use std::collections::HashMap;

use super::commands::Commands;
use super::error::SandboxError;
use super::interactions::Interactions;
use super::messages::Messages;
use super::setup::{GuildSetup, Overwrite, Setup};
use super::snowflake::Snowflakes;

/// What everyone may do: see, read, write, embed, use commands.
pub(crate) const EVERYONE: u64 = (1 << 10) | (1 << 11) | (1 << 14) | (1 << 16) | (1 << 31);
/// The permission that includes all others.
pub(crate) const ADMINISTRATOR: u64 = 1 << 3;
/// The permission to see a channel, without which there is no other one.
pub(crate) const VIEW_CHANNEL: u64 = 1 << 10;
/// The permission to write into a channel.
pub(crate) const SEND_MESSAGES: u64 = 1 << 11;

/// A guild with its people.
#[derive(Debug)]
pub(crate) struct Guild {
    pub(crate) id: u64,
    pub(crate) name: String,
    pub(crate) locale: String,
    pub(crate) roles: Vec<Role>,
    pub(crate) channels: Vec<Channel>,
    pub(crate) members: HashMap<u64, Member>,
    /// The roles that the bot carries.
    pub(crate) bot_roles: Vec<u64>,
}

/// A channel of a guild.
#[derive(Debug)]
pub(crate) struct Channel {
    pub(crate) id: u64,
    pub(crate) name: String,
    /// Discord's number: 0 text, 2 voice, 4 category.
    pub(crate) kind: u64,
    pub(crate) overwrites: Vec<Overwrite>,
}

/// A role of a guild.
#[derive(Debug)]
pub(crate) struct Role {
    pub(crate) id: u64,
    pub(crate) name: String,
    pub(crate) permissions: u64,
    pub(crate) mentionable: bool,
}

/// A person in a guild.
#[derive(Debug)]
pub(crate) struct Member {
    pub(crate) user_id: u64,
    pub(crate) name: String,
    pub(crate) locale: String,
    pub(crate) roles: Vec<u64>,
}

impl Guild {
    fn new(setup: &GuildSetup) -> Self {
        let everyone = Role {
            id: setup.id,
            name: "@everyone".into(),
            permissions: EVERYONE,
            mentionable: false,
        };
        let roles = setup.roles.iter().map(|role| Role {
            id: role.id,
            name: role.name.clone(),
            permissions: role.permissions,
            mentionable: role.mentionable,
        });
        let members = setup.members.iter().map(|member| {
            let known = Member {
                user_id: member.user_id,
                name: member.name.clone(),
                locale: member.locale.clone(),
                roles: member.roles.clone(),
            };
            (member.user_id, known)
        });
        Self {
            id: setup.id,
            name: setup.name.clone(),
            locale: setup.locale.clone(),
            roles: std::iter::once(everyone).chain(roles).collect(),
            channels: setup
                .channels
                .iter()
                .map(|channel| Channel {
                    id: channel.id,
                    name: channel.name.clone(),
                    kind: 0,
                    overwrites: Vec::new(),
                })
                .collect(),
            members: members.collect(),
            bot_roles: Vec::new(),
        }
    }

    pub(crate) fn member(&self, user: u64) -> Result<&Member, SandboxError> {
        self.members.get(&user).ok_or(SandboxError::Unknown {
            what: "member",
            id: user,
        })
    }

    pub(crate) fn role(&self, id: u64) -> Option<&Role> {
        self.roles.iter().find(|role| role.id == id)
    }

    /// What this member may do here.
    pub(crate) fn permissions(&self, member: &Member) -> u64 {
        self.permissions_with(&member.roles)
    }

    fn permissions_with(&self, roles: &[u64]) -> u64 {
        let own = self
            .roles
            .iter()
            .filter(|r| r.id == self.id || roles.contains(&r.id));
        let bits = own.fold(0, |bits, role| bits | role.permissions);
        if bits & ADMINISTRATOR == 0 {
            bits
        } else {
            bits | EVERYONE
        }
    }

    /// What the bot may do in a channel.
    pub(crate) fn bot_permissions(&self, bot: u64, channel: &Channel) -> u64 {
        let base = self.permissions_with(&self.bot_roles);
        if base & ADMINISTRATOR != 0 {
            return base;
        }
        let fitting = |fits: &dyn Fn(&Overwrite) -> bool| {
            let mut bits = (0, 0);
            for overwrite in channel.overwrites.iter().filter(|o| fits(o)) {
                bits = (bits.0 | overwrite.allow, bits.1 | overwrite.deny);
            }
            bits
        };
        let everyone = fitting(&|o| !o.of_member && o.id == self.id);
        let roles = fitting(&|o| !o.of_member && o.id != self.id && self.bot_roles.contains(&o.id));
        let own = fitting(&|o| o.of_member && o.id == bot);
        [everyone, roles, own]
            .into_iter()
            .fold(base, |bits, (allow, deny)| bits & !deny | allow)
    }
}

/// Everything that changes.
#[derive(Debug)]
pub(crate) struct World {
    pub(crate) ids: Snowflakes,
    pub(crate) guilds: HashMap<u64, Guild>,
    pub(crate) channels: HashMap<u64, u64>,
    pub(crate) commands: Commands,
    pub(crate) messages: Messages,
    pub(crate) interactions: Interactions,
    pub(crate) bot: Bot,
}

/// The bot as a user.
#[derive(Clone, Debug)]
pub(crate) struct Bot {
    pub(crate) id: u64,
    pub(crate) name: String,
    /// Where the developer portal says that interactions go, if not to the gateway.
    pub(crate) endpoint: Option<String>,
}

impl World {
    pub(crate) fn new(setup: &Setup) -> Self {
        let guilds: HashMap<_, _> = setup.guilds.iter().map(|g| (g.id, Guild::new(g))).collect();
        let channels = guilds
            .values()
            .flat_map(|g| g.channels.iter().map(|c| (c.id, g.id)));
        Self {
            ids: Snowflakes::default(),
            channels: channels.collect(),
            guilds,
            commands: Commands::default(),
            messages: Messages::new(setup.messages_kept),
            interactions: Interactions::new(setup.interactions_kept),
            bot: Bot {
                id: setup.application_id,
                name: setup.bot_name.clone(),
                endpoint: None,
            },
        }
    }

    pub(crate) fn guild(&self, id: u64) -> Result<&Guild, SandboxError> {
        self.guilds
            .get(&id)
            .ok_or(SandboxError::Unknown { what: "guild", id })
    }

    /// A channel and its guild.
    pub(crate) fn channel(&self, id: u64) -> Option<(&Guild, &Channel)> {
        let guild = self.guilds.get(self.channels.get(&id)?)?;
        let channel = guild.channels.iter().find(|channel| channel.id == id)?;
        Some((guild, channel))
    }

    /// The name of a user, in whatever guild.
    pub(crate) fn user(&self, id: u64) -> Option<&Member> {
        self.guilds
            .values()
            .find_map(|guild| guild.members.get(&id))
    }
}
