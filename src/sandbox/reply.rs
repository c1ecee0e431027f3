//! What a bot answered, and what a person can do with it: click, select,
//! fill in, wait for an edit.

use std::ops::Deref;
use std::sync::Arc;

use serde_json::{Value, json};

use super::error::SandboxError;
use super::filling::{check_values, chosen_button, filled_modal};
use super::interactions::{COMPONENT, MODAL};
use super::payload::{Act, deliver};
use super::person::Person;
use super::rules::component::BUTTON;
use super::settle::settle;
use super::view::{Message, Modal, Select};
use super::world::World;

/// An answer as its person sees it: a message, or a modal. Everything a
/// [`Message`] tells can be asked of it directly.
#[derive(Clone, Debug)]
pub struct Reply {
    person: Person,
    interaction: u64,
    message: Message,
    modal: Option<Modal>,
}

impl Deref for Reply {
    type Target = Message;

    fn deref(&self) -> &Message {
        &self.message
    }
}

fn refused<T>(why: impl Into<String>) -> Result<T, SandboxError> {
    Err(SandboxError::Refused(why.into()))
}

impl Reply {
    pub(crate) fn new(
        person: Person,
        interaction: u64,
        message: Message,
        modal: Option<Modal>,
    ) -> Self {
        Self {
            person,
            interaction,
            message,
            modal,
        }
    }

    /// The interaction that led here; 0 if the message was opened.
    #[must_use]
    pub fn interaction_id(&self) -> u64 {
        self.interaction
    }

    /// The person who sees it.
    #[must_use]
    pub fn person(&self) -> &Person {
        &self.person
    }

    /// The message's id; 0 if this is a modal or the message was deleted.
    #[must_use]
    pub fn message_id(&self) -> u64 {
        self.message.id()
    }

    /// Whether there is neither a message nor a modal, because the bot
    /// deleted its message.
    #[must_use]
    pub fn is_gone(&self) -> bool {
        self.message.id() == 0 && self.modal.is_none()
    }

    /// The modal, if this is one.
    #[must_use]
    pub fn modal(&self) -> Option<&Modal> {
        self.modal.as_ref()
    }

    /// Clicks the button with this label, or whose custom id starts so, and
    /// waits for the answer.
    ///
    /// # Errors
    /// If there is no such button or it is disabled, the bot breaks a rule or
    /// does not answer.
    pub async fn clicks(&self, target: &str) -> Result<Self, SandboxError> {
        let act = {
            let world = self.person.core.world();
            let message = self.visible(&world)?;
            let buttons = message.buttons();
            let button = chosen_button(&buttons, target)?;
            json!({"component_type": BUTTON, "custom_id": button.custom_id})
        };
        self.uses(act).await
    }

    /// Chooses values in the select menu whose custom id starts so, or whose
    /// placeholder is this, and waits for the answer.
    ///
    /// # Errors
    /// As [`Reply::clicks`], and if the values are not offered.
    pub async fn selects_values(
        &self,
        target: &str,
        values: &[&str],
    ) -> Result<Self, SandboxError> {
        let act = {
            let world = self.person.core.world();
            let message = self.visible(&world)?;
            let selects = message.selects();
            let hit = |s: &&Select| s.custom_id.starts_with(target) || s.placeholder == target;
            let Some(select) = selects.iter().find(hit) else {
                let ids: Vec<_> = selects.iter().map(|s| &s.custom_id).collect();
                return refused(format!("there is no select {target:?}, only {ids:?}"));
            };
            let resolved = check_values(&world, &self.person, select, values)?;
            json!({
                "component_type": select.kind, "custom_id": select.custom_id, "values": values,
                "resolved": resolved,
            })
        };
        self.uses(act).await
    }

    async fn uses(&self, data: Value) -> Result<Self, SandboxError> {
        let source = self.message.id();
        let (id, version) = {
            let mut world = self.person.core.world();
            let version = world
                .messages
                .get(source)
                .map_or(0, |message| message.version);
            let act = Act {
                kind: COMPONENT,
                data,
                source: Some(source),
            };
            (
                deliver(&self.person.core, &mut world, self.person.at, &act)?,
                version,
            )
        };
        settle(&self.person, id, Some((source, version))).await
    }

    /// Fills in the modal, by custom ids, and waits for the answer. What is
    /// not named keeps the value it was shown with. For selects the entry is
    /// given once per value.
    ///
    /// # Errors
    /// If this is no modal or the client would refuse the text, the bot breaks
    /// a rule or does not answer.
    pub async fn submits(&self, fields: &[(&str, &str)]) -> Result<Self, SandboxError> {
        let (id, watched) = {
            let mut world = self.person.core.world();
            let shown = world.interactions.get(self.interaction);
            let shown = shown.filter(|i| i.user == self.person.at.user);
            let Some((modal, source)) = shown.and_then(|i| Some((i.modal.clone()?, i.source)))
            else {
                return refused("no modal is shown");
            };
            let data = filled_modal(&world, &self.person, &modal, fields)?;
            let watched = source.and_then(|id| Some((id, world.messages.get(id)?.version)));
            let act = Act {
                kind: MODAL,
                data,
                source,
            };
            (
                deliver(&self.person.core, &mut world, self.person.at, &act)?,
                watched,
            )
        };
        settle(&self.person, id, watched).await
    }

    /// The message as it is now, once it is no longer deferred.
    ///
    /// # Errors
    /// If it was deleted or stays deferred.
    pub async fn latest(&self) -> Result<Self, SandboxError> {
        if self.modal.is_some() {
            return Ok(self.clone());
        }
        self.until(|message| !message.is_thinking()).await
    }

    /// Waits until the message is like this.
    ///
    /// # Errors
    /// If it does not become so in time, or is deleted.
    pub async fn until(&self, wanted: impl Fn(&Message) -> bool) -> Result<Self, SandboxError> {
        let signal = {
            let world = self.person.core.world();
            let unknown = SandboxError::Unknown {
                what: "message",
                id: self.message.id(),
            };
            Arc::clone(&world.messages.get(self.message.id()).ok_or(unknown)?.signal)
        };
        let probe = || match self.visible(&self.person.core.world()) {
            Ok(message) if wanted(&message) => Some(Ok(message)),
            Ok(_) => None,
            Err(error) => Some(Err(error)),
        };
        let what = || format!("a change of message {}", self.message.id());
        let message = self
            .person
            .core
            .wait((&signal, &signal), what, probe)
            .await??;
        Ok(Self {
            message,
            ..self.clone()
        })
    }

    fn visible(&self, world: &World) -> Result<Message, SandboxError> {
        let id = self.message.id();
        let found = world
            .messages
            .get(id)
            .filter(|m| m.is_visible_to(self.person.at.user));
        found.map(Message::new).ok_or(SandboxError::Unknown {
            what: "message",
            id,
        })
    }
}
