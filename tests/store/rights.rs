//! Two roles on PostgreSQL: one owns the tables, the other works with them and only adds to the trail and to decisions (R31).

use deskhand::app::local::cast::{CLAIRE, EIAM};
use deskhand::domain::language::Language::Fr;
use sqlx::{AssertSqlSafe, Connection as _, PgConnection, Row as _};

use crate::support::desk::{Backend, TestDesk, locked_by_portal};
use crate::support::postgres::TestDatabase;
use crate::support::process::{deskhand as program, run};

const TRAIL: [&str; 3] = ["audit", "audit_detail", "decisions"];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r31_after_migrate_by_its_owner_the_role_of_the_bot_works_and_cannot_change_the_trail() {
    let database = TestDatabase::empty().await;
    let [owner, worker] = database.two_roles().await;
    let folder = tempfile::TempDir::new().unwrap();
    let settings = format!(
        "[database]\nurl = \"{}\"\nadmin_url = \"{}\"\n[[desk]]\nguild_id = \"1\"\nname = \"N\"\n\
        profile = \"own\"\ncontact_mailbox = \"desk@example.ch\"\n",
        database.url_of(&worker),
        database.url_of(&owner)
    );
    std::fs::write(folder.path().join("deskhand.toml"), settings).unwrap();
    for said in [
        "schema: from version 0 to version 1\n",
        "schema: version 1, up to date\n",
    ] {
        let migrated = run(program(folder.path(), &["migrate"]));
        assert_eq!(
            (migrated.code, &*migrated.stdout),
            (Some(0), said),
            "{migrated:?}"
        );
        assert!(migrated.stderr.contains(&worker), "{migrated:?}");
    }

    // the bot with its samples, a conversation that issues a code, a sweep
    let url = database.url_of(&worker);
    let desk = TestDesk::start_with(Backend::Sqlite, |mut setup| {
        setup.database_url = Some(url);
        setup
    })
    .await;
    let locked = |data: &mut deskhand::domain::account::AccountData| data.lock = locked_by_portal();
    let account = desk.add(EIAM, "anne.berset", locked).await;
    let user = [("user", "anne.berset")];
    let claire = desk.person(EIAM, CLAIRE);
    let card = claire.types("/lock-status", &user).await.unwrap();
    let dialog = card.clicks("v1:card-unlock-and-reset:").await.unwrap();
    let form = dialog.clicks("v1:open-reason").await.unwrap();
    let dialog = form.submits(&[("text", "Rappel")]).await.unwrap();
    desk.confirms(&dialog, Fr, &account).await;
    desk.local.bot().service().sweep().await.unwrap();

    let mut conn = PgConnection::connect(&database.url_of(&worker))
        .await
        .unwrap();
    for table in TRAIL {
        for statement in ["DELETE FROM", "TRUNCATE"] {
            let statement = AssertSqlSafe(format!("{statement} {table}"));
            let refused = sqlx::raw_sql(statement)
                .execute(&mut conn)
                .await
                .unwrap_err();
            let refused = refused.into_database_error().expect("the server's answer");
            assert_eq!(refused.code().as_deref(), Some("42501"), "{refused}");
        }
    }
    // every table of the schema is one of these sorts
    let rights = "
        SELECT c.relname::text AS name, has_table_privilege(c.oid, 'SELECT') AS reads,
            has_table_privilege(c.oid, 'INSERT') AS adds, has_table_privilege(c.oid, 'UPDATE') AS changes,
            has_table_privilege(c.oid, 'DELETE') AS deletes
        FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')";
    let tables = sqlx::query(rights).fetch_all(&mut conn).await.unwrap();
    assert!(tables.len() > 15, "{}", tables.len());
    for table in tables {
        let name: String = table.get("name");
        let may = ["reads", "adds", "changes", "deletes"].map(|right| table.get::<bool, _>(right));
        let expected = match name.as_str() {
            "schema_version" => [true, false, false, false],
            trail if TRAIL.contains(&trail) => [true, true, false, false],
            _ => [true; 4],
        };
        assert_eq!(may, expected, "{name}");
    }
    conn.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_role_that_does_not_exist_is_named() {
    let database = TestDatabase::empty().await;
    let owner = database.url();
    deskhand::store::migrate(owner).await.unwrap();
    let worker = database.url_of("nobody_known");
    let error = deskhand::store::share(owner, &worker).await.unwrap_err();
    let shown = error.to_string();
    assert!(
        shown.contains("role of database.url does not exist"),
        "{shown}"
    );
    assert_eq!(deskhand::store::share(owner, owner).await.unwrap(), None);
}
