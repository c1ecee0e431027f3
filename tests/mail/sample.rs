//! A desk, a person and letters to try.

use std::collections::BTreeMap;
use std::sync::Arc;

use deskhand::domain::account::UserName;
use deskhand::domain::code::{CodeBits, CodeKey, CodeKind, CodeText, derive};
use deskhand::domain::desk::{Desk, DeskTexts};
use deskhand::domain::email::EmailAddress;
use deskhand::domain::ids::{CodeId, DeskId};
use deskhand::domain::language::Language;
use deskhand::domain::letter::{LetterKind, RequestNote};
use deskhand::domain::profiles;
use deskhand::locales::Texts;
use deskhand::ports::mailer::{Letter, LetterCode, Mailer};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use secrecy::SecretString;

pub(super) const USERNAME: &str = "favre.elo";
pub(super) const RECIPIENT: &str = "elodie.favre@example.ch";

pub(super) fn address(text: &str) -> EmailAddress {
    EmailAddress::parse(text).expect("an address")
}

pub(super) fn time(text: &str) -> Timestamp {
    text.parse().expect("a time")
}

pub(super) fn desk() -> Desk {
    let own = |signature: &str| DeskTexts {
        signature: Some(format!("{signature}\nRue Haute 1")),
        opening_hours: Some("8–12".to_owned()),
        phone: Some("+41 21 000 00 00".to_owned()),
    };
    let texts = [
        (Language::De, own("Ihr Team")),
        (Language::Fr, own("Votre équipe")),
        (Language::It, own("Il Suo team")),
    ];
    Desk {
        id: DeskId(42),
        name: "Support Vaud".to_owned(),
        profile: profiles::eiam(),
        language: Language::Fr,
        zone: TimeZone::get("Europe/Zurich").expect("a zone"),
        contact_mailbox: address("contact@example.ch"),
        portal_url: Some("https://portal.example.ch/app".to_owned()),
        support_channel: None,
        approvals_channel: None,
        staff_roles: Vec::new(),
        superusers: Vec::new(),
        auditor_roles: Vec::new(),
        privileged_groups: Vec::new(),
        people: Vec::new(),
        has_webhook: false,
        texts: BTreeMap::from(texts),
    }
}

pub(super) fn code(kind: CodeKind) -> CodeText {
    let id = CodeKind::ALL
        .iter()
        .position(|own| *own == kind)
        .expect("a kind");
    derive(
        &CodeKey::new([7; 32]),
        CodeId(i64::try_from(id).expect("few kinds")),
        kind,
        CodeBits([9; 16]),
    )
}

/// The codes that a letter of this kind carries.
pub(super) const fn kinds(kind: LetterKind) -> &'static [CodeKind] {
    match kind {
        LetterKind::OnboardingCode | LetterKind::Reminder => &[CodeKind::Onboarding],
        LetterKind::ResetLink => &[CodeKind::ResetLink],
        LetterKind::Credentials => &[CodeKind::TemporaryPassword, CodeKind::Pin],
        LetterKind::Username
        | LetterKind::NoticeUnlocked
        | LetterKind::NoticeAddressReplaced
        | LetterKind::RequestWaiting => &[],
    }
}

/// The kinds that go to the person concerned.
pub(super) fn to_person() -> impl Iterator<Item = LetterKind> {
    let all = LetterKind::ALL.into_iter();
    all.filter(|kind| *kind != LetterKind::RequestWaiting)
}

/// The letter to the contact mailbox about a request that nobody decides.
pub(super) fn about_request(language: Language) -> Letter {
    Letter {
        identity: "request/1234567/waiting".to_owned(),
        name: "Support Vaud".to_owned(),
        request: Some(RequestNote {
            number: 42,
            waits: true,
            requested_at: time("2027-01-31T13:05:42Z"),
            expires_at: time("2027-02-03T13:05:42Z"),
        }),
        ..letter(LetterKind::RequestWaiting, language)
    }
}

pub(super) fn letter(kind: LetterKind, language: Language) -> Letter {
    let code = |own: &CodeKind| LetterCode {
        kind: *own,
        text: code(*own),
        expires_at: time("2027-02-28T13:05:00Z"),
        sent_at: (kind == LetterKind::Reminder).then(|| time("2027-01-28T08:30:00Z")),
    };
    Letter {
        identity: "letter/1234567".to_owned(),
        kind,
        to: address(RECIPIENT),
        language,
        name: "Élodie Favre".to_owned(),
        username: UserName::parse(USERNAME).expect("a user name"),
        request: None,
        codes: kinds(kind).iter().map(code).collect(),
        tells_unlock: false,
        changed_at: time("2027-01-31T13:05:42Z"),
        written_at: time("2027-01-31T13:06:00Z"),
    }
}

pub(super) fn mailer(url: &str, redirect_to: Option<&str>) -> Arc<dyn Mailer> {
    let texts = Arc::new(Texts::load().expect("texts"));
    let from = "Le service, d’assistance <desk@mail.example.ch>";
    deskhand::mail::open(
        &SecretString::from(url),
        from,
        redirect_to.map(address),
        texts,
    )
    .expect("a mailer")
}

/// A mail taken apart: headers unfolded, both parts decoded.
pub(super) struct Mail {
    pub(super) headers: Vec<(String, String)>,
    pub(super) text: String,
    pub(super) html: String,
}

impl Mail {
    pub(super) fn read(raw: &[u8]) -> Self {
        let parsed = mailparse::parse_mail(raw).expect("a mail");
        assert_eq!(parsed.ctype.mimetype, "multipart/alternative");
        let part = |mimetype: &str| {
            let found = parsed
                .subparts
                .iter()
                .find(|part| part.ctype.mimetype == mimetype);
            found
                .expect("both parts")
                .get_body()
                .expect("a readable part")
        };
        let headers = parsed
            .headers
            .iter()
            .map(|header| (header.get_key(), header.get_value()));
        Self {
            headers: headers.collect(),
            text: part("text/plain"),
            html: part("text/html"),
        }
    }

    pub(super) fn header(&self, name: &str) -> &str {
        let all: Vec<_> = self
            .headers
            .iter()
            .filter(|(own, _)| own.eq_ignore_ascii_case(name))
            .collect();
        assert_eq!(all.len(), 1, "{name}: {:?}", self.headers);
        &all[0].1
    }
}
