//! The local Discord, through serenity's own client and over raw REST; each
//! test of a platform rule carries its number.

#[path = "sandbox/answers.rs"]
mod answers;
#[path = "sandbox/bot.rs"]
mod bot;
#[path = "sandbox/connection.rs"]
mod connection;
#[path = "sandbox/conversation.rs"]
mod conversation;
#[path = "sandbox/limits.rs"]
mod limits;
#[path = "sandbox/raw.rs"]
mod raw;
#[path = "sandbox/registration.rs"]
mod registration;
#[path = "sandbox/table.rs"]
mod table;
