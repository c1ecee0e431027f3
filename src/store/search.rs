//! Search by sets of grams, the same on both databases: what is stored of a person, what a query asks for.
//! How it works and what was measured is written where `store` names this module.

use std::collections::{BTreeSet, HashMap};

use serde::Serialize;

use super::bulk::SearchCell;
use crate::domain::access::Sight;
use crate::domain::account::{Account, PersonLine};
use crate::domain::ids::DeskId;
use crate::domain::scope::Scope;

/// How many hits of a class are looked for.
pub(super) const CLASS_LIMIT: usize = 25;

/// How many grams of a query go to the index; the others would cost more than they save.
const GRAMS_ASKED: usize = 3;

/// Slices of a desk on PostgreSQL.
pub(super) const SLICES: u32 = 5;

/// How a word must be found.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Class {
    /// Every word starts one.
    Start,
    /// Words of three letters and more are any part of one.
    AnyPart,
}

/// The words of a row: a blank before each, so that the start of a word can be looked for.
pub(super) fn stored_words(cell: &SearchCell) -> String {
    cell.words
        .iter()
        .flat_map(|word| [" ", word.as_str()])
        .collect()
}

/// The scopes of an account and all above them; `*` has none, only the whole desk's sight reaches it.
pub(super) fn scope_nodes<'a>(scopes: impl IntoIterator<Item = &'a Scope>) -> BTreeSet<Scope> {
    scopes
        .into_iter()
        .filter(|scope| !scope.is_whole_desk())
        .flat_map(Scope::with_ancestors)
        .collect()
}

/// The grams of an account's words.
fn word_grams<'a>(words: impl IntoIterator<Item = &'a str>) -> BTreeSet<String> {
    let mut grams = BTreeSet::new();
    for word in words {
        let letters: Vec<char> = word.chars().collect();
        for length in 1..=letters.len().min(3) {
            grams.insert(start_gram(&letters, length));
        }
        grams.extend(letters.windows(3).map(String::from_iter));
    }
    grams
}

fn start_gram(letters: &[char], length: usize) -> String {
    std::iter::once('^')
        .chain(letters.iter().copied().take(length))
        .collect()
}

/// All grams of an account.
pub(super) fn document_grams(cell: &SearchCell) -> Vec<String> {
    let mut grams: Vec<String> = word_grams(cell.words.iter().map(String::as_str))
        .into_iter()
        .collect();
    grams.extend(scope_nodes(&cell.scopes).iter().map(scope_gram));
    grams
}

/// A path may hold any sign, its gram must not.
pub(super) fn scope_gram(scope: &Scope) -> String {
    format!("/{:08x}", short_hash(scope.as_str().as_bytes()))
}

/// The letters that a desk's grams begin with on SQLite. Two desks with the same ones cost time, no mistake.
pub(super) fn desk_prefix(desk: DeskId) -> String {
    let mut rest = short_hash(&desk.0.to_be_bytes());
    let mut letters = String::with_capacity(4);
    for _ in 0..4 {
        letters.extend(char::from_digit(rest % 36, 36));
        rest /= 36;
    }
    letters
}

/// The gram as PostgreSQL indexes it.
pub(super) fn gram_hash(desk: DeskId, slice: u32, gram: &str) -> i32 {
    let bytes = desk
        .0
        .to_be_bytes()
        .into_iter()
        .chain(slice.to_be_bytes())
        .chain(gram.bytes());
    i32::from_be_bytes(fnv(bytes).to_be_bytes())
}

/// In which slice of its desk an account lies: the first holds 1 of 256, each next four times as many up to the rest.
pub(super) fn slice_of(account_id: i64) -> u32 {
    let spread =
        u64::from_be_bytes(account_id.to_be_bytes()).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 56;
    match spread {
        0 => 0,
        1..4 => 1,
        4..16 => 2,
        16..64 => 3,
        _ => 4,
    }
}

fn short_hash(bytes: &[u8]) -> u32 {
    fnv(bytes.iter().copied())
}

/// FNV-1a of 64 bits, folded: short, stable, and good enough where equal hashes are harmless.
fn fnv(bytes: impl Iterator<Item = u8>) -> u32 {
    let hash = bytes.fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    let folded = hash ^ (hash >> 32);
    u32::try_from(folded & 0xffff_ffff).unwrap_or_default()
}

/// One search of one class, as a statement asks it.
#[derive(Debug)]
pub(super) struct Question {
    /// Grams that the index is asked for, the rarest first.
    pub(super) grams: Vec<String>,
    /// What must be in the stored words.
    pub(super) needles: Vec<String>,
}

