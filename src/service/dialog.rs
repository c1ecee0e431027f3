//! The steps of a dialog, until the confirm (`confirm.rs`) ends it.

use crate::domain::access::Leave;
use crate::domain::approval;
use crate::domain::audit::{AuditAction, AuditEvent};
use crate::domain::change::Write;
use crate::domain::dialog::{Dialog, Draft, RefusedText, TextForm, Wish};
use crate::domain::email::EmailAddress;
use crate::domain::facts::AccountFacts;
use crate::domain::ids::DraftId;
use crate::domain::outcome::{AskPerson, DialogView, Outcome};
use crate::domain::profile::AddressRule;
use crate::domain::reason::{ReadyReason, Reason};
use crate::domain::refusal::Refusal;
use crate::domain::resend;
use crate::ports::store::Committed;
use crate::service::call::Step;
use crate::service::caller::{Caller, Refused};
use crate::service::find_person::Found;
use crate::service::{Service, ServiceError};

impl Service {
    /// Takes one answer into the dialog and shows what is still missing.
    pub(super) async fn dialog_step(
        &self,
        caller: &Caller<'_>,
        id: DraftId,
        step: &Step,
    ) -> Result<Outcome, ServiceError> {
        let mut draft = match self.own_draft(caller, id).await? {
            Ok(draft) => draft,
            Err(refusal) => return self.refuse_send(caller, None, None, refusal).await,
        };
        if matches!(step, Step::Typed { .. }) {
            draft.dialog.refused_text = None;
        }
        let problem = match step {
            Step::Person(account) => {
                draft.dialog.account = Some(*account);
                None
            }
            Step::Kind(kind) => match resend::kind_exists(&caller.desk.profile, *kind) {
                Ok(()) => {
                    draft.dialog.kind = Some(*kind);
                    None
                }
                Err(refusal) => Some(refusal),
            },
            Step::Reason(ready) => {
                draft.dialog.reason = Some(Reason::Ready(*ready));
                None
            }
            Step::Verification(method) => {
                draft.dialog.verification = Some(*method);
                None
            }
            Step::Typed {
                form: TextForm::Person,
                text,
            } => return self.name_person(caller, draft, text).await,
            Step::Typed {
                form: TextForm::Reason,
                text,
            } => match Reason::parse(text) {
                Ok(reason) => {
                    draft.dialog.reason = Some(reason);
                    None
                }
                Err(error) => Some(Refusal::Reason(error)),
            },
            Step::Typed {
                form: TextForm::Address,
                text,
            } => self.take_address(caller, &mut draft.dialog, text).await?,
        };
        if let (Some(_), Step::Typed { form, text }) = (&problem, step) {
            draft.dialog.refused_text = Some(RefusedText {
                form: *form,
                text: text.clone(),
            });
        }
        self.go_on(caller, draft, problem).await
    }

    async fn name_person(
        &self,
        caller: &Caller<'_>,
        mut draft: Draft,
        text: &str,
    ) -> Result<Outcome, ServiceError> {
        let people = match self.find(caller.desk.id, &caller.authority, text).await? {
            Found::One(account) => {
                draft.dialog.account = Some(account);
                return self.go_on(caller, draft, None).await;
            }
            Found::Several(people) => people,
            Found::Nobody => Vec::new(),
        };
        // the dialog goes on, so the refusal is part of its step
        let audit = match people.is_empty() {
            true => vec![refused(caller, &draft, Refusal::PersonNotFound).event(caller.now)?],
            false => Vec::new(),
        };
        let ask = AskPerson {
            draft: Some(draft.id),
            people,
            looked_up: true,
        };
        self.save_with(caller, draft, audit, |_| Outcome::AskPerson(ask))
            .await
    }

    async fn take_address(
        &self,
        caller: &Caller<'_>,
        dialog: &mut Dialog,
        text: &str,
    ) -> Result<Option<Refusal>, ServiceError> {
        let Ok(address) = EmailAddress::parse(text) else {
            // an address that is meant to be corrected is never skipped for the old one
            dialog.corrects_address = true;
            dialog.new_address = None;
            return Ok(Some(Refusal::MalformedAddress));
        };
        let problem = match dialog.account {
            Some(account) => self.check_address(caller, account, &address).await?,
            None => None,
        };
        if problem.is_none() {
            dialog.new_address = Some(address);
        }
        Ok(problem)
    }

