//! deskhand: a chat-ops bot for support desks on Discord.

pub mod app;
pub mod clock;
pub mod config;
pub mod directory;
pub mod discord;
pub mod domain;
pub mod locales;
pub mod mail;
pub mod ports;
pub mod sandbox;
pub mod service;
pub mod store;
pub mod telemetry;
pub mod web;
