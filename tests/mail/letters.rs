//! What each letter says, in each language.

use deskhand::domain::code::CodeKind;
use deskhand::domain::language::Language;
use deskhand::domain::letter::LetterKind;
use deskhand::locales::time::date_time;
use deskhand::ports::mailer::{DeliveryError, Letter, LetterCode};
use tempfile::TempDir;

use super::sample::{self, Mail};
use deskhand::domain::desk::Desk;

/// A letter as its recipient gets it.
pub(super) async fn written(desk: &Desk, letter: &Letter) -> Mail {
    written_by(desk, letter, None).await
}

async fn written_by(desk: &Desk, letter: &Letter, redirect_to: Option<&str>) -> Mail {
    let folder = TempDir::new().expect("a folder");
    let mailer = sample::mailer(&format!("file://{}", folder.path().display()), redirect_to);
    mailer.deliver(desk, letter).await.expect("a letter");
    let mut files = std::fs::read_dir(folder.path()).expect("the folder");
    let file = files.next().expect("one file").expect("one file");
    assert!(files.next().is_none(), "more than one file");
    Mail::read(&std::fs::read(file.path()).expect("the file"))
}

/// Every kind in every language.
fn all() -> impl Iterator<Item = Letter> {
    sample::to_person().flat_map(|kind| {
        Language::ALL
            .into_iter()
            .map(move |language| sample::letter(kind, language))
    })
}

fn bodies(mail: &Mail) -> [&str; 2] {
    [&mail.text, &mail.html]
}

#[tokio::test]
async fn every_letter_names_person_desk_time_and_how_to_object() {
    let desk = sample::desk();
    for letter in all() {
        let mail = written(&desk, &letter).await;
        let at = date_time(letter.language, letter.changed_at, &desk.zone);
        for body in bodies(&mail) {
            for needed in [
                "Élodie Favre",
                "Support Vaud",
                "contact@example.ch",
                at.as_str(),
            ] {
                assert!(
                    body.contains(needed),
                    "{:?} {:?} lacks {needed}: {body}",
                    letter.kind,
                    letter.language
                );
            }
            assert!(!body.contains(['{', '}', '⟦']), "{body}");
        }
        assert!(
            mail.html
                .contains(&format!("<html lang=\"{}\"", letter.language.code()))
        );
    }
}

#[tokio::test]
async fn headers_are_those_of_an_automatic_letter_that_can_be_answered() {
    let desk = sample::desk();
    for letter in all() {
        let mail = written(&desk, &letter).await;
        assert_eq!(
            mail.header("from"),
            "\"Le service, d’assistance\" <desk@mail.example.ch>".replace('"', "")
        );
        assert_eq!(mail.header("to"), "Élodie Favre <elodie.favre@example.ch>");
        assert_eq!(mail.header("reply-to"), "contact@example.ch");
        assert_eq!(
            mail.header("message-id"),
            "<letter.1234567.42@mail.example.ch>"
        );
        assert_eq!(mail.header("auto-submitted"), "auto-generated");
        assert_eq!(mail.header("content-language"), letter.language.code());
        assert_eq!(mail.header("date"), "Sun, 31 Jan 2027 13:06:00 +0000");
        assert_eq!(mail.header("mime-version"), "1.0");
    }
}

#[tokio::test]
async fn each_letter_carries_its_own_datum_in_both_parts_and_no_other() {
    let desk = sample::desk();
    for letter in all() {
        let mail = written(&desk, &letter).await;
        let carried = sample::kinds(letter.kind);
        for body in bodies(&mail) {
            for kind in CodeKind::ALL {
                let code = sample::code(kind);
                assert_eq!(
                    body.contains(code.reveal()),
                    carried.contains(&kind),
                    "{:?} {kind:?}: {body}",
                    letter.kind
                );
            }
            assert_eq!(
                body.contains(sample::USERNAME),
                letter.kind == LetterKind::Username,
                "{body}"
            );
            let until = date_time(
                letter.language,
                sample::time("2027-02-28T13:05:00Z"),
                &desk.zone,
            );
            assert_eq!(body.contains(&until), !carried.is_empty(), "{body}");
            // R19: no acting link in a notice; the user name needs none
            assert_eq!(body.contains("https://"), !carried.is_empty(), "{body}");
        }
    }
}

