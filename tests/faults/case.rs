//! A step with its own person: led to, taken, and looked at afterwards.

use std::sync::atomic::{AtomicU32, Ordering};

use deskhand::app::local::cast::{AUDREY, CLAIRE, EIAM};
use deskhand::domain::account::{Account, AccountData, AccountState};
use deskhand::domain::audit::AuditRow;
use deskhand::domain::ids::MemberId;
use deskhand::sandbox::{Person, Reply, SandboxError};
use tokio::task::JoinHandle;

use super::steps::{Left, Seen, Step, recorded};
use crate::support::desk::{TestDesk, locked_by_portal};

/// A ready reason, as its option's value.
const OLD: &str = "r:code-older-than-a-month";

/// A step with its own person, ready to be taken.
#[derive(Clone)]
pub(super) struct Case {
    pub(super) step: Step,
    pub(super) account: Account,
    user: u64,
    person: Person,
    dialog: Option<Reply>,
    /// Audit rows that the way to it left.
    before: usize,
}

impl Case {
    /// Leads a conversation to just before the step.
    pub(super) async fn prepare(desk: &TestDesk, step: Step) -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(1);
        let username = format!("anne.berset{}", NEXT.fetch_add(1, Ordering::Relaxed));
        let edit = |data: &mut AccountData| match step {
            Step::Reset | Step::Username => {}
            Step::Unlock | Step::UnlockReset => data.lock = locked_by_portal(),
            _ => data.state = AccountState::Invited,
        };
        let account = desk.add(EIAM, &username, edit).await;
        let user = if step == Step::Trail { AUDREY } else { CLAIRE };
        let mut case = Self {
            step,
            account,
            user,
            person: desk.person(EIAM, user),
            dialog: None,
            before: 0,
        };
        case.dialog = case.led_to().await.expect("an answer");
        if let Some(dialog) = &case.dialog {
            recorded(desk, dialog.interaction_id()).await;
        }
        case.before = case.rows(desk).await.len();
        case
    }

    /// The message that the step is taken on.
    async fn led_to(&self) -> Result<Option<Reply>, SandboxError> {
        let (username, person) = (self.username(), &self.person);
        let kind = match self.step {
            Step::Reset => "reset",
            Step::Username => "username",
            _ => "onboarding",
        };
        // an address replaced as wrong is told nothing (E06)
        let reason = match self.step {
            Step::Correct => "r:wrong-email",
            _ => OLD,
        };
        let corrected = format!("{username}@hopital.example.ch");
        let options = [
            ("user", username.as_str()),
            ("kind", kind),
            ("reason", reason),
            ("email", corrected.as_str()),
        ];
        let options = match self.step {
            Step::Reason | Step::Open | Step::Submit => &options[..2],
            Step::Correct => &options[..],
            _ => &options[..3],
        };
        let card = || person.types("/lock-status", &options[..1]);
        let begin = || person.types("/resend-code", options);
        Ok(Some(match self.step {
            Step::Page => person.types("/lock-status", &[]).await?,
            Step::TrailPage => person.types("/audit", &[]).await?,
            Step::Timeline => card().await?,
            Step::Reason | Step::Open | Step::Cancel => begin().await?,
            Step::Confirm | Step::Reset | Step::Username => begin().await?,
            Step::Submit => begin().await?.clicks("v1:open-reason").await?,
            Step::Correct => {
                let dialog = begin().await?;
                let values = ["call-back"];
                dialog
                    .selects_values("v1:pick-verification", &values)
                    .await?
            }
            Step::Unlock | Step::UnlockReset => {
                let both = self.step == Step::UnlockReset;
                let button = ["v1:card-unlock:", "v1:card-unlock-and-reset:"][usize::from(both)];
                let dialog = card().await?.clicks(button).await?;
                let form = dialog.clicks("v1:open-reason").await?;
                form.submits(&[("text", "Rappel")]).await?
            }
            _ => return Ok(None),
        }))
    }

    /// The dialog that the step goes on in.
    pub(super) fn dialog(&self) -> &Reply {
        self.dialog.as_ref().expect("a dialog")
    }

    fn username(&self) -> String {
        self.account.data.username.as_str().to_owned()
    }

    /// Takes the step and waits for what is seen.
    pub(super) async fn act(&self) -> Result<Seen, SandboxError> {
        let (username, person) = (self.username(), &self.person);
        let options = [("user", username.as_str())];
        Ok(Seen::Reply(Box::new(match self.step {
            Step::Card => person.types("/lock-status", &options).await?,
            Step::Lists => person.types("/lock-status", &[]).await?,
            Step::Trail => person.types("/audit", &[]).await?,
            Step::WhoAmI => person.types("/desk whoami", &[]).await?,
            Step::Begin => person.types("/resend-code", &options).await?,
            Step::Page => {
                let lists = self.dialog();
                lists.selects_values("v1:pick-list", &["locked"]).await?
            }
            Step::TrailPage => {
                let older = "v1:trail-all-older:all.9223372036854775807";
                let page = self.dialog().message_id();
                person.clicks_forged(page, older).await?
            }
            Step::Timeline => self.dialog().clicks("v1:timeline").await?,
            Step::Reason => {
                let values = ["code-older-than-a-month"];
                let dialog = self.dialog();
                dialog.selects_values("v1:pick-reason", &values).await?
            }
            Step::Open => self.dialog().clicks("v1:open-reason").await?,
            Step::Submit => self.dialog().submits(&[("text", "Rappel")]).await?,
            Step::Cancel => self.dialog().clicks("v1:cancel").await?,
            Step::Confirm
            | Step::Reset
            | Step::Username
            | Step::Correct
            | Step::Unlock
            | Step::UnlockReset => self.dialog().clicks("v1:confirm").await?,
            Step::Suggest => {
                let found = person.suggests("/lock-status", "user", &username, &[]);
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
            Step::Lists => shows(&["lists-heading"]),
            Step::Page => shows(&["list-locked-option"]),
            Step::Trail | Step::TrailPage | Step::Timeline => shows(&["audit-heading"]),
            Step::WhoAmI => shows(&["whoami-heading"]),
            Step::Begin | Step::Reason | Step::Submit => shows(&["dialog-send-heading"]),
            Step::Open => assert!(seen.reply().modal().is_some(), "{seen:?}"),
            Step::Cancel => shows(&["cancelled-heading"]),
            Step::Confirm
            | Step::Reset
            | Step::Username
            | Step::Correct
            | Step::Unlock
            | Step::UnlockReset => shows(&["done-heading", "done-mail-waiting-heading"]),
            Step::Suggest => assert!(matches!(seen, Seen::Choices(1)), "{seen:?}"),
        }
    }

    /// What is left when all letters have come to their end.
    pub(super) async fn left(&self, desk: &TestDesk) -> Left {
        desk.letters_left(EIAM, &self.account).await;
        self.left_now(desk).await
    }

    /// What is left by now.
    pub(super) async fn left_now(&self, desk: &TestDesk) -> Left {
        let facts = desk.facts(EIAM, &self.account).await;
        let address = format!("{}@", self.username());
        Left {
            audit: self.rows(desk).await.split_off(self.before),
            codes: facts.open_codes.len(),
            letters: facts.letters.len(),
            mails: desk
                .mails()
                .iter()
                .filter(|mail| mail.to.contains(&address))
                .count(),
        }
    }

    /// The audit rows about the person, and of pages that are about nobody, as nobody else takes these steps.
    async fn rows(&self, desk: &TestDesk) -> Vec<String> {
        let member = Some(MemberId(self.user.cast_signed()));
        let page = match self.step {
            Step::Page => "view-list",
            Step::Trail | Step::TrailPage => "view-timeline",
            _ => "",
        };
        let is_own = |row: &AuditRow| match row.account {
            Some(account) => account == self.account.id,
            None => row.action == page && row.actor.member == member,
        };
        let rows = desk.audit(EIAM).await.into_iter().map(|row| row.row);
        rows.filter(is_own)
            .map(|row| format!("{} {}", row.action, row.result))
            .collect()
    }

    /// Asks that the step left what it leaves when it was done once.
    pub(super) async fn is_done_once(&self, desk: &TestDesk) {
        assert_eq!(self.left(desk).await, self.step.done(), "{:?}", self.step);
    }

    /// Asks that the step left nothing but, at most, the row that it was refused.
    pub(super) async fn is_refused_at_most(&self, desk: &TestDesk) {
        let left = self.left(desk).await;
        let refused = left.audit.iter().all(|row| row.ends_with(" refused"));
        assert!(refused, "{:?}: {left:?}", self.step);
        let rest = Left {
            audit: Vec::new(),
            ..left
        };
        assert_eq!(rest, Left::default(), "{:?}", self.step);
    }

    /// Asks that the step left nothing.
    pub(super) async fn is_not_done(&self, desk: &TestDesk) {
        assert_eq!(self.left(desk).await, Left::default(), "{:?}", self.step);
    }
}
