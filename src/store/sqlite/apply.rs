//! One function for each write, in the words of SQLite.

use std::collections::HashSet;

use jiff::Timestamp;
use sqlx::SqliteConnection;

use super::super::bulk::{AccountRows, RecordCell, Run, runs, to_json};
use super::super::error::{Stop, conflict_if_taken, expect_rows};
use super::super::values::{At, Columns as _};
use super::{audit, drafts, notes, outbox, requests, search};
use crate::domain::account::{Account, AccountData};
use crate::domain::change::{Change, NewCode, Write};
use crate::domain::email::EmailAddress;
use crate::domain::ids::{
    AccountId, AddressChangeId, DeskId, InteractionId, MemberId, RecordId, Version,
};
use crate::domain::import::Field;
use crate::domain::record::{Record, RecordData};

/// Writes all of a change inside the transaction of the connection.
pub(super) async fn change(conn: &mut SqliteConnection, change: &Change) -> Result<(), Stop> {
    if let Some(id) = change.interaction {
        interaction(conn, change.desk, id, change.at).await?;
    }
    for run in runs(&change.writes) {
        match run {
            Run::InsertAccounts(run) => insert_accounts(conn, change.desk, &run).await?,
            Run::UpdateAccounts(run) => update_accounts(conn, change.desk, &run).await?,
            Run::InsertRecords(run) => insert_records(conn, change.desk, &run).await?,
            Run::UpdateRecords(run) => update_records(conn, change.desk, &run).await?,
            Run::One(write) => one(conn, change.desk, change.at, write).await?,
        }
    }
    audit::append(conn, change.desk, change.interaction, &change.audit).await
}

/// Writes changes that hold audit events only, all in three statements; tells which of them were not handled before.
pub(super) async fn notes(
    conn: &mut SqliteConnection,
    changes: &[&Change],
) -> Result<Vec<bool>, Stop> {
    let fresh = interactions(conn, changes).await?;
    let (fresh, entries) = apart(changes, fresh);
    audit::append_all(conn, &entries).await?;
    Ok(fresh)
}

/// Which changes were not handled before, and their events. The same interaction twice: the first one counts.
fn apart<'a>(
    changes: &[&'a Change],
    mut fresh: HashSet<(i64, i64)>,
) -> (Vec<bool>, Vec<audit::Entry<'a>>) {
    let mut told = Vec::with_capacity(changes.len());
    let mut entries = Vec::with_capacity(changes.len());
    for change in changes {
        let id = change.interaction;
        let is_fresh = id.is_none_or(|id| fresh.remove(&(change.desk.0, id.0)));
        if is_fresh {
            entries.extend(audit::entries(change.desk, id, &change.audit));
        }
        told.push(is_fresh);
    }
    (told, entries)
}

/// Notes the interactions of changes; gives those that were not there.
async fn interactions(
    conn: &mut SqliteConnection,
    changes: &[&Change],
) -> Result<HashSet<(i64, i64)>, Stop> {
    let cells: Vec<_> = changes
        .iter()
        .filter_map(|change| {
            Some((
                change.desk.0,
                change.interaction?.0,
                change.at.as_millisecond(),
            ))
        })
        .collect();
    if cells.is_empty() {
        return Ok(HashSet::new());
    }
    let sql = "
        INSERT INTO interaction (desk_id, id, created_at)
        SELECT value ->> 0, value ->> 1, value ->> 2 FROM json_each($1) WHERE TRUE
        ON CONFLICT DO NOTHING RETURNING desk_id, id";
    let rows = sqlx::query(sql)
        .bind(to_json(&cells)?)
        .fetch_all(conn)
        .await?;
    let keys = rows
        .iter()
        .map(|row| Ok((row.int("desk_id")?, row.int("id")?)));
    keys.collect()
}

