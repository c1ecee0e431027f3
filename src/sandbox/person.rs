//! A person in a guild: types commands, clicks, reads; what their client
//! would refuse is refused here.

use std::sync::Arc;

use serde_json::{Map, Value, json};
use tokio::sync::Notify;

use super::core::Core;
use super::error::SandboxError;
use super::interactions::{AUTOCOMPLETE, COMMAND, COMPONENT};
use super::objects;
use super::options::{Typed, check_visible, data, resolve};
use super::payload::{Act, Place, deliver};
use super::posting::{Draft, announce, post};
use super::reply::Reply;
use super::rules::component::BUTTON;
use super::rules::field;
use super::settle::{choices, settle};
use super::view::{Choice, Message};

/// The command type of message menus.
const MESSAGE_MENU: u64 = 3;
/// The command type of user menus.
const USER_MENU: u64 = 2;

/// A handle on a member of a guild, in one channel; cheap to clone.
#[derive(Clone, Debug)]
pub struct Person {
    pub(crate) core: Arc<Core>,
    pub(crate) at: Place,
}

impl Person {
    /// The same person in another channel.
    #[must_use]
    pub fn in_channel(&self, channel_id: u64) -> Self {
        self.moved(Place {
            channel: channel_id,
            ..self.at
        })
    }

    /// The same person, whose client says that it is in a direct message to the bot: no guild, no member.
    #[must_use]
    pub fn in_direct_message(&self) -> Self {
        self.moved(Place {
            direct: true,
            ..self.at
        })
    }

    fn moved(&self, at: Place) -> Self {
        Self {
            core: Arc::clone(&self.core),
            at,
        }
    }

    /// The user id.
    #[must_use]
    pub fn user_id(&self) -> u64 {
        self.at.user
    }

    /// The channel this handle acts in.
    #[must_use]
    pub fn channel_id(&self) -> u64 {
        self.at.channel
    }

    /// Types a command such as `/lock-status` or `/account create` and waits
    /// for the first visible answer.
    ///
    /// # Errors
    /// If the client would refuse it, the bot breaks a rule or does not answer.
    pub async fn types(&self, line: &str, options: &[(&str, &str)]) -> Result<Reply, SandboxError> {
        let id = self.starts(line, options)?;
        self.reply_to(id).await
    }

    /// Sends a command without waiting and returns the interaction's id.
    ///
    /// # Errors
    /// If the client would refuse it.
    pub fn starts(&self, line: &str, options: &[(&str, &str)]) -> Result<u64, SandboxError> {
        self.command(
            COMMAND,
            Typed {
                line,
                options,
                focused: None,
            },
        )
    }

    fn command(&self, kind: u64, typed: Typed<'_>) -> Result<u64, SandboxError> {
        let mut world = self.core.world();
        let data = data(&world, world.guild(self.at.guild)?, self.at.user, typed)?;
        deliver(
            &self.core,
            &mut world,
            self.at,
            &Act {
                kind,
                data,
                source: None,
            },
        )
    }

    /// Waits for the visible answer to an interaction of this person.
    ///
    /// # Errors
    /// If the bot breaks a rule or does not answer.
    pub async fn reply_to(&self, interaction_id: u64) -> Result<Reply, SandboxError> {
        settle(self, interaction_id, None).await
    }

    /// Types into an option with autocomplete, other options being filled.
    ///
    /// # Errors
    /// As [`Person::types`].
    pub async fn suggests(
        &self,
        line: &str,
        option: &str,
        typed: &str,
        others: &[(&str, &str)],
    ) -> Result<Vec<Choice>, SandboxError> {
        let focused = Some((option, typed));
        let id = self.command(
            AUTOCOMPLETE,
            Typed {
                line,
                options: others,
                focused,
            },
        )?;
        choices(&self.core, id).await
    }

    /// Uses a message menu command on a message.
    ///
    /// # Errors
    /// As [`Person::types`].
    pub async fn uses_on_message(
        &self,
        name: &str,
        message_id: u64,
    ) -> Result<Reply, SandboxError> {
        let id = {
            let mut world = self.core.world();
            let found = world
                .messages
                .get(message_id)
                .filter(|m| m.is_visible_to(self.at.user));
            let unknown = SandboxError::Unknown {
                what: "message",
                id: message_id,
            };
            let message = Value::Object(found.ok_or(unknown)?.json.clone());
            let mut messages = Map::new();
            messages.insert(message_id.to_string(), message);
            let resolved = json!({"messages": messages});
            self.menu(&mut world, (MESSAGE_MENU, name), message_id, &resolved)?
        };
        self.reply_to(id).await
    }

