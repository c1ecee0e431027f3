//! A local Discord, REST and gateway at the wire, for tests, training and the
//! demo: it knows nothing of the bot, keeps the platform's rules, and lets
//! people act in their own words.
#![doc = include_str!("rules.md")]

mod changes;
mod commands;
mod core;
mod error;
mod faults;
mod filling;
mod gateway;
mod interactions;
mod local;
mod messages;
mod objects;
mod options;
mod payload;
mod person;
mod posting;
mod reply;
mod rest;
mod rules;
mod settle;
mod setup;
mod snowflake;
mod view;
mod wire;
mod world;

pub use error::SandboxError;
pub use faults::{Fault, Faults, Gate};
pub use local::LocalDiscord;
pub use person::Person;
pub use reply::Reply;
pub use rules::mention::Pings;
pub use setup::{ChannelSetup, GuildSetup, MemberSetup, Now, Overwrite, RoleSetup, Setup};
pub use view::{Button, Choice, Input, Message, Modal, Select, SelectOption};
pub use wire::{Entry, GatewayPayload, Recording, RestCall};