    /// Checks authority, stores the dialog and shows it.
    pub(super) async fn go_on(
        &self,
        caller: &Caller<'_>,
        mut draft: Draft,
        problem: Option<Refusal>,
    ) -> Result<Outcome, ServiceError> {
        let (facts, leave) = match self.facts_for_change(caller, &draft).await? {
            Ok(allowed) => allowed,
            Err(refusal) => return self.refuse_dialog(caller, &draft, refusal).await,
        };
        draft.dialog.shown_address = facts.account.data.email.clone();
        self.save(caller, draft, |draft| {
            Outcome::Dialog(Box::new(view(caller, draft, (&facts, &leave), problem)))
        })
        .await
    }

    /// Stores the next step of a dialog.
    pub(super) async fn save(
        &self,
        caller: &Caller<'_>,
        draft: Draft,
        outcome: impl FnOnce(Draft) -> Outcome,
    ) -> Result<Outcome, ServiceError> {
        self.save_with(caller, draft, Vec::new(), outcome).await
    }

    async fn save_with(
        &self,
        caller: &Caller<'_>,
        mut draft: Draft,
        audit: Vec<AuditEvent>,
        outcome: impl FnOnce(Draft) -> Outcome,
    ) -> Result<Outcome, ServiceError> {
        draft.version = draft.version.next();
        let writes = vec![Write::SaveDraft(draft.clone())];
        match self.commit(caller.change(writes, audit)).await? {
            Committed::Done => Ok(outcome(draft)),
            Committed::Conflict => {
                self.refuse_dialog(caller, &draft, Refusal::FactsChanged)
                    .await
            }
            Committed::Duplicate => Ok(Outcome::AlreadyHandled),
        }
    }

    /// The form with the text that was refused; reads one row by its key.
    pub(super) async fn reopen_form(
        &self,
        caller: &Caller<'_>,
        id: DraftId,
        form: TextForm,
    ) -> Result<Outcome, ServiceError> {
        Ok(match self.own_draft(caller, id).await? {
            Ok(draft) => {
                let text = draft
                    .dialog
                    .refused_text
                    .filter(|refused| refused.form == form)
                    .map(|refused| refused.text);
                Outcome::Form {
                    draft: id,
                    form,
                    text,
                }
            }
            Err(refusal) => return self.refuse_send(caller, None, None, refusal).await,
        })
    }

    /// Ends the dialog without a change to anything else.
    pub(super) async fn cancel(
        &self,
        caller: &Caller<'_>,
        id: DraftId,
    ) -> Result<Outcome, ServiceError> {
        let draft = match self.own_draft(caller, id).await? {
            Ok(draft) => draft,
            Err(refusal) => return self.refuse_send(caller, None, None, refusal).await,
        };
        let writes = vec![Write::FinishDraft {
            id,
            expected: draft.version,
        }];
        match self.commit(caller.change(writes, Vec::new())).await? {
            Committed::Done => Ok(Outcome::Cancelled),
            Committed::Conflict => {
                self.refuse_dialog(caller, &draft, Refusal::DialogGone)
                    .await
            }
            Committed::Duplicate => Ok(Outcome::AlreadyHandled),
        }
    }

    pub(super) async fn own_draft(
        &self,
        caller: &Caller<'_>,
        id: DraftId,
    ) -> Result<Result<Draft, Refusal>, ServiceError> {
        let draft = self.store.load_draft(caller.desk.id, id).await?;
        let Some(draft) = draft.filter(|draft| !draft.is_over(caller.now)) else {
            return Ok(Err(Refusal::DialogGone));
        };
        let own = draft.owner == caller.call.member.id;
        Ok(if own {
            Ok(draft)
        } else {
            Err(Refusal::NotYourDialog)
        })
    }

