//! One gateway connection, from Hello to close.

use std::sync::Arc;

use axum::extract::ws::{CloseFrame, Message, Utf8Bytes, WebSocket};
use futures::stream::SplitSink;
use futures::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::sync::mpsc;

use super::hub::{Event, Frame, Resume};
use super::identify::{Identify, Refusal, check_token};
use crate::sandbox::core::{Core, stopped};
use crate::sandbox::objects;
use crate::sandbox::rules::field;
use crate::sandbox::wire::{Entry, GatewayPayload};
use crate::sandbox::world::Bot;

/// The most a bot may send in one payload (P31).
const PAYLOAD_LIMIT: usize = 4096;
/// The most payloads a bot may send in a minute (P31).
const SENDS_PER_MINUTE: u32 = 120;
/// The intent GUILDS, with which `GUILD_CREATE` comes.
const GUILDS: u64 = 1;
/// Payloads written before the socket is flushed.
const BATCH: usize = 64;

/// What a bot's payload leads to.
enum Next {
    Nothing,
    Alive,
    Close(Refusal),
}

struct Connection {
    core: Arc<Core>,
    number: u64,
    out: mpsc::Sender<Frame>,
    session: Option<String>,
    minute: (jiff::Timestamp, u32),
}

/// Serves one connection until it ends.
pub(crate) async fn serve(core: Arc<Core>, socket: WebSocket) {
    let (number, out, mut frames) = core.hub.connect();
    let (mut sink, mut stream) = socket.split();
    let mut stop = core.stop.subscribe();
    let patience = core.setup.heartbeat.mul_f32(1.5);
    let silence = tokio::time::sleep(patience);
    tokio::pin!(silence);
    let minute = (core.now(), 0);
    let mut me = Connection {
        core,
        number,
        out,
        session: None,
        minute,
    };
    me.hello();
    let mut batch = Vec::new();
    let for_good = loop {
        tokio::select! {
            count = frames.recv_many(&mut batch, BATCH) => {
                if count == 0 || me.write(&mut sink, &mut batch).await.is_err() {
                    break false;
                }
            }
            message = stream.next() => match message {
                Some(Ok(Message::Text(text))) => match me.read(&text) {
                    Next::Nothing => {}
                    Next::Alive => silence.set(tokio::time::sleep(patience)),
                    Next::Close(refusal) => me.push(Frame::Close(refusal.0, refusal.1)),
                },
                Some(Ok(Message::Close(frame))) => {
                    break frame.is_none_or(|frame| matches!(frame.code, 1000 | 1001));
                }
                Some(Ok(_)) => {}
                Some(Err(_)) | None => break false,
            },
            () = &mut silence => {
                me.push(Frame::Close(4009, "Session timed out."));
                silence.set(tokio::time::sleep(patience));
            }
            () = stopped(&mut stop) => {
                let going = CloseFrame { code: 1001, reason: Utf8Bytes::from_static("") };
                // The bot may be gone already.
                let _ = sink.send(Message::Close(Some(going))).await;
                break true;
            }
        }
    };
    if let Some(session) = &me.session {
        me.core.hub.leave(session, me.number, for_good);
    }
}

impl Connection {
    fn push(&self, frame: Frame) {
        // A full queue ends the connection at its next event.
        let _ = self.out.try_send(frame);
    }

    fn say(&self, payload: &Value) {
        self.push(Frame::Text(payload.to_string().into()));
    }

    fn hello(&self) {
        let interval = u64::try_from(self.core.setup.heartbeat.as_millis()).unwrap_or(u64::MAX);
        let d = json!({"heartbeat_interval": interval, "_trace": []});
        self.say(&json!({"op": 10, "d": d, "s": null, "t": null}));
    }

    fn record(&self, from_bot: bool, text: &str) {
        if self.core.wire.is_on() {
            self.core.wire.record(Entry::Gateway(GatewayPayload {
                at: self.core.now(),
                connection: self.number,
                from_bot,
                text: text.to_owned(),
            }));
        }
    }

    async fn write(
        &self,
        sink: &mut SplitSink<WebSocket, Message>,
        batch: &mut Vec<Frame>,
    ) -> Result<(), ()> {
        for frame in batch.drain(..) {
            match frame {
                Frame::Text(text) => {
                    self.record(false, &text);
                    sink.feed(Message::Text(text)).await.map_err(drop)?;
                }
                Frame::Close(code, reason) => {
                    self.record(false, &format!("close {code} {reason}"));
                    let frame = CloseFrame {
                        code,
                        reason: Utf8Bytes::from_static(reason),
                    };
                    sink.send(Message::Close(Some(frame))).await.map_err(drop)?;
                    return Err(());
                }
                Frame::Drop => {
                    self.record(false, "dropped");
                    return Err(());
                }
            }
        }
        sink.flush().await.map_err(drop)
    }

