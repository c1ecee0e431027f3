//! A PostgreSQL database of its own for each test, on a cluster that lives as long as the run.

use std::collections::HashSet;
use std::env;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;

use sqlx::{AssertSqlSafe, Connection, PgConnection};
use tokio::sync::Mutex;
use url::Url;

/// Where `tests/run` says that its cluster is.
const CLUSTER_VARIABLE: &str = "DESKHAND_TEST_POSTGRES";

/// The cluster of this process: the one of the run, else one that the first test starts.
static CLUSTER: LazyLock<Cluster> = LazyLock::new(Cluster::find);

/// Names of the templates that are filled.
static TEMPLATES: LazyLock<Mutex<HashSet<String>>> = LazyLock::new(Mutex::default);

/// Counts the databases of this process.
static NEXT: AtomicU32 = AtomicU32::new(1);

struct Cluster {
    admin: Url,
    /// The script stops the server when this pipe closes, that is when this process ends.
    _script: Option<(Child, BufReader<ChildStdout>)>,
}

impl Cluster {
    fn find() -> Self {
        if let Ok(url) = env::var(CLUSTER_VARIABLE) {
            let admin = Url::parse(&url).expect("a URL in DESKHAND_TEST_POSTGRES");
            return Self {
                admin,
                _script: None,
            };
        }
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/support/postgres.sh");
        let mut child = Command::new("bash")
            .arg(script)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("bash, to start PostgreSQL");
        let mut output = BufReader::new(child.stdout.take().expect("the script's output"));
        let mut line = String::new();
        output.read_line(&mut line).expect("a line of the script");
        let admin = Url::parse(line.trim()).expect("PostgreSQL starts; its script said why not");
        Self {
            admin,
            _script: Some((child, output)),
        }
    }
}

/// A database for one test, dropped with the value.
pub(crate) struct TestDatabase {
    name: String,
    url: Url,
}

impl TestDatabase {
    /// An empty database.
    pub(crate) async fn empty() -> Self {
        Self::copy_of("template0").await
    }

    /// A copy of what `fill` made of an empty database. It runs once per `key` and process and
    /// must leave no connection open, because PostgreSQL copies only what nobody uses.
    pub(crate) async fn filled(key: &str, fill: impl AsyncFnOnce(&str)) -> Self {
        let template = format!("template_{}_{key}", std::process::id());
        let mut templates = TEMPLATES.lock().await;
        if !templates.contains(&template) {
            execute(&format!(
                "CREATE DATABASE \"{template}\" TEMPLATE template0"
            ))
            .await;
            fill(database_url(&template).as_str()).await;
            templates.insert(template.clone());
        }
        drop(templates);
        Self::copy_of(&template).await
    }

    async fn copy_of(template: &str) -> Self {
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let name = format!("test_{}_{number}", std::process::id());
        execute(&format!(
            "CREATE DATABASE \"{name}\" TEMPLATE \"{template}\""
        ))
        .await;
        Self {
            url: database_url(&name),
            name,
        }
    }

    /// Connects as the superuser `postgres`.
    pub(crate) fn url(&self) -> &str {
        self.url.as_str()
    }

    /// Connects as another role.
    pub(crate) fn url_of(&self, role: &str) -> String {
        let mut url = self.url.clone();
        url.set_username(role).expect("a URL with a host");
        url.into()
    }

    /// Two roles of this database alone: one that owns it, one that may only connect.
    pub(crate) async fn two_roles(&self) -> [String; 2] {
        let roles = ["owner", "worker"].map(|part| format!("{}_{part}", self.name));
        for role in &roles {
            execute(&format!("CREATE ROLE \"{role}\" LOGIN")).await;
        }
        let [owner, _] = &roles;
        execute(&format!(
            "ALTER DATABASE \"{}\" OWNER TO \"{owner}\"",
            self.name
        ))
        .await;
        roles
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        // Waiting here would need the test's own runtime, which may be gone.
        let mut statements = vec![format!(
            "DROP DATABASE IF EXISTS \"{}\" WITH (FORCE)",
            self.name
        )];
        // there are none but in a test of rights, and then only this database names them
        statements.extend(
            ["owner", "worker"].map(|part| format!("DROP ROLE IF EXISTS \"{}_{part}\"", self.name)),
        );
        let dropped = thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build();
            runtime.expect("a runtime").block_on(async {
                for statement in &statements {
                    execute(statement).await;
                }
            });
        });
        if dropped.join().is_err() {
            eprintln!(
                "the test database {} stays until the cluster goes",
                self.name
            );
        }
    }
}

fn database_url(name: &str) -> Url {
    let mut url = CLUSTER.admin.clone();
    url.set_path(name);
    url
}

async fn execute(statement: &str) {
    // Starting a cluster takes seconds; other tasks of this runtime go on meanwhile.
    let admin = tokio::task::spawn_blocking(|| CLUSTER.admin.clone())
        .await
        .expect("a cluster");
    let mut connection = PgConnection::connect(admin.as_str())
        .await
        .expect("the test cluster");
    // The names in it are made above, of fixed words and numbers.
    let statement = AssertSqlSafe(statement.to_owned());
    sqlx::query(statement)
        .execute(&mut connection)
        .await
        .expect("an administrator's statement");
    connection.close().await.expect("a clean end");
}

#[tokio::test]
async fn each_test_has_its_own_copy() {
    async fn count(url: &str) -> i64 {
        let mut connection = PgConnection::connect(url)
            .await
            .expect("the test's database");
        let rows = sqlx::query_scalar("SELECT count(*) FROM note").fetch_one(&mut connection);
        rows.await.expect("the template's table")
    }
    async fn add(url: &str) {
        let mut connection = PgConnection::connect(url)
            .await
            .expect("the test's database");
        let added = sqlx::query("INSERT INTO note VALUES (1)")
            .execute(&mut connection)
            .await;
        added.expect("a row");
        connection.close().await.expect("a clean end");
    }
    async fn fill(url: &str) {
        let mut connection = PgConnection::connect(url).await.expect("the template");
        let created = sqlx::query("CREATE TABLE note (id bigint)")
            .execute(&mut connection)
            .await;
        created.expect("a table");
        connection.close().await.expect("a clean end");
        add(url).await;
    }
    let one = TestDatabase::filled("note", fill).await;
    let other = TestDatabase::filled("note", async |_: &str| panic!("filled twice")).await;
    add(one.url()).await;
    assert_eq!((count(one.url()).await, count(other.url()).await), (2, 1));
    let empty = TestDatabase::empty().await;
    let mut connection = PgConnection::connect(empty.url())
        .await
        .expect("the test's database");
    let table: Option<String> = sqlx::query_scalar("SELECT to_regclass('note')::text")
        .fetch_one(&mut connection)
        .await
        .expect("an answer");
    assert_eq!(table, None);
}