    /// The facts about the dialog's account, with leave to change it or to ask for that.
    pub(super) async fn facts_for_change(
        &self,
        caller: &Caller<'_>,
        draft: &Draft,
    ) -> Result<Result<(AccountFacts, Leave), Refusal>, ServiceError> {
        let Some(account) = draft.dialog.account else {
            return Ok(Err(Refusal::Incomplete));
        };
        let helper = Some(caller.call.member.id);
        let Some(facts) = self
            .store
            .load_account(caller.desk.id, account, helper, caller.now)
            .await?
        else {
            return Ok(Err(Refusal::PersonNotFound));
        };
        let act = draft.dialog.act(&caller.desk.profile);
        let rule = approval::rule(caller.desk, &facts, act, caller.now);
        let leave = caller.authority.leave(caller.desk, &facts.account, rule);
        Ok(leave.map(|leave| (facts, leave)))
    }

    pub(super) async fn refuse_dialog(
        &self,
        caller: &Caller<'_>,
        draft: &Draft,
        refusal: Refusal,
    ) -> Result<Outcome, ServiceError> {
        self.refuse(caller.call, refused(caller, draft, refusal))
            .await
    }

    /// A refused confirm is audited; what can be put right in the dialog leaves it open.
    pub(super) async fn refuse_confirm(
        &self,
        caller: &Caller<'_>,
        draft: Draft,
        (facts, leave): (&AccountFacts, &Leave),
        refusal: Refusal,
    ) -> Result<Outcome, ServiceError> {
        let told = self.refuse_dialog(caller, &draft, refusal.clone()).await?;
        if matches!(told, Outcome::Refused(_)) && mendable(&refusal) {
            return Ok(Outcome::Dialog(Box::new(view(
                caller,
                draft,
                (facts, leave),
                Some(refusal),
            ))));
        }
        Ok(told)
    }
}

/// Whether another kind, address or moment would do.
const fn mendable(refusal: &Refusal) -> bool {
    matches!(
        refusal,
        Refusal::KindNotInProfile { .. }
            | Refusal::NoMailAddress { editable: true }
            | Refusal::AddressUnchanged
            | Refusal::NoOpenCode { .. }
            | Refusal::CodeNotYetSent
            | Refusal::CodeExpired { .. }
            | Refusal::ReminderToNewAddress
            | Refusal::SentTooRecently { .. }
            | Refusal::NoPortalAddress
            | Refusal::Incomplete
    )
}

fn refused(caller: &Caller<'_>, draft: &Draft, refusal: Refusal) -> Refused {
    Refused {
        actor: caller.authority.actor(),
        action: action_of(caller, &draft.dialog),
        account: draft.dialog.account,
        refusal,
    }
}

fn action_of(caller: &Caller<'_>, dialog: &Dialog) -> AuditAction {
    match (dialog.wish, dialog.send_kind(&caller.desk.profile)) {
        (Wish::Send, Some(kind)) => AuditAction::Send(kind),
        (Wish::Send, None) => AuditAction::UseCommand,
        (Wish::Unlock | Wish::UnlockAndReset, _) => AuditAction::Unlock,
    }
}

fn view(
    caller: &Caller<'_>,
    draft: Draft,
    (facts, leave): (&AccountFacts, &Leave),
    problem: Option<Refusal>,
) -> DialogView {
    let profile = &caller.desk.profile;
    DialogView {
        kind: draft.dialog.send_kind(profile),
        kinds: if draft.dialog.wish == Wish::Send {
            profile.kinds.clone()
        } else {
            Vec::new()
        },
        reasons: match draft.dialog.wish {
            Wish::Send => profile.ready_reasons.clone(),
            Wish::Unlock => vec![ReadyReason::LockedOut],
            Wish::UnlockAndReset => vec![ReadyReason::LockedOut, ReadyReason::ForgottenPassword],
        },
        address_editable: draft.dialog.wish == Wish::Send
            && profile.address == AddressRule::Editable,
        missing: draft.dialog.missing(profile, &facts.account),
        asks: match leave {
            Leave::Act(_) => None,
            Leave::Ask(permit) => Some(permit.rule()),
        },
        responsible: caller
            .desk
            .responsible_roles(&facts.account.effective_scopes()),
        account: facts.account.clone(),
        draft,
        problem,
    }
}
