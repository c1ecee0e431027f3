//! The older TLS that serenity brings is built and never used: nothing but serenity reaches it,
//! and serenity gets no address that would.

use std::collections::BTreeMap;
use std::path::Path;

/// Each package of the lock file, with what it needs.
fn locked() -> BTreeMap<String, Vec<String>> {
    let lock: toml::Table = include_str!("../../Cargo.lock")
        .parse()
        .expect("the lock file");
    let packages = lock["package"].as_array().expect("packages");
    let text = |value: &toml::Value| value.as_str().unwrap_or_default().to_owned();
    let name =
        |package: &toml::Value| format!("{} {}", text(&package["name"]), text(&package["version"]));
    let needs = |package: &toml::Value| match package.get("dependencies") {
        Some(needs) => needs.as_array().expect("a list").iter().map(text).collect(),
        None => Vec::new(),
    };
    packages
        .iter()
        .map(|package| (name(package), needs(package)))
        .collect()
}

fn who_needs(krate: &str) -> Vec<String> {
    let is_it = |need: &String| need == krate || krate.split(' ').next() == Some(need);
    let users = locked()
        .into_iter()
        .filter(|(_, needs)| needs.iter().any(is_it));
    users.map(|(name, _)| name).collect()
}

#[test]
fn only_serenity_reaches_the_older_tls() {
    let packages = locked();
    let olds = ["rustls-webpki 0.102", "rustls 0.22", "tokio-rustls 0.25"];
    let is_old = |name: &String| olds.iter().any(|old| name.starts_with(old));
    assert!(
        packages.keys().any(is_old),
        "it is gone: so may the exceptions in .deny.toml and the reason of the tunnel"
    );
    assert_eq!(who_needs("rustls-webpki 0.102.8"), ["rustls 0.22.4"]);
    let of_serenity = [
        "tokio-rustls 0.25.0",
        "tokio-tungstenite 0.21.0",
        "tungstenite 0.21.0",
    ];
    assert_eq!(who_needs("rustls 0.22.4"), of_serenity);
    assert_eq!(
        who_needs("tokio-rustls 0.25.0"),
        ["tokio-tungstenite 0.21.0"]
    );
    assert_eq!(
        who_needs("tungstenite 0.21.0"),
        ["tokio-tungstenite 0.21.0"]
    );
    assert_eq!(who_needs("tokio-tungstenite 0.21.0"), ["serenity 0.12.5"]);
}

#[test]
fn one_kind_of_cryptography_is_built() {
    let packages = locked();
    let second = packages
        .keys()
        .find(|name| name.starts_with("aws-lc") || name.starts_with("openssl-sys"));
    assert_eq!(second, None);
}

/// serenity connects to what `ws_url` holds, or to what it is given as a shard's address.
#[test]
fn serenity_is_given_no_address_but_the_tunnels() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut lines = Vec::new();
    for entry in walkdir::WalkDir::new(source).sort_by_file_name() {
        let entry = entry.unwrap();
        if entry.file_type().is_file() && entry.path().extension().is_some_and(|end| end == "rs") {
            let text = std::fs::read_to_string(entry.path()).unwrap();
            let reaches = [
                "ws_url",
                "Shard::new",
                "ShardManager::new",
                "ClientBuilder",
                "WsClient",
                "Client::builder(",
            ];
            let found = text
                .lines()
                .filter(|line| reaches.iter().any(|reach| line.contains(reach)));
            let is_serenitys = |line: &&str| !line.contains("reqwest");
            lines.extend(
                found
                    .filter(is_serenitys)
                    .map(|line| line.trim().to_owned()),
            );
        }
    }
    assert_eq!(
        lines,
        [
            "ws_url: Arc<Mutex<String>>,",
            "let ws_url = Arc::new(Mutex::new(tunnel.url().to_owned()));",
            "let (manager, sessions) = ShardManager::new(ShardManagerOptions {",
            "ws_url: Arc::clone(&ws_url),",
            "ws_url,",
            "ws_url,",
            "ws_url.lock().await.clear();",
        ]
    );
}
