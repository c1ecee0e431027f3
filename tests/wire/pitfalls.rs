//! The table of pitfalls in the documentation of `discord` holds: all are in it, and the tests it names exist.

use std::path::Path;

use walkdir::WalkDir;

const TABLE: &str = include_str!("../../src/discord/pitfalls.md");
const MANIFEST: &str = include_str!("../../Cargo.toml");

/// All sources of tests, and of units with their own.
fn sources() -> Vec<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let files = ["src", "tests"].map(|folder| WalkDir::new(root.join(folder)));
    files
        .into_iter()
        .flatten()
        .map(|entry| entry.expect("a file").into_path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "rs"))
        .map(|path| std::fs::read_to_string(path).expect("a source"))
        .collect()
}

#[test]
fn every_pitfall_is_in_the_table_and_every_test_it_names_exists() {
    let sources = sources();
    let rows: Vec<&str> = TABLE
        .lines()
        .filter(|line| line.starts_with("| ") && !line.starts_with("| no"))
        .collect();
    assert_eq!(rows.len(), 19);
    for (row, number) in rows.iter().zip(1..) {
        assert!(row.starts_with(&format!("| {number} | ")), "{row}");
        let here = row.split(" | ").nth(2).expect("three columns");
        let named: Vec<&str> = here.split('`').skip(1).step_by(2).collect();
        let is_test = |name: &&&str| name.contains('_') && !name.contains(['.', '/']);
        for name in named.iter().filter(is_test) {
            let known = [format!("fn {name}("), format!("    {name}: ")];
            let found = |source: &String| known.iter().any(|known| source.contains(known));
            assert!(
                sources.iter().any(found) || *name == "api_url" || *name == "allowed_mentions",
                "no test {name}"
            );
        }
        assert!(
            here.contains("tests/tls.rs") || named.iter().any(|name| is_test(&name)),
            "{row}"
        );
    }
}

#[test]
fn no_feature_of_serenity_that_is_not_needed() {
    let line = MANIFEST
        .lines()
        .find(|line| line.starts_with("serenity = "))
        .expect("serenity");
    assert!(line.contains("default-features = false"), "{line}");
    for unneeded in [
        "\"cache\"",
        "\"collector\"",
        "\"framework\"",
        "\"standard_framework\"",
        "\"voice\"",
        "\"chrono\"",
    ] {
        assert!(!line.contains(unneeded), "{line}");
    }
}
