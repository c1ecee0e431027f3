//! The file of rejected rows: the source's shape, ready to be corrected and imported again.

use super::{Bench, figures};
use deskhand::directory::ImportError;

const HEADER: &str = "username,given_name,surname";

#[tokio::test]
async fn the_sources_mark_delimiter_and_line_ends_are_kept() {
    let bench = Bench::new("own").await;
    bench
        .accounts("\u{feff}username;given_name;surname\r\nzoé;Zoé;\r\n")
        .await;
    let text = std::fs::read_to_string(bench.rejects()).unwrap();
    assert_eq!(
        text,
        "\u{feff}username;given_name;surname;line;reason\r\nzoé;Zoé;;2;no-surname: no surname\r\n"
    );
    bench
        .accounts(b"username\tgiven_name\tsurname\nzo\xe9\tZo\xe9\t\n")
        .await;
    let bytes = std::fs::read(bench.rejects()).unwrap();
    assert_eq!(bytes, b"username\tgiven_name\tsurname\tline\treason\nzo\xe9\tZo\xe9\t\t2\tno-surname: no surname\n");
}

#[tokio::test]
async fn short_long_and_unclosed_rows_keep_line_and_reason_in_their_columns() {
    let bench = Bench::new("own").await;
    let told = bench
        .accounts(format!("{HEADER}\na,b\nc,d,e,f,g\nh,\"i,j\nk,\"l\"m,n\n"))
        .await;
    assert_eq!(told.counts.rejected, 4);
    let text = std::fs::read_to_string(bench.rejects()).unwrap();
    let lines: Vec<_> = text.lines().collect();
    assert_eq!(
        lines[1],
        "a,b,,2,wrong-field-count: wrong number of fields (2 instead of 3),"
    );
    assert_eq!(
        lines[2],
        "c,d,e,3,wrong-field-count: wrong number of fields (5 instead of 3),f,g"
    );
    assert_eq!(
        lines[3],
        "h,\"\"\"i,j\",,4,unclosed-quote: a quote does not close on this line,"
    );
    assert_eq!(
        lines[4],
        "k,\"\"\"l\"\"m,n\",,5,text-after-quote: text follows a closing quote,"
    );
    let told = bench.accounts(text).await;
    assert_eq!(
        figures(told.counts),
        [0, 0, 0, 4],
        "uncorrected, all are rejected again: {:?}",
        told.rejected()
    );
    let again = std::fs::read_to_string(bench.rejects()).unwrap();
    assert!(
        again.starts_with("username,given_name,surname,line,reason\n"),
        "no second pair of columns: {again}"
    );
}

/// With optional columns at the end, a row filled up with empty cells would go in as if it said so.
#[tokio::test]
async fn rows_of_a_wrong_shape_stay_rejected_until_they_are_corrected() {
    let bench = Bench::new("own").await;
    let header = format!("{HEADER},email,state");
    let told = bench
        .accounts(format!(
            "{header}\na,A,B\nc,C,D,c@example.ch\ne,E,\"F,e@example.ch,active\ng,G,H,g@example.ch,\"active\n\
            k,K,\"L\"M,k@example.ch,active\n"
        ))
        .await;
    assert_eq!(figures(told.counts), [0, 0, 0, 5]);
    for _ in 0..3 {
        let text = std::fs::read_to_string(bench.rejects()).unwrap();
        let told = bench.accounts(text).await;
        assert_eq!(figures(told.counts), [0, 0, 0, 5], "{:?}", told.rejected());
    }
    let text = std::fs::read_to_string(bench.rejects()).unwrap();
    let corrected: Vec<_> = text
        .lines()
        .map(|line| match line.strip_prefix("a,A,B,,,") {
            Some(rest) => format!("a,A,B,a@example.ch,active,{}", rest.trim_end_matches(',')),
            None => line.to_owned(),
        })
        .collect();
    let told = bench.accounts(corrected.join("\n")).await;
    assert_eq!(figures(told.counts), [1, 0, 0, 4]);
}

