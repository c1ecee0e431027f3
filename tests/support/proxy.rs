//! Stands between the bot and PostgreSQL, and loses the answer to a COMMIT.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use url::Url;

/// A proxy before one server; it ends with the test's runtime.
#[derive(Clone)]
pub(crate) struct Proxy {
    armed: Arc<AtomicBool>,
}

impl Proxy {
    /// The proxy, and the URL that leads through it.
    pub(crate) fn before(url: &str) -> (Self, String) {
        let mut url = Url::parse(url).expect("a URL");
        let port = url.port().expect("the server's port");
        let server = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        let listener = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
        listener.set_nonblocking(true).expect("a listener");
        let own = listener.local_addr().expect("the port").port();
        url.set_port(Some(own)).expect("a port");
        let listener = TcpListener::from_std(listener).expect("a listener");
        let proxy = Self {
            armed: Arc::default(),
        };
        let armed = Arc::clone(&proxy.armed);
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                tokio::spawn(pass(client, server, Arc::clone(&armed)));
            }
        });
        (proxy, url.into())
    }

    /// The answer to the next COMMIT is lost, and its connection with it.
    pub(crate) fn lose_next_commit(&self) {
        self.armed.store(true, Ordering::SeqCst);
    }

    /// Whether it was lost.
    pub(crate) fn has_lost(&self) -> bool {
        !self.armed.load(Ordering::SeqCst)
    }
}

async fn pass(mut client: TcpStream, server: SocketAddr, armed: Arc<AtomicBool>) -> io::Result<()> {
    let mut server = TcpStream::connect(server).await?;
    let (mut asked, mut answered) = ([0; 16_384], [0; 16_384]);
    loop {
        tokio::select! {
            read = client.read(&mut asked) => {
                let read = read?;
                if read == 0 {
                    return Ok(());
                }
                server.write_all(&asked[..read]).await?;
                let commits = asked[..read].windows(6).any(|word| word == b"COMMIT");
                if commits && armed.swap(false, Ordering::SeqCst) {
                    // the server has done it once it answers; nobody hears that
                    return server.read(&mut answered).await.map(drop);
                }
            }
            read = server.read(&mut answered) => {
                let read = read?;
                if read == 0 {
                    return Ok(());
                }
                client.write_all(&answered[..read]).await?;
            }
        }
    }
}
