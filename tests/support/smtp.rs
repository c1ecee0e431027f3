//! A mail server on the loopback: the protocol is mailin's, TLS is rustls, and a test decides
//! whom it refuses and when it fails.

use std::fmt::Write as _;
use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use mailin::{Action, AuthMechanism, Handler, Response, Session, SessionBuilder, response};
use tempfile::NamedTempFile;
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::{AbortHandle, JoinSet};
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};

/// How long a test waits for mail before it fails.
const RECEIVE_TIMEOUT: Duration = Duration::from_secs(20);

/// How a client gets to an encrypted connection.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Encryption {
    /// Not at all.
    #[default]
    Plain,
    /// By STARTTLS.
    StartTls,
    /// From the first byte.
    Implicit,
}

/// What the server does to a connection, beside its rules for recipients.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Fault {
    /// Nothing.
    #[default]
    None,
    /// It closes the connection instead of greeting.
    Hangup,
    /// It keeps the mail and closes the connection instead of saying so.
    LoseReply,
    /// It drops the mail, answers 421 after its text and closes the connection.
    Unavailable,
}

/// How a server behaves from its start.
#[derive(Default)]
pub(crate) struct SmtpOptions {
    pub(crate) tls: Encryption,
    /// User and password, without which no mail is taken.
    pub(crate) auth: Option<(String, String)>,
    /// Recipients answered with 550.
    pub(crate) reject: Vec<String>,
    /// Recipients answered with 451.
    pub(crate) defer: Vec<String>,
}

/// A mail that the server took.
#[derive(Clone, Debug)]
pub(crate) struct ReceivedMail {
    /// Of the envelope.
    pub(crate) from: String,
    /// Of the envelope.
    pub(crate) to: Vec<String>,
    /// In order, unfolded, values as sent.
    pub(crate) headers: Vec<(String, String)>,
    /// All bytes after the dots of the transport were removed.
    pub(crate) raw: Vec<u8>,
}

impl ReceivedMail {
    /// The first header of this name, without case.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let found = self
            .headers
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }
}

#[derive(Default)]
struct Rules {
    auth: Option<(String, String)>,
    reject: Vec<String>,
    defer: Vec<String>,
    fault: Fault,
}

struct Shared {
    rules: Mutex<Rules>,
    mails: watch::Sender<Vec<ReceivedMail>>,
}

impl Shared {
    fn fault(&self) -> Fault {
        self.rules.lock().expect("the rules").fault
    }
}

/// A running server; it ends with the value.
pub(crate) struct SmtpServer {
    address: SocketAddr,
    tls: Encryption,
    certificate: NamedTempFile,
    shared: Arc<Shared>,
    accepting: AbortHandle,
}

impl Drop for SmtpServer {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

impl SmtpServer {
    /// Listens on a free port of the loopback.
    pub(crate) async fn start(options: SmtpOptions) -> Self {
        let SmtpOptions {
            tls,
            auth,
            reject,
            defer,
        } = options;
        let names = ["127.0.0.1".to_owned(), "localhost".to_owned()];
        let made = rcgen::generate_simple_self_signed(names).expect("a certificate");
        let certificate = NamedTempFile::new().expect("a temporary file");
        std::fs::write(certificate.path(), made.cert.pem()).expect("the certificate's file");
        let key = PrivatePkcs8KeyDer::from(made.signing_key.serialize_der());
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .expect("the protocol versions")
            .with_no_client_auth()
            .with_single_cert(vec![made.cert.der().clone()], PrivateKeyDer::from(key))
            .expect("the certificate with its key");

        let mut builder = SessionBuilder::new("mail.test");
        if tls == Encryption::StartTls {
            builder.enable_start_tls();
        }
        if auth.is_some() {
            builder
                .enable_auth(AuthMechanism::Plain)
                .enable_auth(AuthMechanism::Login);
            if tls == Encryption::Plain {
                builder.insecure_enable_plaintext_auth();
            }
        }
        let rules = Mutex::new(Rules {
            auth,
            reject,
            defer,
            fault: Fault::None,
        });
        let shared = Arc::new(Shared {
            rules,
            mails: watch::Sender::default(),
        });
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
            .await
            .expect("a free port");
        let address = listener.local_addr().expect("the port");
        let connection = Connection {
            acceptor: TlsAcceptor::from(Arc::new(config)),
            builder,
            shared: Arc::clone(&shared),
            tls,
        };
        let accepting = tokio::spawn(accept(listener, connection)).abort_handle();
        Self {
            address,
            tls,
            certificate,
            shared,
            accepting,
        }
    }

