//! Letters over real connections.

use deskhand::domain::language::Language;
use deskhand::domain::letter::LetterKind;
use deskhand::ports::mailer::{DeliveryError, Mailer};
use tokio::io::AsyncReadExt as _;
use tokio::net::TcpListener;

use super::sample::{self, Mail, RECIPIENT};
use crate::support::smtp::{Encryption, Fault, SmtpOptions, SmtpServer};

/// Where a copy of this test program sends its letter; it trusts what `SSL_CERT_FILE` names.
const COPY_SENDS_TO: &str = "DESKHAND_TEST_SMTP_URL";

async fn send(mailer: &dyn Mailer) -> Result<(), DeliveryError> {
    mailer
        .deliver(
            &sample::desk(),
            &sample::letter(LetterKind::OnboardingCode, Language::Fr),
        )
        .await
}

/// Runs this test in a copy of the program that trusts the server's certificate.
async fn in_a_copy_that_trusts(server: &SmtpServer, test: &str) -> bool {
    let mut copy = std::process::Command::new(std::env::current_exe().expect("this program"));
    copy.args(["--exact", test])
        .env(COPY_SENDS_TO, server.url())
        .env("SSL_CERT_FILE", server.certificate_pem_file());
    let ended = tokio::task::spawn_blocking(move || copy.output())
        .await
        .expect("a copy of this program");
    let ended = ended.expect("a copy of this program");
    if !ended.status.success() {
        eprintln!("{}", String::from_utf8_lossy(&ended.stdout));
    }
    ended.status.success()
}

fn why(sent: Result<(), DeliveryError>) -> String {
    let error = sent.expect_err("a refusal").to_string();
    assert!(
        !error.contains("elodie") && !error.contains('@') && !error.contains('\n'),
        "{error}"
    );
    error
}

#[tokio::test]
async fn a_letter_arrives_over_a_plain_connection_with_and_without_a_login() {
    for auth in [
        None,
        Some(("desk@example.ch".to_owned(), "a:b/c@d+é%".to_owned())),
    ] {
        let server = SmtpServer::start(SmtpOptions {
            auth,
            ..SmtpOptions::default()
        })
        .await;
        let mailer = sample::mailer(&server.url(), None);
        mailer.check().await.expect("a server that lets us in");
        send(&*mailer).await.expect("a delivery");
        let mails = server.received(1).await;
        assert_eq!(mails.len(), 1);
        assert_eq!(
            (mails[0].from.as_str(), mails[0].to.as_slice()),
            ("desk@mail.example.ch", &[RECIPIENT.to_owned()][..])
        );
        let mail = Mail::read(&mails[0].raw);
        assert_eq!(
            mail.header("message-id"),
            "<letter.1234567.42@mail.example.ch>"
        );
        assert!(
            mail.text
                .contains(sample::code(deskhand::domain::code::CodeKind::Onboarding).reveal())
        );
    }
}

#[tokio::test]
async fn a_letter_arrives_encrypted_when_ssl_cert_file_names_the_certificate() {
    const NAME: &str =
        "mail::smtp::a_letter_arrives_encrypted_when_ssl_cert_file_names_the_certificate";
    if let Ok(url) = std::env::var(COPY_SENDS_TO) {
        let mailer = sample::mailer(&url, None);
        mailer.check().await.expect("a server that lets us in");
        return send(&*mailer).await.expect("a delivery");
    }
    for tls in [Encryption::StartTls, Encryption::Implicit] {
        for auth in [None, Some(("desk".to_owned(), "secret".to_owned()))] {
            let server = SmtpServer::start(SmtpOptions {
                tls,
                auth,
                ..SmtpOptions::default()
            })
            .await;
            let untrusting = sample::mailer(&server.url(), None);
            assert!(
                matches!(send(&*untrusting).await, Err(DeliveryError::NotNow(_))),
                "{tls:?}: an unknown certificate"
            );
            assert!(in_a_copy_that_trusts(&server, NAME).await, "{tls:?}");
            assert_eq!(server.received(1).await.len(), 1);
        }
    }
}

