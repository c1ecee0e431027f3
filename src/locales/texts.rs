//! Looking a text up and filling it.

use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::resolver::ResolverError;
use fluent_bundle::{FluentError, FluentMessage, FluentResource};
use unic_langid::LanguageIdentifier;

use super::args::Args;
use super::error::TextError;
use super::files;
use crate::domain::language::Language;

/// Every text in every language; built once at the start.
pub struct Texts {
    de: FluentBundle<FluentResource>,
    fr: FluentBundle<FluentResource>,
    it: FluentBundle<FluentResource>,
    en: FluentBundle<FluentResource>,
    /// What was already logged, so that one missing text does not fill the log.
    reported: Mutex<HashSet<TextError>>,
}

impl Texts {
    /// Reads the texts that are part of the program.
    ///
    /// # Errors
    /// The first broken or repeated text, with its file.
    pub fn load() -> Result<Self, TextError> {
        Ok(Self {
            de: bundle(Language::De)?,
            fr: bundle(Language::Fr)?,
            it: bundle(Language::It)?,
            en: bundle(Language::En)?,
            reported: Mutex::default(),
        })
    }

    /// The text of that key (`key`, or `key.attribute`) in that language and no other.
    /// What is missing shows as `⟦key⟧` and is logged once.
    #[must_use]
    pub fn text(&self, language: Language, key: &str, args: &Args<'_>) -> String {
        self.try_text(language, key, args).unwrap_or_else(|error| {
            self.report(error);
            format!("⟦{key}⟧")
        })
    }

    /// The same for those who would rather do nothing than show a broken text: letters.
    ///
    /// # Errors
    /// The text is missing, or one of its values is.
    pub fn try_text(
        &self,
        language: Language,
        key: &str,
        args: &Args<'_>,
    ) -> Result<String, TextError> {
        let missing = || TextError::Missing {
            language: language.code(),
            key: key.to_owned(),
        };
        let bundle = self.bundle(language);
        let (id, attribute) = split(key);
        let message = bundle.get_message(id).ok_or_else(missing)?;
        let pattern = match attribute {
            Some(attribute) => message.get_attribute(attribute).map(|found| found.value()),
            None => message.value(),
        }
        .ok_or_else(missing)?;
        let mut errors = Vec::new();
        let text = bundle.format_pattern(pattern, Some(args.inner()), &mut errors);
        if errors.is_empty() {
            return Ok(text.into_owned());
        }
        let what = errors.iter().map(describe).collect::<Vec<_>>().join(", ");
        Err(TextError::Unfilled {
            language: language.code(),
            key: key.to_owned(),
            what,
        })
    }

    /// Whether the language has that text.
    #[must_use]
    pub fn has(&self, language: Language, key: &str) -> bool {
        let (id, attribute) = split(key);
        let found = |message: FluentMessage<'_>| match attribute {
            Some(attribute) => message.get_attribute(attribute).is_some(),
            None => message.value().is_some(),
        };
        self.bundle(language).get_message(id).is_some_and(found)
    }

    const fn bundle(&self, language: Language) -> &FluentBundle<FluentResource> {
        match language {
            Language::De => &self.de,
            Language::Fr => &self.fr,
            Language::It => &self.it,
            Language::En => &self.en,
        }
    }

    fn report(&self, error: TextError) {
        let mut reported = self.reported.lock().unwrap_or_else(PoisonError::into_inner);
        if !reported.contains(&error) {
            tracing::error!(%error, "a text is missing");
            reported.insert(error);
        }
    }
}

impl std::fmt::Debug for Texts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Texts")
    }
}

fn split(key: &str) -> (&str, Option<&str>) {
    key.split_once('.')
        .map_or((key, None), |(id, attribute)| (id, Some(attribute)))
}

fn bundle(language: Language) -> Result<FluentBundle<FluentResource>, TextError> {
    build(language, files::of(language))
}

