//! One-time codes (R13, R14): derived from a key and random bits, written nowhere, known by their hash.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, Mac as _};
use jiff::Timestamp;
use secrecy::{ExposeSecret as _, SecretBox};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::ids::{AccountId, CodeId};

/// What a code is for.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CodeKind {
    /// Typed into the portal to activate an account.
    Onboarding,
    /// A link to set a new password.
    ResetLink,
    /// A password for the first login, used with the user name.
    TemporaryPassword,
    /// Six digits, used with the user name and the temporary password.
    Pin,
    /// A link to accept an invitation.
    Invitation,
    /// Six digits that prove who is calling.
    Verification,
}

impl CodeKind {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::Onboarding,
        Self::ResetLink,
        Self::TemporaryPassword,
        Self::Pin,
        Self::Invitation,
        Self::Verification,
    ];

    /// The stable name in rows and text keys.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Onboarding => "onboarding",
            Self::ResetLink => "reset-link",
            Self::TemporaryPassword => "temporary-password",
            Self::Pin => "pin",
            Self::Invitation => "invitation",
            Self::Verification => "verification",
        }
    }

    /// Reads a stable name.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }

    /// Whether the code works without a user name and so carries at least 120 bits (R13).
    #[must_use]
    pub const fn stands_alone(self) -> bool {
        matches!(self, Self::Onboarding | Self::ResetLink | Self::Invitation)
    }

    /// Whether it is sent as a link.
    #[must_use]
    pub const fn is_link(self) -> bool {
        matches!(self, Self::ResetLink | Self::Invitation)
    }
}

/// A code as the database knows it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Code {
    /// The key.
    pub id: CodeId,
    /// Whose it is.
    pub account: AccountId,
    /// What it is for.
    pub kind: CodeKind,
    /// When it was made.
    pub issued_at: Timestamp,
    /// When the mail server accepted its first letter.
    pub sent_at: Option<Timestamp>,
    /// The last instant at which it is valid; counted anew from `sent_at`.
    pub expires_at: Timestamp,
}

impl Code {
    /// Whether its life is over; the last instant itself is still valid (E05).
    #[must_use]
    pub fn is_expired(&self, now: Timestamp) -> bool {
        now > self.expires_at
    }
}

/// The key that codes are derived with; 32 random bytes of the operator's.
pub struct CodeKey(SecretBox<[u8; 32]>);

impl CodeKey {
    /// Takes the key's bytes.
    #[must_use]
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(SecretBox::new(Box::new(bytes)))
    }
}

impl fmt::Debug for CodeKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CodeKey(***)")
    }
}

/// The 128 random bits kept with a code's row; worthless without the key.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct CodeBits(pub [u8; 16]);

impl fmt::Debug for CodeBits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CodeBits(***)")
    }
}

/// A code in the clear, only ever on its way into a letter.
#[derive(Clone, PartialEq, Eq)]
pub struct CodeText(String);

impl CodeText {
    /// The code as the person reads it.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for CodeText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CodeText(***)")
    }
}

/// Letters and digits that are hard to confuse when read aloud (R13).
const ALPHABET: &[u8; 31] = b"23456789ABCDEFGHJKMNPQRSTUVWXYZ";

/// The code of a row: the same key, id and bits give the same code every time.
#[must_use]
pub fn derive(key: &CodeKey, id: CodeId, kind: CodeKind, bits: CodeBits) -> CodeText {
    let digest = mac(key, id, bits);
    CodeText(match kind {
        // 25 signs of 31 carry 123 bits
        CodeKind::Onboarding => grouped(digest, 25),
        // 15 signs of 31 carry 74 bits
        CodeKind::TemporaryPassword => grouped(digest, 15),
        CodeKind::ResetLink | CodeKind::Invitation => {
            URL_SAFE_NO_PAD.encode(digest.iter().take(18).copied().collect::<Vec<u8>>())
        }
        CodeKind::Pin | CodeKind::Verification => {
            let number = digest
                .iter()
                .take(8)
                .fold(0_u64, |number, byte| (number << 8) | u64::from(*byte));
            format!("{:06}", number % 1_000_000)
        }
    })
}

fn mac(key: &CodeKey, id: CodeId, bits: CodeBits) -> [u8; 32] {
    // HMAC takes a key of any length, so the error cannot happen; the empty digest would redeem nothing
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key.0.expose_secret()) else {
        return [0; 32];
    };
    mac.update(&id.0.to_be_bytes());
    mac.update(&bits.0);
    mac.finalize().into_bytes().into()
}

/// Writes the digest as a number to the base 31, in groups of five.
fn grouped(mut digest: [u8; 32], signs: usize) -> String {
    let mut text = String::with_capacity(signs + signs / 5);
    for at in 0..signs {
        if at > 0 && at % 5 == 0 {
            text.push('-');
        }
        let mut rest = 0_u16;
        for byte in &mut digest {
            let value = (rest << 8) | u16::from(*byte);
            *byte = u8::try_from(value / 31).unwrap_or_default();
            rest = value % 31;
        }
        text.push(
            ALPHABET
                .get(usize::from(rest))
                .copied()
                .map_or('2', char::from),
        );
    }
    text
}