    fn read(&mut self, text: &str) -> Next {
        self.record(true, text);
        if self.too_many() {
            return Next::Close((4008, "Rate limited."));
        }
        if text.len() > PAYLOAD_LIMIT {
            return Next::Close((4002, "Payload too large."));
        }
        let Ok(payload) = serde_json::from_str::<Value>(text) else {
            return Next::Close((4002, "Error while decoding payload."));
        };
        let d = field(&payload, "d");
        let done = match field(&payload, "op").as_u64() {
            Some(1) => {
                if !self.core.hub.ignores_heartbeats() {
                    self.say(&json!({"op": 11, "d": null, "s": null, "t": null}));
                }
                return Next::Alive;
            }
            Some(2) if self.session.is_some() => Err((4005, "Already authenticated.")),
            Some(2) => self.identify(d),
            Some(6) => self.resume(d),
            Some(3 | 4 | 8 | 31) if self.session.is_none() => Err((4003, "Not authenticated.")),
            Some(3 | 4 | 8 | 31) => Ok(()),
            _ => Err((4001, "Unknown opcode.")),
        };
        done.map_or_else(Next::Close, |()| Next::Nothing)
    }

    fn too_many(&mut self) -> bool {
        let now = self.core.now();
        if now.duration_since(self.minute.0).as_secs() >= 60 {
            self.minute = (now, 0);
        }
        self.minute.1 += 1;
        self.minute.1 > SENDS_PER_MINUTE
    }

    fn identify(&mut self, d: &Value) -> Result<(), Refusal> {
        let setup = &self.core.setup;
        let identify = Identify::read(d, &setup.token, setup.privileged_intents)?;
        let (mine, creates) = self.guilds(&identify);
        // Taken before the hub is locked: the order is world, then hub.
        let bot = self.core.world().bot.clone();
        let ready = |session: &str| self.ready(session, &identify, &mine, &bot);
        let connection = (self.number, self.out.clone());
        self.session = Some(self.core.hub.open(&identify, connection, ready));
        for event in creates {
            self.core.hub.dispatch(event);
        }
        Ok(())
    }

    /// The shard's guilds, and their `GUILD_CREATE` if the intent asks for it.
    fn guilds(&self, identify: &Identify) -> (Vec<Value>, Vec<Event>) {
        let world = self.core.world();
        let (id, total) = identify.shard;
        let mine = |guild: u64| (guild >> 22).checked_rem(total) == Some(id);
        let mut guilds = Vec::new();
        let mut creates = Vec::new();
        for guild in world.guilds.values().filter(|guild| mine(guild.id)) {
            guilds.push(json!({"id": guild.id.to_string(), "unavailable": true}));
            if identify.intents & GUILDS != 0 {
                let data = objects::guild_create(guild, &world.bot).to_string();
                creates.push(Event {
                    name: "GUILD_CREATE",
                    guild: guild.id,
                    intent: GUILDS,
                    data: data.into(),
                    bare: None,
                });
            }
        }
        (guilds, creates)
    }

    fn ready(&self, session: &str, identify: &Identify, guilds: &[Value], bot: &Bot) -> String {
        json!({
            "v": 10, "user_settings": {}, "user": objects::bot_user(bot),
            "session_type": "normal", "session_id": session,
            "resume_gateway_url": self.core.gateway_url(),
            "relationships": [], "private_channels": [], "presences": [],
            "guilds": guilds, "guild_join_requests": [], "geo_ordered_rtc_regions": [],
            "game_relationships": [], "auth": {}, "_trace": [],
            "shard": [identify.shard.0, identify.shard.1],
            "application": {"id": bot.id.to_string(), "flags": 0},
        })
        .to_string()
    }

    fn resume(&mut self, d: &Value) -> Result<(), Refusal> {
        check_token(d, &self.core.setup.token)?;
        let id = field(d, "session_id").as_str().unwrap_or_default();
        let seq = field(d, "seq").as_u64().unwrap_or(0);
        match self
            .core
            .hub
            .resume(id, seq, (self.number, self.out.clone()))
        {
            Resume::Resumed => self.session = Some(id.to_owned()),
            Resume::Invalid => self.say(&json!({"op": 9, "d": false, "s": null, "t": null})),
            Resume::BadSequence => return Err((4007, "Invalid seq.")),
        }
        Ok(())
    }
}
