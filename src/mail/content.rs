//! What a letter says, as paragraphs and lines, before it is text or HTML.

use crate::domain::code::CodeKind;
use crate::domain::desk::Desk;
use crate::domain::email::EmailAddress;
use crate::domain::language::Language;
use crate::domain::letter::{LetterKind, RequestNote};
use crate::locales::time::date_time;
use crate::locales::{Args, TextError, Texts, args};
use crate::ports::mailer::{Letter, LetterCode};

/// A letter in words.
#[derive(Debug)]
pub(super) struct Content {
    /// The language of all of it.
    pub(super) language: Language,
    /// The subject: never a code or a user name.
    pub(super) subject: String,
    /// From the greeting to the signature.
    pub(super) blocks: Vec<Block>,
}

/// A part of a letter.
#[derive(Debug)]
pub(super) enum Block {
    /// Running text.
    Paragraph(String),
    /// Lines that belong together: a label with what it names.
    Facts(Vec<Fact>),
    /// Lines without labels.
    Lines(Vec<String>),
}

/// A label and what it names.
#[derive(Debug)]
pub(super) struct Fact {
    /// The label, without a colon.
    pub(super) label: String,
    /// The label with what it names, as one line of text.
    pub(super) line: String,
    /// What it names.
    pub(super) value: Value,
}

/// What a label names.
#[derive(Debug)]
pub(super) enum Value {
    /// A date, a number.
    Plain(String),
    /// To be copied sign by sign.
    Code(String),
    /// To be opened.
    Link(String),
}

