//! Serving one interaction: the answer in its three seconds, the edits that follow it.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use futures::FutureExt as _;
use serenity::all::CreateAutocompleteResponse;
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;

use crate::discord::answer;
use crate::discord::parse::{Origin, Parsed, Suggest, SuggestOption};
use crate::discord::render::{Answer, Writer};
use crate::discord::rest::{Rest, RestError};
use crate::domain::ids::DeskId;
use crate::domain::outcome::Outcome;
use crate::domain::refusal::Refusal;
use crate::locales::Texts;
use crate::service::Service;
use crate::service::call::{Call, Intent};

/// Work that takes longer defers first and edits afterwards (P01).
const DEFER_AFTER: Duration = Duration::from_millis(1_500);

/// How long an answer waits for the mail server before it says "mail not yet sent" and is edited later, and for a card.
const OUTBOX_WAIT: Duration = Duration::from_millis(700);

/// Work whose answer may be a form cannot defer (P03); it says so when it takes longer.
const FIRST_WITHIN: Duration = Duration::from_secs(2);

/// A little less than the life of Discord's token (P02).
const FOLLOW_FOR: Duration = Duration::from_secs(14 * 60);

/// Autocomplete has that long for the store, then answers with no choices.
const SUGGEST_WITHIN: Duration = Duration::from_secs(1);

/// A failure is told beside the dialog, which stays as it is, so that the step can be tried again; so is that there is
/// no desk, which the operator may set up again.
fn beside(origin: &Origin, outcome: Option<&Outcome>) -> Origin {
    let failed = matches!(
        outcome,
        None | Some(Outcome::Uncertain(_) | Outcome::Refused(Refusal::NoDesk))
    );
    Origin {
        updates: origin.updates && !failed,
        ..origin.clone()
    }
}

/// Whether the answer may be a form, which must be the first response (P03).
const fn must_be_first(call: &Call) -> bool {
    matches!(call.intent, Intent::ReopenForm { .. })
}

/// What one interaction is served with.
#[derive(Clone)]
pub(super) struct Served {
    /// The use cases.
    pub(super) service: Arc<Service>,
    /// The texts.
    pub(super) texts: Arc<Texts>,
    /// The way to Discord.
    pub(super) rest: Rest,
    /// Cancelled when the bot ends.
    pub(super) stop: CancellationToken,
}

