//! Rows as the domain's values, the same for both databases. A value that cannot be is an error, never a default.

use jiff::Timestamp;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::values::Columns;
use crate::domain::account::{Account, AccountData, AccountState, PersonLine, UserName};
use crate::domain::audit::{Actor, AuditRow};
use crate::domain::code::{Code, CodeBits, CodeKind};
use crate::domain::dialog::Draft;
use crate::domain::email::EmailAddress;
use crate::domain::facts::AccountFacts;
use crate::domain::ids::DeskId;
use crate::domain::ids::{
    AccountId, CodeId, DraftId, InteractionId, LetterId, MemberId, RecordId, RoleId, Version,
};
use crate::domain::import::{Field, ImportFacts};
use crate::domain::language::Language;
use crate::domain::letter::{
    CarriedCode, LetterFacts, LetterKind, LetterState, LetterStatus, RequestNote,
};
use crate::domain::lists::{ListFact, Listed, PersonList, Position};
use crate::domain::lock::{Lock, LockSource};
use crate::domain::record::{Record, RecordData, RecordKind};
use crate::domain::request::RequestState;
use crate::domain::scope::Scope;
use crate::domain::send_limits::PastSends;
use crate::domain::trail::TrailRow;
use crate::ports::store::{Claim, StoreError, StoredAudit};

/// A value, or the place where it cannot be.
pub(super) fn known<T>(
    value: Option<T>,
    table: &'static str,
    column: &'static str,
    row: i64,
) -> Result<T, StoreError> {
    value.ok_or(StoreError::Inconsistent { table, column, row })
}

/// Reads what is nothing or a value.
pub(super) fn known_if<T>(
    text: Option<String>,
    read: impl FnOnce(&str) -> Option<T>,
    place: (&'static str, &'static str, i64),
) -> Result<Option<T>, StoreError> {
    let (table, column, row) = place;
    text.map(|text| known(read(&text), table, column, row))
        .transpose()
}

pub(super) fn json<T: DeserializeOwned>(
    text: &str,
    table: &'static str,
    column: &'static str,
    row: i64,
) -> Result<T, StoreError> {
    known(serde_json::from_str(text).ok(), table, column, row)
}

fn scope(text: &str) -> Option<Scope> {
    Scope::parse(text).ok()
}

fn instant(ms: i64) -> Option<Timestamp> {
    Timestamp::from_millisecond(ms).ok()
}

/// An account with its own scopes and its groups, which come as JSON lists.
pub(super) fn account(row: &impl Columns) -> Result<Account, StoreError> {
    const TABLE: &str = "account";
    let id = row.int("id")?;
    let scopes: Vec<String> = json(&row.text("scopes")?, "account_scope", "scope", id)?;
    let groups: Vec<String> = json(&row.text("group_names")?, "account_group", "name", id)?;
    let data = AccountData {
        username: known(
            UserName::parse(&row.text("username")?),
            TABLE,
            "username",
            id,
        )?,
        given_name: row.text("given_name")?,
        surname: row.text("surname")?,
        email: known_if(
            row.opt_text("email")?,
            |text| EmailAddress::parse(text).ok(),
            (TABLE, "email", id),
        )?,
        language: known(
            Language::parse(&row.text("language")?),
            TABLE,
            "language",
            id,
        )?,
        scopes: known(
            scopes.iter().map(|text| scope(text)).collect(),
            "account_scope",
            "scope",
            id,
        )?,
        groups: groups.into_iter().collect(),
        state: known(AccountState::parse(&row.text("state")?), TABLE, "state", id)?,
        password_expires: row.opt_day("password_expires")?,
        external_id: row.opt_text("external_id")?,
        fiscal_code: row.opt_text("fiscal_code")?,
        birth_date: row.opt_day("birth_date")?,
        person_id: row.opt_text("person_id")?,
        lock: lock(row, id)?,
    };
    Ok(Account {
        id: AccountId(id),
        version: Version(row.int("version")?),
        record_scope: known_if(
            row.opt_text("record_scope")?,
            scope,
            (TABLE, "record_scope", id),
        )?,
        data,
    })
}

