//! The only module that knows lettre: letters, SMTP or a folder of files.
//! What a letter says is in `content`, how it looks in `plain` and `html`, its headers in `message`;
//! how it leaves is in `smtp` (one conversation), `pool` (connections) and `folder`.

mod content;
mod folder;
mod html;
mod message;
mod plain;
mod pool;
mod route;
mod smtp;

use std::sync::Arc;

use secrecy::{ExposeSecret as _, SecretString};

use crate::domain::email::EmailAddress;
use crate::locales::Texts;
use crate::ports::mailer::Mailer;

use folder::FolderMailer;
use message::Writer;
use pool::SmtpMailer;
use route::Route;

/// The settings of the mail are wrong. One line, without what they say.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum MailError {
    /// The URL is not one of ours.
    #[error("mail.url: {0}; it is smtp://HOST, smtps://HOST or file://DIR")]
    Url(&'static str),
    /// The sender is no mailbox.
    #[error("mail.from: {0}; it is an address, or a name and <address>")]
    From(&'static str),
    /// The system's certificates cannot be read.
    #[error(
        "mail.url: the certificates of this system cannot be read (SSL_CERT_FILE, SSL_CERT_DIR)"
    )]
    Certificates,
}

/// A mailer for the settings; nothing is connected or written yet.
///
/// `url` is `smtp://` or `smtps://` in lettre's form (`?tls=required|opportunistic`, user and password
/// percent-encoded, the path is the name for EHLO), or `file://` with a folder's path as it is.
/// With `redirect_to` (a rehearsal) every letter goes there and names its true recipient.
///
/// # Errors
/// A setting is wrong.
pub fn open(
    url: &SecretString,
    from: &str,
    redirect_to: Option<EmailAddress>,
    texts: Arc<Texts>,
) -> Result<Arc<dyn Mailer>, MailError> {
    let writer = Writer::new(from, redirect_to, texts)?;
    Ok(match route::parse(url.expose_secret())? {
        Route::Folder(path) => Arc::new(FolderMailer::new(path, writer)),
        Route::Smtp(server) => Arc::new(SmtpMailer::new(server, writer)),
    })
}