    /// The server in lettre's form, with user and password where it wants them.
    pub(crate) fn url(&self) -> String {
        let auth = &self.shared.rules.lock().expect("the rules").auth;
        let account = auth.as_ref().map_or(String::new(), |(user, password)| {
            format!("{}:{}@", percent_encoded(user), percent_encoded(password))
        });
        let address = self.address;
        match self.tls {
            Encryption::Plain => format!("smtp://{account}{address}"),
            Encryption::StartTls => format!("smtp://{account}{address}?tls=required"),
            Encryption::Implicit => format!("smtps://{account}{address}"),
        }
    }

    /// The certificate to trust; for a program under test in `SSL_CERT_FILE`.
    pub(crate) fn certificate_pem_file(&self) -> &Path {
        self.certificate.path()
    }

    /// All mails so far, as soon as there are at least `count`.
    pub(crate) async fn received(&self, count: usize) -> Vec<ReceivedMail> {
        let mut mails = self.shared.mails.subscribe();
        let enough = mails.wait_for(|mails| mails.len() >= count);
        match timeout(RECEIVE_TIMEOUT, enough).await {
            Ok(mails) => mails.expect("the server").clone(),
            Err(_) => panic!(
                "{} of {count} mails arrived in {RECEIVE_TIMEOUT:?}",
                self.shared.mails.borrow().len()
            ),
        }
    }

    /// Recipients answered with 550 from now on.
    pub(crate) fn set_reject(&self, recipients: &[&str]) {
        let recipients = recipients.iter().map(ToString::to_string).collect();
        self.shared.rules.lock().expect("the rules").reject = recipients;
    }

    /// Recipients answered with 451 from now on.
    pub(crate) fn set_defer(&self, recipients: &[&str]) {
        let recipients = recipients.iter().map(ToString::to_string).collect();
        self.shared.rules.lock().expect("the rules").defer = recipients;
    }

    /// What happens to connections from now on.
    pub(crate) fn set_fault(&self, fault: Fault) {
        self.shared.rules.lock().expect("the rules").fault = fault;
    }
}

fn percent_encoded(text: &str) -> String {
    let mut encoded = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() {
            encoded.push(char::from(byte));
        } else {
            write!(encoded, "%{byte:02X}").expect("writing to a string");
        }
    }
    encoded
}

#[derive(Clone)]
struct Connection {
    acceptor: TlsAcceptor,
    builder: SessionBuilder,
    shared: Arc<Shared>,
    tls: Encryption,
}

async fn accept(listener: TcpListener, connection: Connection) {
    let mut clients = JoinSet::new();
    while let Ok((stream, peer)) = listener.accept().await {
        let connection = connection.clone();
        clients.spawn(async move {
            // A client that goes away is its own affair; the test sees what it was told.
            if let Err(error) = connection.serve(stream, peer.ip()).await {
                eprintln!("mail.test: {peer}: {error}");
            }
        });
    }
}

impl Connection {
    async fn serve(&self, stream: TcpStream, peer: IpAddr) -> io::Result<()> {
        if self.shared.fault() == Fault::Hangup {
            return Ok(());
        }
        let taker = Taker {
            shared: Arc::clone(&self.shared),
            mail: Envelope::default(),
        };
        let mut session = self.builder.build(peer, taker);
        if self.tls == Encryption::Implicit {
            let mut stream = BufReader::new(self.acceptor.accept(stream).await?);
            session.tls_active();
            write(&mut stream, &session.greeting()).await?;
            return self.converse(&mut session, &mut stream).await.map(drop);
        }
        let mut stream = BufReader::new(stream);
        write(&mut stream, &session.greeting()).await?;
        if self.converse(&mut session, &mut stream).await? == Action::UpgradeTls {
            let mut stream = BufReader::new(self.acceptor.accept(stream.into_inner()).await?);
            session.tls_active();
            self.converse(&mut session, &mut stream).await?;
        }
        Ok(())
    }