#[tokio::test]
async fn an_answer_shall_not_bring_the_code_to_the_desk() {
    let desk = sample::desk();
    for kind in sample::to_person() {
        let mail = written(&desk, &sample::letter(kind, Language::En)).await;
        let asked = bodies(&mail).map(|body| body.contains("remove them before you reply"));
        assert_eq!(asked, [kind.carries_codes(); 2], "{kind:?}");
    }
}

#[tokio::test]
async fn no_subject_tells_a_code_a_user_name_or_a_person() {
    let desk = sample::desk();
    for letter in all() {
        let mail = written(&desk, &letter).await;
        let subject = mail.header("subject");
        assert!(subject.starts_with("Support Vaud"), "{subject}");
        for secret in CodeKind::ALL
            .map(sample::code)
            .iter()
            .map(deskhand::domain::code::CodeText::reveal)
            .chain([sample::USERNAME, "Favre"])
        {
            assert!(!subject.contains(secret), "{subject}");
        }
        assert!(
            mail.html
                .contains(&format!("<title>{}</title>", subject.replace('&', "&amp;")))
        );
    }
}

#[tokio::test]
async fn a09_user_name_and_password_come_under_different_subjects() {
    let desk = sample::desk();
    for language in Language::ALL {
        let name = written(&desk, &sample::letter(LetterKind::Username, language)).await;
        let secret = written(&desk, &sample::letter(LetterKind::Credentials, language)).await;
        assert_ne!(name.header("subject"), secret.header("subject"));
    }
}

#[tokio::test]
async fn a09_neither_letter_tells_the_other_datum_even_if_it_is_handed_all() {
    let desk = sample::desk();
    let mut letter = sample::letter(LetterKind::Username, Language::It);
    letter.codes = sample::letter(LetterKind::Credentials, Language::It).codes;
    let mail = written(&desk, &letter).await;
    for code in &letter.codes {
        assert!(
            bodies(&mail)
                .iter()
                .all(|body| !body.contains(code.text.reveal()))
        );
    }
}

#[tokio::test]
async fn links_go_to_the_configured_page_and_typed_codes_name_it() {
    let desk = sample::desk();
    let code = sample::code(CodeKind::ResetLink);
    let link = format!("https://portal.example.ch/app/code?c={}", code.reveal());
    for language in Language::ALL {
        let mail = written(&desk, &sample::letter(LetterKind::ResetLink, language)).await;
        assert!(
            mail.text.lines().any(|line| line.ends_with(&link)),
            "{}",
            mail.text
        );
        assert!(
            mail.html.contains(&format!("<a href=\"{link}\"")),
            "{}",
            mail.html
        );
        for kind in [
            LetterKind::OnboardingCode,
            LetterKind::Credentials,
            LetterKind::Reminder,
        ] {
            let mail = written(&desk, &sample::letter(kind, language)).await;
            assert!(
                mail.text
                    .lines()
                    .any(|line| line.ends_with("https://portal.example.ch/app/code")),
                "{}",
                mail.text
            );
            assert!(bodies(&mail).iter().all(|body| !body.contains("?c=")));
        }
    }
}

#[tokio::test]
async fn without_a_portal_address_typed_codes_go_and_links_are_refused() {
    let desk = Desk {
        portal_url: None,
        ..sample::desk()
    };
    let mail = written(
        &desk,
        &sample::letter(LetterKind::OnboardingCode, Language::En),
    )
    .await;
    assert!(
        !mail.text.contains("https://")
            && mail
                .text
                .contains(sample::code(CodeKind::Onboarding).reveal())
    );
    let folder = TempDir::new().expect("a folder");
    let mailer = sample::mailer(&format!("file://{}", folder.path().display()), None);
    let refused = mailer
        .deliver(&desk, &sample::letter(LetterKind::ResetLink, Language::En))
        .await;
    assert!(
        matches!(refused, Err(DeliveryError::LetterRefused(_))),
        "{refused:?}"
    );
}

