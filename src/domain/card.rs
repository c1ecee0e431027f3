//! The card of an account: what is shown, and what the caller may do now.

use jiff::Timestamp;

use super::access::{Authority, Leave, ViewPermit};
use super::account::AccountState;
use super::desk::Desk;
use super::facts::AccountFacts;
use super::ids::RoleId;
use super::letter::{LetterState, LetterStatus};
use super::profile::{AddressRule, SendKind};
use super::refusal::Refusal;
use super::request::ApprovalRule;

/// A button of the card.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum CardAction {
    /// Open the lock.
    Unlock,
    /// Send what resets the password: a link, or credentials in two-mail mode.
    Reset,
    /// Both.
    UnlockAndReset,
    /// Send the user name.
    SendUsername,
    /// Send a code, with the choice of the kind.
    ResendCode,
    /// Correct the address and send again.
    CorrectAddress,
}

impl CardAction {
    /// All of them, in the order of the card.
    pub const ALL: [Self; 6] = [
        Self::Unlock,
        Self::Reset,
        Self::UnlockAndReset,
        Self::SendUsername,
        Self::ResendCode,
        Self::CorrectAddress,
    ];

    /// The stable name in custom ids and text keys.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Unlock => "unlock",
            Self::Reset => "reset",
            Self::UnlockAndReset => "unlock-and-reset",
            Self::SendUsername => "send-username",
            Self::ResendCode => "resend-code",
            Self::CorrectAddress => "correct-address",
        }
    }
}

/// An account as one caller may see it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Card {
    /// The facts; mail and fiscal code are masked by whoever shows them.
    pub facts: AccountFacts,
    /// What the caller may do now.
    pub actions: Vec<CardAction>,
    /// Why the caller may do nothing, if so.
    pub obstacle: Option<Refusal>,
    /// Why what the caller wants to do goes to a superuser as a request, if so.
    pub asks: Option<ApprovalRule>,
    /// The role that is responsible for the account (E02).
    pub responsible: Option<RoleId>,
    /// Whether the caller may read the trail about the account.
    pub timeline: bool,
    /// When the facts were read.
    pub at: Timestamp,
}

impl Card {
    /// The card for a caller with leave to see it.
    #[must_use]
    pub fn show(
        desk: &Desk,
        authority: &Authority,
        permit: &ViewPermit,
        facts: AccountFacts,
        at: Timestamp,
    ) -> Self {
        debug_assert_eq!(
            permit.account(),
            facts.account.id,
            "a permit is for one account"
        );
        let (asks, refused) = match authority.leave(desk, &facts.account, None) {
            Ok(Leave::Act(_)) => (None, None),
            Ok(Leave::Ask(permit)) => (Some(permit.rule()), None),
            Err(refusal) => (None, Some(refusal)),
        };
        let deactivated = facts.account.data.state == AccountState::Deactivated;
        let obstacle = refused.or_else(|| deactivated.then_some(Refusal::Deactivated));
        let actions = if obstacle.is_none() {
            possible(desk, &facts)
        } else {
            Vec::new()
        };
        let responsible = desk.responsible_role(&facts.account.effective_scopes());
        Self {
            facts,
            actions,
            asks: asks.filter(|_| obstacle.is_none()),
            obstacle,
            responsible,
            timeline: false,
            at,
        }
    }

    /// The newest letter to the account's own address.
    #[must_use]
    pub fn last_letter(&self) -> Option<&LetterStatus> {
        last_letter(&self.facts)
    }
}

fn last_letter(facts: &AccountFacts) -> Option<&LetterStatus> {
    facts.letters.iter().find(|letter| !letter.kind.is_aside())
}

fn possible(desk: &Desk, facts: &AccountFacts) -> Vec<CardAction> {
    let locked = facts.account.data.lock.is_locked();
    let editable = desk.profile.address == AddressRule::Editable;
    let reachable = facts.account.data.email.is_some();
    let refused = last_letter(facts)
        .is_some_and(|letter| matches!(letter.state, LetterState::RecipientRefused(_)));
    let resets = reachable
        && desk
            .profile
            .reset_kind()
            .is_some_and(|kind| kind != SendKind::Reset || desk.portal_url.is_some());
    let wanted = |action: &CardAction| match action {
        CardAction::Unlock => locked,
        CardAction::Reset => resets,
        CardAction::UnlockAndReset => locked && resets,
        CardAction::SendUsername => reachable && desk.profile.kinds.contains(&SendKind::Username),
        CardAction::ResendCode => reachable || editable,
        CardAction::CorrectAddress => editable && (refused || !reachable),
    };
    CardAction::ALL.into_iter().filter(wanted).collect()
}
