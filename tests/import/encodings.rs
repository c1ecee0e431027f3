//! Encodings, delimiters, line ends, titles: what the systems write is read.

use super::{Bench, figures};
use deskhand::directory::Progress;
use deskhand::domain::scope::Scope;

#[tokio::test]
async fn windows_1252_and_utf8_with_and_without_mark_give_the_same_people() {
    let utf8 = "username;given_name;surname\nzoe;Zoë;Müller – Œrsted\n";
    let mut marked = b"\xef\xbb\xbf".to_vec();
    marked.extend_from_slice(utf8.as_bytes());
    let western = b"username;given_name;surname\nzoe;Zo\xeb;M\xfcller \x96 \x8crsted\n";
    for (bytes, encoding) in [
        (utf8.as_bytes(), "UTF-8"),
        (&marked, "UTF-8"),
        (western, "Windows-1252"),
    ] {
        let bench = Bench::new("own").await;
        let told = bench.accounts(bytes).await;
        assert_eq!(figures(told.counts), [1, 0, 0, 0]);
        let data = bench.account("zoe").await.account.data;
        assert_eq!(
            (data.given_name.as_str(), data.surname.as_str()),
            ("Zoë", "Müller – Œrsted")
        );
        let checked = told.progress.first().unwrap();
        assert!(
            matches!(checked, Progress::Checked { encoding: found, delimiter: ';', .. } if *found == encoding)
        );
    }
}

#[tokio::test]
async fn columns_come_in_any_order_under_either_titles() {
    let bench = Bench::new("alunni-web").await;
    let text = "Attivo\tnome utente\tSURNAME\t Nome \tGruppi\tbirth_date\tOggetto\tScope\n\
        no\t007\tRossi\tAnna\tDocenti, Tutori\t1/2/2003\tx\tA/B|C\n";
    let told = bench.accounts(text).await;
    assert_eq!(figures(told.counts), [1, 0, 0, 0], "{:?}", told.rejected());
    let ignored: Vec<_> = told
        .progress
        .iter()
        .filter(|p| matches!(p, Progress::IgnoredColumn { .. }))
        .collect();
    assert_eq!(
        ignored,
        [&Progress::IgnoredColumn {
            title: "Oggetto".to_owned()
        }]
    );
    let data = bench.account("007").await.account.data;
    assert_eq!((data.state.code(), data.groups.len()), ("deactivated", 2));
    assert_eq!(data.birth_date.unwrap().to_string(), "2003-02-01");
    assert_eq!(
        Vec::from_iter(data.scopes),
        [Scope::parse("A/B").unwrap(), Scope::parse("C").unwrap()]
    );
}

#[tokio::test]
async fn line_numbers_are_the_files_own_across_quoted_breaks_and_blank_lines() {
    let bench = Bench::new("own").await;
    let told = bench
        .accounts("username,given_name,surname\r\na,\"An\r\nna\",Rossi\r\n\r\n,x,y\r\n\"b\",,z\r\n")
        .await;
    assert_eq!(told.rejected(), [(5, "no-username"), (6, "no-given-name")]);
    assert_eq!(bench.account("a").await.account.data.given_name, "An na");
}

#[tokio::test]
async fn old_line_ends_and_a_last_line_without_one_are_read() {
    let bench = Bench::new("own").await;
    assert_eq!(
        figures(
            bench
                .accounts("username,given_name,surname\ra,A,B\rc,C,D")
                .await
                .counts
        ),
        [2, 0, 0, 0]
    );
}

#[tokio::test]
async fn fiscal_codes_are_trimmed_and_upper_case_and_formulas_are_data() {
    let bench = Bench::new("own").await;
    bench
        .accounts("username,given_name,surname,fiscal_code\n+1,=1+1, @here ,\" abc \"\n")
        .await;
    let data = bench.account("+1").await.account.data;
    assert_eq!(
        (data.given_name.as_str(), data.surname.as_str()),
        ("=1+1", "@here")
    );
    assert_eq!(data.fiscal_code.as_deref(), Some("ABC"));
}

#[tokio::test]
async fn a_pipe_can_be_imported() {
    let bench = Bench::new("own").await;
    let mut options = bench.file("");
    options.path = bench.path("pipe");
    let made = std::process::Command::new("mkfifo")
        .arg(&options.path)
        .status()
        .unwrap();
    assert!(made.success());
    let path = options.path.clone();
    let writer = std::thread::spawn(move || {
        std::fs::write(path, "username,given_name,surname\na,A,B\n").unwrap();
    });
    let told = bench.try_accounts(&options).await.unwrap();
    writer.join().unwrap();
    assert_eq!(figures(told.counts), [1, 0, 0, 0]);
}