#[tokio::test]
async fn a_letter_about_a_code_does_not_go_without_it() {
    let folder = TempDir::new().expect("a folder");
    let mailer = sample::mailer(&format!("file://{}", folder.path().display()), None);
    for kind in sample::to_person() {
        let letter = Letter {
            codes: Vec::new(),
            ..sample::letter(kind, Language::De)
        };
        let sent = mailer.deliver(&sample::desk(), &letter).await;
        assert_eq!(sent.is_err(), kind.carries_codes(), "{kind:?}");
    }
}

#[tokio::test]
async fn e12_a_reminder_names_kind_sending_and_expiry_and_repeats_the_code() {
    let desk = sample::desk();
    let expected = [
        (
            Language::De,
            "Aktivierungscode: ",
            "Gesendet am: 28. Januar 2027, 09:30 Uhr",
            "Gültig bis: 28. Februar 2027, 14:05 Uhr",
        ),
        (
            Language::Fr,
            "Code d’activation\u{A0}: ",
            "Envoyé le\u{A0}: 28 janvier 2027 à 9\u{A0}h\u{A0}30",
            "Valable jusqu’au\u{A0}: 28 février 2027 à 14\u{A0}h\u{A0}05",
        ),
        (
            Language::It,
            "Codice di attivazione: ",
            "Data di invio: 28 gennaio 2027 alle 09:30",
            "Scadenza: 28 febbraio 2027 alle 14:05",
        ),
        (
            Language::En,
            "Activation code: ",
            "Sent on: 28 January 2027 at 09:30",
            "Valid until: 28 February 2027 at 14:05",
        ),
    ];
    for (language, kind, sent, until) in expected {
        let mail = written(&desk, &sample::letter(LetterKind::Reminder, language)).await;
        let code = format!("{kind}{}", sample::code(CodeKind::Onboarding).reveal());
        for line in [code.as_str(), sent, until] {
            assert!(
                mail.text.lines().any(|own| own == line),
                "{line}: {}",
                mail.text
            );
        }
    }
}

#[tokio::test]
async fn e12_a_reminder_repeats_every_kind_of_code_in_its_form() {
    let desk = sample::desk();
    for kinds in [
        &[CodeKind::ResetLink][..],
        &[CodeKind::Invitation],
        &[CodeKind::TemporaryPassword, CodeKind::Pin],
    ] {
        let mut letter = sample::letter(LetterKind::Reminder, Language::De);
        let model = letter.codes.remove(0);
        letter.codes = kinds
            .iter()
            .map(|kind| LetterCode {
                kind: *kind,
                text: sample::code(*kind),
                ..model.clone()
            })
            .collect();
        let mail = written(&desk, &letter).await;
        for kind in kinds {
            let shown = sample::code(*kind).reveal().to_owned();
            let shown = if kind.is_link() {
                format!("/code?c={shown}")
            } else {
                shown
            };
            assert!(
                bodies(&mail).iter().all(|body| body.contains(&shown)),
                "{kind:?}"
            );
        }
    }
}

#[tokio::test]
async fn a04_the_replaced_address_learns_nothing_of_the_new_one() {
    let desk = sample::desk();
    for language in Language::ALL {
        let mail = written(
            &desk,
            &sample::letter(LetterKind::NoticeAddressReplaced, language),
        )
        .await;
        for body in bodies(&mail) {
            let addresses: Vec<_> = body
                .split_whitespace()
                .filter(|word| word.contains('@'))
                .collect();
            assert!(
                addresses
                    .iter()
                    .all(|word| word.contains("contact@example.ch")),
                "{addresses:?}"
            );
        }
    }
}

