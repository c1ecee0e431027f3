//! What the use cases need from outside: a trait only where two real implementations exist.

pub mod blocking;
pub mod certain;
pub mod clock;
pub mod mailer;
pub mod news;
pub mod store;
pub mod supply;
