//! The only module that knows fluent: every text in four languages.
//! A text is looked up in its own language alone; what is missing there shows as `⟦key⟧` and fails the tests (E22).
//! A new file of texts is added to `files.rs`; `tests/texts.rs` says what is wrong with the texts themselves.

mod args;
mod error;
mod files;
mod texts;
pub mod time;

pub use args::{Args, args};
pub use error::TextError;
pub use texts::Texts;
