//! Who comes through the tunnel, with real connections to a gateway that says what it is told.

use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;

use super::*;

const UPGRADED: &[u8] = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n";

const SOON: Duration = Duration::from_secs(10);

async fn gateway() -> (TcpListener, Tunnel) {
    let gateway = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("ws://{}/gateway", gateway.local_addr().unwrap());
    let tunnel = Tunnel::open(Upstream::read(&url, true).unwrap())
        .await
        .unwrap();
    (gateway, tunnel)
}

/// Connects to the tunnel and asks for a path.
async fn ask(tunnel: &Tunnel, path: &str) -> TcpStream {
    let address = tunnel
        .url()
        .strip_prefix("ws://")
        .unwrap()
        .split_once('/')
        .unwrap()
        .0;
    let mut stream = TcpStream::connect(address).await.unwrap();
    let request = format!("GET {path} HTTP/1.1\r\nHost: x\r\nSec-WebSocket-Key: a2V5\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    stream
}

fn secret(tunnel: &Tunnel) -> String {
    let path = tunnel
        .url()
        .strip_prefix("ws://")
        .unwrap()
        .split_once('/')
        .unwrap()
        .1;
    format!("/{path}?v=10")
}

async fn rest(mut stream: impl tokio::io::AsyncRead + Unpin) -> Vec<u8> {
    let mut bytes = Vec::new();
    let read = timeout(SOON, stream.read_to_end(&mut bytes)).await;
    read.expect("the end").unwrap_or_default();
    bytes
}

/// The gateway's side of a connection that is upgraded, and serenity's.
async fn through(gateway: &TcpListener, tunnel: &Tunnel) -> (TcpStream, TcpStream) {
    let mut local = ask(tunnel, &secret(tunnel)).await;
    let (mut remote, _) = gateway.accept().await.unwrap();
    let asked = door::read_head(&mut remote).await.unwrap().text;
    assert!(
        asked.starts_with("GET /gateway?v=10 HTTP/1.1\r\n"),
        "{asked}"
    );
    remote.write_all(UPGRADED).await.unwrap();
    let mut answer = vec![0; UPGRADED.len()];
    local.read_exact(&mut answer).await.unwrap();
    assert_eq!(answer, UPGRADED);
    (remote, local)
}

#[tokio::test]
async fn serenity_gets_a_plain_address_of_this_machine_also_for_an_encrypted_gateway() {
    for url in [
        "wss://gateway.discord.gg",
        "wss://gateway.discord.gg/?x=y",
        "ws://10.0.0.1:81",
    ] {
        let upstream = Upstream::read(url, true).unwrap();
        let tunnel = Tunnel::open(upstream).await.unwrap();
        let (start, path) = tunnel.url().rsplit_once('/').unwrap();
        assert!(start.starts_with("ws://127.0.0.1:"), "{start}");
        assert_eq!(path.len(), 64);
        let again = Tunnel::open(Upstream::read(url, true).unwrap())
            .await
            .unwrap();
        assert!(!again.url().contains(path), "each has its own secret");
    }
}

#[tokio::test]
async fn who_does_not_know_the_secret_gets_404_and_the_gateway_hears_nothing() {
    let (gateway, tunnel) = gateway().await;
    let right = secret(&tunnel);
    let mut wrong = right.clone();
    wrong.replace_range(1..2, if right.starts_with("/0") { "1" } else { "0" });
    for path in ["/", "/gateway", "/?v=10", &wrong, &right.to_uppercase()] {
        let answer = rest(ask(&tunnel, path).await).await;
        assert!(answer.starts_with(b"HTTP/1.1 404 "), "{path}");
    }
    // the first to arrive at the gateway is the one who knows
    through(&gateway, &tunnel).await;
}

#[tokio::test]
async fn bytes_pass_both_ways_and_each_end_ends_the_other() {
    let (gateway, tunnel) = gateway().await;
    let (mut remote, mut local) = through(&gateway, &tunnel).await;
    local
        .write_all(&[0x81, 0x82, 0, 0, 0, 0, b'h', b'i'])
        .await
        .unwrap();
    let mut heard = [0; 8];
    remote.read_exact(&mut heard).await.unwrap();
    assert_eq!(heard[6..], *b"hi");
    remote.write_all(&[0x81, 2, b'y', b'o']).await.unwrap();
    drop(remote);
    assert_eq!(
        rest(local).await,
        [0x81, 2, b'y', b'o'],
        "the last words arrive"
    );

    let (remote, local) = through(&gateway, &tunnel).await;
    drop(local);
    assert!(rest(remote).await.is_empty());
}

#[tokio::test]
async fn a_fatal_close_is_told_and_kept_until_serenity_says_goodbye() {
    let (gateway, tunnel) = gateway().await;
    let (mut remote, mut local) = through(&gateway, &tunnel).await;
    let close = [0x88, 2, 0x0F, 0xAA];
    remote.write_all(&close).await.unwrap();
    assert_eq!(tunnel.refused().await, Fatal::Shard);
    // a heartbeat is no goodbye
    local.write_all(&[0x81, 0x80, 0, 0, 0, 0]).await.unwrap();
    let mut heard = [0; 6];
    remote.read_exact(&mut heard).await.unwrap();
    let mut early = [0; 1];
    assert!(local.try_read(&mut early).is_err(), "nothing yet");
    local.write_all(&[0x88, 0x80, 0, 0, 0, 0]).await.unwrap();
    let mut frame = [0; 4];
    timeout(SOON, local.read_exact(&mut frame))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(frame, close);
}

#[tokio::test]
async fn a_close_without_a_code_breaks_the_connection() {
    let (gateway, tunnel) = gateway().await;
    let (mut remote, local) = through(&gateway, &tunnel).await;
    remote.write_all(&[0x81, 1, b'a', 0x88, 0]).await.unwrap();
    assert_eq!(rest(local).await, [0x81, 1, b'a']);
}

#[tokio::test]
async fn a_gateway_that_does_not_upgrade_or_is_not_there_is_502() {
    let (gateway, tunnel) = gateway().await;
    let local = ask(&tunnel, &secret(&tunnel)).await;
    let (mut remote, _) = gateway.accept().await.unwrap();
    remote
        .write_all(b"HTTP/1.1 429 Too Many Requests\r\n\r\n")
        .await
        .unwrap();
    assert!(rest(local).await.starts_with(b"HTTP/1.1 502 "));
    drop((gateway, remote));
    let local = ask(&tunnel, &secret(&tunnel)).await;
    assert!(rest(local).await.starts_with(b"HTTP/1.1 502 "));
}

#[tokio::test]
async fn a_gateway_that_says_nothing_is_502_in_time() {
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = silent.local_addr().unwrap();
    let hold = tokio::spawn(async move {
        let mut held = Vec::new();
        while let Ok((stream, _)) = silent.accept().await {
            held.push(stream);
        }
    });
    let waits = ["ws", "wss"].map(|scheme| async move {
        let upstream = Upstream::read(&format!("{scheme}://{address}"), true).unwrap();
        let tunnel = Tunnel::open(upstream).await.unwrap();
        rest(ask(&tunnel, &secret(&tunnel)).await).await
    });
    for answer in futures::future::join_all(waits).await {
        assert!(answer.starts_with(b"HTTP/1.1 502 "));
    }
    hold.abort();
}

#[tokio::test]
async fn a_closed_tunnel_takes_nobody() {
    let (gateway, tunnel) = gateway().await;
    let (_remote, local) = through(&gateway, &tunnel).await;
    let url = tunnel.url().to_owned();
    tunnel.close(Duration::from_millis(10)).await;
    assert!(
        rest(local).await.is_empty(),
        "what did not end in time is cut"
    );
    let address = url
        .strip_prefix("ws://")
        .unwrap()
        .split_once('/')
        .unwrap()
        .0;
    if let Ok(stream) = TcpStream::connect(address).await {
        assert!(rest(stream).await.is_empty());
    }
    let _ = gateway;
}
