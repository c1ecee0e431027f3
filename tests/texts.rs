//! E22, E23: the same texts in four languages, all used, all rendered, each written as its language is.
//! Every test lists all faults at once, with file and key.

use std::collections::{BTreeMap, BTreeSet};

use deskhand::domain::language::Language;
use deskhand::locales::{Args, Texts, args};

mod catalogue;
mod typography;
mod usage;

use catalogue::{Catalogue, LANGUAGES, Sample, Text};

/// Texts that may be equal in two languages, and why.
const EQUAL: &[(&str, &str)] = &[(
    "mail-code-pin",
    "French and Italian share the words; PIN is PIN",
)];

/// Combinations of sample values that one text is rendered with at most.
const MOST_RENDERINGS: usize = 512;

fn catalogues() -> BTreeMap<&'static str, Catalogue> {
    LANGUAGES
        .into_iter()
        .map(|language| (language, catalogue::read(language)))
        .collect()
}

fn report(faults: &[String], advice: &str) {
    assert!(
        faults.is_empty(),
        "{} faults. {advice}\n  {}\n",
        faults.len(),
        faults.join("\n  ")
    );
}

/// Every combination of sample values.
fn combinations(text: &Text) -> Vec<Vec<(String, Sample)>> {
    let mut all = vec![Vec::new()];
    for (name, samples) in &text.variables {
        all = all
            .iter()
            .flat_map(|values: &Vec<_>| {
                samples.iter().map(move |sample| {
                    let mut more = values.clone();
                    more.push((name.clone(), sample.clone()));
                    more
                })
            })
            .collect();
        all.truncate(MOST_RENDERINGS);
    }
    all
}

fn values(combination: &[(String, Sample)]) -> Args<'static> {
    combination.iter().fold(args(), |args, (name, sample)| {
        // the engine takes names from the program's text alone; a test may leak a few
        let name: &'static str = Box::leak(name.clone().into_boxed_str());
        match sample {
            Sample::Text(text) => args.set(name, text.clone()),
            Sample::Number(number) => args.number(name, *number),
        }
    })
}

#[test]
fn every_file_on_disk_is_part_of_the_program_in_every_language() {
    let texts = Texts::load().expect("texts that can be read");
    let mut faults = Vec::new();
    for (language, catalogue) in catalogues() {
        let parsed = Language::parse(language).expect("a language");
        let missing = catalogue
            .texts
            .iter()
            .filter(|(key, _)| !texts.has(parsed, key));
        faults.extend(missing.map(|(key, text)| format!("locales/{}: {key}", text.file)));
        for other in LANGUAGES {
            let absent: Vec<_> = catalogue::files(other)
                .difference(&catalogue::files(language))
                .cloned()
                .collect();
            faults.extend(absent.iter().map(|name| {
                format!("locales/{language}/{name} is missing, locales/{other}/{name} is there")
            }));
        }
    }
    report(
        &faults,
        "Add the file to src/locales/files.rs and to every language.",
    );
}

#[test]
fn e22_the_same_keys_stand_in_all_four_languages() {
    let catalogues = catalogues();
    let all: BTreeMap<_, _> = catalogues
        .values()
        .flat_map(|catalogue| &catalogue.texts)
        .collect();
    let mut faults = Vec::new();
    for (language, catalogue) in &catalogues {
        let missing = all
            .iter()
            .filter(|(key, _)| !catalogue.texts.contains_key(**key));
        faults.extend(missing.map(|(key, text)| {
            format!(
                "{language}: {key} is missing (it is in locales/{})",
                text.file
            )
        }));
    }
    for (key, english) in &catalogues["en"].texts {
        let wanted: BTreeSet<_> = english.variables.keys().collect();
        for (language, catalogue) in &catalogues {
            let Some(text) = catalogue.texts.get(key) else {
                continue;
            };
            let own: BTreeSet<_> = text.variables.keys().collect();
            if own != wanted {
                faults.push(format!(
                    "locales/{}: {key} takes {own:?}, but {wanted:?} in English",
                    text.file
                ));
            }
            if text.file.split_once('/').map(|file| file.1)
                != english.file.split_once('/').map(|file| file.1)
            {
                faults.push(format!(
                    "{language}: {key} is in {} but in {} in English",
                    text.file, english.file
                ));
            }
        }
    }
    report(
        &faults,
        "Translate each text into the same file of the language, with the same values.",
    );
}

#[test]
fn keys_are_sorted_within_each_file() {
    let mut faults = Vec::new();
    for (file, keys) in catalogues().values().flat_map(|catalogue| &catalogue.order) {
        let wrong = keys.windows(2).find(|pair| pair[0] >= pair[1]);
        faults.extend(
            wrong.map(|pair| format!("locales/{file}: {} comes before {}", pair[1], pair[0])),
        );
    }
    report(
        &faults,
        "Sort the keys by their bytes; only the first place of each file is shown.",
    );
}

