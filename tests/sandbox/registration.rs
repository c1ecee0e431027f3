//! Registering commands: P16 to P23.

use super::bot::{Desk, GUILD, STAFF};
use deskhand::sandbox::SandboxError;
use serde_json::{Value, json};

const PATH: &str = "/applications/900/commands";

fn command(name: &str) -> Value {
    json!({"name": name, "description": "what it does"})
}

fn with_options(options: Value) -> Value {
    let mut command = command("x");
    command["options"] = options;
    command
}

fn option(name: &str) -> Value {
    json!({"name": name, "description": "d", "type": 3})
}

/// The first error code of registering this command; empty if it is taken.
async fn refusal(desk: &Desk, command: Value) -> String {
    let (status, body) = desk.call("POST", PATH, command).await;
    if status < 300 {
        return String::new();
    }
    assert_eq!(
        (status, &body["code"], &body["message"]),
        (400, &json!(50035), &json!("Invalid Form Body"))
    );
    first_code(&body["errors"]).expect("a code")
}

fn first_code(errors: &Value) -> Option<String> {
    if let Some(code) = errors.pointer("/_errors/0/code") {
        return code.as_str().map(ToOwned::to_owned);
    }
    errors.as_object()?.values().find_map(first_code)
}

#[tokio::test]
async fn p16_names_lengths_choices_and_order() {
    let desk = Desk::empty().await;
    let choices = |n: usize| -> Value {
        let mut choice = option("c");
        choice["choices"] = (0..n)
            .map(|i| json!({"name": format!("n{i}"), "value": "v"}))
            .collect();
        with_options(json!([choice]))
    };
    let mut required = option("b");
    required["required"] = json!(true);
    let many: Value = (0..26).map(|i| option(&format!("o{i}"))).collect();
    let cases = [
        (command("Lock"), "APPLICATION_COMMAND_INVALID_NAME"),
        (command("with space"), "APPLICATION_COMMAND_INVALID_NAME"),
        (command(&"n".repeat(33)), "BASE_TYPE_BAD_LENGTH"),
        (
            json!({"name": "x", "description": ""}),
            "BASE_TYPE_BAD_LENGTH",
        ),
        (
            json!({"name": "x", "description": "d".repeat(101)}),
            "BASE_TYPE_BAD_LENGTH",
        ),
        (json!({"name": "x"}), "BASE_TYPE_REQUIRED"),
        (choices(26), "BASE_TYPE_BAD_LENGTH"),
        (with_options(many), "BASE_TYPE_BAD_LENGTH"),
        (
            with_options(json!([option("a"), required])),
            "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID",
        ),
        (
            with_options(json!([option("a"), option("a")])),
            "APPLICATION_COMMAND_OPTIONS_NAME_ALREADY_EXISTS",
        ),
        (command("lock-status"), ""),
        (choices(25), ""),
    ];
    for (given, code) in cases {
        assert_eq!(refusal(&desk, given.clone()).await, code, "{given}");
    }
}

#[tokio::test]
async fn p16_localised_option_names_are_unique() {
    let desk = Desk::empty().await;
    let localised = |name: &str, locale: &str, words: &str| {
        let mut option = option(name);
        option["name_localizations"] = json!({locale: words});
        option
    };
    let clash = "APPLICATION_COMMAND_OPTIONS_NAME_ALREADY_EXISTS";
    let same = json!([
        localised("a", "de", "gleich"),
        localised("b", "de", "gleich")
    ]);
    assert_eq!(refusal(&desk, with_options(same)).await, clash);
    let as_default = json!([localised("a", "de", "b"), option("b")]);
    assert_eq!(refusal(&desk, with_options(as_default)).await, clash);
    let apart = json!([
        localised("a", "de", "gleich"),
        localised("b", "fr", "gleich")
    ]);
    assert_eq!(refusal(&desk, with_options(apart)).await, "");
    let bad = json!([localised("a", "de", "Groß Wort")]);
    assert_eq!(
        refusal(&desk, with_options(bad)).await,
        "APPLICATION_COMMAND_INVALID_NAME"
    );
}

