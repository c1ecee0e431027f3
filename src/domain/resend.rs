//! What `/resend-code` may send: kinds, addresses, reminders, limits.

use jiff::Timestamp;

use super::code::{Code, CodeKind};
use super::desk::Desk;
use super::email::EmailAddress;
use super::facts::AccountFacts;
use super::ids::CodeId;
use super::letter::{LetterKind, LetterState, LetterStatus};
use super::order::Order;
use super::profile::{AddressRule, Profile, SendKind};
use super::refusal::Refusal;
use super::send_limits;

/// A send that every rule allows.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SendPlan {
    /// What.
    pub kind: SendKind,
    /// Where it goes.
    pub to: EmailAddress,
    /// The codes that a reminder repeats.
    pub reminds_of: Vec<CodeId>,
}

impl SendPlan {
    /// The letters, in the order in which they leave. Two for credentials, neither with the other's datum (A09).
    #[must_use]
    pub const fn letters(&self) -> &'static [LetterKind] {
        match self.kind {
            SendKind::Onboarding => &[LetterKind::OnboardingCode],
            SendKind::Reminder => &[LetterKind::Reminder],
            SendKind::Reset => &[LetterKind::ResetLink],
            SendKind::Credentials => &[LetterKind::Username, LetterKind::Credentials],
            SendKind::Username => &[LetterKind::Username],
        }
    }
}

/// Checks one send against the facts.
///
/// # Errors
/// The first rule that speaks against it.
pub fn plan(
    desk: &Desk,
    facts: &AccountFacts,
    kind: SendKind,
    order: &Order,
    now: Timestamp,
) -> Result<SendPlan, Refusal> {
    kind_exists(&desk.profile, kind)?;
    if kind == SendKind::Reset && desk.portal_url.is_none() {
        return Err(Refusal::NoPortalAddress);
    }
    let to = address(desk, facts, order)?;
    let reminds_of = if kind == SendKind::Reminder {
        reminder(desk, facts, order, now)?
    } else {
        Vec::new()
    };
    send_limits::check(&desk.profile, &facts.past_sends, now)?;
    Ok(SendPlan {
        kind,
        to,
        reminds_of,
    })
}

/// A kind that the profile does not have is refused with the kinds it has (D1a).
///
/// # Errors
/// The profile has no such kind.
pub fn kind_exists(profile: &Profile, kind: SendKind) -> Result<(), Refusal> {
    if profile.kinds.contains(&kind) {
        return Ok(());
    }
    Err(Refusal::KindNotInProfile {
        kind,
        kinds: profile.kinds.clone(),
    })
}

/// Whether this address may be put in place of the one on record (D4, X02).
///
/// # Errors
/// The profile edits no address, or it is the same one.
pub fn may_correct_address(
    profile: &Profile,
    facts: &AccountFacts,
    new: &EmailAddress,
) -> Result<(), Refusal> {
    if profile.address == AddressRule::ReplaceOnly {
        return Err(Refusal::AddressNotEditable);
    }
    if facts
        .account
        .data
        .email
        .as_ref()
        .is_some_and(|old| old.same_as(new))
    {
        return Err(Refusal::AddressUnchanged);
    }
    Ok(())
}

fn address(desk: &Desk, facts: &AccountFacts, order: &Order) -> Result<EmailAddress, Refusal> {
    if let Some(new) = &order.new_address {
        may_correct_address(&desk.profile, facts, new)?;
        // D8: the correction and its send run together once the person is verified
        return if order.verification.is_some() {
            Ok(new.clone())
        } else {
            Err(Refusal::Incomplete)
        };
    }
    let editable = desk.profile.address == AddressRule::Editable;
    let current = facts.account.data.email.clone();
    current.ok_or(Refusal::NoMailAddress { editable })
}

/// The codes that a reminder repeats: the newest open one, with its PIN in two-mail mode (E12, E13).
fn reminder(
    desk: &Desk,
    facts: &AccountFacts,
    order: &Order,
    now: Timestamp,
) -> Result<Vec<CodeId>, Refusal> {
    if order.new_address.is_some() {
        return Err(Refusal::ReminderToNewAddress);
    }
    let remindable = |code: &&Code| !matches!(code.kind, CodeKind::Pin | CodeKind::Verification);
    let renewal = || {
        desk.profile
            .kinds
            .iter()
            .copied()
            .find(|kind| !kind.issues().is_empty())
    };
    let newest = facts
        .open_codes
        .iter()
        .find(remindable)
        .ok_or_else(|| Refusal::NoOpenCode { renewal: renewal() })?;
    if newest.is_expired(now) {
        return Err(Refusal::CodeExpired {
            kind: newest.kind,
            since: newest.expires_at,
            renewal: desk.profile.renewal_of(newest.kind),
        });
    }
    if newest.sent_at.is_none() {
        let on_its_way = |letter: &LetterStatus| {
            letter.kind.carries_codes() && letter.state == LetterState::Waiting
        };
        return Err(if facts.letters.iter().any(on_its_way) {
            Refusal::CodeNotYetSent
        } else {
            // its letter never arrived and never will
            Refusal::NoOpenCode {
                renewal: desk.profile.renewal_of(newest.kind),
            }
        });
    }
    let with_pin = newest.kind == CodeKind::TemporaryPassword;
    let pin = facts
        .open_codes
        .iter()
        .find(|code| with_pin && code.kind == CodeKind::Pin);
    Ok([Some(newest), pin]
        .into_iter()
        .flatten()
        .map(|code| code.id)
        .collect())
}
