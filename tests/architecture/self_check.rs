//! The checker finds what it is there for: small wrong sources, each with the finding it must
//! give, and right ones that must pass.

use super::findings::{check_source, check_text};
use super::rules::{LONGEST_FILE, OWNED};

fn findings(file: &str, text: &str) -> Vec<String> {
    let free = ["serde", "tokio", "thiserror", "tracing", "walkdir"].map(str::to_owned);
    let owned = OWNED.iter().map(|owned| owned.krate.to_owned());
    let dependencies: Vec<String> = free.into_iter().chain(owned).collect();
    check_source(file, text, &dependencies)
        .iter()
        .map(ToString::to_string)
        .collect()
}

/// File, source, and what must be found in it.
const WRONG: &[(&str, &str, &str)] = &[
    (
        "src/discord/rest.rs",
        "\nuse crate::store::Pool;",
        ":2: `discord` may not use `store`",
    ),
    (
        "src/discord/mod.rs",
        "use crate::{domain, mail::Post};",
        "may not use `mail`",
    ),
    (
        "src/mail/smtp.rs",
        "use super::super::web;",
        "may not use `web`",
    ),
    (
        "src/mail/mod.rs",
        "mod tests { use super::super::web::X; }",
        "may not use `web`",
    ),
    (
        "src/web/mod.rs",
        "fn f() { crate::discord::g() }",
        "may not use `discord`",
    ),
    (
        "src/web/mod.rs",
        "fn f() { vec![1, crate::discord::g()]; }",
        "may not use `discord`",
    ),
    (
        "src/store/mod.rs",
        "fn f() { crate::app::g() }",
        "may not use `app`",
    ),
    (
        "src/sandbox/mod.rs",
        "use crate::domain::Id;",
        "may not use `domain`",
    ),
    (
        "src/service/mod.rs",
        "use crate::clock::System;",
        "may not use `clock`",
    ),
    (
        "src/service/mod.rs",
        "use crate::config::Settings;",
        "may not use `config`",
    ),
    (
        "src/domain/mod.rs",
        "use crate::ports::Store;",
        "may not use `ports`",
    ),
    (
        "src/main.rs",
        "fn main() { deskhand::store::open() }",
        "may not use `store`",
    ),
    ("src/domain/mod.rs", "use crate::*;", "is no module"),
    ("src/surprise/mod.rs", "", "not in the table"),
    (
        "src/lib.rs",
        "pub mod a;\npub use a::B;",
        "lib.rs only lists",
    ),
    (
        "src/service/mod.rs",
        "use serenity as s;",
        "may not use serenity",
    ),
    (
        "src/web/mod.rs",
        "#[derive(sqlx::FromRow)] struct A;",
        "may not use sqlx",
    ),
    (
        "src/store/mod.rs",
        "fn f(a: ::lettre::Message) {}",
        "may not use lettre",
    ),
    (
        "src/mail/mod.rs",
        "use {std::fmt, axum::Router};",
        "may not use axum",
    ),
    (
        "src/domain/mod.rs",
        "#[tokio::test] fn a() {}",
        "tokio is not among the libraries",
    ),
    (
        "src/service/mod.rs",
        "fn f() { tokio::spawn(g()); }",
        "tokio is not among",
    ),
    (
        "src/domain/mod.rs",
        "pub async fn f() {}",
        "the domain is synchronous",
    ),
    (
        "src/domain/mod.rs",
        "fn f() { g().await }",
        "the domain is synchronous",
    ),
    (
        "src/domain/mod.rs",
        "use std::{fmt, fs::File};",
        "std::fs is I/O",
    ),
    (
        "src/app/mod.rs",
        "fn f() { std::time::Instant::now(); }",
        "reads the clock",
    ),
    (
        "src/web/mod.rs",
        "fn f() { jiff::Timestamp::now() }",
        "reads the clock",
    ),
    (
        "src/app/mod.rs",
        "fn f() -> &str { \"SELECT a FROM b\" }",
        "SQL belongs",
    ),
    (
        "src/app/mod.rs",
        "const A: &str = r#\"\n  UPDATE a SET b = 1\"#;",
        "SQL belongs",
    ),
    (
        "src/app/mod.rs",
        "#[allow(dead_code)] fn f() {}",
        "`allow` hides",
    ),
    ("src/app/mod.rs", "#![allow(dead_code)]", "`allow` hides"),
    (
        "src/app/mod.rs",
        "#[cfg_attr(test, allow(dead_code))] fn f() {}",
        "`allow` hides",
    ),
    ("tests/a.rs", "#[test] #[ignore] fn f() {}", "does not run"),
    (
        "tests/a.rs",
        "#[test] #[ignore = \"slow\"] fn f() {}",
        "does not run",
    ),
    (
        "tests/a.rs",
        "async fn f() { tokio::time::sleep(D).await }",
        "waits for an event",
    ),
    ("tests/a.rs", "fn f() { sleep(D) }", "waits for an event"),
    ("src/app/mod.rs", "fn f( {", "not Rust"),
];

