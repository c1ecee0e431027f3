//! Files that are broken, wrong or meant ill: one clear line, and nothing goes in.

use super::{Bench, figures};
use deskhand::directory::{FileProblem, ImportError};

impl Bench {
    /// Why a file is refused as a whole; nothing of it may be in.
    async fn refusal(&self, bytes: impl AsRef<[u8]>) -> FileProblem {
        let error = self.try_accounts(&self.file(bytes)).await.unwrap_err();
        assert_eq!(error.to_string().lines().count(), 1);
        assert_eq!(
            self.store.count_accounts(self.desk.id, None).await.unwrap(),
            0
        );
        assert!(self.audit().await.is_empty());
        assert!(!self.rejects().exists());
        match error {
            ImportError::File { problem, .. } => problem,
            other => panic!("{other}"),
        }
    }
}

const HEADER: &str = "username,given_name,surname\n";

#[tokio::test]
async fn what_is_no_table_is_refused_before_anything_goes_in() {
    let bench = Bench::new("own").await;
    let after = |tail: &[u8]| [HEADER.as_bytes(), b"a,A,B\n", tail].concat();
    assert_eq!(bench.refusal("").await, FileProblem::Empty);
    assert_eq!(bench.refusal("\n \r\n").await, FileProblem::Empty);
    assert_eq!(bench.refusal(HEADER).await, FileProblem::NoRows);
    assert_eq!(
        bench.refusal(after(b"b\0,B,C\n")).await,
        FileProblem::Nul { at: 35, line: 3 }
    );
    assert_eq!(
        bench.refusal(after(b"b,\x8d\n")).await,
        FileProblem::Undefined {
            byte: 0x8d,
            at: 36,
            line: 3
        }
    );
    assert_eq!(bench.refusal(b"\xff\xfeu\0s\0").await, FileProblem::Utf16);
    assert_eq!(
        bench.refusal(vec![b'x'; 1_000_000]).await,
        FileProblem::LongLine { line: 1 }
    );
    let columns = "username, given_name, surname".to_owned();
    assert_eq!(
        bench.refusal("{\"a\": 1}\n[]\n").await,
        FileProblem::MissingColumns { line: 1, columns }
    );
    let columns = "username".to_owned();
    let found = bench.refusal("\nname,given_name,surname\na,b,c\n").await;
    assert_eq!(found, FileProblem::MissingColumns { line: 2, columns });
    let found = bench
        .refusal("username,Nome,given_name,surname\na,b,c,d\n")
        .await;
    assert_eq!(
        found,
        FileProblem::TwoColumns {
            line: 1,
            column: "given_name"
        }
    );
    assert_eq!(
        bench
            .refusal("username,\"given_name,surname\na,b,c\n")
            .await,
        FileProblem::BrokenHeader { line: 1 }
    );
}

#[tokio::test]
async fn one_line_longer_than_any_row_is_rejected_alone() {
    let bench = Bench::new("own").await;
    let long = |length: usize| "é".repeat(length / 2);
    let text = format!(
        "{HEADER}a,A,B\nlong,{},C\nb,B,{}\nopen,\"B\n{},C\nc,C,D\n",
        long(70_000),
        long(3_000_000),
        long(70_000)
    );
    let told = bench.accounts(text).await;
    let expected = [
        (3, "too-long"),
        (4, "too-long"),
        (5, "unclosed-quote"),
        (6, "too-long"),
    ];
    assert_eq!(told.rejected(), expected);
    assert_eq!(figures(told.counts), [2, 0, 0, 4]);
    let rejected = std::fs::read(bench.rejects()).unwrap();
    assert!(rejected.len() < 2_000_000, "a very long line is cut");
    let told = bench.accounts(rejected).await;
    assert_eq!(figures(told.counts), [0, 0, 0, 4], "and stays rejected");
}

#[tokio::test]
async fn a_folder_and_a_missing_file_are_named() {
    let bench = Bench::new("own").await;
    for path in [bench.folder.path().to_owned(), bench.path("nowhere.csv")] {
        let mut options = bench.file("");
        options.path = path;
        assert!(matches!(
            bench.try_accounts(&options).await,
            Err(ImportError::Unreadable { .. })
        ));
    }
}

