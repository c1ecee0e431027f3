//! Search on FTS5: the index gives candidates, the same statement compares words and scopes.

use serde::Serialize;
use sqlx::{SqliteConnection, SqlitePool};

use super::super::bulk::{SearchCell, to_json};
use super::super::error::{Stop, from_sqlx};
use super::super::rows;
use super::super::samples::Samples;
use super::super::search::{
    CLASS_LIMIT, Class, Found, Question, SAMPLE, SamplePlaces, Shares, desk_prefix, document_grams,
    has_parts, limits, scope_gram, stored_words,
};
use super::super::values::Columns as _;
use super::load::{self, account_columns};
use crate::domain::account::PersonLine;
use crate::domain::ids::DeskId;
use crate::domain::scope::Scope;
use crate::ports::store::{SearchQuery, StoreError};

/// A search row on its way in.
#[derive(Serialize)]
struct Stored {
    account_id: i64,
    words: String,
    scopes: String,
}

/// After so many search rows the index is merged a little.
const MERGE_EVERY: i64 = 16;

/// Makes accounts findable by their new words and scopes.
pub(super) async fn put(
    conn: &mut SqliteConnection,
    desk: DeskId,
    cells: &[SearchCell],
) -> Result<(), Stop> {
    if cells.is_empty() {
        return Ok(());
    }
    let stored: Vec<Stored> = cells.iter().map(stored).collect();
    let sql = "
        INSERT INTO account_search (desk_id, account_id, words, scopes)
        SELECT $1, value ->> 'account_id', value ->> 'words', value ->> 'scopes' FROM json_each($2) WHERE true
        ON CONFLICT (desk_id, account_id) DO UPDATE SET words = excluded.words, scopes = excluded.scopes
        RETURNING doc, account_id";
    let docs = sqlx::query(sql)
        .bind(desk.0)
        .bind(to_json(&stored)?)
        .fetch_all(&mut *conn)
        .await?;
    let docs = docs
        .iter()
        .map(|row| Ok((row.int("account_id")?, row.int("doc")?)));
    let docs = docs.collect::<Result<std::collections::HashMap<_, _>, StoreError>>()?;
    let prefix = desk_prefix(desk);
    let grams: Vec<(Option<i64>, String)> = cells
        .iter()
        .map(|cell| {
            let grams = document_grams(cell)
                .into_iter()
                .map(|gram| format!("{prefix}{gram}"));
            (
                docs.get(&cell.account_id).copied(),
                grams.collect::<Vec<_>>().join(" "),
            )
        })
        .collect();
    let sql = "
        INSERT OR REPLACE INTO account_gram (rowid, grams) SELECT value ->> 0, value ->> 1 FROM json_each($1)";
    sqlx::query(sql)
        .bind(to_json(&grams)?)
        .execute(&mut *conn)
        .await?;
    let rows = i64::try_from(cells.len()).unwrap_or(i64::MAX);
    if rows >= MERGE_EVERY || docs.values().any(|doc| doc % MERGE_EVERY == 0) {
        let sql = "INSERT INTO account_gram (account_gram, rank) VALUES ('merge', $1)";
        sqlx::query(sql)
            .bind(rows.max(MERGE_EVERY))
            .execute(conn)
            .await?;
    }
    Ok(())
}

fn stored(cell: &SearchCell) -> Stored {
    let scopes = cell.scopes.iter().flat_map(|scope| ["|", scope.as_str()]);
    Stored {
        account_id: cell.account_id,
        words: stored_words(cell),
        scopes: scopes.chain(["|"]).collect(),
    }
}

