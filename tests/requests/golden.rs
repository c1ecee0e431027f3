//! Who may do what, as one table: every role × scope × action with its outcome, compared with `golden.txt`.
//! `DESKHAND_BLESS=1` writes the table anew; a change of it is a change of the rules and is read line by line.

use std::collections::BTreeSet;
use std::path::Path;

use deskhand::domain::access::{Authority, Leave, Member};
use deskhand::domain::account::{Account, AccountData, UserName};
use deskhand::domain::approval::{self, Act};
use deskhand::domain::desk::{Desk, KnownPerson, SuperuserEntry};
use deskhand::domain::facts::AccountFacts;
use deskhand::domain::ids::{AccountId, DeskId, MemberId, RoleId, Version};
use deskhand::domain::language::Language;
use deskhand::domain::profile::SendKind;
use deskhand::domain::profiles;
use deskhand::domain::refusal::Refusal;
use deskhand::domain::scope::Scope;
use deskhand::domain::send_limits::PastSends;
use jiff::Timestamp;

use crate::support::desk::plain_account;

const STAFF: RoleId = RoleId(1);
const VD: RoleId = RoleId(2);
const ZH: RoleId = RoleId(3);
const AUDIT: RoleId = RoleId(4);
const ALL: RoleId = RoleId(5);

/// Who calls: a name and the roles held.
const CALLERS: [(&str, &[RoleId]); 9] = [
    ("outsider", &[]),
    ("auditor", &[AUDIT]),
    ("staff", &[STAFF]),
    ("superuser VD", &[VD]),
    ("superuser ZH", &[ZH]),
    ("superuser VD+ZH", &[VD, ZH]),
    ("superuser *", &[ALL]),
    ("staff+superuser ZH", &[STAFF, ZH]),
    ("owner, superuser *", &[ALL]),
];

/// The account that is meant.
const TARGETS: [&str; 6] = [
    "account in VD/CHUV",
    "account in VD and ZH",
    "account in UR",
    "account of the whole desk",
    "account with a privileged group",
    "account of a team member",
];

fn now() -> Timestamp {
    Timestamp::from_second(1_800_000_000).expect("a time")
}

fn scopes(paths: &[&str]) -> Vec<Scope> {
    paths
        .iter()
        .map(|path| Scope::parse(path).expect("a scope"))
        .collect()
}

fn desk() -> Desk {
    let entry = |role, paths: &[&str]| SuperuserEntry {
        role,
        scopes: scopes(paths),
    };
    let person = |member, name: &str| KnownPerson {
        member: MemberId(member),
        username: UserName::parse(name).expect("a name"),
    };
    Desk {
        id: DeskId(1),
        name: "Desk".to_owned(),
        profile: profiles::eiam(),
        language: Language::De,
        zone: jiff::tz::TimeZone::UTC,
        contact_mailbox: crate::support::desk::address("contact@example.ch"),
        portal_url: Some("https://portal.example.org".to_owned()),
        support_channel: None,
        approvals_channel: None,
        staff_roles: vec![STAFF],
        superusers: vec![entry(VD, &["VD"]), entry(ZH, &["ZH"])],
        auditor_roles: vec![AUDIT],
        privileged_groups: vec!["KT_ErhV".to_owned()],
        people: vec![person(8, "owner"), person(77, "colleague")],
        has_webhook: false,
        texts: std::collections::BTreeMap::new(),
    }
}

/// The desk with a role for everything, which `UR` and the whole desk need.
fn desk_with_all() -> Desk {
    let mut desk = desk();
    desk.superusers.push(SuperuserEntry {
        role: ALL,
        scopes: scopes(&["*"]),
    });
    desk
}

fn account(target: &str, owner: bool) -> Account {
    let (username, paths, groups): (&str, &[&str], &[&str]) = match target {
        "account in VD/CHUV" => ("anne", &["VD/CHUV"], &[]),
        "account in VD and ZH" => ("wide", &["VD/CHUV", "ZH/USZ"], &[]),
        "account in UR" => ("uri", &["UR"], &[]),
        "account of the whole desk" => ("whole", &["*"], &[]),
        "account with a privileged group" => ("strong", &["VD/CHUV"], &["KT_ErhV"]),
        _ => ("colleague", &["VD/CHUV"], &[]),
    };
    Account {
        id: AccountId(5),
        version: Version::FIRST,
        record_scope: None,
        data: AccountData {
            username: UserName::parse(if owner { "owner" } else { username }).expect("a name"),
            scopes: scopes(paths).into_iter().collect(),
            groups: groups.iter().map(|group| (*group).to_owned()).collect(),
            ..plain_account("anne.berset")
        },
    }
}

