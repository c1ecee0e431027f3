//! What is wrong with a source file, by the rules.

use std::fmt;

use super::paths::{Seen, scan};
use super::rules::{
    CLOCK, CLOCK_READS, DEEPEST, IMPURE_STD, LAYERS, LONGEST_FILE, LONGEST_HEADER, Layer, OWNED,
    PURE_MODULES,
};

/// One broken rule.
#[derive(Debug)]
pub(crate) struct Finding {
    file: String,
    line: usize,
    what: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}:{}: {}", self.file, self.line, self.what)
    }
}

/// How a statement to a database begins; `_` stands for any one word.
const STATEMENTS: &[&str] = &[
    "ALTER TABLE",
    "BEGIN IMMEDIATE",
    "CREATE INDEX",
    "CREATE TABLE",
    "CREATE UNIQUE",
    "DELETE FROM",
    "DROP INDEX",
    "DROP TABLE",
    "INSERT INTO",
    "INSERT OR",
    "PRAGMA _",
    "SELECT _",
    "UPDATE _ SET",
    "WITH _ AS",
    "WITH RECURSIVE",
];

/// Whether a literal, as written with its quotes, is a statement.
fn is_sql(literal: &str) -> bool {
    let Some((_, content)) = literal.split_once('"') else {
        return false;
    };
    let escaped = content.replace("\\n", " ").replace("\\t", " ");
    let words: Vec<&str> = escaped.split_whitespace().collect();
    STATEMENTS.iter().any(|statement| {
        let wanted: Vec<&str> = statement.split(' ').collect();
        words.len() >= wanted.len()
            && wanted
                .iter()
                .zip(&words)
                .all(|(wanted, word)| *wanted == "_" || wanted == word)
    })
}

/// Header, length and depth: what needs no parsing.
pub(crate) fn check_text(file: &str, text: &str) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut report = |line: usize, what: String| {
        findings.push(Finding {
            file: file.to_owned(),
            line,
            what,
        });
    };
    let header = text
        .lines()
        .take_while(|line| line.starts_with("//!"))
        .count();
    if header == 0 || header > LONGEST_HEADER {
        let wanted =
            format!("the file opens with {header} lines of //!, not 1 to {LONGEST_HEADER}");
        report(1, wanted);
    }
    let length = text.lines().count();
    if length > LONGEST_FILE {
        report(
            LONGEST_FILE + 1,
            format!("the file has {length} lines, over {LONGEST_FILE}"),
        );
    }
    let depth = file.matches('/').count();
    if depth > DEEPEST {
        report(
            1,
            format!("the file lies {depth} folders deep, over {DEEPEST}"),
        );
    }
    findings
}

/// Layers, libraries, clock, SQL and bans. In `tests/` only the bans hold.
pub(crate) fn check_source(file: &str, text: &str, dependencies: &[String]) -> Vec<Finding> {
    let module = module_of(file);
    let seen = match scan(text, &module) {
        Ok(seen) => seen,
        Err(what) => {
            return vec![Finding {
                file: file.to_owned(),
                line: 1,
                what,
            }];
        }
    };
    let mut check = Check {
        file,
        findings: Vec::new(),
    };
    check.bans(&seen);
    if file.starts_with("tests/") {
        for (line, call) in &seen.calls {
            if call == "sleep" {
                check.report(
                    *line,
                    "a test waits for an event, never for time to pass".into(),
                );
            }
        }
        return check.findings;
    }
    match module.first() {
        None => check.library_root(&seen),
        Some(name) => match LAYERS.iter().find(|layer| layer.module == name) {
            Some(layer) => check.layer(&seen, layer, dependencies),
            None => check.report(1, format!("`{name}` is not in the table of layers")),
        },
    }
    check.findings
}