#[test]
fn a_wrong_source_is_found() {
    for (file, text, expected) in WRONG {
        let found = findings(file, text);
        assert!(
            found
                .iter()
                .any(|finding| finding.starts_with(file) && finding.contains(expected)),
            "in {file}, {text:?} must give {expected:?}, not {found:?}"
        );
    }
}

#[test]
fn a_right_source_passes() {
    let right: &[(&str, &str)] = &[
        (
            "src/discord/mod.rs",
            "//! Not crate::store.\nuse crate::{domain::Id, service};",
        ),
        (
            "src/discord/rest.rs",
            "use super::render; use serenity::all::Http; use std::fs;",
        ),
        (
            "src/discord/mod.rs",
            "/// See [`crate::store`].\nfn f() { g(\"crate::store::X\") }",
        ),
        (
            "src/domain/mod.rs",
            "use std::time::Duration; pub fn f(a: impl Fn() + use<'_>) {}",
        ),
        (
            "src/domain/mod.rs",
            "#[derive(serde::Serialize)] pub(crate) struct A;",
        ),
        (
            "src/domain/codes.rs",
            "#[cfg(test)] mod tests { use super::*; use super::super::Id; }",
        ),
        (
            "src/store/sqlite/mod.rs",
            "const A: &str = \"SELECT a FROM b\"; use sqlx::query;",
        ),
        (
            "src/app/mod.rs",
            "const A: &str = \"Select a person from the list\";",
        ),
        ("src/clock.rs", "fn f() { std::time::SystemTime::now(); }"),
        (
            "src/web/mod.rs",
            "type A = <B as C>::serenity; fn f(d: D) { d.sqlx::<u8>() }",
        ),
        ("src/main.rs", "fn main() { deskhand::app::run() }"),
        ("src/lib.rs", "//! The crate.\npub mod domain;"),
        (
            "tests/a.rs",
            "use deskhand::store; #[test] #[should_panic] fn f() {}",
        ),
    ];
    for (file, text) in right {
        assert_eq!(
            findings(file, text),
            Vec::<String>::new(),
            "in {file}: {text:?}"
        );
    }
}

#[test]
fn a_file_without_header_or_of_too_many_lines_is_found() {
    let long = "//! A file.\n".to_owned() + &"\n".repeat(LONGEST_FILE);
    let wrong: &[(&str, &str, &str)] = &[
        ("src/a.rs", "fn f() {}", "0 lines of //!"),
        ("src/a.rs", &"//! A line.\n".repeat(6), "6 lines of //!"),
        ("src/a.rs", &long, "over 500"),
        ("src/a/b/c/d.rs", "//! Deep.", "4 folders deep"),
    ];
    for (file, text, expected) in wrong {
        let found: Vec<String> = check_text(file, text)
            .iter()
            .map(ToString::to_string)
            .collect();
        assert!(
            found.iter().any(|finding| finding.contains(expected)),
            "{expected}: {found:?}"
        );
    }
    assert!(check_text("src/store/sqlite/mod.rs", "//! Fine.\n").is_empty());
}
