//! Columns by their titles: the canonical names, or the source systems' own.

use super::problem::FileProblem;
use crate::domain::import::Field;

/// A column of an accounts file.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum AccountColumn {
    Username,
    Value(Field),
    /// `Gruppi`: groups separated by comma.
    CommaGroups,
}

/// A column of a records file.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum RecordColumn {
    ExternalId,
    Kind,
    GivenName,
    Surname,
    FiscalCode,
    Email,
    Scope,
    Class,
    SchoolYear,
}

/// What a column is, by its canonical name.
pub(super) trait Column: Copy {
    /// Reads a title, in lower case.
    fn of_title(title: &str) -> Option<Self>;
    /// The canonical name; two columns of one name clash.
    fn name(self) -> &'static str;
    /// Names of columns that must be there.
    const REQUIRED: &'static [&'static str];
}

impl Column for AccountColumn {
    const REQUIRED: &'static [&'static str] = &["username", "given_name", "surname"];

    fn of_title(title: &str) -> Option<Self> {
        Some(match title {
            "username" | "nome utente" => Self::Username,
            "gruppi" => Self::CommaGroups,
            "cognome" => Self::Value(Field::Surname),
            "nome" => Self::Value(Field::GivenName),
            "mail utente" => Self::Value(Field::Email),
            "attivo" => Self::Value(Field::State),
            "scadenza password" => Self::Value(Field::PasswordExpires),
            "codice fiscale" => Self::Value(Field::FiscalCode),
            other => Self::Value(Field::parse(other)?),
        })
    }

    fn name(self) -> &'static str {
        match self {
            Self::Username => "username",
            Self::Value(field) => field.column(),
            Self::CommaGroups => Field::Groups.column(),
        }
    }
}

impl Column for RecordColumn {
    const REQUIRED: &'static [&'static str] = &["external_id", "kind", "given_name", "surname"];

    fn of_title(title: &str) -> Option<Self> {
        Some(match title {
            "external_id" | "codice" => Self::ExternalId,
            "kind" | "tipo anagrafica" => Self::Kind,
            "given_name" | "nome" => Self::GivenName,
            "surname" | "cognome" => Self::Surname,
            "fiscal_code" | "codice fiscale" => Self::FiscalCode,
            "email" | "mail" => Self::Email,
            "scope" | "plesso" => Self::Scope,
            "class" | "classe" => Self::Class,
            "school_year" | "anno scolastico" => Self::SchoolYear,
            _ => return None,
        })
    }

    fn name(self) -> &'static str {
        match self {
            Self::ExternalId => "external_id",
            Self::Kind => "kind",
            Self::GivenName => "given_name",
            Self::Surname => "surname",
            Self::FiscalCode => "fiscal_code",
            Self::Email => "email",
            Self::Scope => "scope",
            Self::Class => "class",
            Self::SchoolYear => "school_year",
        }
    }
}

/// Titles of a rejects file that say nothing about the row.
pub(super) const REJECT_TITLES: [&str; 2] = ["line", "reason"];

/// The columns of a file in its own order; `None` for one that is left out.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Header<C> {
    pub(super) columns: Vec<Option<C>>,
    /// Titles that are not known.
    pub(super) ignored: Vec<String>,
}

impl<C: Column> Header<C> {
    /// Reads the titles of the header on that line.
    ///
    /// # Errors
    /// A key column is missing, or two columns are the same.
    pub(super) fn read(titles: &[String], line: u64) -> Result<Self, FileProblem> {
        let mut header = Self {
            columns: Vec::with_capacity(titles.len()),
            ignored: Vec::new(),
        };
        let mut names = Vec::new();
        for title in titles {
            let plain = title
                .split_whitespace()
                .collect::<Vec<_>>()
                .join(" ")
                .to_lowercase();
            let column = C::of_title(&plain);
            if let Some(column) = column {
                if names.contains(&column.name()) {
                    return Err(FileProblem::TwoColumns {
                        line,
                        column: column.name(),
                    });
                }
                names.push(column.name());
            } else if !plain.is_empty() && !REJECT_TITLES.contains(&plain.as_str()) {
                header.ignored.push(
                    title
                        .trim()
                        .chars()
                        .filter(|sign| !sign.is_control())
                        .take(80)
                        .collect(),
                );
            }
            header.columns.push(column);
        }
        let missing: Vec<_> = C::REQUIRED
            .iter()
            .copied()
            .filter(|name| !names.contains(name))
            .collect();
        if missing.is_empty() {
            Ok(header)
        } else {
            Err(FileProblem::MissingColumns {
                line,
                columns: missing.join(", "),
            })
        }
    }

    /// The columns with a row's cells.
    pub(super) fn cells<'c>(&'c self, cells: &'c [Vec<u8>]) -> impl Iterator<Item = (C, &'c [u8])> {
        let known = self.columns.iter().zip(cells);
        known.filter_map(|(column, cell)| column.map(|column| (column, cell.as_slice())))
    }
}
