//! The first bytes of a connection: who knocks, and what is asked of the gateway.

use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;

/// How long a request, or its answer, may take to arrive whole.
pub(super) const HEAD_WITHIN: Duration = Duration::from_secs(3);

/// Longest head of a request or an answer.
const HEAD_LIMIT: usize = 16 * 1024;

/// What serenity asks for: all that differs from one connection to the next.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Request {
    /// With its question mark; or empty.
    pub(super) query: String,
    /// What the gateway's answer is computed from.
    pub(super) key: String,
}

/// Somebody without the secret, or no WebSocket at all.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Stranger;

/// Reads the request and checks that it shows the secret path; a stranger gets 404.
pub(super) async fn knock(local: &mut TcpStream, path: &str) -> Result<Request, Stranger> {
    let head = timeout(HEAD_WITHIN, read_head(local)).await;
    let request = match head {
        // nothing may follow before the gateway has answered
        Ok(Some(head)) if head.rest.is_empty() => read(&head.text, path),
        _ => Err(Stranger),
    };
    if request.is_err() {
        say(local, "404 Not Found").await;
    }
    request
}

/// Tells serenity that the gateway cannot be reached.
pub(super) async fn apologise(local: &mut TcpStream) {
    say(local, "502 Bad Gateway").await;
}

async fn say(local: &mut TcpStream, status: &str) {
    let answer = format!("HTTP/1.1 {status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    let said = async {
        local.write_all(answer.as_bytes()).await?;
        local.shutdown().await
    };
    // whoever asked may be gone
    let _ = timeout(HEAD_WITHIN, said).await;
}

/// The head of a request or an answer, and what came behind it.
pub(super) struct Head {
    pub(super) text: String,
    pub(super) rest: Vec<u8>,
}

/// Reads to the empty line; `None` for what is too long, no text, or ends before.
pub(super) async fn read_head(stream: &mut (impl AsyncRead + Unpin)) -> Option<Head> {
    let mut bytes = Vec::with_capacity(1024);
    loop {
        let from = bytes.len().saturating_sub(3);
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
        let news = bytes.get(from..)?;
        if let Some(end) = news.windows(4).position(|four| four == b"\r\n\r\n") {
            let rest = bytes.split_off(from + end + 4);
            let text = String::from_utf8(bytes).ok()?;
            return Some(Head { text, rest });
        }
        if bytes.len() >= HEAD_LIMIT {
            return None;
        }
    }
}

fn read(head: &str, path: &str) -> Result<Request, Stranger> {
    let mut lines = head.split("\r\n");
    let mut words = lines.next().unwrap_or_default().split(' ');
    let (Some("GET"), Some(target), Some("HTTP/1.1"), None) =
        (words.next(), words.next(), words.next(), words.next())
    else {
        return Err(Stranger);
    };
    let (shown, query) = match target.split_once('?') {
        Some((shown, query)) => (shown, format!("?{query}")),
        None => (target, String::new()),
    };
    let key = lines
        .filter_map(|line| line.split_once(':'))
        .find(|(name, _)| name.eq_ignore_ascii_case("sec-websocket-key"))
        .map(|(_, key)| key.trim().to_owned());
    match key {
        Some(key) if same(shown.as_bytes(), path.as_bytes()) && is_printable(&key, &query) => {
            Ok(Request { query, key })
        }
        _ => Err(Stranger),
    }
}

/// Nothing that could start another line or word of the request to the gateway.
fn is_printable(key: &str, query: &str) -> bool {
    let mut bytes = key.bytes().chain(query.bytes());
    bytes.all(|byte| byte.is_ascii_graphic())
}

/// Takes as long for a nearly right secret as for a wrong one.
fn same(shown: &[u8], secret: &[u8]) -> bool {
    let differences = shown
        .iter()
        .zip(secret)
        .fold(0, |all, (a, b)| all | (a ^ b));
    shown.len() == secret.len() && std::hint::black_box(differences) == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    const REST: &str = "Host: 127.0.0.1:4\r\nSec-WebSocket-Key: dGhlIHNhbXBsZQ==\r\n\r\n";

    fn asked(line: &str) -> Result<Request, Stranger> {
        read(&format!("{line}\r\n{REST}"), "/c0ffee")
    }

    #[test]
    fn only_who_knows_the_path_comes_in() {
        let request = asked("GET /c0ffee?v=10 HTTP/1.1").unwrap();
        assert_eq!(
            (request.query.as_str(), request.key.as_str()),
            ("?v=10", "dGhlIHNhbXBsZQ==")
        );
        assert_eq!(asked("GET /c0ffee HTTP/1.1").unwrap().query, "");
        for line in [
            "GET / HTTP/1.1",
            "GET /c0ffe HTTP/1.1",
            "GET /c0ffef HTTP/1.1",
            "GET /c0ffeee HTTP/1.1",
            "GET ?/c0ffee HTTP/1.1",
            "GET  /c0ffee HTTP/1.1",
            "POST /c0ffee HTTP/1.1",
            "GET /c0ffee HTTP/1.0",
            "GET /c0ffee?a\nb HTTP/1.1",
            "",
        ] {
            assert_eq!(asked(line), Err(Stranger), "{line:?}");
        }
        let without_key = read("GET /c0ffee HTTP/1.1\r\nHost: x\r\n\r\n", "/c0ffee");
        assert_eq!(without_key, Err(Stranger));
        let odd_key = read(
            "GET /c0ffee HTTP/1.1\r\nSec-WebSocket-Key: a\nb\r\n\r\n",
            "/c0ffee",
        );
        assert_eq!(odd_key, Err(Stranger));
    }
}
