//! Every command of the pages is one that the program, the package or the system knows.

use std::path::Path;
use std::process::{Command, Stdio};

use tempfile::TempDir;

use super::{blocks, page, pages};
use crate::support::process::{deskhand as program, run};

/// What the pages may ask of a Debian system; these are looked at, not run.
const SYSTEM: [&str; 14] = [
    ".",
    "cargo",
    "cd",
    "chmod",
    "cp",
    "head",
    "install",
    "journalctl",
    "pg_dump",
    "runuser",
    "set",
    "systemctl",
    "useradd",
    "tests/run",
];

/// The words of a command; quoted ones stay together.
pub(super) fn words(command: &str) -> Vec<String> {
    let parts = command.split('"').enumerate();
    let split = parts.flat_map(|(number, part)| match number % 2 {
        0 => part.split_whitespace().map(str::to_owned).collect(),
        _ => vec![part.to_owned()],
    });
    split.collect()
}

fn help(path: &[&str]) -> String {
    let folder = TempDir::new().unwrap();
    let arguments: Vec<_> = path.iter().copied().chain(["--help"]).collect();
    let ended = run(program(folder.path(), &arguments));
    assert_eq!(ended.code, Some(0), "{path:?} is no subcommand");
    ended.stdout
}

/// Subcommands, options and named values are those of `--help`.
fn is_known(command: &str) {
    let words = words(command);
    let words: Vec<_> = words.iter().map(String::as_str).collect();
    let (first, rest) = words.split_first().expect("a subcommand");
    let mut shown = help(&[first]);
    if shown.contains("\nCommands:") {
        shown = help(&[first, rest.first().expect("a subcommand's subcommand")]);
    }
    for option in rest.iter().filter(|word| word.starts_with('-')) {
        assert!(
            shown.contains(option),
            "{command}: {option} is not in its --help"
        );
    }
    if *first == "import" {
        assert!(
            rest.first().is_some_and(|what| shown.contains(what)),
            "{command}"
        );
    }
}

#[test]
fn every_command_of_the_pages_is_known() {
    let mut own = 0;
    for (name, text) in pages() {
        for block in blocks(&text, "sh") {
            let mut shell = Command::new("sh");
            shell.args(["-n", "-c", &block]).stdin(Stdio::null());
            assert!(
                shell.status().unwrap().success(),
                "{name}: no shell reads {block}"
            );
            for line in block.lines() {
                let own_command = line.strip_prefix("runuser --user deskhand -- ");
                let own_command = own_command.unwrap_or(line).strip_prefix("deskhand ");
                if let Some(command) = own_command {
                    is_known(command);
                    own += 1;
                } else if let Some(command) = line.strip_prefix("cargo run --release -- ") {
                    is_known(command);
                } else {
                    let word = line.split_whitespace().next().unwrap_or_default();
                    assert!(SYSTEM.contains(&word), "{name}: {line}");
                }
            }
        }
        // commands within sentences
        for span in text
            .split('`')
            .filter_map(|span| span.strip_prefix("deskhand "))
        {
            is_known(span);
        }
    }
    assert!(own > 10);
    let runner = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/run");
    assert!(std::fs::read_to_string(runner).unwrap().contains("--long"));
}

#[test]
fn the_service_of_the_page_starts_the_program_with_known_words() {
    let [unit] = blocks(&page("docs/operate.md"), "ini").try_into().unwrap();
    for line in unit.lines().filter(|line| !line.is_empty()) {
        let section = ["[Unit]", "[Service]", "[Install]"].contains(&line);
        assert!(
            section
                || line
                    .split_once('=')
                    .is_some_and(|(_, value)| !value.is_empty()),
            "{line}"
        );
    }
    assert!(unit.contains("RestartPreventExitStatus=2\n"));
    let start = unit
        .lines()
        .find_map(|line| line.strip_prefix("ExecStart=/usr/local/bin/deskhand "));
    is_known(start.expect("a command"));
}

#[test]
fn the_public_build_runs_the_one_command_with_pinned_actions_and_no_secret() {
    let workflow = page(".github/workflows/ci.yml");
    assert!(workflow.contains("tests/run") && workflow.contains("postgresql"));
    assert!(!workflow.contains("secrets."));
    assert!(
        workflow.contains("cargo install --locked cargo-deny"),
        "advisories are checked"
    );
    for action in workflow
        .lines()
        .filter_map(|line| line.trim().strip_prefix("- uses: "))
    {
        let (_, tag) = action.split_once('@').expect("a tag");
        let tag = tag.strip_prefix('v').expect("a version's tag");
        assert!(
            tag.starts_with(|sign: char| sign.is_ascii_digit()),
            "{action}"
        );
    }
}