#[tokio::test]
async fn encryption_that_is_required_and_not_offered_stops_the_letter() {
    let server = SmtpServer::start(SmtpOptions::default()).await;
    let required = sample::mailer(&format!("{}?tls=required", server.url()), None);
    let error = send(&*required).await;
    assert!(matches!(error, Err(DeliveryError::NotNow(_))), "{error:?}");
    let opportunistic = sample::mailer(&format!("{}?tls=opportunistic", server.url()), None);
    send(&*opportunistic)
        .await
        .expect("a delivery in the clear");
    assert_eq!(server.received(1).await.len(), 1);
}

#[tokio::test]
async fn a_refused_recipient_a_busy_server_and_a_wrong_password_are_told_apart() {
    let server = SmtpServer::start(SmtpOptions {
        reject: vec![RECIPIENT.to_owned()],
        ..SmtpOptions::default()
    })
    .await;
    let mailer = sample::mailer(&server.url(), None);
    let refused = send(&*mailer).await;
    assert_eq!(
        refused,
        Err(DeliveryError::RecipientRefused(
            "the recipient: 550 5.1.1".to_owned()
        ))
    );
    why(refused);

    server.set_reject(&[]);
    server.set_defer(&[RECIPIENT]);
    let deferred = send(&*mailer).await;
    assert_eq!(
        deferred,
        Err(DeliveryError::NotNow("the recipient: 451 4.3.0".to_owned()))
    );
    why(deferred);

    server.set_defer(&[]);
    server.set_fault(Fault::Unavailable);
    assert_eq!(
        send(&*mailer).await,
        Err(DeliveryError::NotNow("the message: 421".to_owned()))
    );

    server.set_fault(Fault::None);
    send(&*mailer).await.expect("a delivery after all of it");
    assert_eq!(server.received(1).await.len(), 1);

    let auth = Some(("desk".to_owned(), "right".to_owned()));
    let server = SmtpServer::start(SmtpOptions {
        auth,
        ..SmtpOptions::default()
    })
    .await;
    let wrong = sample::mailer(&server.url().replace("right", "wrong"), None);
    for failed in [send(&*wrong).await, wrong.check().await] {
        assert!(
            matches!(&failed, Err(DeliveryError::NotNow(why)) if why.starts_with("signing in: 535")),
            "{failed:?}"
        );
        assert!(!why(failed).contains("wrong"));
    }
    let without = sample::mailer(&server.url().replace("desk:right@", ""), None);
    let failed = send(&*without).await;
    assert!(
        matches!(failed, Err(DeliveryError::NotNow(_))),
        "a login is missing, the letter is good: {failed:?}"
    );
}

#[tokio::test]
async fn r38_a_connection_that_ends_early_is_not_now_and_the_next_letter_goes() {
    let server = SmtpServer::start(SmtpOptions::default()).await;
    let mailer = sample::mailer(&server.url(), None);
    for (fault, kept) in [(Fault::Hangup, 0), (Fault::LoseReply, 1)] {
        server.set_fault(fault);
        let failed = send(&*mailer).await;
        assert!(
            matches!(failed, Err(DeliveryError::NotNow(_))),
            "{fault:?}: {failed:?}"
        );
        why(failed);
        assert_eq!(server.received(kept).await.len(), kept, "{fault:?}");
    }
    server.set_fault(Fault::None);
    send(&*mailer).await.expect("a delivery");
    let mails = server.received(2).await;
    let ids: Vec<_> = mails
        .iter()
        .map(|mail| mail.header("message-id").map(str::to_owned))
        .collect();
    assert_eq!(ids[0], ids[1], "a letter sent again is known as the same");
}