#[tokio::test]
async fn r19_a_send_that_also_unlocked_says_so() {
    let desk = sample::desk();
    let said = ["entsperrt", "déverrouillé", "sbloccato", "unlocked"];
    for (language, word) in Language::ALL.into_iter().zip(said) {
        for tells_unlock in [false, true] {
            let letter = Letter {
                tells_unlock,
                ..sample::letter(LetterKind::ResetLink, language)
            };
            let mail = written(&desk, &letter).await;
            assert!(
                bodies(&mail)
                    .iter()
                    .all(|body| body.contains(word) == tells_unlock),
                "{language:?}"
            );
        }
    }
}

#[tokio::test]
async fn the_desk_signs_in_the_language_of_the_letter_and_no_other() {
    let desk = sample::desk();
    let french = written(
        &desk,
        &sample::letter(LetterKind::NoticeUnlocked, Language::Fr),
    )
    .await;
    assert!(french.text.ends_with("Votre équipe\r\nRue Haute 1\r\n\r\nTéléphone\u{A0}: +41 21 000 00 00\r\nHeures d’ouverture\u{A0}: 8–12\r\n"), "{}", french.text);
    let english = written(
        &desk,
        &sample::letter(LetterKind::NoticeUnlocked, Language::En),
    )
    .await;
    assert!(
        english
            .text
            .ends_with("Kind regards\r\n\r\nSupport Vaud\r\n"),
        "{}",
        english.text
    );
}

#[tokio::test]
async fn the_same_letter_has_the_same_message_id_and_another_one_another() {
    let desk = sample::desk();
    let letter = sample::letter(LetterKind::Reminder, Language::En);
    let later = Letter {
        written_at: sample::time("2027-02-01T00:00:00Z"),
        ..letter.clone()
    };
    let other = Letter {
        identity: "letter/1234568".to_owned(),
        ..letter.clone()
    };
    let elsewhere = Desk {
        id: deskhand::domain::ids::DeskId(43),
        ..sample::desk()
    };
    let id = async |desk: &Desk, letter: &Letter| {
        written(desk, letter).await.header("message-id").to_owned()
    };
    let first = id(&desk, &letter).await;
    assert_eq!(first, id(&desk, &later).await);
    assert_ne!(first, id(&desk, &other).await);
    assert_ne!(first, id(&elsewhere, &letter).await);
}

#[tokio::test]
async fn a_rehearsal_sends_every_letter_to_one_mailbox_and_names_the_recipient() {
    for letter in all() {
        let mail = written_by(&sample::desk(), &letter, Some("rehearsal@example.ch")).await;
        assert_eq!(mail.header("to"), "rehearsal@example.ch");
        assert!(
            bodies(&mail)
                .iter()
                .all(|body| body.contains(sample::RECIPIENT))
        );
        assert_eq!(mail.header("reply-to"), "contact@example.ch");
    }
}

#[tokio::test]
async fn domains_beyond_ascii_are_written_in_ascii() {
    let letter = Letter {
        to: sample::address("anna@bücher.example"),
        ..sample::letter(LetterKind::Username, Language::De)
    };
    let mail = written(&sample::desk(), &letter).await;
    assert_eq!(
        mail.header("to"),
        "Élodie Favre <anna@xn--bcher-kva.example>"
    );
}

#[tokio::test]
async fn html_loads_nothing_and_has_no_tables() {
    for letter in all() {
        let html = written(&sample::desk(), &letter).await.html;
        for foreign in [
            "<table", "<img", "<link", "<style", "<script", "url(", "src=",
        ] {
            assert!(!html.contains(foreign), "{foreign}: {html}");
        }
    }
}

#[tokio::test]
async fn d7_the_contact_mailbox_is_told_of_a_waiting_request_and_of_nobody() {
    let desk = sample::desk();
    for language in Language::ALL {
        let mail = written(&desk, &sample::about_request(language)).await;
        assert!(mail.text.contains("42"), "{}", mail.text);
        for personal in [sample::USERNAME, "Favre", "Élodie", "people.example"] {
            assert!(!mail.text.contains(personal), "{personal}: {}", mail.text);
            assert!(!mail.html.contains(personal), "{personal}: {}", mail.html);
        }
    }
}
