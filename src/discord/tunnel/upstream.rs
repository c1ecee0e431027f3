//! The far end: where Discord says the gateway is, and an upgraded connection to it.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt as _};
use tokio::net::{TcpStream, lookup_host};
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::ServerName;
use tokio_rustls::rustls::{CertificateError, ClientConfig, Error as TlsError};
use url::{Host, Url};

use super::door::{HEAD_WITHIN, Head, Request, read_head};
use crate::discord::tls;

/// For the look-up of the name and all addresses together. All waits together stay under the 15
/// seconds after which serenity gives a connection up without having looked at it.
const CONNECT_WITHIN: Duration = Duration::from_secs(5);

/// For one address, so that a dead one leaves time for the next.
const ADDRESS_WITHIN: Duration = Duration::from_secs(2);

/// For the TLS handshake.
const HANDSHAKE_WITHIN: Duration = Duration::from_secs(3);

/// A gateway's address.
#[derive(Debug)]
pub(crate) struct Upstream {
    host: Host,
    port: u16,
    /// As the Host header has it.
    authority: String,
    path: String,
    tls: Option<(Arc<ClientConfig>, ServerName<'static>)>,
}

/// A connection that the gateway has upgraded.
pub(super) struct Opened {
    pub(super) stream: Box<dyn Stream>,
    /// The gateway's answer, and what came behind it.
    pub(super) head: Head,
}

/// Plain or encrypted.
pub(super) trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

impl Upstream {
    /// Reads the address that Discord gave. One without encryption is taken only where REST has
    /// none either: the bot's token would go where it can be read.
    ///
    /// # Errors
    /// Why it cannot be used.
    pub(crate) fn read(url: &str, plain_allowed: bool) -> Result<Self, &'static str> {
        const UNUSABLE: &str = "Discord names no usable gateway";
        let url = Url::parse(url).map_err(|_| UNUSABLE)?;
        let host = url.host().ok_or(UNUSABLE)?.to_owned();
        let tls = match url.scheme() {
            "wss" => {
                let name = match &host {
                    Host::Domain(name) => {
                        ServerName::try_from(name.clone()).map_err(|_| UNUSABLE)?
                    }
                    Host::Ipv4(address) => ServerName::from(std::net::IpAddr::from(*address)),
                    Host::Ipv6(address) => ServerName::from(std::net::IpAddr::from(*address)),
                };
                let trust = tls::trust().map_err(|_| "TLS could not be set up")?;
                Some((trust, name))
            }
            "ws" if plain_allowed => None,
            "ws" => return Err("Discord names a gateway without encryption"),
            _ => return Err(UNUSABLE),
        };
        let default = if tls.is_some() { 443 } else { 80 };
        let authority = match url.port() {
            Some(port) => format!("{host}:{port}"),
            None => host.to_string(),
        };
        Ok(Self {
            host,
            port: url.port().unwrap_or(default),
            authority,
            path: url.path().to_owned(),
            tls,
        })
    }

