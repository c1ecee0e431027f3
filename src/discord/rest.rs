//! The one way to Discord's REST interface: serenity's request, our own client, time-outs and reading of limits.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use reqwest::header::HeaderMap;
use secrecy::{ExposeSecret as _, SecretString};
use serde::Serialize;
use serde_json::Value;
use serenity::http::{LightMethod, Request, Route};
use tokio::time::sleep;

use crate::discord::deadline::Deadline;
use crate::discord::tls;

/// Longest time for a connection.
const CONNECT_TIMEOUT: Duration = Duration::from_millis(1_500);

/// Waits before a request outside of an interaction is made again after an error of Discord's own.
const WAITS: [Duration; 4] = [
    Duration::from_millis(500),
    Duration::from_secs(1),
    Duration::from_secs(3),
    Duration::from_secs(6),
];

/// Longest time for one request; interaction callbacks have less.
pub const REQUEST_TIMEOUT: Duration = Duration::from_secs(10);

/// Discord's REST interface, or what stands in for it.
#[derive(Clone, Debug)]
pub struct Rest {
    client: reqwest::Client,
    authorization: SecretString,
    api_url: Option<String>,
    spent: Spent,
}

/// Buckets that have nothing left until they are filled again, by method and address: the same thing asked again.
/// A bucket that spans more is known by Discord alone, which tells it by 429.
#[derive(Clone, Debug, Default)]
struct Spent(Arc<Mutex<HashMap<String, Deadline>>>);

/// Why a request did not succeed. Nothing of the body or the token is in it.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum RestError {
    /// Too many requests; not before that many milliseconds.
    #[error("Discord asks to wait {retry_after_ms} ms")]
    RateLimited {
        /// The wait.
        retry_after_ms: u64,
    },
    /// Discord refused it.
    #[error("Discord answered {status}, code {code}")]
    Refused {
        /// The HTTP status.
        status: u16,
        /// Discord's own number, 0 when there is none.
        code: u64,
    },
    /// No answer came: the connection or the time-out.
    #[error("Discord did not answer ({0})")]
    NoAnswer(&'static str),
}

/// Discord's number for an interaction that is unknown or too late (P05).
const UNKNOWN_INTERACTION: u64 = 10_062;

/// Discord's number for an interaction that was answered already (P05).
const ALREADY_ANSWERED: u64 = 40_060;

impl RestError {
    /// Whether the same request may succeed a moment later.
    #[must_use]
    pub const fn is_passing(&self) -> bool {
        match self {
            Self::RateLimited { .. } | Self::NoAnswer(_) => true,
            Self::Refused { status, .. } => *status >= 500,
        }
    }

    /// Whether the interaction was answered before (P05).
    #[must_use]
    pub const fn is_answered(&self) -> bool {
        matches!(self, Self::Refused { code, .. } if *code == ALREADY_ANSWERED)
    }

    /// Whether the interaction is unknown or too old, so that nothing reaches its caller (P05).
    #[must_use]
    pub const fn is_unknown(&self) -> bool {
        matches!(self, Self::Refused { code, .. } if *code == UNKNOWN_INTERACTION)
    }
}

impl Rest {
    /// A client for the bot with this token; `api_url` replaces `https://discord.com`.
    ///
    /// # Errors
    /// The TLS parts could not be set up.
    pub fn new(token: &SecretString, api_url: Option<String>) -> Result<Self, RestError> {
        let trust = tls::trust().map_err(|_| RestError::NoAnswer("TLS could not be set up"))?;
        let client = reqwest::Client::builder()
            .use_preconfigured_tls(Arc::unwrap_or_clone(trust))
            .connect_timeout(CONNECT_TIMEOUT)
            .timeout(REQUEST_TIMEOUT)
            .tcp_nodelay(true)
            .build()
            .map_err(|_| RestError::NoAnswer("the HTTP client could not be built"))?;
        let authorization = SecretString::from(format!("Bot {}", token.expose_secret()));
        Ok(Self {
            client,
            authorization,
            api_url,
            spent: Spent::default(),
        })
    }

    /// The HTTP client, for serenity's own look-up of the gateway.
    #[must_use]
    pub fn client(&self) -> reqwest::Client {
        self.client.clone()
    }

