//! Alunni Web: whole conversations, by the numbers of its procedure.

use deskhand::app::local::cast::{GIULIA, SCHOOL};
use deskhand::domain::code::CodeKind;
use deskhand::domain::language::Language::It;
use deskhand::domain::letter::{LetterKind, LetterState};

use crate::support::desk::{Backend, TestDesk, on_both, scopes};
use crate::support::smtp::{Encryption, SmtpOptions, SmtpServer};

const SENT: [(&str, &str); 3] = [
    ("user", "9000042"),
    ("kind", "credentials"),
    ("reason", "r:forgotten-password"),
];

/// The temporary password of a mail: three groups of five.
fn password_in(text: &str) -> String {
    let is_password =
        |word: &&str| word.len() == 17 && word.split('-').all(|group| group.len() == 5);
    text.split_whitespace()
        .find(is_password)
        .expect("a temporary password")
        .to_owned()
}

on_both! {
    async fn a04_the_address_may_be_corrected_before_the_reset_and_the_old_one_is_told(desk: TestDesk) {
        let account = desk.add(SCHOOL, "9000042", |data| data.scopes = scopes("Centrale")).await;
        let giulia = desk.person(SCHOOL, GIULIA);
        let options = [SENT[0], SENT[1], SENT[2], ("email", "famiglia@posta.example.it")];
        let dialog = giulia.types("/resend-code", &options).await.unwrap();
        let dialog = dialog.selects_values("v1:pick-verification", &["in-person"]).await.unwrap();
        desk.confirms(&dialog, It, &account).await;
        let mails = desk.mails();
        assert_eq!(mails.len(), 3, "two to the new address, one notice to the old: {mails:?}");
        let notice = mails.iter().find(|mail| mail.to.contains("9000042@people.example.ch")).expect("the notice");
        assert!(!notice.text.contains("famiglia") && !notice.html.contains("famiglia"), "it names no new address");
        assert_eq!(mails.iter().filter(|mail| mail.to.contains("famiglia@posta.example.it")).count(), 2);
    }

    async fn a09_two_mails_and_neither_contains_the_others_datum(desk: TestDesk) {
        let account = desk.add(SCHOOL, "9000042", |data| data.scopes = scopes("Centrale")).await;
        let giulia = desk.person(SCHOOL, GIULIA);
        let dialog = giulia.types("/resend-code", &SENT).await.unwrap();
        desk.confirms(&dialog, It, &account).await;
        let mails = desk.mails();
        assert_eq!(mails.len(), 2, "exactly two: {mails:?}");
        assert_ne!(mails[0].subject, mails[1].subject);
        let (username, secret): (Vec<_>, Vec<_>) = mails.iter().partition(|mail| mail.text.contains("9000042"));
        assert_eq!((username.len(), secret.len()), (1, 1));
        let password = password_in(&secret[0].text);
        for text in [&username[0].text, &username[0].html, &username[0].subject, &secret[0].subject] {
            assert!(!text.contains(&password));
        }
        for text in [&secret[0].html, &secret[0].subject] {
            assert!(!text.contains("9000042"));
        }
        assert_eq!(desk.audited(SCHOOL).await, [("send-credentials".to_owned(), "done".to_owned())], "one send (R17)");
    }

    async fn a10_the_pin_travels_with_the_secret(desk: TestDesk) {
        let account = desk.add(SCHOOL, "9000042", |data| data.scopes = scopes("Centrale")).await;
        let giulia = desk.person(SCHOOL, GIULIA);
        let dialog = giulia.types("/resend-code", &SENT).await.unwrap();
        desk.confirms(&dialog, It, &account).await;
        let codes = desk.facts(SCHOOL, &account).await.open_codes;
        let mut kinds: Vec<_> = codes.iter().map(|code| code.kind).collect();
        kinds.sort();
        assert_eq!(kinds, [CodeKind::TemporaryPassword, CodeKind::Pin]);
        assert!(codes.iter().all(|code| code.sent_at.is_some()));
        let ends: Vec<_> = codes.iter().map(|code| code.expires_at.duration_since(code.sent_at.unwrap()).as_hours()).collect();
        assert_eq!(ends, [7 * 24, 7 * 24], "both live seven days from acceptance (D1)");
        let is_pin = |word: &str| word.len() == 6 && word.chars().all(|sign| sign.is_ascii_digit());
        let with_pin = |text: &str| text.split_whitespace().any(is_pin);
        let mails = desk.mails();
        assert_eq!(mails.iter().filter(|mail| with_pin(&mail.text)).count(), 1);
        let secret = mails.iter().find(|mail| with_pin(&mail.text)).unwrap();
        password_in(&secret.text);
    }
}

