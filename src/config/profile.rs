//! A desk's profile: one by name, with the keys that the desk writes otherwise.

use super::document::Table;
use super::item::Item;
use crate::domain::approval::FourEyes;
use crate::domain::code_life::Life;
use crate::domain::profile::{AddressRule, Profile, SendKind};
use crate::domain::profiles;
use crate::domain::reason::ReadyReason;

/// The keys of a profile that a desk may write otherwise.
pub(super) const KEYS: [&str; 24] = [
    "kinds",
    "groups",
    "ready_reasons",
    "address",
    "notify_wrong_address",
    "mail_required",
    "failed_logins_max",
    "onboarding_life",
    "reset_life",
    "temporary_password_life",
    "invitation_life",
    "verification_life",
    "sends_per_day",
    "send_gap_minutes",
    "helper_sends_per_hour",
    "address_change_days",
    "password_expiring_days",
    "register_records",
    "system_name",
    "four_eyes",
    "request_life_hours",
    "request_reminder_hours",
    "request_warning_hours",
    "request_flag_persons",
];

/// Upper bounds against slips of the pen.
const COUNT_MAX: u32 = 100_000;
const MINUTES_MAX: u32 = 24 * 60;
const DAYS_MAX: u32 = 3_650;
const HOURS_MAX: u32 = 24 * 365;

/// The named profile with the desk's own values.
pub(super) fn read(table: &Table<'_>) -> Option<Profile> {
    let mut profile = table
        .required("profile")?
        .one_of(&profiles::NAMES, profiles::by_name)?;
    let one = |key: &str| table.get(key);
    if let Some(item) = one("kinds") {
        profile.kinds = distinct(item.list_of(kind));
    }
    if let Some(item) = one("groups") {
        profile.groups = distinct(item.list_of(group));
    }
    if let Some(item) = one("ready_reasons") {
        profile.ready_reasons = distinct(item.list_of(ready_reason));
    }
    if let Some(item) = one("four_eyes") {
        profile.four_eyes = distinct(item.list_of(four_eyes));
    }
    set(
        &mut profile.address,
        one("address").and_then(|item| item.one_of(&["editable", "replace-only"], address)),
    );
    set(
        &mut profile.notify_wrong_address,
        one("notify_wrong_address").and_then(|item| item.flag()),
    );
    set(
        &mut profile.mail_required,
        one("mail_required").and_then(|item| item.flag()),
    );
    set(
        &mut profile.register_records,
        one("register_records").and_then(|item| item.flag()),
    );
    set(
        &mut profile.system_name,
        one("system_name").and_then(|item| item.parse(system_name)),
    );
    for (key, life) in [
        ("onboarding_life", &mut profile.onboarding_life),
        ("reset_life", &mut profile.reset_life),
        (
            "temporary_password_life",
            &mut profile.temporary_password_life,
        ),
        ("invitation_life", &mut profile.invitation_life),
        ("verification_life", &mut profile.verification_life),
    ] {
        set(life, one(key).and_then(|item| item.parse(read_life)));
    }
    for (key, count, bounds) in [
        (
            "failed_logins_max",
            &mut profile.failed_logins_max,
            1..=COUNT_MAX,
        ),
        ("sends_per_day", &mut profile.sends_per_day, 1..=COUNT_MAX),
        (
            "send_gap_minutes",
            &mut profile.send_gap_minutes,
            0..=MINUTES_MAX,
        ),
        (
            "helper_sends_per_hour",
            &mut profile.helper_sends_per_hour,
            1..=COUNT_MAX,
        ),
        (
            "address_change_days",
            &mut profile.address_change_days,
            0..=DAYS_MAX,
        ),
        (
            "request_life_hours",
            &mut profile.request_life_hours,
            1..=HOURS_MAX,
        ),
        (
            "request_reminder_hours",
            &mut profile.request_reminder_hours,
            1..=HOURS_MAX,
        ),
        (
            "request_warning_hours",
            &mut profile.request_warning_hours,
            0..=HOURS_MAX,
        ),
        (
            "request_flag_persons",
            &mut profile.request_flag_persons,
            1..=COUNT_MAX,
        ),
        (
            "password_expiring_days",
            &mut profile.password_expiring_days,
            0..=DAYS_MAX,
        ),
    ] {
        set(count, one(key).and_then(|item| item.number(bounds)));
    }
    Some(profile)
}

fn set<T>(place: &mut T, value: Option<T>) {
    if let Some(value) = value {
        *place = value;
    }
}

fn distinct<T: PartialEq>(items: Vec<T>) -> Vec<T> {
    let mut kept = Vec::new();
    for item in items {
        if !kept.contains(&item) {
            kept.push(item);
        }
    }
    kept
}

fn kind(item: &Item<'_>) -> Option<SendKind> {
    item.one_of(&SendKind::ALL.map(SendKind::code), SendKind::parse)
}

fn four_eyes(item: &Item<'_>) -> Option<FourEyes> {
    item.one_of(&FourEyes::ALL.map(FourEyes::code), FourEyes::parse)
}

fn ready_reason(item: &Item<'_>) -> Option<ReadyReason> {
    item.one_of(&ReadyReason::ALL.map(ReadyReason::code), ReadyReason::parse)
}

fn group(item: &Item<'_>) -> Option<String> {
    // files separate groups by these, component ids and choices end at 100 characters
    item.parse(|text| {
        let fits = text.chars().count() <= 90
            && !text.contains(['|', ','])
            && !text.chars().any(char::is_control);
        if fits {
            Ok(text.to_owned())
        } else {
            Err("has a group name with | or , or of more than 90 characters")
        }
    })
}

fn system_name(text: &str) -> Result<String, &'static str> {
    let fits = text.chars().count() <= 80 && !text.chars().any(char::is_control);
    if fits {
        Ok(text.to_owned())
    } else {
        Err("must be one line of at most 80 characters")
    }
}

fn address(text: &str) -> Option<AddressRule> {
    match text {
        "editable" => Some(AddressRule::Editable),
        "replace-only" => Some(AddressRule::ReplaceOnly),
        _ => None,
    }
}

fn read_life(text: &str) -> Result<Life, &'static str> {
    Life::try_from(text.to_owned())
        .map_err(|_error| "must be written as \"24 hours\", \"7 days\" or \"1 month\"")
}
