//! The commands and steps that are put under a fault, and what each of them leaves behind.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use deskhand::app::local::LocalSetup;
use deskhand::app::local::cast::{self, CLAIRE, EIAM};
use deskhand::domain::account::{Account, AccountState};
use deskhand::domain::outcome::Done;
use deskhand::sandbox::{Entry, Person, Reply, SandboxError};
use tokio::task::JoinHandle;

use crate::support::desk::{Backend, TestDesk};
use crate::support::gated_store::{Gate, GatedStore};
use crate::support::log;

/// A ready reason, as its option's value.
const OLD: &str = "r:code-older-than-a-month";

pub(super) const CALLBACK: (&str, &str) = ("POST", "/interactions/*/*/callback");
pub(super) const EDIT: (&str, &str) = ("PATCH", "/webhooks/*/*/messages/@original");

/// What somebody does while something fails.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Step {
    /// `/lock-status` with a person.
    Card,
    /// `/resend-code`, which begins a dialog.
    Begin,
    /// A step of the dialog.
    Reason,
    /// Its confirm, which issues a code and sends a mail.
    Confirm,
    /// Autocomplete.
    Suggest,
}

impl Step {
    pub(super) const ALL: [Self; 5] = [
        Self::Card,
        Self::Begin,
        Self::Reason,
        Self::Confirm,
        Self::Suggest,
    ];

    /// What it leaves when it is done.
    pub(super) fn done(self) -> Left {
        match self {
            Self::Card => Left {
                audit: vec!["view-card viewed".to_owned()],
                ..Left::default()
            },
            Self::Confirm => Left {
                audit: vec!["send-onboarding done".to_owned()],
                codes: 1,
                letters: 1,
                mails: 1,
            },
            Self::Begin | Self::Reason | Self::Suggest => Left::default(),
        }
    }
}

/// What is left of a step: audit rows about the person, open codes, letters of the database, mails that left.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct Left {
    pub(super) audit: Vec<String>,
    pub(super) codes: usize,
    pub(super) letters: usize,
    pub(super) mails: usize,
}

/// What somebody saw.
#[derive(Clone, Debug)]
pub(super) enum Seen {
    Reply(Box<Reply>),
    Choices(usize),
}

impl Seen {
    pub(super) fn reply(&self) -> &Reply {
        match self {
            Self::Reply(reply) => reply,
            Self::Choices(count) => panic!("{count} choices"),
        }
    }
}

/// A step with its own person, ready to be taken.
#[derive(Clone)]
pub(super) struct Case {
    pub(super) step: Step,
    pub(super) account: Account,
    person: Person,
    dialog: Option<Reply>,
}

/// A desk whose log is kept.
pub(super) async fn desk(backend: Backend) -> TestDesk {
    log::keep();
    TestDesk::start(backend).await
}

/// A desk with a gate before its store.
pub(super) async fn gated(
    backend: Backend,
    edit: impl FnOnce(LocalSetup) -> LocalSetup,
) -> (TestDesk, Arc<Gate>) {
    log::keep();
    let gate = Gate::new();
    let inner_gate = gate.clone();
    let desk = TestDesk::start_with(backend, |mut setup| {
        setup.wrap_store = Some(Box::new(move |inner| {
            Arc::new(GatedStore {
                inner,
                gate: inner_gate,
            })
        }));
        edit(setup)
    })
    .await;
    (desk, gate)
}