/// People by what was typed so far: exact names, then starts of words, then any part.
pub(super) async fn find(
    pool: &SqlitePool,
    samples: &Samples,
    desk: DeskId,
    query: &SearchQuery,
) -> Result<Vec<PersonLine>, StoreError> {
    let exact = load::find_exact(pool, desk, &query.text).await?;
    let mut found = Found::new(&exact, &query.sight, query.limit);
    let limits = limits(&query.sight);
    if query.words.is_empty() || found.is_full() || limits.as_ref().is_some_and(Vec::is_empty) {
        return Ok(found.into_people());
    }
    let (mut shares, due) = samples.next(desk);
    if due {
        shares = samples.put(desk, sample(pool, desk).await?);
    }
    let starts = Question::new(&query.words, Class::Start, &shares);
    let people = ask(pool, desk, &starts, limits.as_deref(), found.ask_for()).await?;
    let all_starts = people.len() < CLASS_LIMIT;
    found.add(people);
    if all_starts && has_parts(&query.words) && !found.is_full() {
        let parts = Question::new(&query.words, Class::AnyPart, &shares);
        let people = ask(pool, desk, &parts, limits.as_deref(), found.ask_for()).await?;
        found.add(people);
    }
    Ok(found.into_people())
}

async fn ask(
    pool: &SqlitePool,
    desk: DeskId,
    question: &Question,
    limits: Option<&[Scope]>,
    limit: i64,
) -> Result<Vec<PersonLine>, StoreError> {
    let sql = concat!(
        "SELECT ",
        account_columns!(),
        " FROM account_gram JOIN account_search f ON f.doc = account_gram.rowid
        JOIN account a ON a.desk_id = f.desk_id AND a.id = f.account_id
        WHERE account_gram MATCH $1 AND f.desk_id = $2
            AND NOT EXISTS (SELECT 1 FROM json_each($3) n WHERE instr(f.words, n.value) = 0)
            AND ($4 IS NULL OR EXISTS (SELECT 1 FROM json_each($4) c
                WHERE instr(f.scopes, '|' || c.value || '|') > 0 OR instr(f.scopes, '|' || c.value || '/') > 0))
        LIMIT $5"
    );
    let scopes = limits.map(to_json).transpose()?;
    let query = sqlx::query(sql)
        .bind(matching(desk, question, limits))
        .bind(desk.0)
        .bind(to_json(&question.needles)?);
    let hits = query
        .bind(scopes)
        .bind(limit)
        .fetch_all(pool)
        .await
        .map_err(from_sqlx)?;
    hits.iter().map(rows::person_line).collect()
}

/// The index's question: all grams, and one of the scopes. Grams hold letters, digits and `^` only.
fn matching(desk: DeskId, question: &Question, limits: Option<&[Scope]>) -> String {
    let prefix = desk_prefix(desk);
    let token = |gram: &str| format!("\"{prefix}{gram}\"");
    let scopes = limits.map(|scopes| {
        let any: Vec<_> = scopes
            .iter()
            .map(|scope| token(&scope_gram(scope)))
            .collect();
        format!("({})", any.join(" OR "))
    });
    let grams = question.grams.iter().map(|gram| token(gram));
    scopes
        .into_iter()
        .chain(grams)
        .collect::<Vec<_>>()
        .join(" AND ")
}

/// Reads the words of some thousand people of the desk.
async fn sample(pool: &SqlitePool, desk: DeskId) -> Result<Shares, StoreError> {
    let sql = "
        SELECT COALESCE((SELECT account_id FROM account_search WHERE desk_id = $1 ORDER BY account_id LIMIT 1), 0) AS first,
            COALESCE((SELECT account_id FROM account_search WHERE desk_id = $1 ORDER BY account_id DESC LIMIT 1), 0) AS last";
    let ends = sqlx::query(sql)
        .bind(desk.0)
        .fetch_one(pool)
        .await
        .map_err(from_sqlx)?;
    let places = SamplePlaces::between(ends.int("first")?, ends.int("last")?);
    let sql = "
        SELECT (SELECT group_concat(words, '|') FROM (SELECT words FROM account_search
            WHERE desk_id = $1 AND account_id >= place.value ORDER BY account_id LIMIT $3)) AS words
        FROM json_each($2) AS place";
    let query = sqlx::query(sql)
        .bind(desk.0)
        .bind(to_json(&places)?)
        .bind(SAMPLE);
    let read = query.fetch_all(pool).await.map_err(from_sqlx)?;
    let texts = read
        .iter()
        .map(|row| row.opt_text("words"))
        .collect::<Result<Vec<_>, _>>()?;
    Ok(Shares::of_sample(
        texts.iter().flatten().flat_map(|text| text.split('|')),
    ))
}
