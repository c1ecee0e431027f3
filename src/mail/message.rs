//! A letter as a message: headers, parts, and the envelope it goes in.

use std::sync::Arc;
use std::time::SystemTime;

use lettre::address::Envelope;
use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart};
use lettre::{Address, Message};

use super::content::{self, Content, one_line};
use super::{MailError, html, plain};
use crate::domain::desk::Desk;
use crate::domain::email::EmailAddress;
use crate::locales::Texts;
use crate::ports::mailer::{DeliveryError, Letter};

/// Writes letters for one sender.
pub(super) struct Writer {
    from: Mailbox,
    redirect_to: Option<EmailAddress>,
    texts: Arc<Texts>,
}

/// A letter ready to go.
pub(super) struct Written {
    /// Without the angle brackets; good as the name of a file.
    pub(super) message_id: String,
    /// Who sends it to whom.
    pub(super) envelope: Envelope,
    /// The message.
    pub(super) bytes: Vec<u8>,
}

impl Writer {
    /// A writer for this sender, such as `Desk <desk@example.ch>`.
    pub(super) fn new(
        from: &str,
        redirect_to: Option<EmailAddress>,
        texts: Arc<Texts>,
    ) -> Result<Self, MailError> {
        let (name, email) =
            split_sender(&one_line(from)).ok_or(MailError::From("it cannot be read"))?;
        let (user, domain) = email.parts();
        let email =
            address(user, domain).ok_or(MailError::From("its address cannot be written"))?;
        if !email.user().is_ascii() {
            return Err(MailError::From("the part before @ has signs beyond ASCII"));
        }
        Ok(Self {
            from: Mailbox::new(name, email),
            redirect_to,
            texts,
        })
    }

    /// Writes one letter.
    pub(super) fn write(&self, desk: &Desk, letter: &Letter) -> Result<Written, DeliveryError> {
        let meant_for = self.redirect_to.as_ref().map(|_| &letter.to);
        let content = content::write(&self.texts, desk, letter, meant_for)
            .map_err(|error| DeliveryError::LetterRefused(format!("not written: {error}")))?;
        let recipient = self.recipient(letter)?;
        let reply_to = mailbox(None, &desk.contact_mailbox).ok_or_else(|| {
            DeliveryError::LetterRefused("not written: the contact mailbox".to_owned())
        })?;
        let envelope = Envelope::new(Some(self.from.email.clone()), vec![recipient.email.clone()])
            .map_err(|_with_address| {
                DeliveryError::LetterRefused("not written: the envelope".to_owned())
            })?;
        let message_id = self.message_id(desk, letter);
        let message = self
            .message(letter, &content, &message_id, (recipient, reply_to))
            .map_err(|_with_address| {
                DeliveryError::LetterRefused("not written: the message".to_owned())
            })?;
        Ok(Written {
            message_id,
            envelope,
            bytes: message.formatted(),
        })
    }

    fn message(
        &self,
        letter: &Letter,
        content: &Content,
        message_id: &str,
        (to, reply_to): (Mailbox, Mailbox),
    ) -> Result<Message, lettre::error::Error> {
        let header = |name, value: &str| {
            HeaderValue::new(HeaderName::new_from_ascii_str(name), value.to_owned())
        };
        Message::builder()
            .from(self.from.clone())
            .to(to)
            .reply_to(reply_to)
            .subject(&content.subject)
            .date(SystemTime::from(letter.written_at))
            .message_id(Some(format!("<{message_id}>")))
            .raw_header(header("Auto-Submitted", "auto-generated"))
            .raw_header(header("Content-Language", content.language.code()))
            .multipart(MultiPart::alternative_plain_html(
                plain::render(content),
                html::render(content),
            ))
    }

    /// Whom the message goes to: the person by name, or the rehearsal's mailbox.
    fn recipient(&self, letter: &Letter) -> Result<Mailbox, DeliveryError> {
        let name = one_line(&letter.name);
        let named = (self.redirect_to.is_none() && !name.is_empty()).then_some(name);
        mailbox(named, self.redirect_to.as_ref().unwrap_or(&letter.to)).ok_or_else(|| {
            DeliveryError::RecipientRefused("not an address that can be written".to_owned())
        })
    }

    /// The same for the same letter, however often it is sent.
    fn message_id(&self, desk: &Desk, letter: &Letter) -> String {
        let kept = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
        let identity: Vec<_> = letter
            .identity
            .split(|c| !kept(c))
            .filter(|part| !part.is_empty())
            .collect();
        format!(
            "{}.{}@{}",
            identity.join("."),
            desk.id,
            self.from.email.domain()
        )
    }
}

/// `Name <address>` or an address alone; unlike in a header, the name may hold commas and letters of any script.
fn split_sender(text: &str) -> Option<(Option<String>, EmailAddress)> {
    let Some((name, rest)) = text.rsplit_once('<') else {
        return Some((None, EmailAddress::parse(text).ok()?));
    };
    let email = EmailAddress::parse(rest.trim_end().strip_suffix('>')?).ok()?;
    let name = name.trim().trim_matches('"').trim();
    let plain = !name.contains(['<', '>']);
    plain.then(|| ((!name.is_empty()).then(|| name.to_owned()), email))
}

fn mailbox(name: Option<String>, email: &EmailAddress) -> Option<Mailbox> {
    let (user, domain) = email.parts();
    Some(Mailbox::new(name, address(user, domain)?))
}

/// An address whose domain is written in ASCII, as servers without SMTPUTF8 want it.
fn address(user: &str, domain: &str) -> Option<Address> {
    let domain = url::Host::parse(domain).ok()?.to_string();
    Address::new(user, domain).ok()
}
