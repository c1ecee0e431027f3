//! How long a code lives (D1, E05): hours, or a calendar month in the desk's time zone.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::{AmbiguousOffset, TimeZone};
use jiff::{SignedDuration, ToSpan};
use serde::{Deserialize, Serialize};

/// The life of a code, counted from the acceptance of its mail by the mail server.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub enum Life {
    /// The same local time that many months later.
    Months(u16),
    /// That many times 3,600 seconds.
    Hours(u16),
}

/// The text is not a life.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("a life is written as \"24 hours\", \"7 days\" or \"1 month\"")]
pub struct MalformedLife;

impl Life {
    /// The last instant at which a code is still valid.
    ///
    /// Where the month has no such day, its last one counts; in the gap of spring the next valid instant,
    /// of two equal local times in autumn the later.
    #[must_use]
    pub fn end(self, start: Timestamp, zone: &TimeZone) -> Timestamp {
        match self {
            Self::Hours(hours) => start
                .checked_add(SignedDuration::from_hours(i64::from(hours)))
                .unwrap_or(Timestamp::MAX),
            Self::Months(months) => zone
                .to_datetime(start)
                .checked_add(i32::from(months).months())
                .map_or(Timestamp::MAX, |local| resolve(local, zone)),
        }
    }
}

/// The instant of a local time by the rule of D1.
fn resolve(local: DateTime, zone: &TimeZone) -> Timestamp {
    let ambiguous = zone.to_ambiguous_timestamp(local);
    match ambiguous.offset() {
        AmbiguousOffset::Gap { after, .. } => {
            // read with the offset after the gap, the local time lies before the change of clocks
            let before_gap = after.to_timestamp(local).unwrap_or(Timestamp::MAX);
            zone.following(before_gap)
                .next()
                .map_or(Timestamp::MAX, |change| change.timestamp())
        }
        _ => ambiguous.later().unwrap_or(Timestamp::MAX),
    }
}

impl From<Life> for String {
    fn from(life: Life) -> Self {
        match life {
            Life::Months(1) => "1 month".to_owned(),
            Life::Months(months) => format!("{months} months"),
            Life::Hours(hours) => format!("{hours} hours"),
        }
    }
}

impl TryFrom<String> for Life {
    type Error = MalformedLife;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let mut parts = text.split_whitespace();
        let (Some(count), Some(unit), None) = (parts.next(), parts.next(), parts.next()) else {
            return Err(MalformedLife);
        };
        let count: u16 = count
            .parse()
            .ok()
            .filter(|count| *count > 0)
            .ok_or(MalformedLife)?;
        match unit {
            "hour" | "hours" => Ok(Self::Hours(count)),
            "day" | "days" => count.checked_mul(24).map(Self::Hours).ok_or(MalformedLife),
            "month" | "months" => Ok(Self::Months(count)),
            _ => Err(MalformedLife),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn end_of_month_from(start: &str) -> String {
        let zone = TimeZone::get("Europe/Zurich").unwrap();
        let start = start
            .parse::<DateTime>()
            .unwrap()
            .to_zoned(zone.clone())
            .unwrap()
            .timestamp();
        Life::Months(1).end(start, &zone).to_string()
    }

    #[test]
    fn e05_a_month_is_the_same_local_time_or_the_last_day() {
        assert_eq!(
            end_of_month_from("2026-03-15T10:00:00"),
            "2026-04-15T08:00:00Z"
        );
        assert_eq!(
            end_of_month_from("2026-01-31T12:00:00"),
            "2026-02-28T11:00:00Z"
        );
        assert_eq!(
            end_of_month_from("2028-01-31T12:00:00"),
            "2028-02-29T11:00:00Z"
        );
    }

    #[test]
    fn e05_a_month_that_ends_in_the_gap_of_spring_ends_at_its_end() {
        assert_eq!(
            end_of_month_from("2026-02-28T02:30:00"),
            "2026-03-28T01:30:00Z"
        );
        assert_eq!(
            end_of_month_from("2027-02-28T02:30:00"),
            "2027-03-28T01:00:00Z",
            "03:00 local, the first valid instant"
        );
    }

    #[test]
    fn e05_of_two_equal_local_times_in_autumn_the_later_counts() {
        assert_eq!(
            end_of_month_from("2026-09-25T02:30:00"),
            "2026-10-25T01:30:00Z"
        );
    }

    #[test]
    fn lives_are_read_from_text() {
        for (text, life) in [
            ("24 hours", Life::Hours(24)),
            ("7 days", Life::Hours(168)),
            ("1 month", Life::Months(1)),
        ] {
            assert_eq!(Life::try_from(text.to_owned()), Ok(life));
        }
        for text in ["", "month", "0 days", "1 year", "-1 days", "1 month ago"] {
            assert_eq!(
                Life::try_from(text.to_owned()),
                Err(MalformedLife),
                "{text}"
            );
        }
    }
}
