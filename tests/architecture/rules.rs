//! The table of layers: who may use whom, and who alone knows which library.

/// What one module may see of the package and of the outside.
pub(crate) struct Layer {
    /// Folder or file under `src/`.
    pub(crate) module: &'static str,
    /// The other modules of the package it may name.
    pub(crate) may_use: &'static [&'static str],
    /// The only libraries it may name; `None` where only [`OWNED`] limits it.
    pub(crate) libraries: Option<&'static [&'static [&'static str]]>,
}

/// Libraries that compute and do nothing else: what the rules may be made of.
const PURE: &[&str] = &[
    "base64",
    "email_address",
    "hex",
    "hmac",
    "jiff",
    "pbkdf2",
    "secrecy",
    "serde",
    "serde_json",
    "sha2",
    "strsim",
    "thiserror",
    "unicode_normalization",
];

/// What a trait with asynchronous methods needs.
const TRAITS: &[&str] = &["async_trait", "futures"];

/// Random bits, and what the ports themselves are made of: slow work beside the loop, news between tasks.
const SYSTEM: &[&str] = &["getrandom", "tokio"];

/// A use case waits for ports only, never for a socket or a timer.
const SPANS: &[&str] = &["tracing"];

/// Everything but `main`: the wiring sees all, and nothing sees the wiring.
const ALL: &[&str] = &[
    "clock",
    "config",
    "directory",
    "discord",
    "domain",
    "locales",
    "mail",
    "ports",
    "sandbox",
    "service",
    "store",
    "telemetry",
    "web",
];

const fn layer(module: &'static str, may_use: &'static [&'static str]) -> Layer {
    Layer {
        module,
        may_use,
        libraries: None,
    }
}

/// Every module of the package. A module always may name itself.
pub(crate) const LAYERS: &[Layer] = &[
    Layer {
        module: "domain",
        may_use: &[],
        libraries: Some(&[PURE]),
    },
    Layer {
        module: "ports",
        may_use: &["domain"],
        libraries: Some(&[PURE, TRAITS, SYSTEM]),
    },
    Layer {
        module: "service",
        may_use: &["domain", "ports"],
        libraries: Some(&[PURE, TRAITS, SPANS]),
    },
    layer("discord", &["domain", "locales", "ports", "service"]),
    layer("store", &["domain", "ports"]),
    layer("mail", &["domain", "locales", "ports"]),
    layer("locales", &["domain"]),
    layer("web", &["domain", "ports", "service"]),
    layer("directory", &["domain", "ports", "service"]),
    layer("sandbox", &[]),
    layer("config", &["domain"]),
    layer("clock", &["ports"]),
    layer("telemetry", &["config"]),
    layer("app", ALL),
    layer("main", &["app"]),
];

/// A library that only some modules may name.
pub(crate) struct Owned {
    /// As it appears in a path.
    pub(crate) krate: &'static str,
    /// Its owners.
    pub(crate) modules: &'static [&'static str],
}

const fn owned(krate: &'static str, modules: &'static [&'static str]) -> Owned {
    Owned { krate, modules }
}

/// What is not listed here is free wherever the layer has no list of its own.
pub(crate) const OWNED: &[Owned] = &[
    owned("axum", &["sandbox", "web"]),
    owned("clap", &["app"]),
    owned("csv", &["directory"]),
    owned("encoding_rs", &["directory"]),
    owned("flate2", &["discord"]),
    owned("fluent_bundle", &["locales"]),
    owned("fluent_syntax", &["locales"]),
    owned(
        "getrandom",
        &["app", "config", "discord", "ports", "sandbox"],
    ),
    owned("indicatif", &["app", "directory"]),
    owned("lettre", &["mail"]),
    owned("maud", &["mail", "sandbox", "web"]),
    owned("reqwest", &["discord"]),
    owned("rustix", &["app"]),
    owned("rustls_native_certs", &["discord"]),
    owned("serenity", &["discord"]),
    owned("sqlx", &["store"]),
    owned("strsim", &["config", "domain"]),
    owned("tokio_rustls", &["discord"]),
    owned("toml", &["config"]),
    owned("tracing_subscriber", &["telemetry"]),
    owned("unic_langid", &["locales"]),
    owned("webpki_roots", &["discord"]),
];

/// Parts of the standard library that touch the world; rules and use cases do without.
pub(crate) const IMPURE_STD: &[&str] = &["env", "fs", "io", "net", "os", "process", "thread"];

/// Modules held to [`IMPURE_STD`].
pub(crate) const PURE_MODULES: &[&str] = &["domain", "service"];

/// Calls that read a clock, by the last two parts of their path.
pub(crate) const CLOCK_READS: &[(&str, &str)] = &[
    ("SystemTime", "now"),
    ("Instant", "now"),
    ("Timestamp", "now"),
    ("Zoned", "now"),
    ("UNIX_EPOCH", "elapsed"),
];

/// The one file that may read it.
pub(crate) const CLOCK: &str = "src/clock.rs";

/// Lines that no file exceeds.
pub(crate) const LONGEST_FILE: usize = 500;
/// Lines of `//!` that a file may open with; more belongs to an item or a page.
pub(crate) const LONGEST_HEADER: usize = 5;
/// Folders below the package, `src` included.
pub(crate) const DEEPEST: usize = 3;