    /// Uses a user menu command on a member.
    ///
    /// # Errors
    /// As [`Person::types`].
    pub async fn uses_on_user(&self, name: &str, user_id: u64) -> Result<Reply, SandboxError> {
        let id = {
            let mut world = self.core.world();
            let mut resolved = Map::new();
            if !resolve(world.guild(self.at.guild)?, 6, user_id, &mut resolved) {
                return Err(SandboxError::Unknown {
                    what: "member",
                    id: user_id,
                });
            }
            self.menu(&mut world, (USER_MENU, name), user_id, &resolved.into())?
        };
        self.reply_to(id).await
    }

    fn menu(
        &self,
        world: &mut super::world::World,
        (kind, name): (u64, &str),
        target: u64,
        resolved: &Value,
    ) -> Result<u64, SandboxError> {
        let missing = || SandboxError::Refused(format!("there is no menu command {name}"));
        let command = world.commands.find(kind, name).ok_or_else(missing)?;
        check_visible(world.guild(self.at.guild)?, self.at.user, command)?;
        let data = json!({
            "id": field(command, "id"), "name": name, "type": kind, "target_id": target.to_string(),
            "resolved": resolved,
        });
        deliver(
            &self.core,
            world,
            self.at,
            &Act {
                kind: COMMAND,
                data,
                source: None,
            },
        )
    }

    /// Writes a message into the channel and returns its id.
    ///
    /// # Errors
    /// If the person or channel is not there.
    pub fn says(&self, text: &str) -> Result<u64, SandboxError> {
        let mut world = self.core.world();
        let member = world.guild(self.at.guild)?.member(self.at.user)?;
        let draft = Draft {
            guild: self.at.guild,
            channel: self.at.channel,
            author: (self.at.user, objects::user(member)),
            body: &json!({"content": text}),
            flags: 0,
            only_for: None,
            kind: 0,
            more: Map::new(),
            signal: Arc::new(Notify::new()),
        };
        let id = post(&mut world, self.core.now(), draft);
        if let Some(message) = world.messages.get(id) {
            announce(&self.core, "MESSAGE_CREATE", message);
        }
        Ok(id)
    }

    /// Sends a click on a button that the message need not have, as a
    /// forged client could, and waits for the answer.
    ///
    /// # Errors
    /// If the message is not there, the bot breaks a rule or does not answer.
    pub async fn clicks_forged(
        &self,
        message_id: u64,
        custom_id: &str,
    ) -> Result<Reply, SandboxError> {
        let (id, version) = {
            let mut world = self.core.world();
            let unknown = SandboxError::Unknown {
                what: "message",
                id: message_id,
            };
            let version = world.messages.get(message_id).ok_or(unknown)?.version;
            let data = json!({"component_type": BUTTON, "custom_id": custom_id});
            let act = Act {
                kind: COMPONENT,
                data,
                source: Some(message_id),
            };
            (deliver(&self.core, &mut world, self.at, &act)?, version)
        };
        settle(self, id, Some((message_id, version))).await
    }

    /// What this person sees in a channel, oldest first.
    #[must_use]
    pub fn sees(&self, channel_id: u64) -> Vec<Message> {
        let world = self.core.world();
        let seen = world.messages.seen_by(channel_id, self.at.user);
        seen.into_iter().map(Message::new).collect()
    }

    /// Turns to a message in order to use it.
    ///
    /// # Errors
    /// If this person does not see such a message.
    pub fn opens(&self, message_id: u64) -> Result<Reply, SandboxError> {
        let world = self.core.world();
        let found = world
            .messages
            .get(message_id)
            .filter(|m| m.is_visible_to(self.at.user));
        let found = found.ok_or(SandboxError::Unknown {
            what: "message",
            id: message_id,
        })?;
        Ok(Reply::new(
            self.in_channel(found.channel),
            0,
            Message::new(found),
            None,
        ))
    }

    /// Waits until this person sees a message like this in a channel.
    ///
    /// # Errors
    /// If none comes in time.
    pub async fn waits_to_see(
        &self,
        channel_id: u64,
        wanted: impl Fn(&Message) -> bool,
    ) -> Result<Reply, SandboxError> {
        let signal = self.core.world().messages.channel_signal(channel_id);
        let find = || {
            self.sees(channel_id)
                .into_iter()
                .rev()
                .find(|message| wanted(message))
        };
        let what = || format!("a message in channel {channel_id}");
        let found = self.core.wait((&signal, &signal), what, find).await?;
        self.opens(found.id())
    }
}
