//! The commands and steps that are put under a fault, and what each of them leaves behind.

use std::sync::Arc;

use deskhand::app::local::LocalSetup;
use deskhand::sandbox::{Entry, Reply};

pub(super) use super::case::Case;
use crate::support::desk::{Backend, TestDesk};
use crate::support::gated_store::Gate;
use crate::support::log;

pub(super) const CALLBACK: (&str, &str) = ("POST", "/interactions/*/*/callback");
pub(super) const EDIT: (&str, &str) = ("PATCH", "/webhooks/*/*/messages/@original");

/// What somebody does while something fails.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Step {
    /// `/lock-status` with a person.
    Card,
    /// `/lock-status` without one: the counts.
    Lists,
    /// A page of a list.
    Page,
    /// `/audit`.
    Trail,
    /// A page of it.
    TrailPage,
    /// The timeline from a card.
    Timeline,
    /// `/desk whoami`.
    WhoAmI,
    /// `/resend-code`, which begins a dialog.
    Begin,
    /// A step of the dialog.
    Reason,
    /// A form is opened.
    Open,
    /// A form is sent.
    Submit,
    /// The dialog is cancelled.
    Cancel,
    /// Its confirm, which issues a code and sends a mail.
    Confirm,
    /// The same for a reset link.
    Reset,
    /// The same for the user name.
    Username,
    /// The same to a corrected address.
    Correct,
    /// The confirm of an unlock.
    Unlock,
    /// The confirm of both.
    UnlockReset,
    /// Autocomplete.
    Suggest,
}

impl Step {
    pub(super) const ALL: [Self; 19] = [
        Self::Card,
        Self::Lists,
        Self::Page,
        Self::Trail,
        Self::TrailPage,
        Self::Timeline,
        Self::WhoAmI,
        Self::Begin,
        Self::Reason,
        Self::Open,
        Self::Submit,
        Self::Cancel,
        Self::Confirm,
        Self::Reset,
        Self::Username,
        Self::Correct,
        Self::Unlock,
        Self::UnlockReset,
        Self::Suggest,
    ];

    /// Those that commit something, even if it is a step of a dialog only.
    pub(super) const COMMITS: [Self; 15] = [
        Self::Card,
        Self::Page,
        Self::Trail,
        Self::TrailPage,
        Self::Timeline,
        Self::Begin,
        Self::Reason,
        Self::Submit,
        Self::Cancel,
        Self::Confirm,
        Self::Reset,
        Self::Username,
        Self::Correct,
        Self::Unlock,
        Self::UnlockReset,
    ];

    /// Whether it is a confirm.
    pub(super) const fn confirms(self) -> bool {
        matches!(
            self,
            Self::Confirm
                | Self::Reset
                | Self::Username
                | Self::Correct
                | Self::Unlock
                | Self::UnlockReset
        )
    }

    /// What it leaves when it is done.
    pub(super) fn done(self) -> Left {
        let (audit, codes, mails): (&[&str], _, _) = match self {
            Self::Card => (&["view-card viewed"], 0, 0),
            Self::Page => (&["view-list viewed"], 0, 0),
            Self::Trail | Self::TrailPage | Self::Timeline => (&["view-timeline viewed"], 0, 0),
            Self::Confirm => (&["send-onboarding done"], 1, 1),
            Self::Reset => (&["send-reset done"], 1, 1),
            Self::Username => (&["send-username done"], 0, 1),
            Self::Correct => (&["correct-address done", "send-onboarding done"], 1, 1),
            Self::Unlock => (&["unlock done"], 0, 1),
            Self::UnlockReset => (&["unlock done", "send-reset done"], 1, 1),
            Self::Lists
            | Self::WhoAmI
            | Self::Begin
            | Self::Reason
            | Self::Open
            | Self::Submit
            | Self::Cancel
            | Self::Suggest => (&[], 0, 0),
        };
        Left {
            audit: audit.iter().map(|row| (*row).to_owned()).collect(),
            codes,
            letters: mails,
            mails,
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
    let desk = TestDesk::behind(&gate, backend, edit).await;
    (desk, gate)
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
