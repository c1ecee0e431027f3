//! What the tour asserts at each step: the reply's text, the database row, the audit row, the mail's recipient.

use std::path::{Path, PathBuf};

use mailparse::MailHeaderMap as _;

use crate::app::local::{LocalDesk, LocalError};
use crate::domain::account::Account;
use crate::domain::facts::AccountFacts;
use crate::domain::ids::DeskId;
use crate::domain::language::Language;
use crate::locales::Args;
use crate::ports::store::StoredAudit;
use crate::sandbox::Message;

/// Fails with what was expected and what came.
pub(super) fn same<T: PartialEq + std::fmt::Debug>(
    what: &str,
    found: &T,
    expected: &T,
) -> Result<(), LocalError> {
    if found == expected {
        return Ok(());
    }
    Err(LocalError(format!(
        "{what} is {found:?}, expected {expected:?}"
    )))
}

/// Fails unless the condition holds.
pub(super) fn holds(what: &str, condition: bool) -> Result<(), LocalError> {
    if condition {
        Ok(())
    } else {
        Err(LocalError(format!("not so: {what}")))
    }
}

/// The reply shows the text of this key, in this language.
pub(super) fn reply(
    desk: &LocalDesk,
    message: &Message,
    language: Language,
    (key, args): (&str, &Args<'_>),
) -> Result<(), LocalError> {
    let expected = desk.texts.text(language, key, args);
    let shown = message.all_text();
    holds(
        &format!(
            "the reply shows {key} in {}: {expected:?} in {shown:?}",
            language.code()
        ),
        shown.contains(&expected),
    )
}

/// The account with this user name.
pub(super) async fn account(
    desk: &LocalDesk,
    guild: DeskId,
    username: &str,
) -> Result<Account, LocalError> {
    let found = desk
        .store
        .find_exact(guild, username)
        .await
        .map_err(|error| LocalError(error.to_string()))?;
    found
        .into_iter()
        .next()
        .ok_or_else(|| LocalError(format!("the sample has no {username}")))
}

/// The facts about an account as they are now.
pub(super) async fn facts(
    desk: &LocalDesk,
    guild: DeskId,
    account: &Account,
) -> Result<AccountFacts, LocalError> {
    let now = desk.bot().service().now();
    let facts = desk.store.load_account(guild, account.id, None, now).await;
    facts
        .map_err(|error| LocalError(error.to_string()))?
        .ok_or_else(|| LocalError("the account is gone".to_owned()))
}

/// The last audit row; it must tell this action and result.
pub(super) async fn audited(
    desk: &LocalDesk,
    guild: DeskId,
    (action, result): (&str, &str),
) -> Result<StoredAudit, LocalError> {
    let rows = desk
        .store
        .list_audit(guild, 0, u32::MAX >> 1)
        .await
        .map_err(|error| LocalError(error.to_string()))?;
    let last = rows
        .into_iter()
        .next_back()
        .ok_or_else(|| LocalError("the audit trail is empty".to_owned()))?;
    same(
        "the audit row",
        &(last.row.action.as_str(), last.row.result.as_str()),
        &(action, result),
    )?;
    Ok(last)
}

/// A mail in the folder.
pub(super) struct Mail {
    /// The `To` header.
    pub(super) to: String,
    /// The `Subject` header, decoded.
    pub(super) subject: String,
    /// The plain text.
    pub(super) text: String,
    /// The file.
    pub(super) file: PathBuf,
}

/// The mails of the folder, those already seen left out, by name.
pub(super) fn new_mails(folder: &Path, seen: &mut Vec<PathBuf>) -> Result<Vec<Mail>, LocalError> {
    let failed = |error: std::io::Error| LocalError(format!("the mail folder: {error}"));
    let mut mails = Vec::new();
    for entry in std::fs::read_dir(folder.join("mail")).map_err(failed)? {
        let file = entry.map_err(failed)?.path();
        if file.extension().is_none_or(|extension| extension != "eml") || seen.contains(&file) {
            continue;
        }
        let bytes = std::fs::read(&file).map_err(failed)?;
        let mail = mailparse::parse_mail(&bytes)
            .map_err(|error| LocalError(format!("a mail: {error}")))?;
        let header = |name: &str| mail.headers.get_first_value(name).unwrap_or_default();
        let plain = mail
            .parts()
            .find(|part| part.ctype.mimetype == "text/plain")
            .and_then(|part| part.get_body().ok());
        let (to, subject, text) = (header("To"), header("Subject"), plain.unwrap_or_default());
        mails.push(Mail {
            to,
            subject,
            text,
            file,
        });
    }
    mails.sort_by(|one, other| one.file.cmp(&other.file));
    seen.extend(mails.iter().map(|mail| mail.file.clone()));
    Ok(mails)
}
