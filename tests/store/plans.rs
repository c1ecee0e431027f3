//! No statement reads a table from end to end: the plan of each one in the source is looked at.

use std::path::Path;

use sqlx::{AssertSqlSafe, Executor as _};

use super::kit::*;

/// The statements of a backend, as its source files hold them.
fn statements(backend: &str) -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("src/store")
        .join(backend);
    let read = |name: &str| std::fs::read_to_string(folder.join(name)).unwrap();
    let parts = [
        ("account_columns", "load.rs"),
        ("in_sight", "lists.rs"),
        ("requests_from", "requests.rs"),
        ("trail_columns", "trail.rs"),
    ]
    .map(|(name, file)| {
        let source = read(file);
        let body = source.split("() => {\n").nth(1).unwrap();
        (
            format!("{name}!(),"),
            body.split('"').nth(1).unwrap().to_owned(),
        )
    });
    let files = [
        "apply.rs",
        "audit.rs",
        "drafts.rs",
        "export.rs",
        "import.rs",
        "lists.rs",
        "load.rs",
        "logins.rs",
        "notes.rs",
        "outbox.rs",
        "requests.rs",
        "search.rs",
        "sweep.rs",
        "trail.rs",
    ];
    let mut statements = Vec::new();
    for file in files {
        let mut joined = read(file).replace("\\\"", "");
        // what `concat!` puts together is one literal here
        for (mark, text) in &parts {
            let source = std::mem::take(&mut joined);
            let mut pieces = source.split(mark.as_str());
            joined.push_str(pieces.next().unwrap());
            for piece in pieces {
                joined.truncate(joined.rfind("\",").unwrap());
                joined.push_str(text);
                joined.push_str(piece.trim_start().strip_prefix('"').unwrap());
            }
        }
        for line in joined.split('"').skip(1).step_by(2) {
            let verb = line.split_whitespace().next().unwrap_or_default();
            if ["SELECT", "INSERT", "UPDATE", "DELETE", "WITH"].contains(&verb)
                && line.contains(' ')
                && line.len() > 10
            {
                statements.push(line.to_owned());
            }
        }
    }
    assert!(
        statements.len() > 35,
        "the search missed statements: {}",
        statements.len()
    );
    statements
}

/// Tables that grow with people, letters and time.
const LARGE: [&str; 18] = [
    "account",
    "account_scope",
    "account_group",
    "account_search",
    "desk_change",
    "address_change",
    "register_record",
    "code",
    "send",
    "letter",
    "letter_code",
    "outbox",
    "draft",
    "interaction",
    "audit",
    "audit_detail",
    "request",
    "decisions",
];

#[tokio::test]
async fn no_statement_scans_a_large_table_on_sqlite() {
    let kit = Kit::sqlite().await;
    for statement in statements("sqlite") {
        let plan = kit.plan(&statement).await;
        for line in &plan {
            // a desk is large: whoever looks for something in it needs more of a key
            let desk_only = line.starts_with("SEARCH") && line.contains("(desk_id=?)");
            let allowed = line.contains("audit_head")
                || statement.contains("COUNT(*) AS accounts")
                || statement.contains("LIMIT 1), 0)");
            assert!(!desk_only || allowed, "{line}\n{statement}");
            let scanned = line
                .strip_prefix("SCAN ")
                .and_then(|rest| rest.split_whitespace().next());
            // "USING INDEX" beside SCAN is an index walked in order, ended by a limit
            let whole = scanned.is_some_and(|name| LARGE.contains(&name) || name.len() == 1);
            let small = statement.contains("json_each") && !line.contains("USING");
            let by_index = line.contains("USING COVERING INDEX outbox_due");
            // the rows of a question inside the statement, which has a plan of its own
            let inner = scanned.is_some_and(|name| {
                plan.iter()
                    .any(|line| *line == format!("CO-ROUTINE {name}"))
            });
            assert!(
                !whole || by_index || inner || (small && alias_of_json(&statement, scanned)),
                "{line}\n{statement}"
            );
        }
    }
}

/// Whether the name stands for a list that the statement was given.
fn alias_of_json(statement: &str, name: Option<&str>) -> bool {
    let name = name.unwrap_or_default();
    ["$2", "$3", "$4"].iter().any(|list| {
        statement.contains(&format!("json_each({list}) {name}"))
            || statement.contains(&format!("json_each({list}) AS {name}"))
    })
}

#[tokio::test]
async fn every_statement_has_an_index_on_postgres() {
    let kit = Kit::postgres().await;
    let mut conn = kit.pool().unwrap().acquire().await.unwrap();
    // with scans forbidden, one that shows all the same has no index to go by; a plan for any values, not for some
    for setting in [
        "SET enable_seqscan = off",
        "SET plan_cache_mode = force_generic_plan",
    ] {
        conn.execute(setting).await.unwrap();
    }
    for (number, statement) in statements("postgres").iter().enumerate() {
        let prepare = format!("PREPARE s{number} AS {statement}");
        sqlx::raw_sql(AssertSqlSafe(prepare))
            .execute(&mut *conn)
            .await
            .unwrap();
        let count = (1..=20)
            .rev()
            .find(|count| statement.contains(&format!("${count}")))
            .unwrap_or(0);
        let nulls = vec!["NULL"; count].join(", ");
        let call = if count == 0 {
            format!("s{number}")
        } else {
            format!("s{number}({nulls})")
        };
        let explain = AssertSqlSafe(format!("EXPLAIN EXECUTE {call}"));
        let plan: Vec<String> = sqlx::query_scalar(explain)
            .fetch_all(&mut *conn)
            .await
            .unwrap();
        let scan = plan.iter().find(|line| line.contains("Seq Scan on"));
        assert!(scan.is_none(), "{}\n{statement}", plan.join("\n"));
        // an index that is only walked from end to end has no condition
        let walked = plan.windows(2).find(|pair| {
            pair[0].contains("Index")
                && pair[0].contains("Scan using")
                && !pair[1].contains("Index Cond")
                && !statement.contains("ORDER BY")
        });
        assert!(walked.is_none(), "{}\n{statement}", plan.join("\n"));
    }
}

