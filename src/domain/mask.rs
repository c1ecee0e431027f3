//! What others may see of a person: `M. Rossi`, `m***@example.ch`, the first three letters of a fiscal code.

use super::account::AccountData;
use super::email::EmailAddress;

/// `M. Rossi`.
#[must_use]
pub fn name(given_name: &str, surname: &str) -> String {
    match given_name.chars().next() {
        Some(initial) => format!("{}. {surname}", initial.to_uppercase()),
        None => surname.to_owned(),
    }
}

/// `m***@example.ch`.
#[must_use]
pub fn email(address: &EmailAddress) -> String {
    let (local, domain) = address.parts();
    let initial: String = local.chars().take(1).collect();
    format!("{initial}***@{domain}")
}

/// `RSS*************`: the first three letters, as many stars as signs follow (R28).
#[must_use]
pub fn fiscal_code(code: &str) -> String {
    code.chars()
        .enumerate()
        .map(|(at, sign)| if at < 3 { sign } else { '*' })
        .collect()
}

/// Free text with its mail addresses masked (R34).
#[must_use]
pub fn addresses(text: &str) -> String {
    pieces(text, |piece| is_address(piece).then(|| starred(piece)))
}

/// Free text about a person, for a channel: addresses, given names, user name, numbers and dates masked (R28, R34).
#[must_use]
pub fn about(text: &str, data: &AccountData) -> String {
    let parts = |text: &str| {
        let parts = text.to_lowercase();
        let parts = parts.split(|sign: char| !sign.is_alphanumeric());
        parts
            .filter(|part| part.chars().count() > 1)
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    let keys = [&data.fiscal_code, &data.external_id, &data.person_id];
    let keys = keys.into_iter().flatten().map(|key| key.to_lowercase());
    let hidden: Vec<String> = parts(&data.given_name)
        .into_iter()
        .chain([data.username.key()])
        .chain(keys)
        .collect();
    pieces(&numbers(text), |piece| {
        let small = piece.to_lowercase();
        let is_hidden =
            hidden.contains(&small) || parts(&small).iter().any(|part| hidden.contains(part));
        (is_hidden || is_address(piece)).then(|| starred(piece))
    })
}

/// Whether a piece may be an address, well-formed or not.
fn is_address(piece: &str) -> bool {
    piece.contains('@') && piece.chars().any(char::is_alphanumeric)
}

fn starred(piece: &str) -> String {
    let (local, domain) = piece.split_once('@').unwrap_or((piece, ""));
    let initial: String = local.chars().take(1).collect();
    match domain {
        "" => format!("{initial}***"),
        domain => format!("{initial}***@{domain}"),
    }
}

/// Text without numbers of four digits and more, however they are grouped: telephone numbers, dates, codes.
fn numbers(text: &str) -> String {
    let of_number = |sign: char| sign.is_ascii_digit() || " .-/+()".contains(sign);
    let mut shown = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find(|sign: char| sign.is_ascii_digit() || sign == '+') {
        let (before, from) = rest.split_at(start);
        let end = from.find(|sign| !of_number(sign)).unwrap_or(from.len());
        let (run, after) = from.split_at(end);
        let digits = run.chars().filter(char::is_ascii_digit).count();
        shown.push_str(before);
        if digits > 3 {
            let number = run.trim_end_matches(|sign: char| !sign.is_ascii_digit());
            shown.push_str("***");
            shown.push_str(run.strip_prefix(number).unwrap_or_default());
        } else {
            shown.push_str(run);
        }
        rest = after;
    }
    shown.push_str(rest);
    shown
}

/// Replaces pieces of a text: what stands between signs that no name, address or date is made of.
fn pieces(text: &str, replace: impl Fn(&str) -> Option<String>) -> String {
    let of_piece = |sign: char| sign.is_alphanumeric() || "@._+-".contains(sign);
    let mut shown = String::with_capacity(text.len());
    let mut rest = text;
    while !rest.is_empty() {
        let end = rest.find(|sign| !of_piece(sign)).unwrap_or(rest.len());
        let (piece, after) = rest.split_at(end);
        let bare = piece.trim_matches(['.', '-', '_', '+']);
        match replace(bare) {
            Some(masked) if !bare.is_empty() => shown.push_str(&piece.replace(bare, &masked)),
            _ => shown.push_str(piece),
        }
        let other = after.find(of_piece).unwrap_or(after.len());
        let (between, next) = after.split_at(other);
        shown.push_str(between);
        rest = next;
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r34_addresses_in_free_text_are_masked() {
        for (text, shown) in [
            (
                "write to (anna.rossi@example.ch), please",
                "write to (a***@example.ch), please",
            ),
            ("E-Mail:anna@x.ch", "E-Mail:a***@x.ch"),
            (
                "[anna@x.ch],bob@x.ch/eve@y.ch.",
                "[a***@x.ch],b***@x.ch/e***@y.ch.",
            ),
            ("anna@x.ch's", "a***@x.ch's"),
        ] {
            assert_eq!(addresses(text), shown);
        }
        assert_eq!(addresses("at 3 @ noon"), "at 3 @ noon");
    }

    #[test]
    fn r28_a_channel_is_told_no_names_numbers_or_dates() {
        let data = AccountData::of_test("jp.favre", ("Jean-Pierre", "Favre"));
        for (text, shown) in [
            ("Jean called", "J*** called"),
            ("Jean-Pierre/PIERRE", "J***/P***"),
            ("jp.favre locked out", "j*** locked out"),
            (
                "born 12.03.1980, phone 021 314 11 11 or +41213141111",
                "born ***, phone *** or ***",
            ),
            ("room 12, Favre", "room 12, Favre"),
        ] {
            assert_eq!(about(text, &data), shown);
        }
    }

    #[test]
    fn masks_keep_what_tells_people_apart_and_no_more() {
        assert_eq!(name("Mario", "Rossi"), "M. Rossi");
        assert_eq!(name("élodie", "Favre"), "É. Favre");
        assert_eq!(name("", "Favre"), "Favre");
        assert_eq!(
            email(&EmailAddress::parse("mario@example.ch").unwrap()),
            "m***@example.ch"
        );
        assert_eq!(fiscal_code("RSSMRA80A01F205X"), "RSS*************");
    }
}
