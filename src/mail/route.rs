//! Reads `mail.url`. Lettre reads it too, but keeps to itself what it read, and its errors repeat the URL.

use std::path::PathBuf;

use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Tls, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use lettre::transport::smtp::{SMTP_PORT, SUBMISSION_PORT, SUBMISSIONS_PORT};
use url::{Host, Url};

use super::MailError;

/// Where letters go.
pub(super) enum Route {
    /// To a server.
    Smtp(Server),
    /// Into a folder.
    Folder(PathBuf),
}

/// A mail server and how it lets us in.
pub(super) struct Server {
    /// Name or address, without brackets.
    pub(super) host: String,
    /// The port.
    pub(super) port: u16,
    /// Whether and when the connection is encrypted.
    pub(super) tls: Tls,
    /// Our name.
    pub(super) hello: ClientId,
    /// User and password.
    pub(super) credentials: Option<Credentials>,
}

/// Reads the URL.
pub(super) fn parse(text: &str) -> Result<Route, MailError> {
    let text = text.trim();
    if let Some(path) = text.strip_prefix("file://") {
        return match path {
            "" => Err(MailError::Url("the folder is missing")),
            path => Ok(Route::Folder(PathBuf::from(path))),
        };
    }
    let url = Url::parse(text).map_err(|_with_url| MailError::Url("it cannot be read"))?;
    let host = match url.host() {
        Some(Host::Ipv6(address)) => address.to_string(),
        Some(host) => host.to_string(),
        None => return Err(MailError::Url("the host is missing")),
    };
    let (tls, port) = encryption(&url, &host)?;
    let name = url.path().trim_matches('/');
    let hello = if name.is_empty() {
        ClientId::default()
    } else {
        ClientId::Domain(name.to_owned())
    };
    let credentials = credentials(&url)?;
    Ok(Route::Smtp(Server {
        host,
        port: url.port().unwrap_or(port),
        tls,
        hello,
        credentials,
    }))
}

fn encryption(url: &Url, host: &str) -> Result<(Tls, u16), MailError> {
    let mut mode = None;
    for (key, value) in url.query_pairs() {
        if key != "tls" {
            return Err(MailError::Url("the only parameter is tls"));
        }
        mode = Some(value.into_owned());
    }
    let parameters =
        || TlsParameters::new(host.to_owned()).map_err(|_with_host| MailError::Certificates);
    match (url.scheme(), mode.as_deref()) {
        ("smtp", None) => Ok((Tls::None, SMTP_PORT)),
        ("smtp", Some("required")) => Ok((Tls::Required(parameters()?), SUBMISSION_PORT)),
        ("smtp", Some("opportunistic")) => Ok((Tls::Opportunistic(parameters()?), SUBMISSION_PORT)),
        ("smtps", _) => Ok((Tls::Wrapper(parameters()?), SUBMISSIONS_PORT)),
        ("smtp", Some(_)) => Err(MailError::Url("tls is required or opportunistic")),
        _ => Err(MailError::Url("the scheme is unknown")),
    }
}

fn credentials(url: &Url) -> Result<Option<Credentials>, MailError> {
    let unreadable = || MailError::Url("user and password are not percent-encoded UTF-8");
    match (url.username(), url.password()) {
        ("", None) => Ok(None),
        ("", Some(_)) => Err(MailError::Url("the user is missing")),
        (_, None) => Err(MailError::Url("the password is missing")),
        (user, Some(password)) => {
            let user = decoded(user).ok_or_else(unreadable)?;
            let password = decoded(password).ok_or_else(unreadable)?;
            Ok(Some(Credentials::new(user, password)))
        }
    }
}

fn decoded(text: &str) -> Option<String> {
    let mut bytes = text.bytes();
    let mut plain = Vec::with_capacity(text.len());
    while let Some(byte) = bytes.next() {
        if byte == b'%' {
            let pair = [bytes.next()?, bytes.next()?];
            plain.extend(hex::decode(pair).ok()?);
        } else {
            plain.push(byte);
        }
    }
    String::from_utf8(plain).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn server(text: &str) -> Server {
        match parse(text) {
            Ok(Route::Smtp(server)) => server,
            _ => panic!("not a server: {text}"),
        }
    }

    #[test]
    fn ports_and_encryption_are_those_of_lettre() {
        let shown = |text| {
            let server = server(text);
            format!("{} {} {:?}", server.host, server.port, server.tls)
        };
        assert_eq!(shown("smtp://mail.example.ch"), "mail.example.ch 25 None");
        assert_eq!(
            shown("smtp://mail.example.ch?tls=required"),
            "mail.example.ch 587 Required"
        );
        assert_eq!(
            shown("smtp://mail.example.ch:2525?tls=opportunistic"),
            "mail.example.ch 2525 Opportunistic"
        );
        assert_eq!(
            shown("smtps://u:p@mail.example.ch"),
            "mail.example.ch 465 Wrapper"
        );
        assert_eq!(shown("smtp://[::1]:2525"), "::1 2525 None");
        assert_eq!(
            server("smtp://mail.example.ch/desk.example.ch")
                .hello
                .to_string(),
            "desk.example.ch"
        );
    }

    #[test]
    fn user_and_password_are_decoded() {
        let expected = Credentials::new("desk@example.ch".to_owned(), "a:b/c+é".to_owned());
        assert_eq!(
            server("smtp://desk%40example.ch:a%3Ab%2Fc+%C3%A9@mail.example.ch").credentials,
            Some(expected)
        );
    }

    #[test]
    fn a_wrong_url_is_refused_in_one_line_that_does_not_repeat_it() {
        for text in [
            "",
            "mail.example.ch",
            "http://hunter2@example.ch",
            "smtp://",
            "smtp://h?tls=hunter2",
            "smtp://h?ssl=1",
            "smtp://hunter2@h",
            "smtp://:hunter2@h",
            "smtp://u:%FFhunter2@h",
            "smtp://u:%2@h",
            "file://",
        ] {
            let error = parse(text)
                .err()
                .unwrap_or_else(|| panic!("taken: {text}"))
                .to_string();
            assert!(
                error.starts_with("mail.url: ")
                    && !error.contains('\n')
                    && !error.contains("hunter2"),
                "{error}"
            );
        }
    }

    #[test]
    fn a_folder_is_taken_as_it_is() {
        assert!(
            matches!(parse("file:///var/spool/a b"), Ok(Route::Folder(path)) if path.as_os_str() == "/var/spool/a b")
        );
    }
}
