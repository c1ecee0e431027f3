//! Search on GIN: the index over hashes of grams gives candidates, the same statement compares words and scopes.

use sqlx::{PgConnection, PgPool};

use super::super::bulk::SearchCell;
use super::super::error::{Stop, from_sqlx};
use super::super::rows;
use super::super::samples::Samples;
use super::super::search::{
    CLASS_LIMIT, Class, Found, Question, SAMPLE, SLICES, SamplePlaces, Shares, document_grams,
    gram_hash, has_parts, limits, scope_gram, scope_nodes, slice_of, stored_words,
};
use super::super::values::Columns as _;
use super::load::{self, account_columns};
use crate::domain::account::PersonLine;
use crate::domain::ids::DeskId;
use crate::domain::scope::Scope;
use crate::ports::store::{SearchQuery, StoreError};

/// Makes accounts findable by their new words and scopes.
pub(super) async fn put(
    conn: &mut PgConnection,
    desk: DeskId,
    cells: &[SearchCell],
) -> Result<(), Stop> {
    if cells.is_empty() {
        return Ok(());
    }
    let ids: Vec<i64> = cells.iter().map(|cell| cell.account_id).collect();
    let words: Vec<String> = cells.iter().map(stored_words).collect();
    let scopes: Vec<String> = cells.iter().map(nodes).collect();
    let grams: Vec<String> = cells.iter().map(|cell| hashes(desk, cell)).collect();
    let sql = "
        INSERT INTO account_search (desk_id, account_id, words, scopes, grams)
        SELECT $1, id, words, string_to_array(scopes, '|'), grams::int4[]
        FROM UNNEST($2::bigint[], $3::text[], $4::text[], $5::text[]) AS new (id, words, scopes, grams)
        ON CONFLICT (desk_id, account_id)
        DO UPDATE SET words = excluded.words, scopes = excluded.scopes, grams = excluded.grams";
    sqlx::query(sql)
        .bind(desk.0)
        .bind(ids)
        .bind(words)
        .bind(scopes)
        .bind(grams)
        .execute(conn)
        .await?;
    Ok(())
}

/// All scopes from which the account is seen, but for the whole desk; `|` is in no scope.
fn nodes(cell: &SearchCell) -> String {
    let nodes = scope_nodes(&cell.scopes);
    nodes
        .iter()
        .map(Scope::as_str)
        .collect::<Vec<_>>()
        .join("|")
}

/// The grams of the account in its slice, as an array's text.
fn hashes(desk: DeskId, cell: &SearchCell) -> String {
    let slice = slice_of(cell.account_id);
    let hashes = document_grams(cell)
        .into_iter()
        .map(|gram| gram_hash(desk, slice, &gram).to_string());
    format!("{{{}}}", hashes.collect::<Vec<_>>().join(","))
}

/// People by what was typed so far: exact names, then starts of words, then any part.
pub(super) async fn find(
    pool: &PgPool,
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

/// `OFFSET 0` and the desk outside of the lateral part keep the planner on the grams' index: without the one it read
/// the whole table, with the desk inside it walked the primary key of a small desk.
async fn ask(
    pool: &PgPool,
    desk: DeskId,
    question: &Question,
    limits: Option<&[Scope]>,
    limit: i64,
) -> Result<Vec<PersonLine>, StoreError> {
    let grams: Vec<&str> = question.grams.iter().map(String::as_str).collect();
    let needles: Vec<String> = question
        .needles
        .iter()
        .map(|needle| format!("%{needle}%"))
        .collect();
    let hits = match limits {
        None => {
            let sql = concat!(
                "SELECT ",
                account_columns!(),
                " FROM (SELECT hit.desk_id, hit.account_id FROM generate_series(0, 4) AS k CROSS JOIN LATERAL (
                    SELECT s.desk_id, s.account_id FROM account_search AS s
                    WHERE s.grams @> ($1::int4[])[k * $2::int + 1 : (k + 1) * $2::int] AND s.words LIKE ALL ($3::text[])
                    OFFSET 0) AS hit
                    WHERE hit.desk_id = $4 LIMIT $5) AS found
                JOIN account a ON a.desk_id = found.desk_id AND a.id = found.account_id"
            );
            let query = sqlx::query(sql)
                .bind(in_slices(desk, &grams))
                .bind(count(&grams))
                .bind(needles);
            query.bind(desk.0).bind(limit).fetch_all(pool).await
        }
        Some(scopes) => {
            let sql = concat!(
                "SELECT ",
                account_columns!(),
                " FROM (SELECT hit.desk_id, hit.account_id FROM generate_series(0, 4) AS k CROSS JOIN LATERAL (
                    SELECT s.desk_id, s.account_id FROM account_search AS s
                    WHERE s.grams @> ($1::int4[])[k * $2::int + 1 : (k + 1) * $2::int] AND s.words LIKE ALL ($3::text[])
                        AND s.grams && ($6::int4[])[k * $7::int + 1 : (k + 1) * $7::int] AND s.scopes && $8::text[]
                    OFFSET 0) AS hit
                    WHERE hit.desk_id = $4 LIMIT $5) AS found
                JOIN account a ON a.desk_id = found.desk_id AND a.id = found.account_id"
            );
            let paths: Vec<String> = scopes.iter().map(scope_gram).collect();
            let paths: Vec<&str> = paths.iter().map(String::as_str).collect();
            let names: Vec<&str> = scopes.iter().map(Scope::as_str).collect();
            let query = sqlx::query(sql)
                .bind(in_slices(desk, &grams))
                .bind(count(&grams))
                .bind(needles);
            let query = query.bind(desk.0).bind(limit);
            query
                .bind(in_slices(desk, &paths))
                .bind(count(&paths))
                .bind(names)
                .fetch_all(pool)
                .await
        }
    };
    hits.map_err(from_sqlx)?
        .iter()
        .map(rows::person_line)
        .collect()
}

/// The hashes of the grams in each slice, slice after slice.
fn in_slices(desk: DeskId, grams: &[&str]) -> Vec<i32> {
    (0..SLICES)
        .flat_map(|slice| grams.iter().map(move |gram| gram_hash(desk, slice, gram)))
        .collect()
}

fn count(grams: &[&str]) -> i32 {
    i32::try_from(grams.len()).unwrap_or(i32::MAX)
}

/// Reads the words of some thousand people of the desk.
async fn sample(pool: &PgPool, desk: DeskId) -> Result<Shares, StoreError> {
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
        SELECT (SELECT string_agg(near.words, '|') FROM (SELECT words FROM account_search
            WHERE desk_id = $1 AND account_id >= place ORDER BY account_id LIMIT $3) AS near) AS words
        FROM UNNEST($2::bigint[]) AS place";
    let query = sqlx::query(sql)
        .bind(desk.0)
        .bind(places.keys())
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