    /// Whether a connection can be made; it is ended at once, before any session.
    ///
    /// # Errors
    /// Why not.
    pub(crate) async fn answers(&self) -> Result<(), &'static str> {
        let mut bits = [0_u8; 16];
        getrandom::fill(&mut bits).map_err(|_| "the operating system gives no random bits")?;
        let request = Request {
            query: "?v=10&encoding=json".to_owned(),
            key: BASE64_STANDARD.encode(bits),
        };
        self.open(&request).await.map(drop)
    }

    /// Connects, and asks for what serenity asked for; the error says in words why not.
    pub(super) async fn open(&self, request: &Request) -> Result<Opened, &'static str> {
        let tcp = timeout(CONNECT_WITHIN, self.connect()).await;
        let tcp = tcp.map_err(|_| "no connection in time")??;
        tcp.set_nodelay(true).unwrap_or_default();
        let mut stream: Box<dyn Stream> = match &self.tls {
            None => Box::new(tcp),
            Some((trust, name)) => {
                let connector = TlsConnector::from(Arc::clone(trust));
                let shaken = timeout(HANDSHAKE_WITHIN, connector.connect(name.clone(), tcp)).await;
                let shaken = shaken.map_err(|_| "no TLS handshake in time")?;
                Box::new(shaken.map_err(|error| why_not(&error))?)
            }
        };
        let asked = async {
            stream
                .write_all(self.request(request).as_bytes())
                .await
                .ok()?;
            stream.flush().await.ok()?;
            read_head(&mut stream).await
        };
        let head = timeout(HEAD_WITHIN, asked).await;
        let head = head.map_err(|_| "no answer in time")?;
        let head = head.ok_or("the connection broke before the answer")?;
        if head.text.starts_with("HTTP/1.1 101 ") {
            Ok(Opened { stream, head })
        } else if head.text.starts_with("HTTP/1.1 429 ") {
            Err("too many connections, says the gateway")
        } else {
            Err("the gateway answers, but not as a WebSocket")
        }
    }

    async fn connect(&self) -> Result<TcpStream, &'static str> {
        let addresses: Vec<SocketAddr> = match &self.host {
            Host::Domain(name) => lookup_host((name.as_str(), self.port))
                .await
                .map_err(|_| "its name is not known")?
                .collect(),
            Host::Ipv4(address) => vec![(*address, self.port).into()],
            Host::Ipv6(address) => vec![(*address, self.port).into()],
        };
        for address in addresses {
            if let Ok(Ok(tcp)) = timeout(ADDRESS_WITHIN, TcpStream::connect(address)).await {
                return Ok(tcp);
            }
        }
        Err("no connection")
    }

    /// Written anew, not copied: the gateway gets nothing that it should not have.
    fn request(&self, request: &Request) -> String {
        let (path, authority) = (&self.path, &self.authority);
        let Request { query, key } = request;
        format!(
            "GET {path}{query} HTTP/1.1\r\nHost: {authority}\r\nConnection: Upgrade\r\n\
             Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\n\r\n"
        )
    }
}

/// Why the handshake failed, in words for the operator.
fn why_not(error: &std::io::Error) -> &'static str {
    let inner = error
        .get_ref()
        .and_then(|inner| inner.downcast_ref::<TlsError>());
    let Some(TlsError::InvalidCertificate(certificate)) = inner else {
        return match inner {
            Some(_) => "the TLS handshake failed",
            None => "the connection broke in the TLS handshake",
        };
    };
    match certificate {
        CertificateError::UnknownIssuer => "its certificate comes from nobody that is trusted here",
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
            "its certificate has expired"
        }
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            "its certificate is not valid yet; is this machine's clock right?"
        }
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            "its certificate is for another host"
        }
        _ => "its certificate is not valid",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(url: &str) -> String {
        let request = Request {
            query: "?v=10".into(),
            key: "a2V5".into(),
        };
        Upstream::read(url, true).unwrap().request(&request)
    }

    #[test]
    fn the_gateway_is_asked_under_its_own_name() {
        let asked = request("wss://gateway.discord.gg");
        assert!(
            asked.starts_with("GET /?v=10 HTTP/1.1\r\nHost: gateway.discord.gg\r\n"),
            "{asked}"
        );
        assert!(
            asked.ends_with("Sec-WebSocket-Key: a2V5\r\n\r\n"),
            "{asked}"
        );
        let asked = request("ws://[::1]:81/gateway");
        assert!(
            asked.starts_with("GET /gateway?v=10 HTTP/1.1\r\nHost: [::1]:81\r\n"),
            "{asked}"
        );
        let upstream = Upstream::read("wss://gateway.discord.gg:443/", false).unwrap();
        assert_eq!(
            (upstream.port, upstream.authority.as_str()),
            (443, "gateway.discord.gg")
        );
    }

    #[test]
    fn an_address_that_cannot_be_used_or_would_show_the_token_is_refused() {
        assert!(Upstream::read("ws://gateway.discord.gg", false).is_err());
        assert!(Upstream::read("ws://gateway.discord.gg", true).is_ok());
        for url in [
            "",
            "gateway.discord.gg",
            "https://gateway.discord.gg",
            "wss://",
        ] {
            assert!(Upstream::read(url, true).is_err(), "{url:?}");
        }
    }
}
