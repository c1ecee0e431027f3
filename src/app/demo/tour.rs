//! The tour: a superuser unlocks and resends, others are refused; every step is checked before the next.

use std::path::{Path, PathBuf};

use crate::app::demo::{check, show};
use crate::app::local::cast::{self, CLAIRE, EIAM, EMMA, GIULIA, LUKAS, ODILE, PEOPLE, URS};
use crate::app::local::{LocalDesk, LocalError};
use crate::app::out::Out;
use crate::domain::account::Account;
use crate::domain::code::CodeKind;
use crate::domain::ids::DeskId;
use crate::domain::language::Language;
use crate::domain::lock::Lock;
use crate::locales::args;
use crate::sandbox::{Person, Reply, SandboxError};

/// The locked account of the sample.
const LOCKED: &str = "loic.berthoud";

/// One invited account for each language of the sample, with a superuser who reads that language.
const INVITED: [(&str, u64, Language); 4] = [
    ("corinne.buehlmann", LUKAS, Language::De),
    ("melanie.favre", CLAIRE, Language::Fr),
    ("matteo.ferrari", GIULIA, Language::It),
    ("grace.oneill", EMMA, Language::En),
];

pub(super) const DESK: DeskId = cast::desk(EIAM);

pub(super) struct Tour<'a> {
    pub(super) desk: &'a LocalDesk,
    folder: &'a Path,
    pub(super) out: &'a mut Out,
    seen: Vec<PathBuf>,
    steps: usize,
}

impl From<SandboxError> for LocalError {
    fn from(error: SandboxError) -> Self {
        Self(error.to_string())
    }
}

/// Plays all steps; their number.
pub(super) async fn play(
    desk: &LocalDesk,
    folder: &Path,
    out: &mut Out,
) -> Result<usize, LocalError> {
    let mut tour = Tour {
        desk,
        folder,
        out,
        seen: Vec::new(),
        steps: 0,
    };
    tour.out
        .say("deskhand: a support desk at work, on this machine alone. All people are invented.");
    tour.look_up_and_unlock().await?;
    for (username, superuser, language) in INVITED {
        tour.resend(username, superuser, language).await?;
    }
    tour.ask_and_decide().await?;
    tour.refuse_other_scope().await?;
    tour.refuse_outsider().await?;
    Ok(tour.steps)
}

