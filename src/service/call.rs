//! What somebody wants, as data: a parsed interaction, whatever way it came.

use crate::domain::access::Member;
use crate::domain::card::CardAction;
use crate::domain::dialog::TextForm;
use crate::domain::ids::{
    AccountId, ChannelId, DeskId, DraftId, InteractionId, MemberId, RequestId,
};
use crate::domain::lists::{PersonList, Turn};
use crate::domain::profile::SendKind;
use crate::domain::reason::ReadyReason;
use crate::domain::request_view::{Frost, RequestFilter};
use crate::domain::trail::{Since, TrailPart, TrailTurn};
use crate::domain::verification::VerificationMethod;

/// One interaction.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Call {
    /// The guild it came from.
    pub desk: DeskId,
    /// Who, with the roles of this moment.
    pub member: Member,
    /// Its id, unique in the change that it causes.
    pub interaction: InteractionId,
    /// The channel it came from.
    pub channel: Option<ChannelId>,
    /// What is wanted.
    pub intent: Intent,
}

/// What is wanted.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Intent {
    /// `/lock-status`.
    LockStatus {
        /// The option, as typed or chosen.
        user: Option<String>,
    },
    /// Somebody was picked from a list, or the card is to be shown anew.
    ShowCard {
        /// Whom.
        account: AccountId,
    },
    /// The lists of people with their counts.
    Lists,
    /// A page of a list.
    ShowList {
        /// Which list.
        list: PersonList,
        /// Which page.
        turn: Turn,
    },
    /// `/audit`.
    Audit {
        /// Whose rows, as typed or chosen.
        user: Option<String>,
        /// How far back.
        since: Since,
    },
    /// A page of the audit trail.
    Trail {
        /// Which part of it.
        part: TrailPart,
        /// Which rows.
        turn: TrailTurn,
    },
    /// `/desk whoami`; for everybody in the guild.
    WhoAmI,
    /// Something that only another version knows; always refused.
    OldComponent,
    /// `/resend-code`.
    ResendCode(ResendWanted),
    /// A button of the card.
    CardButton {
        /// Which.
        action: CardAction,
        /// Whose card.
        account: AccountId,
    },
    /// A step of a dialog.
    Step {
        /// Which dialog.
        draft: DraftId,
        /// What was said.
        step: Step,
    },
    /// A refused form is opened again.
    ReopenForm {
        /// Which dialog.
        draft: DraftId,
        /// Which form.
        form: TextForm,
    },
    /// The confirm.
    Confirm {
        /// Which dialog.
        draft: DraftId,
    },
    /// The dialog is cancelled.
    Cancel {
        /// Which dialog.
        draft: DraftId,
    },
    /// `/requests`, or a page of them.
    Requests {
        /// Which ones.
        filter: RequestFilter,
        /// Only smaller numbers.
        before: i64,
    },
    /// What is done with one request.
    Request {
        /// Which.
        request: RequestId,
        /// What.
        deed: RequestDeed,
    },
    /// `/desk freeze` and `/desk unfreeze`.
    Freeze {
        /// Which of them.
        frost: Frost,
        /// Whom; without one, they are asked for.
        member: Option<MemberId>,
        /// Why, as typed.
        reason: String,
    },
}

/// What is done with a request.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum RequestDeed {
    /// It is shown.
    Show,
    /// It is shown with the person's data in full.
    Details,
    /// It is approved.
    Approve,
    /// It is denied.
    Deny {
        /// Why, as typed.
        reason: String,
    },
    /// Whoever asked takes it back.
    Cancel,
}

/// The options of `/resend-code`, as typed or chosen.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ResendWanted {
    /// Who is meant.
    pub user: Option<String>,
    /// What to send.
    pub kind: Option<SendKind>,
    /// Why: a ready reason's value or free text.
    pub reason: Option<String>,
    /// The corrected address.
    pub email: Option<String>,
}

/// What was said in a dialog.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Step {
    /// Who is meant, picked from a list.
    Person(AccountId),
    /// What to send.
    Kind(SendKind),
    /// A ready reason.
    Reason(ReadyReason),
    /// How the person was verified.
    Verification(VerificationMethod),
    /// A form was sent.
    Typed {
        /// Which form.
        form: TextForm,
        /// What was typed.
        text: String,
    },
}
