//! What stands in the channels of a guild: told once, and again when it changed.

use std::collections::HashMap;

use serde_json::Value;

use super::show;
use crate::app::out::Out;
use crate::sandbox::{ChannelSetup, Message, Person, Reply};

/// What was told already, by message.
#[derive(Default)]
pub(super) struct Posts(HashMap<u64, Value>);

impl Posts {
    /// Keeps a message from being told again as it is.
    pub(super) fn saw(&mut self, message: &Message) {
        // what only one person sees is never told again
        if !message.is_ephemeral() {
            self.0.insert(message.id(), message.json().clone());
        }
    }

    /// Prints what is new in the channels; whether there was anything.
    pub(super) fn tell(
        &mut self,
        person: &Person,
        channels: &[ChannelSetup],
        out: &mut Out,
    ) -> bool {
        let mut told = false;
        for channel in channels {
            for message in everybodys(person, channel.id) {
                if self.0.get(&message.id()) != Some(message.json()) {
                    show::posted(out, &channel.name, &message);
                    self.saw(&message);
                    told = true;
                }
            }
        }
        told
    }
}

/// The newest message of a channel, to be used.
pub(super) fn newest(
    person: &Person,
    channels: &[ChannelSetup],
    name: &str,
) -> Result<Reply, String> {
    let name = name.trim_start_matches('#');
    let Some(channel) = channels.iter().find(|channel| channel.name == name) else {
        return Err(format!(
            "there is no #{name}; there are {}",
            names(channels)
        ));
    };
    let last = everybodys(person, channel.id).pop();
    let last = last.ok_or_else(|| format!("nothing is posted in #{name} yet"))?;
    person.opens(last.id()).map_err(|error| error.to_string())
}

/// The channels as they are typed.
pub(super) fn names(channels: &[ChannelSetup]) -> String {
    let names: Vec<_> = channels
        .iter()
        .map(|channel| format!("#{}", channel.name))
        .collect();
    names.join(", ")
}

fn everybodys(person: &Person, channel: u64) -> Vec<Message> {
    let mut seen = person.sees(channel);
    seen.retain(|message| !message.is_ephemeral() && !message.is_thinking());
    seen
}