impl Served {
    pub(super) fn writer(&self, origin: &Origin) -> Writer<'_> {
        let desk = origin
            .desk
            .and_then(|desk| self.service.desk(desk))
            .map(AsRef::as_ref);
        Writer::new(&self.texts, &origin.locale, desk)
    }

    pub(super) async fn serve(self, origin: Origin, parsed: Parsed) {
        let result = match parsed {
            Parsed::Call(call) => self.call(&origin, &call).await,
            Parsed::OpenForm(button) => {
                let form = self.writer(&origin).opened_form(button);
                answer::answer(&self.rest, &origin, Answer::Form(form)).await
            }
            Parsed::Suggest(suggest) => self.suggest(&origin, &suggest).await,
        };
        if let Err(error) = result {
            answer::note_failure(&origin, &error);
        }
    }

    async fn call(&self, origin: &Origin, call: &Call) -> Result<(), RestError> {
        // a panic is told with the error's number, also when the answer was deferred
        let work = AssertUnwindSafe(self.work(call)).catch_unwind();
        let work = async {
            work.await.unwrap_or_else(|_| {
                tracing::error!(interaction = %call.interaction, "an interaction ended in a panic");
                Some(Outcome::Uncertain(call.interaction))
            })
        };
        tokio::pin!(work);
        tokio::select! {
            biased;
            outcome = &mut work => {
                let written = self.written(origin, outcome.as_ref());
                let beside = beside(origin, outcome.as_ref());
                if let Err(error) = answer::answer(&self.rest, &beside, written).await {
                    if !error.is_answered() {
                        return Err(error);
                    }
                    // by another delivery of the event, which has deferred only, or shows the same
                    answer::note_failure(origin, &error);
                    self.put(origin, outcome.as_ref()).await?;
                }
                self.follow(origin, outcome).await
            }
            () = sleep(DEFER_AFTER), if !must_be_first(call) => {
                let deferred = answer::defer(&self.rest, origin).await;
                if let Err(error) = &deferred {
                    answer::note_failure(origin, error);
                }
                // the change goes on even when the answer has no way to the caller
                let outcome = work.await;
                // another delivery of the event may have deferred, or this one did and never heard of it
                if deferred.is_err_and(|error| error.is_unknown()) {
                    return Ok(());
                }
                self.put(origin, outcome.as_ref()).await?;
                self.follow(origin, outcome).await
            }
            () = sleep(FIRST_WITHIN), if must_be_first(call) => {
                tracing::error!(interaction = %call.interaction, "a form was not found in time");
                let beside = beside(origin, None);
                answer::answer(&self.rest, &beside, self.written(origin, None)).await
            }
        }
    }

    /// Puts a result in the place of what was answered before, or beside the dialog.
    async fn put(&self, origin: &Origin, outcome: Option<&Outcome>) -> Result<(), RestError> {
        match self.written(origin, outcome) {
            Answer::Page(page) if beside(origin, outcome).updates == origin.updates => {
                answer::edit(&self.rest, origin, page).await
            }
            Answer::Page(page) => answer::add(&self.rest, origin, page).await,
            Answer::Form(_) | Answer::Nothing => Ok(()),
        }
    }

    /// Carries the call out.
    async fn work(&self, call: &Call) -> Option<Outcome> {
        match self.service.handle(call).await {
            Ok(Outcome::AlreadyHandled) => {
                tracing::info!(interaction = %call.interaction, "delivered again, acted once");
                Some(Outcome::AlreadyHandled)
            }
            Ok(outcome) => Some(self.moment(call.desk, outcome).await),
            Err(error) => {
                let cause = std::error::Error::source(&error).map(ToString::to_string);
                tracing::error!(interaction = %call.interaction, %error, cause, "an interaction failed");
                None
            }
        }
    }

    /// Gives what was queued a moment, so that most answers are final at once.
    async fn moment(&self, desk: DeskId, mut outcome: Outcome) -> Outcome {
        if let Outcome::Requested(view) = outcome {
            let carded = self.service.carded(desk, (*view).clone());
            return Outcome::Requested(match timeout(OUTBOX_WAIT, carded).await {
                Ok(Ok(known)) => Box::new(known),
                _ => view,
            });
        }
        if let Some(done) = outcome.done_mut() {
            let settled = self.service.settled(desk, &done.letters);
            if let Ok(Ok(letters)) = timeout(OUTBOX_WAIT, settled).await {
                done.letters = letters;
            }
        }
        outcome
    }

    fn written(&self, origin: &Origin, outcome: Option<&Outcome>) -> Answer {
        let writer = self.writer(origin);
        outcome.map_or_else(
            || Answer::Page(writer.failed(origin.id)),
            |outcome| writer.answer(outcome),
        )
    }

    /// Brings "mail not yet sent" up to date when the letters come to their end within the life of the token.
    async fn follow(&self, origin: &Origin, outcome: Option<Outcome>) -> Result<(), RestError> {
        let (Some(mut outcome), Some(desk)) = (outcome, origin.desk) else {
            return Ok(());
        };
        let Some(done) = outcome.done_mut().filter(|done| !done.is_settled()) else {
            return Ok(());
        };
        let settled = tokio::select! {
            () = self.stop.cancelled() => return Ok(()),
            settled = timeout(FOLLOW_FOR, self.service.settled(desk, &done.letters)) => settled,
        };
        let Ok(Ok(letters)) = settled else {
            return Ok(());
        };
        done.letters = letters;
        match self.written(origin, Some(&outcome)) {
            Answer::Page(page) => answer::edit(&self.rest, origin, page).await,
            _ => Ok(()),
        }
    }

    async fn suggest(&self, origin: &Origin, suggest: &Suggest) -> Result<(), RestError> {
        let writer = self.writer(origin);
        let choices = match suggest.option {
            SuggestOption::Reason => writer.reason_choices(&suggest.typed),
            SuggestOption::Unknown => CreateAutocompleteResponse::new(),
            SuggestOption::User => {
                let search = self.service.suggest_people(
                    suggest.desk,
                    &suggest.member,
                    &suggest.typed,
                    suggest.for_trail,
                );
                let search = AssertUnwindSafe(search).catch_unwind();
                match timeout(SUGGEST_WITHIN, search).await {
                    Ok(Ok(Ok(people))) => writer.people_choices(&people),
                    Ok(Err(_)) => {
                        tracing::error!("autocomplete ended in a panic");
                        CreateAutocompleteResponse::new()
                    }
                    Ok(Ok(Err(error))) => {
                        tracing::error!(error = %error, "autocomplete found no store");
                        CreateAutocompleteResponse::new()
                    }
                    Err(_) => {
                        tracing::warn!("autocomplete took longer than a second");
                        CreateAutocompleteResponse::new()
                    }
                }
            }
        };
        answer::suggest(&self.rest, origin, choices).await
    }
}