async fn one(
    conn: &mut SqliteConnection,
    desk: DeskId,
    at: Timestamp,
    write: &Write,
) -> Result<(), Stop> {
    match write {
        Write::InsertAccount { id, data } => insert_accounts(conn, desk, &[(*id, &**data)]).await,
        Write::UpdateAccount { before, after } => {
            update_accounts(conn, desk, &[(&**before, &**after)]).await
        }
        Write::InsertRecord { id, data } => insert_records(conn, desk, &[(*id, &**data)]).await,
        Write::UpdateRecord { before, after } => {
            update_records(conn, desk, &[(&**before, &**after)]).await
        }
        Write::TouchAccount { id, expected } => touch_account(conn, desk, *id, *expected).await,
        Write::MarkDeskChange {
            account,
            field,
            imported,
        } => mark_desk_change(conn, (desk, at), *account, *field, imported).await,
        Write::ClearDeskChange { account, field } => {
            clear_desk_change(conn, desk, *account, *field).await
        }
        Write::RecordAddressChange {
            id,
            account,
            replaced,
            address,
        } => {
            let addresses = (replaced.as_ref(), address);
            record_address_change(conn, (desk, at), *id, *account, addresses).await
        }
        Write::RevokeCodes { account } => revoke_codes(conn, desk, *account, at).await,
        Write::IssueCode(code) => issue_code(conn, desk, code).await,
        Write::RecordSend { account, member } => {
            record_send(conn, (desk, at), *account, *member).await
        }
        Write::QueueLetter(letter) => outbox::queue_letter(conn, desk, letter).await,
        Write::SaveDraft(draft) => drafts::save(conn, desk, draft).await,
        Write::FinishDraft { id, expected } => drafts::finish(conn, desk, *id, *expected).await,
        Write::OpenRequest(request) => requests::open(conn, desk, request).await,
        Write::EndRequest(ended) => requests::end(conn, desk, ended).await,
        Write::NoteRequest {
            id,
            expected,
            step,
            next_step_at,
        } => {
            let due = (*step, *next_step_at);
            requests::note(conn, (desk, at), (*id, *expected), due).await
        }
        Write::QueueNote { kind, request } => notes::queue(conn, (desk, at), *kind, *request).await,
        Write::FreezeMember(freeze) => requests::freeze(conn, (desk, at), freeze).await,
        Write::UnfreezeMember { member } => requests::unfreeze(conn, desk, *member).await,
    }
}

async fn interaction(
    conn: &mut SqliteConnection,
    desk: DeskId,
    id: InteractionId,
    at: Timestamp,
) -> Result<(), Stop> {
    let sql = "INSERT INTO interaction (desk_id, id, created_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
    let done = sqlx::query(sql)
        .bind(desk.0)
        .bind(id.0)
        .bind(At(at))
        .execute(conn)
        .await?;
    if done.rows_affected() == 1 {
        Ok(())
    } else {
        Err(Stop::Duplicate)
    }
}

async fn insert_accounts(
    conn: &mut SqliteConnection,
    desk: DeskId,
    run: &[(AccountId, &AccountData)],
) -> Result<(), Stop> {
    let rows = AccountRows::of_new(run);
    let sql = "
        INSERT INTO account (desk_id, id, version, username, username_key, given_name, surname, email, email_key,
            language, state, password_expires, external_id, external_key, fiscal_code, birth_date, person_id,
            lock_state, failed_logins, locked_at, locked_by)
        SELECT $1, value ->> 'id', value ->> 'version', value ->> 'username', value ->> 'username_key',
            value ->> 'given_name', value ->> 'surname', value ->> 'email', value ->> 'email_key',
            value ->> 'language', value ->> 'state', value ->> 'password_expires', value ->> 'external_id',
            value ->> 'external_key', value ->> 'fiscal_code', value ->> 'birth_date', value ->> 'person_id',
            value ->> 'lock_state', value ->> 'failed_logins', value ->> 'locked_at', value ->> 'locked_by'
        FROM json_each($2)";
    let done = sqlx::query(sql)
        .bind(desk.0)
        .bind(to_json(&rows.accounts)?)
        .execute(&mut *conn)
        .await;
    expect_rows(done.map_err(conflict_if_taken)?.rows_affected(), run.len())?;
    belongings(conn, desk, &rows).await
}

async fn update_accounts(
    conn: &mut SqliteConnection,
    desk: DeskId,
    run: &[(&Account, &AccountData)],
) -> Result<(), Stop> {
    let rows = AccountRows::of_changed(run);
    let sql = "
        UPDATE account SET version = account.version + 1,
            username = new.value ->> 'username', username_key = new.value ->> 'username_key',
            given_name = new.value ->> 'given_name', surname = new.value ->> 'surname',
            email = new.value ->> 'email', email_key = new.value ->> 'email_key',
            language = new.value ->> 'language', state = new.value ->> 'state',
            password_expires = new.value ->> 'password_expires',
            external_id = new.value ->> 'external_id', external_key = new.value ->> 'external_key',
            fiscal_code = new.value ->> 'fiscal_code', birth_date = new.value ->> 'birth_date',
            person_id = new.value ->> 'person_id',
            lock_state = COALESCE(new.value ->> 'lock_state', lock_state),
            failed_logins = IIF(new.value ->> 'lock_state' IS NULL, failed_logins, new.value ->> 'failed_logins'),
            locked_at = IIF(new.value ->> 'lock_state' IS NULL, locked_at, new.value ->> 'locked_at'),
            locked_by = IIF(new.value ->> 'lock_state' IS NULL, locked_by, new.value ->> 'locked_by')
        FROM json_each($2) AS new
        WHERE account.desk_id = $1 AND account.id = new.value ->> 'id' AND account.version = new.value ->> 'version'";
    let done = sqlx::query(sql)
        .bind(desk.0)
        .bind(to_json(&rows.accounts)?)
        .execute(&mut *conn)
        .await;
    expect_rows(done.map_err(conflict_if_taken)?.rows_affected(), run.len())?;
    belongings(conn, desk, &rows).await
}

