//! Messages about requests in channels: posted once, brought up to date with the bot's own token (P02), each with a
//! nonce so that a restart posts none twice (P11). A channel that refuses is left alone for a while (P33).

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures::future::join_all;
use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;
use serenity::http::{LightMethod, Request, Route};

use crate::discord::render::Writer;
use crate::discord::render::message::Message;
use crate::discord::render::request::card_mark;
use crate::discord::rest::{REQUEST_TIMEOUT, Rest, RestError, with_json};
use crate::domain::ids::{ChannelId, MessageId, RequestId};
use crate::domain::note::NoteKind;
use crate::domain::request::{CardProblem, Posted, RequestState};
use crate::locales::Texts;
use crate::service::notes::{BLOCKED_WAIT, Note, NoteEnd};
use crate::service::{Service, ServiceError};

/// Discord's number for a message that is not there.
const UNKNOWN_MESSAGE: u64 = 10_008;

/// Discord's number for a channel that is not there.
const UNKNOWN_CHANNEL: u64 = 10_003;

/// How many of the last messages a card in doubt is looked for among; Discord gives no more at a time.
const LOOK_BACK: &str = "100";

/// Delivers messages about requests.
pub struct Board {
    service: Arc<Service>,
    texts: Arc<Texts>,
    rest: Rest,
    /// Channels that refused, and until when they are left alone.
    refused: Mutex<HashMap<ChannelId, (Timestamp, CardProblem)>>,
}

/// What came of one place.
enum Tried {
    End(NoteEnd),
    /// The channel cannot be used.
    Refused(CardProblem),
}

impl Board {
    /// A board for the bot's service.
    #[must_use]
    pub fn new(service: Arc<Service>, texts: Arc<Texts>, rest: Rest) -> Self {
        Self {
            service,
            texts,
            rest,
            refused: Mutex::default(),
        }
    }

    /// One step of the worker: delivers what is due. The number of messages taken; 0 when none is due.
    ///
    /// # Errors
    /// The database failed; a message that was posted meanwhile is found again by its nonce.
    pub async fn deliver_due(&self) -> Result<usize, ServiceError> {
        let (taken, notes) = self.service.claim_notes().await?;
        // side by side, so that none waits while its lease runs
        for ended in join_all(notes.iter().map(|note| self.deliver_one(note))).await {
            ended?;
        }
        Ok(taken)
    }

    async fn deliver_one(&self, note: &Note) -> Result<(), ServiceError> {
        let end = self.deliver(note).await;
        if let NoteEnd::NotNow { problem, .. } = &end {
            tracing::warn!(desk = %note.desk.id, request = %note.view.request.id, kind = note.kind().code(), problem, "message not posted yet");
        }
        self.service.settle_note(note, end).await
    }

    async fn deliver(&self, note: &Note) -> NoteEnd {
        let now = self.service.now();
        let mut problem = CardProblem::Missing;
        for place in &note.places {
            problem = match self.refusal_of(*place, now) {
                Some(known) => known,
                None => match self.try_place(note, *place).await {
                    Tried::End(end) => return end,
                    Tried::Refused(why) => {
                        let until = now.saturating_add(BLOCKED_WAIT).unwrap_or(now);
                        self.refused().insert(*place, (until, why));
                        why
                    }
                },
            };
        }
        NoteEnd::Blocked(problem)
    }

    fn refused(&self) -> MutexGuard<'_, HashMap<ChannelId, (Timestamp, CardProblem)>> {
        self.refused.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Why a channel is left alone, if it is.
    fn refusal_of(&self, place: ChannelId, now: Timestamp) -> Option<CardProblem> {
        let mut refused = self.refused();
        refused.retain(|_, (until, _)| *until > now);
        refused.get(&place).map(|(_, problem)| *problem)
    }

