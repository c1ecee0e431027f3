//! What Discord says of its gateway before the first session: where it is, for how many shards, and how many
//! sessions may still be started.

use serde_json::Value;
use serenity::http::{LightMethod, Request, Route};

use crate::discord::gateway::{Connection, GatewayError};
use crate::discord::rest::{Patience, Rest};
use crate::discord::tunnel::Upstream;

/// The way in.
#[derive(Debug)]
pub(crate) struct Entrance {
    /// Where the gateway is.
    pub(crate) upstream: Upstream,
    /// How many shards Discord wants, at least one.
    pub(crate) shards: u32,
    /// Sessions that may still be started today; `None` when Discord does not say.
    pub(crate) starts_left: Option<u64>,
}

impl Entrance {
    /// Asks Discord.
    ///
    /// # Errors
    /// It does not answer, knows no usable gateway, or grants no more sessions.
    pub(crate) async fn ask(
        rest: &Rest,
        connection: &Connection,
        patience: Patience,
    ) -> Result<Self, GatewayError> {
        let request = || Ok(Request::new(Route::GatewayBot, LightMethod::Get));
        let answer = rest.ask(patience, request).await?;
        let limit = |key| answer.get("session_start_limit")?.get(key)?.as_u64();
        let starts_left = limit("remaining");
        if starts_left == Some(0) {
            let minutes = limit("reset_after").unwrap_or_default().div_ceil(60_000);
            return Err(GatewayError::NoStarts { minutes });
        }
        let url = answer.get("url").and_then(Value::as_str);
        let is_plain = |url: &String| url.starts_with("http://");
        let plain_allowed = connection.api_url.as_ref().is_some_and(is_plain);
        let upstream = Upstream::read(url.unwrap_or_default(), plain_allowed)
            .map_err(GatewayError::NotReachable)?;
        let shards = answer.get("shards").and_then(Value::as_u64);
        let shards = shards.and_then(|shards| u32::try_from(shards).ok());
        Ok(Self {
            upstream,
            shards: shards.unwrap_or(1).max(1),
            starts_left,
        })
    }
}
