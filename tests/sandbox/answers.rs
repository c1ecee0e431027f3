//! First answers and what follows them: P01 to P11.

use super::bot::{ANNA, CHANNEL, Desk, GUILD, STAFF};
use serde_json::{Value, json};

fn message(text: &str) -> Value {
    json!({"type": 4, "data": {"content": text}})
}

fn modal(title: &str) -> Value {
    let input = json!({"type": 4, "custom_id": "reason", "label": "Reason", "style": 1});
    let row = json!({"type": 1, "components": [input]});
    json!({"type": 9, "data": {"custom_id": "m", "title": title, "components": [row]}})
}

fn button(custom_id: &str) -> Value {
    let button = json!({"type": 2, "style": 1, "label": "Go", "custom_id": custom_id});
    json!([{"type": 1, "components": [button]}])
}

#[tokio::test]
async fn p01_an_answer_after_3_seconds_gets_10062() {
    let desk = Desk::with_card().await;
    let (in_time, late) = (desk.started(), desk.started());
    desk.clock.advance(3_000);
    assert_eq!(desk.callback(&in_time, message("a")).await.0, 204);
    desk.clock.advance(1);
    let (status, body) = desk.callback(&late, message("b")).await;
    assert_eq!((status, &body["code"]), (404, &json!(10062)));
    let error = desk.anna().reply_to(late.id).await.expect_err("too late");
    assert_eq!(error.rule(), Some("P01"));
    assert!(
        error.to_string().contains("did not answer within 3 s"),
        "{error}"
    );
}

#[tokio::test]
async fn p01_after_15_minutes_the_token_is_dead() {
    let desk = Desk::with_card().await;
    let started = desk.started();
    desk.callback(&started, message("a")).await;
    desk.clock.advance(15 * 60 * 1_000 - 1);
    let edit = json!({"content": "b"});
    assert_eq!(
        desk.webhook(&started, "PATCH", "/messages/@original", edit.clone())
            .await
            .0,
        200
    );
    desk.clock.advance(1);
    let (status, body) = desk
        .webhook(&started, "PATCH", "/messages/@original", edit)
        .await;
    assert_eq!((status, &body["code"]), (401, &json!(50027)));
    let (status, _) = desk
        .webhook(&started, "POST", "", json!({"content": "c"}))
        .await;
    assert_eq!(status, 401);
}

#[tokio::test]
async fn p02_a_channel_message_can_be_edited_after_15_minutes() {
    let desk = Desk::with_card().await;
    let path = format!("/channels/{CHANNEL}/messages");
    let (_, made) = desk.call("POST", &path, json!({"content": "card"})).await;
    desk.clock.advance(16 * 60 * 1_000);
    let path = format!("{path}/{}", made["id"].as_str().expect("an id"));
    let (status, edited) = desk
        .call("PATCH", &path, json!({"content": "decided"}))
        .await;
    assert_eq!((status, &edited["content"]), (200, &json!("decided")));
    assert_ne!(edited["edited_timestamp"], Value::Null);
}

#[tokio::test]
async fn p03_updates_answer_components_only() {
    let desk = Desk::with_card().await;
    for kind in [6, 7, 8, 1, 12] {
        let body = json!({"type": kind, "data": {"content": "x"}});
        let (status, answer) = desk.callback(&desk.started(), body).await;
        assert_eq!(
            (status, &answer["code"]),
            (400, &json!(50035)),
            "type {kind}"
        );
    }
}

#[tokio::test]
async fn p03_a_modal_does_not_answer_a_modal_submit() {
    let desk = Desk::with_card().await;
    let started = desk.started();
    assert_eq!(desk.callback(&started, modal("Why")).await.0, 204);
    let shown = desk.anna().reply_to(started.id).await.expect("a modal");
    let submitted = tokio::spawn(async move { shown.submits(&[("reason", "so")]).await });
    let submit = desk.next_interaction(5).await;
    let (status, _) = desk.callback(&submit, modal("Again")).await;
    assert_eq!(status, 400);
    let error = submitted.await.expect("ran").expect_err("refused");
    assert_eq!(error.rule(), Some("P03"));
}

