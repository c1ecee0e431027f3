//! A confirmed order: unlock, send, or both. It becomes a plan when every rule allows it, and the plan one change.
//! An order that needs a second person is stored as a request (`request.rs`) and planned once it is approved.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::access::ChangePermit;
use super::account::{Account, AccountState};
use super::audit::{AuditAction, AuditEvent, AuditResult};
use super::change::{Change, NewCode, Write};
use super::code::{self, CodeBits, CodeKey};
use super::desk::Desk;
use super::dialog::Draft;
use super::email::EmailAddress;
use super::facts::AccountFacts;
use super::ids::{AddressChangeId, CodeId, InteractionId, LetterId};
use super::import::Field;
use super::letter::{LetterKind, NewLetter, Recipient};
use super::lock::Lock;
use super::profile::SendKind;
use super::reason::{ReadyReason, Reason};
use super::refusal::Refusal;
use super::request::OldValues;
use super::resend::{self, SendPlan};
use super::supply::Supply;
use super::verification::VerificationMethod;

/// What the caller confirmed.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Order {
    /// Open the lock.
    pub unlock: bool,
    /// What to send.
    pub send: Option<SendKind>,
    /// Why (E09).
    pub reason: Reason,
    /// The corrected address.
    pub new_address: Option<EmailAddress>,
    /// How the person was verified (R09).
    pub verification: Option<VerificationMethod>,
}

impl Order {
    /// The stable name of what is wanted, in the trail.
    #[must_use]
    pub fn code(&self) -> String {
        let correct = self.new_address.is_some().then_some("correct-address");
        let unlock = self.unlock.then_some("unlock");
        let parts = correct.into_iter().chain(unlock);
        let parts = parts.chain(self.send.map(SendKind::code));
        parts.collect::<Vec<_>>().join("+")
    }

    /// What the trail keeps of an order that is asked for, old and new values included.
    #[must_use]
    pub fn detail(&self, account: &Account) -> BTreeMap<&'static str, String> {
        let mut detail = BTreeMap::from([
            ("reason", self.reason.as_recorded().to_owned()),
            ("action", self.code()),
        ]);
        if let Some(new) = &self.new_address {
            let old = account.data.email.as_ref().map(EmailAddress::as_str);
            detail.insert("old", old.unwrap_or_default().to_owned());
            detail.insert("new", new.as_str().to_owned());
        }
        detail
    }

    /// The values that the order replaces or relies on. One that changed between asking and deciding voids the
    /// request (R08).
    #[must_use]
    pub fn old_values(&self, account: &Account) -> OldValues {
        let data = &account.data;
        let mut old = OldValues::from([("state".to_owned(), data.state.code().to_owned())]);
        if self.unlock {
            let locked = match data.lock {
                Lock::Locked { since, .. } => since.as_millisecond().to_string(),
                Lock::Open { .. } | Lock::Unknown => String::new(),
            };
            old.insert("locked".to_owned(), locked);
        }
        if self.send.is_some() {
            let email = data.email.as_ref().map_or("", EmailAddress::as_str);
            old.insert("email".to_owned(), email.to_owned());
        }
        old
    }
}

/// An order that every rule allows.
#[derive(Debug)]
pub struct Plan {
    permit: ChangePermit,
    account: Account,
    order: Order,
    send: Option<SendPlan>,
}

impl Plan {
    /// Checks the order against the facts of this moment.
    ///
    /// # Errors
    /// The first rule that speaks against it.
    pub fn decide(
        desk: &Desk,
        permit: ChangePermit,
        facts: &AccountFacts,
        order: Order,
        now: Timestamp,
    ) -> Result<Self, Refusal> {
        debug_assert_eq!(
            permit.account(),
            facts.account.id,
            "a permit is for one account"
        );
        let send = check(desk, facts, &order, now)?;
        Ok(Self {
            permit,
            account: facts.account.clone(),
            order,
            send,
        })
    }

    /// What is carried out.
    #[must_use]
    pub const fn order(&self) -> &Order {
        &self.order
    }

