//! A parsed settings file whose values know their line, with the environment before it.
//! Every complaint is one line: file, line, key, and what to write instead.

use std::cell::RefCell;

use toml::de::DeTable;

use super::checks::nearest;
use super::item::Item;

/// Reads an environment variable.
pub(super) type Environment<'e> = &'e dyn Fn(&str) -> Option<String>;

/// Complaints about missing things come after those about what stands in the file, where a slip of the pen explains them.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    Wrong,
    Missing,
}

/// The file's text with the complaints found so far.
pub(super) struct Document<'e> {
    file: String,
    line_starts: Vec<usize>,
    env: Environment<'e>,
    problems: RefCell<Vec<(Rank, usize, String)>>,
}

impl<'e> Document<'e> {
    pub(super) fn new(file: String, text: &str, env: Environment<'e>) -> Self {
        let ends = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
        let line_starts = ends.map(|(at, _)| at.saturating_add(1)).collect();
        Self {
            file,
            line_starts,
            env,
            problems: RefCell::default(),
        }
    }

    fn line(&self, offset: usize) -> usize {
        self.line_starts
            .partition_point(|start| *start <= offset)
            .saturating_add(1)
    }

    /// Takes down a complaint about a place in the file.
    pub(super) fn problem_at(&self, offset: usize, text: impl std::fmt::Display) {
        self.take_down(Rank::Wrong, offset, text);
    }

    fn take_down(&self, rank: Rank, offset: usize, text: impl std::fmt::Display) {
        let line = self.line(offset);
        self.problems
            .borrow_mut()
            .push((rank, line, format!("{}:{line}: {text}", self.file)));
    }

    /// Takes down that something is missing from the whole file.
    pub(super) fn missing(&self, text: impl std::fmt::Display) {
        self.problems.borrow_mut().push((
            Rank::Missing,
            usize::MAX,
            format!("{}: {text}", self.file),
        ));
    }

    pub(super) fn problem_in_environment(&self, text: impl std::fmt::Display) {
        self.problems
            .borrow_mut()
            .push((Rank::Wrong, 0, format!("environment: {text}")));
    }

    fn environment(&self, name: &str) -> Option<String> {
        (self.env)(name).filter(|value| !value.trim().is_empty())
    }

    /// The complaints in the order of their lines.
    pub(super) fn into_problems(self) -> Vec<String> {
        let mut problems = self.problems.into_inner();
        problems.sort_by_key(|(rank, line, _)| (*rank, *line));
        problems.into_iter().map(|(_, _, text)| text).collect()
    }
}

/// A table of the file; one that the file does not have is empty, the environment may still fill it.
pub(super) struct Table<'d> {
    doc: &'d Document<'d>,
    /// How complaints name it, such as `[discord]`.
    heading: String,
    /// What stands before its keys in complaints, such as `discord.`.
    prefix: String,
    at: Option<usize>,
    entries: Option<&'d DeTable<'d>>,
}

impl<'d> Table<'d> {
    /// The whole file.
    pub(super) fn root(doc: &'d Document<'d>, entries: &'d DeTable<'d>) -> Self {
        Self {
            doc,
            heading: "the file".to_owned(),
            prefix: String::new(),
            at: None,
            entries: Some(entries),
        }
    }

    /// A table that the file writes at that place.
    pub(super) fn at(
        doc: &'d Document<'d>,
        heading: String,
        prefix: String,
        place: (Option<usize>, &'d DeTable<'d>),
    ) -> Self {
        Self {
            doc,
            heading,
            prefix,
            at: place.0,
            entries: Some(place.1),
        }
    }

    /// A table within this one, empty when it is not there. Its unknown keys are complained about.
    pub(super) fn section(&self, key: &str, known: &[&str]) -> Table<'d> {
        let found = self.get(key).and_then(|item| item.table());
        let table = found.unwrap_or_else(|| Table {
            doc: self.doc,
            heading: format!("[{}{key}]", self.prefix),
            prefix: format!("{}{key}.", self.prefix),
            at: None,
            entries: None,
        });
        table.check_keys(known);
        table
    }

    /// Complains about keys that are none of these.
    pub(super) fn check_keys(&self, known: &[&str]) {
        for key in self.entries.into_iter().flat_map(DeTable::keys) {
            let name = key.get_ref().as_ref();
            if known.contains(&name) {
                continue;
            }
            let hint = match nearest(name, known.iter().copied()) {
                Some(near) => format!("did you mean \"{near}\"?"),
                None => format!("known are {}", known.join(", ")),
            };
            self.doc.problem_at(
                key.span().start,
                format_args!(
                    "unknown key \"{}\" in {}; {hint}",
                    name.escape_debug(),
                    self.heading
                ),
            );
        }
    }

    /// The keys that stand in the file, with their items.
    pub(super) fn items(&self) -> Vec<(String, Item<'d>)> {
        let keys = self
            .entries
            .into_iter()
            .flat_map(DeTable::keys)
            .map(|key| key.get_ref().to_string());
        keys.filter_map(|key| self.get(&key).map(|item| (key, item)))
            .collect()
    }

    /// The value of a key.
    pub(super) fn get(&self, key: &str) -> Option<Item<'d>> {
        let value = self.entries?.get(key)?;
        Some(Item::of(self.doc, format!("{}{key}", self.prefix), value))
    }

    /// The environment's value, else the file's. A wrong type in the file is complained about in any case: it would
    /// show only on the day when the variable is missing.
    pub(super) fn get_or_env(&self, key: &str, variable: &str) -> Option<Item<'d>> {
        let item = self.get(key);
        let Some(text) = self.doc.environment(variable) else {
            return item;
        };
        if let Some(item) = item {
            item.check_type();
        }
        Some(Item::of_environment(self.doc, variable, text))
    }

    /// The value of a key that must be there.
    pub(super) fn required(&self, key: &str) -> Option<Item<'d>> {
        let item = self.get(key);
        if item.is_none() {
            self.missing(key, "");
        }
        item
    }

    /// Complains that a key is not there.
    pub(super) fn missing(&self, key: &str, hint: &str) {
        let text = format!("missing {}{key}{hint}", self.prefix);
        match self.at {
            Some(at) => self.doc.take_down(Rank::Missing, at, text),
            None => self.doc.missing(text),
        }
    }

    /// Complains about the table as a whole.
    pub(super) fn problem(&self, text: impl std::fmt::Display) {
        match self.at {
            Some(at) => self
                .doc
                .problem_at(at, format_args!("{} {text}", self.heading)),
            None => self.doc.missing(text),
        }
    }
}