fn facts(account: Account, address_changed: bool) -> AccountFacts {
    AccountFacts {
        account,
        open_codes: Vec::new(),
        past_sends: PastSends::default(),
        address_changed_at: address_changed.then(now),
        letters: Vec::new(),
    }
}

fn told<T>(result: Result<T, Refusal>, done: impl FnOnce(T) -> String) -> String {
    match result {
        Ok(value) => done(value),
        Err(refusal) => format!("refused: {}", refusal.code()),
    }
}

/// The lines of one caller and one target.
fn lines(desk: &Desk, (name, roles): (&str, &[RoleId]), target: &str) -> Vec<String> {
    let owner = name.starts_with("owner");
    let member = Member {
        id: MemberId(if owner { 8 } else { 9 }),
        roles: roles.to_vec(),
    };
    let account = account(target, owner);
    let authority = match Authority::of(desk, &member) {
        Ok(authority) => authority,
        Err(refusal) => return vec![format!("everything -> refused: {}", refusal.code())],
    };
    let view = told(authority.may_view(&account), |_| "sees".to_owned());
    let details = told(authority.may_see_details(desk, &account), |_| {
        "sees".to_owned()
    });
    let mut lines = vec![format!("view -> {view}"), format!("details -> {details}")];
    let kinds = [None, Some(SendKind::Reset), Some(SendKind::Onboarding)];
    let acts = kinds.into_iter().flat_map(|send| {
        [(false, false), (true, false), (false, true)].map(|(unlock, corrects)| Act {
            unlock,
            send,
            corrects_address: corrects,
        })
    });
    // an act does something, and an address is corrected with a send only
    let acts = acts.filter(|act| {
        let nothing = !act.unlock && act.send.is_none();
        !nothing && (act.send.is_some() || !act.corrects_address)
    });
    let mut outcomes = BTreeSet::new();
    for act in acts {
        for changed in [false, true] {
            let facts = facts(account.clone(), changed);
            let rule = approval::rule(desk, &facts, act, now());
            let leave = authority.leave(desk, &account, rule);
            let outcome = told(leave, |leave| match leave {
                Leave::Act(_) => "acts".to_owned(),
                Leave::Ask(permit) => format!("asks: {}", permit.rule().code()),
            });
            let address = if changed {
                ", address changed lately"
            } else {
                ""
            };
            let send = act.send.map_or("nothing", SendKind::code);
            outcomes.insert(format!(
                "unlock {} send {send} correct {}{address} -> {outcome}",
                act.unlock, act.corrects_address
            ));
        }
    }
    lines.extend(outcomes);
    for (whose, requester) in [("own", member.id), ("another's", MemberId(1_000))] {
        let decided = authority.may_decide(desk, &account, Some(requester));
        let decided = told(decided, |_| "decides".to_owned());
        lines.push(format!("approve or deny {whose} request -> {decided}"));
    }
    for (whom, id) in [("oneself", member.id), ("another", MemberId(1_000))] {
        let frozen = told(authority.may_freeze(desk, id), |_| "freezes".to_owned());
        lines.push(format!("freeze {whom} -> {frozen}"));
    }
    lines
}

#[test]
fn the_table_of_roles_scopes_and_actions_is_as_written() {
    let mut table = String::new();
    for (which, desk) in [
        ("superusers of VD and ZH", desk()),
        ("superusers of VD, ZH and *", desk_with_all()),
    ] {
        for caller in CALLERS {
            for target in TARGETS {
                for line in lines(&desk, caller, target) {
                    table.push_str(&format!("{which} | {} | {target} | {line}\n", caller.0));
                }
            }
        }
    }
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/requests/golden.txt");
    if std::env::var_os("DESKHAND_BLESS").is_some() {
        std::fs::write(&file, &table).expect("the table");
    }
    let written = std::fs::read_to_string(&file).expect("tests/requests/golden.txt");
    let different = written
        .lines()
        .zip(table.lines())
        .find(|(one, other)| one != other);
    assert!(
        written == table,
        "the table differs ({} lines, {} now), first at {different:?}; DESKHAND_BLESS=1 writes it anew",
        written.lines().count(),
        table.lines().count()
    );
}