/// The lock, from its four columns.
pub(super) fn lock(row: &impl Columns, id: i64) -> Result<Lock, StoreError> {
    let failed = u32::try_from(row.int("failed_logins")?).ok();
    let by = row.opt_text("locked_by")?;
    let lock = match (
        row.text("lock_state")?.as_str(),
        row.opt_at("locked_at")?,
        by.as_deref().map(LockSource::parse),
    ) {
        ("unknown", None, None) => Some(Lock::Unknown),
        ("open", None, None) => failed.map(|failed_logins| Lock::Open { failed_logins }),
        ("locked", Some(since), Some(Some(by))) => Some(Lock::Locked { since, by }),
        _ => None,
    };
    known(lock, "account", "lock_state", id)
}

/// A code in a JSON list; times in unix milliseconds.
#[derive(Deserialize)]
struct CodeCell {
    id: i64,
    account_id: i64,
    kind: String,
    issued_at: i64,
    sent_at: Option<i64>,
    expires_at: i64,
    /// Hexadecimal; only where a letter is written.
    bits: Option<String>,
    /// Only where a letter is written.
    hash: Option<String>,
}

impl CodeCell {
    fn read(&self) -> Result<Code, StoreError> {
        let at = |ms, column| known(instant(ms), "code", column, self.id);
        Ok(Code {
            id: CodeId(self.id),
            account: AccountId(self.account_id),
            kind: known(CodeKind::parse(&self.kind), "code", "kind", self.id)?,
            issued_at: at(self.issued_at, "issued_at")?,
            sent_at: self.sent_at.map(|ms| at(ms, "sent_at")).transpose()?,
            expires_at: at(self.expires_at, "expires_at")?,
        })
    }

    fn bits(&self) -> Result<CodeBits, StoreError> {
        let mut bits = [0_u8; 16];
        let read = self
            .bits
            .as_ref()
            .and_then(|text| hex::decode_to_slice(text, &mut bits).ok());
        known(read, "code", "bits", self.id)?;
        Ok(CodeBits(bits))
    }
}

/// A letter in a JSON list.
#[derive(Deserialize)]
struct LetterCell {
    id: i64,
    kind: String,
    written_at: i64,
    state: String,
    settled_at: Option<i64>,
}

impl LetterCell {
    fn read(&self) -> Result<LetterStatus, StoreError> {
        let settled = self.settled_at.and_then(instant);
        Ok(LetterStatus {
            id: LetterId(self.id),
            kind: known(LetterKind::parse(&self.kind), "letter", "kind", self.id)?,
            at: known(instant(self.written_at), "letter", "written_at", self.id)?,
            state: known(
                LetterState::parse(&self.state, settled),
                "letter",
                "state",
                self.id,
            )?,
        })
    }
}

/// An account with what hangs on it, which comes as JSON lists.
pub(super) fn account_facts(row: &impl Columns) -> Result<AccountFacts, StoreError> {
    let account = account(row)?;
    let id = account.id.0;
    let codes: Vec<CodeCell> = json(&row.text("open_codes")?, "code", "kind", id)?;
    let mut open_codes = codes
        .iter()
        .map(CodeCell::read)
        .collect::<Result<Vec<_>, _>>()?;
    open_codes.sort_by_key(|code| std::cmp::Reverse((code.issued_at, code.id)));
    let letters: Vec<LetterCell> = json(&row.text("letters")?, "letter", "kind", id)?;
    let mut letters = letters
        .iter()
        .map(LetterCell::read)
        .collect::<Result<Vec<_>, _>>()?;
    letters.sort_by_key(|letter| std::cmp::Reverse((letter.at, letter.id)));
    let past_sends = PastSends {
        to_person: sends(&row.text("sends_to_person")?, id)?,
        by_helper: sends(&row.text("sends_by_helper")?, id)?,
    };
    Ok(AccountFacts {
        account,
        open_codes,
        past_sends,
        address_changed_at: row.opt_at("address_changed_at")?,
        letters,
    })
}

/// Pairs of an instant and how many sends it saw, as single sends, oldest first.
fn sends(text: &str, id: i64) -> Result<Vec<Timestamp>, StoreError> {
    let mut pairs: Vec<(i64, usize)> = json(text, "send", "sent_at", id)?;
    pairs.sort_unstable();
    let single = pairs
        .into_iter()
        .flat_map(|(ms, times)| std::iter::repeat_n(instant(ms), times));
    known(single.collect(), "send", "sent_at", id)
}

