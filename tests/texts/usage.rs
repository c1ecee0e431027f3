//! Which texts the program names: string literals in `src/`, and families of keys made with a stable name.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use proc_macro2::{Delimiter, TokenStream, TokenTree};

/// Functions that take a key; a new helper that takes one is added here.
const TEXT_CALLS: [&str; 4] = ["text", "try_text", "has", "say"];

/// Where the names are that stand in the keys of a family.
pub(crate) enum Names {
    /// The string literals of the type's `fn code`, in this file of `src/`.
    Of(&'static str, &'static str),
    /// These.
    List(&'static [&'static str]),
}

const COMMANDS: &[&str] = &["audit", "desk", "lock-status", "requests", "resend-code"];
const SUBCOMMANDS: &[&str] = &["freeze", "unfreeze", "whoami"];
pub(crate) const OPTIONS: &[&str] = &[
    "email", "kind", "member", "mine", "reason", "since", "state", "user",
];
/// How a request may end for whoever asked.
const ENDS: &[&str] = &["denied", "executed", "expired", "failed", "void"];
/// What requests can be listed by; none ever stands at approved.
const LISTED: &[&str] = &[
    "all",
    "cancelled",
    "denied",
    "executed",
    "expired",
    "failed",
    "requested",
    "void",
];

/// Keys that `format!` makes: the pattern as it stands in `src/`, with `*` for what is put in.
pub(crate) const FAMILIES: &[(&str, Names)] = &[
    (
        "audit-action-*",
        Names::Of("domain/audit.rs", "AuditAction"),
    ),
    ("audit-refusal-*", Names::Of("domain/refusal.rs", "Refusal")),
    (
        "audit-refusal-*",
        Names::Of("domain/request.rs", "CardProblem"),
    ),
    (
        "audit-result-*",
        Names::Of("domain/audit.rs", "AuditResult"),
    ),
    ("card-*-label", Names::Of("domain/card.rs", "CardAction")),
    ("code-*", Names::Of("domain/code.rs", "CodeKind")),
    ("command-*-description", Names::List(COMMANDS)),
    ("command-*-name", Names::List(COMMANDS)),
    (
        "form-*-field-title",
        Names::Of("domain/dialog.rs", "TextForm"),
    ),
    (
        "form-*-input-placeholder",
        Names::Of("domain/dialog.rs", "TextForm"),
    ),
    ("form-*-title", Names::Of("domain/dialog.rs", "TextForm")),
    ("frost-ask-*", Names::Of("domain/request_view.rs", "Frost")),
    ("frost-done-*", Names::Of("domain/request_view.rs", "Frost")),
    (
        "kind-*-option",
        Names::Of("domain/send_kind.rs", "SendKind"),
    ),
    ("letter-*", Names::Of("domain/letter.rs", "LetterKind")),
    (
        "letter-state-*",
        Names::Of("domain/letter.rs", "LetterState"),
    ),
    ("list-*-option", Names::Of("domain/lists.rs", "PersonList")),
    ("list-*-text", Names::Of("domain/lists.rs", "PersonList")),
    ("mail-code-*", Names::Of("domain/code.rs", "CodeKind")),
    ("mail-intro-*", Names::Of("domain/letter.rs", "LetterKind")),
    (
        "mail-subject-*",
        Names::Of("domain/letter.rs", "LetterKind"),
    ),
    ("missing-*", Names::Of("domain/dialog.rs", "Missing")),
    ("option-*-description", Names::List(OPTIONS)),
    ("option-*-name", Names::List(OPTIONS)),
    (
        "reason-*-option",
        Names::Of("domain/reason.rs", "ReadyReason"),
    ),
    ("refusal-*", Names::Of("domain/refusal.rs", "Refusal")),
    ("request-answer-*", Names::List(ENDS)),
    (
        "request-no-card-*",
        Names::Of("domain/request.rs", "CardProblem"),
    ),
    (
        "request-rule-*",
        Names::Of("domain/request.rs", "ApprovalRule"),
    ),
    (
        "request-state-*",
        Names::Of("domain/request.rs", "RequestState"),
    ),
    ("requests-*-option", Names::List(LISTED)),
    ("since-*-option", Names::Of("domain/trail.rs", "Since")),
    ("state-*", Names::Of("domain/account.rs", "AccountState")),
    ("subcommand-*-description", Names::List(SUBCOMMANDS)),
    ("subcommand-*-name", Names::List(SUBCOMMANDS)),
    (
        "verification-*-option",
        Names::Of("domain/verification.rs", "VerificationMethod"),
    ),
];

/// What `src/` says about texts.
#[derive(Default)]
pub(crate) struct Usage {
    /// Every string literal, with a file that has it.
    pub(crate) literals: BTreeMap<String, String>,
    /// Literals given to a function that takes a key.
    pub(crate) keys: BTreeMap<String, String>,
}

/// Layers that show texts; the others have literals that only look like keys.
const LAYERS: [&str; 7] = [
    "app",
    "config",
    "directory",
    "discord",
    "mail",
    "web",
    "main.rs",
];

fn src() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

