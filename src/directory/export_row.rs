//! A row of an exported file, in the form of the source system: titles, delimiter, encoding, dates.

use std::borrow::Cow;
use std::io::Write;

use jiff::civil::Date;

use crate::domain::account::{Account, AccountState};
use crate::domain::import::Field;
use crate::domain::scope::Scope;

/// The form of a system's files.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Form {
    /// The canonical titles, commas, UTF-8.
    Canonical,
    /// Alunni Web's own titles, semicolons, Windows-1252, CR LF; language and lock, which it does not have, follow.
    AlunniWeb,
}

/// Alunni Web's titles and what stands below them; the user name has no field.
const ALUNNI_WEB: [(&str, Option<Field>); 10] = [
    ("Gruppi", Some(Field::Groups)),
    ("Cognome", Some(Field::Surname)),
    ("Nome", Some(Field::GivenName)),
    ("Nome utente", None),
    ("Mail utente", Some(Field::Email)),
    ("Attivo", Some(Field::State)),
    ("Scadenza password", Some(Field::PasswordExpires)),
    ("Codice fiscale", Some(Field::FiscalCode)),
    ("language", Some(Field::Language)),
    ("locked", Some(Field::Locked)),
];

/// How the file's text is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Encoding {
    Utf8,
    Windows1252,
}

impl Encoding {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Utf8 => "UTF-8",
            Self::Windows1252 => "Windows-1252",
        }
    }

    /// A cell's bytes.
    pub(super) fn encode(self, cell: &str) -> Cow<'_, [u8]> {
        match self {
            Self::Utf8 => Cow::Borrowed(cell.as_bytes()),
            Self::Windows1252 => encoding_rs::WINDOWS_1252.encode(cell).0,
        }
    }
}

/// What all rows together ask of the file.
#[derive(Clone, Copy, Default, Debug)]
pub(super) struct Surroundings {
    pub(super) accounts: u64,
    /// Some account has a scope of its own; without any, the column would only be refused.
    scopes: bool,
    /// The file is for the import, not for eyes.
    raw: bool,
    /// How the texts go into Windows-1252.
    fit: Fit,
}

/// How texts go into Windows-1252; of several texts the last one here counts.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Debug)]
enum Fit {
    /// The same bytes in every encoding.
    #[default]
    Ascii,
    /// They fit, but a reader would take their bytes for UTF-8.
    Ambiguous,
    /// They fit, and some cell's bytes are no UTF-8.
    Clear,
    /// Some sign is not in it.
    Lossy,
}

impl Fit {
    fn of(cell: &str) -> Self {
        let (bytes, _, unmappable) = encoding_rs::WINDOWS_1252.encode(cell);
        match (unmappable, cell.is_ascii(), std::str::from_utf8(&bytes)) {
            (true, ..) => Self::Lossy,
            (false, true, _) => Self::Ascii,
            (false, false, Err(_)) => Self::Clear,
            (false, false, Ok(_)) => Self::Ambiguous,
        }
    }
}

impl Surroundings {
    /// Before the first account.
    pub(super) fn of(raw: bool) -> Self {
        Self {
            raw,
            ..Self::default()
        }
    }

    /// Takes an account into account.
    pub(super) fn look_at(&mut self, form: Form, account: &Account) {
        self.accounts = self.accounts.saturating_add(1);
        self.scopes |= !account.data.scopes.is_empty();
        if form == Form::AlunniWeb {
            let cells = form.row(account, self).cells;
            let fit = cells.iter().map(|cell| Fit::of(cell)).max();
            self.fit = self.fit.max(fit.unwrap_or_default());
        }
    }

    /// Whether the file that was begun can hold an account: its signs, and its scopes.
    pub(super) fn holds(&self, form: Form, account: &Account) -> bool {
        let mut with = *self;
        with.look_at(form, account);
        let scopes = form == Form::AlunniWeb || with.scopes == self.scopes;
        scopes && with.encoding(form) == self.encoding(form)
    }