#[tokio::test]
async fn p03_no_modal_after_a_defer() {
    let desk = Desk::with_bot().await;
    let id = desk
        .anna()
        .starts("/bad", &[("how", "modal after defer")])
        .expect("registered");
    let call = desk.nth_callback(id, 2).await;
    assert_eq!(
        (call.status, &call.answer_json()["code"]),
        (400, &json!(40060))
    );
}

#[tokio::test]
async fn p04_only_the_deferred_flags_decide_who_sees_it() {
    let desk = Desk::with_card().await;
    let started = desk.started();
    desk.callback(&started, json!({"type": 5, "data": {"flags": 64}}))
        .await;
    assert!(desk.anna().sees(CHANNEL)[0].is_thinking());
    let edit = json!({"content": "done", "flags": 0});
    desk.webhook(&started, "PATCH", "/messages/@original", edit)
        .await;
    let reply = desk.anna().reply_to(started.id).await.expect("filled");
    assert!(reply.is_ephemeral() && !reply.is_thinking());
    assert!(desk.ben().sees(CHANNEL).is_empty());

    let public = desk.started();
    desk.callback(&public, json!({"type": 5})).await;
    desk.webhook(&public, "POST", "", json!({"content": "x", "flags": 64}))
        .await;
    assert!(!desk.ben().sees(CHANNEL)[0].is_ephemeral());
    let (status, _) = desk
        .callback(
            &desk.started(),
            json!({"type": 5, "data": {"flags": 32768}}),
        )
        .await;
    assert_eq!(status, 400);
}

#[tokio::test]
async fn p05_a_second_answer_gets_40060() {
    let desk = Desk::with_card().await;
    let started = desk.started();
    assert_eq!(desk.callback(&started, message("once")).await.0, 204);
    let (status, body) = desk.callback(&started, message("twice")).await;
    assert_eq!((status, &body["code"]), (400, &json!(40060)));
    assert_eq!(desk.anna().sees(CHANNEL).len(), 1);
}

#[tokio::test]
async fn p05_an_unknown_interaction_gets_10062_and_10015() {
    let desk = Desk::with_card().await;
    let mut started = desk.started();
    let (status, body) = desk
        .webhook(&started, "POST", "", json!({"content": "too early"}))
        .await;
    assert_eq!((status, &body["code"]), (404, &json!(10015)));
    started.token.push('x');
    let (status, body) = desk.callback(&started, message("a")).await;
    assert_eq!((status, &body["code"]), (404, &json!(10062)));
}

#[tokio::test]
async fn p06_followups_are_messages_of_their_own() {
    let desk = Desk::with_card().await;
    let started = desk.started();
    desk.callback(&started, message("first")).await;
    let (status, made) = desk
        .webhook(&started, "POST", "", json!({"content": "second"}))
        .await;
    assert_eq!(status, 200);
    let path = format!("/messages/{}", made["id"].as_str().expect("an id"));
    let (_, edited) = desk
        .webhook(&started, "PATCH", &path, json!({"content": "third"}))
        .await;
    assert_eq!(edited["content"], "third");
    assert_eq!(
        desk.webhook(&started, "DELETE", &path, Value::Null).await.0,
        204
    );
    assert_eq!(desk.anna().sees(CHANNEL).len(), 1);
}

#[tokio::test]
async fn p07_p08_the_payload_is_whole() {
    let desk = Desk::with_card().await;
    let payload = desk.discord.payload(desk.started().id).expect("delivered");
    let expected = [
        ("/member/user/id", json!(ANNA.to_string())),
        ("/member/roles/0", json!(STAFF.to_string())),
        ("/guild/locale", json!("de")),
        ("/guild_id", json!(GUILD.to_string())),
        ("/channel/id", json!(CHANNEL.to_string())),
        ("/locale", json!("fr")),
        ("/guild_locale", json!("de")),
        ("/context", json!(0)),
        ("/entitlements", json!([])),
        ("/attachment_size_limit", json!(10_485_760)),
        (
            "/authorizing_integration_owners/0",
            json!(GUILD.to_string()),
        ),
    ];
    for (pointer, value) in expected {
        assert_eq!(payload.pointer(pointer), Some(&value), "{pointer}");
    }
    let permissions = payload["member"]["permissions"].as_str().expect("text");
    assert_ne!(permissions.parse::<u64>().expect("bits"), 0);
}