/// A line of a list of people.
pub(super) fn person_line(row: &impl Columns) -> Result<PersonLine, StoreError> {
    account(row).map(|account| PersonLine::from(&account))
}

/// A person on a list, with what puts them there.
pub(super) fn listed(row: &impl Columns, list: PersonList) -> Result<Listed, StoreError> {
    let account = account(row)?;
    let (id, sort) = (account.id, row.int("sort")?);
    let moment = || known(instant(sort), "account", "sort", id.0);
    let fact = match list {
        PersonList::Locked => ListFact::LockedSince(moment()?),
        PersonList::CodeExpired => ListFact::CodeEnds(Some(moment()?)),
        PersonList::Expiring => {
            let day = account.data.password_expires;
            ListFact::PasswordEnds(known(day, "account", "password_expires", id.0)?)
        }
        PersonList::NeverActivated => {
            ListFact::CodeEnds(row.opt_int("code_ends")?.and_then(instant))
        }
        PersonList::NotLinked => ListFact::State(account.data.state),
    };
    Ok(Listed {
        person: PersonLine::from(&account),
        position: Position { sort, id },
        fact,
    })
}

/// A code from its own row.
pub(super) fn code(row: &impl Columns) -> Result<Code, StoreError> {
    let id = row.int("id")?;
    Ok(Code {
        id: CodeId(id),
        account: AccountId(row.int("account_id")?),
        kind: known(CodeKind::parse(&row.text("kind")?), "code", "kind", id)?,
        issued_at: row.at("issued_at")?,
        sent_at: row.opt_at("sent_at")?,
        expires_at: row.at("expires_at")?,
    })
}

/// How far a letter has come.
pub(super) fn letter_status(row: &impl Columns) -> Result<LetterStatus, StoreError> {
    let id = row.int("id")?;
    let state = LetterState::parse(&row.text("state")?, row.opt_at("settled_at")?);
    Ok(LetterStatus {
        id: LetterId(id),
        kind: known(LetterKind::parse(&row.text("kind")?), "letter", "kind", id)?,
        at: row.at("written_at")?,
        state: known(state, "letter", "state", id)?,
    })
}

/// What a letter is written from: the account's columns, the letter's own beside them.
pub(super) fn letter_facts(row: &impl Columns) -> Result<LetterFacts, StoreError> {
    let id = row.int("letter_id")?;
    let account = account(row)?;
    let replaced = row.opt_text("replaced")?;
    let request = match row.opt_int("number")? {
        None => None,
        Some(number) => Some(RequestNote {
            number,
            waits: row.opt_text("request_state")?.as_deref()
                == Some(RequestState::Requested.code()),
            requested_at: row.at("requested_at")?,
            expires_at: row.at("request_expires_at")?,
        }),
    };
    let to = match row.opt_int("replaced_by")? {
        Some(change) => known_if(
            replaced,
            |text| EmailAddress::parse(text).ok(),
            ("address_change", "replaced", change),
        )?,
        // the contact mailbox is the desk's to know
        None => account.data.email.clone().filter(|_| request.is_none()),
    };
    let cells: Vec<CodeCell> = json(&row.text("codes")?, "code", "kind", id)?;
    let codes = cells
        .iter()
        .map(|cell| {
            let hash = known(cell.hash.clone(), "code", "hash", cell.id)?;
            let (code, bits) = (cell.read()?, cell.bits()?);
            Ok(CarriedCode { code, bits, hash })
        })
        .collect::<Result<Vec<_>, StoreError>>()?;
    Ok(LetterFacts {
        id: LetterId(id),
        identity: row.text("identity")?,
        kind: known(
            LetterKind::parse(&row.text("letter_kind")?),
            "letter",
            "kind",
            id,
        )?,
        account,
        to,
        codes,
        code_count: known(
            usize::try_from(row.int("code_count")?).ok(),
            "letter_code",
            "place",
            id,
        )?,
        request,
        tells_unlock: row.flag("tells_unlock")?,
        at: row.at("written_at")?,
    })
}

/// A leased row of the outbox, with the time by which rows are ordered.
pub(super) fn claim(row: &impl Columns) -> Result<(Timestamp, Claim), StoreError> {
    let id = row.int("subject")?;
    let claim = Claim {
        desk: DeskId(row.int("desk_id")?),
        letter: LetterId(id),
        token: row.int("lease_token")?,
        attempts: known(
            u32::try_from(row.int("attempts")?).ok(),
            "outbox",
            "attempts",
            id,
        )?,
    };
    Ok((row.at("next_attempt_at")?, claim))
}

