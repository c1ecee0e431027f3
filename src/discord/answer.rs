//! Sending an answer in time: directly, or deferred and edited later (P01 to P05).

use std::time::Duration;

use secrecy::ExposeSecret as _;
use serde::Serialize;
use serenity::all::{
    ApplicationId, CreateAutocompleteResponse, CreateInteractionResponse,
    CreateInteractionResponseMessage,
};
use serenity::http::{LightMethod, Route};

use crate::discord::parse::Origin;
use crate::discord::render::Answer;
use crate::discord::render::page::Page;
use crate::discord::rest::{REQUEST_TIMEOUT, Rest, RestError, with_json};

/// The first response must reach Discord within 3 s of the event; this much of it is ours.
pub(super) const FIRST_WITHIN: Duration = Duration::from_millis(2_800);

/// One try of the first response takes no longer; an answer that was lost on the way is asked for again.
const CALLBACK_TIMEOUT: Duration = Duration::from_millis(1_200);

/// Waits before an edit is tried again: it holds what was done, and its token lives for 15 minutes.
const EDIT_WAITS: [Duration; 3] = [
    Duration::from_millis(500),
    Duration::from_secs(2),
    Duration::from_secs(8),
];

/// The longest Retry-After that an edit waits for; with a longer one it is given up, never asked into (P33).
const LONGEST_EDIT_WAIT: Duration = Duration::from_secs(60);

/// Sends the first response.
///
/// # Errors
/// Discord did not take it.
pub async fn respond(
    rest: &Rest,
    origin: &Origin,
    response: &CreateInteractionResponse,
) -> Result<(), RestError> {
    let route = Route::InteractionResponse {
        interaction_id: serenity::all::InteractionId::new(origin.id.0.cast_unsigned()),
        token: origin.token.expose_secret(),
    };
    let request = || with_json(route, LightMethod::Post, response);
    // a first try that fails leaves as much time for the second
    let time = (origin.answer_by.left() / 2).min(CALLBACK_TIMEOUT);
    let error = match rest.call(request()?, time).await {
        Err(error) if error.is_passing() => error,
        first => return first.map(|_| ()),
    };
    if let RestError::RateLimited { retry_after_ms } = error {
        let wait = Duration::from_millis(retry_after_ms);
        // beyond the 3 s the answer is lost, and asking again only counts against us (P33)
        if wait >= origin.answer_by.left() {
            return Err(error);
        }
        tokio::time::sleep(wait).await;
    }
    let left = origin.answer_by.left();
    if left.is_zero() {
        return Err(error);
    }
    match rest.call(request()?, left.min(CALLBACK_TIMEOUT)).await {
        // the first try arrived after all, only its answer was lost
        Err(error) if error.is_answered() => Ok(()),
        second => second.map(|_| ()),
    }
}

/// Says that the result follows, in the form that suits the interaction.
///
/// # Errors
/// Discord did not take it.
pub async fn defer(rest: &Rest, origin: &Origin) -> Result<(), RestError> {
    let response = if origin.updates {
        CreateInteractionResponse::Acknowledge
    } else {
        CreateInteractionResponse::Defer(CreateInteractionResponseMessage::new().ephemeral(true))
    };
    respond(rest, origin, &response).await
}

/// The first response with a result.
///
/// # Errors
/// Discord did not take it.
pub async fn answer(rest: &Rest, origin: &Origin, answer: Answer) -> Result<(), RestError> {
    let response = match answer {
        Answer::Page(page) if origin.updates => {
            CreateInteractionResponse::UpdateMessage(page.into_response())
        }
        Answer::Page(page) => CreateInteractionResponse::Message(page.into_response()),
        Answer::Form(form) => CreateInteractionResponse::Modal(form),
        Answer::Nothing => return Ok(()),
    };
    respond(rest, origin, &response).await
}

/// Choices of autocomplete.
///
/// # Errors
/// Discord did not take them.
pub async fn suggest(
    rest: &Rest,
    origin: &Origin,
    choices: CreateAutocompleteResponse,
) -> Result<(), RestError> {
    respond(
        rest,
        origin,
        &CreateInteractionResponse::Autocomplete(choices),
    )
    .await
}

/// Puts a result in the place of what was answered before.
///
/// # Errors
/// Discord did not take it.
pub async fn edit(rest: &Rest, origin: &Origin, page: Page) -> Result<(), RestError> {
    let route = Route::WebhookOriginalInteractionResponse {
        application_id: ApplicationId::new(origin.application),
        token: origin.token.expose_secret(),
    };
    persist(rest, route, LightMethod::Patch, &page.into_edit()).await
}

/// Adds a message to what was answered before, which stays as it is.
///
/// # Errors
/// Discord did not take it.
pub async fn add(rest: &Rest, origin: &Origin, page: Page) -> Result<(), RestError> {
    let route = Route::WebhookFollowupMessages {
        application_id: ApplicationId::new(origin.application),
        token: origin.token.expose_secret(),
    };
    persist(rest, route, LightMethod::Post, &page.into_response()).await
}

/// Sends what follows a first answer, again after a passing failure.
async fn persist(
    rest: &Rest,
    route: Route<'_>,
    method: LightMethod,
    body: &impl Serialize,
) -> Result<(), RestError> {
    let mut waits = EDIT_WAITS.into_iter();
    loop {
        let request = with_json(route, method, body)?;
        match (rest.call(request, REQUEST_TIMEOUT).await, waits.next()) {
            (Err(error), Some(planned)) if error.is_passing() => {
                let asked = match error {
                    RestError::RateLimited { retry_after_ms } => {
                        Duration::from_millis(retry_after_ms)
                    }
                    _ => Duration::ZERO,
                };
                if asked > LONGEST_EDIT_WAIT {
                    return Err(error);
                }
                tokio::time::sleep(planned.max(asked)).await;
            }
            (ended, _) => return ended.map(|_| ()),
        }
    }
}

/// Notes a response that Discord did not take; the action itself is not repeated (P05).
pub fn note_failure(origin: &Origin, error: &RestError) {
    let known = if error.is_answered() {
        "answered before"
    } else if error.is_unknown() {
        "too late"
    } else {
        "not taken"
    };
    tracing::warn!(interaction = %origin.id, %error, known, "an answer did not reach Discord");
}