#[tokio::test]
async fn p16_a_command_has_8000_characters_by_the_longest_localisation() {
    let desk = Desk::empty().await;
    let option = |i: usize, length: usize| {
        let choices: Value = (0..25)
            .map(|c| json!({"name": format!("{c}"), "value": "v".repeat(length)}))
            .collect();
        json!({
            "name": format!("o{i}"), "description": "d", "type": 3, "choices": choices,
            "description_localizations": {"de": "d".repeat(100), "fr": "d".repeat(100)},
        })
    };
    // Each option: 2 + 100 + 25 values + 40 for the names of the choices.
    let command = |length| with_options((0..3).map(|i| option(i, length)).collect());
    assert_eq!(refusal(&desk, command(100)).await, "");
    let four = with_options((0..4).map(|i| option(i, 100)).collect());
    assert_eq!(refusal(&desk, four).await, "APPLICATION_COMMAND_TOO_LARGE");
}

#[tokio::test]
async fn p17_limits_upserts_and_writes() {
    let desk = Desk::empty().await;
    let hundred: Value = (0..100).map(|i| command(&format!("c{i}"))).collect();
    assert_eq!(desk.call("PUT", PATH, hundred).await.0, 200);
    let (status, body) = desk.call("POST", PATH, command("one-more")).await;
    assert_eq!((status, &body["code"]), (400, &json!(30032)));
    let (status, again) = desk.call("POST", PATH, command("c7")).await;
    assert_eq!((status, &again["name"]), (200, &json!("c7")));
    assert_eq!(desk.discord.command_writes(), 2);
    let (_, list) = desk.call("GET", PATH, Value::Null).await;
    assert_eq!(list.as_array().map(Vec::len), Some(100));
    assert_eq!(desk.discord.command_writes(), 2, "reading writes nothing");
}

#[tokio::test]
async fn p17_200_new_commands_a_day() {
    let desk = Desk::empty().await;
    for round in 0..2 {
        let all: Value = (0..100)
            .map(|i| command(&format!("c{round}-{i}")))
            .collect();
        assert_eq!(desk.call("PUT", PATH, all).await.0, 200);
    }
    let (status, body) = desk.call("PUT", PATH, json!([command("new")])).await;
    assert_eq!((status, &body["code"]), (400, &json!(30034)));
    desk.clock.advance(24 * 60 * 60 * 1_000);
    assert_eq!(desk.call("PUT", PATH, json!([command("new")])).await.0, 200);
}

#[tokio::test]
async fn p18_a_renamed_command_is_a_new_one() {
    let desk = Desk::empty().await;
    let (_, first) = desk.call("PUT", PATH, json!([command("a")])).await;
    let (_, same) = desk.call("PUT", PATH, json!([command("a")])).await;
    assert_eq!(first[0]["id"], same[0]["id"]);
    let (_, other) = desk.call("PUT", PATH, json!([command("b")])).await;
    assert_ne!(first[0]["id"], other[0]["id"]);
    let path = format!("{PATH}/{}", other[0]["id"].as_str().expect("an id"));
    assert_eq!(desk.call("DELETE", &path, Value::Null).await.0, 204);
    assert_eq!(desk.call("DELETE", &path, Value::Null).await.0, 404);
}

#[tokio::test]
async fn p19_hidden_commands_are_for_administrators() {
    let desk = Desk::empty().await;
    let mut hidden = command("hidden");
    hidden["default_member_permissions"] = json!("0");
    desk.call("PUT", PATH, json!([hidden])).await;
    let refused = desk.anna().starts("/hidden", &[]).expect_err("hidden");
    assert!(refused.to_string().contains("P19"), "{refused}");
    desk.discord
        .set_role_permissions(GUILD, STAFF, 8)
        .expect("a role");
    desk.anna()
        .starts("/hidden", &[])
        .expect("an administrator sees it");
}

