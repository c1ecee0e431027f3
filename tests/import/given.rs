//! The given directory exports: every planted flaw on its line, everything else goes in.

use super::{Bench, figures, given};
use deskhand::domain::account::AccountState;
use deskhand::domain::record::RecordKind;

const EIAM_FLAWS: [(u64, &str); 7] = [
    (9, "malformed-email"),
    (10, "unknown-language"),
    (11, "unknown-state"),
    (13, "username-seen"),
    (14, "missing-email"),
    (17, "empty-scope"),
    (22, "wrong-field-count"),
];

#[tokio::test]
async fn eiam_every_planted_flaw_is_named_on_its_line() {
    let Some(bytes) = given("eiam-accounts.csv") else {
        return;
    };
    let bench = Bench::new("eiam").await;
    let told = bench.accounts(&bytes).await;
    assert_eq!(told.rejected(), EIAM_FLAWS);
    assert_eq!(figures(told.counts), [2_994, 0, 0, 7]);
    let formula = bench.account("eric.godet").await.account.data;
    assert_eq!(
        formula.given_name,
        "=HYPERLINK(\"http://example.com\",\"x\")"
    );
    assert_eq!(
        bench.account("loic.botteron").await.account.data.surname,
        "@everyone **bold** <b>x</b>"
    );
    let again = bench.accounts(&bytes).await;
    assert_eq!(figures(again.counts), [0, 0, 2_994, 7]);
    assert_eq!((again.counts.missing, again.counts.conflicts), (0, 0));
}

#[tokio::test]
async fn eiam_the_corrected_rejects_go_in() {
    let Some(bytes) = given("eiam-accounts.csv") else {
        return;
    };
    let bench = Bench::new("eiam").await;
    bench.accounts(&bytes).await;
    let rejected = std::fs::read_to_string(bench.rejects()).unwrap();
    assert!(rejected.starts_with("username,given_name,surname,email,language,scope,groups,state,password_expires,external_id,fiscal_code,line,reason\n"));
    let corrected = rejected
        .replace("no-at-sign.example.ch", "right@example.ch")
        .replace(",xx,", ",de,")
        .replace("aktiv?", "active")
        .replace("Ernst,,", "Ernst,marlene@example.ch,")
        .replace(",de,,KT_User", ",de,ZH/CITY,KT_User")
        .replace(
            "broken,unclosed quote,,,,,,,,,,",
            "broken,Whole,Again,whole@example.ch,de,ZH/CITY,KT_User,active,,,,",
        )
        // the cell that kept the row from going in as it was
        .replace("(2 instead of 11),\n", "(2 instead of 11)\n");
    let told = bench.accounts(corrected).await;
    assert_eq!(figures(told.counts), [6, 0, 1, 0], "{:?}", told.rejected());
    assert_eq!(told.counts.missing, 2_993);
    assert!(
        !bench.rejects().exists(),
        "nothing was rejected, no file of the former run stays"
    );
}

#[tokio::test]
async fn extranet_goes_in_whole_with_its_many_scopes() {
    let Some(bytes) = given("extranet-accounts.csv") else {
        return;
    };
    let bench = Bench::new("extranet").await;
    let told = bench.accounts(&bytes).await;
    assert_eq!(told.rejected(), []);
    assert_eq!(figures(told.counts), [1_859, 0, 0, 0]);
    for (name, scopes) in [
        ("fredo.castellitto", 4),
        ("antonella.ioppi", 5),
        ("alberto.ferrante", 5),
        ("biagio.pastine", 8),
    ] {
        assert_eq!(
            bench.account(name).await.account.data.scopes.len(),
            scopes,
            "{name}"
        );
    }
    assert_eq!(
        figures(bench.accounts(&bytes).await.counts),
        [0, 0, 1_859, 0]
    );
}

#[tokio::test]
async fn alunni_accounts_are_read_in_the_portals_own_shape() {
    let Some(bytes) = given("alunni-web-utenti.csv") else {
        return;
    };
    let bench = Bench::new("alunni-web").await;
    let told = bench.accounts(&bytes).await;
    let flaws = [
        (5, "impossible-date"),
        (6, "malformed-email"),
        (8, "username-seen"),
        (11, "unknown-state"),
    ];
    assert_eq!(told.rejected(), flaws);
    assert_eq!(figures(told.counts), [4_242, 0, 0, 4]);
    let stein = bench.account("0000003").await.account.data;
    assert_eq!(stein.username.as_str(), "0000003");
    assert_eq!(Vec::from_iter(stein.groups), ["Personale ATA", "Tutori"]);
    assert_eq!(stein.password_expires.unwrap().to_string(), "2026-03-03");
    assert_eq!(
        (stein.state, stein.fiscal_code),
        (AccountState::Active, None)
    );
    let rejected = std::fs::read(bench.rejects()).unwrap();
    assert!(rejected.starts_with(b"Gruppi;Cognome;Nome;Nome utente;Mail utente;Attivo;Scadenza password;Codice fiscale;line;reason\r\n"));
    assert_eq!(
        figures(bench.accounts(&bytes).await.counts),
        [0, 0, 4_242, 4]
    );
}

#[tokio::test]
async fn alunni_the_corrected_rejects_go_in() {
    let Some(bytes) = given("alunni-web-utenti.csv") else {
        return;
    };
    let bench = Bench::new("alunni-web").await;
    bench.accounts(&bytes).await;
    let rejected = std::fs::read(bench.rejects()).unwrap();
    // one byte a character, whatever it means, as an editor that knows the encoding leaves it
    let text: String = rejected.iter().map(|byte| char::from(*byte)).collect();
    assert_eq!(text.matches("\r\n").count(), text.matches('\n').count());
    let corrected = text
        .replace("31/02/2026", "28/02/2026")
        .replace("a@@b", "costanzo@posta.example.it")
        .replace(";forse;", ";No;")
        .replace(
            "CAPECCHI;FEDERICA;0000007;",
            "CAPECCHI;NICOL\u{d2};9000007;",
        );
    let bytes: Vec<u8> = corrected.chars().map(|sign| sign as u8).collect();
    let told = bench.accounts(bytes).await;
    assert_eq!(figures(told.counts), [4, 0, 0, 0], "{:?}", told.rejected());
    let data = bench.account("9000007").await.account.data;
    assert_eq!(data.given_name, "NICOLÒ");
    assert_eq!(
        bench.account("0000010").await.account.data.state,
        AccountState::Deactivated
    );
    assert!(!bench.rejects().exists());
}

#[tokio::test]
async fn alunni_records_are_read_in_the_registers_own_shape() {
    let Some(bytes) = given("alunni-web-anagrafiche.csv") else {
        return;
    };
    let bench = Bench::new("alunni-web").await;
    let told = bench.records(&bytes).await;
    assert_eq!(
        figures(told.counts),
        [5_000, 0, 0, 0],
        "{:?}",
        told.rejected()
    );
    let record = bench.record("00000000000007").await.data;
    assert_eq!(
        (record.kind, record.class.as_deref()),
        (RecordKind::Student, Some("5A"))
    );
    assert_eq!(record.scope.unwrap().as_str(), "Plesso Nord");
    assert_eq!(
        bench.record("00000000000003").await.data.kind,
        RecordKind::Employee
    );
    assert_eq!(
        figures(bench.records(&bytes).await.counts),
        [0, 0, 5_000, 0]
    );
}
