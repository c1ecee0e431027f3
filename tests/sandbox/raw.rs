//! Raw REST and a raw gateway socket, for what serenity would never send.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use super::bot::{Desk, TOKEN};
use deskhand::sandbox::{LocalDiscord, RestCall};
use serde_json::{Value, json};

/// An interaction as the bot knows it.
pub(crate) struct Started {
    pub(crate) id: u64,
    pub(crate) token: String,
}

impl Desk {
    /// A REST call with the bot's token.
    pub(crate) async fn call(&self, method: &str, path: &str, body: Value) -> (u16, Value) {
        self.call_as(&format!("Bot {TOKEN}"), method, path, body)
            .await
    }

    pub(crate) async fn call_as(
        &self,
        authorization: &str,
        method: &str,
        path: &str,
        body: Value,
    ) -> (u16, Value) {
        let url = format!("{}/api/v10{path}", self.discord.base_url());
        let method = method.parse().expect("a method");
        let request = reqwest::Client::new().request(method, url);
        let request = request.header("authorization", authorization);
        let request = if body.is_null() {
            request
        } else {
            request.json(&body)
        };
        let response = request.send().await.expect("an answer");
        let status = response.status().as_u16();
        let text = response.text().await.expect("a body");
        (status, serde_json::from_str(&text).unwrap_or(Value::Null))
    }

    /// No bot, but the command `/card` with an autocomplete option `user`.
    pub(crate) async fn with_card() -> Self {
        let desk = Self::empty().await;
        let option = json!({"name": "user", "description": "who", "type": 3, "autocomplete": true});
        let card = json!({"name": "card", "description": "a card", "options": [option]});
        let (status, _) = desk
            .call("PUT", "/applications/900/commands", json!([card]))
            .await;
        assert_eq!(status, 200);
        desk
    }

    /// Anna types `/card`.
    pub(crate) fn started(&self) -> Started {
        let id = self
            .anna()
            .starts("/card", &[])
            .expect("a registered command");
        self.of(id)
    }

    pub(crate) fn of(&self, id: u64) -> Started {
        let payload = self.discord.payload(id).expect("it was delivered");
        Started {
            id,
            token: payload["token"].as_str().expect("a token").to_owned(),
        }
    }

    /// The next interaction of this type that has no answer.
    pub(crate) async fn next_interaction(&self, kind: u64) -> Started {
        self.of(self.discord.unanswered(kind).await.expect("it comes"))
    }

    /// The nth callback for an interaction.
    pub(crate) async fn nth_callback(&self, interaction: u64, nth: usize) -> RestCall {
        let pattern = format!("/interactions/{interaction}/*/callback");
        let calls = self
            .discord
            .called("POST", &pattern, nth)
            .await
            .expect("they come");
        calls[nth - 1].clone()
    }

    pub(crate) async fn callback(&self, to: &Started, body: Value) -> (u16, Value) {
        let path = format!("/interactions/{}/{}/callback", to.id, to.token);
        self.call_as("", "POST", &path, body).await
    }

    /// A webhook call; `rest` is empty or such as `/messages/@original`.
    pub(crate) async fn webhook(
        &self,
        of: &Started,
        method: &str,
        rest: &str,
        body: Value,
    ) -> (u16, Value) {
        let path = format!("/webhooks/900/{}{rest}", of.token);
        self.call_as("", method, &path, body).await
    }

    /// The status and code of answering `/card` with this message.
    pub(crate) async fn says(&self, data: Value) -> (u16, u64, Value) {
        let (status, body) = self
            .callback(&self.started(), json!({"type": 4, "data": data}))
            .await;
        (
            status,
            body["code"].as_u64().unwrap_or(0),
            body["errors"].clone(),
        )
    }
}

/// What came over a raw socket.
#[derive(Debug, PartialEq)]
pub(crate) enum Heard {
    Payload(Value),
    Closed(u16),
    Dropped,
}

/// A gateway connection without a client library.
pub(crate) struct Socket(TcpStream);

impl Socket {
    /// Connects and takes Hello.
    pub(crate) fn connect(discord: &LocalDiscord) -> Self {
        let url = discord.gateway_url();
        let address = url.trim_start_matches("ws://").trim_end_matches("/gateway");
        let mut stream = TcpStream::connect(address).expect("it listens");
        stream
            .set_read_timeout(Some(Duration::from_secs(10)))
            .expect("a time-out");
        let request = format!(
            "GET /gateway?v=10 HTTP/1.1\r\nHost: {address}\r\nUpgrade: websocket\r\n\
             Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\
             Sec-WebSocket-Version: 13\r\n\r\n"
        );
        stream.write_all(request.as_bytes()).expect("sent");
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            let mut byte = [0];
            stream.read_exact(&mut byte).expect("an upgrade");
            head.push(byte[0]);
        }
        let mut socket = Self(stream);
        let Heard::Payload(hello) = socket.hear() else {
            panic!("no Hello")
        };
        assert_eq!(hello["op"], 10);
        socket
    }

    pub(crate) fn say(&mut self, payload: &Value) {
        let text = payload.to_string();
        let length = u16::try_from(text.len()).expect("short");
        let mut frame = vec![0x81, 0x80 | 126];
        frame.extend(length.to_be_bytes());
        // Masked with zeros, which changes nothing.
        frame.extend([0; 4]);
        frame.extend(text.as_bytes());
        self.0.write_all(&frame).expect("sent");
    }

    pub(crate) fn identify(&mut self, intents: u64, shard: &Value) {
        let d = json!({"token": TOKEN, "intents": intents, "properties": {}, "shard": shard});
        self.say(&json!({"op": 2, "d": d}));
    }

    pub(crate) fn resume(&mut self, session: &Value, seq: u64) {
        self.say(&json!({"op": 6, "d": {"token": TOKEN, "session_id": session, "seq": seq}}));
    }

    pub(crate) fn hear(&mut self) -> Heard {
        let mut head = [0; 2];
        if self.0.read_exact(&mut head).is_err() {
            return Heard::Dropped;
        }
        let length = match head[1] & 0x7f {
            126 => self.number(2),
            127 => self.number(8),
            short => usize::from(short),
        };
        let mut body = vec![0; length];
        self.0.read_exact(&mut body).expect("a whole frame");
        match head[0] & 0x0f {
            8 => Heard::Closed(u16::from_be_bytes([body[0], body[1]])),
            _ => Heard::Payload(serde_json::from_slice(&body).expect("JSON")),
        }
    }

    /// The next payload, which must be this event.
    pub(crate) fn event(&mut self, name: &str) -> Value {
        match self.hear() {
            Heard::Payload(payload) if payload["t"] == name => payload,
            other => panic!("expected {name}, not {other:?}"),
        }
    }

    fn number(&mut self, bytes: usize) -> usize {
        let mut all = [0; 8];
        self.0.read_exact(&mut all[8 - bytes..]).expect("a length");
        usize::try_from(u64::from_be_bytes(all)).expect("a length")
    }
}