/// Scopes, groups and the search's rows of accounts.
async fn belongings(
    conn: &mut SqliteConnection,
    desk: DeskId,
    rows: &AccountRows<'_>,
) -> Result<(), Stop> {
    if !rows.scopes_gone.is_empty() {
        let sql = "
            DELETE FROM account_scope WHERE desk_id = $1 AND (account_id, scope) IN
                (SELECT value ->> 'account_id', value ->> 'scope' FROM json_each($2))";
        sqlx::query(sql)
            .bind(desk.0)
            .bind(to_json(&rows.scopes_gone)?)
            .execute(&mut *conn)
            .await?;
    }
    if !rows.scopes.is_empty() {
        let sql = "
            INSERT INTO account_scope (desk_id, account_id, scope, inherited)
            SELECT $1, value ->> 'account_id', value ->> 'scope', value ->> 'inherited' FROM json_each($2)";
        sqlx::query(sql)
            .bind(desk.0)
            .bind(to_json(&rows.scopes)?)
            .execute(&mut *conn)
            .await?;
    }
    if !rows.groups_gone.is_empty() {
        let sql = "
            DELETE FROM account_group WHERE desk_id = $1 AND (account_id, name) IN
                (SELECT value ->> 'account_id', value ->> 'name' FROM json_each($2))";
        sqlx::query(sql)
            .bind(desk.0)
            .bind(to_json(&rows.groups_gone)?)
            .execute(&mut *conn)
            .await?;
    }
    if !rows.groups.is_empty() {
        let sql = "
            INSERT INTO account_group (desk_id, account_id, name)
            SELECT $1, value ->> 'account_id', value ->> 'name' FROM json_each($2)";
        sqlx::query(sql)
            .bind(desk.0)
            .bind(to_json(&rows.groups)?)
            .execute(&mut *conn)
            .await?;
    }
    search::put(conn, desk, &rows.found_by).await
}

async fn touch_account(
    conn: &mut SqliteConnection,
    desk: DeskId,
    id: AccountId,
    expected: Version,
) -> Result<(), Stop> {
    let sql =
        "UPDATE account SET version = version + 1 WHERE desk_id = $1 AND id = $2 AND version = $3";
    let done = sqlx::query(sql)
        .bind(desk.0)
        .bind(id.0)
        .bind(expected.0)
        .execute(conn)
        .await?;
    expect_rows(done.rows_affected(), 1)
}

async fn insert_records(
    conn: &mut SqliteConnection,
    desk: DeskId,
    run: &[(RecordId, &RecordData)],
) -> Result<(), Stop> {
    let cells: Vec<_> = run
        .iter()
        .map(|(id, data)| RecordCell::new(*id, Version::FIRST, data))
        .collect();
    let sql = "
        INSERT INTO register_record (desk_id, id, version, external_id, kind, given_name, surname, fiscal_code, email,
            scope, class, school_year)
        SELECT $1, value ->> 'id', value ->> 'version', value ->> 'external_id', value ->> 'kind',
            value ->> 'given_name', value ->> 'surname', value ->> 'fiscal_code', value ->> 'email',
            value ->> 'scope', value ->> 'class', value ->> 'school_year'
        FROM json_each($2)";
    let done = sqlx::query(sql)
        .bind(desk.0)
        .bind(to_json(&cells)?)
        .execute(conn)
        .await;
    expect_rows(done.map_err(conflict_if_taken)?.rows_affected(), run.len())
}