#[tokio::test]
async fn p09_who_is_really_pinged_is_recorded() {
    let desk = Desk::with_card().await;
    let reason = format!("@everyone <@{ANNA}> <@&{STAFF}>");
    let path = format!("/channels/{CHANNEL}/messages");
    desk.call("POST", &path, json!({"content": reason})).await;
    let none = json!({"content": reason, "allowed_mentions": {"parse": []}});
    desk.call("POST", &path, none).await;
    let some = json!({"content": reason, "allowed_mentions": {"parse": ["roles"], "users": []}});
    desk.call("POST", &path, some).await;
    let seen = desk.anna().sees(CHANNEL);
    let pings = seen[0].pings();
    assert!(pings.everyone && pings.users == [ANNA] && pings.roles == [STAFF]);
    assert!(seen[1].pings().is_nobody());
    assert!(!seen[2].pings().everyone && seen[2].pings().roles == [STAFF]);
    let both = json!({"content": "x", "allowed_mentions": {"parse": ["users"], "users": ["1"]}});
    assert_eq!(desk.call("POST", &path, both).await.0, 400);
}

#[tokio::test]
async fn p10_the_same_interaction_comes_twice() {
    let desk = Desk::with_bot().await;
    let reply = desk
        .anna()
        .types("/public", &[("reason", "once")])
        .await
        .expect("an answer");
    desk.discord
        .deliver_again(reply.interaction_id())
        .expect("known");
    let call = desk.nth_callback(reply.interaction_id(), 2).await;
    assert_eq!(call.answer_json()["code"], 40060);
    desk.discord.faults().next_events_twice(1);
    let reply = desk
        .anna()
        .types("/public", &[("reason", "twice")])
        .await
        .expect("an answer");
    let call = desk.nth_callback(reply.interaction_id(), 2).await;
    assert_eq!(call.status, 400);
    assert_eq!(desk.ben().sees(CHANNEL).len(), 2);
}

#[tokio::test]
async fn p11_an_enforced_nonce_finds_the_first_message() {
    let desk = Desk::with_card().await;
    let path = format!("/channels/{CHANNEL}/messages");
    let body = |enforce: bool| json!({"content": "card", "nonce": "r42", "enforce_nonce": enforce});
    let (_, first) = desk.call("POST", &path, body(true)).await;
    assert_eq!(first["nonce"], "r42");
    let (status, second) = desk.call("POST", &path, body(true)).await;
    assert_eq!((status, &second["id"]), (200, &first["id"]));
    let (_, not_enforced) = desk.call("POST", &path, body(false)).await;
    assert_ne!(not_enforced["id"], first["id"]);
    desk.clock.advance(5 * 60 * 1_000);
    let (_, later) = desk.call("POST", &path, body(true)).await;
    assert_ne!(later["id"], first["id"]);
    let long = json!({"content": "card", "nonce": "n".repeat(26)});
    assert_eq!(desk.call("POST", &path, long).await.0, 400);
    let (_, page) = desk
        .call("GET", &format!("{path}?limit=2"), Value::Null)
        .await;
    assert_eq!(
        (page.as_array().map(Vec::len), &page[0]["id"]),
        (Some(2), &later["id"])
    );
}

#[tokio::test]
async fn a_click_needs_an_enabled_button_but_can_be_forged() {
    let desk = Desk::with_card().await;
    let started = desk.started();
    let data = json!({"content": "card", "components": button("v1:go")});
    desk.callback(&started, json!({"type": 4, "data": data}))
        .await;
    let card = desk.anna().reply_to(started.id).await.expect("a card");
    card.clicks("Stop").await.expect_err("no such button");
    let (anna, source) = (desk.anna(), card.message_id());
    let forged = tokio::spawn(async move { anna.clicks_forged(source, "v1:other").await });
    let click = desk.next_interaction(3).await;
    let payload = desk.discord.payload(click.id).expect("delivered");
    assert_eq!(payload["data"]["custom_id"], "v1:other");
    assert_eq!(payload["message"]["id"], source.to_string());
    assert_eq!(desk.callback(&click, message("no")).await.0, 204);
    assert_eq!(forged.await.expect("ran").expect("answered").text(), "no");
}
