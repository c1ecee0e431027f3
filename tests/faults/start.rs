//! The start of `run` while Discord has troubles of its own: what passes is waited for, what stays is one line.

use deskhand::app::local::cast;
use deskhand::sandbox::{Fault, LocalDiscord, Setup};
use tempfile::TempDir;

use crate::support::process::{Running, deskhand as program, run, settings_for};

async fn discord(edit: impl FnOnce(&mut Setup)) -> LocalDiscord {
    use deskhand::ports::clock::Clock as _;
    let now = || deskhand::clock::SystemClock.now();
    let mut setup = cast::setup(std::sync::Arc::new(now));
    edit(&mut setup);
    LocalDiscord::start(setup).await.expect("a local Discord")
}

/// A folder with settings for it.
fn folder(discord: &LocalDiscord) -> TempDir {
    let folder = TempDir::new().expect("a folder");
    settings_for(discord, folder.path());
    folder
}

const ASKED: [(&str, &str); 4] = [
    ("GET", "/oauth2/applications/@me"),
    ("GET", "/applications/*/commands"),
    ("PUT", "/applications/*/commands"),
    ("GET", "/gateway/bot"),
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn p33_troubles_of_discord_that_pass_do_not_end_the_start() {
    let discord = discord(|_| {}).await;
    let limited = Fault::RateLimited {
        retry_after: 0.3,
        global: false,
    };
    for (method, path) in ASKED {
        discord
            .faults()
            .next_calls(method, path, 1, Fault::Status(502));
        discord
            .faults()
            .next_calls(method, path, 1, limited.clone());
    }
    let folder = folder(&discord);
    let running = Running::start(program(folder.path(), &["run"]), "connected to Discord");
    for (method, path) in ASKED {
        let answers: Vec<_> = discord
            .wire()
            .calls(method, path)
            .iter()
            .map(|call| call.status)
            .collect();
        assert_eq!(answers, [502, 429, 200], "{method} {path}");
    }
    assert!(
        discord.wire().calls("GET", "/gateway").is_empty(),
        "nothing is asked past our own limits and time-outs"
    );
    assert_eq!(running.terminate().code, Some(0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn p33_a_start_does_not_ask_into_a_long_wait() {
    let discord = discord(|_| {}).await;
    let limited = Fault::RateLimited {
        retry_after: 600.0,
        global: false,
    };
    discord
        .faults()
        .next_calls("GET", "/gateway/bot", 1, limited);
    let folder = folder(&discord);
    let ended = run(program(folder.path(), &["run"]));
    assert_eq!(ended.code, Some(1), "{ended:?}");
    assert!(
        ended.stderr.contains("Discord asks to wait 600000 ms"),
        "{ended:?}"
    );
    assert_eq!(discord.wire().calls("GET", "/gateway/bot").len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn p29_no_session_is_started_when_none_is_granted_and_check_says_so() {
    let discord = discord(|setup| setup.session_starts = 0).await;
    let folder = folder(&discord);
    let ended = run(program(folder.path(), &["run"]));
    assert_eq!(ended.code, Some(1), "{ended:?}");
    let last = ended.stderr.lines().last().unwrap_or_default();
    assert!(
        last.contains("no more session starts, the next in 60 min"),
        "{ended:?}"
    );
    assert!(discord.wire().gateway().is_empty(), "no connection");
    let checked = run(program(folder.path(), &["check"]));
    let told = "FAIL  Discord gateway: Discord grants no more session starts";
    assert_eq!(checked.code, Some(1), "{checked:?}");
    assert!(checked.stdout.contains(told), "{checked:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn all_shards_that_discord_wants_are_started() {
    let discord = discord(|setup| setup.shards = 2).await;
    let folder = folder(&discord);
    let running = Running::start(program(folder.path(), &["run"]), "connected to Discord");
    discord.identified(2).await.expect("both shards");
    let shards: Vec<_> = discord
        .wire()
        .gateway()
        .iter()
        .filter(|payload| payload.from_bot && payload.json()["op"] == 2)
        .map(|payload| payload.json()["d"]["shard"].clone())
        .collect();
    assert_eq!(
        shards,
        [serde_json::json!([0, 2]), serde_json::json!([1, 2])]
    );
    assert_eq!(running.terminate().code, Some(0));
}
