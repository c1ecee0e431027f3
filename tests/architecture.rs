//! The layers, budgets and bans of the house, held against every source file.
//! `architecture/rules.rs` is the table; a layer that needs more is changed there, with a reason.

mod findings;
mod paths;
mod rules;
mod self_check;

use std::fs;
use std::path::{Path, PathBuf};

use findings::{Finding, check_source, check_text};

/// Lines in a file at the middle of all files, by length.
const MEDIAN_LINES: usize = 150;
/// Lines that nine files of ten stay under.
const P90_LINES: usize = 350;

/// A Rust file of this package.
struct Source {
    /// Relative to the package, with slashes.
    path: String,
    text: String,
}

fn package() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn sources_under(folder: &str) -> Vec<Source> {
    let mut paths: Vec<PathBuf> = walkdir::WalkDir::new(package().join(folder))
        .into_iter()
        .map(|entry| entry.expect("a readable folder").into_path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "rs"))
        .collect();
    paths.sort();
    let read = |path: PathBuf| Source {
        text: fs::read_to_string(&path).expect("a source file in UTF-8"),
        path: path
            .strip_prefix(package())
            .expect("a path inside the package")
            .components()
            .map(|part| part.as_os_str().to_string_lossy())
            .collect::<Vec<_>>()
            .join("/"),
    };
    paths.into_iter().map(read).collect()
}

fn all_sources() -> Vec<Source> {
    let mut sources = sources_under("src");
    sources.extend(sources_under("tests"));
    assert!(sources.len() > 10, "the walk missed the source files");
    sources
}

/// The names under which the manifest's dependencies appear in a path.
fn dependencies() -> Vec<String> {
    let manifest = fs::read_to_string(package().join("Cargo.toml")).expect("the manifest");
    let manifest: toml::Table = manifest.parse().expect("a manifest in TOML");
    ["dependencies", "dev-dependencies"]
        .iter()
        .filter_map(|section| manifest.get(*section)?.as_table())
        .flat_map(toml::Table::keys)
        .map(|name| name.replace('-', "_"))
        .collect()
}

fn fail_on(findings: &[Finding]) {
    let lines: Vec<String> = findings.iter().map(ToString::to_string).collect();
    assert!(lines.is_empty(), "\n{}\n", lines.join("\n"));
}

#[test]
fn every_module_keeps_to_its_layer() {
    let dependencies = dependencies();
    let findings: Vec<Finding> = sources_under("src")
        .iter()
        .flat_map(|source| check_source(&source.path, &source.text, &dependencies))
        .collect();
    fail_on(&findings);
}

#[test]
fn every_test_keeps_to_the_bans() {
    let findings: Vec<Finding> = sources_under("tests")
        .iter()
        .flat_map(|source| check_source(&source.path, &source.text, &[]))
        .collect();
    fail_on(&findings);
}

#[test]
fn every_file_has_a_header_and_a_bearable_size() {
    let findings: Vec<Finding> = all_sources()
        .iter()
        .flat_map(|source| check_text(&source.path, &source.text))
        .collect();
    fail_on(&findings);
}

#[test]
fn files_stay_short() {
    let mut lengths: Vec<usize> = sources_under("src")
        .iter()
        .map(|source| source.text.lines().count())
        .collect();
    lengths.sort_unstable();
    let at = |share: usize| lengths[(lengths.len() - 1) * share / 100];
    let (median, p90, longest) = (at(50), at(90), at(100));
    println!(
        "{} files: median {median} lines, p90 {p90}, longest {longest}",
        lengths.len()
    );
    assert!(
        median <= MEDIAN_LINES,
        "the median file has {median} lines, over {MEDIAN_LINES}"
    );
    assert!(
        p90 <= P90_LINES,
        "one file in ten has {p90} lines or more, over {P90_LINES}"
    );
}

#[test]
fn every_test_file_is_part_of_the_test_program() {
    let main = fs::read_to_string(package().join("tests/main.rs")).expect("tests/main.rs");
    for source in sources_under("tests") {
        let Some(file) = source.path.strip_prefix("tests/") else {
            continue;
        };
        let name = file.trim_end_matches("/mod.rs").trim_end_matches(".rs");
        if name == "main" || name.contains('/') {
            continue;
        }
        assert!(
            main.lines().any(|line| line == format!("mod {name};")),
            "{} does not run: tests/main.rs lacks `mod {name};`",
            source.path
        );
    }
}

#[test]
fn the_table_speaks_of_modules_that_exist() {
    let mut known: Vec<&str> = rules::LAYERS.iter().map(|layer| layer.module).collect();
    for layer in rules::LAYERS {
        for other in layer.may_use {
            assert!(
                known.contains(other),
                "{} may use `{other}`, which is no module",
                layer.module
            );
        }
    }
    for owned in rules::OWNED {
        for module in owned.modules {
            assert!(
                known.contains(module),
                "`{module}` owns {} but is no module",
                owned.krate
            );
        }
    }
    known.sort_unstable();
    let library = fs::read_to_string(package().join("src/lib.rs")).expect("src/lib.rs");
    let mut present: Vec<&str> = library
        .lines()
        .filter_map(|line| {
            line.trim_start_matches("pub ")
                .strip_prefix("mod ")?
                .strip_suffix(';')
        })
        .collect();
    present.sort_unstable();
    known.retain(|module| *module != "main");
    assert_eq!(
        present, known,
        "src/lib.rs and the table of layers name different modules"
    );
}