#[tokio::test]
async fn an_unclosed_quote_swallows_no_row_after_it() {
    let bench = Bench::new("own").await;
    let rows: String = (0..150)
        .map(|n| format!("user{n},\"Anna \"\"A\"\"\",Rossi\n"))
        .collect();
    let told = bench
        .accounts(format!(
            "{HEADER}bad,\"Anna,Rossi\n{rows}worse,\"x\"y,z\nlast,Anna,\"Rossi\n"
        ))
        .await;
    assert_eq!(
        told.rejected(),
        [
            (2, "unclosed-quote"),
            (153, "text-after-quote"),
            (154, "unclosed-quote")
        ]
    );
    assert_eq!(figures(told.counts), [150, 0, 0, 3]);
}

#[tokio::test]
async fn every_kind_of_flaw_has_its_reason() {
    let bench = Bench::new("eiam").await;
    let header =
        "username,given_name,surname,email,language,scope,groups,state,password_expires,locked";
    let good = [
        "u",
        "G",
        "S",
        "u@example.ch",
        "de",
        "VD",
        "KT_User",
        "active",
        "",
        "no",
    ];
    let flaws = [
        (0, "", "no-username"),
        (0, "\"a\u{7}b\"", "malformed-username"),
        (1, " ", "no-given-name"),
        (2, "", "no-surname"),
        (2, &"x".repeat(501), "too-long"),
        (3, "a@@b", "malformed-email"),
        (3, "Casella mail non definita", "missing-email"),
        (4, "rm", "unknown-language"),
        (5, "", "empty-scope"),
        (5, "VD/", "malformed-scope"),
        (6, "KT_User|Admins", "unknown-group"),
        (7, "aktiv", "unknown-state"),
        (8, "31/02/2026", "impossible-date"),
        (9, "maybe", "unknown-locked"),
        (9, "no,more", "wrong-field-count"),
    ];
    let mut text = format!("{header}\n");
    for (at, (column, value, _)) in flaws.iter().enumerate() {
        let name = format!("u{at}");
        let mut cells = good;
        cells[0] = &name;
        cells[*column] = value;
        text.push_str(&cells.join(","));
        text.push('\n');
    }
    let told = bench.accounts(text).await;
    let expected: Vec<_> = (2..).zip(flaws.map(|(_, _, code)| code)).collect();
    assert_eq!(told.rejected(), expected);
}

#[tokio::test]
async fn user_names_that_differ_in_case_only_are_one() {
    let bench = Bench::new("own").await;
    let told = bench
        .accounts(format!("{HEADER}anna,A,B\nANNA,C,D\n Anna ,E,F\n"))
        .await;
    assert_eq!(
        told.rejected(),
        [(3, "username-seen"), (4, "username-seen")]
    );
    assert_eq!(bench.account("anna").await.account.data.given_name, "A");
}

#[tokio::test]
async fn a_file_of_nothing_but_unclosed_quotes_ends_in_time() {
    let bench = Bench::new("own").await;
    let told = bench
        .accounts(format!("{HEADER}{}", "a,\"b,c\n,,\n".repeat(3_000)))
        .await;
    assert_eq!(figures(told.counts), [0, 0, 0, 6_000]);
}

#[tokio::test]
async fn no_error_and_no_progress_names_a_person() {
    let bench = Bench::new("eiam").await;
    let told = bench
        .accounts(
            "username,given_name,surname,email,groups,state\nx,Zebedee,Quux,zebedee@@quux,Zebedee,Quux\n",
        )
        .await;
    let shown = format!("{told:?}");
    assert!(
        !shown.to_lowercase().contains("zebedee") && !shown.contains("Quux"),
        "{shown}"
    );
}

#[tokio::test]
async fn dates_go_in_as_people_here_write_them_and_no_others() {
    let bench = Bench::new("own").await;
    let forms = ["2027-01-31", "31/01/2027", "31.01.2027", "31.1.2027"];
    let others = [
        "31.02.2027",
        "2027.01.31",
        "31-01-2027",
        "31.01/2027",
        "31.01.27",
        "31.01.",
        "31012027",
        "today",
    ];
    let mut text = "username,given_name,surname,password_expires\n".to_owned();
    for (at, date) in forms.iter().chain(&others).enumerate() {
        text.push_str(&format!("u{at},A,B,{date}\n"));
    }
    let told = bench.accounts(text).await;
    let expected: Vec<_> = (6..14).map(|line| (line, "impossible-date")).collect();
    assert_eq!(told.rejected(), expected);
    for at in 0..forms.len() {
        let data = bench.account(&format!("u{at}")).await.account.data;
        assert_eq!(data.password_expires.unwrap().to_string(), "2027-01-31");
    }
}
