//! What a use case ends with: data, never prose.

use super::account::{Account, PersonLine};
use super::card::Card;
use super::dialog::{Draft, Missing, TextForm};
use super::email::EmailAddress;
use super::ids::{AccountId, DraftId, InteractionId, MemberId, RoleId};
use super::letter::LetterStatus;
use super::lists::{ListPage, PersonList};
use super::profile::SendKind;
use super::reason::ReadyReason;
use super::refusal::Refusal;
use super::request::ApprovalRule;
use super::request_view::{Frost, RequestPage, RequestView};
use super::trail::{Since, TrailPage};
use super::whoami::WhoAmI;

/// The answer to one interaction.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Outcome {
    /// The card of an account.
    Card(Box<Card>),
    /// The lists of people with their counts.
    Lists(Vec<(PersonList, u64)>),
    /// A page of one of them.
    ListPage(Box<ListPage>),
    /// A page of the audit trail.
    Trail(Box<TrailPage>),
    /// More than one person is meant, whose timeline may be wanted.
    AskTrail {
        /// Those who may be meant.
        people: Vec<PersonLine>,
        /// How far back was asked for.
        since: Since,
    },
    /// What the caller may do here, and why.
    WhoAmI(Box<WhoAmI>),
    /// A dialog, with what it still needs.
    Dialog(Box<DialogView>),
    /// Nobody, or more than one person, is meant yet.
    AskPerson(AskPerson),
    /// A form for free text; holds what a refused one held.
    Form {
        /// Which dialog it belongs to.
        draft: DraftId,
        /// Which form.
        form: TextForm,
        /// What was typed before.
        text: Option<String>,
    },
    /// Done, and its letters are on their way.
    Done(Box<Done>),
    /// The dialog was cancelled; nothing changed.
    Cancelled,
    /// What was wanted waits for a decision now.
    Requested(Box<RequestView>),
    /// A request, to be looked at or decided.
    Request(Box<RequestView>),
    /// A page of requests.
    Requests(Box<RequestPage>),
    /// A request came to its end.
    Ended(Box<EndedRequest>),
    /// Nobody is named yet who shall be frozen or set free.
    AskMember(Frost),
    /// What was written is no reason; it is asked for again.
    AskFrostReason {
        /// Which of them.
        frost: Frost,
        /// Whom.
        member: MemberId,
        /// What is wrong.
        problem: Refusal,
    },
    /// A helper was frozen or set free.
    Frozen {
        /// Which of them.
        frost: Frost,
        /// Whom.
        member: MemberId,
        /// Requests of theirs that are void now.
        voided: usize,
    },
    /// Not done.
    Refused(Refusal),
    /// The database went away at the wrong moment: done or not. The interaction is the error's number.
    Uncertain(InteractionId),
    /// The same interaction came twice; the first one acted.
    AlreadyHandled,
}

/// A dialog as it is shown.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DialogView {
    /// The dialog.
    pub draft: Draft,
    /// Whom it is about.
    pub account: Account,
    /// What the confirm will send.
    pub kind: Option<SendKind>,
    /// What can be chosen.
    pub kinds: Vec<SendKind>,
    /// Reasons offered beside free text.
    pub reasons: Vec<ReadyReason>,
    /// Whether the address may be corrected here.
    pub address_editable: bool,
    /// Why the confirm asks a superuser, if it does.
    pub asks: Option<ApprovalRule>,
    /// Who is responsible for the account (E02).
    pub responsible: Vec<RoleId>,
    /// What is still missing.
    pub missing: Vec<Missing>,
    /// What was refused in the last step.
    pub problem: Option<Refusal>,
}

/// Asks who is meant.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AskPerson {
    /// The dialog that goes on with the answer; without one, the card is shown.
    pub draft: Option<DraftId>,
    /// Those who may be meant; empty when nobody was found or named.
    pub people: Vec<PersonLine>,
    /// Whether a text was looked up.
    pub looked_up: bool,
}

/// What was done.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Done {
    /// Whether the lock was opened.
    pub unlocked: bool,
    /// To whom.
    pub account: AccountId,
    /// The person's full name, for the caller alone.
    pub name: String,
    /// What was sent.
    pub kind: Option<SendKind>,
    /// Where it goes.
    pub to: Option<EmailAddress>,
    /// Whether the address was corrected.
    pub address_corrected: bool,
    /// Whether somebody must carry the change over into the system that owns the data (D12).
    pub carry_over: bool,
    /// The letters, as far as they have come.
    pub letters: Vec<LetterStatus>,
}

/// A request that came to its end by this interaction.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct EndedRequest {
    /// The request as it is now.
    pub view: RequestView,
    /// What was done, if it was executed.
    pub done: Option<Done>,
}

impl Outcome {
    /// What was done, with letters that may still be on their way.
    pub fn done_mut(&mut self) -> Option<&mut Done> {
        match self {
            Self::Done(done) => Some(done),
            Self::Ended(ended) => ended.done.as_mut(),
            _ => None,
        }
    }
}

impl Done {
    /// Whether every letter has come to its end.
    #[must_use]
    pub fn is_settled(&self) -> bool {
        self.letters.iter().all(|letter| letter.state.is_settled())
    }
}