    /// Answers lines until the client leaves or the connection changes.
    async fn converse<S>(
        &self,
        session: &mut Session<Taker>,
        stream: &mut BufReader<S>,
    ) -> io::Result<Action>
    where
        S: AsyncRead + AsyncWrite + Unpin,
    {
        let mut line = Vec::new();
        loop {
            line.clear();
            if stream.read_until(b'\n', &mut line).await? == 0 {
                return Ok(Action::Close);
            }
            let answer = session.process(&line);
            let lost = answer.is_error && self.shared.fault() == Fault::LoseReply;
            match answer.action {
                Action::NoReply => {}
                Action::Reply => write(stream, &answer).await?,
                Action::Close if lost => return Ok(Action::Close),
                Action::Close | Action::UpgradeTls => {
                    write(stream, &answer).await?;
                    return Ok(answer.action);
                }
            }
        }
    }
}

async fn write<S>(stream: &mut BufReader<S>, answer: &Response) -> io::Result<()>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let mut bytes = Vec::new();
    answer.write_to(&mut bytes)?;
    stream.write_all(&bytes).await?;
    stream.flush().await
}

#[derive(Default)]
struct Envelope {
    from: String,
    to: Vec<String>,
    raw: Vec<u8>,
}

/// One client's side of the rules.
struct Taker {
    shared: Arc<Shared>,
    mail: Envelope,
}

impl Taker {
    fn signed_in(&self, user: &str, password: &str) -> Response {
        let rules = self.shared.rules.lock().expect("the rules");
        let right = rules
            .auth
            .as_ref()
            .is_some_and(|(u, p)| u == user && p == password);
        if right {
            response::AUTH_OK
        } else {
            response::INVALID_CREDENTIALS
        }
    }
}

impl Handler for Taker {
    fn rcpt(&mut self, to: &str) -> Response {
        let rules = self.shared.rules.lock().expect("the rules");
        let listed = |list: &[String]| list.iter().any(|known| known.eq_ignore_ascii_case(to));
        if listed(&rules.reject) {
            Response::custom(550, "5.1.1 No such mailbox".to_owned())
        } else if listed(&rules.defer) {
            Response::custom(451, "4.3.0 Try again later".to_owned())
        } else {
            response::OK
        }
    }

    fn data_start(&mut self, _domain: &str, from: &str, _is8bit: bool, to: &[String]) -> Response {
        self.mail = Envelope {
            from: from.to_owned(),
            to: to.to_vec(),
            raw: Vec::new(),
        };
        response::OK
    }

    fn data(&mut self, line: &[u8]) -> io::Result<()> {
        self.mail.raw.extend_from_slice(line);
        Ok(())
    }

    fn data_end(&mut self) -> Response {
        let fault = self.shared.fault();
        if fault == Fault::Unavailable {
            return response::NO_SERVICE;
        }
        let Envelope { from, to, raw } = std::mem::take(&mut self.mail);
        let mail = ReceivedMail {
            from,
            to,
            headers: headers(&raw),
            raw,
        };
        self.shared.mails.send_modify(|mails| mails.push(mail));
        if fault == Fault::LoseReply {
            response::NO_SERVICE
        } else {
            response::OK
        }
    }

    fn auth_plain(&mut self, _authorization: &str, user: &str, password: &str) -> Response {
        self.signed_in(user, password)
    }

    fn auth_login(&mut self, user: &str, password: &str) -> Response {
        self.signed_in(user, password)
    }
}

fn headers(raw: &[u8]) -> Vec<(String, String)> {
    let text = String::from_utf8_lossy(raw);
    let mut headers: Vec<(String, String)> = Vec::new();
    for line in text.lines().take_while(|line| !line.is_empty()) {
        if line.starts_with([' ', '\t'])
            && let Some((_, value)) = headers.last_mut()
        {
            value.push(' ');
            value.push_str(line.trim_start());
        } else if let Some((name, value)) = line.split_once(':') {
            headers.push((name.to_owned(), value.trim_start().to_owned()));
        }
    }
    headers
}
