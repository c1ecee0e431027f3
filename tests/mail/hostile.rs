//! R35: what people wrote is data, in headers and in HTML.

use deskhand::domain::account::UserName;
use deskhand::domain::desk::Desk;
use deskhand::domain::language::Language;
use deskhand::domain::letter::LetterKind;
use deskhand::ports::mailer::Letter;

use super::letters::written;
use super::sample;

#[tokio::test]
async fn r35_names_cannot_add_headers() {
    let attacks = [
        "Eve\r\nBcc: victim@example.ch",
        "Eve\nX-Evil: 1",
        "Eve\rX-Evil: 1",
        "Eve\u{2028}X",
        "\"Eve\" <eve@example.com>, x",
        "Eve\u{202E}evE",
        &"é".repeat(300),
        &"Eve ".repeat(200),
    ];
    for attack in attacks {
        let letter = Letter {
            name: attack.to_owned(),
            username: UserName::parse("eve").expect("a user name"),
            ..sample::letter(LetterKind::Username, Language::En)
        };
        let desk = Desk {
            name: attack.to_owned(),
            ..sample::desk()
        };
        let mail = written(&desk, &letter).await;
        let names: Vec<_> = mail
            .headers
            .iter()
            .map(|(name, _)| name.to_lowercase())
            .collect();
        assert!(
            !names
                .iter()
                .any(|name| name == "bcc" || name == "x-evil" || name == "cc"),
            "{names:?}"
        );
        assert_eq!(names.len(), 10, "{names:?}");
        let to = mailparse::addrparse(mail.header("to"));
        assert!(
            mail.header("to").ends_with("<elodie.favre@example.ch>"),
            "{to:?}"
        );
        assert!(!mail.text.contains('\u{202E}'));
    }
}

#[tokio::test]
async fn r35_html_shows_hostile_names_as_they_are_written() {
    let name = "<script>alert(1)</script> & \"Rossi\" <img src=https://evil.example/x>";
    let letter = Letter {
        name: name.to_owned(),
        ..sample::letter(LetterKind::Username, Language::It)
    };
    let mail = written(&sample::desk(), &letter).await;
    assert!(mail.text.contains(name));
    assert!(
        !mail.html.contains("<script") && !mail.html.contains("<img"),
        "{}",
        mail.html
    );
    assert!(
        mail.html
            .contains("&lt;script&gt;alert(1)&lt;/script&gt; &amp; "),
        "{}",
        mail.html
    );
}
