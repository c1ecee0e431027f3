//! The gateway, P28 to P33, raw and through serenity, and the fault hooks.

use std::sync::Arc;
use std::time::Duration;

use super::bot::{
    ANNA, APP, CHANNEL, Desk, GUILD, OTHER_GUILD, STAFF, TOKEN, client, http, run, setup,
};
use super::raw::{Heard, Socket};
use deskhand::sandbox::{Entry, Fault, LocalDiscord, SandboxError, Setup};
use serde_json::{Value, json};
use serenity::all::{ChannelId, CreateMessage, GatewayIntents, GuildId, UserId};

/// Waits for the bot to send a payload with this op, the nth time.
async fn from_bot(desk: &Desk, op: u64, nth: usize) -> Value {
    let wire = desk.discord.wire();
    let all = || {
        wire.gateway()
            .into_iter()
            .filter(|p| p.from_bot && p.json()["op"] == op)
    };
    let found = desk.discord.recorded(|_| all().count() >= nth).await;
    found.expect("the bot says it");
    all().nth(nth - 1).expect("counted").json()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn p28_no_intents_are_enough_for_commands_and_nothing_else_comes() {
    let desk = Desk::with_bot().await;
    assert_eq!(from_bot(&desk, 2, 1).await["d"]["intents"], 0);
    desk.anna()
        .types("/lock-status", &[])
        .await
        .expect("an answer");
    desk.anna()
        .types("/public", &[("reason", "seen by all")])
        .await
        .expect("an answer");
    let names = desk
        .discord
        .wire()
        .gateway()
        .into_iter()
        .map(|p| p.json()["t"].clone());
    let names: Vec<_> = names.filter(|name| !name.is_null()).collect();
    assert_eq!(names, ["READY", "INTERACTION_CREATE", "INTERACTION_CREATE"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn p28_guilds_and_messages_come_with_their_intents() {
    let desk = Desk::empty().await;
    let mut socket = Socket::connect(&desk.discord);
    socket.identify((1 << 0) | (1 << 9), &Value::Null);
    let ready = socket.event("READY");
    assert_eq!(ready["d"]["application"]["id"], APP.to_string());
    assert_eq!(ready["d"]["guilds"][0]["unavailable"], true);
    let create = socket.event("GUILD_CREATE");
    assert_eq!(create["d"]["preferred_locale"], "de");
    socket.event("GUILD_CREATE");
    desk.anna().says("not for bots").expect("said");
    assert_eq!(socket.event("MESSAGE_CREATE")["d"]["content"], "");
    desk.call(
        "POST",
        &format!("/channels/{CHANNEL}/messages"),
        json!({"content": "own"}),
    )
    .await;
    assert_eq!(socket.event("MESSAGE_CREATE")["d"]["content"], "own");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn p28_serenity_understands_the_guilds() {
    let intents = GatewayIntents::GUILDS | GatewayIntents::GUILD_MESSAGES;
    let desk = Desk::with_intents(intents).await;
    desk.anna()
        .types("/public", &[("reason", "hello")])
        .await
        .expect("an answer");
    let http = http(&desk.discord, TOKEN);
    http.set_application_id(APP.into());
    let guild = http.get_guild(GuildId::new(GUILD)).await.expect("a guild");
    assert_eq!(guild.preferred_locale, "de");
    let member = http
        .get_member(GuildId::new(GUILD), UserId::new(ANNA))
        .await
        .expect("a member");
    assert_eq!(member.roles[0].get(), STAFF);
    assert_eq!(
        http.get_guild_roles(GuildId::new(GUILD))
            .await
            .expect("roles")
            .len(),
        2
    );
    assert_eq!(http.get_current_user().await.expect("me").id.get(), APP);
    assert_eq!(
        http.get_current_application_info()
            .await
            .expect("app")
            .id
            .get(),
        APP
    );
    assert_eq!(
        http.get_global_commands_with_localizations()
            .await
            .expect("list")
            .len(),
        6
    );
    http.get_bot_gateway().await.expect("a gateway");
    http.get_channel(ChannelId::new(CHANNEL))
        .await
        .expect("a channel");
    assert_eq!(http.get_guilds(None, None).await.expect("guilds").len(), 2);
    let card = CreateMessage::new().content("card");
    ChannelId::new(CHANNEL)
        .send_message(&http, card)
        .await
        .expect("sent");
    let page = http
        .get_messages(ChannelId::new(CHANNEL), None, Some(100))
        .await
        .expect("a page");
    assert_eq!(page[0].content, "card");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn p29_configuration_errors_close_for_good() {
    let desk = Desk::empty().await;
    let closed = |d: Value| {
        let mut socket = Socket::connect(&desk.discord);
        socket.say(&json!({"op": 2, "d": d}));
        socket.hear()
    };
    let identify = |token: &str, intents: u64, shard: &Value| {
        closed(json!({"token": token, "intents": intents, "properties": {}, "shard": shard}))
    };
    assert_eq!(identify("wrong", 0, &Value::Null), Heard::Closed(4004));
    assert_eq!(identify(TOKEN, 1 << 30, &Value::Null), Heard::Closed(4013));
    assert_eq!(identify(TOKEN, 1 << 15, &Value::Null), Heard::Closed(4014));
    assert_eq!(identify(TOKEN, 0, &json!([3, 2])), Heard::Closed(4010));
    let mut wrong = client(&desk.discord, GatewayIntents::MESSAGE_CONTENT).await;
    let error = wrong.start().await.expect_err("serenity gives up");
    assert!(error.to_string().contains("ntents"), "{error}");
    let (status, body) = desk
        .call_as("Bot wrong", "GET", "/users/@me", Value::Null)
        .await;
    assert_eq!(
        (status, &body["message"]),
        (401, &json!("401: Unauthorized"))
    );
    assert_eq!(desk.discord.invalid_requests(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn p30_a_lost_socket_resumes_and_misses_nothing() {
    let desk = Desk::empty().await;
    desk.call(
        "PUT",
        "/applications/900/commands",
        json!([{"name": "card", "description": "d"}]),
    )
    .await;
    let mut first = Socket::connect(&desk.discord);
    first.identify(0, &Value::Null);
    let session = first.event("READY")["d"]["session_id"].clone();
    desk.discord.faults().drop_sockets();
    assert_eq!(first.hear(), Heard::Dropped);
    let missed = desk.started();
    let mut second = Socket::connect(&desk.discord);
    second.resume(&session, 1);
    let event = second.event("INTERACTION_CREATE");
    assert_eq!(
        (&event["d"]["id"], &event["s"]),
        (&json!(missed.id.to_string()), &json!(2))
    );
    assert_eq!(second.event("RESUMED")["s"], 3);
    let mut third = Socket::connect(&desk.discord);
    third.resume(&session, 99);
    assert_eq!(third.hear(), Heard::Closed(4007));
    let mut fourth = Socket::connect(&desk.discord);
    fourth.resume(&json!("unknown"), 1);
    let Heard::Payload(invalid) = fourth.hear() else {
        panic!("no payload")
    };
    assert_eq!((&invalid["op"], &invalid["d"]), (&json!(9), &json!(false)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn p30_heartbeats_are_answered_and_their_lack_closes() {
    let short = Setup {
        heartbeat: Duration::from_millis(100),
        ..setup()
    };
    let discord = LocalDiscord::start(short).await.expect("a port");
    let mut socket = Socket::connect(&discord);
    socket.say(&json!({"op": 1, "d": null}));
    let Heard::Payload(ack) = socket.hear() else {
        panic!("no ACK")
    };
    assert_eq!(ack["op"], 11);
    assert_eq!(socket.hear(), Heard::Closed(4009));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn p30_serenity_resumes_after_reconnect_and_drop() {
    let desk = Desk::with_bot().await;
    desk.discord.faults().send_reconnect();
    from_bot(&desk, 6, 1).await;
    desk.anna()
        .types("/lock-status", &[])
        .await
        .expect("after op 7");
    desk.discord.faults().send_invalid_session(false);
    let again = from_bot(&desk, 2, 2).await;
    assert_eq!(again["d"]["intents"], 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn p31_shards_payloads_and_sends() {
    let desk = Desk::empty().await;
    desk.call(
        "PUT",
        "/applications/900/commands",
        json!([{"name": "card", "description": "d"}]),
    )
    .await;
    let shards = [0, 1].map(|id| {
        let mut socket = Socket::connect(&desk.discord);
        socket.identify(0, &json!([id, 2]));
        assert_eq!(
            socket.event("READY")["d"]["guilds"]
                .as_array()
                .map(Vec::len),
            Some(1)
        );
        socket
    });
    let [mut zero, mut one] = shards;
    let mut twin = Socket::connect(&desk.discord);
    twin.identify(0, &json!([1, 2]));
    twin.event("READY");
    let here = desk.started().id.to_string();
    let other = desk.discord.member(OTHER_GUILD, ANNA).expect("a member");
    let there = other.starts("/card", &[]).expect("sent").to_string();
    assert_eq!(zero.event("INTERACTION_CREATE")["d"]["id"], here);
    assert_eq!(one.event("INTERACTION_CREATE")["d"]["id"], there);
    assert_eq!(twin.event("INTERACTION_CREATE")["d"]["id"], there);
    zero.say(&json!({"op": 3, "d": "x".repeat(4096)}));
    assert_eq!(zero.hear(), Heard::Closed(4002));
    for _ in 0..119 {
        one.say(&json!({"op": 3, "d": {}}));
    }
    one.say(&json!({"op": 3, "d": {}}));
    assert_eq!(one.hear(), Heard::Closed(4008));
}

#[tokio::test]
async fn p33_planned_answers_come_with_their_headers() {
    let desk = Desk::with_card().await;
    let faults = desk.discord.faults();
    let limited = Fault::RateLimited {
        retry_after: 0.2,
        global: false,
    };
    faults.next_calls("POST", "/interactions/*/*/callback", 1, limited);
    let started = desk.started();
    let answer = json!({"type": 4, "data": {"content": "x"}});
    let (status, body) = desk.callback(&started, answer.clone()).await;
    assert_eq!((status, &body["retry_after"]), (429, &json!(0.2)));
    let (status, body) = desk.callback(&started, answer.clone()).await;
    let left = body["retry_after"].as_f64().expect("a wait");
    assert!(status == 429 && left < 0.2, "asked before its time: {body}");
    let other = desk.started();
    assert_eq!(desk.callback(&other, answer.clone()).await.0, 204);
    let mut limited = 2;
    while desk.callback(&started, answer.clone()).await.0 == 429 {
        limited += 1;
    }
    assert_eq!(
        desk.callback(&started, answer.clone()).await.0,
        400,
        "taken"
    );

    let path = format!("/channels/{CHANNEL}/messages");
    faults.next_calls("POST", "/channels/*/messages", 2, Fault::Status(403));
    assert_eq!(
        desk.call("POST", &path, json!({"content": "x"})).await.1["code"],
        50001
    );
    assert_eq!(
        desk.call("POST", &path, json!({"content": "x"})).await.0,
        403
    );
    assert_eq!(
        desk.call("POST", &path, json!({"content": "x"})).await.0,
        200
    );

    faults.next_calls(
        "POST",
        "/interactions/*/*/callback",
        1,
        Fault::AnswerLost(500),
    );
    let lost = desk.started();
    assert_eq!(desk.callback(&lost, answer.clone()).await.0, 500);
    assert_eq!(desk.callback(&lost, answer.clone()).await.1["code"], 40060);
    assert_eq!(desk.discord.invalid_requests(), limited + 2);

    let gate = faults.hold_calls("POST", "/interactions/*/*/callback", 1);
    let held = desk.started();
    let waits = async {
        gate.reached(1).await;
        desk.clock.advance(3_001);
        gate.open();
    };
    let ((status, _), ()) = tokio::join!(desk.callback(&held, answer), waits);
    assert_eq!(status, 404, "held for more than 3 s");
}

#[tokio::test]
async fn events_can_be_held_back() {
    let desk = Desk::with_bot().await;
    desk.discord.faults().hold_events();
    let id = desk.anna().starts("/lock-status", &[]).expect("sent");
    assert!(desk.discord.payload(id).is_some());
    desk.discord.faults().release_events();
    desk.anna().reply_to(id).await.expect("late, but there");
}

#[tokio::test]
async fn a_silent_bot_is_told_with_the_conversation() {
    let short = Setup {
        wait: Duration::from_millis(200),
        ..setup()
    };
    let discord = LocalDiscord::start(short).await.expect("a port");
    let bot = run(client(&discord, GatewayIntents::empty()).await);
    discord.wait_until_ready().await.expect("ready");
    discord.commands_registered(6).await.expect("registered");
    let anna = discord.member(GUILD, ANNA).expect("anna");
    let error = anna
        .types("/bad", &[("how", "silent")])
        .await
        .expect_err("silence");
    let words = error.to_string();
    assert!(matches!(error, SandboxError::TimedOut { .. }), "{words}");
    assert!(
        words.contains("P01") && words.contains("INTERACTION_CREATE"),
        "{words}"
    );
    let error = anna
        .types("/bad", &[("how", "long title")])
        .await
        .expect_err("a rule");
    assert_eq!(error.rule(), Some("P26"));
    assert!(
        error
            .to_string()
            .contains("data.title: Must be between 1 and 45"),
        "{error}"
    );
    bot.abort();
}

#[tokio::test]
async fn p01_a_bot_silent_for_3_seconds_is_named() {
    let short = Setup {
        wait: Duration::from_secs(3),
        ..setup()
    };
    let discord = LocalDiscord::start(short).await.expect("a port");
    let command = json!([{"name": "card", "description": "d"}]);
    let url = format!("{}/api/v10/applications/900/commands", discord.base_url());
    let put = reqwest::Client::new().put(url).json(&command);
    put.header("authorization", format!("Bot {TOKEN}"))
        .send()
        .await
        .expect("registered");
    let anna = discord.member(GUILD, ANNA).expect("anna");
    let error = anna.types("/card", &[]).await.expect_err("nobody answers");
    assert_eq!(error.rule(), Some("P01"));
}

#[tokio::test]
async fn the_recording_has_tokens_and_is_bounded() {
    let small = Setup {
        recording_kept: 3,
        ..setup()
    };
    let discord = LocalDiscord::start(small).await.expect("a port");
    let http = Arc::new(http(&discord, TOKEN));
    for _ in 0..5 {
        http.get_current_user().await.expect("me");
    }
    let wire = discord.wire();
    assert_eq!((wire.entries().len(), wire.seen()), (3, 5));
    let call = wire.calls("GET", "/users/@me").pop().expect("recorded");
    assert_eq!(call.authorization.as_deref(), Some("Bot test.bot.token"));
    assert_eq!(call.answer_json()["id"], APP.to_string());
    wire.set_on(false);
    http.get_current_user().await.expect("me");
    assert_eq!(wire.seen(), 5);
    assert!(matches!(wire.entries().last(), Some(Entry::Rest(_))));
}

#[tokio::test]
async fn messages_and_interactions_kept_are_bounded() {
    let small = Setup {
        messages_kept: 3,
        interactions_kept: 2,
        ..setup()
    };
    let discord = LocalDiscord::start(small).await.expect("a port");
    let anna = discord.member(GUILD, ANNA).expect("anna");
    let first = anna.says("0").expect("said");
    for text in ["1", "2", "3"] {
        anna.says(text).expect("said");
    }
    assert_eq!(anna.sees(CHANNEL).len(), 3);
    anna.opens(first).expect_err("forgotten");
    let raw = |id: u64| json!({"id": id.to_string(), "token": id.to_string(), "type": 2, "guild_id": "100"});
    for id in [1, 2, 3] {
        assert_eq!(discord.raw_interaction(&raw(id)), id);
    }
    assert_eq!(
        (discord.payload(1), discord.payload(2)),
        (None, Some(raw(2)))
    );
}

#[tokio::test]
async fn stopping_ends_waits_and_connections() {
    let desk = Desk::with_card().await;
    let anna = desk.anna();
    let waiting = tokio::spawn(async move { anna.types("/card", &[]).await });
    desk.next_interaction(2).await;
    desk.discord.stop().await;
    let error = waiting.await.expect("ran").expect_err("stopped");
    assert!(matches!(error, SandboxError::Stopped), "{error}");
}
