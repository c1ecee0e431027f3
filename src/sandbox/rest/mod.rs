//! The REST side: one way through for every call: fault, token, route,
//! recording.

pub(crate) mod callback;
pub(crate) mod channels;
pub(crate) mod commands;
pub(crate) mod error;
pub(crate) mod guilds;
pub(crate) mod routes;
pub(crate) mod webhooks;

use std::sync::Arc;

use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderValue, header};
use axum::response::Response;
use serde_json::Value;

use super::core::Core;
use super::faults::Fault;
use super::wire::{Entry, RestCall};
use error::{Answer, ApiError};

/// The largest body taken.
const BODY_LIMIT: usize = 8 * 1024 * 1024;
/// The versions of the API that are served.
const PREFIXES: [&str; 3] = ["/api/v10", "/api/v9", "/api/v8"];

/// A call, ready for its route.
pub(crate) struct Call {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) query: String,
    pub(crate) authorization: Option<String>,
    pub(crate) body: Value,
}

impl Call {
    /// A parameter of the query.
    pub(crate) fn parameter(&self, key: &str) -> Option<&str> {
        let pairs = self
            .query
            .split('&')
            .filter_map(|pair| pair.split_once('='));
        pairs
            .into_iter()
            .find(|(found, _)| *found == key)
            .map(|(_, value)| value)
    }

    /// Whether a parameter is true.
    pub(crate) fn asks(&self, key: &str) -> bool {
        self.parameter(key)
            .is_some_and(|value| matches!(value, "true" | "1" | "True"))
    }
}

/// Serves one call.
pub(crate) async fn serve(State(core): State<Arc<Core>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let path = parts.uri.path();
    let short = PREFIXES.iter().find_map(|prefix| path.strip_prefix(prefix));
    let authorization = parts.headers.get(header::AUTHORIZATION);
    let mut call = Call {
        method: parts.method.to_string(),
        path: short.unwrap_or(path).replace("%40", "@"),
        query: parts.uri.query().unwrap_or_default().to_owned(),
        authorization: authorization
            .and_then(|v| v.to_str().ok())
            .map(ToOwned::to_owned),
        body: Value::Null,
    };
    let bytes = to_bytes(body, BODY_LIMIT).await.unwrap_or_default();
    let parsed = if bytes.is_empty() {
        Ok(Value::Null)
    } else {
        serde_json::from_slice(&bytes)
    };
    let result = match (short, parsed) {
        (None, _) => Err(ApiError::no_route()),
        (_, Err(_)) => Err(ApiError::new(
            400,
            50109,
            "The request body contains invalid JSON.",
        )),
        (Some(_), Ok(body)) => {
            call.body = body;
            carry_out(&core, &call).await
        }
    };
    let answer = result.unwrap_or_else(ApiError::into_answer);
    core.count_invalid(answer.status);
    let text = answer
        .body
        .as_ref()
        .map(Value::to_string)
        .unwrap_or_default();
    let answers = answered_interaction(&call.path);
    if core.wire.is_on() {
        core.wire.record(Entry::Rest(RestCall {
            at: core.now(),
            method: call.method,
            path: call.path,
            query: call.query,
            authorization: call.authorization,
            body: String::from_utf8_lossy(&bytes).into_owned(),
            status: answer.status,
            answer: text.clone(),
        }));
    }
    if let Some(id) = answers
        && let Some(interaction) = core.world().interactions.get_mut(id)
    {
        interaction.recorded |= interaction.answer.is_some();
        interaction.signal.notify_waiters();
    }
    respond(&answer, text)
}

/// The interaction that a call gives the first answer to.
fn answered_interaction(path: &str) -> Option<u64> {
    let (id, token) = path.strip_prefix("/interactions/")?.split_once('/')?;
    token.ends_with("/callback").then(|| id.parse().ok())?
}

async fn carry_out(core: &Core, call: &Call) -> Result<Answer, ApiError> {
    match core.plans.take(&call.method, &call.path) {
        None => routes::route(core, call),
        Some(Fault::Status(status)) => Err(ApiError::planned(status)),
        Some(Fault::RateLimited {
            retry_after,
            global,
        }) => Ok(Answer::rate_limited(retry_after, global)),
        Some(Fault::AnswerLost(status)) => {
            // Done, but the caller never learns how it came out.
            let _ = routes::route(core, call);
            Err(ApiError::planned(status))
        }
        Some(Fault::Cut) => Ok(Answer::none()),
        Some(Fault::Delay(time)) => {
            tokio::time::sleep(time).await;
            routes::route(core, call)
        }
        Some(Fault::Held(gate)) => {
            gate.pass().await;
            routes::route(core, call)
        }
    }
}

fn respond(answer: &Answer, text: String) -> Response {
    if answer.is_none() {
        // a body that fails before its first byte ends the connection
        let failing =
            futures::stream::once(async { Err::<Vec<u8>, _>(std::io::Error::other("cut")) });
        return Response::new(Body::from_stream(failing));
    }
    let mut response = Response::new(Body::from(text));
    *response.status_mut() = axum::http::StatusCode::from_u16(answer.status).unwrap_or_default();
    let headers = response.headers_mut();
    if answer.body.is_some() {
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/json"),
        );
    }
    for (name, value) in &answer.headers {
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.insert(*name, value);
        }
    }
    response
}
