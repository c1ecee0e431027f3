//! Whom the bot takes for Discord.

use deskhand::sandbox::LocalDiscord;

use super::front::{Front, Identity};
use super::{CONNECTED, answers, bot, discord, in_time, resumed, said};
use crate::support::process::{Running, run};

/// Of the cast.
const TOKEN: &str = "local.demo.token";

const GOOD: (i32, i32) = (2020, 2090);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_session_over_tls_answers_and_goes_on_after_a_lost_connection() {
    let discord = discord().await;
    let identity = Identity::new("localhost", GOOD);
    let front = Front::start(&discord, &identity).await;
    let (_folder, mut command) = bot(&front.encrypted_url(), Some(identity.file.path()));
    command.env("RUST_LOG", "trace");
    let running = Running::start(command, CONNECTED);
    answers(&discord).await;
    discord.faults().drop_sockets();
    resumed(&discord).await;
    answers(&discord).await;
    let ended = running.terminate();
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert_eq!((said(&discord, 2), said(&discord, 6)), (1, 1));

    let upgrades = front.upgrades();
    assert_eq!(upgrades.len(), 2, "all went over TLS");
    let host = front.encrypted_url().replace("https://", "\r\nHost: ");
    for head in upgrades {
        assert!(head.starts_with("GET /?v=10 HTTP/1.1\r\n"), "{head}");
        assert!(head.contains(&format!("{host}\r\n")), "{head}");
        assert!(
            !head.contains("127.0.0.1"),
            "nothing of the way inside: {head}"
        );
    }
    for secret in [TOKEN, "ws://", "wss://", "Sec-WebSocket"] {
        assert!(
            !ended.stderr.contains(secret),
            "the log holds {secret}: {}",
            ended.stderr
        );
    }
    for library in ["rustls", "tungstenite", "serenity", "reqwest", "hyper"] {
        let talks = |line: &&str| {
            line.contains(library) && !line.contains("WARN") && !line.contains("ERROR")
        };
        assert_eq!(ended.stderr.lines().find(talks), None, "below warn");
    }
}

/// No session, the reason in the log, no secret beside it, and the end when it is asked for.
async fn refused(discord: &LocalDiscord, front: &Front, trusted: &Identity, why: &str) {
    let (_folder, command) = bot(&front.plain_url(), Some(trusted.file.path()));
    let running = Running::start_until_logged(command, why);
    let ended = in_time(|| running.terminate()).await;
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert!(!ended.stdout.contains(CONNECTED), "{ended:?}");
    assert!(
        !ended.stderr.contains(TOKEN) && !ended.stderr.contains("ws://"),
        "{ended:?}"
    );
    assert!(
        discord.wire().gateway().is_empty(),
        "nothing was said to it"
    );
    assert!(front.upgrades().is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_certificate_from_nobody_is_refused() {
    let discord = discord().await;
    let front = Front::start(&discord, &Identity::new("localhost", GOOD)).await;
    let other = Identity::new("another.example.org", GOOD);
    refused(
        &discord,
        &front,
        &other,
        "comes from nobody that is trusted",
    )
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_expired_certificate_is_refused() {
    let discord = discord().await;
    let identity = Identity::new("localhost", (2020, 2021));
    let front = Front::start(&discord, &identity).await;
    refused(&discord, &front, &identity, "its certificate has expired").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_certificate_of_the_future_is_refused() {
    let discord = discord().await;
    let identity = Identity::new("localhost", (2080, 2090));
    let front = Front::start(&discord, &identity).await;
    refused(
        &discord,
        &front,
        &identity,
        "its certificate is not valid yet",
    )
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_certificate_for_another_host_is_refused() {
    let discord = discord().await;
    let identity = Identity::new("gateway.example.org", GOOD);
    let front = Front::start(&discord, &identity).await;
    refused(
        &discord,
        &front,
        &identity,
        "its certificate is for another host",
    )
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rest_with_an_untrusted_certificate_gets_no_token() {
    let discord = discord().await;
    let front = Front::start(&discord, &Identity::new("localhost", GOOD)).await;
    let (_folder, command) = bot(&front.encrypted_url(), None);
    let ended = run(command);
    assert_eq!(ended.code, Some(1), "{ended:?}");
    assert!(ended.stderr.contains("Discord cannot be used"), "{ended:?}");
    assert!(discord.wire().entries().is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_encrypted_discord_that_names_a_gateway_in_the_clear_is_refused() {
    let discord = discord().await;
    let identity = Identity::new("localhost", GOOD);
    let front = Front::between(&discord, &discord, &identity, "ws").await;
    let (_folder, command) = bot(&front.encrypted_url(), Some(identity.file.path()));
    let ended = run(command);
    assert_eq!(ended.code, Some(1), "{ended:?}");
    assert!(
        ended.stderr.contains("a gateway without encryption"),
        "{ended:?}"
    );
    assert!(discord.wire().gateway().is_empty());
}
