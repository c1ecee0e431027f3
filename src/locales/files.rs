//! The files of texts, part of the program.

use crate::domain::language::Language;

/// Name and contents of every file of one language.
type Files = &'static [(&'static str, &'static str)];

macro_rules! files_of {
    ($language:literal: $($name:literal),* $(,)?) => {
        &[$((
            concat!($language, "/", $name),
            include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/locales/", $language, "/", $name)),
        )),*]
    };
}

macro_rules! files {
    ($($name:literal),* $(,)?) => {
        /// The files of a language.
        pub(super) const fn of(language: Language) -> Files {
            match language {
                Language::De => files_of!("de": $($name),*),
                Language::Fr => files_of!("fr": $($name),*),
                Language::It => files_of!("it": $($name),*),
                Language::En => files_of!("en": $($name),*),
            }
        }
    };
}

files!(
    "audit.ftl",
    "card.ftl",
    "commands.ftl",
    "dialog.ftl",
    "lists.ftl",
    "mail.ftl",
    "refusals.ftl",
    "replies.ftl",
    "requests.ftl",
    "whoami.ftl"
);
