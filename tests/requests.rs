//! Requests and approvals, in the words of those who ask and decide; every conversation on both databases.

mod decisions;
mod doubtful;
mod freezing;
mod golden;
mod kills;
mod kit;
mod lists;
mod races;
mod time;