impl Question {
    /// The question of a class.
    pub(super) fn new(words: &[String], class: Class, shares: &Shares) -> Self {
        let mut rarest = Vec::new();
        let mut others = Vec::new();
        let mut needles = Vec::new();
        for word in words {
            let letters: Vec<char> = word.chars().collect();
            let starts = class == Class::Start || letters.len() < 3;
            needles.push(if starts {
                format!(" {word}")
            } else {
                word.clone()
            });
            let start = starts.then(|| start_gram(&letters, letters.len().min(3)));
            let inner = letters
                .windows(3)
                .skip(usize::from(starts))
                .map(String::from_iter);
            let mut grams: Vec<String> = start.into_iter().chain(inner).collect();
            grams.sort_by_key(|gram| shares.of(gram));
            let mut grams = grams.into_iter();
            rarest.extend(grams.next());
            others.extend(grams);
        }
        rarest.sort_by_key(|gram| shares.of(gram));
        others.sort_by_key(|gram| shares.of(gram));
        let mut seen = BTreeSet::new();
        let mut grams: Vec<String> = rarest
            .into_iter()
            .chain(others)
            .filter(|gram| seen.insert(gram.clone()))
            .collect();
        grams.truncate(GRAMS_ASKED);
        if grams.first().is_some_and(|gram| shares.is_rare(gram)) {
            let mut first = true;
            grams.retain(|gram| std::mem::take(&mut first) || !shares.is_frequent(gram));
        }
        Self { grams, needles }
    }
}

/// How frequent grams are in a desk, from a sample of its people. Wrong ones cost time, never a hit.
#[derive(Debug, Default)]
pub(super) struct Shares {
    documents: usize,
    counts: HashMap<String, u32>,
}

impl Shares {
    /// Counts the grams of stored words.
    pub(super) fn of_sample<'a>(documents: impl IntoIterator<Item = &'a str>) -> Self {
        let mut shares = Self::default();
        for words in documents {
            shares.documents += 1;
            for gram in word_grams(words.split(' ').filter(|word| !word.is_empty())) {
                *shares.counts.entry(gram).or_default() += 1;
            }
        }
        shares
    }

    fn of(&self, gram: &str) -> u32 {
        self.counts.get(gram).copied().unwrap_or_default()
    }

    /// Under one in a hundred.
    fn is_rare(&self, gram: &str) -> bool {
        self.documents > 0 && (self.of(gram) as usize).saturating_mul(100) < self.documents
    }

    /// One in twenty or more.
    fn is_frequent(&self, gram: &str) -> bool {
        (self.of(gram) as usize).saturating_mul(20) >= self.documents
    }
}

/// The scopes that a search is limited to; nothing for the whole desk.
pub(super) fn limits(sight: &Sight) -> Option<Vec<Scope>> {
    match sight {
        Sight::WholeDesk => None,
        Sight::Scopes(scopes) if scopes.iter().any(Scope::is_whole_desk) => None,
        Sight::Scopes(scopes) => Some(scopes.clone()),
    }
}

/// Collects people class by class, nobody twice.
#[derive(Debug)]
pub(super) struct Found {
    people: Vec<PersonLine>,
    limit: usize,
}

impl Found {
    /// Begins with those who have exactly the name.
    pub(super) fn new(exact: &[Account], sight: &Sight, limit: u32) -> Self {
        let mut found = Self {
            people: Vec::new(),
            limit: usize::try_from(limit).unwrap_or(usize::MAX),
        };
        let seen = exact
            .iter()
            .filter(|account| sight.reaches(&account.effective_scopes()));
        found.add(seen.map(PersonLine::from));
        found
    }

    /// Adds at most a class's worth of those who are not there yet.
    pub(super) fn add(&mut self, people: impl IntoIterator<Item = PersonLine>) {
        let before = self.people.len();
        for line in people {
            let full = self.is_full() || self.people.len() >= before.saturating_add(CLASS_LIMIT);
            if !full && self.people.iter().all(|known| known.id != line.id) {
                self.people.push(line);
            }
        }
    }

    /// Whether no more are wanted.
    pub(super) fn is_full(&self) -> bool {
        self.people.len() >= self.limit
    }

    /// How many hits a statement must return so that a class's worth of new ones is among them.
    pub(super) fn ask_for(&self) -> i64 {
        i64::try_from(CLASS_LIMIT.saturating_add(self.people.len())).unwrap_or(i64::MAX)
    }

    /// The people, the best first.
    pub(super) fn into_people(self) -> Vec<PersonLine> {
        self.people
    }
}

/// Whether a second look, for any part of a word, can find more.
pub(super) fn has_parts(words: &[String]) -> bool {
    words.iter().any(|word| word.chars().nth(2).is_some())
}

/// Where a sample of a desk is read: so many places between its first and last key, so many rows from each.
#[derive(Debug, Serialize)]
#[serde(transparent)]
pub(super) struct SamplePlaces(Vec<i64>);

/// Places of a sample, and rows from each.
pub(super) const SAMPLE: i64 = 64;

impl SamplePlaces {
    /// Places evenly between two keys.
    pub(super) fn between(first: i64, last: i64) -> Self {
        let step = last.saturating_sub(first) / SAMPLE;
        Self(
            (0..SAMPLE)
                .map(|place| first.saturating_add(step.saturating_mul(place)))
                .collect(),
        )
    }

    /// The keys from which rows are read.
    pub(super) fn keys(&self) -> &[i64] {
        &self.0
    }
}
