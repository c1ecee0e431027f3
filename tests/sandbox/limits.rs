//! Limits of messages, components, modals, embeds: P24 to P27.

use super::bot::{APP, BEN, CHANNEL, Desk, GUILD, STAFF};
use deskhand::sandbox::Overwrite;
use serde_json::{Value, json};

fn button(custom_id: &str) -> Value {
    json!({"type": 2, "style": 2, "label": "b", "custom_id": custom_id})
}

fn row(components: Vec<Value>) -> Value {
    json!({"type": 1, "components": Value::from(components)})
}

fn buttons(count: usize, from: usize) -> Value {
    row((from..from + count)
        .map(|i| button(&format!("b{i}")))
        .collect())
}

fn with(components: Vec<Value>) -> Value {
    json!({"content": "x", "components": Value::from(components)})
}

fn select(options: usize) -> Value {
    let options: Value = (0..options)
        .map(|i| json!({"label": "l", "value": format!("v{i}")}))
        .collect();
    json!({"type": 3, "custom_id": "s", "options": options})
}

fn changed(mut object: Value, pointer: &str, value: Value) -> Value {
    if let Some(old) = object.pointer_mut(pointer) {
        *old = value;
    } else {
        let (parent, key) = pointer.rsplit_once('/').expect("a pointer");
        object.pointer_mut(parent).expect("a parent")[key] = value;
    }
    object
}

async fn refused(desk: &Desk, cases: Vec<Value>) {
    for data in cases {
        let (status, code, errors) = desk.says(data.clone()).await;
        assert_eq!((status, code), (400, 50035), "{data}");
        assert!(errors["data"].is_object(), "{errors}");
    }
}

async fn taken(desk: &Desk, cases: Vec<Value>) {
    for data in cases {
        let (status, _, errors) = desk.says(data.clone()).await;
        assert_eq!(status, 204, "{data} {errors}");
    }
}

#[tokio::test]
async fn p24_buttons_rows_and_unique_custom_ids() {
    let desk = Desk::with_card().await;
    let one = |button: Value| with(vec![row(vec![button])]);
    taken(
        &desk,
        vec![
            with((0..5).map(|i| buttons(5, 5 * i)).collect()),
            one(button(&"c".repeat(100))),
            one(changed(button("a"), "/label", json!("l".repeat(80)))),
            one(json!({"type": 2, "style": 5, "label": "l", "url": "https://example.org"})),
        ],
    )
    .await;
    refused(
        &desk,
        vec![
            with((0..6).map(|i| buttons(1, i)).collect()),
            with(vec![buttons(6, 0)]),
            with(vec![row(vec![])]),
            with(vec![buttons(1, 0), buttons(1, 0)]),
            with(vec![button("a")]),
            with(vec![row(vec![button("a"), select(1)])]),
            one(button("")),
            one(button(&"c".repeat(101))),
            one(changed(button("a"), "/label", json!("l".repeat(81)))),
            one(changed(button("a"), "/label", json!(""))),
            one(changed(button("a"), "/style", json!(9))),
            one(changed(button("a"), "/url", json!("https://example.org"))),
            one(json!({"type": 2, "style": 5, "label": "l"})),
        ],
    )
    .await;
}

#[tokio::test]
async fn p24_version_2_has_40_components_and_no_content() {
    let desk = Desk::with_card().await;
    let display = |length: usize| json!({"type": 10, "content": "t".repeat(length)});
    let v2 =
        |components: Vec<Value>| json!({"flags": 1 << 15, "components": Value::from(components)});
    let section = json!({"type": 9, "components": [display(5)], "accessory": button("a")});
    let container = json!({"type": 17, "components": [section, buttons(2, 0), {"type": 14}]});
    taken(
        &desk,
        vec![v2(vec![display(1); 40]), v2(vec![container.clone()])],
    )
    .await;
    refused(
        &desk,
        vec![
            v2(vec![display(1); 41]),
            v2(vec![display(2001), display(2000)]),
            v2(vec![button("a")]),
            v2(vec![container.clone(), row(vec![button("a")])]),
            changed(v2(vec![display(1)]), "/content", json!("x")),
            with(vec![display(1)]),
        ],
    )
    .await;
    let started = desk.started();
    desk.callback(&started, json!({"type": 4, "data": v2(vec![container])}))
        .await;
    let reply = desk.anna().reply_to(started.id).await.expect("a card");
    assert_eq!((reply.text().as_str(), reply.buttons().len()), ("ttttt", 3));
    // The flag cannot be taken back.
    let edit = json!({"content": "x", "flags": 0});
    let (status, _) = desk
        .webhook(&started, "PATCH", "/messages/@original", edit)
        .await;
    assert_eq!(status, 400);
}