pub(crate) fn read() -> Usage {
    let mut usage = Usage::default();
    for layer in LAYERS {
        for entry in walkdir::WalkDir::new(src().join(layer)).sort_by_file_name() {
            let entry = entry.expect("a readable folder of src");
            if entry
                .path()
                .extension()
                .is_some_and(|ending| ending == "rs")
            {
                let shown = entry
                    .path()
                    .strip_prefix(src())
                    .expect("a file of src")
                    .display()
                    .to_string();
                usage.read(&shown, tokens(&shown));
            }
        }
    }
    usage
}

fn tokens(file: &str) -> TokenStream {
    let source = std::fs::read_to_string(src().join(file)).expect("a readable file");
    source
        .parse()
        .unwrap_or_else(|error| panic!("src/{file}: {error}"))
}

impl Usage {
    fn read(&mut self, file: &str, tokens: TokenStream) {
        let trees: Vec<_> = tokens.into_iter().collect();
        let mut after_test_mark = false;
        for (at, tree) in trees.iter().enumerate() {
            match tree {
                TokenTree::Group(group) => {
                    let inner = group.stream().to_string().replace(' ', "");
                    let bracket = group.delimiter() == Delimiter::Bracket;
                    let of_attribute = bracket
                        && matches!(at.checked_sub(1).map(|before| &trees[before]), Some(TokenTree::Punct(sign)) if sign.as_char() == '#');
                    if of_attribute {
                        after_test_mark |= inner == "cfg(test)";
                        continue;
                    }
                    if group.delimiter() == Delimiter::Brace && after_test_mark {
                        after_test_mark = false;
                        continue;
                    }
                    let named = |name: &&str| matches!(at.checked_sub(1).map(|before| &trees[before]), Some(TokenTree::Ident(ident)) if ident == name);
                    if group.delimiter() == Delimiter::Parenthesis && TEXT_CALLS.iter().any(named) {
                        let literals = group
                            .stream()
                            .into_iter()
                            .filter_map(|tree| literal(&tree))
                            .filter(|text| text.contains('-') && key_like(text));
                        self.keys.extend(literals.map(|key| (key, file.to_owned())));
                    }
                    self.read(file, group.stream());
                }
                TokenTree::Punct(sign) if sign.as_char() == ';' => after_test_mark = false,
                other => self
                    .literals
                    .extend(literal(other).map(|text| (text, file.to_owned()))),
            }
        }
    }
}

/// The contents of a plain string literal; keys need no escapes.
fn literal(tree: &TokenTree) -> Option<String> {
    let TokenTree::Literal(literal) = tree else {
        return None;
    };
    Some(
        literal
            .to_string()
            .strip_prefix('"')?
            .strip_suffix('"')?
            .to_owned(),
    )
}

fn key_like(text: &str) -> bool {
    text.bytes()
        .all(|sign| sign.is_ascii_lowercase() || sign.is_ascii_digit() || b"-.".contains(&sign))
}

/// `refusal-{}` and `refusal-{code}` become `refusal-*`.
pub(crate) fn pattern_of(literal: &str) -> Option<String> {
    let (stem, rest) = literal.split_once('{')?;
    let (hole, ending) = rest.split_once('}')?;
    let named = hole
        .bytes()
        .all(|sign| sign.is_ascii_lowercase() || sign == b'_');
    let begins = stem.starts_with(|sign: char| sign.is_ascii_lowercase());
    (begins && named && key_like(stem) && key_like(ending)).then(|| format!("{stem}*{ending}"))
}

/// The keys of the families that `src/` makes, each with its pattern.
pub(crate) fn family_keys(usage: &Usage) -> BTreeMap<String, &'static str> {
    let made: BTreeSet<_> = usage
        .literals
        .keys()
        .filter_map(|literal| pattern_of(literal))
        .collect();
    let active = FAMILIES
        .iter()
        .filter(|(pattern, _)| made.contains(*pattern));
    let keys = active.flat_map(|(pattern, names)| {
        let names = match names {
            Names::Of(file, name) => codes(file, name),
            Names::List(list) => list.iter().map(ToString::to_string).collect(),
        };
        names
            .into_iter()
            .map(|name| (pattern.replace('*', &name), *pattern))
    });
    keys.collect()
}

/// The string literals of `fn code` in the type's own `impl`.
fn codes(file: &str, name: &str) -> Vec<String> {
    let trees: Vec<_> = tokens(file).into_iter().collect();
    let bodies = trees.windows(3).filter_map(|part| match part {
        [
            TokenTree::Ident(word),
            TokenTree::Ident(own),
            TokenTree::Group(body),
        ] if word == "impl" && own == name => Some(body.stream()),
        _ => None,
    });
    let mut found = Usage::default();
    for body in bodies {
        let members: Vec<_> = body.into_iter().collect();
        let Some(at) = members.windows(2).position(|part| {
            matches!(part, [TokenTree::Ident(word), TokenTree::Ident(own)] if word == "fn" && own == "code")
        }) else {
            continue;
        };
        let block = members.iter().skip(at).find_map(|tree| match tree {
            TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => {
                Some(group.stream())
            }
            _ => None,
        });
        found.read(file, block.expect("a body of fn code"));
    }
    assert!(
        !found.literals.is_empty(),
        "tests/texts/usage.rs: src/{file} has no {name}::code with string literals"
    );
    found.literals.into_keys().collect()
}
