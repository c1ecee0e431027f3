//! A message of the bot's own in a channel: what it says, whom it pings, and nobody else (P09).

use serenity::all::{
    CreateAllowedMentions, CreateMessage, EditMessage, MessageReference, MessageReferenceKind,
    Nonce,
};

use crate::discord::render::page::Page;
use crate::domain::ids::{MemberId, RoleId};
use crate::domain::request::Posted;

/// A message before it is sent.
#[derive(Clone, Debug)]
pub struct Message {
    text: String,
    page: Option<Page>,
    roles: Vec<RoleId>,
    member: Option<MemberId>,
    answers: Option<Posted>,
}

impl Message {
    /// A message of plain words.
    #[must_use]
    pub const fn new(text: String) -> Self {
        Self {
            text,
            page: None,
            roles: Vec::new(),
            member: None,
            answers: None,
        }
    }

    /// With a page below.
    #[must_use]
    pub fn page(self, page: Page) -> Self {
        Self {
            page: Some(page),
            ..self
        }
    }

    /// Pings these roles, if the words name them.
    #[must_use]
    pub fn pinging_roles(self, roles: &[RoleId]) -> Self {
        Self {
            roles: roles.to_vec(),
            ..self
        }
    }

    /// Pings this member, if the words name them.
    #[must_use]
    pub fn pinging_member(self, member: Option<MemberId>) -> Self {
        Self { member, ..self }
    }

    /// As an answer to that message, if it still stands.
    #[must_use]
    pub fn answering(self, answers: Option<Posted>) -> Self {
        Self { answers, ..self }
    }

    /// As a new message; the same nonce gives the same message (P11).
    pub fn into_new(self, nonce: String) -> CreateMessage {
        let roles = self.roles.iter().map(|role| role.0.cast_unsigned());
        let member = self.member.iter().map(|member| member.0.cast_unsigned());
        let mentions = CreateAllowedMentions::new().roles(roles).users(member);
        let mut message = CreateMessage::new()
            .content(self.text)
            .allowed_mentions(mentions)
            .nonce(Nonce::String(nonce))
            .enforce_nonce(true);
        if let Some(posted) = self.answers {
            let channel = serenity::all::ChannelId::new(posted.channel.0.cast_unsigned());
            let reference = MessageReference::new(MessageReferenceKind::Default, channel)
                .message_id(serenity::all::MessageId::new(
                    posted.message.0.cast_unsigned(),
                ))
                .fail_if_not_exists(false);
            message = message.reference_message(reference);
        }
        match self.page {
            None => message,
            Some(page) => {
                let (embed, rows) = page.into_parts();
                message.embed(embed).components(rows)
            }
        }
    }

    /// As the new text of a message; an edit pings nobody.
    pub fn into_edit(self) -> EditMessage {
        let message = EditMessage::new()
            .content(self.text)
            .allowed_mentions(CreateAllowedMentions::new());
        match self.page {
            None => message,
            Some(page) => {
                let (embed, rows) = page.into_parts();
                message.embed(embed).components(rows)
            }
        }
    }
}
