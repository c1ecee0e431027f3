//! Desks at work for one test: the bot over the wire on the local Discord, with its own database and mails.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use deskhand::app::local::cast::{self, support_channel};
use deskhand::app::local::{LocalDesk, LocalSetup};
use deskhand::clock::ShiftedClock;
use deskhand::domain::account::{Account, AccountData, AccountState, UserName};
use deskhand::domain::change::{Change, Write};
use deskhand::domain::email::EmailAddress;
use deskhand::domain::facts::AccountFacts;
use deskhand::domain::ids::AccountId;
use deskhand::domain::language::Language;
use deskhand::domain::letter::LetterStatus;
use deskhand::domain::lock::{Lock, LockSource};
use deskhand::domain::scope::Scope;
use deskhand::domain::supply::Supply as _;
use deskhand::locales::{Args, args};
use deskhand::ports::clock::Clock as _;
use deskhand::ports::store::{Committed, Store, StoredAudit};
use deskhand::ports::supply::SystemSupply;
use deskhand::sandbox::{Message, Person, Reply};
use mailparse::{MailHeaderMap as _, ParsedMail};
use tempfile::TempDir;

use crate::support::gated_store::{Gate, GatedStore};
use crate::support::postgres::TestDatabase;
use crate::wire::schema::Held;

/// The databases that every conversation is held on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Backend {
    Sqlite,
    Postgres,
}

/// Makes a test of a conversation run on both databases.
macro_rules! on_both {
    ($($(#[$doc:meta])* async fn $name:ident($desk:ident: TestDesk) $body:block)*) => {$(
        mod $name {
            use super::*;

            async fn conversation($desk: TestDesk) $body

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                conversation(TestDesk::start(crate::support::desk::Backend::Sqlite).await).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                conversation(TestDesk::start(crate::support::desk::Backend::Postgres).await).await;
            }
        }
    )*};
}
pub(crate) use on_both;

/// The desks, their folder and their clock.
pub(crate) struct TestDesk {
    pub(crate) local: LocalDesk,
    pub(crate) clock: Arc<ShiftedClock>,
    pub(crate) folder: TempDir,
    database: Option<TestDatabase>,
    _wire: Held,
}

/// A mail that left, as its reader has it.
#[derive(Clone, Debug)]
pub(crate) struct Mail {
    pub(crate) to: String,
    pub(crate) subject: String,
    pub(crate) message_id: String,
    pub(crate) text: String,
    pub(crate) html: String,
}

impl TestDesk {
    pub(crate) async fn start(backend: Backend) -> Self {
        Self::start_with(backend, |setup| setup).await
    }

    /// Starts with another setup than the plain one.
    pub(crate) async fn start_with(
        backend: Backend,
        edit: impl FnOnce(LocalSetup) -> LocalSetup,
    ) -> Self {
        let folder = TempDir::new().expect("a folder");
        let clock = Arc::new(ShiftedClock::default());
        let mut setup = LocalSetup::in_folder(folder.path(), clock.clone());
        let database = match backend {
            Backend::Sqlite => None,
            Backend::Postgres => Some(TestDatabase::empty().await),
        };
        setup.database_url = database.as_ref().map(|database| database.url().to_owned());
        let local = LocalDesk::start(edit(setup))
            .await
            .expect("the desks start");
        Self {
            _wire: Held(local.discord.wire()),
            local,
            clock,
            folder,
            database,
        }
    }

    /// Starts with this gate before its store.
    pub(crate) async fn behind(
        gate: &Arc<Gate>,
        backend: Backend,
        edit: impl FnOnce(LocalSetup) -> LocalSetup,
    ) -> Self {
        let gate = Arc::clone(gate);
        Self::start_with(backend, |mut setup| {
            setup.wrap_store = Some(Box::new(move |inner| Arc::new(GatedStore { inner, gate })));
            edit(setup)
        })
        .await
    }

    /// By which the PostgreSQL database of the test is opened.
    pub(crate) fn database_url(&self) -> &str {
        self.database.as_ref().expect("a database of its own").url()
    }

