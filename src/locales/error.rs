//! What is wrong with a text.

/// A text or a file of texts is broken. Never names a value.
#[derive(Clone, PartialEq, Eq, Hash, Debug, thiserror::Error)]
pub enum TextError {
    /// The file cannot be read from this text on.
    #[error("locales/{file}: \"{key}\" cannot be read: {what}")]
    Broken {
        /// Language and file, such as `de/card.ftl`.
        file: String,
        /// The text.
        key: String,
        /// What the parser says.
        what: String,
    },
    /// The key is in the same language already.
    #[error("locales/{file}: \"{key}\" is there twice in this language")]
    Twice {
        /// Language and file, such as `de/card.ftl`.
        file: String,
        /// The text.
        key: String,
    },
    /// The language has no such text.
    #[error("no text \"{key}\" in \"{language}\"")]
    Missing {
        /// The language's code.
        language: &'static str,
        /// The text.
        key: String,
    },
    /// The text wants a value that it was not given, or names another text that is not there.
    #[error("the text \"{key}\" in \"{language}\" cannot be filled: {what}")]
    Unfilled {
        /// The language's code.
        language: &'static str,
        /// The text.
        key: String,
        /// What is missing.
        what: String,
    },
}
