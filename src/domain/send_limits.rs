//! How often codes and user names may be sent (R17).

use jiff::{SignedDuration, Timestamp};

use super::profile::Profile;
use super::refusal::Refusal;

const DAY: SignedDuration = SignedDuration::from_hours(24);
const HOUR: SignedDuration = SignedDuration::from_hours(1);

/// Past sends that count.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct PastSends {
    /// To this person within the last 24 hours, oldest first.
    pub to_person: Vec<Timestamp>,
    /// By this helper within the last hour, oldest first.
    pub by_helper: Vec<Timestamp>,
}

/// Whether one more send may go now.
///
/// # Errors
/// Too soon after the last one, or too many; with the time of the next possible one.
pub fn check(profile: &Profile, past: &PastSends, now: Timestamp) -> Result<(), Refusal> {
    let gap = SignedDuration::from_mins(i64::from(profile.send_gap_minutes));
    if let Some(next) = past
        .to_person
        .last()
        .map(|last| after(*last, gap))
        .filter(|next| *next > now)
    {
        return Err(Refusal::SentTooRecently { next });
    }
    if let Some(next) = next_free(&past.to_person, profile.sends_per_day, DAY, now) {
        return Err(Refusal::TooManyToPerson { next });
    }
    if let Some(next) = next_free(&past.by_helper, profile.helper_sends_per_hour, HOUR, now) {
        return Err(Refusal::TooManyByHelper { next });
    }
    Ok(())
}

fn after(start: Timestamp, duration: SignedDuration) -> Timestamp {
    start.checked_add(duration).unwrap_or(Timestamp::MAX)
}

/// When the window has room again, if it has none now.
fn next_free(
    sends: &[Timestamp],
    max: u32,
    window: SignedDuration,
    now: Timestamp,
) -> Option<Timestamp> {
    let recent: Vec<_> = sends
        .iter()
        .filter(|sent| after(**sent, window) > now)
        .collect();
    let max = usize::try_from(max).unwrap_or(usize::MAX);
    let blocking = recent.len().checked_sub(max)?;
    recent
        .get(blocking)
        .map_or(Some(Timestamp::MAX), |sent| Some(after(**sent, window)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::profiles;

    fn at(minute: i64) -> Timestamp {
        Timestamp::from_second(minute * 60).unwrap()
    }

    fn to_person(minutes: &[i64]) -> PastSends {
        PastSends {
            to_person: minutes.iter().map(|minute| at(*minute)).collect(),
            by_helper: vec![],
        }
    }

    #[test]
    fn r17_two_minutes_between_two_sends_to_one_person() {
        let past = to_person(&[0]);
        assert_eq!(
            check(&profiles::own(), &past, at(1)),
            Err(Refusal::SentTooRecently { next: at(2) })
        );
        assert_eq!(check(&profiles::own(), &past, at(2)), Ok(()));
    }

    #[test]
    fn r17_five_sends_a_day_to_one_person() {
        let past = to_person(&[0, 10, 20, 30, 40]);
        let day = 24 * 60;
        assert_eq!(
            check(&profiles::own(), &past, at(day - 1)),
            Err(Refusal::TooManyToPerson { next: at(day) })
        );
        assert_eq!(check(&profiles::own(), &past, at(day)), Ok(()));
    }

    #[test]
    fn r17_thirty_sends_an_hour_by_one_helper() {
        let past = PastSends {
            to_person: vec![],
            by_helper: (0..30).map(at).collect(),
        };
        assert_eq!(
            check(&profiles::own(), &past, at(59)),
            Err(Refusal::TooManyByHelper { next: at(60) })
        );
        assert_eq!(check(&profiles::own(), &past, at(60)), Ok(()));
    }
}
