//! D11: a value that the desk changed, and who wins when the file says otherwise.

use super::{Bench, Told, figures};
use deskhand::domain::account::{AccountData, AccountState};
use deskhand::domain::change::{Change, NewCode, Write};
use deskhand::domain::code::{CodeBits, CodeKind};
use deskhand::domain::email::EmailAddress;
use deskhand::domain::ids::CodeId;
use deskhand::domain::import::Field;
use deskhand::domain::language::Language;
use deskhand::domain::lock::{Lock, LockSource, LoginOutcome};
use deskhand::ports::clock::Clock as _;
use deskhand::ports::store::{Committed, LoginReport};

const HEADER: &str = "username,given_name,surname,email,state,locked";

impl Bench {
    async fn row(&self, row: &str) -> Told {
        self.accounts(format!("{HEADER}\n{row}\n")).await
    }

    /// The desk changes a value of its own, as a command does.
    async fn desk_changes(&self, key: &str, field: Field, change: impl FnOnce(&mut AccountData)) {
        let before = self.account(key).await.account;
        let mut after = before.data.clone();
        change(&mut after);
        let imported = field.text(&before.data);
        let account = before.id;
        let writes = vec![
            Write::UpdateAccount {
                before: Box::new(before),
                after: Box::new(after),
            },
            Write::MarkDeskChange {
                account,
                field,
                imported,
            },
        ];
        let change = Change {
            desk: self.desk.id,
            at: self.clock.now(),
            interaction: None,
            writes,
            audit: vec![],
        };
        assert_eq!(self.store.commit(change).await.unwrap(), Committed::Done);
    }

    async fn with_corrected_mail() -> Self {
        let bench = Self::new("eiam").await;
        bench.row("anna,Anna,Rossi,old@example.ch,active,no").await;
        bench
            .desk_changes("anna", Field::Email, |data| {
                data.email = EmailAddress::parse("desk@example.ch").ok();
            })
            .await;
        bench
    }

    async fn mail(&self) -> String {
        self.account("anna")
            .await
            .account
            .data
            .email
            .unwrap()
            .as_str()
            .to_owned()
    }
}

#[tokio::test]
async fn d11_the_desks_address_wins_while_the_file_shows_the_old_one() {
    let bench = Bench::with_corrected_mail().await;
    for _ in 0..2 {
        let told = bench.row("anna,Anna,Rossi,old@example.ch,active,no").await;
        assert_eq!(figures(told.counts), [0, 0, 1, 0]);
        assert_eq!(
            (told.counts.conflicts, told.conflicts()),
            (1, vec![(2, Field::Email)])
        );
        assert_eq!(bench.mail().await, "desk@example.ch");
    }
}

#[tokio::test]
async fn d11_once_the_file_shows_the_desks_address_later_ones_are_the_files() {
    let bench = Bench::with_corrected_mail().await;
    let told = bench.row("anna,Anna,Rossi,desk@example.ch,active,no").await;
    assert_eq!(
        (figures(told.counts), told.counts.conflicts),
        ([0, 0, 1, 0], 0)
    );
    assert_eq!(bench.account("anna").await.desk_changes, []);
    let told = bench.row("anna,Anna,Rossi,old@example.ch,active,no").await;
    assert_eq!(
        (figures(told.counts), told.counts.conflicts),
        ([0, 1, 0, 0], 0)
    );
    assert_eq!(bench.mail().await, "old@example.ch");
}

#[tokio::test]
async fn d11_the_files_spelling_of_the_desks_address_is_no_conflict() {
    let bench = Bench::with_corrected_mail().await;
    let told = bench.row("anna,Anna,Rossi,Desk@Example.CH,active,no").await;
    assert_eq!(told.counts.conflicts, 0);
    assert_eq!(bench.account("anna").await.desk_changes, []);
    assert_eq!(bench.mail().await, "Desk@Example.CH");
}