    /// What is sent, if anything.
    #[must_use]
    pub fn sends(&self) -> Option<&SendPlan> {
        self.send.as_ref()
    }

    /// An address that was wrong may belong to somebody else; any other was the person's own until now (R19, E06).
    fn tells_replaced_address(&self, desk: &Desk) -> bool {
        desk.profile.notify_wrong_address
            || self.order.reason != Reason::Ready(ReadyReason::WrongEmail)
    }

    /// The change with new keys, codes and letters. Deriving and hashing codes may take some milliseconds.
    #[must_use]
    pub fn into_change(
        self,
        desk: &Desk,
        at: &Moment,
        key: &CodeKey,
        supply: &mut dyn Supply,
    ) -> Change {
        let mut writing = Writing {
            plan: &self,
            desk,
            now: at.now,
            writes: Vec::new(),
            audit: Vec::new(),
            supply,
        };
        let mut after = self.account.data.clone();
        if self.order.unlock {
            after.lock = Lock::OPEN;
            writing.unlock();
        }
        let replaced = self.order.new_address.as_ref().and_then(|address| {
            after.email = Some(address.clone());
            writing.correct_address(address)
        });
        let mut letters = match &self.send {
            Some(send) => writing.send(send, key),
            None => vec![(LetterKind::NoticeUnlocked, Recipient::Current, Vec::new())],
        };
        if let Some(id) = replaced.filter(|_| self.tells_replaced_address(desk)) {
            letters.push((
                LetterKind::NoticeAddressReplaced,
                Recipient::Replaced(id),
                Vec::new(),
            ));
        }
        // a person without any address can still be unlocked
        letters
            .retain(|(_, recipient, _)| *recipient != Recipient::Current || after.email.is_some());
        writing.queue(letters);

        let Writing {
            mut writes, audit, ..
        } = writing;
        let (id, expected) = (self.account.id, self.account.version);
        let touched = if after == self.account.data {
            Write::TouchAccount { id, expected }
        } else {
            Write::UpdateAccount {
                before: Box::new(self.account),
                after: Box::new(after),
            }
        };
        writes.insert(0, touched);
        writes.extend(at.draft.as_ref().map(|draft| Write::FinishDraft {
            id: draft.id,
            expected: draft.version,
        }));
        Change {
            desk: desk.id,
            at: at.now,
            interaction: Some(at.interaction),
            writes,
            audit,
        }
    }
}

/// A letter before it has its key: what, where to, with which codes.
type PlannedLetter = (LetterKind, Recipient, Vec<CodeId>);

/// A change while it is written.
struct Writing<'a> {
    plan: &'a Plan,
    desk: &'a Desk,
    now: Timestamp,
    writes: Vec<Write>,
    audit: Vec<AuditEvent>,
    supply: &'a mut dyn Supply,
}