#[tokio::test]
async fn the_search_uses_the_index_of_grams_on_postgres() {
    let kit = Kit::postgres().await;
    kit.done(
        (1..=1_000)
            .map(|id| insert(id, data(&format!("user.{id}"))))
            .collect(),
    )
    .await;
    kit.execute("ANALYZE").await.unwrap();
    let statement = statements("postgres")
        .into_iter()
        .find(|sql| sql.contains("s.grams && "))
        .unwrap();
    let mut conn = kit.pool().unwrap().acquire().await.unwrap();
    sqlx::raw_sql(AssertSqlSafe(format!("PREPARE s AS {statement}")))
        .execute(&mut *conn)
        .await
        .unwrap();
    let call = "EXPLAIN EXECUTE s('{1,2,3,4,5}', 1, '{% a%}', 1, 25, '{1,2,3,4,5}', 1, '{VD}')";
    let plan: Vec<String> = sqlx::query_scalar(call)
        .fetch_all(&mut *conn)
        .await
        .unwrap();
    let text = plan.join("\n");
    assert!(text.contains("Bitmap Index Scan on account_gram"), "{text}");
    assert!(text.contains("Index Scan using account_pkey"), "{text}");
    assert!(
        !text.contains("Seq Scan on account_search") && !text.contains("Seq Scan on account a"),
        "{text}"
    );
}

/// The pages of lists: statements that walk an index from a position on.
fn pages(backend: &str) -> Vec<String> {
    let pages: Vec<_> = statements(backend)
        .into_iter()
        .filter(|sql| sql.contains("AS sort") && sql.contains("LIMIT $3"))
        .collect();
    assert_eq!(pages.len(), 10);
    pages
}

const LISTS: [&str; 5] = [
    "account_locked",
    "account_expiring",
    "account_invited",
    "code_ends",
    "account_not_linked",
];

#[tokio::test]
async fn each_list_walks_its_own_index_on_sqlite_and_sorts_nothing() {
    let kit = Kit::sqlite().await;
    for (number, statement) in pages("sqlite").iter().enumerate() {
        let plan = kit.plan(statement).await.join("\n");
        assert!(plan.contains(LISTS[number % 5]), "{plan}\n{statement}");
        assert!(!plan.contains("TEMP B-TREE"), "{plan}\n{statement}");
    }
}

#[tokio::test]
async fn each_list_walks_its_own_index_on_postgres_and_sorts_nothing() {
    let kit = Kit::postgres().await;
    let people = (1..=1_000).map(|id| {
        let mut person = data(&format!("user.{id}"));
        person.scopes = scopes(&["VD/CHUV"]);
        if id % 20 == 0 {
            person.lock = deskhand::domain::lock::Lock::Locked {
                since: at(id),
                by: deskhand::domain::lock::LockSource::Portal,
            };
            person.state = deskhand::domain::account::AccountState::Invited;
        }
        person.password_expires = Some(jiff::civil::date(2027, 1, 1 + (id % 28) as i8));
        insert(id, person)
    });
    kit.done(people.collect()).await;
    kit.execute("ANALYZE").await.unwrap();
    let mut conn = kit.pool().unwrap().acquire().await.unwrap();
    conn.execute("SET plan_cache_mode = force_generic_plan")
        .await
        .unwrap();
    // a test's table is small; a desk's is not
    conn.execute("SET enable_seqscan = off").await.unwrap();
    conn.execute("SET enable_sort = off").await.unwrap();
    for (number, statement) in pages("postgres").iter().enumerate() {
        sqlx::raw_sql(AssertSqlSafe(format!("PREPARE l{number} AS {statement}")))
            .execute(&mut *conn)
            .await
            .unwrap();
        let values = match number % 5 {
            0 => "1, NULL, 11, 0, 0",
            2 | 4 => "1, NULL, 11, 0",
            1 => "1, NULL, 11, 0, 0, '2027-01-05'",
            _ => "1, NULL, 11, 0, 0, now()",
        };
        let explain = AssertSqlSafe(format!("EXPLAIN EXECUTE l{number}({values})"));
        let plan: Vec<String> = sqlx::query_scalar(explain)
            .fetch_all(&mut *conn)
            .await
            .unwrap();
        let plan = plan.join("\n");
        assert!(plan.contains(LISTS[number % 5]), "{plan}\n{statement}");
        assert!(!plan.contains("Sort Key"), "{plan}\n{statement}");
    }
}
