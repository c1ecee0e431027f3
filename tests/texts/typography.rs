//! What a text of each language must look like, and how long Discord lets it be.

/// Endings of keys that go where Discord sets a limit: characters, and what it is (P16, components).
const LIMITS: [(&str, usize, &str); 8] = [
    ("label", 80, "a button's label"),
    ("title", 45, "a modal's title"),
    ("input", 45, "a label in a modal"),
    ("input-placeholder", 100, "the placeholder of a text input"),
    ("placeholder", 150, "the placeholder of a select menu"),
    ("option", 100, "an option of a select menu or a choice"),
    (
        "description",
        100,
        "the description of a command or an option",
    ),
    ("name", 32, "the name of a command or an option"),
];

/// Words of familiar address, by language.
const FAMILIAR: [(&str, &[&str]); 3] = [
    (
        "de",
        &[
            "du", "dich", "dir", "dein", "deine", "deinem", "deinen", "deiner", "deines", "wähle",
            "klicke", "gib", "prüfe", "versuch", "versuche", "schreib", "schreibe",
        ],
    ),
    (
        "fr",
        &[
            "tu",
            "toi",
            "ton",
            "tes",
            "choisis",
            "clique",
            "écris",
            "réessaie",
            "saisis",
            "attends",
        ],
    ),
    (
        "it",
        &[
            "tu",
            "ti",
            "tuo",
            "tua",
            "tuoi",
            "tue",
            "scegli",
            "inserisci",
            "clicca",
            "premi",
            "scrivi",
            "riprova",
            "attendi",
            "digita",
            "contatta",
        ],
    ),
];

/// A fixed space, narrow or not.
const FIXED: [char; 2] = ['\u{A0}', '\u{202F}'];

/// What is wrong with a text, in words that say what to do.
pub(crate) fn faults(language: &str, key: &str, shown: &str) -> Vec<String> {
    let mut faults = limits(key, shown);
    if shown.trim() != shown || shown.is_empty() {
        faults.push("is empty, or begins or ends with a blank".to_owned());
    }
    let prose = prose(shown);
    let signs: Vec<char> = prose.chars().collect();
    let pairs = || signs.windows(2).map(|pair| (pair[0], pair[1]));
    let blank = |sign: char| sign == ' ' || FIXED.contains(&sign);
    let mut rule = |broken: bool, advice: &str| {
        if broken {
            faults.push(advice.to_owned());
        }
    };
    rule(
        pairs().any(|(a, b)| blank(a) && blank(b)),
        "has two spaces in a row",
    );
    rule(
        prose.contains('"'),
        "has straight quotes: de, it «…», fr «\u{A0}…\u{A0}», en “…”",
    );
    rule(
        prose.contains('\''),
        "has a straight apostrophe: it is ’ (U+2019)",
    );
    rule(
        prose.contains("..."),
        "has three dots: the ellipsis is … (U+2026)",
    );
    let high = |sign: char| ";:!?".contains(sign);
    match language {
        "fr" => {
            let unfixed = |(before, sign): (char, char)| {
                (high(sign) || sign == '»') && !FIXED.contains(&before) && !high(before)
            };
            rule(
                pairs().any(unfixed),
                "needs U+202F or U+00A0 before ; : ! ? »",
            );
            rule(
                pairs().any(|(sign, after)| sign == '«' && !FIXED.contains(&after)),
                "needs U+202F or U+00A0 after «",
            );
            rule(
                prose.contains(['„', '“', '”']),
                "has foreign quotes: «\u{A0}…\u{A0}»",
            );
        }
        "de" | "it" => {
            rule(
                language == "de" && prose.contains('ß'),
                "has ß: Swiss spelling has ss",
            );
            rule(
                prose.contains(['„', '“', '”', '‚', '‘']),
                "has foreign quotes: «…»",
            );
            rule(
                pairs().any(|(a, b)| (a == '«' && blank(b)) || (blank(a) && b == '»')),
                "has a space inside «…»",
            );
        }
        _ => rule(prose.contains(['„', '«', '»']), "has foreign quotes: “…”"),
    }
    rule(
        language != "fr" && pairs().any(|(a, b)| blank(a) && high(b)),
        "has a space before ; : ! ?",
    );
    let words = FAMILIAR
        .iter()
        .filter(|(of, _)| *of == language)
        .flat_map(|(_, words)| *words);
    let spoken: Vec<_> = prose
        .split(|sign: char| !sign.is_alphabetic())
        .map(str::to_lowercase)
        .collect();
    for word in words {
        rule(
            spoken.iter().any(|own| own == word),
            &format!("says \"{word}\": formal address (Sie, vous, Lei)"),
        );
    }
    faults
}

