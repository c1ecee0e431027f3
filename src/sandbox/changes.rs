//! What administrators change while the local Discord runs: roles, channels, permissions,
//! and the application in the developer portal.

use super::error::SandboxError;
use super::local::LocalDiscord;
use super::posting::announce_gone;
use super::setup::Overwrite;
use super::world::{Channel, Guild, Role, World};

fn unknown(what: &'static str, id: u64) -> SandboxError {
    SandboxError::Unknown { what, id }
}

fn guild(world: &mut World, id: u64) -> Result<&mut Guild, SandboxError> {
    world
        .guilds
        .get_mut(&id)
        .ok_or_else(|| unknown("guild", id))
}

impl LocalDiscord {
    /// Gives a member other roles.
    ///
    /// # Errors
    /// If guild or member are unknown.
    pub fn set_roles(
        &self,
        guild_id: u64,
        user_id: u64,
        roles: &[u64],
    ) -> Result<(), SandboxError> {
        let mut world = self.core().world();
        let member = guild(&mut world, guild_id)?.members.get_mut(&user_id);
        member.ok_or_else(|| unknown("member", user_id))?.roles = roles.to_vec();
        Ok(())
    }

    /// Gives the bot other roles in a guild.
    ///
    /// # Errors
    /// If the guild is unknown.
    pub fn set_bot_roles(&self, guild_id: u64, roles: &[u64]) -> Result<(), SandboxError> {
        guild(&mut self.core().world(), guild_id)?.bot_roles = roles.to_vec();
        Ok(())
    }

    /// Sets the permission bits of a role, 8 makes administrators; the guild's id is the role of everyone.
    ///
    /// # Errors
    /// If guild or role are unknown.
    pub fn set_role_permissions(
        &self,
        guild_id: u64,
        role_id: u64,
        permissions: u64,
    ) -> Result<(), SandboxError> {
        self.change_role(guild_id, role_id, |role| role.permissions = permissions)
    }

    /// Sets whether everyone may mention a role.
    ///
    /// # Errors
    /// If guild or role are unknown.
    pub fn set_role_mentionable(
        &self,
        guild_id: u64,
        role_id: u64,
        mentionable: bool,
    ) -> Result<(), SandboxError> {
        self.change_role(guild_id, role_id, |role| role.mentionable = mentionable)
    }

    fn change_role(
        &self,
        guild_id: u64,
        role_id: u64,
        change: impl FnOnce(&mut Role),
    ) -> Result<(), SandboxError> {
        let mut world = self.core().world();
        let roles = &mut guild(&mut world, guild_id)?.roles;
        let role = roles.iter_mut().find(|role| role.id == role_id);
        change(role.ok_or_else(|| unknown("role", role_id))?);
        Ok(())
    }

    /// Deletes a role; whoever carries it has nothing from it any more.
    ///
    /// # Errors
    /// If the guild is unknown.
    pub fn delete_role(&self, guild_id: u64, role_id: u64) -> Result<(), SandboxError> {
        let mut world = self.core().world();
        let roles = &mut guild(&mut world, guild_id)?.roles;
        roles.retain(|role| role.id != role_id);
        Ok(())
    }

    /// Makes a channel one of another kind: 0 text, 2 voice, 4 category.
    ///
    /// # Errors
    /// If the channel is unknown.
    pub fn set_channel_kind(&self, channel_id: u64, kind: u64) -> Result<(), SandboxError> {
        self.change_channel(channel_id, |channel| channel.kind = kind)
    }

    /// Sets what a channel allows and denies, beyond the roles.
    ///
    /// # Errors
    /// If the channel is unknown.
    pub fn set_overwrites(
        &self,
        channel_id: u64,
        overwrites: &[Overwrite],
    ) -> Result<(), SandboxError> {
        self.change_channel(channel_id, |channel| {
            channel.overwrites = overwrites.to_vec();
        })
    }

    fn change_channel(
        &self,
        channel_id: u64,
        change: impl FnOnce(&mut Channel),
    ) -> Result<(), SandboxError> {
        let mut world = self.core().world();
        let channels = world.guilds.values_mut().flat_map(|g| &mut g.channels);
        let found = channels
            .into_iter()
            .find(|channel| channel.id == channel_id);
        change(found.ok_or_else(|| unknown("channel", channel_id))?);
        Ok(())
    }

    /// Deletes a message, as somebody with the right to may.
    ///
    /// # Errors
    /// If the message is unknown.
    pub fn delete_message(&self, message_id: u64) -> Result<(), SandboxError> {
        let gone = self.core().world().messages.delete(message_id);
        let gone = gone.ok_or_else(|| unknown("message", message_id))?;
        announce_gone(self.core(), &gone);
        Ok(())
    }

    /// Sets the address that the developer portal names for interactions; `None` sends them to the gateway.
    pub fn set_interactions_endpoint(&self, url: Option<&str>) {
        self.core().world().bot.endpoint = url.map(ToOwned::to_owned);
    }
}
