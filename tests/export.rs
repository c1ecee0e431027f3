//! `deskhand export accounts`: a file that the import reads back unchanged, and the list to carry over (D12).

use std::sync::{Arc, OnceLock};

use deskhand::app::local::cast::{self, CLAIRE, EIAM, EXTRANET, SCHOOL};
use deskhand::directory::samples::{ALUNNI_WEB_ACCOUNTS, EIAM_ACCOUNTS};
use deskhand::directory::{
    Counts, ExportOptions, Exported, ImportOptions, export_accounts, import_accounts,
};
use deskhand::domain::account::{AccountData, AccountState};
use deskhand::domain::language::Language::Fr;
use deskhand::domain::lock::Lock;
use deskhand::locales::args;
use deskhand::ports::clock::Clock as _;
use deskhand::ports::store::Store;
use jiff::civil::date;
use tempfile::TempDir;

use crate::support::desk::{Backend, TestDesk, locked_by_portal, on_both, scopes};
use crate::support::gated_store::{Gate, GatedStore};
use crate::support::process::{deskhand as program, run};

const RAW: ExportOptions = ExportOptions {
    changed_since: None,
    raw: true,
};

async fn export(desk: &TestDesk, guild: u64, options: &ExportOptions) -> (Exported, Vec<u8>) {
    let mut bytes = Vec::new();
    let of = desk.local.desk(cast::desk(guild)).unwrap();
    let exported = export_accounts(
        desk.local.store.as_ref(),
        desk.clock.as_ref(),
        of,
        options,
        &mut bytes,
    )
    .await
    .unwrap();
    (exported, bytes)
}

async fn import(desk: &TestDesk, guild: u64, bytes: &[u8]) -> Counts {
    let path = desk.folder.path().join("export.csv");
    std::fs::write(&path, bytes).unwrap();
    let options = ImportOptions {
        path,
        ..ImportOptions::default()
    };
    let of = desk.local.desk(cast::desk(guild)).unwrap();
    let (store, clock) = (desk.local.store.as_ref(), desk.clock.as_ref());
    import_accounts(store, clock, of, &options, &mut |_| {})
        .await
        .unwrap()
}

