//! Why a row does not go in.

use std::fmt;

/// A reason of a rejected row: a text for the operator with a stable code. It never repeats the cell: a value in the
/// wrong column may be a person's.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Reject {
    /// More or fewer cells than the header.
    WrongFieldCount {
        /// The row's.
        found: usize,
        /// The header's.
        expected: usize,
    },
    /// A quote does not close.
    UnclosedQuote,
    /// Text follows a closing quote.
    TextAfterQuote,
    /// Longer than a row may be.
    LongLine,
    /// No user name.
    NoUserName,
    /// A user name with a control character.
    MalformedUserName,
    /// The file has the user name above.
    UserNameSeen,
    /// No external id.
    NoExternalId,
    /// The file has the external id above.
    ExternalIdSeen,
    /// No given name.
    NoGivenName,
    /// No surname.
    NoSurname,
    /// Not a mail address.
    MalformedMail,
    /// None, where the profile demands one.
    MissingMail,
    /// Not one of the four.
    UnknownLanguage,
    /// Not one of the four.
    UnknownState,
    /// Not a group of the profile.
    UnknownGroup {
        /// Those of the profile, separated by commas.
        known: String,
    },
    /// Not a kind of record.
    UnknownKind,
    /// Neither yes nor no.
    UnknownLock,
    /// No day of the calendar.
    ImpossibleDate {
        /// In which column.
        column: &'static str,
    },
    /// The column is there, the value is not.
    EmptyScope,
    /// Not a path.
    MalformedScope,
    /// Longer than a database index takes.
    TooLong {
        /// In which column.
        column: &'static str,
    },
}

impl Reject {
    /// The stable code, for programs.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::WrongFieldCount { .. } => "wrong-field-count",
            Self::UnclosedQuote => "unclosed-quote",
            Self::TextAfterQuote => "text-after-quote",
            Self::NoUserName => "no-username",
            Self::MalformedUserName => "malformed-username",
            Self::UserNameSeen => "username-seen",
            Self::NoExternalId => "no-external-id",
            Self::ExternalIdSeen => "external-id-seen",
            Self::NoGivenName => "no-given-name",
            Self::NoSurname => "no-surname",
            Self::MalformedMail => "malformed-email",
            Self::MissingMail => "missing-email",
            Self::UnknownLanguage => "unknown-language",
            Self::UnknownState => "unknown-state",
            Self::UnknownGroup { .. } => "unknown-group",
            Self::UnknownKind => "unknown-kind",
            Self::UnknownLock => "unknown-locked",
            Self::ImpossibleDate { .. } => "impossible-date",
            Self::EmptyScope => "empty-scope",
            Self::MalformedScope => "malformed-scope",
            Self::LongLine | Self::TooLong { .. } => "too-long",
        }
    }
}

/// `malformed-email: the mail address is malformed`.
impl fmt::Display for Reject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.code())?;
        match self {
            Self::WrongFieldCount { found, expected } => {
                write!(f, "wrong number of fields ({found} instead of {expected})")
            }
            Self::UnclosedQuote => f.write_str("a quote does not close on this line"),
            Self::TextAfterQuote => f.write_str("text follows a closing quote"),
            Self::LongLine => f.write_str("the line is longer than 65536 bytes"),
            Self::NoUserName => f.write_str("no user name"),
            Self::MalformedUserName => {
                f.write_str("the user name holds a line break or another control character")
            }
            Self::UserNameSeen => {
                f.write_str("the user name was already seen in this file; the first row stands")
            }
            Self::NoExternalId => f.write_str("no external id"),
            Self::ExternalIdSeen => {
                f.write_str("the external id was already seen in this file; the first row stands")
            }
            Self::NoGivenName => f.write_str("no given name"),
            Self::NoSurname => f.write_str("no surname"),
            Self::MalformedMail => f.write_str("malformed mail address"),
            Self::MissingMail => f.write_str("missing mail address, which the profile demands"),
            Self::UnknownLanguage => f.write_str("unknown language (known: de fr it en)"),
            Self::UnknownState => {
                f.write_str("unknown state (known: invited active deactivated unknown Si No)")
            }
            Self::UnknownGroup { known } if known.is_empty() => f.write_str(
                "unknown group in groups (known: none; the desk's settings name them by groups = [...])",
            ),
            Self::UnknownGroup { known } => write!(f, "unknown group in groups (known: {known})"),
            Self::UnknownKind => f.write_str("unknown kind (known: student guardian employee)"),
            Self::UnknownLock => f.write_str("unknown value of locked (known: yes no)"),
            Self::ImpossibleDate { column } => write!(
                f,
                "impossible date in {column} (known forms: yyyy-mm-dd dd/mm/yyyy dd.mm.yyyy)"
            ),
            Self::EmptyScope => f.write_str("empty scope"),
            Self::MalformedScope => f.write_str("malformed scope; write a path such as VD/CHUV"),
            Self::TooLong { column } => write!(f, "{column} is longer than 500 characters"),
        }
    }
}
