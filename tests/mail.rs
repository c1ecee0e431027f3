//! Mail: what letters say, and how they leave.

mod folder;
mod hostile;
mod letters;
mod sample;
mod server;
mod smtp;
