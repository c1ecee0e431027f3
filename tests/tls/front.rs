//! What stands before the local Discord: it takes TLS off, and says that the gateway is behind TLS.

use std::sync::{Arc, Mutex};

use deskhand::sandbox::LocalDiscord;
use rcgen::{CertificateParams, DnType, KeyPair, date_time_ymd};
use tempfile::NamedTempFile;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};

/// A certificate that vouches for itself, in a file for those who trust it.
pub(crate) struct Identity {
    certificate: CertificateDer<'static>,
    key: Vec<u8>,
    pub(crate) file: NamedTempFile,
}

impl Identity {
    /// For this host, valid in these years.
    pub(crate) fn new(host: &str, years: (i32, i32)) -> Self {
        let mut params = CertificateParams::new(vec![host.to_owned()]).expect("a host");
        // two that bear the same name would be told apart by their signatures only
        params.distinguished_name.push(DnType::CommonName, host);
        params.not_before = date_time_ymd(years.0, 1, 1);
        params.not_after = date_time_ymd(years.1, 1, 1);
        let key = KeyPair::generate().expect("a key");
        let made = params.self_signed(&key).expect("a certificate");
        let file = NamedTempFile::new().expect("a temporary file");
        std::fs::write(file.path(), made.pem()).expect("the certificate's file");
        Self {
            certificate: made.der().clone(),
            key: key.serialize_der(),
            file,
        }
    }

    fn acceptor(&self) -> TlsAcceptor {
        let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(self.key.clone()));
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .expect("the protocol versions")
            .with_no_client_auth()
            .with_single_cert(vec![self.certificate.clone()], key)
            .expect("the certificate with its key");
        TlsAcceptor::from(Arc::new(config))
    }
}

/// A front at work; ends with the handle.
pub(crate) struct Front {
    plain: u16,
    encrypted: u16,
    upgrades: Arc<Mutex<Vec<String>>>,
    _tasks: JoinSet<()>,
}

/// What one connection needs.
#[derive(Clone)]
struct Behind {
    rest: String,
    gateway: String,
    says: String,
    upgrades: Arc<Mutex<Vec<String>>>,
}

impl Front {
    /// Before one local Discord, with this certificate.
    pub(crate) async fn start(discord: &LocalDiscord, identity: &Identity) -> Self {
        Self::between(discord, discord, identity, "wss").await
    }

    /// REST goes to one local Discord, the gateway is another's; `scheme` is what Discord says of it.
    pub(crate) async fn between(
        rest: &LocalDiscord,
        gateway: &LocalDiscord,
        identity: &Identity,
        scheme: &str,
    ) -> Self {
        let listen = || TcpListener::bind("127.0.0.1:0");
        let (plain, encrypted) = (listen().await.unwrap(), listen().await.unwrap());
        let port = |listener: &TcpListener| listener.local_addr().unwrap().port();
        let (plain_port, encrypted_port) = (port(&plain), port(&encrypted));
        let address = |discord: &LocalDiscord| discord.base_url().replace("http://", "");
        let upgrades = Arc::default();
        let behind = Behind {
            rest: address(rest),
            gateway: address(gateway),
            says: format!("{scheme}://localhost:{encrypted_port}"),
            upgrades: Arc::clone(&upgrades),
        };
        let (acceptor, also_behind) = (identity.acceptor(), behind.clone());
        let mut tasks = JoinSet::new();
        tasks.spawn(async move {
            while let Ok((stream, _)) = plain.accept().await {
                tokio::spawn(also_behind.clone().serve(stream));
            }
        });
        tasks.spawn(async move {
            while let Ok((stream, _)) = encrypted.accept().await {
                let (acceptor, behind) = (acceptor.clone(), behind.clone());
                tokio::spawn(async move {
                    if let Ok(stream) = acceptor.accept(stream).await {
                        behind.serve(stream).await;
                    }
                });
            }
        });
        Self {
            plain: plain_port,
            encrypted: encrypted_port,
            upgrades,
            _tasks: tasks,
        }
    }

    /// REST without encryption, so that only the gateway has a certificate to show.
    pub(crate) fn plain_url(&self) -> String {
        format!("http://127.0.0.1:{}", self.plain)
    }

    /// REST behind the same certificate as the gateway.
    pub(crate) fn encrypted_url(&self) -> String {
        format!("https://localhost:{}", self.encrypted)
    }

    /// The heads of the requests for a WebSocket that came over TLS or not.
    pub(crate) fn upgrades(&self) -> Vec<String> {
        self.upgrades.lock().unwrap().clone()
    }
}

impl Behind {
    /// One request for each connection.
    async fn serve(self, mut from: impl AsyncRead + AsyncWrite + Unpin) {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            match from.read_u8().await {
                Ok(byte) => head.push(byte),
                Err(_) => return,
            }
        }
        let head = String::from_utf8(head).unwrap();
        let (line, fields) = head.split_once("\r\n").unwrap();
        if line.starts_with("GET /api/v10/gateway/bot ") {
            let limit = r#"{"total":1000,"remaining":999,"reset_after":0,"max_concurrency":1}"#;
            let body = format!(
                "{{\"url\":\"{}\",\"shards\":1,\"session_start_limit\":{limit}}}",
                self.says
            );
            let answer = format!(
                "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
                body.len()
            );
            let _ = from.write_all(answer.as_bytes()).await;
            let _ = from.shutdown().await;
            return;
        }
        let (to, head) = if fields.to_lowercase().contains("upgrade: websocket") {
            self.upgrades.lock().unwrap().push(head.clone());
            (&self.gateway, head.replacen("GET /?", "GET /gateway?", 1))
        } else {
            (
                &self.rest,
                format!("{line}\r\nConnection: close\r\n{fields}"),
            )
        };
        let Ok(mut to) = TcpStream::connect(to).await else {
            return;
        };
        if to.write_all(head.as_bytes()).await.is_ok() {
            // either side may break off: that is what the tests are about
            let _ = copy_bidirectional(&mut from, &mut to).await;
        }
    }
}