    /// The system's own encoding where it loses nothing and reads back as itself.
    pub(super) const fn encoding(&self, form: Form) -> Encoding {
        match (form, self.fit) {
            (Form::AlunniWeb, Fit::Ascii | Fit::Clear) => Encoding::Windows1252,
            (Form::AlunniWeb, Fit::Ambiguous | Fit::Lossy) | (Form::Canonical, _) => Encoding::Utf8,
        }
    }
}

/// The cells of an account.
pub(super) struct ExportRow {
    pub(super) cells: Vec<String>,
    /// The account has no scope of its own where the file has a column for it.
    pub(super) without_scope: bool,
}

impl ExportRow {
    /// Puts an apostrophe before cells that a spreadsheet would run (R35); how many.
    pub(super) fn neutralise(&mut self) -> u64 {
        let mut count = 0;
        for cell in &mut self.cells {
            if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) {
                cell.insert(0, '\'');
                count += 1;
            }
        }
        count
    }
}

impl Form {
    /// The form of a profile's system.
    pub(super) fn of(profile: &str) -> Self {
        if profile == "alunni-web" {
            Self::AlunniWeb
        } else {
            Self::Canonical
        }
    }

    /// A writer of rows.
    pub(super) fn writer<W: Write>(self, out: W) -> csv::Writer<W> {
        let mut builder = csv::WriterBuilder::new();
        match self {
            Self::Canonical => builder.terminator(csv::Terminator::Any(b'\n')),
            Self::AlunniWeb => builder.delimiter(b';').terminator(csv::Terminator::CRLF),
        };
        builder.from_writer(out)
    }

    /// Titles and fields in the file's order.
    fn columns(self, seen: &Surroundings) -> Vec<(&'static str, Option<Field>)> {
        match self {
            Self::AlunniWeb => ALUNNI_WEB.to_vec(),
            Self::Canonical => {
                let fields = Field::ALL
                    .into_iter()
                    .filter(|field| *field != Field::Scope || seen.scopes);
                let columns = fields.map(|field| (field.column(), Some(field)));
                std::iter::once(("username", None)).chain(columns).collect()
            }
        }
    }

    /// The header.
    pub(super) fn titles(self, seen: &Surroundings) -> Vec<&'static str> {
        let columns = self.columns(seen);
        columns.into_iter().map(|(title, _)| title).collect()
    }

    /// An account's cells.
    pub(super) fn row(self, account: &Account, seen: &Surroundings) -> ExportRow {
        let cells = self.columns(seen).into_iter().map(|(_, field)| {
            field.map_or_else(
                || account.data.username.as_str().to_owned(),
                |field| self.cell(field, account, seen.raw),
            )
        });
        ExportRow {
            cells: cells.collect(),
            without_scope: self == Self::Canonical && seen.scopes && account.data.scopes.is_empty(),
        }
    }

    fn cell(self, field: Field, account: &Account, raw: bool) -> String {
        let data = &account.data;
        match (self, field) {
            // an import would take the scopes where it counts for scopes of its own
            (Self::Canonical, Field::Scope) if !raw => {
                let scopes = account.effective_scopes();
                let paths: Vec<_> = scopes.iter().map(Scope::as_str).collect();
                paths.join("|")
            }
            (Self::AlunniWeb, Field::Groups) => {
                let groups: Vec<_> = data.groups.iter().map(String::as_str).collect();
                groups.join(", ")
            }
            (Self::AlunniWeb, Field::PasswordExpires) => {
                data.password_expires.map_or_else(String::new, slashed)
            }
            (Self::AlunniWeb, Field::State) => match data.state {
                AccountState::Active => "Si".to_owned(),
                AccountState::Deactivated => "No".to_owned(),
                // the portal has no word for it, and neither Si nor No would be true
                AccountState::Invited => AccountState::Invited.code().to_owned(),
                AccountState::Unknown => String::new(),
            },
            _ => field.text(data),
        }
    }
}

/// dd/mm/yyyy.
fn slashed(day: Date) -> String {
    format!("{:02}/{:02}/{:04}", day.day(), day.month(), day.year())
}
