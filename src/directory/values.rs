//! Single cells: texts, dates, scopes, mails, in the forms that the source systems write.

use std::collections::BTreeSet;

use jiff::civil::Date;

use super::reject::Reject;
use crate::domain::account::AccountState;
use crate::domain::email::EmailAddress;
use crate::domain::record::RecordKind;
use crate::domain::scope::Scope;

/// More characters than any name has; an index of the database takes them.
const TEXT_MAX: usize = 500;

/// What the register writes for a missing mailbox.
const NO_MAILBOX: &str = "casella mail non definita";

/// A text without spaces around it and on one line; `None` when nothing is left.
pub(super) fn text(cell: &str, column: &'static str) -> Result<Option<String>, Reject> {
    let text = cell.trim();
    if text.chars().count() > TEXT_MAX {
        return Err(Reject::TooLong { column });
    }
    let one_line: String = match text.chars().any(char::is_control) {
        true => text
            .split(char::is_control)
            .filter(|part| !part.is_empty())
            .collect::<Vec<_>>()
            .join(" "),
        false => text.to_owned(),
    };
    Ok(Some(one_line).filter(|text| !text.is_empty()))
}

/// A fiscal code, upper case.
pub(super) fn fiscal_code(cell: &str) -> Result<Option<String>, Reject> {
    Ok(text(cell, "fiscal_code")?.map(|code| code.to_uppercase()))
}

/// A mail address, `None` for an empty cell and for a missing mailbox.
pub(super) fn mail(cell: &str) -> Result<Option<EmailAddress>, Reject> {
    let cell = cell.trim();
    if cell.is_empty() || cell.to_lowercase() == NO_MAILBOX {
        return Ok(None);
    }
    EmailAddress::parse(cell)
        .map(Some)
        .map_err(|_error| Reject::MalformedMail)
}

/// A day, `yyyy-mm-dd`, `dd/mm/yyyy` or `dd.mm.yyyy`.
pub(super) fn date(cell: &str, column: &'static str) -> Result<Option<Date>, Reject> {
    let cell = cell.trim();
    if cell.is_empty() {
        return Ok(None);
    }
    let sign = ['-', '/', '.']
        .into_iter()
        .find(|sign| cell.contains(*sign));
    let day = sign.and_then(|sign| {
        let parts: Vec<&str> = cell.split(sign).collect();
        match parts.as_slice() {
            [year, month, day] if sign == '-' => date_of(year, month, day),
            [day, month, year] => date_of(year, month, day),
            _ => None,
        }
    });
    day.map(Some).ok_or(Reject::ImpossibleDate { column })
}

fn date_of(year: &str, month: &str, day: &str) -> Option<Date> {
    let digits = |text: &str, most: usize| {
        (1..=most)
            .contains(&text.len())
            .then(|| text.parse::<u16>().ok())
            .flatten()
            .filter(|_| text.bytes().all(|byte| byte.is_ascii_digit()))
    };
    let year = digits(year, 4).filter(|number| year.len() == 4 && *number > 0)?;
    let (month, day) = (digits(month, 2)?, digits(day, 2)?);
    Date::new(
        i16::try_from(year).ok()?,
        i8::try_from(month).ok()?,
        i8::try_from(day).ok()?,
    )
    .ok()
}

/// Scopes separated by `|`; the column is there, so there must be one.
pub(super) fn scopes(cell: &str) -> Result<BTreeSet<Scope>, Reject> {
    if cell.trim().is_empty() {
        return Err(Reject::EmptyScope);
    }
    cell.split('|').map(one_scope).collect()
}

/// One scope; the column is there, so there must be one.
pub(super) fn scope(cell: &str) -> Result<Scope, Reject> {
    if cell.trim().is_empty() {
        Err(Reject::EmptyScope)
    } else {
        one_scope(cell)
    }
}

fn one_scope(cell: &str) -> Result<Scope, Reject> {
    if cell.chars().count() > TEXT_MAX {
        return Err(Reject::TooLong { column: "scope" });
    }
    Scope::parse(cell).map_err(|_error| Reject::MalformedScope)
}

/// Groups that the profile has.
pub(super) fn groups(
    cell: &str,
    separators: &[char],
    known: &[String],
) -> Result<BTreeSet<String>, Reject> {
    let names = cell
        .split(separators)
        .map(str::trim)
        .filter(|name| !name.is_empty());
    let of_profile = |name: &str| known.iter().find(|known| known.as_str() == name).cloned();
    names
        .map(|name| {
            of_profile(name).ok_or_else(|| Reject::UnknownGroup {
                known: known.join(", "),
            })
        })
        .collect()
}

/// A state; `None` for an empty cell.
pub(super) fn state(cell: &str) -> Result<Option<AccountState>, Reject> {
    let plain = cell.trim().to_lowercase();
    match plain.as_str() {
        "" => Ok(None),
        "si" | "sì" => Ok(Some(AccountState::Active)),
        "no" => Ok(Some(AccountState::Deactivated)),
        other => AccountState::parse(other)
            .map(Some)
            .ok_or(Reject::UnknownState),
    }
}

/// Whether locked; `None` for an empty cell.
pub(super) fn locked(cell: &str) -> Result<Option<bool>, Reject> {
    match cell.trim().to_lowercase().as_str() {
        "" => Ok(None),
        "yes" | "si" | "sì" => Ok(Some(true)),
        "no" => Ok(Some(false)),
        _ => Err(Reject::UnknownLock),
    }
}

/// A kind of record, by our name or the register's.
pub(super) fn kind(cell: &str) -> Result<RecordKind, Reject> {
    match cell.trim().to_lowercase().as_str() {
        "alunni" => Ok(RecordKind::Student),
        "tutori" => Ok(RecordKind::Guardian),
        "dipendenti" => Ok(RecordKind::Employee),
        other => RecordKind::parse(other).ok_or(Reject::UnknownKind),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_read_in_every_form_and_impossible_ones_refused() {
        let day = |text| date(text, "birth_date");
        assert_eq!(day(" 06/10/2025 "), Ok(Some(Date::constant(2025, 10, 6))));
        assert_eq!(day("2025-10-06"), Ok(Some(Date::constant(2025, 10, 6))));
        assert_eq!(day("06.10.2025"), Ok(Some(Date::constant(2025, 10, 6))));
        assert_eq!(day(""), Ok(None));
        for text in [
            "31/02/2026",
            "2026-02-30",
            "2026/10/06",
            "2026.10.06",
            "31.02.2026",
            "06.10/2025",
            "06-10-2025",
            "1/1/26",
            "2025-10",
            "today",
            "+1/01/2026",
            "00/01/2026",
            // there is no year 0, and PostgreSQL has none either
            "0000-01-01",
            "01/01/0000",
        ] {
            assert!(day(text).is_err(), "{text}");
        }
    }

    #[test]
    fn texts_are_data_on_one_line() {
        assert_eq!(
            text(" =HYPERLINK(\"x\") ", "surname"),
            Ok(Some("=HYPERLINK(\"x\")".to_owned()))
        );
        assert_eq!(
            text("Anna\r\nMaria", "surname"),
            Ok(Some("Anna Maria".to_owned()))
        );
        assert_eq!(text("\u{a0}\t", "surname"), Ok(None));
        assert!(text(&"x".repeat(501), "surname").is_err());
    }

    #[test]
    fn a_missing_mailbox_is_no_mail_and_no_mistake() {
        assert_eq!(mail("Casella mail non definita"), Ok(None));
        assert_eq!(mail("a@@b"), Err(Reject::MalformedMail));
    }
}