fn build(
    language: Language,
    files: &[(&str, &str)],
) -> Result<FluentBundle<FluentResource>, TextError> {
    let tag = LanguageIdentifier::from_bytes(language.code().as_bytes()).unwrap_or_default();
    let mut bundle = FluentBundle::new_concurrent(vec![tag]);
    // Discord and mails would show the isolation marks as boxes
    bundle.set_use_isolating(false);
    for (file, source) in files {
        let resource = FluentResource::try_new((*source).to_owned()).map_err(|(_, errors)| {
            let first = errors.first();
            TextError::Broken {
                file: (*file).to_owned(),
                key: first
                    .map_or("?", |error| {
                        key_at(source, error.slice.as_ref().unwrap_or(&error.pos).start)
                    })
                    .to_owned(),
                what: first.map(ToString::to_string).unwrap_or_default(),
            }
        })?;
        bundle
            .add_resource(resource)
            .map_err(|errors| TextError::Twice {
                file: (*file).to_owned(),
                key: errors.iter().find_map(repeated).unwrap_or("?").to_owned(),
            })?;
    }
    Ok(bundle)
}

/// The key of the text that the position lies in: the last line up to it that begins with a letter.
fn key_at(source: &str, position: usize) -> &str {
    let mut start = 0;
    let mut key = "?";
    for line in source.split_inclusive('\n') {
        if start > position {
            break;
        }
        if line.starts_with(|c: char| c.is_ascii_alphabetic() || c == '-') {
            key = line.split([' ', '=']).next().unwrap_or("?").trim();
        }
        start += line.len();
    }
    key
}

fn repeated(error: &FluentError) -> Option<&str> {
    match error {
        FluentError::Overriding { id, .. } => Some(id),
        _ => None,
    }
}

fn describe(error: &FluentError) -> String {
    match error {
        FluentError::ResolverError(ResolverError::Reference(reference)) => format!("{reference:?}"),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::locales::args;

    fn texts(en: &'static str) -> Texts {
        let build = |language, source| build(language, &[("xx/test.ftl", source)]).unwrap();
        Texts {
            de: build(Language::De, "hello = Guten Tag"),
            fr: build(Language::Fr, ""),
            it: build(Language::It, ""),
            en: build(Language::En, en),
            reported: Mutex::default(),
        }
    }

    #[test]
    fn a_text_is_filled_without_invisible_marks() {
        let texts = texts(
            "hello = Hello { $name }, { $count ->\n    [one] one code\n   *[other] { $count } codes\n }\n    .label = Open\n",
        );
        let filled = |count: usize| {
            texts.text(
                Language::En,
                "hello",
                &args().set("name", "Ada").number("count", count),
            )
        };
        assert_eq!(filled(1), "Hello Ada, one code");
        assert_eq!(filled(3), "Hello Ada, 3 codes");
        assert_eq!(texts.text(Language::En, "hello.label", &args()), "Open");
        assert!(texts.has(Language::En, "hello.label") && !texts.has(Language::En, "hello.title"));
    }

    #[test]
    fn e22_no_language_shows_another_one() {
        let texts = texts("only-english = Hello");
        assert_eq!(
            texts.text(Language::De, "only-english", &args()),
            "⟦only-english⟧"
        );
        assert_eq!(texts.text(Language::En, "hello", &args()), "⟦hello⟧");
        assert_eq!(texts.text(Language::De, "hello", &args()), "Guten Tag");
    }

    #[test]
    fn a_missing_value_shows_the_key_and_is_named_in_the_error() {
        let texts = texts("hello = Hello { $name }");
        assert_eq!(texts.text(Language::En, "hello", &args()), "⟦hello⟧");
        let error = texts
            .try_text(Language::En, "hello", &args())
            .unwrap_err()
            .to_string();
        assert!(error.contains("name"), "{error}");
        assert_eq!(texts.reported.lock().unwrap().len(), 1);
    }

    #[test]
    fn a_broken_file_names_itself_and_the_key() {
        let error = build(
            Language::En,
            &[("en/card.ftl", "good = Yes\nbad = { $x\nnext = No\n")],
        )
        .err()
        .unwrap();
        let text = error.to_string();
        assert!(
            text.contains("en/card.ftl") && text.contains("bad"),
            "{text}"
        );
        let error = build(Language::En, &[("en/card.ftl", "a = 1\na = 2\n")])
            .err()
            .unwrap();
        assert_eq!(
            error,
            TextError::Twice {
                file: "en/card.ftl".into(),
                key: "a".into()
            }
        );
    }

    #[test]
    fn the_files_of_the_program_are_whole() {
        Texts::load().unwrap();
    }
}