/// Why a letter cannot be written; names no value.
#[derive(Debug, thiserror::Error)]
pub(super) enum Unwritable {
    /// A text is broken.
    #[error(transparent)]
    Text(#[from] TextError),
    /// A link needs the desk's `portal_url` (R23).
    #[error("the desk has no portal_url")]
    NoPortal,
    /// A letter about a code came without it.
    #[error("the letter came without its code")]
    NoCode,
}

/// One line of somebody else's text: without line ends, control signs and signs that turn the direction (R35).
pub(super) fn one_line(text: &str) -> String {
    let unsafe_sign = |c: char| {
        c.is_control()
            || matches!(c, '\u{2028}' | '\u{2029}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
    };
    let spaced = text.replace(unsafe_sign, " ");
    spaced
        .split(' ')
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

struct Author<'a> {
    texts: &'a Texts,
    desk: &'a Desk,
    letter: &'a Letter,
}

/// Puts a letter into words. `meant_for` is the true recipient of a rehearsal's letter.
pub(super) fn write(
    texts: &Texts,
    desk: &Desk,
    letter: &Letter,
    meant_for: Option<&EmailAddress>,
) -> Result<Content, Unwritable> {
    let author = Author {
        texts,
        desk,
        letter,
    };
    let desk_name = one_line(&desk.name);
    let number = letter.request.map_or(0, |request| request.number);
    let subject = author.say(
        &format!("mail-subject-{}", letter.kind.code()),
        &args()
            .set("desk", &desk_name)
            .number("number", u64::try_from(number).unwrap_or_default()),
    )?;
    let at = date_time(letter.language, letter.changed_at, &desk.zone);
    let intro = args().set("desk", &desk_name).set("at", at);

    let mut blocks = Vec::new();
    if let Some(recipient) = meant_for {
        blocks.push(author.paragraph(
            "mail-rehearsal",
            &args().set("recipient", recipient.as_str()),
        )?);
    }
    if let Some(request) = &letter.request {
        blocks.extend(author.about_request(request)?);
        return Ok(Content {
            language: letter.language,
            subject,
            blocks,
        });
    }
    blocks.push(author.paragraph("mail-greeting", &args().set("name", one_line(&letter.name)))?);
    blocks.push(author.paragraph(&format!("mail-intro-{}", letter.kind.code()), &intro)?);
    if letter.tells_unlock && letter.kind != LetterKind::NoticeUnlocked {
        blocks.push(author.paragraph("mail-unlocked", &args())?);
    }
    blocks.extend(author.matter()?);
    blocks.push(author.paragraph(
        "mail-objection",
        &args().set("mailbox", desk.contact_mailbox.as_str()),
    )?);
    if letter.kind.carries_codes() {
        // an answer usually quotes the letter, and must not bring the code to the desk (R14)
        blocks.push(author.paragraph("mail-keep-secret", &args())?);
    }
    blocks.push(author.paragraph("mail-closing", &args())?);
    blocks.extend(author.signature()?);
    Ok(Content {
        language: letter.language,
        subject,
        blocks,
    })
}

impl Author<'_> {
    fn say(&self, key: &str, args: &Args<'_>) -> Result<String, TextError> {
        self.texts.try_text(self.letter.language, key, args)
    }

    fn paragraph(&self, key: &str, args: &Args<'_>) -> Result<Block, TextError> {
        self.say(key, args).map(Block::Paragraph)
    }

    fn fact(&self, key: &str, value: Value) -> Result<Fact, TextError> {
        let label = self.say(key, &args())?;
        let (Value::Plain(shown) | Value::Code(shown) | Value::Link(shown)) = &value;
        let line = self.say(
            "mail-line",
            &args().set("label", &label).set("value", shown),
        )?;
        Ok(Fact { label, line, value })
    }

    /// What the contact mailbox is told of a request that nobody decides (D7): no personal data.
    fn about_request(&self, request: &RequestNote) -> Result<Vec<Block>, TextError> {
        let time = |at| date_time(self.letter.language, at, &self.desk.zone);
        let number = u64::try_from(request.number).unwrap_or_default();
        let intro = args()
            .set("desk", one_line(&self.desk.name))
            .number("number", number)
            .set("at", time(request.requested_at))
            .set("until", time(request.expires_at));
        let mut blocks = vec![
            self.paragraph("mail-greeting-mailbox", &args())?,
            self.paragraph("mail-intro-request-waiting", &intro)?,
            self.paragraph("mail-request-what-to-do", &args())?,
            self.paragraph("mail-closing", &args())?,
        ];
        blocks.extend(self.signature()?);
        Ok(blocks)
    }

    /// What the letter carries, and what to do with it. Notices carry nothing (R19).
    fn matter(&self) -> Result<Vec<Block>, Unwritable> {
        match self.letter.kind {
            LetterKind::NoticeUnlocked
            | LetterKind::NoticeAddressReplaced
            | LetterKind::RequestWaiting => Ok(Vec::new()),
            LetterKind::Username => {
                let name = Value::Code(one_line(self.letter.username.as_str()));
                Ok(vec![
                    Block::Facts(vec![self.fact("mail-username", name)?]),
                    self.paragraph("mail-use-username", &args())?,
                ])
            }
            LetterKind::OnboardingCode => self.codes(&[CodeKind::Onboarding]),
            LetterKind::ResetLink => self.codes(&[CodeKind::ResetLink]),
            LetterKind::Credentials => self.codes(&[CodeKind::TemporaryPassword, CodeKind::Pin]),
            LetterKind::Reminder => self.codes(&CodeKind::ALL),
        }
    }

    fn codes(&self, kinds: &[CodeKind]) -> Result<Vec<Block>, Unwritable> {
        let codes: Vec<_> = self
            .letter
            .codes
            .iter()
            .filter(|code| kinds.contains(&code.kind))
            .collect();
        let first = codes.first().ok_or(Unwritable::NoCode)?;
        let mut facts = Vec::new();
        for code in &codes {
            facts.push(self.fact(
                &format!("mail-code-{}", code.kind.code()),
                self.shown(code)?,
            )?);
        }
        let zone = &self.desk.zone;
        let time = |at| Value::Plain(date_time(self.letter.language, at, zone));
        if let Some(sent_at) = first
            .sent_at
            .filter(|_| self.letter.kind == LetterKind::Reminder)
        {
            facts.push(self.fact("mail-sent", time(sent_at))?);
        }
        // a PIN lives as long as its password (D1a); should they differ, the letter promises the shorter life
        let expires_at = codes
            .iter()
            .map(|code| code.expires_at)
            .min()
            .unwrap_or(first.expires_at);
        facts.push(self.fact("mail-valid-until", time(expires_at))?);
        let (key, typed) = match first.kind {
            CodeKind::Onboarding | CodeKind::Verification => ("mail-use-typed", true),
            CodeKind::TemporaryPassword | CodeKind::Pin => ("mail-use-credentials", true),
            CodeKind::ResetLink => ("mail-use-reset-link", false),
            CodeKind::Invitation => ("mail-use-invitation", false),
        };
        let mut blocks = vec![Block::Facts(facts), self.paragraph(key, &args())?];
        if let Some(page) = self.page().filter(|_| typed) {
            blocks.push(Block::Facts(vec![
                self.fact("mail-where", Value::Link(page))?,
            ]));
        }
        Ok(blocks)
    }

    fn shown(&self, code: &LetterCode) -> Result<Value, Unwritable> {
        if !code.kind.is_link() {
            return Ok(Value::Code(code.text.reveal().to_owned()));
        }
        let page = self.page().ok_or(Unwritable::NoPortal)?;
        Ok(Value::Link(format!("{page}?c={}", code.text.reveal())))
    }

    /// The page where codes are redeemed, from the configured address only (R23).
    fn page(&self) -> Option<String> {
        self.desk
            .portal_url
            .as_ref()
            .map(|base| format!("{}/code", base.trim_end_matches('/')))
    }

    /// The desk's own lines in this language; its name where it has no signature.
    fn signature(&self) -> Result<Vec<Block>, TextError> {
        let own = self.desk.texts.get(&self.letter.language);
        let signature = own
            .and_then(|own| own.signature.as_deref())
            .unwrap_or(&self.desk.name);
        let lines: Vec<_> = signature
            .lines()
            .map(one_line)
            .filter(|line| !line.is_empty())
            .collect();
        let mut contact = Vec::new();
        let reach = |own: Option<&String>| {
            own.map(|text| one_line(text))
                .filter(|text| !text.is_empty())
                .map(Value::Plain)
        };
        if let Some(phone) = reach(own.and_then(|own| own.phone.as_ref())) {
            contact.push(self.fact("mail-phone", phone)?);
        }
        if let Some(hours) = reach(own.and_then(|own| own.opening_hours.as_ref())) {
            contact.push(self.fact("mail-hours", hours)?);
        }
        let contact = (!contact.is_empty()).then_some(Block::Facts(contact));
        Ok([Some(Block::Lines(lines)), contact]
            .into_iter()
            .flatten()
            .collect())
    }
}