/// A dialog between two steps.
pub(super) fn draft(row: &impl Columns) -> Result<Draft, StoreError> {
    let id = row.int("id")?;
    Ok(Draft {
        id: DraftId(id),
        owner: MemberId(row.int("owner_id")?),
        version: Version(row.int("version")?),
        created_at: row.at("created_at")?,
        dialog: json(&row.text("dialog")?, "draft", "dialog", id)?,
    })
}

/// An account with the desk's own changes.
pub(super) fn import_facts(row: &impl Columns) -> Result<ImportFacts, StoreError> {
    let account = account(row)?;
    let id = account.id.0;
    let marks: Vec<(String, String)> =
        json(&row.text("desk_changes")?, "desk_change", "field", id)?;
    let marks = marks
        .into_iter()
        .map(|(field, imported)| Some((Field::parse(&field)?, imported)));
    let mut desk_changes: Vec<_> = known(marks.collect::<Option<_>>(), "desk_change", "field", id)?;
    desk_changes.sort();
    Ok(ImportFacts {
        account,
        desk_changes,
    })
}

/// A register record.
pub(super) fn record(row: &impl Columns) -> Result<Record, StoreError> {
    const TABLE: &str = "register_record";
    let id = row.int("id")?;
    Ok(Record {
        id: RecordId(id),
        version: Version(row.int("version")?),
        data: RecordData {
            external_id: row.text("external_id")?,
            kind: known(RecordKind::parse(&row.text("kind")?), TABLE, "kind", id)?,
            given_name: row.text("given_name")?,
            surname: row.text("surname")?,
            fiscal_code: row.opt_text("fiscal_code")?,
            email: known_if(
                row.opt_text("email")?,
                |text| EmailAddress::parse(text).ok(),
                (TABLE, "email", id),
            )?,
            scope: known_if(row.opt_text("scope")?, scope, (TABLE, "scope", id))?,
            class: row.opt_text("class")?,
            school_year: row.opt_text("school_year")?,
        },
    })
}

/// Bytes of a fixed length.
pub(super) fn fixed<const N: usize>(
    bytes: Option<Vec<u8>>,
    place: (&'static str, &'static str),
    row: i64,
) -> Result<[u8; N], StoreError> {
    known(
        bytes.and_then(|bytes| bytes.try_into().ok()),
        place.0,
        place.1,
        row,
    )
}

/// A row of the trail as its reader gets it.
pub(super) fn trail(row: &impl Columns) -> Result<TrailRow, StoreError> {
    let StoredAudit {
        row: of, detail, ..
    } = audit(row)?;
    let person = row.opt_text("given_name")?.zip(row.opt_text("surname")?);
    let detail = detail
        .map(|(_, text)| json(&text, "audit_detail", "detail", of.number))
        .transpose()?;
    Ok(TrailRow {
        row: of,
        detail,
        person,
    })
}

/// A row of the trail.
pub(super) fn audit(row: &impl Columns) -> Result<StoredAudit, StoreError> {
    let number = row.int("number")?;
    let detail = match (row.opt_bytes("salt")?, row.opt_text("detail")?) {
        (Some(salt), Some(detail)) => {
            Some((fixed(Some(salt), ("audit_detail", "salt"), number)?, detail))
        }
        _ => None,
    };
    Ok(StoredAudit {
        row: AuditRow {
            number,
            at: row.at("at")?,
            interaction: row.opt_int("interaction_id")?.map(InteractionId),
            actor: Actor {
                member: row.opt_int("member_id")?.map(MemberId),
                role: row.opt_int("role_id")?.map(RoleId),
            },
            approver: row.opt_int("approver_id")?.map(MemberId),
            action: row.text("action")?,
            account: row.opt_int("account_id")?.map(AccountId),
            verification: row.opt_text("verification")?,
            result: row.text("result")?,
            failure: row.opt_text("failure")?,
            version: row.opt_int("version")?.map(Version),
            commitment: fixed(
                row.opt_bytes("commitment")?,
                ("audit", "commitment"),
                number,
            )?,
        },
        hash: fixed(row.opt_bytes("hash")?, ("audit", "hash"), number)?,
        detail,
    })
}