#[tokio::test]
async fn corrected_rejects_go_in_and_line_and_reason_are_ignored() {
    let bench = Bench::new("own").await;
    bench.accounts(format!("{HEADER}\na,A,\n")).await;
    let text = std::fs::read_to_string(bench.rejects()).unwrap();
    let told = bench.accounts(text.replace("a,A,,", "a,A,B,")).await;
    assert_eq!(figures(told.counts), [1, 0, 0, 0]);
    assert_eq!(
        told.progress.len(),
        2,
        "no ignored column is told: {:?}",
        told.progress
    );
    assert!(!bench.rejects().exists());
}

#[tokio::test]
async fn alunni_rejects_keep_the_portals_form_and_go_in_corrected() {
    let bench = Bench::new("alunni-web").await;
    let titles =
        "Gruppi;Cognome;Nome;Nome utente;Mail utente;Attivo;Scadenza password;Codice fiscale";
    let row = "Docenti, Tutori;CARUSO;NICOL\u{d2};0000049;a@@b;Si;31/02/2027;";
    let western = |text: &str| -> Vec<u8> { text.chars().map(|sign| sign as u8).collect() };
    bench
        .accounts(western(&format!("{titles}\r\n{row}\r\n")))
        .await;
    let rejected = std::fs::read(bench.rejects()).unwrap();
    let reason = "2;\"malformed-email: malformed mail address; also impossible-date: impossible date in \
        password_expires (known forms: yyyy-mm-dd dd/mm/yyyy dd.mm.yyyy)\"";
    assert_eq!(
        rejected,
        western(&format!("{titles};line;reason\r\n{row};{reason}\r\n"))
    );
    let text: String = rejected.iter().map(|byte| char::from(*byte)).collect();
    let corrected = text
        .replace("a@@b", "n@scuola.example.it")
        .replace("31/02", "28/02");
    let told = bench.accounts(western(&corrected)).await;
    assert_eq!(figures(told.counts), [1, 0, 0, 0], "{:?}", told.rejected());
    let data = bench.account("0000049").await.account.data;
    assert_eq!((data.given_name.as_str(), data.groups.len()), ("NICOLÒ", 2));
}

#[tokio::test]
async fn rejects_go_where_they_are_told_and_nothing_goes_in_when_they_cannot() {
    let bench = Bench::new("own").await;
    let mut options = bench.file(format!("{HEADER}\na,A,B\nb,,\n"));
    for place in ["nowhere/rejects.csv", "."] {
        options.rejects = Some(bench.path(place));
        assert!(matches!(
            bench.try_accounts(&options).await,
            Err(ImportError::Rejects { .. })
        ));
    }
    options.rejects = Some(options.path.clone());
    assert!(matches!(
        bench.try_accounts(&options).await,
        Err(ImportError::RejectsIntoFile(_))
    ));
    assert_eq!(
        bench
            .store
            .count_accounts(bench.desk.id, None)
            .await
            .unwrap(),
        0
    );
    assert!(bench.audit().await.is_empty());
    options.rejects = Some(bench.path("elsewhere.csv"));
    assert_eq!(
        figures(bench.try_accounts(&options).await.unwrap().counts),
        [1, 0, 0, 1]
    );
    assert!(bench.path("elsewhere.csv").exists() && !bench.rejects().exists());
}

#[tokio::test]
async fn an_older_rejects_file_is_replaced_and_a_device_is_left_alone() {
    let bench = Bench::new("own").await;
    std::fs::write(bench.rejects(), "old\n".repeat(100)).unwrap();
    bench.accounts(format!("{HEADER}\na,A,\n")).await;
    assert!(
        !std::fs::read_to_string(bench.rejects())
            .unwrap()
            .contains("old")
    );
    bench.accounts(format!("{HEADER}\na,A,B\n")).await;
    assert!(!bench.rejects().exists());
    let mut options = bench.file(format!("{HEADER}\na,A,B\n"));
    options.rejects = Some("/dev/null".into());
    bench.try_accounts(&options).await.unwrap();
    assert!(!std::fs::metadata("/dev/null").unwrap().is_file());
}

#[tokio::test]
async fn rejected_rows_are_for_their_owner_only() {
    use std::os::unix::fs::PermissionsExt as _;
    let bench = Bench::new("own").await;
    bench.accounts(format!("{HEADER}\na,A,\n")).await;
    assert_eq!(
        std::fs::metadata(bench.rejects())
            .unwrap()
            .permissions()
            .mode()
            & 0o777,
        0o600
    );
}

