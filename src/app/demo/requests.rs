//! The tour's requests: support staff ask, may not approve their own, are denied, ask again, and are approved.

use crate::app::demo::tour::{DESK, Tour};
use crate::app::demo::{check, show};
use crate::app::local::LocalError;
use crate::app::local::cast::{EIAM, GIULIA, LUKAS, SAM, approvals_channel, support_channel};
use crate::domain::account::Account;
use crate::domain::code::CodeKind;
use crate::domain::language::Language;
use crate::locales::args;
use crate::sandbox::Reply;

/// Whose password is to be renewed.
const PERSON: &str = "chiara.bernasconi";

impl Tour<'_> {
    pub(super) async fn ask_and_decide(&mut self) -> Result<(), LocalError> {
        let account = check::account(self.desk, DESK, PERSON).await?;
        self.ask(1).await?;
        let card = self.card(SAM, 1, "requested").await?;
        let (_, sam) = self.person(SAM)?;
        show::action(self.out, sam, "tries to approve the own request");
        let refused = card.clicks("v1:approve:").await?;
        let own = ("refusal-own-request", &args());
        self.saw(sam, &refused, Language::En, own)?;
        self.row(("approve-request", "refused")).await?;

        let (_, lukas) = self.person(LUKAS)?;
        let card = self.card(LUKAS, 1, "requested").await?;
        show::action(self.out, lukas, "denies it and says why");
        let form = card.clicks("v1:deny:").await?;
        let reason = [("text", "Bitte zuerst im Spital zurückrufen")];
        let denied = form.submits(&reason).await?;
        self.saw(
            lukas,
            &denied,
            Language::De,
            ("request-state-denied", &args()),
        )?;
        self.row(("deny-request", "done")).await?;
        self.everybody_reads(1).await?;
        let facts = check::facts(self.desk, DESK, &account).await?;
        check::holds("nothing was sent", facts.open_codes.is_empty())?;

        self.ask(2).await?;
        let (_, giulia) = self.person(GIULIA)?;
        let card = self.card(GIULIA, 2, "requested").await?;
        show::message(self.out, giulia, &card);
        show::action(self.out, giulia, "approves it");
        let done = card.clicks("v1:approve:").await?;
        let heading = args().set("name", account.full_name());
        let text = self.desk.texts.text(Language::It, "done-heading", &heading);
        let done = done
            .until(|message| message.all_text().contains(&text))
            .await?;
        self.saw(giulia, &done, Language::It, ("done-heading", &heading))?;
        self.approved(&account).await?;
        self.everybody_reads(2).await
    }

    async fn approved(&mut self, account: &Account) -> Result<(), LocalError> {
        let facts = check::facts(self.desk, DESK, account).await?;
        let code = facts.open_codes.first().map(|code| code.kind);
        check::same("the open code", &code, &Some(CodeKind::ResetLink))?;
        self.mails(account, 1)?;
        self.row(("send-reset", "done")).await
    }

    /// Support staff ask for a link with which the person sets a new password.
    async fn ask(&mut self, number: u64) -> Result<(), LocalError> {
        let (sam, name) = self.person(SAM)?;
        let typed =
            format!("types /resend-code user:{PERSON} kind:reset reason:Forgot the password");
        show::action(self.out, name, &typed);
        let options = [
            ("user", PERSON),
            ("kind", "reset"),
            ("reason", "Forgot the password"),
        ];
        let dialog = sam
            .in_channel(support_channel(EIAM))
            .types("/resend-code", &options)
            .await?;
        self.saw(
            name,
            &dialog,
            Language::En,
            ("dialog-ready-to-ask", &args()),
        )?;
        show::action(self.out, name, "asks for approval");
        let asked = dialog.clicks("v1:confirm").await?;
        let number = args().number("number", number);
        self.saw(name, &asked, Language::En, ("requested-heading", &number))?;
        self.row(("open-request", "done")).await
    }

    /// The card in the approvals channel, as somebody sees it.
    async fn card(&self, user: u64, number: u64, state: &str) -> Result<Reply, LocalError> {
        let texts = &self.desk.texts;
        let state = texts.text(Language::De, &format!("request-state-{state}"), &args());
        let heading = args().number("number", number).set("state", state);
        let heading = texts.text(Language::De, "request-heading", &heading);
        let (person, _) = self.person(user)?;
        Ok(person
            .waits_to_see(approvals_channel(EIAM), |message| {
                message.all_text().contains(&heading)
            })
            .await?)
    }

    /// How a request ended, where it was asked for.
    async fn everybody_reads(&mut self, number: u64) -> Result<(), LocalError> {
        let (sam, name) = self.person(SAM)?;
        let part = format!(" {number} ");
        let answer = sam
            .waits_to_see(support_channel(EIAM), |message| {
                message.text().contains(&part)
            })
            .await?;
        show::message(self.out, name, &answer);
        check::same("who is pinged", &answer.pings().users, &vec![SAM])
    }
}