#[tokio::test]
async fn p25_selects_have_25_options() {
    let desk = Desk::with_card().await;
    let one = |select: Value| with(vec![row(vec![select])]);
    let long = |length: usize| json!("x".repeat(length));
    let full = changed(
        select(25),
        "/options/0",
        json!({
            "label": "l".repeat(100), "value": "v".repeat(100), "description": "d".repeat(100),
        }),
    );
    let full = changed(full, "/placeholder", long(150));
    taken(&desk, vec![one(changed(full, "/max_values", json!(25)))]).await;
    refused(
        &desk,
        vec![
            one(select(26)),
            one(select(0)),
            one(changed(select(2), "/options/0/label", long(101))),
            one(changed(select(2), "/options/0/value", long(101))),
            one(changed(select(2), "/options/0/description", long(101))),
            one(changed(select(2), "/options/0/value", json!("v1"))),
            one(changed(select(2), "/placeholder", long(151))),
            one(changed(select(2), "/min_values", json!(26))),
            one(changed(select(2), "/max_values", json!(0))),
            one(changed(select(2), "/min_values", json!(2))),
        ],
    )
    .await;
}

#[tokio::test]
async fn p25_the_client_offers_only_the_options() {
    let desk = Desk::with_card().await;
    let started = desk.started();
    let staff = json!({"type": 6, "custom_id": "role"});
    let data = with(vec![row(vec![select(3)]), row(vec![staff])]);
    desk.callback(&started, json!({"type": 4, "data": data}))
        .await;
    let card = desk.anna().reply_to(started.id).await.expect("a card");
    card.selects_values("s", &["v9"])
        .await
        .expect_err("not offered");
    card.selects_values("s", &["v0", "v1"])
        .await
        .expect_err("too many");
    card.selects_values("s", &[]).await.expect_err("too few");
    card.selects_values("role", &["1"])
        .await
        .expect_err("no such role");
    let chosen = tokio::spawn(async move { card.selects_values("role", &["400"]).await });
    let click = desk.next_interaction(3).await;
    let payload = desk.discord.payload(click.id).expect("delivered");
    let name = &payload["data"]["resolved"]["roles"][STAFF.to_string()]["name"];
    assert_eq!(
        (name, &payload["data"]["component_type"]),
        (&json!("staff"), &json!(6))
    );
    let update = json!({"type": 7, "data": {"content": "ok", "components": []}});
    assert_eq!(desk.callback(&click, update).await.0, 204);
    assert_eq!(chosen.await.expect("ran").expect("updated").text(), "ok");
}

fn modal(components: Vec<Value>) -> Value {
    json!({"type": 9, "data": {"custom_id": "m", "title": "t", "components": Value::from(components)}})
}

fn input(id: &str) -> Value {
    json!({"type": 4, "custom_id": id, "style": 1, "label": "l"})
}

fn label(component: Value) -> Value {
    changed(json!({"type": 18, "label": "l"}), "/component", component)
}

#[tokio::test]
async fn p26_modals_have_a_title_of_45_and_5_inputs() {
    let desk = Desk::with_card().await;
    let rows = |n: usize| (0..n).map(|i| row(vec![input(&format!("i{i}"))])).collect();
    let one =
        |pointer: &str, value: Value| modal(vec![row(vec![changed(input("i"), pointer, value)])]);
    let titled = |length: usize| changed(modal(rows(1)), "/data/title", json!("t".repeat(length)));
    let labelled = |i: usize| label(json!({"type": 4, "custom_id": format!("i{i}"), "style": 2}));
    let cases = [
        (titled(45), 204),
        (titled(46), 400),
        (titled(0), 400),
        (modal(rows(5)), 204),
        (modal(rows(6)), 400),
        (modal(rows(0)), 400),
        (modal((0..5).map(labelled).collect()), 204),
        (modal(vec![label(select(3)), labelled(0)]), 204),
        (modal(vec![label(button("b"))]), 400),
        (modal(vec![buttons(1, 0)]), 400),
        (modal(vec![labelled(0), labelled(0)]), 400),
        (one("/placeholder", json!("p".repeat(100))), 204),
        (one("/placeholder", json!("p".repeat(101))), 400),
        (one("/max_length", json!(4000)), 204),
        (one("/max_length", json!(4001)), 400),
        (one("/value", json!("v".repeat(4001))), 400),
        (one("/label", json!("l".repeat(46))), 400),
        (one("/custom_id", json!("")), 400),
        (one("/style", json!(3)), 400),
    ];
    for (body, expected) in cases {
        let started = desk.started();
        let (status, answer) = desk.callback(&started, body.clone()).await;
        assert_eq!(status, expected, "{body} {answer}");
        let rule = desk
            .anna()
            .reply_to(started.id)
            .await
            .err()
            .and_then(|error| error.rule());
        assert_eq!(rule, (expected == 400).then_some("P26"));
    }
}

