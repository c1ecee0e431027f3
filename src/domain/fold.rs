//! Folding of names for search: the same on both databases because it is ours.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Lower case without marks, `ß ø ł æ` and their like spelled out: `Zoë Müller` is `zoe muller`.
#[must_use]
pub fn fold(text: &str) -> String {
    fold_with(text, |_| None)
}

/// The words of a query, folded, at most [`MAX_WORDS`], no word twice.
#[must_use]
pub fn query_words(text: &str) -> Vec<String> {
    let mut words = distinct(split(&fold(text)));
    words.truncate(MAX_WORDS);
    words
}

/// More words than a person's data has are no help in a search.
pub const MAX_WORDS: usize = 8;

/// The words by which an account is found, `ä ö ü` as `a o u` and as `ae oe ue`; sorted, no word twice.
#[must_use]
pub fn document_words<'a>(parts: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let mut words = Vec::new();
    for part in parts {
        let plain = fold(part);
        let spelled = fold_with(part, umlaut);
        words.extend(split(&plain));
        if spelled != plain {
            words.extend(split(&spelled));
        }
    }
    words.sort_unstable();
    words.dedup();
    words
}

fn umlaut(sign: char) -> Option<&'static str> {
    Some(match sign {
        'ä' | 'Ä' => "ae",
        'ö' | 'Ö' | 'ø' | 'Ø' => "oe",
        'ü' | 'Ü' => "ue",
        'å' | 'Å' => "aa",
        _ => return None,
    })
}

/// Letters that have no decomposition.
fn letter(sign: char) -> Option<&'static str> {
    Some(match sign {
        'ß' | 'ẞ' => "ss",
        'ø' | 'Ø' => "o",
        'ł' | 'Ł' => "l",
        'æ' | 'Æ' => "ae",
        'œ' | 'Œ' => "oe",
        'đ' | 'Đ' | 'ð' | 'Ð' => "d",
        'þ' | 'Þ' => "th",
        'ı' => "i",
        _ => return None,
    })
}

fn fold_with(text: &str, first: impl Fn(char) -> Option<&'static str>) -> String {
    let mut folded = String::with_capacity(text.len());
    // composed first, so that a decomposed umlaut of a file is spelled out like a composed one
    for sign in text.nfc() {
        if let Some(spelled) = first(sign).or_else(|| letter(sign)) {
            folded.push_str(spelled);
            continue;
        }
        for part in std::iter::once(sign)
            .nfkd()
            .filter(|c| !is_combining_mark(*c))
        {
            match letter(part) {
                Some(spelled) => folded.push_str(spelled),
                None => folded.extend(part.to_lowercase().filter(|c| !is_combining_mark(*c))),
            }
        }
    }
    folded
}

fn split(folded: &str) -> impl Iterator<Item = String> + '_ {
    folded
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
}

fn distinct(words: impl Iterator<Item = String>) -> Vec<String> {
    let mut seen = Vec::new();
    for word in words {
        if !seen.contains(&word) {
            seen.push(word);
        }
    }
    seen
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_and_case_do_not_matter() {
        assert_eq!(fold("Zoë MÜLLER-Weiß"), "zoe muller-weiss");
        assert_eq!(fold("Łukasz Æbelø"), "lukasz aebelo");
        assert_eq!(fold("ﬁnance Ⅳ"), "finance iv");
        assert_eq!(fold("İstanbul"), "istanbul");
    }

    #[test]
    fn umlauts_are_found_both_ways() {
        assert_eq!(document_words(["Müller"]), ["mueller", "muller"]);
        assert_eq!(
            document_words(["Mu\u{308}ller"]),
            ["mueller", "muller"],
            "decomposed in the file"
        );
    }

    #[test]
    fn words_are_split_at_what_is_neither_letter_nor_digit() {
        assert_eq!(
            document_words(["o'neil", "anna.rossi@example.ch"]),
            ["anna", "ch", "example", "neil", "o", "rossi"]
        );
        assert_eq!(query_words("  Rossi, ANNA rossi "), ["rossi", "anna"]);
    }
}