on_both! {
    async fn what_is_exported_goes_in_again_and_changes_nothing(desk: TestDesk) {
        for guild in [EIAM, EXTRANET, SCHOOL] {
            desk.add(guild, "odd.names", |data| {
                data.given_name = "=HYPERLINK(\"http://example.com\";\"x\")".to_owned();
                data.surname = "Müller, \"quoted\"; 'apostrophe".to_owned();
                data.external_id = Some("-7".to_owned());
                data.fiscal_code = Some("RSSMRA80A01F205X".to_owned());
                data.birth_date = Some(date(1980, 1, 1));
                data.password_expires = Some(date(2031, 2, 28));
                data.lock = locked_by_portal();
                data.state = AccountState::Invited;
                data.scopes = scopes("VD/CHUV").into_iter().chain(scopes("ZH")).collect();
            }).await;
            desk.add(guild, "dee.off", |data| { data.state = AccountState::Deactivated; data.lock = Lock::Unknown; }).await;
            desk.add(guild, "una.known", |data| data.state = AccountState::Unknown).await;
            let (exported, bytes) = export(&desk, guild, &RAW).await;
            assert!(exported.accounts > 20 && exported.neutralised == 0);
            let counts = import(&desk, guild, &bytes).await;
            assert_eq!((counts.read, counts.unchanged, counts.missing, counts.conflicts), (exported.accounts, exported.accounts, 0, 0), "{guild}");
        }
    }

    /// An import takes no empty scope, and gives nobody a scope that was only inherited.
    async fn an_account_without_a_scope_of_its_own_gains_none(desk: TestDesk) {
        let account = desk.add(EIAM, "anne.berset", |data| data.scopes.clear()).await;
        let (shown, bytes) = export(&desk, EIAM, &ExportOptions { raw: false, ..RAW }).await;
        assert_eq!((shown.scopes_filled, shown.scopes_empty), (1, 0));
        assert!(String::from_utf8(bytes).unwrap().contains("anne.berset@people.example.ch,fr,*,"));
        let (exported, bytes) = export(&desk, EIAM, &RAW).await;
        assert_eq!((exported.scopes_filled, exported.scopes_empty), (0, 1));
        let counts = import(&desk, EIAM, &bytes).await;
        assert_eq!((counts.unchanged, counts.rejected, counts.missing), (exported.accounts - 1, 1, 0));
        assert!(desk.facts(EIAM, &account).await.account.data.scopes.is_empty());
    }

    /// D12: what the desk changed and the source system does not show yet, and the reply says so.
    async fn d12_the_list_to_carry_over_holds_what_the_desk_changed(desk: TestDesk) {
        let start = desk.clock.now();
        desk.add(EIAM, "jean.same", |_| {}).await;
        let account = desk.add(EIAM, "anne.berset", |data| data.lock = locked_by_portal()).await;
        let claire = desk.person(EIAM, CLAIRE);
        desk.later(60);
        let unlocked_at = desk.clock.now();
        let card = claire.types("/lock-status", &[("user", "anne.berset")]).await.unwrap();
        let dialog = card.clicks("v1:card-unlock:").await.unwrap();
        let dialog = dialog.clicks("v1:open-reason").await.unwrap().submits(&[("text", "Rappel")]).await.unwrap();
        let done = desk.confirms(&dialog, Fr, &account).await;
        desk.shows_with(&done, Fr, "done-carry-over", &args().set("system", "eIAM"));

        desk.later(60);
        let options = [("user", "anne.berset"), ("kind", "username"), ("reason", "Demandé")];
        let dialog = claire.types("/resend-code", &options).await.unwrap();
        let done = desk.confirms(&dialog, Fr, &account).await;
        let line = desk.text(Fr, "done-carry-over", &args().set("system", "eIAM"));
        assert!(!done.all_text().contains(&line), "a send alone changes nothing in the directory");

        let since = |at| ExportOptions { changed_since: Some(at), raw: false };
        for at in [start, unlocked_at] {
            let (exported, bytes) = export(&desk, EIAM, &since(at)).await;
            let text = String::from_utf8(bytes).unwrap();
            assert_eq!((exported.accounts, text.lines().count()), (1, 2), "{text}");
            assert!(text.contains("anne.berset") && text.lines().nth(1).unwrap().ends_with(",no"), "{text}");
        }
        let (exported, _) = export(&desk, EIAM, &since(desk.clock.now())).await;
        assert_eq!(exported.accounts, 0);

        let rows: Vec<_> = desk.audit(EIAM).await.into_iter().filter(|row| row.row.action == "export-accounts").collect();
        assert_eq!(rows.len(), 3, "each export is audited (R33)");
        let detail = desk.audit_detail(EIAM, "export-accounts").await;
        assert_eq!(detail["count"], "0");

        // an address corrected later counts from then, also when it was corrected before
        let options = [("user", "anne.berset"), ("kind", "username"), ("reason", "r:wrong-email"), ("email", "anne@hopital.example.ch")];
        let again = desk.clock.now();
        desk.later(60);
        let dialog = claire.types("/resend-code", &options).await.unwrap();
        let dialog = dialog.selects_values("v1:pick-verification", &["call-back"]).await.unwrap();
        let done = desk.confirms(&dialog, Fr, &account).await;
        assert!(done.all_text().contains(&line), "{}", done.all_text());
        let (_, bytes) = export(&desk, EIAM, &since(again)).await;
        assert!(String::from_utf8(bytes).unwrap().contains("anne@hopital.example.ch"));
    }

    /// R35: no spreadsheet runs a cell of the export.
    async fn r35_cells_that_look_like_formulas_begin_with_an_apostrophe(desk: TestDesk) {
        for (name, given) in [("a.one", "=1+1"), ("a.two", "+41 79"), ("a.three", "-5"), ("a.four", "@SUM(A1)"), ("a.five", "fine = yes")] {
            desk.add(EIAM, name, |data| data.given_name = given.to_owned()).await;
        }
        let (exported, bytes) = export(&desk, EIAM, &ExportOptions::default()).await;
        let text = String::from_utf8(bytes).unwrap();
        assert_eq!(exported.neutralised, 4);
        for shown in [",'=1+1,", ",'+41 79,", ",'-5,", ",'@SUM(A1),", ",fine = yes,"] {
            assert!(text.contains(shown), "{shown} in {text}");
        }
        let (raw, bytes) = export(&desk, EIAM, &RAW).await;
        assert_eq!(raw.neutralised, 0);
        assert!(String::from_utf8(bytes).unwrap().contains(",=1+1,"));
    }

    async fn alunni_web_gets_its_own_form(desk: TestDesk) {
        let before = export(&desk, SCHOOL, &RAW).await.0;
        desk.add(SCHOOL, "9000042", |data| {
            data.surname = "Nicolò".to_owned();
            data.groups = ["Docenti", "Tutori"].map(str::to_owned).into();
            data.password_expires = Some(date(2031, 2, 8));
            data.email = None;
        }).await;
        let (exported, bytes) = export(&desk, SCHOOL, &RAW).await;
        assert_eq!((exported.accounts, exported.encoding), (before.accounts + 1, "Windows-1252"));
        let (header, _) = ALUNNI_WEB_ACCOUNTS.text.split_once('\n').unwrap();
        assert!(bytes.starts_with(format!("{}\r\n", header.trim_end()).as_bytes()), "{}", String::from_utf8_lossy(&bytes));
        let row = b"\r\nDocenti, Tutori;Nicol\xf2;Alex;9000042;;Si;08/02/2031;;fr;no\r\n";
        assert!(bytes.windows(row.len()).any(|window| window == row), "{}", String::from_utf8_lossy(&bytes));
        // a sign that Windows-1252 has not must not be lost
        desk.add(SCHOOL, "9000043", |data| data.surname = "Łukasz".to_owned()).await;
        let (exported, bytes) = export(&desk, SCHOOL, &RAW).await;
        assert_eq!(exported.encoding, "UTF-8");
        assert!(String::from_utf8(bytes.clone()).unwrap().contains("Łukasz"));
        let counts = import(&desk, SCHOOL, &bytes).await;
        assert_eq!(counts.unchanged, exported.accounts);
    }
}