impl Case {
    /// Leads a conversation to just before the step.
    pub(super) async fn prepare(desk: &TestDesk, step: Step) -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(1);
        let username = format!("anne.berset{}", NEXT.fetch_add(1, Ordering::Relaxed));
        let invited = |data: &mut deskhand::domain::account::AccountData| {
            data.state = AccountState::Invited;
        };
        let account = desk.add(EIAM, &username, invited).await;
        let person = desk.person(EIAM, CLAIRE);
        let mut case = Self {
            step,
            account,
            person,
            dialog: None,
        };
        let options = [
            ("user", username.as_str()),
            ("kind", "onboarding"),
            ("reason", OLD),
        ];
        let given = match step {
            Step::Reason => &options[..2],
            Step::Confirm => &options[..],
            Step::Card | Step::Begin | Step::Suggest => return case,
        };
        let dialog = case.person.types("/resend-code", given).await;
        let dialog = dialog.expect("a dialog");
        recorded(desk, dialog.interaction_id()).await;
        case.dialog = Some(dialog);
        case
    }

    fn username(&self) -> String {
        self.account.data.username.as_str().to_owned()
    }

    /// Takes the step and waits for what is seen.
    pub(super) async fn act(&self) -> Result<Seen, SandboxError> {
        let (username, dialog) = (self.username(), self.dialog.as_ref());
        let options = [("user", username.as_str())];
        Ok(Seen::Reply(Box::new(match (self.step, dialog) {
            (Step::Card, _) => self.person.types("/lock-status", &options).await?,
            (Step::Begin, _) => self.person.types("/resend-code", &options).await?,
            (Step::Reason, Some(dialog)) => {
                let values = ["code-older-than-a-month"];
                dialog.selects_values("v1:pick-reason", &values).await?
            }
            (Step::Confirm, Some(dialog)) => dialog.clicks("v1:confirm").await?,
            _ => {
                let found = self.person.suggests("/lock-status", "user", &username, &[]);
                return Ok(Seen::Choices(found.await?.len()));
            }
        })))
    }

    /// Takes the step without waiting for an answer.
    pub(super) fn begin(&self) -> JoinHandle<Result<Seen, SandboxError>> {
        let case = self.clone();
        tokio::spawn(async move { case.act().await })
    }

    /// Asks that what is seen is what the step shows when nothing fails.
    pub(super) fn is_answered(&self, desk: &TestDesk, seen: &Seen) {
        use deskhand::domain::language::Language::Fr;
        let name = deskhand::locales::args().set("name", self.account.full_name());
        let shows = |keys: &[&str]| {
            let shown = seen.reply().all_text();
            let found = keys
                .iter()
                .any(|key| shown.contains(&desk.text(Fr, key, &name)));
            assert!(found, "{:?}: none of {keys:?} in\n{shown}", self.step);
        };
        match self.step {
            Step::Card => shows(&["card-heading"]),
            Step::Begin | Step::Reason => shows(&["dialog-send-heading"]),
            Step::Confirm => shows(&["done-heading", "done-mail-waiting-heading"]),
            Step::Suggest => assert!(matches!(seen, Seen::Choices(1)), "{seen:?}"),
        }
    }

    /// What is left when all letters have come to their end.
    pub(super) async fn left(&self, desk: &TestDesk) -> Left {
        self.settled(desk).await;
        self.left_now(desk).await
    }

    /// What is left by now.
    pub(super) async fn left_now(&self, desk: &TestDesk) -> Left {
        let facts = desk.facts(EIAM, &self.account).await;
        let audit = desk.audit(EIAM).await.into_iter();
        let address = format!("{}@people.example.ch", self.username());
        Left {
            audit: audit
                .filter(|row| row.row.account == Some(self.account.id))
                .map(|row| format!("{} {}", row.row.action, row.row.result))
                .collect(),
            codes: facts.open_codes.len(),
            letters: facts.letters.len(),
            mails: desk
                .mails()
                .iter()
                .filter(|mail| mail.to.contains(&address))
                .count(),
        }
    }

    /// Waits until the person's letters have come to their end.
    pub(super) async fn settled(&self, desk: &TestDesk) {
        let facts = desk.facts(EIAM, &self.account).await;
        let done = Done {
            unlocked: false,
            account: self.account.id,
            name: String::new(),
            kind: None,
            to: None,
            carry_over: false,
            address_corrected: false,
            letters: facts.letters,
        };
        let service = desk.local.bot().service();
        let letters = service.settled(cast::desk(EIAM), &done).await;
        letters.expect("the letters");
    }

    /// Asks that the step left what it leaves when it was done once.
    pub(super) async fn is_done_once(&self, desk: &TestDesk) {
        assert_eq!(self.left(desk).await, self.step.done(), "{:?}", self.step);
    }

    /// Asks that the step left nothing.
    pub(super) async fn is_not_done(&self, desk: &TestDesk) {
        assert_eq!(self.left(desk).await, Left::default(), "{:?}", self.step);
    }
}

/// Plans a fault for the next calls.
pub(super) fn plan(
    desk: &TestDesk,
    (method, pattern): (&str, &str),
    calls: usize,
    fault: deskhand::sandbox::Fault,
) {
    desk.local
        .discord
        .faults()
        .next_calls(method, pattern, calls, fault);
}

/// Waits until the first answer to an interaction is in the recording, which comes a moment after its effect.
pub(super) async fn recorded(desk: &TestDesk, interaction: u64) -> usize {
    let path = format!("/interactions/{interaction}/");
    let answers =
        |entry: &Entry| matches!(entry, Entry::Rest(call) if call.path.starts_with(&path));
    desk.local
        .discord
        .recorded(answers)
        .await
        .expect("the answer's call");
    desk.local
        .discord
        .wire()
        .entries()
        .iter()
        .filter(|entry| answers(entry))
        .count()
}

/// How many such calls came so far.
pub(super) fn calls(desk: &TestDesk, (method, pattern): (&str, &str)) -> usize {
    desk.local.discord.wire().calls(method, pattern).len()
}

/// Waits for that many such calls; the interaction's id of the last one.
pub(super) async fn after_calls(
    desk: &TestDesk,
    (method, pattern): (&str, &str),
    count: usize,
) -> String {
    let called = desk.local.discord.called(method, pattern, count).await;
    let last = called.expect("the calls").pop().expect("a call");
    last.path.split('/').nth(2).unwrap_or_default().to_owned()
}
