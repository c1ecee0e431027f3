//! Every command and step under every fault of wire, mail server and database: a true answer or a true line in the
//! log, nothing doubled, nothing lost.

mod callbacks;
mod case;
mod database;
mod edits;
mod events;
mod letters;
mod limits;
mod panics;
mod slow;
mod start;
mod steps;
