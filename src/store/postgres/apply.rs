//! One function for each write, in the words of PostgreSQL.

use jiff::Timestamp;
use sqlx::PgConnection;

use super::super::bulk::{AccountRows, RecordCell, Run, runs, to_json};
use super::super::error::{Stop, conflict_if_taken, expect_rows};
use super::super::values::At;
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
pub(super) async fn change(conn: &mut PgConnection, change: &Change) -> Result<(), Stop> {
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

async fn one(
    conn: &mut PgConnection,
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
    conn: &mut PgConnection,
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
    conn: &mut PgConnection,
    desk: DeskId,
    run: &[(AccountId, &AccountData)],
) -> Result<(), Stop> {
    let rows = AccountRows::of_new(run);
    let sql = "
        INSERT INTO account (desk_id, id, version, username, username_key, given_name, surname, email, email_key,
            language, state, password_expires, external_id, external_key, fiscal_code, birth_date, person_id,
            lock_state, failed_logins, locked_at, locked_by)
        SELECT $1, id, version, username, username_key, given_name, surname, email, email_key,
            language, state, password_expires, external_id, external_key, fiscal_code, birth_date, person_id,
            lock_state, failed_logins, from_unix_ms(locked_at), locked_by
        FROM json_to_recordset($2::json) AS new (id bigint, version bigint, username text, username_key text,
            given_name text, surname text, email text, email_key text, language text, state text,
            password_expires date, external_id text, external_key text, fiscal_code text, birth_date date,
            person_id text, lock_state text, failed_logins bigint, locked_at bigint, locked_by text)";
    let done = sqlx::query(sql)
        .bind(desk.0)
        .bind(to_json(&rows.accounts)?)
        .execute(&mut *conn)
        .await;
    expect_rows(done.map_err(conflict_if_taken)?.rows_affected(), run.len())?;
    belongings(conn, desk, &rows).await
}

async fn update_accounts(
    conn: &mut PgConnection,
    desk: DeskId,
    run: &[(&Account, &AccountData)],
) -> Result<(), Stop> {
    let rows = AccountRows::of_changed(run);
    let sql = "
        UPDATE account SET version = account.version + 1,
            username = new.username, username_key = new.username_key, given_name = new.given_name,
            surname = new.surname, email = new.email, email_key = new.email_key, language = new.language,
            state = new.state, password_expires = new.password_expires, external_id = new.external_id,
            external_key = new.external_key, fiscal_code = new.fiscal_code, birth_date = new.birth_date,
            person_id = new.person_id, lock_state = COALESCE(new.lock_state, account.lock_state),
            failed_logins = CASE WHEN new.lock_state IS NULL THEN account.failed_logins ELSE new.failed_logins END,
            locked_at = CASE WHEN new.lock_state IS NULL THEN account.locked_at ELSE from_unix_ms(new.locked_at) END,
            locked_by = CASE WHEN new.lock_state IS NULL THEN account.locked_by ELSE new.locked_by END
        FROM json_to_recordset($2::json) AS new (id bigint, version bigint, username text, username_key text,
            given_name text, surname text, email text, email_key text, language text, state text,
            password_expires date, external_id text, external_key text, fiscal_code text, birth_date date,
            person_id text, lock_state text, failed_logins bigint, locked_at bigint, locked_by text)
        WHERE account.desk_id = $1 AND account.id = new.id AND account.version = new.version";
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
    conn: &mut PgConnection,
    desk: DeskId,
    rows: &AccountRows<'_>,
) -> Result<(), Stop> {
    if !rows.scopes_gone.is_empty() {
        let sql = "
            DELETE FROM account_scope WHERE desk_id = $1 AND (account_id, scope) IN
                (SELECT account_id, scope FROM json_to_recordset($2::json) AS gone (account_id bigint, scope text))";
        sqlx::query(sql)
            .bind(desk.0)
            .bind(to_json(&rows.scopes_gone)?)
            .execute(&mut *conn)
            .await?;
    }
    if !rows.scopes.is_empty() {
        let sql = "
            INSERT INTO account_scope (desk_id, account_id, scope, inherited)
            SELECT $1, account_id, scope, inherited
            FROM json_to_recordset($2::json) AS new (account_id bigint, scope text, inherited boolean)";
        sqlx::query(sql)
            .bind(desk.0)
            .bind(to_json(&rows.scopes)?)
            .execute(&mut *conn)
            .await?;
    }
    if !rows.groups_gone.is_empty() {
        let sql = "
            DELETE FROM account_group WHERE desk_id = $1 AND (account_id, name) IN
                (SELECT account_id, name FROM json_to_recordset($2::json) AS gone (account_id bigint, name text))";
        sqlx::query(sql)
            .bind(desk.0)
            .bind(to_json(&rows.groups_gone)?)
            .execute(&mut *conn)
            .await?;
    }
    if !rows.groups.is_empty() {
        let sql = "
            INSERT INTO account_group (desk_id, account_id, name)
            SELECT $1, account_id, name FROM json_to_recordset($2::json) AS new (account_id bigint, name text)";
        sqlx::query(sql)
            .bind(desk.0)
            .bind(to_json(&rows.groups)?)
            .execute(&mut *conn)
            .await?;
    }
    search::put(conn, desk, &rows.found_by).await
}

async fn touch_account(
    conn: &mut PgConnection,
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
    conn: &mut PgConnection,
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
        SELECT $1, id, version, external_id, kind, given_name, surname, fiscal_code, email, scope, class, school_year
        FROM json_to_recordset($2::json) AS new (id bigint, version bigint, external_id text, kind text,
            given_name text, surname text, fiscal_code text, email text, scope text, class text, school_year text)";
    let done = sqlx::query(sql)
        .bind(desk.0)
        .bind(to_json(&cells)?)
        .execute(conn)
        .await;
    expect_rows(done.map_err(conflict_if_taken)?.rows_affected(), run.len())
}

async fn update_records(
    conn: &mut PgConnection,
    desk: DeskId,
    run: &[(&Record, &RecordData)],
) -> Result<(), Stop> {
    let cells: Vec<_> = run
        .iter()
        .map(|(before, after)| RecordCell::new(before.id, before.version, after))
        .collect();
    let sql = "
        UPDATE register_record SET version = register_record.version + 1, external_id = new.external_id,
            kind = new.kind, given_name = new.given_name, surname = new.surname, fiscal_code = new.fiscal_code,
            email = new.email, scope = new.scope, class = new.class, school_year = new.school_year
        FROM json_to_recordset($2::json) AS new (id bigint, version bigint, external_id text, kind text,
            given_name text, surname text, fiscal_code text, email text, scope text, class text, school_year text)
        WHERE register_record.desk_id = $1 AND register_record.id = new.id AND register_record.version = new.version";
    let done = sqlx::query(sql)
        .bind(desk.0)
        .bind(to_json(&cells)?)
        .execute(conn)
        .await;
    expect_rows(done.map_err(conflict_if_taken)?.rows_affected(), run.len())
}

/// What the first mark since the last import says stays (D11); the time is the last change's (D12).
pub(super) async fn mark_desk_change(
    conn: &mut PgConnection,
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
    conn: &mut PgConnection,
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
    conn: &mut PgConnection,
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
    conn: &mut PgConnection,
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

async fn issue_code(conn: &mut PgConnection, desk: DeskId, code: &NewCode) -> Result<(), Stop> {
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
    conn: &mut PgConnection,
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