#[test]
fn every_text_is_used_and_every_used_text_exists() {
    let english = catalogue::read("en");
    let usage = usage::read();
    let families = usage::family_keys(&usage);
    let mut faults = Vec::new();
    for (key, text) in &english.texts {
        if !usage.literals.contains_key(key) && !families.contains_key(key) {
            faults.push(format!(
                "locales/{}: {key} is used nowhere in src/; remove it, or name it as a literal",
                text.file
            ));
        }
    }
    for (key, file) in &usage.keys {
        if !english.texts.contains_key(key) && usage::pattern_of(key).is_none() {
            faults.push(format!(
                "src/{file}: \"{key}\" is in no file of texts; add it to all four languages"
            ));
        }
    }
    for (key, pattern) in &families {
        if !english.texts.contains_key(key) {
            faults.push(format!(
                "{key} (family \"{pattern}\") is in no file of texts; add it to all four languages"
            ));
        }
    }
    for (literal, file) in &usage.literals {
        let Some(pattern) = usage::pattern_of(literal) else {
            continue;
        };
        let stem = pattern.split('*').next().unwrap_or_default();
        let registered = usage::FAMILIES.iter().any(|(known, _)| *known == pattern);
        if !registered && english.texts.keys().any(|key| key.starts_with(stem)) {
            faults.push(format!("src/{file}: \"{literal}\" makes keys; register \"{pattern}\" in FAMILIES (tests/texts/usage.rs)"));
        }
    }
    report(
        &faults,
        "Keys are whole string literals, or families registered in tests/texts/usage.rs.",
    );
}

#[test]
fn e23_every_text_is_rendered_in_every_language_and_well_written() {
    let texts = Texts::load().expect("texts that can be read");
    let mut faults = BTreeSet::new();
    for (language, catalogue) in catalogues() {
        let parsed = Language::parse(language).expect("a language");
        for (key, text) in &catalogue.texts {
            for combination in combinations(text) {
                let at = format!("locales/{}: {key}", text.file);
                let shown = match texts.try_text(parsed, key, &values(&combination)) {
                    Ok(shown) => shown,
                    Err(error) => {
                        faults.insert(format!("{at}: {error}"));
                        continue;
                    }
                };
                if shown.contains(['{', '}', '⟦', '⟧']) {
                    faults.insert(format!("{at} leaves a bracket: {shown}"));
                }
                let written = typography::faults(language, key, &shown);
                faults.extend(
                    written
                        .into_iter()
                        .map(|fault| format!("{at} {fault}\n      {shown}")),
                );
            }
        }
    }
    report(
        &faults.into_iter().collect::<Vec<_>>(),
        "Rules: tests/texts/typography.rs.",
    );
}

#[test]
fn e22_no_language_shows_the_text_of_another_one() {
    let texts = Texts::load().expect("texts that can be read");
    let catalogues = catalogues();
    let mut faults = Vec::new();
    let mut equal = BTreeSet::new();
    for (key, text) in catalogues["en"]
        .texts
        .iter()
        .filter(|(_, text)| text.has_words)
    {
        let Some(sample) = combinations(text).into_iter().next() else {
            continue;
        };
        let mut seen: BTreeMap<String, Language> = BTreeMap::new();
        for language in Language::ALL
            .into_iter()
            .filter(|language| texts.has(*language, key))
        {
            let Ok(shown) = texts.try_text(language, key, &values(&sample)) else {
                continue;
            };
            if let Some(other) = seen.insert(shown.clone(), language) {
                equal.insert(key.as_str());
                if !EQUAL.iter().any(|(known, _)| known == key) {
                    faults.push(format!(
                        "{key} is the same in {} and {}: {shown}",
                        other.code(),
                        language.code()
                    ));
                }
            }
        }
    }
    let stale = EQUAL.iter().filter(|(key, _)| !equal.contains(key));
    faults.extend(
        stale.map(|(key, _)| format!("{key} is not equal in any two languages; take it off EQUAL")),
    );
    report(
        &faults,
        "Translate it, or add it to EQUAL in tests/texts.rs with the reason.",
    );
}

#[test]
fn p16_a_localised_option_name_is_no_other_options_name() {
    let texts = Texts::load().expect("texts that can be read");
    let mut faults = Vec::new();
    for language in Language::ALL {
        let localised = |name: &str| texts.text(language, &format!("option-{name}-name"), &args());
        for own in usage::OPTIONS {
            let shown = localised(own);
            for other in usage::OPTIONS.iter().filter(|other| *other != own) {
                if shown == *other || shown == localised(other) {
                    faults.push(format!(
                        "{}: option-{own}-name is the name of {other}: {shown}",
                        language.code()
                    ));
                }
            }
        }
    }
    report(
        &faults,
        "Discord refuses options whose names meet in one locale.",
    );
}