    /// A person of the cast, in the support channel of a guild.
    pub(crate) fn person(&self, guild: u64, user: u64) -> Person {
        let person = self
            .local
            .discord
            .member(guild, user)
            .expect("a person of the cast");
        person.in_channel(support_channel(guild))
    }

    /// Puts an account into a desk's directory: active, open, in `VD/CHUV`, French, unless `edit` says otherwise.
    pub(crate) async fn add(
        &self,
        guild: u64,
        username: &str,
        edit: impl FnOnce(&mut AccountData),
    ) -> Account {
        self.add_by(self.local.store.as_ref(), guild, username, edit)
            .await
    }

    /// As [`TestDesk::add`], past whatever stands before the store.
    pub(crate) async fn add_by(
        &self,
        store: &dyn Store,
        guild: u64,
        username: &str,
        edit: impl FnOnce(&mut AccountData),
    ) -> Account {
        let now = self.clock.now();
        let id = AccountId(SystemSupply::draw(now).expect("random bits").id());
        let mut data = plain_account(username);
        edit(&mut data);
        let write = Write::InsertAccount {
            id,
            data: Box::new(data),
        };
        let change = Change {
            desk: cast::desk(guild),
            at: now,
            interaction: None,
            writes: vec![write],
            audit: vec![],
        };
        let committed = store.commit(change).await.expect("a commit");
        assert_eq!(committed, Committed::Done);
        self.facts_of(guild, id).await.account
    }

    /// Changes an account behind the bot's back, as an import would.
    pub(crate) async fn change(
        &self,
        guild: u64,
        account: &Account,
        edit: impl FnOnce(&mut AccountData),
    ) {
        let before = self.facts(guild, account).await.account;
        let mut after = before.data.clone();
        edit(&mut after);
        let write = Write::UpdateAccount {
            before: Box::new(before),
            after: Box::new(after),
        };
        let at = self.clock.now();
        let change = Change {
            desk: cast::desk(guild),
            at,
            interaction: None,
            writes: vec![write],
            audit: vec![],
        };
        assert_eq!(
            self.local.store.commit(change).await.expect("a commit"),
            Committed::Done
        );
    }

    pub(crate) async fn facts(&self, guild: u64, account: &Account) -> AccountFacts {
        self.facts_of(guild, account.id).await
    }

    async fn facts_of(&self, guild: u64, id: AccountId) -> AccountFacts {
        let facts = self
            .local
            .store
            .load_account(cast::desk(guild), id, None, self.clock.now())
            .await;
        facts
            .expect("the store answers")
            .expect("the account is there")
    }

    /// Waits until every letter about the account has come to its end, whoever delivers it.
    pub(crate) async fn letters_left(&self, guild: u64, account: &Account) -> Vec<LetterStatus> {
        let letters = self.facts(guild, account).await.letters;
        let service = self.local.bot().service();
        let settled = service.settled(cast::desk(guild), &letters).await;
        settled.expect("the store answers")
    }

    /// The whole trail of a desk; what an import of the samples wrote is left out.
    pub(crate) async fn audit(&self, guild: u64) -> Vec<StoredAudit> {
        let rows = self
            .local
            .store
            .list_audit(cast::desk(guild), 0, 10_000)
            .await
            .expect("the trail");
        rows.into_iter()
            .filter(|row| !row.row.action.starts_with("import-"))
            .collect()
    }

    /// Action and result of every row.
    pub(crate) async fn audited(&self, guild: u64) -> Vec<(String, String)> {
        self.audit(guild)
            .await
            .into_iter()
            .map(|row| (row.row.action, row.row.result))
            .collect()
    }

    /// The detail of the last audit row of an action.
    pub(crate) async fn audit_detail(&self, guild: u64, action: &str) -> BTreeMap<String, String> {
        let rows = self.audit(guild).await;
        let row = rows
            .into_iter()
            .rev()
            .find(|row| row.row.action == action)
            .expect("an audit row");
        serde_json::from_str(&row.detail.expect("its detail").1).expect("JSON")
    }

