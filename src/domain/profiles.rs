//! The profiles of the three systems, and the neutral one that an operator builds on.

use super::code_life::Life;
use super::profile::{AddressRule, Profile, SendKind};
use super::reason::ReadyReason;

/// The names that the configuration knows.
pub const NAMES: [&str; 4] = ["eiam", "extranet", "alunni-web", "own"];

/// The profile of that name.
#[must_use]
pub fn by_name(name: &str) -> Option<Profile> {
    match name {
        "eiam" => Some(eiam()),
        "extranet" => Some(extranet()),
        "alunni-web" => Some(alunni_web()),
        "own" => Some(own()),
        _ => None,
    }
}

fn names(list: &[&str]) -> Vec<String> {
    list.iter().map(|name| (*name).to_owned()).collect()
}

/// The eIAM delegation portal.
#[must_use]
pub fn eiam() -> Profile {
    Profile {
        name: "eiam".to_owned(),
        kinds: vec![
            SendKind::Onboarding,
            SendKind::Reminder,
            SendKind::Reset,
            SendKind::Username,
        ],
        groups: names(&["KT_User", "KT_ErhV", "Spital_User", "Spital_ErhV"]),
        ready_reasons: vec![ReadyReason::WrongEmail, ReadyReason::CodeOlderThanAMonth],
        system_name: "eIAM".to_owned(),
        notify_wrong_address: false,
        mail_required: true,
        ..own()
    }
}

/// The accommodation extranet.
#[must_use]
pub fn extranet() -> Profile {
    Profile {
        name: "extranet".to_owned(),
        kinds: vec![SendKind::Reminder, SendKind::Reset, SendKind::Username],
        groups: names(&["administrator", "reservations", "rates", "finance"]),
        ready_reasons: vec![
            ReadyReason::LockedOut,
            ReadyReason::ForgottenPassword,
            ReadyReason::ForgottenUsername,
        ],
        address: AddressRule::ReplaceOnly,
        system_name: "Extranet".to_owned(),
        mail_required: true,
        ..own()
    }
}

/// Axios Scuola Digitale, Alunni Web.
#[must_use]
pub fn alunni_web() -> Profile {
    Profile {
        name: "alunni-web".to_owned(),
        kinds: vec![
            SendKind::Reminder,
            SendKind::Credentials,
            SendKind::Username,
        ],
        groups: names(&[
            "Docenti",
            "Personale ATA",
            "Tutori",
            "Alunni",
            "Ufficio personale",
            "Ufficio protocollo",
            "Ufficio didattica",
            "Ufficio contabilità",
            "Esterni",
        ]),
        ready_reasons: vec![
            ReadyReason::WrongEmail,
            ReadyReason::ForgottenPassword,
            ReadyReason::MailNotReceived,
        ],
        register_records: true,
        system_name: "Alunni Web".to_owned(),
        temporary_password_life: Life::Hours(7 * 24),
        ..own()
    }
}

/// The neutral rules for a system of the operator's own.
#[must_use]
pub fn own() -> Profile {
    Profile {
        name: "own".to_owned(),
        kinds: vec![
            SendKind::Onboarding,
            SendKind::Reminder,
            SendKind::Reset,
            SendKind::Username,
        ],
        groups: Vec::new(),
        ready_reasons: vec![
            ReadyReason::WrongEmail,
            ReadyReason::LockedOut,
            ReadyReason::ForgottenPassword,
            ReadyReason::MailNotReceived,
        ],
        address: AddressRule::Editable,
        notify_wrong_address: true,
        mail_required: false,
        register_records: false,
        system_name: "directory".to_owned(),
        failed_logins_max: 5,
        onboarding_life: Life::Months(1),
        reset_life: Life::Hours(24),
        temporary_password_life: Life::Hours(24),
        invitation_life: Life::Months(1),
        verification_life: Life::Hours(24),
        sends_per_day: 5,
        send_gap_minutes: 2,
        helper_sends_per_hour: 30,
        address_change_days: 7,
        four_eyes: Vec::new(),
        request_life_hours: 72,
        request_reminder_hours: 2,
        request_warning_hours: 4,
        request_flag_persons: 10,
        password_expiring_days: 14,
    }
}
