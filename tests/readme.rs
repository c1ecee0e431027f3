//! What README and docs/operate.md say is so: settings are read, commands exist, the operator's path works,
//! the transcript is what the demo prints.

mod commands;
mod operator;

use std::path::Path;

use deskhand::config::{Config, Needs, example};
use deskhand::domain::profiles;

use crate::support::process::{deskhand as program, run};

fn page(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(name);
    std::fs::read_to_string(path).unwrap()
}

fn readme() -> String {
    page("README.md")
}

/// The two pages, with their names.
fn pages() -> [(&'static str, String); 2] {
    ["README.md", "docs/operate.md"].map(|name| (name, page(name)))
}

/// The blocks of a language.
fn blocks(text: &str, language: &str) -> Vec<String> {
    let start = format!("```{language}\n");
    text.split(&start)
        .skip(1)
        .map(|rest| rest.split("```").next().unwrap().to_owned())
        .collect()
}

#[test]
fn every_block_is_of_a_language_that_a_test_holds() {
    for (name, text) in pages() {
        let fences: Vec<_> = text
            .lines()
            .filter_map(|line| line.strip_prefix("```"))
            .collect();
        for fence in fences.iter().step_by(2) {
            assert!(
                ["sh", "toml", "text", "json", "csv", "env", "ini"].contains(fence),
                "{name}: ```{fence}"
            );
        }
        assert!(
            fences.iter().skip(1).step_by(2).all(|end| end.is_empty()),
            "{name}"
        );
    }
}

#[test]
fn the_settings_of_the_pages_are_read() {
    let mut read = 0;
    for (name, text) in pages() {
        for example in blocks(&text, "toml") {
            let token = |key: &str| (key == "DISCORD_TOKEN").then(|| "a.b.c".to_owned());
            Config::parse(name, &example, &token, Needs::Run).expect("the example is right");
            read += 1;
        }
    }
    assert_eq!(read, 3);
}

#[test]
fn the_environment_of_the_pages_is_known() {
    let [block] = blocks(&page("docs/operate.md"), "env").try_into().unwrap();
    for line in block.lines() {
        let (name, value) = line.split_once('=').expect("NAME=VALUE");
        assert!(
            example::EXAMPLE.contains(name) && !value.is_empty(),
            "{line}"
        );
    }
    let token = |key: &str| {
        let mut lines = block.lines().filter_map(|line| line.split_once('='));
        lines
            .find(|(name, _)| *name == key)
            .map(|(_, value)| value.to_owned())
    };
    let settings = blocks(&page("docs/operate.md"), "toml").remove(0);
    Config::parse("docs/operate.md", &settings, &token, Needs::Run).expect("the values are right");
}

#[test]
fn the_invitation_of_the_pages_asks_for_what_check_asks_for() {
    let link = deskhand::discord::check::invite(42).replace("=42&", "=APPLICATION_ID&");
    for (name, text) in pages() {
        assert!(text.contains(&link), "{name} names {link}");
    }
}

/// Times, hashes and codes differ from run to run; the words of mails have tests of their own.
fn settled(line: &str) -> String {
    if line.starts_with("    > ") {
        return "    >".to_owned();
    }
    let line = line.split(", hash ").next().unwrap_or(line);
    let mut settled: Vec<char> = line
        .chars()
        .map(|sign| if sign.is_ascii_digit() { '0' } else { sign })
        .collect();
    settled.dedup_by(|one, other| *one == '0' && *other == '0');
    settled.into_iter().collect()
}

#[test]
fn the_transcript_of_the_readme_is_what_the_demo_prints() {
    let folder = tempfile::TempDir::new().unwrap();
    let toured = run(program(folder.path(), &["demo", "--once"]));
    assert_eq!(toured.code, Some(0), "{toured:?}");
    let printed: Vec<_> = toured.stdout.lines().map(settled).collect();
    let transcript = blocks(&readme(), "text").remove(0);
    for part in transcript.split("\n…\n") {
        let part: Vec<_> = part.trim_matches('\n').lines().map(settled).collect();
        assert!(
            printed.windows(part.len()).any(|lines| lines == part),
            "not printed so:\n{}",
            part.join("\n")
        );
    }
    assert!(
        std::fs::read_dir(folder.path()).unwrap().next().is_none(),
        "the demo leaves nothing behind"
    );
}

#[test]
fn the_page_lists_the_groups_of_every_profile() {
    let page = page("docs/operate.md");
    for name in profiles::NAMES {
        let groups = profiles::by_name(name).expect("a profile").groups;
        let groups: Vec<_> = groups.iter().map(|group| format!("`{group}`")).collect();
        let cell = match groups.as_slice() {
            [] => "none".to_owned(),
            groups => groups.join(", "),
        };
        assert!(
            page.contains(&format!("\n| `{name}` | {cell} |\n")),
            "{name}: {cell}"
        );
    }
}
