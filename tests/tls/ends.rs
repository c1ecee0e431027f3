//! How a session ends: refused for good, broken and mended, or asked for.

use deskhand::app::local::cast::{CLAIRE, EIAM};
use deskhand::sandbox::LocalDiscord;
use serde_json::json;

use super::front::{Front, Identity};
use super::{CONNECTED, answers, bot, discord, in_time, resumed, said, setup};
use crate::support::process::{Ended, Running, run};

/// Exit 2, so that no service manager starts it again, and one plain sentence.
#[track_caller]
fn ends_with(ended: &Ended, reason: &str) {
    assert_eq!(ended.code, Some(2), "{ended:?}");
    let sentence = format!("deskhand: Discord refuses the session: {reason}");
    assert_eq!(
        ended.stderr.lines().last(),
        Some(sentence.as_str()),
        "{ended:?}"
    );
}

/// The close code ends `run` with its reason, and the bot does not come back.
async fn closed_with(code: u16, reason: &str) {
    let discord = discord().await;
    let (_folder, command) = bot(&discord.base_url(), None);
    let running = Running::start(command, CONNECTED);
    answers(&discord).await;
    discord.faults().close_sockets(code);
    let ended = in_time(|| running.ended()).await;
    ends_with(&ended, reason);
    let complaint = |line: &&str| line.contains("WARN") || line.contains("ERROR");
    assert_eq!(ended.stderr.lines().find(complaint), None, "in good order");
    assert_eq!(
        (said(&discord, 2), said(&discord, 6)),
        (1, 0),
        "no other attempt"
    );
}

macro_rules! fatal {
    ($($name:ident: $code:literal, $reason:literal;)*) => {$(
        #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
        async fn $name() {
            closed_with($code, $reason).await;
        }
    )*};
}

fatal! {
    p29_4004_ends_run_with_the_token: 4004, "the token is not valid";
    p29_4010_ends_run_with_the_shard: 4010, "the shards are not valid";
    p29_4011_ends_run_with_the_number_of_shards: 4011, "the bot is in too many guilds for its shards";
    p29_4012_ends_run_with_the_version: 4012, "this version of the gateway is no longer served";
    p29_4013_ends_run_with_the_intents: 4013, "the intents are not valid";
    p29_4014_ends_run_with_the_intents_not_allowed: 4014, "the intents are not allowed";
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn p29_a_token_refused_over_tls_before_the_first_session_ends_run() {
    let rest = discord().await;
    let mut other = setup();
    other.token = "another.bot.token".into();
    let gateway = LocalDiscord::start(other).await.unwrap();
    let identity = Identity::new("localhost", (2020, 2090));
    let front = Front::between(&rest, &gateway, &identity, "wss").await;
    let (_folder, command) = bot(&front.plain_url(), Some(identity.file.path()));
    let ended = run(command);
    ends_with(&ended, "the token is not valid");
    assert!(!ended.stdout.contains(CONNECTED), "{ended:?}");
    assert_eq!(said(&gateway, 2), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn p30_a_close_that_is_not_for_good_is_mended() {
    for code in [4000, 4003, 4008] {
        let discord = discord().await;
        let (_folder, command) = bot(&discord.base_url(), None);
        let running = Running::start(command, CONNECTED);
        discord.faults().close_sockets(code);
        resumed(&discord).await;
        answers(&discord).await;
        assert_eq!(running.terminate().code, Some(0), "{code}");
        assert_eq!(said(&discord, 2), 1, "{code}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sigterm_ends_run_within_5_seconds_with_work_in_hand() {
    let discord = discord().await;
    let (_folder, command) = bot(&discord.base_url(), None);
    let running = Running::start(command, CONNECTED);
    let gate = discord
        .faults()
        .hold_calls("POST", "/interactions/*/*/callback", 10);
    let claire = discord.member(EIAM, CLAIRE).unwrap();
    claire
        .starts("/lock-status", &[("user", "nobody.at.all")])
        .unwrap();
    gate.reached(1).await;
    let ended = in_time(|| running.terminate()).await;
    assert_eq!(ended.code, Some(0), "{ended:?}");
    gate.open();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_interaction_that_cannot_be_read_is_told_by_its_name_only() {
    let discord = discord().await;
    let (_folder, mut command) = bot(&discord.base_url(), None);
    command.env("LOG_FORMAT", "json");
    let running = Running::start(command, CONNECTED);
    let claire = discord.member(EIAM, CLAIRE).unwrap();
    let reply = claire
        .types("/lock-status", &[("user", "nobody.at.all")])
        .await
        .unwrap();
    let mut payload = discord.payload(reply.interaction_id()).unwrap();
    let payload = payload.as_object_mut().unwrap();
    payload
        .remove("entitlements")
        .expect("a field that serenity needs");
    payload.insert("id".into(), json!("999000000000000001"));
    discord.raw_interaction(&json!(payload));
    answers(&discord).await;
    let ended = running.terminate();
    let told: Vec<_> = ended
        .stderr
        .lines()
        .filter(|line| line.contains("could not be read"))
        .collect();
    assert_eq!(told.len(), 1, "{ended:?}");
    assert!(
        told[0].contains("WARN") && told[0].contains("INTERACTION_CREATE"),
        "{told:?}"
    );
    assert!(told[0].contains("\"so_far\":1"), "{told:?}");
    for planted in ["nobody.at.all", "999000000000000001", "lock-status"] {
        assert!(!ended.stderr.contains(planted), "{planted}: {ended:?}");
    }
}

/// R40: serenity would write the whole message into its warning.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r40_a_message_that_cannot_be_read_is_told_without_a_word_of_it() {
    let discord = discord().await;
    let (_folder, mut command) = bot(&discord.base_url(), None);
    command.env("RUST_LOG", "trace");
    let running = Running::start(command, CONNECTED);
    let planted = r#""token":"planted.token","name":"Planted","text":"#;
    for message in [
        format!(r#"{{"op":0,"s":3,"t":"INTERACTION_CREATE","d":{{{planted}"\ud800"}}}}"#),
        format!(r#"{{"op":0,"t":"INTERACTION_CREATE","d":{{{planted}"lost words"}}}}"#),
        format!(r#"{{"op":77,"s":3,"t":"INTERACTION_CREATE","d":{{{planted}"odd words"}}}}"#),
        format!(r#"{{"op":0,"s":"Planted","t":"INTERACTION_CREATE","d":{{{planted}"words"}}}}"#),
    ] {
        discord.faults().send_text(&message);
    }
    answers(&discord).await;
    let ended = running.terminate();
    assert_eq!(ended.code, Some(0), "{ended:?}");
    let lines = ended.stderr.lines();
    let told: Vec<_> = lines
        .filter(|line| line.contains("a message of the gateway could not be read"))
        .collect();
    assert_eq!(told.len(), 4, "{ended:?}");
    assert!(told[3].contains("so_far=4"), "{told:?}");
    for word in ["planted.token", "Planted", "lost words", "odd words"] {
        assert!(!ended.stderr.contains(word), "{word}: {ended:?}");
    }
}