#[tokio::test]
async fn d11_a_third_address_is_taken_and_reported_once() {
    let bench = Bench::with_corrected_mail().await;
    let told = bench
        .row("anna,Anna,Rossi,third@example.ch,active,no")
        .await;
    assert_eq!(
        (figures(told.counts), told.counts.conflicts),
        ([0, 1, 0, 0], 1)
    );
    assert_eq!(bench.mail().await, "third@example.ch");
    let told = bench
        .row("anna,Anna,Rossi,third@example.ch,active,no")
        .await;
    assert_eq!(
        (figures(told.counts), told.counts.conflicts),
        ([0, 0, 1, 0], 0)
    );
}

#[tokio::test]
async fn d11_other_values_of_the_row_go_in_beside_a_conflict() {
    let bench = Bench::with_corrected_mail().await;
    let told = bench
        .row("ANNA,Anna Maria,Rossi,old@example.ch,active,no")
        .await;
    assert_eq!(
        (figures(told.counts), told.counts.conflicts),
        ([0, 1, 0, 0], 1)
    );
    let data = bench.account("anna").await.account.data;
    assert_eq!(
        (data.given_name.as_str(), data.username.as_str()),
        ("Anna Maria", "anna")
    );
}

#[tokio::test]
async fn d11_no_import_reactivates_and_invited_becomes_active() {
    let bench = Bench::new("own").await;
    bench.row("anna,Anna,Rossi,,invited,no").await;
    bench.row("anna,Anna,Rossi,,active,no").await;
    assert_eq!(
        bench.account("anna").await.account.data.state,
        AccountState::Active
    );
    bench
        .desk_changes("anna", Field::State, |data| {
            data.state = AccountState::Deactivated;
        })
        .await;
    for state in ["active", "invited", "unknown"] {
        let told = bench.row(&format!("anna,Anna,Rossi,,{state},no")).await;
        assert_eq!(told.conflicts(), [(2, Field::State)]);
        assert_eq!(
            bench.account("anna").await.account.data.state,
            AccountState::Deactivated
        );
    }
    assert_eq!(
        bench
            .row("anna,Anna,Rossi,,deactivated,no")
            .await
            .counts
            .conflicts,
        0
    );
}

#[tokio::test]
async fn d11_an_import_opens_only_its_own_locks() {
    let bench = Bench::new("own").await;
    bench.row("anna,Anna,Rossi,,active,yes").await;
    assert!(matches!(
        bench.account("anna").await.account.data.lock,
        Lock::Locked {
            by: LockSource::Import,
            ..
        }
    ));
    assert_eq!(
        figures(bench.row("anna,Anna,Rossi,,active,yes").await.counts),
        [0, 0, 1, 0],
        "locked since then"
    );
    bench.row("anna,Anna,Rossi,,active,no").await;
    assert_eq!(bench.account("anna").await.account.data.lock, Lock::OPEN);
    let username = bench.account("anna").await.account.data.username;
    let at = bench.clock.now();
    let report = LoginReport {
        username,
        outcome: LoginOutcome::Failure,
        max_failures: 1,
        at,
        salt: [0; 16],
    };
    bench
        .store
        .record_login(bench.desk.id, &report)
        .await
        .unwrap();
    let told = bench.row("anna,Anna,Rossi,,active,no").await;
    assert_eq!(told.conflicts(), [(2, Field::Locked)]);
    assert!(matches!(
        bench.account("anna").await.account.data.lock,
        Lock::Locked {
            by: LockSource::Portal,
            ..
        }
    ));
}

#[tokio::test]
async fn d11_an_unlock_by_the_desk_outlives_a_file_that_still_says_locked() {
    let bench = Bench::new("own").await;
    bench.row("anna,Anna,Rossi,,active,yes").await;
    bench
        .desk_changes("anna", Field::Locked, |data| data.lock = Lock::OPEN)
        .await;
    let told = bench.row("anna,Anna,Rossi,,active,yes").await;
    assert_eq!(told.conflicts(), [(2, Field::Locked)]);
    assert_eq!(bench.account("anna").await.account.data.lock, Lock::OPEN);
}