impl Writing<'_> {
    fn unlock(&mut self) {
        self.mark(Field::Locked);
        self.event(AuditAction::Unlock, BTreeMap::new());
    }

    /// The key of the change, if there was an address to replace.
    fn correct_address(&mut self, new: &EmailAddress) -> Option<AddressChangeId> {
        let (account, replaced) = (self.plan.account.id, self.plan.account.data.email.clone());
        let old = replaced
            .as_ref()
            .map_or("", EmailAddress::as_str)
            .to_owned();
        let id = AddressChangeId(self.supply.id());
        self.mark(Field::Email);
        let told = replaced.is_some().then_some(id);
        self.writes.push(Write::RecordAddressChange {
            id,
            account,
            replaced,
            address: new.clone(),
        });
        self.event(
            AuditAction::CorrectAddress,
            BTreeMap::from([("old", old), ("new", new.as_str().to_owned())]),
        );
        told
    }

    fn send(&mut self, send: &SendPlan, key: &CodeKey) -> Vec<PlannedLetter> {
        let account = self.plan.account.id;
        let codes = self.issue(send, key);
        if self.plan.order.new_address.is_some() || !codes.is_empty() {
            self.writes.push(Write::RevokeCodes { account });
        }
        let issued: Vec<CodeId> = codes.iter().map(|code| code.id).collect();
        let carried = if issued.is_empty() {
            send.reminds_of.clone()
        } else {
            issued
        };
        self.writes.extend(codes.into_iter().map(Write::IssueCode));
        if let Some(member) = self.plan.permit.actor().member {
            self.writes.push(Write::RecordSend { account, member });
        }
        self.event(
            AuditAction::Send(send.kind),
            BTreeMap::from([("address", send.to.as_str().to_owned())]),
        );
        send.letters()
            .iter()
            .map(|kind| (*kind, Recipient::Current, carried.clone()))
            .collect()
    }

    fn issue(&mut self, send: &SendPlan, key: &CodeKey) -> Vec<NewCode> {
        let mut codes = Vec::new();
        for kind in send.kind.issues() {
            let (id, bits, salt) = (
                CodeId(self.supply.id()),
                CodeBits(self.supply.bits()),
                self.supply.bits(),
            );
            codes.push(NewCode {
                id,
                account: self.plan.account.id,
                kind: *kind,
                bits,
                hash: code::hash(*kind, &code::derive(key, id, *kind, bits), salt),
                issued_at: self.now,
                expires_at: self.desk.profile.life(*kind).end(self.now, &self.desk.zone),
            });
        }
        codes
    }

    fn queue(&mut self, letters: Vec<PlannedLetter>) {
        for (kind, recipient, codes) in letters {
            let id = LetterId(self.supply.id());
            let letter = NewLetter {
                id,
                identity: format!("letter/{id}"),
                account: self.plan.account.id,
                kind,
                recipient,
                codes: if kind.carries_codes() {
                    codes
                } else {
                    Vec::new()
                },
                tells_unlock: self.plan.order.unlock
                    && self.plan.send.is_some()
                    && recipient == Recipient::Current,
                at: self.now,
            };
            self.writes.push(Write::QueueLetter(letter));
        }
    }

    fn mark(&mut self, field: Field) {
        let account = &self.plan.account;
        self.writes.push(Write::MarkDeskChange {
            account: account.id,
            field,
            imported: field.text(&account.data),
        });
    }

    fn event(&mut self, action: AuditAction, mut detail: BTreeMap<&'static str, String>) {
        detail.insert("reason", self.plan.order.reason.as_recorded().to_owned());
        self.audit.push(AuditEvent {
            at: self.now,
            actor: self.plan.permit.actor(),
            approver: self.plan.permit.approver(),
            action,
            account: Some(self.plan.account.id),
            verification: self.plan.order.verification,
            result: AuditResult::Done,
            version: Some(self.plan.account.version.next()),
            detail,
            salt: self.supply.bits(),
        });
    }
}

/// Whether every rule allows the order now, whoever carries it out; and what it sends.
///
/// # Errors
/// The first rule that speaks against it.
pub fn check(
    desk: &Desk,
    facts: &AccountFacts,
    order: &Order,
    now: Timestamp,
) -> Result<Option<SendPlan>, Refusal> {
    if facts.account.data.state == AccountState::Deactivated {
        return Err(Refusal::Deactivated);
    }
    if order.new_address.is_some() && order.send.is_none() {
        // an address is corrected together with a send, never beside it (D4)
        return Err(Refusal::Incomplete);
    }
    if order.unlock {
        may_unlock(facts.account.data.lock)?;
    }
    order
        .send
        .map(|kind| resend::plan(desk, facts, kind, order, now))
        .transpose()
}

/// When and by what a plan is carried out.
#[derive(Clone, Debug)]
pub struct Moment {
    /// Now.
    pub now: Timestamp,
    /// The confirm.
    pub interaction: InteractionId,
    /// The dialog that it ends, if it comes from one.
    pub draft: Option<Draft>,
}

/// Only a locked account can be unlocked; unknown is not taken for locked (R08, R25).
///
/// # Errors
/// It is open, or nobody knows.
pub const fn may_unlock(lock: Lock) -> Result<(), Refusal> {
    match lock {
        Lock::Locked { .. } => Ok(()),
        Lock::Open { .. } => Err(Refusal::NotLocked),
        Lock::Unknown => Err(Refusal::LockUnknown),
    }
}
