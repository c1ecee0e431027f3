//! Single values of the settings, read from text; what is wrong is said so that it can be put right.

use std::net::SocketAddr;
use std::path::PathBuf;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use secrecy::SecretString;
use url::{Host, Url};

use super::{DatabaseUrl, MailUrl, Sender, Shards};
use crate::domain::email::EmailAddress;

/// The known name that was probably meant.
pub(super) fn nearest<'n>(
    typed: &str,
    known: impl IntoIterator<Item = &'n str>,
) -> Option<&'n str> {
    let plain = |text: &str| text.to_lowercase().replace(['-', ' ', '.'], "_");
    let typed = plain(typed);
    let scored = known
        .into_iter()
        .map(|name| (strsim::damerau_levenshtein(&typed, &plain(name)), name));
    let (distance, name) = scored.min_by_key(|(distance, _)| *distance)?;
    (distance <= (name.len() / 3).max(1)).then_some(name)
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name.eq_ignore_ascii_case("localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

/// A base address of the web, without a slash at its end.
pub(super) fn api_url(text: &str) -> Result<String, &'static str> {
    const WRONG: &str =
        "is no web address; write one such as \"https://discord.com\" or \"http://127.0.0.1:8081\"";
    let url = Url::parse(text).map_err(|_error| WRONG)?;
    let plain = matches!(url.scheme(), "http" | "https")
        && url.query().is_none()
        && url.fragment().is_none();
    if plain {
        Ok(text.trim_end_matches('/').to_owned())
    } else {
        Err(WRONG)
    }
}

/// An https address (http on this machine), without a slash at its end (R23).
pub(super) fn https_url(text: &str) -> Result<String, &'static str> {
    let url = Url::parse(text)
        .map_err(|_error| "is no web address; write one such as \"https://login.example.ch\"")?;
    if !(url.scheme() == "https" || url.scheme() == "http" && is_loopback(&url)) {
        return Err("must start with https:// (http:// only for 127.0.0.1 and localhost)");
    }
    if url.query().is_some()
        || url.fragment().is_some()
        || !url.username().is_empty()
        || url.password().is_some()
    {
        return Err("must be an address without user, ? and #");
    }
    Ok(text.trim_end_matches('/').to_owned())
}

/// `sqlite://PATH` or `postgres://...`.
pub(super) fn database_url(text: &str) -> Result<DatabaseUrl, &'static str> {
    if let Some(rest) = text.strip_prefix("sqlite://") {
        if rest.is_empty() || rest.contains(":memory:") {
            return Err("must name a file, such as \"sqlite://deskhand.db\"");
        }
        // as a part of the path it would name another file than the one that is meant
        if rest.contains('?') {
            return Err("takes no parameters; leave out \"?\" and what follows it");
        }
        return Ok(DatabaseUrl::Sqlite {
            url: text.to_owned(),
            path: PathBuf::from(rest),
        });
    }
    postgres_url(text)
        .map(DatabaseUrl::Postgres)
        .map_err(|_error| "must be \"sqlite://PATH\" or \"postgres://USER:PASSWORD@HOST/DATABASE\"")
}

/// `postgres://...`.
pub(super) fn postgres_url(text: &str) -> Result<SecretString, &'static str> {
    const WRONG: &str = "must be \"postgres://USER:PASSWORD@HOST/DATABASE\"";
    let url = Url::parse(text).map_err(|_error| WRONG)?;
    if matches!(url.scheme(), "postgres" | "postgresql") {
        Ok(text.into())
    } else {
        Err(WRONG)
    }
}

/// `smtp://`, `smtps://` or `file://DIR`.
pub(super) fn mail_url(text: &str) -> Result<MailUrl, &'static str> {
    const WRONG: &str =
        "must be \"smtp://HOST:PORT\", \"smtps://USER:PASSWORD@HOST\" or \"file://DIR\"";
    if let Some(folder) = text.strip_prefix("file://") {
        return if folder.is_empty() {
            Err(WRONG)
        } else {
            Ok(MailUrl::Folder(PathBuf::from(folder)))
        };
    }
    let url = Url::parse(text).map_err(|_error| WRONG)?;
    let served = matches!(url.scheme(), "smtp" | "smtps")
        && url.host_str().is_some_and(|host| !host.is_empty());
    if !served {
        return Err(WRONG);
    }
    smtp_parts(&url)?;
    Ok(MailUrl::Smtp(text.into()))
}

/// User, password and parameters of a mail server's URL: what is wrong with them is known before anything is sent.
fn smtp_parts(url: &Url) -> Result<(), &'static str> {
    match (url.username(), url.password()) {
        ("", None) => {}
        ("", Some(_)) => {
            return Err("has a password but no user; write \"smtp://USER:PASSWORD@HOST\"");
        }
        (_, None) => return Err("has a user but no password; write \"smtp://USER:PASSWORD@HOST\""),
        (user, Some(password)) if is_encoded(user) && is_encoded(password) => {}
        _ => return Err("must have user and password in percent-encoded UTF-8, a % itself as %25"),
    }
    for (key, value) in url.query_pairs() {
        if key != "tls" {
            return Err("has an unknown parameter; the only one is tls, as in \"?tls=required\"");
        }
        if !matches!(&*value, "required" | "opportunistic") {
            return Err(
                "has an unknown value of tls; write \"?tls=required\" or \"?tls=opportunistic\"",
            );
        }
    }
    Ok(())
}

