//! What a bot says when it comes: Identify and Resume, and the close codes
//! for those who may not (P28, P29, P31).

use serde_json::Value;

use crate::sandbox::rules::field;

/// The intents Discord knows.
const KNOWN: u64 = 0x1_FFFF | (0b11 << 20) | (0b11 << 24);
/// Members, presences, message content.
const PRIVILEGED: u64 = (1 << 1) | (1 << 8) | (1 << 15);

/// A code and a reason for closing.
pub(crate) type Refusal = (u16, &'static str);

/// A valid Identify.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Identify {
    pub(crate) intents: u64,
    /// The shard's number and how many there are.
    pub(crate) shard: (u64, u64),
}

impl Identify {
    /// Reads and checks the `d` of an Identify.
    pub(crate) fn read(d: &Value, token: &str, privileged: u64) -> Result<Self, Refusal> {
        check_token(d, token)?;
        let intents = field(d, "intents")
            .as_u64()
            .ok_or((4013, "Invalid intent(s)."))?;
        if intents & !KNOWN != 0 {
            return Err((4013, "Invalid intent(s)."));
        }
        if intents & PRIVILEGED & !privileged != 0 {
            return Err((4014, "Disallowed intent(s)."));
        }
        if !field(d, "properties").is_object() {
            return Err((4002, "Error while decoding payload."));
        }
        Ok(Self {
            intents,
            shard: shard(field(d, "shard"))?,
        })
    }
}

fn shard(given: &Value) -> Result<(u64, u64), Refusal> {
    if given.is_null() {
        return Ok((0, 1));
    }
    let id = given.get(0).and_then(Value::as_u64);
    let total = given.get(1).and_then(Value::as_u64);
    match (id, total) {
        (Some(id), Some(total)) if id < total => Ok((id, total)),
        _ => Err((4010, "Invalid shard.")),
    }
}

/// Checks the token of an Identify or a Resume.
pub(crate) fn check_token(d: &Value, token: &str) -> Result<(), Refusal> {
    let given = field(d, "token").as_str().unwrap_or_default();
    let given = given.strip_prefix("Bot ").unwrap_or(given);
    if given == token {
        Ok(())
    } else {
        Err((4004, "Authentication failed."))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn read(intents: u64, shard: &Value) -> Result<Identify, Refusal> {
        let d = json!({"token": "t", "intents": intents, "properties": {}, "shard": shard});
        Identify::read(&d, "t", 0)
    }

    #[test]
    fn the_close_codes_of_configuration_errors() {
        assert_eq!(
            read(0, &Value::Null),
            Ok(Identify {
                intents: 0,
                shard: (0, 1)
            })
        );
        assert_eq!(read(1 << 40, &Value::Null).map_err(|e| e.0), Err(4013));
        assert_eq!(read(1 << 15, &Value::Null).map_err(|e| e.0), Err(4014));
        assert_eq!(read(0, &json!([2, 2])).map_err(|e| e.0), Err(4010));
        let wrong = Identify::read(&json!({"token": "x"}), "t", 0);
        assert_eq!(wrong.map_err(|e| e.0), Err(4004));
    }
}
