//! `/resend-code` and the buttons of the card: how a dialog begins.

use crate::domain::audit::AuditAction;
use crate::domain::card::CardAction;
use crate::domain::dialog::{Dialog, Draft, RefusedText, TextForm, Wish};
use crate::domain::email::EmailAddress;
use crate::domain::ids::{AccountId, DraftId, Version};
use crate::domain::outcome::{AskPerson, Outcome};
use crate::domain::profile::SendKind;
use crate::domain::reason::Reason;
use crate::domain::refusal::Refusal;
use crate::domain::resend;
use crate::domain::supply::Supply as _;
use crate::ports::supply::SystemSupply;
use crate::service::call::ResendWanted;
use crate::service::caller::Caller;
use crate::service::find_person::Found;
use crate::service::{Service, ServiceError};

impl Service {
    /// `/resend-code`: whatever was given is taken, the dialog asks for the rest.
    pub(super) async fn resend_code(
        &self,
        caller: &Caller<'_>,
        wanted: &ResendWanted,
    ) -> Result<Outcome, ServiceError> {
        if let Some(refusal) = wanted
            .kind
            .and_then(|kind| resend::kind_exists(&caller.desk.profile, kind).err())
        {
            return self.refuse_send(caller, wanted.kind, None, refusal).await;
        }
        let (dialog, mut problem) = read_options(wanted);
        let mut draft = new_draft(caller, dialog)?;
        let found = match &wanted.user {
            Some(user) => self.find(caller.desk.id, &caller.authority, user).await?,
            None => Found::Several(Vec::new()),
        };
        match found {
            Found::One(account) => {
                draft.dialog.account = Some(account);
                // an address given with the command is checked against the account at once
                let address = draft.dialog.new_address.clone();
                if let (Some(address), None) = (address, &problem) {
                    problem = self.check_address(caller, account, &address).await?;
                    if problem.is_some() {
                        draft.dialog.new_address = None;
                    }
                }
                self.go_on(caller, draft, problem).await
            }
            Found::Several(people) => {
                let ask = AskPerson {
                    draft: Some(draft.id),
                    people,
                    looked_up: wanted.user.is_some(),
                };
                self.save(caller, draft, |_| Outcome::AskPerson(ask)).await
            }
            Found::Nobody => {
                self.refuse_send(caller, wanted.kind, None, Refusal::PersonNotFound)
                    .await
            }
        }
    }

    /// A button of the card begins a dialog about its account.
    pub(super) async fn card_button(
        &self,
        caller: &Caller<'_>,
        action: CardAction,
        account: AccountId,
    ) -> Result<Outcome, ServiceError> {
        let (wish, kind) = match action {
            CardAction::Unlock => (Wish::Unlock, None),
            CardAction::UnlockAndReset => (Wish::UnlockAndReset, None),
            CardAction::Reset => (Wish::Send, caller.desk.profile.reset_kind()),
            CardAction::SendUsername => (Wish::Send, Some(SendKind::Username)),
            CardAction::ResendCode | CardAction::CorrectAddress => (Wish::Send, None),
        };
        let mut dialog = Dialog::new(wish);
        dialog.account = Some(account);
        dialog.kind = kind;
        dialog.corrects_address = action == CardAction::CorrectAddress;
        let draft = new_draft(caller, dialog)?;
        self.go_on(caller, draft, None).await
    }

    pub(super) async fn refuse_send(
        &self,
        caller: &Caller<'_>,
        kind: Option<SendKind>,
        account: Option<AccountId>,
        refusal: Refusal,
    ) -> Result<Outcome, ServiceError> {
        let action = kind.map_or(AuditAction::UseCommand, AuditAction::Send);
        self.refuse_caller(caller, action, account, refusal).await
    }

    /// What speaks against this address for the account, if anything.
    pub(super) async fn check_address(
        &self,
        caller: &Caller<'_>,
        account: AccountId,
        address: &EmailAddress,
    ) -> Result<Option<Refusal>, ServiceError> {
        let facts = self
            .store
            .load_account(caller.desk.id, account, None, caller.now)
            .await?;
        Ok(facts.and_then(|facts| {
            resend::may_correct_address(&caller.desk.profile, &facts, address).err()
        }))
    }
}

fn new_draft(caller: &Caller<'_>, dialog: Dialog) -> Result<Draft, ServiceError> {
    let id = DraftId(SystemSupply::draw(caller.now)?.id());
    Ok(Draft {
        id,
        owner: caller.call.member.id,
        version: Version(0),
        created_at: caller.now,
        dialog,
    })
}

/// Takes the options that are well-formed; the first that is not becomes the dialog's problem.
fn read_options(wanted: &ResendWanted) -> (Dialog, Option<Refusal>) {
    let mut dialog = Dialog::new(Wish::Send);
    let mut problem = None;
    dialog.kind = wanted.kind;
    // an address that is meant to be corrected is never skipped for the old one
    dialog.corrects_address = wanted.email.is_some();
    if let Some(text) = &wanted.email {
        match EmailAddress::parse(text) {
            Ok(address) => dialog.new_address = Some(address),
            Err(_) => {
                problem = Some(Refusal::MalformedAddress);
                dialog.refused_text = Some(RefusedText {
                    form: TextForm::Address,
                    text: text.clone(),
                });
            }
        }
    }
    if let Some(text) = &wanted.reason {
        match Reason::parse(text) {
            Ok(reason) => dialog.reason = Some(reason),
            Err(error) if problem.is_none() => {
                problem = Some(Refusal::Reason(error));
                dialog.refused_text = Some(RefusedText {
                    form: TextForm::Reason,
                    text: text.clone(),
                });
            }
            Err(_) => {}
        }
    }
    (dialog, problem)
}