#[tokio::test]
async fn a_row_is_told_all_that_is_wrong_with_it_at_once() {
    let bench = Bench::new("eiam").await;
    let columns = "email,groups,password_expires,locked";
    let told = bench
        .accounts(format!(
            "{HEADER},{columns}\na,A,,a@@b,KT_User|Zebedee,31.02.2027,maybe\n"
        ))
        .await;
    assert_eq!(told.rejected(), [(2, "malformed-email")]);
    assert_eq!(figures(told.counts), [0, 0, 0, 1]);
    let text = std::fs::read_to_string(bench.rejects()).unwrap();
    let row = "a,A,,a@@b,KT_User|Zebedee,31.02.2027,maybe";
    let reasons = "malformed-email: malformed mail address; \
        also unknown-group: unknown group in groups (known: KT_User, KT_ErhV, Spital_User, Spital_ErhV); \
        also impossible-date: impossible date in password_expires (known forms: yyyy-mm-dd dd/mm/yyyy dd.mm.yyyy); \
        also unknown-locked: unknown value of locked (known: yes no); \
        also no-surname: no surname";
    assert_eq!(
        text,
        format!("{HEADER},{columns},line,reason\n{row},2,\"{reasons}\"\n")
    );
    let corrected = text.replace(row, "a,A,B,a@example.ch,KT_User,28.02.2027,yes");
    let told = bench.accounts(corrected).await;
    assert_eq!(figures(told.counts), [1, 0, 0, 0], "{:?}", told.rejected());
    let data = bench.account("a").await.account.data;
    assert_eq!(data.password_expires.unwrap().to_string(), "2027-02-28");
}

#[tokio::test]
async fn a_name_that_is_too_long_is_not_told_to_be_missing() {
    let bench = Bench::new("alunni-web").await;
    let long = "x".repeat(501);
    bench.accounts(format!("{HEADER}\na,{long},\n")).await;
    let text = std::fs::read_to_string(bench.rejects()).unwrap();
    let told = "too-long: given_name is longer than 500 characters; also no-surname: no surname";
    assert!(text.ends_with(&format!(",2,{told}\n")), "{text}");
    bench
        .records(format!(
            "external_id,kind,given_name,surname\n1,alien,,{long}\n"
        ))
        .await;
    let text = std::fs::read_to_string(bench.rejects()).unwrap();
    let told = "unknown-kind: unknown kind (known: student guardian employee); \
        also too-long: surname is longer than 500 characters; also no-given-name: no given name";
    assert!(text.ends_with(&format!(",2,{told}\n")), "{text}");
}

#[tokio::test]
async fn the_known_groups_are_told_in_the_files_own_encoding() {
    let bench = Bench::new("alunni-web").await;
    bench
        .accounts(b"username,given_name,surname,groups\nzo\xe9,Zo\xe9,B,Bidelli\n")
        .await;
    let bytes = std::fs::read(bench.rejects()).unwrap();
    let text: String = bytes.iter().map(|byte| char::from(*byte)).collect();
    assert!(
        text.contains("(known: Docenti, Personale ATA, Tutori, ") && text.contains("contabilità, "),
        "{text}"
    );
    let corrected = text.replace("Bidelli", "Personale ATA");
    let bytes: Vec<u8> = corrected.chars().map(|sign| sign as u8).collect();
    let told = bench.accounts(bytes).await;
    assert_eq!(figures(told.counts), [1, 0, 0, 0], "{:?}", told.rejected());
    assert_eq!(bench.account("zoé").await.account.data.given_name, "Zoé");
}

#[tokio::test]
async fn a_profile_without_groups_says_how_the_desk_names_its_own() {
    let bench = Bench::new("own").await;
    bench
        .accounts(format!("{HEADER},groups\na,A,B,Admins\n"))
        .await;
    let text = std::fs::read_to_string(bench.rejects()).unwrap();
    let told = "unknown-group: unknown group in groups (known: none; the desk's settings name them by groups = [...])";
    assert!(text.ends_with(&format!(",2,{told}\n")), "{text}");
}
