//! Follows the frames of one direction of a WebSocket (RFC 6455, section 5.2), to find its close frame.

use super::heard::Heard;

/// Longest payload of a control frame.
const CONTROL_LIMIT: u64 = 125;

/// The close frame of one side.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Close {
    /// Absent in an empty frame, and not read from the masked frames of a client.
    pub(super) code: Option<u16>,
    /// The whole frame.
    pub(super) frame: Vec<u8>,
}

/// Where in the frames one direction is.
#[derive(Debug, Default)]
pub(super) struct Frames {
    /// The header read so far; a close frame is collected whole.
    held: Vec<u8>,
    /// Bytes of payload that still pass.
    left: u64,
    closed: bool,
    /// Looks into the messages, of the gateway's side only.
    heard: Option<Heard>,
}

impl Frames {
    /// Frames of the gateway, whose messages are looked into.
    pub(super) fn heard(heard: Heard) -> Self {
        Self {
            heard: Some(heard),
            ..Self::default()
        }
    }

    /// Takes bytes as they come and appends to `out` what may pass on. The close frame is held
    /// back and returned, once; what comes behind it is dropped.
    pub(super) fn feed(&mut self, mut bytes: &[u8], out: &mut Vec<u8>) -> Option<Close> {
        while !self.closed && !bytes.is_empty() {
            if self.left > 0 {
                let count =
                    usize::try_from(self.left).map_or(bytes.len(), |left| left.min(bytes.len()));
                let (payload, rest) = bytes.split_at(count);
                out.extend_from_slice(payload);
                self.left -= count as u64;
                bytes = rest;
                if let Some(heard) = &mut self.heard {
                    heard.payload(payload, self.left == 0);
                }
                continue;
            }
            let (first, rest) = bytes.split_first()?;
            self.held.push(*first);
            bytes = rest;
            let Some(header) = Header::read(&self.held) else {
                continue;
            };
            if !header.is_close {
                if let (Some(heard), Some(first)) = (&mut self.heard, self.held.first()) {
                    heard.frame(*first, header.payload);
                }
                out.append(&mut self.held);
                self.left = header.payload;
            } else if header.payload > CONTROL_LIMIT {
                // no close frame is that long: the rest cannot be trusted
                return Some(self.close(None));
            } else if (self.held.len() as u64) == header.length + header.payload {
                let code = match self.held.as_slice() {
                    [_, _, high, low, ..] if !header.is_masked => {
                        Some(u16::from_be_bytes([*high, *low]))
                    }
                    _ => None,
                };
                return Some(self.close(code));
            }
        }
        None
    }

    fn close(&mut self, code: Option<u16>) -> Close {
        self.closed = true;
        let frame = std::mem::take(&mut self.held);
        Close { code, frame }
    }
}

struct Header {
    is_close: bool,
    is_masked: bool,
    /// Of the header itself.
    length: u64,
    payload: u64,
}

impl Header {
    /// `None` until the header is whole. More bytes than the header do not disturb it.
    fn read(bytes: &[u8]) -> Option<Self> {
        let (first, second) = (bytes.first()?, bytes.get(1)?);
        let is_masked = second & 0x80 != 0;
        let (extended, payload) = match second & 0x7F {
            126 => (2, big_endian(bytes.get(2..4)?)),
            127 => (8, big_endian(bytes.get(2..10)?)),
            short => (0, u64::from(short)),
        };
        let length = 2 + extended + if is_masked { 4 } else { 0 };
        ((bytes.len() as u64) >= length).then_some(Self {
            is_close: first & 0x0F == 8,
            is_masked,
            length,
            payload,
        })
    }
}

fn big_endian(bytes: &[u8]) -> u64 {
    bytes
        .iter()
        .fold(0, |number, byte| (number << 8) | u64::from(*byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(opcode: u8, mask: bool, payload: &[u8]) -> Vec<u8> {
        let masked = if mask { 0x80 } else { 0 };
        let mut frame = vec![0x80 | opcode];
        match payload.len() {
            short @ 0..126 => frame.push(masked | u8::try_from(short).unwrap()),
            long @ 126..65_536 => {
                frame.push(masked | 126);
                frame.extend(u16::try_from(long).unwrap().to_be_bytes());
            }
            huge => {
                frame.push(masked | 127);
                frame.extend((huge as u64).to_be_bytes());
            }
        }
        if mask {
            frame.extend([0; 4]);
        }
        frame.extend(payload);
        frame
    }

    #[test]
    fn the_close_frame_is_found_however_the_bytes_are_cut() {
        for mask in [false, true] {
            // payloads that look like close frames are payload
            let mut passing = frame(1, mask, &[0x88; 5]);
            passing.extend(frame(2, mask, &[0x88; 300]));
            passing.extend(frame(2, mask, &[0x88; 70_000]));
            passing.extend(frame(9, mask, &[]));
            let close = frame(8, mask, &[0x0F, 0xAA, b'n', b'o']);
            let stream = [passing.clone(), close.clone(), b"behind".to_vec()].concat();
            for step in [1, 2, 3, 7, 1_000, stream.len()] {
                let (mut frames, mut out, mut found) = (Frames::default(), Vec::new(), Vec::new());
                for chunk in stream.chunks(step) {
                    found.extend(frames.feed(chunk, &mut out));
                }
                let code = (!mask).then_some(4010);
                assert_eq!(
                    found,
                    [Close {
                        code,
                        frame: close.clone()
                    }],
                    "{step}"
                );
                assert!(out == passing, "{step}");
            }
        }
    }

    #[test]
    fn a_close_frame_without_a_code_or_too_long_has_none() {
        for payload in [&[][..], &[1][..], &[0; 126][..]] {
            let mut out = Vec::new();
            let close = Frames::default()
                .feed(&frame(8, false, payload), &mut out)
                .unwrap();
            assert_eq!((close.code, out.len()), (None, 0), "{payload:?}");
        }
    }
}
