//! The only module of the bot that knows serenity: definitions, parse, render, gateway, rest.
//! A new command: its definition in `definitions`, its options in `parse`, its outcome in `render`.
#![doc = include_str!("pitfalls.md")]

pub mod answer;
pub mod board;
pub mod check;
pub mod custom_id;
pub mod deadline;
pub mod definitions;
mod entrance;
pub mod gateway;
pub mod parse;
pub mod register;
pub mod render;
pub mod rest;
mod serve;
mod tls;
mod tunnel;
mod unread;