/// `src/store/sqlite/mod.rs` is `store::sqlite`; `src/lib.rs` is the root.
fn module_of(file: &str) -> Vec<String> {
    let inner = file.strip_prefix("src/").unwrap_or(file);
    let inner = inner.strip_suffix(".rs").unwrap_or(inner);
    let mut parts: Vec<String> = inner.split('/').map(str::to_owned).collect();
    if parts
        .last()
        .is_some_and(|last| last == "mod" || inner == "lib")
    {
        parts.pop();
    }
    parts
}

struct Check<'a> {
    file: &'a str,
    findings: Vec<Finding>,
}

impl Check<'_> {
    fn report(&mut self, line: usize, what: String) {
        self.findings.push(Finding {
            file: self.file.to_owned(),
            line,
            what,
        });
    }

    fn bans(&mut self, seen: &Seen) {
        for (line, name) in &seen.attributes {
            match name.as_str() {
                "allow" => self.report(*line, "`allow` hides; use `expect` with a reason".into()),
                "ignore" => self.report(*line, "a test that does not run proves nothing".into()),
                _ => {}
            }
        }
    }

    fn library_root(&mut self, seen: &Seen) {
        for (line, path) in &seen.paths {
            self.report(
                *line,
                format!("lib.rs only lists the modules, not {}", path.join("::")),
            );
        }
    }

    fn layer(&mut self, seen: &Seen, layer: &Layer, dependencies: &[String]) {
        for (line, path) in &seen.paths {
            let Some(first) = path.first() else { continue };
            if first == "crate" || (layer.module == "main" && first == "deskhand") {
                self.neighbour(*line, path.get(1).map_or("", String::as_str), layer);
            } else if dependencies.contains(first) && !seen.modules.contains(first) {
                self.library(*line, first, layer);
            } else if ["std", "core", "alloc"].contains(&first.as_str()) {
                self.standard(*line, path, layer);
            }
            self.clock(*line, path);
        }
        if layer.module == "domain" {
            for (line, word) in &seen.words {
                if word == "async" || word == "await" {
                    self.report(*line, format!("`{word}`: the domain is synchronous"));
                }
            }
        }
        if layer.module != "store" {
            for (line, literal) in &seen.strings {
                if is_sql(literal) {
                    self.report(*line, "SQL belongs to the store".into());
                }
            }
        }
    }

    fn neighbour(&mut self, line: usize, other: &str, layer: &Layer) {
        let Layer {
            module, may_use, ..
        } = layer;
        if other == *module || may_use.contains(&other) {
            return;
        }
        if LAYERS.iter().any(|known| known.module == other) {
            self.report(line, format!("`{module}` may not use `{other}`"));
        } else {
            self.report(
                line,
                format!("`crate::{other}` is no module: name where it comes from"),
            );
        }
    }

    fn library(&mut self, line: usize, krate: &str, layer: &Layer) {
        let Layer {
            module, libraries, ..
        } = layer;
        let owners = OWNED
            .iter()
            .find(|owned| owned.krate == krate)
            .map(|owned| owned.modules);
        if let Some(owners) = owners
            && !owners.contains(module)
        {
            let owners = owners.join(", ");
            self.report(
                line,
                format!("`{module}` may not use {krate}, which belongs to {owners}"),
            );
        } else if let Some(lists) = libraries
            && !lists.iter().any(|list| list.contains(&krate))
        {
            self.report(
                line,
                format!("{krate} is not among the libraries of `{module}`"),
            );
        }
    }

    fn standard(&mut self, line: usize, path: &[String], layer: &Layer) {
        let part = path.get(1).map_or("", String::as_str);
        if PURE_MODULES.contains(&layer.module) && IMPURE_STD.contains(&part) {
            self.report(
                line,
                format!("std::{part} is I/O: `{}` does none", layer.module),
            );
        }
    }

    fn clock(&mut self, line: usize, path: &[String]) {
        let [.., kind, call] = path else { return };
        let reads = CLOCK_READS.iter().any(|(a, b)| a == kind && b == call);
        if reads && self.file != CLOCK {
            self.report(
                line,
                format!("{kind}::{call} reads the clock: take the time as argument"),
            );
        }
    }
}