#[tokio::test]
async fn p26_a_submit_comes_as_the_modal_was_built() {
    let desk = Desk::with_card().await;
    let started = desk.started();
    let text = json!({"type": 4, "custom_id": "b", "style": 2, "max_length": 5, "value": "kept"});
    let body = modal(vec![row(vec![input("a")]), label(text), label(select(2))]);
    assert_eq!(desk.callback(&started, body).await.0, 204);
    let shown = desk.anna().reply_to(started.id).await.expect("a modal");
    shown
        .submits(&[("a", "x"), ("b", "too long"), ("s", "v1")])
        .await
        .expect_err("5 characters");
    shown
        .submits(&[("b", "y"), ("s", "v1")])
        .await
        .expect_err("a is required");
    shown
        .submits(&[("other", "y")])
        .await
        .expect_err("no such input");
    let submit = tokio::spawn(async move { shown.submits(&[("a", "x"), ("s", "v1")]).await });
    let submitted = desk.next_interaction(5).await;
    let payload = desk.discord.payload(submitted.id).expect("delivered");
    let components = &payload["data"]["components"];
    assert_eq!(components[0]["type"], 1);
    assert_eq!(components[0]["components"][0]["value"], "x");
    assert_eq!(components[1]["type"], 18);
    assert_eq!(components[1]["component"]["value"], "kept");
    assert_eq!(components[2]["component"]["values"], json!(["v1"]));
    desk.callback(
        &submitted,
        json!({"type": 4, "data": {"content": "thanks"}}),
    )
    .await;
    assert_eq!(
        submit.await.expect("ran").expect("answered").text(),
        "thanks"
    );
}

#[tokio::test]
async fn p27_content_and_embeds() {
    let desk = Desk::with_card().await;
    let text = |length: usize| json!({"content": "é".repeat(length)});
    let embeds = |n: usize, length: usize| json!({"embeds": vec![json!({"description": "d".repeat(length)}); n]});
    let field = |name: &str| json!({"embeds": [{"fields": [{"name": name, "value": "v"}]}]});
    taken(
        &desk,
        vec![text(2000), embeds(10, 600), embeds(1, 4096), field("n")],
    )
    .await;
    refused(
        &desk,
        vec![
            text(2001),
            embeds(11, 1),
            embeds(1, 4097),
            embeds(10, 601),
            field(""),
        ],
    )
    .await;
    let (status, code, _) = desk.says(json!({"content": ""})).await;
    assert_eq!((status, code), (400, 50006));
    let path = format!("/channels/{CHANNEL}/messages");
    assert_eq!(desk.call("POST", &path, text(2001)).await.0, 400);
    let (_, made) = desk.call("POST", &path, text(1)).await;
    let path = format!("{path}/{}", made["id"].as_str().expect("an id"));
    assert_eq!(desk.call("PATCH", &path, text(2001)).await.0, 400);
    assert_eq!(desk.call("GET", &path, Value::Null).await.1["content"], "é");
}

#[tokio::test]
async fn only_the_bots_own_messages_can_be_edited() {
    let desk = Desk::with_card().await;
    let said = desk
        .discord
        .member(GUILD, BEN)
        .expect("ben")
        .says("mine")
        .expect("said");
    let path = format!("/channels/{CHANNEL}/messages/{said}");
    let (status, body) = desk.call("PATCH", &path, json!({"content": "x"})).await;
    assert_eq!((status, &body["code"]), (403, &json!(50005)));
    let (status, body) = desk.call("GET", "/channels/5", Value::Null).await;
    assert_eq!((status, &body["code"]), (404, &json!(10003)));
}

#[tokio::test]
async fn p19_a_channel_that_is_closed_to_the_bot_answers_403() {
    let desk = Desk::with_card().await;
    let path = format!("/channels/{CHANNEL}");
    let post = json!({"content": "x"});
    let overwrite = |id, of_member, allow, deny| Overwrite {
        id,
        of_member,
        allow,
        deny,
    };
    let (view, send) = (1 << 10, 1 << 11);
    let everyone = |deny| overwrite(GUILD, false, 0, deny);
    let cases = [
        (vec![], 200, 200, 0),
        (vec![everyone(view)], 403, 403, 50_001),
        (vec![everyone(send)], 200, 403, 50_013),
        (
            vec![everyone(view), overwrite(APP, true, view, 0)],
            200,
            200,
            0,
        ),
        (
            vec![everyone(view), overwrite(STAFF, false, view, 0)],
            403,
            403,
            50_001,
        ),
    ];
    for (overwrites, read, written, code) in cases {
        desk.discord
            .set_overwrites(CHANNEL, &overwrites)
            .expect("the channel");
        assert_eq!(
            desk.call("GET", &path, Value::Null).await.0,
            read,
            "{overwrites:?}"
        );
        let (status, answer) = desk
            .call("POST", &format!("{path}/messages"), post.clone())
            .await;
        assert_eq!(status, written, "{overwrites:?}");
        assert_eq!(answer["code"].as_u64().unwrap_or(0), code, "{overwrites:?}");
    }
}
