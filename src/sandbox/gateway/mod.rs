//! The gateway: connections, sessions and the events they get.

pub(crate) mod hub;
pub(crate) mod identify;
pub(crate) mod socket;
