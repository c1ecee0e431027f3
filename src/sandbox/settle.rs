//! Waiting for what an interaction leads to: a message that is filled, a
//! modal, choices, or the rule that the bot broke.

use std::sync::Arc;
use std::time::Duration;

use super::core::Core;
use super::error::SandboxError;
use super::interactions::Interaction;
use super::person::Person;
use super::reply::Reply;
use super::view::{Choice, Message, Modal, empty};
use super::world::World;

/// The time for the first answer (P01), in real time.
const FIRST_ANSWER: Duration = Duration::from_secs(3);

/// Where an interaction has led its person.
enum Outcome {
    Message(u64),
    Modal,
    Gone,
}

fn outcome(
    world: &World,
    interaction: &Interaction,
    watched: Option<(u64, u64)>,
) -> Option<Outcome> {
    let message = |id: u64| world.messages.get(id);
    let last = interaction
        .followups
        .last()
        .copied()
        .filter(|id| message(*id).is_some());
    match interaction.answer.filter(|_| interaction.recorded)? {
        9 => Some(Outcome::Modal),
        6 => match watched.map(|(id, version)| (message(id), version)) {
            Some((Some(now), version)) if now.version != version => Some(Outcome::Message(now.id)),
            Some((None, _)) => Some(last.map_or(Outcome::Gone, Outcome::Message)),
            _ => last.map(Outcome::Message),
        },
        _ => match interaction.original.map(|id| (id, message(id))) {
            Some((_, Some(now))) if now.is_thinking() => None,
            Some((id, Some(_))) => Some(Outcome::Message(id)),
            _ => Some(last.map_or(Outcome::Gone, Outcome::Message)),
        },
    }
}

/// Waits until an interaction has led somewhere; `watched` is the message it
/// came from and that message's version before.
pub(crate) async fn settle(
    person: &Person,
    id: u64,
    watched: Option<(u64, u64)>,
) -> Result<Reply, SandboxError> {
    let core = &person.core;
    let unknown = SandboxError::Unknown {
        what: "interaction",
        id,
    };
    let (signal, other) = {
        let world = core.world();
        let signal = Arc::clone(&world.interactions.get(id).ok_or(unknown)?.signal);
        let source = watched.and_then(|(source, _)| world.messages.get(source));
        let other = source.map_or_else(|| Arc::clone(&signal), |source| Arc::clone(&source.signal));
        (signal, other)
    };
    let probe = || {
        let world = core.world();
        let Some(interaction) = world.interactions.get(id) else {
            return Some(Err(SandboxError::Unknown {
                what: "interaction",
                id,
            }));
        };
        if let Some(broken) = broken(core, interaction) {
            return Some(Err(broken));
        }
        let outcome = outcome(&world, interaction, watched)?;
        let (message, modal) = match outcome {
            Outcome::Message(id) => (world.messages.get(id).map(Message::new)?, None),
            Outcome::Modal => {
                let empty = empty();
                (
                    Message::default(),
                    Some(Modal::new(interaction.modal.as_ref().unwrap_or(&empty))),
                )
            }
            Outcome::Gone => (Message::default(), None),
        };
        Some(Ok(Reply::new(person.clone(), id, message, modal)))
    };
    let waited = core.wait((&signal, &other), || waiting_for(core, id), probe);
    waited.await.map_err(|error| silence(core, id, error))?
}

/// The error for the one who waits, if the bot broke a rule.
pub(crate) fn broken(core: &Core, interaction: &Interaction) -> Option<SandboxError> {
    interaction
        .broken
        .as_ref()
        .map(|broken| SandboxError::BrokenRule {
            rule: broken.rule,
            what: broken.what.clone(),
            conversation: core.wire.transcript(),
        })
}

/// A wait of at least 3 s without a first answer is a broken rule.
fn silence(core: &Core, id: u64, error: SandboxError) -> SandboxError {
    let world = core.world();
    let answer = world
        .interactions
        .get(id)
        .and_then(|interaction| interaction.answer);
    match error {
        SandboxError::TimedOut {
            conversation,
            limit,
            ..
        } if answer.is_none() && limit >= FIRST_ANSWER => {
            let what = "the bot did not answer within 3 s".into();
            SandboxError::BrokenRule {
                rule: "P01",
                what,
                conversation,
            }
        }
        other => other,
    }
}

fn waiting_for(core: &Core, id: u64) -> String {
    let world = core.world();
    let answer = world
        .interactions
        .get(id)
        .and_then(|interaction| interaction.answer);
    match answer {
        None => format!("the first answer to interaction {id} (P01)"),
        Some(kind) => format!("something to see after the bot answered {id} with type {kind}"),
    }
}

/// Waits for the choices of an autocomplete.
pub(crate) async fn choices(core: &Core, id: u64) -> Result<Vec<Choice>, SandboxError> {
    let unknown = SandboxError::Unknown {
        what: "interaction",
        id,
    };
    let signal = Arc::clone(&core.world().interactions.get(id).ok_or(unknown)?.signal);
    let probe = || {
        let world = core.world();
        let interaction = world.interactions.get(id)?;
        if let Some(broken) = broken(core, interaction) {
            return Some(Err(broken));
        }
        let choices = interaction
            .choices
            .as_ref()
            .filter(|_| interaction.recorded)?;
        Some(Ok(choices
            .as_array()
            .into_iter()
            .flatten()
            .map(Choice::new)
            .collect()))
    };
    let waited = core.wait((&signal, &signal), || waiting_for(core, id), probe);
    waited.await.map_err(|error| silence(core, id, error))?
}