#[tokio::test]
async fn a_missing_column_touches_nothing_and_new_accounts_get_the_desks_language() {
    let bench = Bench::new("own").await;
    bench
        .accounts(
            "username,given_name,surname,email,language,groups\nanna,Anna,Rossi,a@example.ch,fr,\n",
        )
        .await;
    let told = bench
        .accounts("username,given_name,surname\nanna,Anna,Bianchi\nbert,Bert,Blanc\n")
        .await;
    assert_eq!(figures(told.counts), [1, 1, 0, 0]);
    let anna = bench.account("anna").await.account.data;
    assert_eq!(
        (anna.language, anna.email.unwrap().as_str()),
        (Language::Fr, "a@example.ch")
    );
    let bert = bench.account("bert").await.account.data;
    assert_eq!(
        (bert.language, bert.state, bert.lock),
        (Language::It, AccountState::Unknown, Lock::Unknown)
    );
}

#[tokio::test]
async fn scope_and_language_of_the_command_line_fill_missing_columns_only() {
    let bench = Bench::new("own").await;
    let mut options =
        bench.file("username,given_name,surname,language\nanna,Anna,Rossi,fr\nbert,Bert,Blanc,\n");
    options.scope = deskhand::domain::scope::Scope::parse("VD").ok();
    options.language = Some(Language::De);
    bench.try_accounts(&options).await.unwrap();
    let anna = bench.account("anna").await.account;
    assert_eq!(
        (
            anna.data.language,
            anna.effective_scopes().first().unwrap().as_str()
        ),
        (Language::Fr, "VD")
    );
    assert_eq!(
        bench.account("bert").await.account.data.language,
        Language::It,
        "the column is there: the desk's"
    );
    options.path = bench
        .file("username,given_name,surname\ncarl,Carl,Neri\n")
        .path;
    bench.try_accounts(&options).await.unwrap();
    assert_eq!(
        bench.account("carl").await.account.data.language,
        Language::De
    );
}

#[tokio::test]
async fn a_new_account_needs_a_mail_where_the_profile_demands_one_even_without_the_column() {
    let bench = Bench::new("eiam").await;
    bench.row("anna,Anna,Rossi,a@example.ch,active,no").await;
    let told = bench
        .accounts("username,given_name,surname\nbert,Bert,Blanc\nanna,Anna,Bianchi\n")
        .await;
    assert_eq!(figures(told.counts), [0, 1, 0, 1]);
    assert_eq!(told.rejected(), [(2, "missing-email")]);
}

/// R15: another mail address, or a deactivation, ends the codes that went out before, whoever made the change.
#[tokio::test]
async fn r15_an_import_that_changes_the_address_or_deactivates_ends_open_codes() {
    for row in [
        "anna,Anna,Rossi,new@example.ch,active,no",
        "anna,Anna,Rossi,old@example.ch,deactivated,no",
    ] {
        let bench = Bench::new("eiam").await;
        bench.row("anna,Anna,Rossi,old@example.ch,active,no").await;
        let account = bench.account("anna").await.account;
        let now = bench.clock.now();
        let code = NewCode {
            id: CodeId(77),
            account: account.id,
            kind: CodeKind::Onboarding,
            bits: CodeBits([7; 16]),
            hash: "sha256:77".to_owned(),
            issued_at: now,
            expires_at: now,
        };
        let writes = vec![Write::IssueCode(code)];
        let change = Change {
            desk: bench.desk.id,
            at: now,
            interaction: None,
            writes,
            audit: vec![],
        };
        assert_eq!(bench.store.commit(change).await.unwrap(), Committed::Done);
        for same in ["old@example.ch", "Old@Example.CH", "old@example.ch"] {
            bench
                .row(&format!("anna,Anna,Rossi,{same},active,no"))
                .await;
            assert!(
                bench
                    .store
                    .find_code(bench.desk.id, "sha256:77")
                    .await
                    .unwrap()
                    .is_some(),
                "{same}: another spelling is no other address"
            );
        }
        bench.row(row).await;
        assert!(
            bench
                .store
                .find_code(bench.desk.id, "sha256:77")
                .await
                .unwrap()
                .is_none(),
            "{row}"
        );
    }
}
