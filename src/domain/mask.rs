//! What others may see of a person: `M. Rossi`, `m***@example.ch`, the first three letters of a fiscal code.

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

#[cfg(test)]
mod tests {
    use super::*;

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
