//! What others may see of a person: `M. Rossi`, `m***@example.ch`, the first three letters of a fiscal code.

use super::account::Account;
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
    words(text, |word| {
        EmailAddress::parse(word)
            .ok()
            .map(|address| email(&address))
    })
}

/// Free text about a person, for a channel: addresses, given names, user name and codes masked.
#[must_use]
pub fn about(text: &str, account: &Account) -> String {
    let data = &account.data;
    let given = data.given_name.split_whitespace().map(str::to_lowercase);
    let keys = [
        Some(data.username.key()),
        data.fiscal_code.as_deref().map(str::to_lowercase),
    ];
    let hidden: Vec<String> = given.chain(keys.into_iter().flatten()).collect();
    words(&addresses(text), |word| {
        let initial: String = word.chars().take(1).collect();
        let is_hidden = hidden.contains(&word.to_lowercase());
        is_hidden.then(|| format!("{initial}***"))
    })
}

/// Replaces words, without the punctuation around them.
fn words(text: &str, replace: impl Fn(&str) -> Option<String>) -> String {
    let words = text.split(' ').map(|word| {
        let bare = word.trim_matches(|sign: char| ",.;:!?()<>«»“”\"'".contains(sign));
        match replace(bare) {
            Some(masked) if !bare.is_empty() => word.replace(bare, &masked),
            _ => word.to_owned(),
        }
    });
    words.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r34_addresses_in_free_text_are_masked() {
        assert_eq!(
            addresses("write to (anna.rossi@example.ch), please"),
            "write to (a***@example.ch), please"
        );
        assert_eq!(addresses("at 3 @ noon"), "at 3 @ noon");
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