/// A09: if the second mail fails, that is shown; with the corrected address the secret is issued again.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a09_a_refused_mail_comes_back_with_correct_address() {
    let server = SmtpServer::start(SmtpOptions {
        tls: Encryption::Plain,
        auth: None,
        reject: vec!["9000042@people.example.ch".to_owned()],
        defer: vec![],
    })
    .await;
    let url = server.url();
    let desk = TestDesk::start_with(Backend::Sqlite, |mut setup| {
        setup.mail_url = Some(url);
        setup
    })
    .await;
    let account = desk
        .add(SCHOOL, "9000042", |data| data.scopes = scopes("Centrale"))
        .await;
    let giulia = desk.person(SCHOOL, GIULIA);
    let dialog = giulia.types("/resend-code", &SENT).await.unwrap();
    let failed = dialog.clicks("v1:confirm").await.unwrap();
    let failed = failed
        .until(|message| {
            message
                .buttons()
                .iter()
                .any(|b| b.custom_id.contains("correct-address"))
        })
        .await
        .unwrap();
    desk.shows(&failed, It, "done-correct-address");
    let letters = desk.facts(SCHOOL, &account).await.letters;
    assert!(
        letters
            .iter()
            .all(|letter| matches!(letter.state, LetterState::RecipientRefused(_)))
    );
    assert!(
        letters
            .iter()
            .any(|letter| letter.kind == LetterKind::Credentials)
    );

    desk.later(3);
    let dialog = failed.clicks("v1:card-correct-address").await.unwrap();
    let dialog = dialog
        .selects_values("v1:pick-kind", &["credentials"])
        .await
        .unwrap();
    let form = dialog.clicks("v1:open-address").await.unwrap();
    let dialog = form
        .submits(&[("text", "famiglia@posta.example.it")])
        .await
        .unwrap();
    let dialog = dialog
        .selects_values("v1:pick-verification", &["in-person"])
        .await
        .unwrap();
    let dialog = dialog
        .selects_values("v1:pick-reason", &["wrong-email"])
        .await
        .unwrap();
    let before = desk.facts(SCHOOL, &account).await.open_codes;
    dialog.clicks("v1:confirm").await.unwrap();
    let received = server.received(2).await;
    assert!(
        received
            .iter()
            .all(|mail| mail.to == ["famiglia@posta.example.it"]),
        "{received:?}"
    );
    let after = desk.facts(SCHOOL, &account).await.open_codes;
    assert!(
        after
            .iter()
            .all(|code| before.iter().all(|old| old.id != code.id)),
        "the secret is issued again"
    );
}

/// A04: that the replaced mailbox is gone says nothing of what was asked for.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a04_a_refused_notice_to_the_old_address_is_no_failed_send() {
    let reject = vec!["9000042@people.example.ch".to_owned()];
    let server = SmtpServer::start(SmtpOptions {
        tls: Encryption::Plain,
        auth: None,
        reject,
        defer: vec![],
    })
    .await;
    let url = server.url();
    let desk = TestDesk::start_with(Backend::Sqlite, |mut setup| {
        setup.mail_url = Some(url);
        setup
    })
    .await;
    let account = desk
        .add(SCHOOL, "9000042", |data| data.scopes = scopes("Centrale"))
        .await;
    let giulia = desk.person(SCHOOL, GIULIA);
    let options = [
        SENT[0],
        SENT[1],
        SENT[2],
        ("email", "famiglia@posta.example.it"),
    ];
    let dialog = giulia.types("/resend-code", &options).await.unwrap();
    let dialog = dialog
        .selects_values("v1:pick-verification", &["in-person"])
        .await
        .unwrap();
    let done = desk.confirms(&dialog, It, &account).await;
    assert!(
        done.buttons()
            .iter()
            .all(|button| !button.custom_id.contains("correct-address")),
        "{}",
        done.all_text()
    );
    let card = giulia
        .types("/lock-status", &[("user", "9000042")])
        .await
        .unwrap();
    assert!(
        card.buttons()
            .iter()
            .all(|button| !button.custom_id.contains("correct-address")),
        "{}",
        card.all_text()
    );
}