#[test]
fn the_command_line_writes_to_standard_output_or_a_private_file() {
    let folder = TempDir::new().unwrap();
    let settings = "[database]\nurl = \"sqlite://desk.sqlite\"\n[[desk]]\nguild_id = \"1\"\nname = \"N\"\n\
        profile = \"eiam\"\ncontact_mailbox = \"desk@example.ch\"\n";
    std::fs::write(folder.path().join("deskhand.toml"), settings).unwrap();
    std::fs::write(folder.path().join("people.csv"), EIAM_ACCOUNTS.text).unwrap();
    let ended = |arguments: &[&str]| run(program(folder.path(), arguments));
    assert_eq!(ended(&["import", "accounts", "people.csv"]).code, Some(0));

    let printed = ended(&["export", "accounts"]);
    assert_eq!(printed.code, Some(0), "{printed:?}");
    assert!(
        printed
            .stdout
            .starts_with("username,given_name,surname,email,"),
        "{printed:?}"
    );
    let people = printed.stdout.lines().count() - 1;
    assert!(
        printed
            .stderr
            .contains(&format!("{people} accounts exported, UTF-8")),
        "{printed:?}"
    );

    let filed = ended(&["export", "accounts", "--raw", "--output", "out.csv"]);
    assert_eq!(
        (filed.code, filed.stdout.as_str()),
        (Some(0), ""),
        "{filed:?}"
    );
    assert_eq!(
        std::fs::read_to_string(folder.path().join("out.csv"))
            .unwrap()
            .lines()
            .count(),
        people + 1
    );
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = std::fs::metadata(folder.path().join("out.csv"))
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600, "people's data are their owner's alone");
    }
    let again = ended(&["import", "accounts", "out.csv", "--json"]);
    assert!(
        again.stdout.contains(&format!(
            "\"unchanged\":{people},\"rejected\":0,\"missing\":0"
        )),
        "{again:?}"
    );

    for since in ["2020-01-31", "2020-01-31T08:00:00Z"] {
        let none = ended(&["export", "accounts", "--changed-since", since]);
        assert_eq!(
            (none.code, none.stdout.lines().count()),
            (Some(0), 1),
            "{none:?}"
        );
    }
    for (arguments, words) in [
        (
            ["export", "accounts", "--changed-since", "yesterday"],
            "2027-01-31",
        ),
        (
            ["export", "accounts", "--changed-since", "2020-13-01"],
            "2027-01-31",
        ),
        (
            ["export", "accounts", "--desk", "Other"],
            "there is no desk",
        ),
    ] {
        let wrong = ended(&arguments);
        assert_eq!(wrong.code, Some(2), "{wrong:?}");
        assert!(wrong.stderr.contains(words), "{wrong:?}");
    }
    let nowhere = ended(&["export", "accounts", "--output", "no/such/folder/out.csv"]);
    assert_eq!(nowhere.code, Some(1), "{nowhere:?}");
}

