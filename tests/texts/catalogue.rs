//! Reads the files of texts with fluent's own parser: keys in order, and the values each text wants.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use fluent_syntax::ast::{
    Entry, Expression, InlineExpression, Pattern, PatternElement, VariantKey,
};
use fluent_syntax::parser::parse;

pub(crate) const LANGUAGES: [&str; 4] = ["de", "fr", "it", "en"];

/// A value that a text is tried with.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Sample {
    Text(String),
    Number(i64),
}

/// One text: a message, or an attribute as `key.attribute`.
#[derive(Clone, Debug, Default)]
pub(crate) struct Text {
    /// `de/card.ftl`.
    pub(crate) file: String,
    /// What each variable is tried with.
    pub(crate) variables: BTreeMap<String, BTreeSet<Sample>>,
    /// Whether it has words of its own, or only values and signs.
    pub(crate) has_words: bool,
}

/// All texts of one language.
#[derive(Default)]
pub(crate) struct Catalogue {
    pub(crate) texts: BTreeMap<String, Text>,
    /// Keys of each file as they stand there.
    pub(crate) order: BTreeMap<String, Vec<String>>,
}

pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("locales")
}

/// Names of the files of one language on disk.
pub(crate) fn files(language: &str) -> BTreeSet<String> {
    let folder = std::fs::read_dir(root().join(language)).expect("a folder for each language");
    folder
        .map(|file| {
            file.expect("a file")
                .file_name()
                .into_string()
                .expect("a plain name")
        })
        .collect()
}

pub(crate) fn read(language: &str) -> Catalogue {
    let mut patterns = BTreeMap::new();
    let mut catalogue = Catalogue::default();
    let mut found = Vec::new();
    for name in files(language) {
        let file = format!("{language}/{name}");
        let source = std::fs::read_to_string(root().join(&file)).expect("a readable file");
        let resource =
            parse(source).unwrap_or_else(|(_, errors)| panic!("locales/{file}: {errors:?}"));
        for entry in resource.body {
            let (id, value, attributes) = match entry {
                Entry::Message(message) => (message.id.name, message.value, message.attributes),
                Entry::Term(term) => (
                    format!("-{}", term.id.name),
                    Some(term.value),
                    term.attributes,
                ),
                _ => continue,
            };
            catalogue
                .order
                .entry(file.clone())
                .or_default()
                .push(id.clone());
            let with_attributes = attributes
                .into_iter()
                .map(|own| (format!("{id}.{}", own.id.name), own.value));
            for (key, pattern) in value
                .map(|pattern| (id.clone(), pattern))
                .into_iter()
                .chain(with_attributes)
            {
                found.push((file.clone(), key.clone()));
                patterns.insert(key, pattern);
            }
        }
    }
    for (file, key) in found {
        let mut text = Text {
            file,
            ..Text::default()
        };
        walk(&patterns[&key], &patterns, &mut text);
        if !key.starts_with('-') {
            catalogue.texts.insert(key, text);
        }
    }
    catalogue
}

type Patterns = BTreeMap<String, Pattern<String>>;

fn walk(pattern: &Pattern<String>, all: &Patterns, text: &mut Text) {
    for element in &pattern.elements {
        match element {
            PatternElement::TextElement { value } => {
                text.has_words |= value.chars().any(char::is_alphabetic);
            }
            PatternElement::Placeable { expression } => walk_expression(expression, all, text),
        }
    }
}

fn walk_expression(expression: &Expression<String>, all: &Patterns, text: &mut Text) {
    let Expression::Select { selector, variants } = expression else {
        let Expression::Inline(inline) = expression else {
            return;
        };
        return walk_inline(inline, all, text);
    };
    walk_inline(selector, all, text);
    if let InlineExpression::VariableReference { id } = selector {
        let keys = variants.iter().map(|variant| &variant.key);
        let samples = text.variables.entry(id.name.clone()).or_default();
        *samples = samples_of(keys);
    }
    for variant in variants {
        walk(&variant.value, all, text);
    }
}

/// Counts where the text chooses by plural, else the names of the variants.
fn samples_of<'a>(keys: impl Iterator<Item = &'a VariantKey<String>>) -> BTreeSet<Sample> {
    const PLURALS: [&str; 6] = ["zero", "one", "two", "few", "many", "other"];
    let mut names = BTreeSet::new();
    let mut numbers = BTreeSet::from([0, 1, 2, 5].map(Sample::Number));
    for key in keys {
        match key {
            VariantKey::NumberLiteral { value } => {
                numbers.insert(Sample::Number(value.parse().expect("a whole number")));
            }
            VariantKey::Identifier { name } => {
                names.insert(name.clone());
            }
        }
    }
    if names.iter().all(|name| PLURALS.contains(&name.as_str())) {
        return numbers;
    }
    names.into_iter().map(Sample::Text).collect()
}

fn walk_inline(inline: &InlineExpression<String>, all: &Patterns, text: &mut Text) {
    match inline {
        InlineExpression::VariableReference { id } => {
            let samples = text.variables.entry(id.name.clone()).or_default();
            if samples.is_empty() {
                samples.insert(Sample::Text("Muster".to_owned()));
            }
        }
        InlineExpression::MessageReference { id, attribute } => {
            let key = attribute
                .as_ref()
                .map_or(id.name.clone(), |own| format!("{}.{}", id.name, own.name));
            if let Some(pattern) = all.get(&key) {
                walk(pattern, all, text);
            }
        }
        InlineExpression::TermReference { id, .. } => {
            if let Some(pattern) = all.get(&format!("-{}", id.name)) {
                walk(pattern, all, text);
            }
        }
        InlineExpression::FunctionReference { arguments, .. } => {
            for argument in &arguments.positional {
                walk_inline(argument, all, text);
            }
        }
        InlineExpression::Placeable { expression } => walk_expression(expression, all, text),
        InlineExpression::StringLiteral { .. } | InlineExpression::NumberLiteral { .. } => {}
    }
}