#[tokio::test]
async fn p20_a_command_for_direct_messages_is_not_offered_in_guilds() {
    let desk = Desk::empty().await;
    let mut private = command("private");
    private["contexts"] = json!([1]);
    desk.call("PUT", PATH, json!([private])).await;
    desk.anna()
        .starts("/private", &[])
        .expect_err("not in guilds");
    let mut wrong = command("wrong");
    wrong["contexts"] = json!([7]);
    assert_eq!(refusal(&desk, wrong).await, "BASE_TYPE_CHOICES");
}

#[tokio::test]
async fn p21_an_autocomplete_has_25_choices_of_100_characters() {
    let desk = Desk::with_card().await;
    let choices = |n: usize, length: usize| -> Value {
        let one = json!({"name": "n".repeat(length), "value": "v"});
        json!({"type": 8, "data": {"choices": vec![one; n]}})
    };
    for (body, expected) in [
        (choices(26, 1), 400),
        (choices(1, 101), 400),
        (choices(1, 0), 400),
        (choices(25, 100), 204),
    ] {
        let anna = desk.anna();
        let asked = tokio::spawn(async move { anna.suggests("/card", "user", "r", &[]).await });
        let started = desk.next_interaction(4).await;
        let (status, _) = desk.callback(&started, body).await;
        assert_eq!(status, expected);
        let rule = asked
            .await
            .expect("ran")
            .err()
            .and_then(|error| error.rule());
        assert_eq!(rule, (expected == 400).then_some("P21"));
    }
    // What was typed need not be a choice.
    desk.anna()
        .starts("/card", &[("user", "free text")])
        .expect("taken");
    let refused = desk
        .anna()
        .suggests("/card", "other", "r", &[])
        .await
        .expect_err("no option");
    assert!(matches!(refused, SandboxError::Refused(_)));
}

#[tokio::test]
async fn p22_only_known_locales_are_taken_and_shown_on_request() {
    let desk = Desk::empty().await;
    let mut swiss = command("x");
    swiss["name_localizations"] = json!({"de-CH": "x"});
    assert_eq!(refusal(&desk, swiss).await, "ENUM_TYPE_COERCE");
    let mut german = command("x");
    german["description_localizations"] = json!({"de": "was es tut", "en-GB": "what"});
    assert_eq!(refusal(&desk, german).await, "");
    let (_, bare) = desk.call("GET", PATH, Value::Null).await;
    assert_eq!(bare[0].get("description_localizations"), None);
    let (_, whole) = desk
        .call(
            "GET",
            &format!("{PATH}?with_localizations=true"),
            Value::Null,
        )
        .await;
    assert_eq!(whole[0]["description_localizations"]["de"], "was es tut");
}

#[tokio::test]
async fn p23_menus_have_no_description_and_get_the_message() {
    let desk = Desk::empty().await;
    let mut menu = json!({"name": "Report mismatch", "type": 3, "description": "no"});
    assert_eq!(
        refusal(&desk, menu.clone()).await,
        "APPLICATION_COMMAND_CONTEXT_MENU_DESCRIPTION"
    );
    menu["description"] = json!("");
    assert_eq!(refusal(&desk, menu).await, "");
    let message = desk.ben().says("the name is wrong").expect("a message");
    let anna = desk.anna();
    tokio::spawn(async move { anna.uses_on_message("Report mismatch", message).await });
    let started = desk.next_interaction(2).await;
    let payload = desk.discord.payload(started.id).expect("delivered");
    let content = &payload["data"]["resolved"]["messages"][message.to_string()]["content"];
    assert_eq!(content, "the name is wrong");
}

#[tokio::test]
async fn the_client_refuses_what_is_not_registered() {
    let desk = Desk::with_bot().await;
    let anna = desk.anna();
    anna.starts("/unknown", &[]).expect_err("no such command");
    anna.starts("/lock-status", &[("group", "x")])
        .expect_err("no such option");
    anna.starts("/freeze", &[("count", "many")])
        .expect_err("not a number");
    anna.starts("/freeze", &[("member", "12345")])
        .expect_err("not a member");
    anna.starts("/account create", &[]).expect_err("required");
    anna.starts("/account", &[])
        .expect_err("a subcommand is needed");
    anna.suggests("/public", "reason", "x", &[])
        .await
        .expect_err("no autocomplete");
}
