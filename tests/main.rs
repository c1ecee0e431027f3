//! The one test program; every file of this directory is a module of it.
#![cfg(test)]

mod alunni_web;
mod architecture;
mod audit;
mod bot;
mod check;
mod cli;
mod codes;
mod config;
mod discord_only;
mod eiam;
mod endurance;
mod export;
mod extranet;
mod faults;
mod import;
mod lists;
mod mail;
mod readme;
mod refusals;
mod requests;
mod sandbox;
mod script;
mod store;
mod support;
mod texts;
mod tls;
mod whoami;
mod wire;
