//! Dates and times as letters write them; Discord shows times in its own way.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::domain::language::Language;

/// The day in the zone: `31. Januar 2027`, `31 janvier 2027`, `31 gennaio 2027`, `31 January 2027`.
#[must_use]
pub fn date(language: Language, at: Timestamp, zone: &TimeZone) -> String {
    let local = zone.to_datetime(at);
    let day = day(language, local.day());
    format!("{day} {} {}", month(language, local.month()), local.year())
}

/// The day and the minute in the zone: `31. Januar 2027, 14:05 Uhr`; seconds are cut off.
#[must_use]
pub fn date_time(language: Language, at: Timestamp, zone: &TimeZone) -> String {
    let local = zone.to_datetime(at);
    let (day, hour, minute) = (date(language, at, zone), local.hour(), local.minute());
    match language {
        Language::De => format!("{day}, {hour:02}:{minute:02} Uhr"),
        Language::Fr => format!("{day} à {hour}\u{A0}h\u{A0}{minute:02}"),
        Language::It => format!("{day} alle {hour:02}:{minute:02}"),
        Language::En => format!("{day} at {hour:02}:{minute:02}"),
    }
}

fn day(language: Language, day: i8) -> String {
    match (language, day) {
        (Language::De, _) => format!("{day}."),
        (Language::Fr, 1) => "1er".to_owned(),
        (Language::It, 1) => "1º".to_owned(),
        _ => day.to_string(),
    }
}

const fn month(language: Language, month: i8) -> &'static str {
    let [de, fr, it, en] = match month {
        1 => ["Januar", "janvier", "gennaio", "January"],
        2 => ["Februar", "février", "febbraio", "February"],
        3 => ["März", "mars", "marzo", "March"],
        4 => ["April", "avril", "aprile", "April"],
        5 => ["Mai", "mai", "maggio", "May"],
        6 => ["Juni", "juin", "giugno", "June"],
        7 => ["Juli", "juillet", "luglio", "July"],
        8 => ["August", "août", "agosto", "August"],
        9 => ["September", "septembre", "settembre", "September"],
        10 => ["Oktober", "octobre", "ottobre", "October"],
        11 => ["November", "novembre", "novembre", "November"],
        _ => ["Dezember", "décembre", "dicembre", "December"],
    };
    match language {
        Language::De => de,
        Language::Fr => fr,
        Language::It => it,
        Language::En => en,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_written_as_each_language_writes_them() {
        let zone = TimeZone::get("Europe/Zurich").unwrap();
        let written = |text: &str| {
            let at: Timestamp = text.parse().unwrap();
            Language::ALL.map(|language| date_time(language, at, &zone))
        };
        assert_eq!(
            written("2027-01-31T13:05:59Z"),
            [
                "31. Januar 2027, 14:05 Uhr",
                "31 janvier 2027 à 14\u{A0}h\u{A0}05",
                "31 gennaio 2027 alle 14:05",
                "31 January 2027 at 14:05",
            ]
        );
        assert_eq!(
            written("2026-07-31T22:00:00Z"),
            [
                "1. August 2026, 00:00 Uhr",
                "1er août 2026 à 0\u{A0}h\u{A0}00",
                "1º agosto 2026 alle 00:00",
                "1 August 2026 at 00:00",
            ]
        );
    }
}
