//! What the bot sends to Discord, held to Discord's own description of its API.

mod conversations;
mod pitfalls;
pub(crate) mod schema;

use deskhand::app::local::cast::{CLAIRE, EIAM};
use serde_json::{Value, json};

use crate::support::desk::{Backend, TestDesk};
use schema::checker;

/// Changes one place of a body that was sent.
fn with(body: &Value, place: &str, value: Value) -> Value {
    let mut body = body.clone();
    let (parent, key) = place.rsplit_once('/').expect("a place");
    match body.pointer_mut(parent).expect("its parent") {
        Value::Object(object) => drop(object.insert(key.to_owned(), value)),
        Value::Array(list) => list[key.parse::<usize>().expect("an index")] = value,
        _ => panic!("nothing has a place {place}"),
    }
    body
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_description_refuses_what_discord_would_refuse() {
    let Some(checker) = checker() else {
        return;
    };
    let desk = TestDesk::start(Backend::Sqlite).await;
    desk.add(EIAM, "anne.berset", |_| {}).await;
    let claire = desk.person(EIAM, CLAIRE);
    let options = [("user", "anne.berset")];
    let dialog = claire.types("/resend-code", &options).await.unwrap();
    dialog.clicks("v1:open-reason").await.unwrap();
    claire
        .suggests("/lock-status", "user", "bers", &[])
        .await
        .unwrap();
    let wire = desk.local.discord.wire();
    let callbacks = wire.calls("POST", "/interactions/*/*/callback");
    let sent = |kind: u64| {
        let call = callbacks.iter().find(|call| call.json()["type"] == kind);
        call.expect("a callback of this type").json()
    };
    let (path, long) = ("/interactions/1/t/callback", "x".repeat(4_100));
    let (message, form, choices) = (sent(4), sent(9), sent(8));
    let spoilt = [
        with(&message, "/type", json!(3)),
        with(&message, "/typ", json!(4)),
        with(&message, "/data/content", json!(7)),
        with(
            &message,
            "/data/contnet",
            json!("a property that nobody knows"),
        ),
        with(&message, "/data/embeds/0/description", json!(long)),
        with(&message, "/data/embeds/0/colour", json!(1)),
        with(&message, "/data/embeds/0/fields/0/valeu", json!("x")),
        with(
            &message,
            "/data/components/0/components/0/custom_id",
            json!(""),
        ),
        with(
            &message,
            "/data/components/0/components/0/lable",
            json!("x"),
        ),
        with(&message, "/data/components/0/type", json!(99)),
        with(&message, "/data/allowed_mentions/parse", json!(["all"])),
        with(&form, "/data/title", json!("x".repeat(46))),
        with(&form, "/data/components/0/components/0/style", json!(9)),
        with(&form, "/data/components", json!([])),
        with(&choices, "/data/choices/0/name", json!("")),
        with(&choices, "/data/choices/0/lable", json!("x")),
    ];
    for good in [&message, &form, &choices] {
        checker
            .check_body("POST", path, good)
            .unwrap_or_else(|wrong| panic!("{wrong}\n{good:#}"));
    }
    for bad in spoilt {
        let told = checker.check_body("POST", path, &bad);
        assert!(told.is_err(), "taken: {bad:#}");
    }
    let commands = wire.calls("PUT", "/applications/*/commands");
    let commands = commands.first().expect("the registration");
    checker.check(commands).unwrap();
    for bad in [
        with(&commands.json(), "/0/name", json!("x".repeat(33))),
        with(&commands.json(), "/0/options/0/type", json!(12)),
        with(&commands.json(), "/0/options/0/max_lenght", json!(3)),
        with(&commands.json(), "/0/contexts", json!([0, 0])),
    ] {
        let told = checker.check_body("PUT", &commands.path, &bad);
        assert!(told.is_err(), "taken: {bad:#}");
    }
    let unknown = checker.check_body("POST", "/interactions/1/t/callbacks", &message);
    assert!(unknown.unwrap_err().contains("is not in the description"));
}