/// Whether each `%` begins two hex digits and all is UTF-8.
fn is_encoded(text: &str) -> bool {
    let mut parts = text.split('%');
    let mut bytes: Vec<u8> = parts.next().unwrap_or_default().into();
    for part in parts {
        let Some(byte) = part.get(..2).and_then(|pair| hex::decode(pair).ok()) else {
            return false;
        };
        bytes.extend(byte);
        bytes.extend(part.bytes().skip(2));
    }
    String::from_utf8(bytes).is_ok()
}

/// A plain address, or `Name <address>`.
pub(super) fn sender(text: &str) -> Result<Sender, &'static str> {
    const WRONG: &str =
        "is no mail address; write \"desk@example.ch\" or \"Name <desk@example.ch>\"";
    let (name, address) = match text
        .strip_suffix('>')
        .and_then(|text| text.rsplit_once('<'))
    {
        Some((name, address)) => (Some(name.trim().trim_matches('"').to_owned()), address),
        None => (None, text),
    };
    let name = name.filter(|name| !name.is_empty());
    if name.as_ref().is_some_and(|name| {
        name.chars()
            .any(|sign| sign.is_control() || matches!(sign, '<' | '>'))
    }) {
        return Err(WRONG);
    }
    let address = EmailAddress::parse(address).map_err(|_error| WRONG)?;
    Ok(Sender { name, address })
}

/// A plain mail address.
pub(super) fn address(text: &str) -> Result<EmailAddress, &'static str> {
    EmailAddress::parse(text)
        .map_err(|_error| "is no mail address; write one such as \"desk@example.ch\"")
}

/// `auto`, or `0-3/16`.
pub(super) fn shards(text: &str) -> Result<Shards, &'static str> {
    const WRONG: &str =
        "must be \"auto\" or FIRST-LAST/TOTAL such as \"0-3/16\", with FIRST <= LAST < TOTAL";
    if text == "auto" {
        return Ok(Shards::Auto);
    }
    let (range, total) = text.split_once('/').ok_or(WRONG)?;
    let (first, last) = range.split_once('-').ok_or(WRONG)?;
    let number = |text: &str| text.trim().parse::<u16>().map_err(|_error| WRONG);
    let (first, last, total) = (number(first)?, number(last)?, number(total)?);
    if first <= last && last < total {
        Ok(Shards::Range { first, last, total })
    } else {
        Err(WRONG)
    }
}

/// `127.0.0.1:8080`, `[::]:8080`, `localhost:0`.
pub(super) fn listen(text: &str) -> Result<SocketAddr, &'static str> {
    let spelled = match text.strip_prefix("localhost:") {
        Some(port) => format!("127.0.0.1:{port}"),
        None => text.to_owned(),
    };
    spelled
        .parse()
        .map_err(|_error| "must be an IP address with a port, such as \"127.0.0.1:8080\"")
}

/// The 32 bytes of the application's public key, in hex.
pub(super) fn public_key(text: &str) -> Result<[u8; 32], &'static str> {
    let mut key = [0; 32];
    hex::decode_to_slice(text, &mut key)
        .map_err(|_error| "must be the 64 hex digits of \"Public Key\" in the developer portal")?;
    Ok(key)
}

/// A secret of Standard Webhooks: base64 of 24 to 64 bytes, `whsec_` before it or not.
pub(super) fn webhook_secret(text: &str) -> Result<SecretString, &'static str> {
    let encoded = text.strip_prefix("whsec_").unwrap_or(text);
    let long_enough = STANDARD
        .decode(encoded)
        .is_ok_and(|bytes| (24..=64).contains(&bytes.len()));
    if long_enough {
        Ok(text.into())
    } else {
        Err("must be \"whsec_\" and the base64 of 24 to 64 random bytes")
    }
}

/// A bot token: one word that a header can carry.
pub(super) fn token(text: &str) -> Result<SecretString, &'static str> {
    let word = text.strip_prefix("Bot ").unwrap_or(text);
    let plain = word.bytes().all(|byte| byte.is_ascii_graphic());
    if plain {
        Ok(word.into())
    } else {
        Err("is no bot token; copy it from \"Bot\" in the developer portal")
    }
}

/// A path that a file may have.
pub(super) fn file_path(text: &str) -> Result<PathBuf, &'static str> {
    let path = PathBuf::from(text);
    if text.ends_with('/') || path.is_dir() {
        Err("names a folder; write the path of a file")
    } else {
        Ok(path)
    }
}