/// D12: settings for a webhook alone carry nothing over.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn d12_a_desk_with_a_webhook_is_told_to_carry_over_too() {
    let desk = TestDesk::start_with(Backend::Sqlite, |mut setup| {
        setup.edit_settings = Some(Box::new(|settings| {
            let webhook = "webhook_url = \"https://portal.example.org/hook\"\n\
                webhook_secret = \"whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\"\n";
            settings.replace("name = \"eIAM", &format!("{webhook}name = \"eIAM"))
        }));
        setup
    })
    .await;
    let of = desk.local.desk(cast::desk(EIAM)).unwrap();
    assert!(of.has_webhook, "the settings were read");
    let account = desk
        .add(EIAM, "anne.berset", |data| data.lock = locked_by_portal())
        .await;
    let claire = desk.person(EIAM, CLAIRE);
    let user = [("user", "anne.berset")];
    let card = claire.types("/lock-status", &user).await.unwrap();
    let dialog = card.clicks("v1:card-unlock:").await.unwrap();
    let form = dialog.clicks("v1:open-reason").await.unwrap();
    let dialog = form.submits(&[("text", "Rappel")]).await.unwrap();
    let done = desk.confirms(&dialog, Fr, &account).await;
    let system = args().set("system", "eIAM");
    desk.shows_with(&done, Fr, "done-carry-over", &system);
}

/// Between the look at all accounts and their writing, somebody comes whose name the encoding does not have.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_sign_that_the_file_cannot_hold_any_more_ends_the_export() {
    let (gate, inner) = (Gate::new(), Arc::new(OnceLock::new()));
    let (own, found) = (gate.clone(), inner.clone());
    let desk = TestDesk::start_with(Backend::Sqlite, |mut setup| {
        setup.wrap_store = Some(Box::new(move |store| {
            found.set(store.clone()).unwrap_or_default();
            Arc::new(GatedStore {
                inner: store,
                gate: own,
            })
        }));
        setup
    })
    .await;
    let inner: &Arc<dyn Store> = inner.get().unwrap();
    let of = desk.local.desk(cast::desk(SCHOOL)).unwrap();
    let mut bytes = Vec::new();
    gate.close();
    let (store, clock) = (desk.local.store.as_ref(), desk.clock.as_ref());
    let export = export_accounts(store, clock, of, &RAW, &mut bytes);
    let meanwhile = async {
        // the audit row stands between the two
        gate.reached().await;
        let named = |data: &mut AccountData| data.surname = "Łukasiewicz".to_owned();
        desk.add_by(inner.as_ref(), SCHOOL, "jan.lukasiewicz", named)
            .await;
        gate.open();
    };
    let (exported, ()) = tokio::join!(export, meanwhile);
    let error = exported.unwrap_err().to_string();
    assert_eq!(
        error,
        "the directory was changed while it was exported; export it again"
    );
    let (exported, bytes) = self::export(&desk, SCHOOL, &RAW).await;
    assert_eq!(exported.encoding, "UTF-8");
    assert!(String::from_utf8(bytes).unwrap().contains("Łukasiewicz"));
}