    /// One request and its answer; an empty answer is `Value::Null`.
    ///
    /// # Errors
    /// Refused, asked to wait, or not answered within `timeout`; not even asked when its bucket is empty for longer.
    pub async fn call(&self, request: Request<'_>, timeout: Duration) -> Result<Value, RestError> {
        let built = request
            .build(
                &self.client,
                self.authorization.expose_secret(),
                self.api_url.as_deref(),
            )
            .map_err(|_| RestError::NoAnswer("the request could not be built"))?;
        let mut built = built
            .build()
            .map_err(|_| RestError::NoAnswer("the request could not be built"))?;
        let bucket = format!("{} {}", built.method(), built.url());
        let wait = self.spent.wait(&bucket);
        if wait > timeout {
            return Err(RestError::RateLimited {
                retry_after_ms: u64::try_from(wait.as_millis()).unwrap_or(u64::MAX),
            });
        }
        sleep(wait).await;
        *built.timeout_mut() = Some(timeout.saturating_sub(wait));
        let answer = self.client.execute(built).await;
        let answer = answer.map_err(|error| no_answer(&error))?;
        let status = answer.status();
        let retry_after = number(answer.headers(), "retry-after").map(seconds_to_ms);
        self.spent.note(bucket, answer.headers());
        let body = answer.bytes().await.map_err(|error| no_answer(&error))?;
        let body: Value = serde_json::from_slice(&body).unwrap_or(Value::Null);
        if status.is_success() {
            return Ok(body);
        }
        if status.as_u16() == 429 {
            let told = body
                .get("retry_after")
                .and_then(Value::as_f64)
                .map(seconds_to_ms);
            return Err(RestError::RateLimited {
                retry_after_ms: told.or(retry_after).unwrap_or(1_000),
            });
        }
        Err(RestError::Refused {
            status: status.as_u16(),
            code: body.get("code").and_then(Value::as_u64).unwrap_or(0),
        })
    }

    /// A request outside of an interaction, made again when Discord asks to wait or has an error of its own.
    ///
    /// # Errors
    /// As [`Rest::call`], once patience is at its end; no answer at all is told at once.
    pub async fn ask(
        &self,
        patience: Patience,
        request: impl Fn() -> Result<Request<'static>, RestError> + Send,
    ) -> Result<Value, RestError> {
        let mut waits = WAITS.into_iter().take(patience.again);
        loop {
            let error = match self.call(request()?, REQUEST_TIMEOUT).await {
                Err(error) => error,
                answer => return answer,
            };
            let asked = match error {
                RestError::RateLimited { retry_after_ms } => Some(retry_after_ms),
                RestError::Refused { status: 500.., .. } => None,
                RestError::Refused { .. } | RestError::NoAnswer(_) => return Err(error),
            };
            let Some(planned) = waits.next() else {
                return Err(error);
            };
            let wait = asked.map_or(planned, Duration::from_millis);
            if wait > patience.longest {
                return Err(error);
            }
            tracing::info!(%error, "Discord is asked again");
            sleep(wait).await;
        }
    }
}

/// How long somebody waits for Discord to come round.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// How often a request is made again.
    pub again: usize,
    /// The longest Retry-After that is waited out; a longer one is not asked into (P33).
    pub longest: Duration,
}

impl Patience {
    /// Of a program at its start.
    pub const START: Self = Self {
        again: WAITS.len(),
        longest: Duration::from_secs(60),
    };
    /// Of somebody who watches.
    pub const WATCHED: Self = Self {
        again: 2,
        longest: Duration::from_secs(5),
    };
}

impl Spent {
    /// How long a bucket is still empty.
    fn wait(&self, bucket: &str) -> Duration {
        let spent = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        spent.get(bucket).map_or(Duration::ZERO, |full| full.left())
    }

    /// Reads what an answer says of its bucket.
    fn note(&self, bucket: String, headers: &HeaderMap) {
        let has_some = headers
            .get("x-ratelimit-remaining")
            .is_none_or(|left| left != "0");
        let Some(reset) = number(headers, "x-ratelimit-reset-after").filter(|_| !has_some) else {
            return;
        };
        let mut spent = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        spent.retain(|_, full| !full.left().is_zero());
        let full = Deadline::within(Duration::from_millis(seconds_to_ms(reset)));
        spent.insert(bucket, full);
    }
}

/// A request with a JSON body.
///
/// # Errors
/// The body does not serialise.
pub fn with_json<'a>(
    route: Route<'a>,
    method: LightMethod,
    body: &impl Serialize,
) -> Result<Request<'a>, RestError> {
    let body = serde_json::to_vec(body)
        .map_err(|_| RestError::NoAnswer("the body could not be written"))?;
    Ok(Request::new(route, method).body(Some(body)))
}

fn no_answer(error: &reqwest::Error) -> RestError {
    RestError::NoAnswer(match error {
        error if error.is_timeout() => "time-out",
        error if error.is_connect() => "no connection",
        _ => "the connection broke",
    })
}

fn number(headers: &HeaderMap, name: &str) -> Option<f64> {
    headers.get(name)?.to_str().ok()?.parse().ok()
}

fn seconds_to_ms(seconds: f64) -> u64 {
    Duration::try_from_secs_f64(seconds).map_or(1_000, |wait| {
        u64::try_from(wait.as_millis()).unwrap_or(u64::MAX)
    })
}
