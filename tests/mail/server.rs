//! Mail over real connections; first of all, that the mail server of the tests behaves as one.

use lettre::transport::smtp::client::{Certificate, Tls as ClientTls, TlsParameters};
use lettre::transport::smtp::{AsyncSmtpTransport, Error};
use lettre::{AsyncTransport, Message, Tokio1Executor};

use crate::support::smtp::{Encryption, Fault, SmtpOptions, SmtpServer};

fn transport(
    server: &SmtpServer,
    url: &str,
    tls: Encryption,
) -> AsyncSmtpTransport<Tokio1Executor> {
    let pem = std::fs::read(server.certificate_pem_file()).expect("the certificate");
    let parameters = TlsParameters::builder("127.0.0.1".to_owned())
        .add_root_certificate(Certificate::from_pem(&pem).expect("a PEM file"))
        .build()
        .expect("the parameters");
    let client_tls = match tls {
        Encryption::Plain => ClientTls::None,
        Encryption::StartTls => ClientTls::Required(parameters),
        Encryption::Implicit => ClientTls::Wrapper(parameters),
    };
    let builder = AsyncSmtpTransport::<Tokio1Executor>::from_url(url).expect("lettre's form");
    builder.tls(client_tls).build()
}

fn letter(to: &str) -> Message {
    Message::builder()
        .from("Desk <desk@example.ch>".parse().expect("an address"))
        .to(to.parse().expect("an address"))
        .subject("A code")
        .body("First line.\r\n.A line with a dot.\r\n".to_owned())
        .expect("a letter")
}

async fn send(server: &SmtpServer, tls: Encryption, to: &str) -> Result<(), Error> {
    transport(server, &server.url(), tls)
        .send(letter(to))
        .await
        .map(drop)
}

#[tokio::test]
async fn a_letter_arrives_over_each_kind_of_connection() {
    for tls in [
        Encryption::Plain,
        Encryption::StartTls,
        Encryption::Implicit,
    ] {
        for auth in [
            None,
            Some(("desk@example.ch".to_owned(), "a:b/c@d".to_owned())),
        ] {
            let options = SmtpOptions {
                tls,
                auth,
                ..SmtpOptions::default()
            };
            let server = SmtpServer::start(options).await;
            send(&server, tls, "rossi@example.ch")
                .await
                .expect("a delivery");
            let mails = server.received(1).await;
            assert_eq!(mails.len(), 1, "{tls:?}");
            assert_eq!(mails[0].from, "desk@example.ch");
            assert_eq!(mails[0].to, ["rossi@example.ch"]);
            assert_eq!(mails[0].header("subject"), Some("A code"));
            let raw = String::from_utf8_lossy(&mails[0].raw).into_owned();
            let body = "\r\n\r\nFirst line.\r\n.A line with a dot.";
            assert!(raw.trim_end().ends_with(body), "{raw:?}");
        }
    }
}

#[tokio::test]
async fn a_wrong_password_and_an_untrusted_certificate_are_refused() {
    let auth = Some(("desk".to_owned(), "right".to_owned()));
    let options = SmtpOptions {
        tls: Encryption::StartTls,
        auth,
        ..SmtpOptions::default()
    };
    let server = SmtpServer::start(options).await;
    let wrong = server.url().replace("right", "wrong");
    let refused = transport(&server, &wrong, Encryption::StartTls)
        .send(letter("rossi@example.ch"))
        .await;
    assert!(refused.expect_err("a refusal").is_permanent());

    let untrusting = AsyncSmtpTransport::<Tokio1Executor>::from_url(&server.url());
    let untrusting = untrusting.expect("lettre's form").build();
    let refused = untrusting
        .send(letter("rossi@example.ch"))
        .await
        .expect_err("a refusal");
    assert!(
        refused.is_tls() || refused.is_client() || refused.status().is_none(),
        "{refused:?}"
    );
    assert!(server.received(0).await.is_empty());
}

#[tokio::test]
async fn recipients_are_refused_for_good_or_for_now() {
    let server = SmtpServer::start(SmtpOptions {
        reject: vec!["nobody@example.ch".to_owned()],
        defer: vec!["later@example.ch".to_owned()],
        ..SmtpOptions::default()
    })
    .await;
    let refused = send(&server, Encryption::Plain, "nobody@example.ch")
        .await
        .expect_err("a refusal");
    assert!(refused.is_permanent(), "{refused:?}");
    let deferred = send(&server, Encryption::Plain, "later@example.ch")
        .await
        .expect_err("a refusal");
    assert!(deferred.is_transient(), "{deferred:?}");

    server.set_reject(&["rossi@example.ch"]);
    server.set_defer(&[]);
    send(&server, Encryption::Plain, "nobody@example.ch")
        .await
        .expect("a delivery");
    send(&server, Encryption::Plain, "later@example.ch")
        .await
        .expect("a delivery");
    let refused = send(&server, Encryption::Plain, "rossi@example.ch")
        .await
        .expect_err("a refusal");
    assert!(refused.is_permanent(), "{refused:?}");
    assert_eq!(server.received(2).await.len(), 2);
}

#[tokio::test]
async fn a_server_can_fail_before_after_and_instead_of_the_answer() {
    let server = SmtpServer::start(SmtpOptions::default()).await;
    for (fault, kept) in [
        (Fault::Hangup, 0),
        (Fault::Unavailable, 0),
        (Fault::LoseReply, 1),
    ] {
        server.set_fault(fault);
        let failed = send(&server, Encryption::Plain, "rossi@example.ch").await;
        assert!(!failed.expect_err("no answer").is_permanent(), "{fault:?}");
        assert_eq!(server.received(kept).await.len(), kept, "{fault:?}");
    }
    server.set_fault(Fault::None);
    send(&server, Encryption::Plain, "rossi@example.ch")
        .await
        .expect("a delivery");
    assert_eq!(server.received(2).await.len(), 2);
}
