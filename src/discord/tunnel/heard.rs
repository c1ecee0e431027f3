//! Looks into the gateway's messages as serenity will: one that it cannot read is told and counted, without
//! a word of it. serenity's own line would hold the whole message, so it is not written (R40).

use std::io::Read as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use flate2::read::ZlibDecoder;
use serde_json::{Map, Value};

/// Longest message that is looked into; an interaction has a few thousand bytes.
const LOOKED_INTO: usize = 4 * 1024 * 1024;

/// Room that is kept from one message to the next.
const KEPT: usize = 64 * 1024;

/// The message of a connection that is being heard.
#[derive(Debug)]
pub(super) struct Heard {
    message: Vec<u8>,
    kind: Kind,
    is_last: bool,
    /// A control frame, which may come between those of a message.
    aside: bool,
    so_far: Arc<AtomicU64>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Kind {
    Text,
    Compressed,
    /// Too long.
    Skipped,
}

impl Heard {
    /// Counts on with all connections of a gateway.
    pub(super) fn counting(so_far: &Arc<AtomicU64>) -> Self {
        Self {
            message: Vec::new(),
            kind: Kind::Skipped,
            is_last: false,
            aside: false,
            so_far: Arc::clone(so_far),
        }
    }

    /// A frame begins; `first` is its first byte.
    pub(super) fn frame(&mut self, first: u8, payload: u64) {
        let operation = first & 0x0F;
        self.aside = operation >= 8;
        if self.aside {
            return;
        }
        self.is_last = first & 0x80 != 0;
        match operation {
            1 => self.kind = Kind::Text,
            2 => self.kind = Kind::Compressed,
            _ => {}
        }
        if payload == 0 {
            self.payload(&[], true);
        }
    }

    /// Bytes of the frame, perhaps its last.
    pub(super) fn payload(&mut self, bytes: &[u8], is_end: bool) {
        if self.aside {
            return;
        }
        if self.message.len().saturating_add(bytes.len()) > LOOKED_INTO {
            self.kind = Kind::Skipped;
        } else if self.kind != Kind::Skipped {
            self.message.extend_from_slice(bytes);
        }
        if is_end && self.is_last {
            if let Err(why) = self.look() {
                let so_far = self.so_far.fetch_add(1, Ordering::Relaxed);
                let (length, so_far) = (self.message.len(), so_far.saturating_add(1));
                tracing::warn!(
                    why,
                    length,
                    so_far,
                    "a message of the gateway could not be read"
                );
            }
            self.message.clear();
            self.message.shrink_to(KEPT);
            self.kind = Kind::Skipped;
        }
    }

    /// What serenity would miss in the message.
    fn look(&self) -> Result<(), &'static str> {
        match self.kind {
            Kind::Skipped => Ok(()),
            Kind::Text => look(&self.message),
            Kind::Compressed => {
                let mut text = Vec::new();
                let mut unpacked =
                    ZlibDecoder::new(self.message.as_slice()).take(LOOKED_INTO as u64);
                let length = unpacked.read_to_end(&mut text);
                match length.map_err(|_| "it does not unpack")? {
                    LOOKED_INTO.. => Ok(()),
                    _ => look(&text),
                }
            }
        }
    }
}

fn look(text: &[u8]) -> Result<(), &'static str> {
    let message: Map<String, Value> = serde_json::from_slice(text).map_err(|_| "it is no JSON")?;
    let has = |key| message.get(key).filter(|value| !value.is_null());
    if !has("s").is_none_or(Value::is_u64) {
        return Err("its number is none");
    }
    match has("op").and_then(Value::as_u64) {
        Some(0) if has("s").is_none() => Err("it has no number"),
        Some(0) if !has("t").is_some_and(Value::is_string) => Err("its event has no name"),
        Some(0) if !message.contains_key("d") => Err("its event has no content"),
        Some(9) if !has("d").is_some_and(Value::is_boolean) => {
            Err("its content is not as it must be")
        }
        Some(10) => {
            let interval = has("d").and_then(|d| d.get("heartbeat_interval"));
            let is_number = interval.is_some_and(Value::is_u64);
            is_number
                .then_some(())
                .ok_or("its content is not as it must be")
        }
        Some(0 | 1 | 7 | 9 | 11) => Ok(()),
        _ => Err("its operation is not known"),
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    fn unread(frames: &[(u8, &[u8])]) -> u64 {
        let so_far = Arc::default();
        let mut heard = Heard::counting(&so_far);
        for (first, payload) in frames {
            heard.frame(*first, payload.len() as u64);
            let (one, other) = payload.split_at(payload.len() / 2);
            heard.payload(one, false);
            heard.payload(other, true);
        }
        so_far.load(Ordering::Relaxed)
    }

    #[test]
    fn what_serenity_reads_is_read_and_nothing_else() {
        let cases: [(&str, u64); 15] = [
            (r#"{"op":0,"s":1,"t":"X","d":{"name":"\ud83d\ude00"}}"#, 0),
            (r#"{"op":0,"s":1,"t":"X","d":null}"#, 0),
            (r#"{"op":10,"s":null,"d":{"heartbeat_interval":5}}"#, 0),
            (r#"{"op":9,"d":false}"#, 0),
            (r#"{"op":11}"#, 0),
            (r#"{"op":7,"d":null,"s":null,"t":null}"#, 0),
            (r#"{"op":0,"s":1,"t":"X","d":"\ud800"}"#, 1),
            (r#"{"op":0,"t":"X","d":{}}"#, 1),
            (r#"{"op":0,"s":1,"d":{}}"#, 1),
            (r#"{"op":0,"s":1,"t":"X"}"#, 1),
            (r#"{"op":77}"#, 1),
            (r#"{"op":1,"s":"1"}"#, 1),
            (r#"{"op":10,"d":{}}"#, 1),
            ("[]", 1),
            ("", 1),
        ];
        for (text, expected) in cases {
            assert_eq!(unread(&[(0x81, text.as_bytes())]), expected, "{text}");
            let mut packed =
                flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
            packed.write_all(text.as_bytes()).unwrap();
            let packed = packed.finish().unwrap();
            assert_eq!(unread(&[(0x82, &packed)]), expected, "packed {text}");
        }
        assert_eq!(unread(&[(0x82, b"{}")]), 1, "not packed");
    }

    #[test]
    fn a_message_in_several_frames_is_one_also_with_a_ping_between_them() {
        let (start, end): (&[u8], &[u8]) = (br#"{"op":"#, b"11}");
        assert_eq!(unread(&[(0x01, start), (0x89, b"ping"), (0x80, end)]), 0);
        assert_eq!(unread(&[(0x01, start), (0x80, b"77}"), (0x81, start)]), 2);
    }

    #[test]
    fn what_is_too_long_is_not_looked_into() {
        let long = vec![b'x'; LOOKED_INTO + 1];
        assert_eq!(unread(&[(0x81, &long), (0x81, br#"{"op":11}"#)]), 0);
    }
}