/// The text without what is no prose: mentions and times of Discord, code, addresses of pages.
fn prose(shown: &str) -> String {
    let mut prose = String::new();
    let mut rest = shown;
    while let Some(sign) = rest.chars().next() {
        let after = rest.strip_prefix(sign).unwrap_or_default();
        let skipped = match sign {
            '<' => after.split_once('>').map(|parts| parts.1),
            '`' => after.split_once('`').map(|parts| parts.1),
            'h' if rest.starts_with("https://") => {
                Some(rest.trim_start_matches(|sign: char| !sign.is_whitespace()))
            }
            _ => None,
        };
        prose.push(if skipped.is_some() { 'X' } else { sign });
        rest = skipped.unwrap_or(after);
    }
    prose
}

fn limits(key: &str, shown: &str) -> Vec<String> {
    let ends =
        |ending: &str| key.ends_with(&format!("-{ending}")) || key.ends_with(&format!(".{ending}"));
    let Some((ending, most, what)) = LIMITS.into_iter().find(|(ending, ..)| ends(ending)) else {
        return Vec::new();
    };
    let mut faults = Vec::new();
    let length = shown.chars().count();
    if length > most {
        faults.push(format!(
            "has {length} characters; its key ends in \"{ending}\": {what} has {most} at most"
        ));
    }
    let of_name = |sign: char| sign.is_alphanumeric() || "-_'".contains(sign);
    if ending == "name" && (!shown.chars().all(of_name) || shown.to_lowercase() != shown) {
        faults.push(format!(
            "is {what}: letters, digits, - and _ only, lower case, no spaces (P16)"
        ));
    }
    faults
}

mod self_check {
    use super::faults;

    #[test]
    fn each_rule_of_typography_finds_its_fault() {
        for (language, bad) in [
            ("de", "Strasse und Straße"),
            ("de", "Das „Konto“"),
            ("de", "Gib den Code ein"),
            ("de", "Ihr Konto ist  gesperrt"),
            ("fr", "Attention!"),
            ("fr", "Attention !"),
            ("fr", "le « compte »"),
            ("fr", "l'adresse"),
            ("fr", "Choisis une adresse"),
            ("it", "l'indirizzo"),
            ("it", "Inserisci il codice"),
            ("en", "the \"desk\""),
            ("en", "Wait..."),
            ("en", " blank"),
        ] {
            assert!(
                !faults(language, "some-text", bad).is_empty(),
                "{language}: {bad}"
            );
        }
    }

    #[test]
    fn good_texts_pass() {
        for (language, good) in [
            ("de", "Das Konto «Muster» ist gesperrt: <t:1800000000:R>."),
            (
                "fr",
                "Le compte «\u{A0}Muster\u{A0}» est verrouillé\u{202F}; voir `/resend-code kind:reset`.",
            ),
            ("it", "L’account «Muster» è bloccato: <@&12>."),
            (
                "en",
                "The account “Muster” is locked: https://example.ch/code?c=1",
            ),
        ] {
            assert_eq!(
                faults(language, "some-text", good),
                Vec::<String>::new(),
                "{language}"
            );
        }
    }

    #[test]
    fn p16_limits_go_by_the_end_of_the_key() {
        let long = "x".repeat(81);
        assert!(!faults("en", "unlock-label", &long).is_empty());
        assert!(!faults("en", "unlock.label", &long).is_empty());
        assert!(faults("en", "unlock-text", &long).is_empty());
        assert!(!faults("en", "user-name", "User").is_empty());
        assert!(!faults("en", "user-name", "user key").is_empty());
        assert!(faults("de", "user-name", "person").is_empty());
    }
}
