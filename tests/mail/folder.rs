//! Letters as files.

use std::os::unix::fs::PermissionsExt as _;

use deskhand::domain::language::Language;
use deskhand::domain::letter::LetterKind;
use deskhand::mail::MailError;
use deskhand::ports::mailer::DeliveryError;
use secrecy::SecretString;
use tempfile::TempDir;

use super::sample;

fn names(folder: &std::path::Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).expect("the folder");
    entries
        .map(|entry| {
            entry
                .expect("an entry")
                .file_name()
                .into_string()
                .expect("a plain name")
        })
        .collect()
}

#[tokio::test]
async fn a_letter_is_a_file_that_only_the_owner_reads_in_a_folder_made_for_it() {
    let parent = TempDir::new().expect("a folder");
    let folder = parent.path().join("out/letters");
    let mailer = sample::mailer(&format!("file://{}", folder.display()), None);
    assert!(!folder.exists());
    mailer
        .deliver(
            &sample::desk(),
            &sample::letter(LetterKind::Username, Language::De),
        )
        .await
        .expect("a letter");
    assert_eq!(names(&folder), ["letter.1234567.42@mail.example.ch.eml"]);
    let mode =
        |path: &std::path::Path| path.metadata().expect("there").permissions().mode() & 0o777;
    assert_eq!(mode(&folder), 0o700);
    assert_eq!(
        mode(&folder.join("letter.1234567.42@mail.example.ch.eml")),
        0o600
    );
}

#[tokio::test]
async fn the_same_letter_twice_is_one_file_and_many_at_once_are_whole() {
    let folder = TempDir::new().expect("a folder");
    let mailer = sample::mailer(&format!("file://{}", folder.path().display()), None);
    let desk = sample::desk();
    let letter = sample::letter(LetterKind::Reminder, Language::Fr);
    let same = (0..16).map(|_| mailer.deliver(&desk, &letter));
    assert!(
        futures::future::join_all(same)
            .await
            .iter()
            .all(Result::is_ok)
    );
    assert_eq!(names(folder.path()).len(), 1, "no temporary file stays");
    let file = std::fs::read(folder.path().join(&names(folder.path())[0])).expect("the file");
    let mail = sample::Mail::read(&file);
    assert!(mail.html.ends_with("</html>"));
}

#[tokio::test]
async fn an_identity_cannot_leave_the_folder() {
    let folder = TempDir::new().expect("a folder");
    let inner = folder.path().join("inner");
    let mailer = sample::mailer(&format!("file://{}", inner.display()), None);
    let mut letter = sample::letter(LetterKind::Username, Language::De);
    letter.identity = "../../etc/x\r\ny".to_owned();
    mailer
        .deliver(&sample::desk(), &letter)
        .await
        .expect("a letter");
    assert_eq!(names(folder.path()), ["inner"]);
    assert_eq!(names(&inner), ["etc.x.y.42@mail.example.ch.eml"]);
}

#[tokio::test]
async fn r38_a_folder_that_cannot_be_written_is_a_failure_without_its_path() {
    let folder = TempDir::new().expect("a folder");
    let file = folder.path().join("a-file");
    std::fs::write(&file, "").expect("a file");
    let mailer = sample::mailer(
        &format!("file://{}", file.join("secret-place").display()),
        None,
    );
    let failed = mailer
        .deliver(
            &sample::desk(),
            &sample::letter(LetterKind::Username, Language::De),
        )
        .await;
    let Err(DeliveryError::NotNow(why)) = failed else {
        panic!("{failed:?}")
    };
    assert!(
        !why.contains("secret-place") && !why.contains("a-file"),
        "{why}"
    );
    assert!(mailer.check().await.is_err());
}

#[tokio::test]
async fn the_check_makes_the_folder_and_leaves_nothing_in_it() {
    let parent = TempDir::new().expect("a folder");
    let folder = parent.path().join("letters");
    sample::mailer(&format!("file://{}", folder.display()), None)
        .check()
        .await
        .expect("a good folder");
    assert_eq!(names(&folder), Vec::<String>::new());
}

#[test]
fn wrong_settings_are_told_in_one_line() {
    let texts = std::sync::Arc::new(deskhand::locales::Texts::load().expect("texts"));
    let open = |url: &str, from: &str| {
        let opened = deskhand::mail::open(
            &SecretString::from(url),
            from,
            None,
            std::sync::Arc::clone(&texts),
        );
        opened
            .err()
            .unwrap_or_else(|| panic!("taken: {url} {from}"))
    };
    for from in [
        "",
        "desk",
        "Desk <desk>",
        "a@b@c",
        "désk@example.ch",
        "Desk <desk@example.ch>, x@example.ch",
    ] {
        assert!(
            matches!(open("file:///tmp/x", from), MailError::From(_)),
            "{from}"
        );
    }
    for url in [
        "",
        "example.ch",
        "imap://example.ch",
        "smtp://user@example.ch",
        "file://",
    ] {
        let error = open(url, "desk@example.ch");
        assert!(
            matches!(error, MailError::Url(_)) && !error.to_string().contains('\n'),
            "{url}"
        );
    }
}
