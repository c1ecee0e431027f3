//! The first pass over a file: encoding, line ends, sum, and what no table may hold. Nothing goes in before it.

use std::borrow::Cow;
use std::io::Read;

use sha2::{Digest as _, Sha256};

use super::problem::FileProblem;
use super::utf8::Utf8;

const MARK: &[u8] = b"\xef\xbb\xbf";

/// How the file's bytes are read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Encoding {
    /// With its mark or without.
    Utf8 { mark: bool },
    /// The usual one of older exports.
    Windows1252,
}

impl Encoding {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Utf8 { .. } => "UTF-8",
            Self::Windows1252 => "Windows-1252",
        }
    }

    /// The bytes before the header.
    pub(super) const fn mark(self) -> &'static [u8] {
        match self {
            Self::Utf8 { mark: true } => MARK,
            _ => b"",
        }
    }

    /// A text's bytes; a sign that is not in the encoding becomes its number.
    pub(super) fn encode(self, text: &str) -> Cow<'_, [u8]> {
        match self {
            Self::Utf8 { .. } => Cow::Borrowed(text.as_bytes()),
            Self::Windows1252 => encoding_rs::WINDOWS_1252.encode(text).0,
        }
    }

    /// A cell's text.
    pub(super) fn decode(self, bytes: &[u8]) -> String {
        match self {
            Self::Utf8 { .. } => String::from_utf8_lossy(bytes).into_owned(),
            Self::Windows1252 => encoding_rs::WINDOWS_1252
                .decode_without_bom_handling(bytes)
                .0
                .into_owned(),
        }
    }
}

/// How lines end.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum LineEnd {
    Lf,
    CrLf,
    /// Very old systems.
    Cr,
}

impl LineEnd {
    /// The byte that ends a line.
    pub(super) const fn last_byte(self) -> u8 {
        match self {
            Self::Lf | Self::CrLf => b'\n',
            Self::Cr => b'\r',
        }
    }
}

/// What the first pass found.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Checked {
    pub(super) encoding: Encoding,
    pub(super) line_end: LineEnd,
    pub(super) bytes: u64,
    pub(super) sha256: String,
}

/// A place in the file.
#[derive(Clone, Copy)]
struct Place {
    at: u64,
    line: u64,
}

#[derive(Default)]
struct Pass {
    at: u64,
    line: u64,
    returns: bool,
    first_end: Option<LineEnd>,
    former: u8,
    has_text: bool,
    nul: Option<Place>,
    undefined: Option<(u8, Place)>,
    not_utf8: Option<Place>,
    utf8: Utf8,
}

/// Reads all of it.
///
/// # Errors
/// Reading fails; or, inside, the file is none of ours.
pub(super) fn check(reader: &mut dyn Read) -> std::io::Result<Result<Checked, FileProblem>> {
    let mut pass = Pass {
        line: 1,
        ..Pass::default()
    };
    let mut sum = Sha256::new();
    let mut start = Vec::new();
    let mut buffer = vec![0; 64 * 1024];
    loop {
        let count = match reader.read(&mut buffer) {
            Ok(count) => count,
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        let bytes = buffer.get(..count).unwrap_or_default();
        if bytes.is_empty() {
            break;
        }
        sum.update(bytes);
        start.extend(
            bytes
                .iter()
                .copied()
                .take(MARK.len().saturating_sub(start.len())),
        );
        bytes.iter().for_each(|byte| pass.take(*byte));
    }
    Ok(pass.end(&start, sum.finalize().as_slice()))
}

impl Pass {
    fn take(&mut self, byte: u8) {
        let place = Place {
            at: self.at,
            line: self.line,
        };
        match byte {
            0 => self.nul = self.nul.or(Some(place)),
            0x81 | 0x8d | 0x8f | 0x90 | 0x9d => {
                self.undefined = self.undefined.or(Some((byte, place)));
            }
            _ => {}
        }
        if !self.utf8.take(byte) {
            self.not_utf8 = self.not_utf8.or(Some(place));
        }
        self.has_text |= !byte.is_ascii_whitespace();
        if byte == b'\n' {
            let end = if self.former == b'\r' {
                LineEnd::CrLf
            } else {
                LineEnd::Lf
            };
            self.first_end = self.first_end.or(Some(end));
        }
        self.at = self.at.saturating_add(1);
        self.returns |= byte == b'\r';
        if byte == b'\n' {
            self.line = self.line.saturating_add(1);
        }
        self.former = byte;
    }

    fn end(self, start: &[u8], sum: &[u8]) -> Result<Checked, FileProblem> {
        if start.starts_with(b"\xff\xfe") || start.starts_with(b"\xfe\xff") {
            return Err(FileProblem::Utf16);
        }
        if let Some(Place { at, line }) = self.nul {
            return Err(FileProblem::Nul { at, line });
        }
        let mark = start == MARK;
        if !self.has_text || mark && self.at == 3 {
            return Err(FileProblem::Empty);
        }
        let ended = Place {
            at: self.at,
            line: self.line,
        };
        let not_utf8 = self.not_utf8.or((!self.utf8.is_whole()).then_some(ended));
        let encoding = match (not_utf8, self.undefined) {
            (None, _) => Encoding::Utf8 { mark },
            (Some(Place { at, line }), _) if mark => return Err(FileProblem::NotUtf8 { at, line }),
            (Some(_), Some((byte, Place { at, line }))) => {
                return Err(FileProblem::Undefined { byte, at, line });
            }
            (Some(_), None) => Encoding::Windows1252,
        };
        let line_end = self.first_end.unwrap_or(if self.returns {
            LineEnd::Cr
        } else {
            LineEnd::Lf
        });
        Ok(Checked {
            encoding,
            line_end,
            bytes: self.at,
            sha256: hex::encode(sum),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(bytes: &[u8]) -> Result<Checked, FileProblem> {
        check(&mut &*bytes).unwrap()
    }

    #[test]
    fn what_no_table_holds_is_named_with_its_place() {
        assert_eq!(run(b""), Err(FileProblem::Empty));
        assert_eq!(run(b"\xef\xbb\xbf"), Err(FileProblem::Empty));
        assert_eq!(run(b"\xff\xfea\0"), Err(FileProblem::Utf16));
        assert_eq!(run(b"a\nb\0"), Err(FileProblem::Nul { at: 3, line: 2 }));
        assert_eq!(
            run(b"a\n\xe8\x81"),
            Err(FileProblem::Undefined {
                byte: 0x81,
                at: 3,
                line: 2
            })
        );
        assert_eq!(
            run(b"\xef\xbb\xbfa\n\xe8,"),
            Err(FileProblem::NotUtf8 { at: 6, line: 2 })
        );
    }

    #[test]
    fn encodings_and_line_ends_are_told_apart() {
        let found = |bytes| {
            run(bytes)
                .map(|found| (found.encoding, found.line_end))
                .unwrap()
        };
        assert_eq!(
            found("è\r\n".as_bytes()),
            (Encoding::Utf8 { mark: false }, LineEnd::CrLf)
        );
        assert_eq!(
            found(b"\xef\xbb\xbfa\n"),
            (Encoding::Utf8 { mark: true }, LineEnd::Lf)
        );
        assert_eq!(
            found(b"\xe8\n\xc3\xa8"),
            (Encoding::Windows1252, LineEnd::Lf)
        );
        assert_eq!(
            found("a\rb\u{81}".as_bytes()),
            (Encoding::Utf8 { mark: false }, LineEnd::Cr)
        );
        assert_eq!(found(b"a\xc3"), (Encoding::Windows1252, LineEnd::Lf));
    }
}
