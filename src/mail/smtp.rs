//! One conversation with a mail server, and what its answers mean. Lettre's own transport does not say at which
//! command a server refused, and its errors repeat the server's words with the address.

use std::error::Error as _;
use std::future::Future;
use std::time::Duration;

use lettre::address::Envelope;
use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::DEFAULT_MECHANISMS;
use lettre::transport::smtp::client::{AsyncSmtpConnection, Tls};
use lettre::transport::smtp::commands::{Data, Mail, Rcpt};
use lettre::transport::smtp::extension::{Extension, MailBodyParameter, MailParameter};
use tokio::time::timeout;

use super::route::Server;
use crate::ports::mailer::DeliveryError;

/// For connecting, encrypting, signing in and every command.
const STEP: Duration = Duration::from_secs(10);

/// For the message itself: servers look at it before they answer, and giving up early would send it twice.
const MESSAGE: Duration = Duration::from_secs(30);

/// For a polite end.
const GOODBYE: Duration = Duration::from_secs(1);

/// Where in the conversation something went wrong.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Step {
    Connect,
    Encrypt,
    SignIn,
    Sender,
    Recipient,
    Message,
}

impl Step {
    const fn name(self) -> &'static str {
        match self {
            Self::Connect => "connecting",
            Self::Encrypt => "encrypting",
            Self::SignIn => "signing in",
            Self::Sender => "the sender",
            Self::Recipient => "the recipient",
            Self::Message => "the message",
        }
    }
}

/// Connects, encrypts and signs in.
pub(super) async fn connect(server: &Server) -> Result<AsyncSmtpConnection, DeliveryError> {
    let wrapped = if let Tls::Wrapper(parameters) = &server.tls {
        Some(parameters.clone())
    } else {
        None
    };
    let address = (server.host.as_str(), server.port);
    let connecting =
        AsyncSmtpConnection::connect_tokio1(address, Some(STEP), &server.hello, wrapped, None);
    let mut connection = within(STEP, Step::Connect, connecting).await?;
    let upgrade = match &server.tls {
        Tls::Required(parameters) => Some(parameters),
        Tls::Opportunistic(parameters) if connection.can_starttls() => Some(parameters),
        _ => None,
    };
    if let Some(parameters) = upgrade {
        within(
            STEP,
            Step::Encrypt,
            connection.starttls(parameters.clone(), &server.hello),
        )
        .await?;
    }
    if let Some(credentials) = &server.credentials {
        within(
            STEP,
            Step::SignIn,
            connection.auth(DEFAULT_MECHANISMS, credentials),
        )
        .await?;
    }
    Ok(connection)
}

/// Hands one message over.
pub(super) async fn send(
    connection: &mut AsyncSmtpConnection,
    envelope: &Envelope,
    bytes: &[u8],
) -> Result<(), DeliveryError> {
    let offers = |extension| connection.server_info().supports_feature(extension);
    let mut parameters = Vec::new();
    let ascii = envelope
        .from()
        .into_iter()
        .chain(envelope.to())
        .all(|address| AsRef::<str>::as_ref(address).is_ascii());
    if !ascii {
        if !offers(Extension::SmtpUtfEight) || !offers(Extension::EightBitMime) {
            return Err(DeliveryError::RecipientRefused(
                "the server takes only ASCII addresses".to_owned(),
            ));
        }
        parameters.push(MailParameter::SmtpUtfEight);
        parameters.push(MailParameter::Body(MailBodyParameter::EightBitMime));
    }
    let mail = Mail::new(envelope.from().cloned(), parameters);
    within(STEP, Step::Sender, connection.command(mail)).await?;
    for recipient in envelope.to() {
        let recipient = Rcpt::new(recipient.clone(), Vec::new());
        within(STEP, Step::Recipient, connection.command(recipient)).await?;
    }
    within(STEP, Step::Message, connection.command(Data)).await?;
    within(MESSAGE, Step::Message, connection.message(bytes)).await?;
    Ok(())
}

/// Whether a connection that waited is still good.
pub(super) async fn is_alive(connection: &mut AsyncSmtpConnection) -> bool {
    timeout(STEP, connection.test_connected())
        .await
        .unwrap_or(false)
}

/// Ends a connection, politely if the server listens.
pub(super) async fn end(mut connection: AsyncSmtpConnection) {
    // a server that does not answer has ended it already
    let _ended = timeout(GOODBYE, connection.abort()).await;
}

async fn within<T>(
    limit: Duration,
    step: Step,
    work: impl Future<Output = Result<T, Error>>,
) -> Result<T, DeliveryError> {
    match timeout(limit, work).await {
        Ok(Ok(done)) => Ok(done),
        Ok(Err(error)) => Err(meaning(step, &error)),
        Err(_) => Err(DeliveryError::NotNow(format!(
            "{}: no answer within {} s",
            step.name(),
            limit.as_secs()
        ))),
    }
}

/// Replies that speak of our login or of the order of commands (some servers say so for a missing login), not of
/// the letter.
const LOGIN_CODES: [&str; 5] = ["503", "530", "534", "535", "538"];

fn meaning(step: Step, error: &Error) -> DeliveryError {
    let Some(code) = error.status().map(|code| code.to_string()) else {
        return DeliveryError::NotNow(format!("{}: {}", step.name(), class(error)));
    };
    let enhanced = error
        .source()
        .map(ToString::to_string)
        .and_then(|reply| enhanced(&reply));
    let shown = match enhanced {
        Some(enhanced) => format!("{}: {code} {enhanced}", step.name()),
        None => format!("{}: {code}", step.name()),
    };
    let for_good = error.is_permanent() && !LOGIN_CODES.contains(&code.as_str());
    match step {
        Step::Recipient if for_good => DeliveryError::RecipientRefused(shown),
        Step::Sender | Step::Message if for_good => DeliveryError::LetterRefused(shown),
        _ => DeliveryError::NotNow(shown),
    }
}

fn class(error: &Error) -> &'static str {
    if error.is_tls() {
        "no trusted encryption"
    } else if error.is_timeout() {
        "no answer in time"
    } else if error.is_client() {
        "the server does not offer what is needed"
    } else if error.is_response() {
        "the connection ended or the answer is garbled"
    } else {
        "no connection"
    }
}

/// The enhanced status code (RFC 3463) that a reply begins with; nothing else of the reply is kept.
fn enhanced(reply: &str) -> Option<String> {
    let first = reply.split_whitespace().next()?;
    let parts: Vec<_> = first.split('.').collect();
    let numbers = parts.iter().all(|part| {
        (1..=3).contains(&part.len()) && part.bytes().all(|sign| sign.is_ascii_digit())
    });
    (parts.len() == 3 && numbers).then(|| first.to_owned())
}