#[tokio::test]
async fn r38_no_server_at_all_is_not_now() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let url = format!("smtp://{}", listener.local_addr().expect("the port"));
    drop(listener);
    let mailer = sample::mailer(&url, None);
    for failed in [send(&*mailer).await, mailer.check().await] {
        assert!(
            matches!(failed, Err(DeliveryError::NotNow(_))),
            "{failed:?}"
        );
        why(failed);
    }
}

/// A server that speaks the lines of a script, one for each line or message that it reads.
async fn scripted(answers: &'static [&'static str]) -> String {
    use tokio::io::AsyncWriteExt as _;
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let url = format!("smtp://{}", listener.local_addr().expect("the port"));
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut buffer = vec![0; 64 * 1024];
            for answer in answers {
                if stream
                    .write_all(format!("{answer}\r\n").as_bytes())
                    .await
                    .is_err()
                {
                    break;
                }
                if stream.read(&mut buffer).await.unwrap_or(0) == 0 {
                    break;
                }
            }
        }
    });
    url
}

#[tokio::test]
async fn the_command_that_was_refused_decides_what_a_refusal_means() {
    let hello = "250 mail.test";
    let cases: [(&'static [&'static str], DeliveryError); 5] = [
        (
            &["554 go away"],
            DeliveryError::NotNow("connecting: 554".to_owned()),
        ),
        (
            &[
                "220 mail.test",
                "250 mail.test",
                "550 5.7.1 elodie.favre@example.ch may not",
            ],
            DeliveryError::LetterRefused("the sender: 550 5.7.1".to_owned()),
        ),
        (
            &["220 mail.test", "250 mail.test", "530 5.7.0 sign in first"],
            DeliveryError::NotNow("the sender: 530 5.7.0".to_owned()),
        ),
        (
            &[
                "220 mail.test",
                "250 mail.test",
                "250 ok",
                "550 elodie.favre@example.ch 5.1.1 unknown",
            ],
            DeliveryError::RecipientRefused("the recipient: 550".to_owned()),
        ),
        (
            &[
                "220 mail.test",
                "250 mail.test",
                "250 ok",
                "250 ok",
                "554 5.7.1 no valid recipients",
            ],
            DeliveryError::LetterRefused("the message: 554 5.7.1".to_owned()),
        ),
    ];
    assert!(cases.iter().skip(1).all(|(script, _)| script[1] == hello));
    for (script, expected) in cases {
        let mailer = sample::mailer(&scripted(script).await, None);
        let failed = send(&*mailer).await;
        assert_eq!(failed, Err(expected), "{script:?}");
        why(failed);
    }
}

#[tokio::test]
async fn one_connection_carries_several_letters_and_a_dead_one_is_replaced() {
    let server = SmtpServer::start(SmtpOptions::default()).await;
    let mailer = sample::mailer(&server.url(), None);
    for count in 1..=3 {
        send(&*mailer).await.expect("a delivery");
        assert_eq!(server.received(count).await.len(), count);
        // from now on a new connection would be refused, so the second letter goes over the first one's
        server.set_fault(if count == 1 {
            Fault::Hangup
        } else {
            Fault::None
        });
    }
    let desk = sample::desk();
    let many = (0..20).map(|number| {
        let mut letter = sample::letter(LetterKind::Username, Language::It);
        letter.identity = format!("letter/{number}");
        let (mailer, desk) = (&mailer, &desk);
        async move { mailer.deliver(desk, &letter).await }
    });
    let sent = futures::future::join_all(many).await;
    assert!(sent.iter().all(Result::is_ok), "{sent:?}");
    assert_eq!(server.received(23).await.len(), 23);
}

#[tokio::test]
async fn a_rehearsal_changes_the_envelope_too() {
    let server = SmtpServer::start(SmtpOptions {
        reject: vec![RECIPIENT.to_owned()],
        ..SmtpOptions::default()
    })
    .await;
    let mailer = sample::mailer(&server.url(), Some("rehearsal@example.ch"));
    send(&*mailer).await.expect("a delivery");
    assert_eq!(server.received(1).await[0].to, ["rehearsal@example.ch"]);
}