/// The form of a typed code that is hashed: without spaces and hyphens, upper case unless it is a link.
#[must_use]
pub fn normalise(kind: CodeKind, typed: &str) -> String {
    if kind.is_link() {
        return typed.trim().to_owned();
    }
    let kept = typed
        .chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, '-' | '\u{2010}'..='\u{2015}'));
    kept.collect::<String>().to_uppercase()
}

/// Rounds of PBKDF2 for secrets that need a user name. The temporary password carries 74 bits and the PIN works
/// only with it, so the rounds slow down a thief of the database; they need not make up for a weak secret.
const PBKDF2_ROUNDS: u32 = 100_000;

/// The hash that is stored: `sha256:<hex>`, or `pbkdf2:<rounds>:<salt>:<hex>` for kinds below 112 bits (R14).
#[must_use]
pub fn hash(kind: CodeKind, code: &CodeText, salt: [u8; 16]) -> String {
    let normal = normalise(kind, code.reveal());
    if kind.stands_alone() {
        return fast_hash(&normal);
    }
    slow_hash(&normal, PBKDF2_ROUNDS, &salt)
}

/// The hash by which a code that stands alone is found.
#[must_use]
pub fn fast_hash(normal: &str) -> String {
    format!("sha256:{}", hex::encode(Sha256::digest(normal.as_bytes())))
}

fn slow_hash(normal: &str, rounds: u32, salt: &[u8]) -> String {
    let mut derived = [0_u8; 32];
    pbkdf2::pbkdf2_hmac::<Sha256>(normal.as_bytes(), salt, rounds, &mut derived);
    format!(
        "pbkdf2:{rounds}:{}:{}",
        hex::encode(salt),
        hex::encode(derived)
    )
}

/// Whether what was typed is the code behind a stored hash.
#[must_use]
pub fn matches(kind: CodeKind, typed: &str, stored: &str) -> bool {
    let normal = normalise(kind, typed);
    let again = match stored.split(':').collect::<Vec<_>>().as_slice() {
        ["sha256", _] => fast_hash(&normal),
        ["pbkdf2", rounds, salt, _] => match (rounds.parse(), hex::decode(salt)) {
            (Ok(rounds), Ok(salt)) => slow_hash(&normal, rounds, &salt),
            _ => return false,
        },
        _ => return false,
    };
    // compared by the digest of both, so that the time tells nothing of the first difference
    Sha256::digest(again.as_bytes()) == Sha256::digest(stored.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(kind: CodeKind, id: i64) -> CodeText {
        derive(&CodeKey::new([7; 32]), CodeId(id), kind, CodeBits([9; 16]))
    }

    #[test]
    fn the_same_row_gives_the_same_code_and_another_row_another() {
        for kind in CodeKind::ALL {
            assert_eq!(code(kind, 1), code(kind, 1));
            assert_ne!(code(kind, 1), code(kind, 2));
        }
    }

    #[test]
    fn r13_typed_codes_are_five_groups_of_five_from_the_speakable_alphabet() {
        let code = code(CodeKind::Onboarding, 1);
        let groups: Vec<_> = code.reveal().split('-').collect();
        assert_eq!(
            groups.iter().map(|group| group.len()).collect::<Vec<_>>(),
            [5; 5]
        );
        assert!(groups.concat().bytes().all(|sign| ALPHABET.contains(&sign)));
        assert!((31_f64).log2() * 25.0 >= 120.0);
        assert!((31_f64).log2() * 15.0 >= 64.0);
    }

    #[test]
    fn typed_codes_are_read_without_case_spaces_and_hyphens() {
        let code = code(CodeKind::Onboarding, 1);
        let stored = hash(CodeKind::Onboarding, &code, [0; 16]);
        let sloppy = code.reveal().replace('-', "  ").to_lowercase();
        assert!(matches(CodeKind::Onboarding, &sloppy, &stored));
        assert!(!matches(CodeKind::Onboarding, "AAAAA", &stored));
    }

    #[test]
    fn r14_short_secrets_are_salted_and_slow() {
        let pin = code(CodeKind::Pin, 3);
        assert_eq!(pin.reveal().len(), 6);
        let stored = hash(CodeKind::Pin, &pin, [1; 16]);
        assert!(stored.starts_with("pbkdf2:"));
        assert_ne!(stored, hash(CodeKind::Pin, &pin, [2; 16]));
        assert!(matches(CodeKind::Pin, pin.reveal(), &stored));
    }

    #[test]
    fn no_debug_form_shows_a_secret() {
        let code = code(CodeKind::Onboarding, 1);
        assert!(!format!("{code:?}{:?}", CodeKey::new([7; 32])).contains(code.reveal()));
    }

    #[test]
    fn r16_expiry_one_second_before_at_and_after() {
        let at = Timestamp::from_second(1_000).unwrap();
        let code = Code {
            id: CodeId(1),
            account: AccountId(1),
            kind: CodeKind::ResetLink,
            issued_at: at,
            sent_at: Some(at),
            expires_at: at,
        };
        let seconds = |n| Timestamp::from_second(n).unwrap();
        assert_eq!(
            [999, 1_000, 1_001].map(|n| code.is_expired(seconds(n))),
            [false, false, true]
        );
    }
}