    /// The mails in the folder, oldest first.
    pub(crate) fn mails(&self) -> Vec<Mail> {
        let mut mails: Vec<_> = files(&self.folder.path().join("mail"))
            .iter()
            .map(|file| read_mail(file))
            .collect();
        mails.sort_by(|one, other| one.message_id.cmp(&other.message_id));
        mails
    }

    /// Moves the clock of bot and Discord.
    pub(crate) fn later(&self, minutes: i64) {
        self.clock.advance(minutes * 60_000);
    }

    /// The text of a key.
    pub(crate) fn text(&self, language: Language, key: &str, args: &Args<'_>) -> String {
        self.local.texts.text(language, key, args)
    }

    /// Fails unless the message shows this text, and only to its reader.
    #[track_caller]
    pub(crate) fn shows(&self, message: &Message, language: Language, key: &str) {
        self.shows_with(message, language, key, &args());
    }

    /// As [`TestDesk::shows`], for a text with values.
    #[track_caller]
    pub(crate) fn shows_with(
        &self,
        message: &Message,
        language: Language,
        key: &str,
        args: &Args<'_>,
    ) {
        let (expected, shown) = (self.text(language, key, args), message.all_text());
        assert!(
            shown.contains(&expected),
            "{key} is not shown:\n  {expected}\nin\n  {shown}"
        );
        assert!(message.is_ephemeral(), "only its reader sees it");
    }

    /// Confirms a dialog and waits until the answer says that all mails left.
    pub(crate) async fn confirms(
        &self,
        dialog: &Reply,
        language: Language,
        account: &Account,
    ) -> Reply {
        let heading = self.text(
            language,
            "done-heading",
            &args().set("name", account.full_name()),
        );
        let done = dialog.clicks("v1:confirm").await.expect("an answer");
        done.until(|message| message.all_text().contains(&heading))
            .await
            .expect("done, and the mails left")
    }
}

/// A locked account's lock.
pub(crate) fn locked_by_portal() -> Lock {
    Lock::Locked {
        since: jiff::Timestamp::from_second(1_767_000_000).expect("a time"),
        by: LockSource::Portal,
    }
}

/// One scope.
pub(crate) fn scopes(path: &str) -> BTreeSet<Scope> {
    BTreeSet::from([Scope::parse(path).expect("a scope")])
}

/// An address.
pub(crate) fn address(text: &str) -> EmailAddress {
    EmailAddress::parse(text).expect("an address")
}

/// Who has this user name: active, open, in `VD/CHUV`, French.
pub(crate) fn plain_account(username: &str) -> AccountData {
    let (given_name, surname) = username.split_once('.').unwrap_or(("alex", "morandi"));
    let capital = |name: &str| {
        name.chars()
            .take(1)
            .flat_map(char::to_uppercase)
            .chain(name.chars().skip(1))
            .collect()
    };
    AccountData {
        username: UserName::parse(username).expect("a user name"),
        given_name: capital(given_name),
        surname: capital(surname),
        email: Some(address(&format!("{username}@people.example.ch"))),
        language: Language::Fr,
        scopes: scopes("VD/CHUV"),
        groups: BTreeSet::new(),
        state: AccountState::Active,
        password_expires: None,
        external_id: None,
        fiscal_code: None,
        birth_date: None,
        person_id: None,
        lock: Lock::OPEN,
    }
}

fn files(folder: &Path) -> Vec<std::path::PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return Vec::new();
    };
    entries
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|e| e == "eml"))
        .collect()
}

fn read_mail(file: &Path) -> Mail {
    let bytes = std::fs::read(file).expect("a mail");
    let mail = mailparse::parse_mail(&bytes).expect("a mail");
    let header = |name: &str| mail.headers.get_first_value(name).unwrap_or_default();
    Mail {
        to: header("To"),
        subject: header("Subject"),
        message_id: header("Message-ID"),
        text: body(&mail, "text/plain"),
        html: body(&mail, "text/html"),
    }
}

fn body(mail: &ParsedMail<'_>, kind: &str) -> String {
    let part = mail
        .parts()
        .find(|part| part.ctype.mimetype == kind)
        .expect("the part");
    part.get_body().expect("its text")
}
