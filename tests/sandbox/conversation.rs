//! Whole conversations of a person with the bot on serenity's client.

use super::bot::{BEN, CHANNEL, Desk};
use deskhand::sandbox::SandboxError;

#[tokio::test]
async fn a_command_answers_with_an_ephemeral_card() {
    let desk = Desk::with_bot().await;
    let reply = desk
        .anna()
        .types("/lock-status", &[("user", "a:123")])
        .await
        .expect("a card");
    assert_eq!(reply.text(), "card of a:123");
    assert!(reply.is_ephemeral());
    let labels: Vec<_> = reply
        .buttons()
        .into_iter()
        .map(|b| (b.label, b.disabled))
        .collect();
    let expected = [("Unlock", false), ("Deny", false), ("Off", true)];
    assert_eq!(
        labels,
        expected.map(|(label, disabled)| (label.to_owned(), disabled))
    );
    assert_eq!(reply.selects()[0].options[1].value, "KT_ErhV");
}

#[tokio::test]
async fn an_ephemeral_message_is_seen_by_its_person_only() {
    let desk = Desk::with_bot().await;
    desk.anna()
        .types("/lock-status", &[])
        .await
        .expect("a card");
    assert_eq!(desk.anna().sees(CHANNEL).len(), 1);
    assert!(desk.ben().sees(CHANNEL).is_empty());
    desk.anna()
        .types("/public", &[("reason", "hello")])
        .await
        .expect("a message");
    assert_eq!(desk.ben().sees(CHANNEL)[0].text(), "hello");
}

#[tokio::test]
async fn a_click_updates_the_message_in_place() {
    let desk = Desk::with_bot().await;
    let card = desk
        .anna()
        .types("/lock-status", &[])
        .await
        .expect("a card");
    let after = card.clicks("Unlock").await.expect("an update");
    assert_eq!(
        (after.text(), after.message_id()),
        ("unlocked".into(), card.message_id())
    );
    assert!(after.buttons().is_empty());
    assert_eq!(card.latest().await.expect("still there").text(), "unlocked");
    let again = card.clicks("Unlock").await.expect_err("the button is gone");
    assert!(matches!(again, SandboxError::Refused(_)), "{again}");
}

#[tokio::test]
async fn a_select_is_acknowledged_and_edited() {
    let desk = Desk::with_bot().await;
    let card = desk
        .anna()
        .types("/lock-status", &[])
        .await
        .expect("a card");
    let after = card
        .selects_values("v1:group", &["KT_ErhV"])
        .await
        .expect("an edit");
    assert_eq!(after.text(), r#"chosen ["KT_ErhV"]"#);
}

#[tokio::test]
async fn a_modal_is_shown_filled_in_and_answered() {
    let desk = Desk::with_bot().await;
    let card = desk
        .anna()
        .types("/lock-status", &[])
        .await
        .expect("a card");
    let modal = card.clicks("v1:deny").await.expect("a modal");
    let shown = modal.modal().expect("it is a modal");
    assert_eq!((&*shown.title, &*shown.inputs[0].label), ("Deny", "Reason"));
    let answer = modal
        .submits(&[("reason", "not known")])
        .await
        .expect("an answer");
    assert_eq!(answer.text(), "denied: not known");
}

#[tokio::test]
async fn a_deferred_reply_is_waited_for() {
    let desk = Desk::with_bot().await;
    let reply = desk.anna().types("/slow", &[]).await.expect("an answer");
    assert_eq!((reply.text(), reply.is_ephemeral()), ("done".into(), true));
}

#[tokio::test]
async fn an_autocomplete_offers_choices() {
    let desk = Desk::with_bot().await;
    let choices = desk
        .anna()
        .suggests("/lock-status", "user", "ros", &[])
        .await
        .expect("choices");
    assert_eq!(choices[1].name, "ros:ross");
    assert_eq!(choices[1].value, "a:1");
}

#[tokio::test]
async fn options_arrive_in_their_registered_types() {
    let desk = Desk::with_bot().await;
    let ben = format!("<@{BEN}>");
    let options = [("member", ben.as_str()), ("count", "3")];
    let reply = desk
        .anna()
        .types("/freeze", &options)
        .await
        .expect("an answer");
    assert!(
        reply
            .text()
            .contains("User(User { id: UserId(301), name: \"ben\""),
        "{}",
        reply.text()
    );
    let reply = desk
        .anna()
        .types("/account create", &[("surname", "Rossi")])
        .await
        .expect("sub");
    assert!(
        reply.text().contains("SubCommand([ResolvedOption"),
        "{}",
        reply.text()
    );
    assert!(reply.text().contains("Rossi"), "{}", reply.text());
}
