//! `deskhand demo --discord-only`: a local Discord for a bot of one's own, with a prompt to type as its people.

use std::process::Stdio;

use tempfile::TempDir;

use crate::support::process::{Running, deskhand as program, run};

const PEOPLE: &str = "username,given_name,surname,email,language,scope,state,locked\n\
    loic.berthoud,Loïc,Berthoud,loic.berthoud@people.example.ch,fr,VD/CHUV,active,yes\n";

/// The local Discord, and its settings in the folder.
fn discord_only(folder: &TempDir) -> Running {
    let mut command = program(folder.path(), &["demo", "--discord-only"]);
    command.stdin(Stdio::piped());
    let discord = Running::start(command, "`help` shows how.");
    let (_, settings) = discord
        .said()
        .split_once("# ---- deskhand.toml ----\n")
        .unwrap();
    let (settings, _) = settings.split_once("# ---- end").unwrap();
    std::fs::write(folder.path().join("deskhand.toml"), settings).unwrap();
    discord
}

/// The bot, checked with one person imported, at work.
fn bot(folder: &TempDir) -> Running {
    let checked = run(program(folder.path(), &["check"]));
    assert_eq!(checked.code, Some(0), "{checked:?}");
    std::fs::write(folder.path().join("people.csv"), PEOPLE).unwrap();
    let imported = run(program(
        folder.path(),
        &[
            "import",
            "accounts",
            "people.csv",
            "--desk",
            "eIAM Delegation",
        ],
    ));
    assert_eq!(imported.code, Some(0), "{imported:?}");
    Running::start(program(folder.path(), &["run"]), "connected to Discord")
}

#[test]
fn a_new_operator_checks_imports_runs_and_types_as_a_person() {
    let folder = TempDir::new().unwrap();
    let mut discord = discord_only(&folder);
    for line in [
        "API URL      http://127.0.0.1:",
        "token        local.demo.token",
        "910000000000000001 eIAM Delegation",
        "940000000000000001 @KT_Superuser",
        "950000000000000001 Claire (fr) @KT_Superuser",
    ] {
        assert!(
            discord.said().contains(line),
            "{line:?} in {}",
            discord.said()
        );
    }
    let said = discord.answers("/lock-status user:loic.berthoud");
    assert!(
        said.contains("no bot has registered commands yet"),
        "{said}"
    );
    let bot = bot(&folder);

    for (line, words) in [
        ("suggest /lock-status user ber", "Berthoud, Loïc"),
        ("/lock-status user:loic.berthoud", "[Actualiser]"),
        ("click déverrouiller", "(Confirmer)"),
        ("choose no such reason", "‹Choisir un motif›:"),
        ("look", "   1  "),
        ("choose 1", "[Confirmer]"),
        ("click Écrire un motif", "Claire fills in the form:"),
        ("fill Rappel au numéro enregistré", "[Confirmer]"),
        ("click Confirmer", "[Afficher le compte]"),
        ("look", "[Afficher le compte]"),
        ("as Odile", "Claire> as Odile"),
        ("/lock-status user:loic.berthoud", "only Odile sees"),
        ("click Confirmer", "there are none"),
    ] {
        let said = discord.answers(line);
        assert!(said.contains(words), "{line}: {said}");
    }
    assert_eq!(bot.terminate().code, Some(0));
    let ended = discord.terminate();
    assert_eq!(ended.code, Some(0), "{ended:?}");
}

#[test]
fn a_request_is_decided_on_its_card_in_the_channel() {
    let folder = TempDir::new().unwrap();
    let mut discord = discord_only(&folder);
    let bot = bot(&folder);
    for (line, words) in [
        ("as Sam", "Claire> as Sam"),
        (
            "/resend-code user:loic.berthoud kind:reset reason:Forgot the password",
            "[Ask for approval]",
        ),
        ("click ask for approval", "[Freigeben]"),
        ("/requests mine:True", "only Sam sees"),
        ("/requests id:1", "/requests has no option id; there are "),
        ("as Claire", "Sam> as Claire"),
        ("look", "`look` at #support, #approvals"),
        ("look #approvals", "[Freigeben]"),
        ("click Ablehnen", "Claire fills in the form"),
        ("look", "a form is open: use `fill TEXT`"),
        ("fill Pas reconnu", "everybody sees, in #support:"),
        ("/desk freeze", "  Sam"),
        ("choose Sam", "Claire fills in the form"),
        ("fill Ordinateur perdu", "@Sam"),
        ("/desk unfreeze member:@Sam reason:Clos", "@Sam"),
    ] {
        let said = discord.answers_at_last(line, words);
        let card =
            !line.starts_with("click ask") || said.contains("everybody sees, in #approvals:");
        assert!(card, "{line}: {said}");
    }
    assert_eq!(bot.terminate().code, Some(0));
    assert_eq!(discord.terminate().code, Some(0));
}

#[test]
fn what_cannot_be_done_is_one_clear_line_and_quit_ends() {
    let folder = TempDir::new().unwrap();
    let mut discord = discord_only(&folder);
    for (line, words) in [
        ("hello", "nothing to type here"),
        ("as Nobody", "there are Claire, Lukas"),
        ("at nowhere", "there are eIAM Delegation"),
        ("click Confirm", "type a command first"),
        ("choose x", "type a command first"),
        ("look", "type a command first"),
        ("fill x", "no form is open"),
        ("look #approvals", "nothing is posted in #approvals yet"),
        ("look #nowhere", "there are #support, #approvals"),
        ("/", "no bot has registered"),
        ("suggest", "no bot has registered"),
        ("as \u{fffd}\u{1b}[31m", "there is no"),
    ] {
        let said = discord.answers(line);
        assert!(
            said.contains("not done: ") && said.contains(words),
            "{line}: {said}"
        );
    }
    assert!(discord.answers("help").contains("as Lukas"));
    assert_eq!(discord.types_the_last("quit").code, Some(0));
}

#[test]
fn without_input_it_stays_until_sigterm() {
    let folder = TempDir::new().unwrap();
    let discord = Running::start(
        program(folder.path(), &["demo", "--discord-only"]),
        "`help` shows how.",
    );
    let ended = discord.terminate();
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert!(ended.stderr.is_empty(), "{ended:?}");
}