async fn update_records(
    conn: &mut SqliteConnection,
    desk: DeskId,
    run: &[(&Record, &RecordData)],
) -> Result<(), Stop> {
    let cells: Vec<_> = run
        .iter()
        .map(|(before, after)| RecordCell::new(before.id, before.version, after))
        .collect();
    let sql = "
        UPDATE register_record SET version = register_record.version + 1,
            external_id = new.value ->> 'external_id', kind = new.value ->> 'kind',
            given_name = new.value ->> 'given_name', surname = new.value ->> 'surname',
            fiscal_code = new.value ->> 'fiscal_code', email = new.value ->> 'email', scope = new.value ->> 'scope',
            class = new.value ->> 'class', school_year = new.value ->> 'school_year'
        FROM json_each($2) AS new
        WHERE register_record.desk_id = $1 AND register_record.id = new.value ->> 'id'
            AND register_record.version = new.value ->> 'version'";
    let done = sqlx::query(sql)
        .bind(desk.0)
        .bind(to_json(&cells)?)
        .execute(conn)
        .await;
    expect_rows(done.map_err(conflict_if_taken)?.rows_affected(), run.len())
}

/// What the first mark since the last import says stays (D11); the time is the last change's (D12).
pub(super) async fn mark_desk_change(
    conn: &mut SqliteConnection,
    (desk, at): (DeskId, Timestamp),
    account: AccountId,
    field: Field,
    imported: &str,
) -> Result<(), Stop> {
    let sql = "
        INSERT INTO desk_change (desk_id, account_id, field, imported, changed_at) VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (desk_id, account_id, field) DO UPDATE SET changed_at = excluded.changed_at";
    sqlx::query(sql)
        .bind(desk.0)
        .bind(account.0)
        .bind(field.column())
        .bind(imported)
        .bind(At(at))
        .execute(conn)
        .await?;
    Ok(())
}

async fn clear_desk_change(
    conn: &mut SqliteConnection,
    desk: DeskId,
    account: AccountId,
    field: Field,
) -> Result<(), Stop> {
    let sql = "DELETE FROM desk_change WHERE desk_id = $1 AND account_id = $2 AND field = $3";
    sqlx::query(sql)
        .bind(desk.0)
        .bind(account.0)
        .bind(field.column())
        .execute(conn)
        .await?;
    Ok(())
}

async fn record_address_change(
    conn: &mut SqliteConnection,
    (desk, at): (DeskId, Timestamp),
    id: AddressChangeId,
    account: AccountId,
    (replaced, address): (Option<&EmailAddress>, &EmailAddress),
) -> Result<(), Stop> {
    let sql = "
        INSERT INTO address_change (desk_id, id, account_id, replaced, changed_at, address_key)
        VALUES ($1, $2, $3, $4, $5, $6)";
    let query = sqlx::query(sql)
        .bind(desk.0)
        .bind(id.0)
        .bind(account.0)
        .bind(replaced.map(EmailAddress::as_str));
    query
        .bind(At(at))
        .bind(address.as_str().to_lowercase())
        .execute(conn)
        .await?;
    Ok(())
}

/// All open codes of the account end; their random bits go (R15).
pub(super) async fn revoke_codes(
    conn: &mut SqliteConnection,
    desk: DeskId,
    account: AccountId,
    at: Timestamp,
) -> Result<(), Stop> {
    let sql = "
        UPDATE code SET revoked_at = $3, bits = NULL
        WHERE desk_id = $1 AND account_id = $2 AND used_at IS NULL AND revoked_at IS NULL";
    sqlx::query(sql)
        .bind(desk.0)
        .bind(account.0)
        .bind(At(at))
        .execute(conn)
        .await?;
    Ok(())
}

async fn issue_code(conn: &mut SqliteConnection, desk: DeskId, code: &NewCode) -> Result<(), Stop> {
    let sql = "
        INSERT INTO code (desk_id, id, account_id, kind, bits, hash, issued_at, expires_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    let query = sqlx::query(sql)
        .bind(desk.0)
        .bind(code.id.0)
        .bind(code.account.0)
        .bind(code.kind.code());
    let query = query
        .bind(code.bits.0.as_slice())
        .bind(&code.hash)
        .bind(At(code.issued_at))
        .bind(At(code.expires_at));
    query.execute(conn).await?;
    Ok(())
}

async fn record_send(
    conn: &mut SqliteConnection,
    (desk, at): (DeskId, Timestamp),
    account: AccountId,
    member: MemberId,
) -> Result<(), Stop> {
    let sql = "
        INSERT INTO send (desk_id, account_id, sent_at, member_id, times) VALUES ($1, $2, $3, $4, 1)
        ON CONFLICT (desk_id, account_id, sent_at, member_id) DO UPDATE SET times = send.times + 1";
    sqlx::query(sql)
        .bind(desk.0)
        .bind(account.0)
        .bind(At(at))
        .bind(member.0)
        .execute(conn)
        .await?;
    Ok(())
}
