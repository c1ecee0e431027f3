//! What several test files need: desks at work, databases, a mail server.

pub(crate) mod desk;
pub(crate) mod gated_store;
pub(crate) mod log;
pub(crate) mod postgres;
pub(crate) mod process;
pub(crate) mod proxy;
pub(crate) mod smtp;