    async fn try_place(&self, note: &Note, place: ChannelId) -> Tried {
        let posted = note
            .view
            .request
            .posted
            .filter(|_| note.kind() == NoteKind::Card);
        if let Some(posted) = posted {
            return self.update(note, posted).await;
        }
        if note.in_doubt && note.kind() == NoteKind::Card {
            match self.look_for(place, note.view.request.id).await {
                Ok(Some(message)) => {
                    let posted = Posted {
                        channel: place,
                        message,
                    };
                    // it may show what was true before
                    return match self.update(note, posted).await {
                        Tried::End(NoteEnd::Updated) => Tried::End(NoteEnd::Posted(posted)),
                        tried => tried,
                    };
                }
                Ok(None) => {}
                Err(error) => return failed(&error),
            }
        }
        let route = Route::ChannelMessages {
            channel_id: channel(place),
        };
        let message = self.message(note).into_new(note.nonce());
        match self.send(route, LightMethod::Post, &message).await {
            Ok(answer) => Tried::End(match message_id(&answer) {
                Some(message) => NoteEnd::Posted(Posted {
                    channel: place,
                    message,
                }),
                None => NoteEnd::NotNow {
                    wait_ms: 0,
                    problem: "Discord told no message".to_owned(),
                },
            }),
            // a thread that is locked, say; elsewhere it may still be told
            Err(RestError::Refused { status: 400, .. }) if note.kind() == NoteKind::Answer => {
                Tried::Refused(CardProblem::Forbidden)
            }
            Err(error) => failed(&error),
        }
    }

    async fn update(&self, note: &Note, posted: Posted) -> Tried {
        let route = Route::ChannelMessage {
            channel_id: channel(posted.channel),
            message_id: serenity::all::MessageId::new(posted.message.0.cast_unsigned()),
        };
        let message = self.message(note).into_edit();
        match self.send(route, LightMethod::Patch, &message).await {
            Ok(_) => Tried::End(NoteEnd::Updated),
            Err(RestError::Refused {
                code: UNKNOWN_MESSAGE | UNKNOWN_CHANNEL,
                ..
            }) => Tried::End(NoteEnd::Gone(posted)),
            Err(error) => failed(&error),
        }
    }

    /// The card of a request among the channel's last messages, by the mark that every card carries.
    async fn look_for(
        &self,
        place: ChannelId,
        request: RequestId,
    ) -> Result<Option<MessageId>, RestError> {
        let route = Route::ChannelMessages {
            channel_id: channel(place),
        };
        let ask = Request::new(route, LightMethod::Get)
            .params(Some(vec![("limit", LOOK_BACK.to_owned())]));
        let answer = self.rest.call(ask, REQUEST_TIMEOUT).await?;
        let mark = card_mark(request);
        let found = answer
            .as_array()
            .into_iter()
            .flatten()
            .find(|message| is_marked(message, &mark));
        Ok(found.and_then(message_id))
    }

    /// The words of this moment, in the desk's language: what others read along is public.
    fn message(&self, note: &Note) -> Message {
        let writer = Writer::public(&self.texts, &note.desk);
        let view = &note.view;
        let request = &view.request;
        match note.kind() {
            NoteKind::Card => {
                let page = writer.request_card(view);
                if request.state == RequestState::Requested {
                    let call = writer.card_call(&view.responsible);
                    Message::new(call)
                        .pinging_roles(&view.responsible)
                        .page(page)
                } else {
                    Message::new(String::new()).page(page)
                }
            }
            NoteKind::Reminder => {
                // a card of before the channel was changed cannot be answered elsewhere
                let here = |posted: &Posted| note.places.contains(&posted.channel);
                Message::new(writer.reminder(view))
                    .pinging_roles(&view.responsible)
                    .answering(request.posted.filter(here))
            }
            NoteKind::Answer => {
                let answer = writer.request_answer(request);
                Message::new(answer).pinging_member(request.requester.member)
            }
        }
    }

    async fn send(
        &self,
        route: Route<'_>,
        method: LightMethod,
        body: &impl Serialize,
    ) -> Result<Value, RestError> {
        let request = with_json(route, method, body)?;
        self.rest.call(request, REQUEST_TIMEOUT).await
    }
}

fn failed(error: &RestError) -> Tried {
    match error {
        RestError::Refused { status: 403, .. } => Tried::Refused(CardProblem::Forbidden),
        RestError::Refused { status: 404, .. } => Tried::Refused(CardProblem::Missing),
        error => Tried::End(NoteEnd::NotNow {
            wait_ms: match error {
                RestError::RateLimited { retry_after_ms } => *retry_after_ms,
                _ => 0,
            },
            problem: error.to_string(),
        }),
    }
}

fn channel(id: ChannelId) -> serenity::all::ChannelId {
    serenity::all::ChannelId::new(id.0.cast_unsigned())
}

fn message_id(message: &Value) -> Option<MessageId> {
    message.get("id")?.as_str()?.parse().ok()
}

fn is_marked(message: &Value, mark: &str) -> bool {
    let embeds = message.get("embeds").and_then(Value::as_array);
    embeds.into_iter().flatten().any(|embed| {
        let footer = embed.pointer("/footer/text").and_then(Value::as_str);
        footer == Some(mark)
    })
}