impl Tour<'_> {
    pub(super) fn person(&self, user: u64) -> Result<(Person, &'static str), LocalError> {
        let name = PEOPLE
            .iter()
            .find(|(_, id, ..)| *id == user)
            .map_or("somebody", |(name, ..)| *name);
        Ok((self.desk.discord.member(EIAM, user)?, name))
    }

    async fn look_up_and_unlock(&mut self) -> Result<(), LocalError> {
        let (claire, name) = self.person(CLAIRE)?;
        let account = check::account(self.desk, DESK, LOCKED).await?;
        let typed: String = account.data.surname.chars().take(3).collect();
        let choices = claire.suggests("/lock-status", "user", &typed, &[]).await?;
        let value = format!("a:{}", account.id);
        show::action(
            self.out,
            name,
            &format!("types /lock-status user:{typed}, and Discord suggests:"),
        );
        for choice in choices.iter().take(3) {
            self.out.say(&format!("    {}", choice.name));
        }
        check::holds(
            "the locked person is suggested",
            choices.iter().any(|choice| choice.value == value),
        )?;

        show::action(self.out, name, "picks the person");
        let card = claire.types("/lock-status", &[("user", &value)]).await?;
        self.saw(
            name,
            &card,
            Language::Fr,
            ("card-heading", &args().set("name", account.full_name())),
        )?;
        check::holds("the directory has the lock", account.data.lock.is_locked())?;
        self.row(("view-card", "viewed")).await?;

        show::action(self.out, name, "clicks Unlock");
        let dialog = card.clicks("v1:card-unlock:").await?;
        self.saw(
            name,
            &dialog,
            Language::Fr,
            (
                "dialog-unlock-heading",
                &args().set("name", account.full_name()),
            ),
        )?;
        let form = dialog.clicks("v1:open-reason").await?;
        show::action(self.out, name, "gives the reason and confirms");
        let dialog = form
            .submits(&[("text", "Appel du service, rappel au numéro enregistré")])
            .await?;
        let done = self.done(&dialog, Language::Fr, &account).await?;
        self.saw(name, &done, Language::Fr, ("done-unlocked", &args()))?;
        let facts = check::facts(self.desk, DESK, &account).await?;
        check::same("the lock", &facts.account.data.lock, &Lock::OPEN)?;
        self.mails(&account, 1)?;
        self.row(("unlock", "done")).await
    }

    async fn resend(
        &mut self,
        username: &str,
        superuser: u64,
        language: Language,
    ) -> Result<(), LocalError> {
        let (person, name) = self.person(superuser)?;
        let account = check::account(self.desk, DESK, username).await?;
        check::same("the person's language", &account.data.language, &language)?;
        show::action(
            self.out,
            name,
            &format!("types /resend-code user:{username} kind:onboarding reason:(a ready one)"),
        );
        let options = [
            ("user", username),
            ("kind", "onboarding"),
            ("reason", "r:code-older-than-a-month"),
        ];
        let dialog = person.types("/resend-code", &options).await?;
        self.saw(
            name,
            &dialog,
            language,
            (
                "dialog-send-heading",
                &args().set("name", account.full_name()),
            ),
        )?;
        show::action(self.out, name, "confirms");
        let done = self.done(&dialog, language, &account).await?;
        self.saw(
            name,
            &done,
            language,
            ("done-heading", &args().set("name", account.full_name())),
        )?;
        let facts = check::facts(self.desk, DESK, &account).await?;
        let code = facts
            .open_codes
            .first()
            .map(|code| (code.kind, code.sent_at.is_some()));
        check::same("the open code", &code, &Some((CodeKind::Onboarding, true)))?;
        self.mails(&account, 1)?;
        self.row(("send-onboarding", "done")).await
    }

    async fn refuse_other_scope(&mut self) -> Result<(), LocalError> {
        let (urs, name) = self.person(URS)?;
        show::action(
            self.out,
            name,
            &format!("is a superuser of another canton, and types /lock-status user:{LOCKED}"),
        );
        let refused = urs.types("/lock-status", &[("user", LOCKED)]).await?;
        self.saw(
            name,
            &refused,
            Language::De,
            ("refusal-person-not-found", &args()),
        )?;
        self.row(("view-card", "refused")).await
    }

    async fn refuse_outsider(&mut self) -> Result<(), LocalError> {
        let (odile, name) = self.person(ODILE)?;
        show::action(
            self.out,
            name,
            &format!("has no part in this desk, and types /resend-code user:{LOCKED}"),
        );
        let refused = odile.types("/resend-code", &[("user", LOCKED)]).await?;
        self.saw(name, &refused, Language::De, ("refused-heading", &args()))?;
        self.row(("use-command", "refused")).await
    }

    /// Confirms, and waits until the mail server has the letters.
    async fn done(
        &mut self,
        dialog: &Reply,
        language: Language,
        account: &Account,
    ) -> Result<Reply, LocalError> {
        let heading = self.desk.texts.text(
            language,
            "done-heading",
            &args().set("name", account.full_name()),
        );
        let done = dialog.clicks("v1:confirm").await?;
        Ok(done
            .until(|message| message.all_text().contains(&heading))
            .await?)
    }

    pub(super) fn saw(
        &mut self,
        name: &str,
        reply: &Reply,
        language: Language,
        text: (&str, &crate::locales::Args<'_>),
    ) -> Result<(), LocalError> {
        show::message(self.out, name, reply);
        check::holds("the reply is for the caller alone", reply.is_ephemeral())?;
        self.steps += 1;
        check::reply(self.desk, reply, language, text)
    }

    pub(super) async fn row(&mut self, expected: (&str, &str)) -> Result<(), LocalError> {
        let row = check::audited(self.desk, DESK, expected).await?;
        show::audit(self.out, &row);
        Ok(())
    }

    /// The new mails are so many, all to the person.
    pub(super) fn mails(&mut self, account: &Account, count: usize) -> Result<(), LocalError> {
        let mails = check::new_mails(self.folder, &mut self.seen)?;
        let address = account
            .data
            .email
            .as_ref()
            .map(crate::domain::email::EmailAddress::as_str)
            .unwrap_or_default();
        for mail in &mails {
            show::mail(self.out, mail);
            check::holds(
                &format!("the mail goes to {address}: {}", mail.to),
                mail.to.contains(address),
            )?;
        }
        check::same("the number of mails", &mails.len(), &count)
    }
}
