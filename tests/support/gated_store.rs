//! The real store behind a gate: commits and searches wait until the test lets them through; any call fails,
//! loses its answer or panics where the test says so.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use deskhand::domain::account::{Account, PersonLine};
use deskhand::domain::change::Change;
use deskhand::domain::code::Code;
use deskhand::domain::dialog::Draft;
use deskhand::domain::facts::AccountFacts;
use deskhand::domain::ids::{AccountId, CodeId, DeskId, DraftId, LetterId, MemberId, RequestId};
use deskhand::domain::import::ImportFacts;
use deskhand::domain::letter::{LetterFacts, LetterStatus};
use deskhand::domain::lists::{ListBounds, Listed, PersonList};
use deskhand::domain::lock::Lock;
use deskhand::domain::record::Record;
use deskhand::domain::scope::Scope;
use deskhand::domain::trail::{TrailRow, TrailTurn};
use deskhand::ports::store::{
    Claim, Committed, ListQuery, LoginReport, NoteClaim, NoteSettlement, RequestFacts,
    RequestQuery, SearchQuery, Settlement, Store, StoreError, StoredAudit, TrailOf,
};
use jiff::Timestamp;
use tokio::sync::watch;

/// A call of the store.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Point {
    LoadAccount,
    FindExact,
    Search,
    LoadDraft,
    LoadLetters,
    LoadRequest,
    ListRequests,
    ListPeople,
    CountLists,
    ListTrail,
    Commit,
    Sweep,
}

/// What goes wrong with it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Failure {
    /// Not carried out.
    Away,
    /// Carried out, but nobody knows.
    Lost,
    /// Not carried out, and nobody knows.
    LostBefore,
    /// Not carried out, as when others were faster.
    Conflict,
    /// A defect.
    Panic,
    /// Carried out when the gate opens.
    Held,
}

/// Lets calls through, holds them, or fails them.
pub(crate) struct Gate {
    open: watch::Sender<bool>,
    waiting: watch::Sender<usize>,
    broken: AtomicBool,
    planned: Mutex<Vec<(Point, Failure)>>,
}

impl Gate {
    /// An open gate.
    pub(crate) fn new() -> Arc<Self> {
        Arc::new(Self {
            open: watch::Sender::new(true),
            waiting: watch::Sender::new(0),
            broken: AtomicBool::new(false),
            planned: Mutex::default(),
        })
    }

    /// Commits and searches wait from now on.
    pub(crate) fn close(&self) {
        self.open.send_replace(false);
    }

    /// Waits until a call waits at the gate.
    pub(crate) async fn reached(&self) {
        let mut waiting = self.waiting.subscribe();
        let reached = waiting.wait_for(|waiting| *waiting > 0).await;
        reached.expect("the gate lives");
    }

    /// Those that wait go on.
    pub(crate) fn open(&self) {
        self.open.send_replace(true);
    }

    /// Loads and commits fail from now on, or no longer.
    pub(crate) fn set_broken(&self, broken: bool) {
        self.broken.store(broken, Ordering::SeqCst);
    }

    /// The next calls of a point fail so, one after the other.
    pub(crate) fn plan(&self, point: Point, failures: &[Failure]) {
        let planned = failures.iter().map(|failure| (point, *failure));
        self.planned.lock().expect("the plan").extend(planned);
    }

    /// Whether all that was planned has happened.
    pub(crate) fn is_done(&self) -> bool {
        self.planned.lock().expect("the plan").is_empty()
    }

    /// Whether the next commit is to be in conflict.
    fn conflicts(&self) -> bool {
        let mut planned = self.planned.lock().expect("the plan");
        let place = planned
            .iter()
            .position(|(point, _)| *point == Point::Commit)
            .filter(|place| planned[*place].1 == Failure::Conflict);
        place.map(|place| planned.remove(place)).is_some()
    }

    fn next(&self, point: Point) -> Option<Failure> {
        let mut planned = self.planned.lock().expect("the plan");
        let place = planned.iter().position(|(planned, _)| *planned == point)?;
        Some(planned.remove(place).1)
    }

    /// Fails a call before it is carried out; true when its answer is to be lost.
    async fn fail(&self, point: Point) -> Result<bool, StoreError> {
        match self.next(point) {
            None => Ok(false),
            Some(Failure::Held) => self.pass().await.map(|()| false),
            Some(Failure::Lost) => Ok(true),
            Some(Failure::Away) => Err(StoreError::Unreachable("the test broke it".into())),
            Some(Failure::LostBefore) => Err(lost()),
            Some(Failure::Panic) => panic!("the test wants a panic"),
            Some(Failure::Conflict) => panic!("only a commit is in conflict"),
        }
    }

    async fn pass(&self) -> Result<(), StoreError> {
        let mut open = self.open.subscribe();
        self.waiting.send_modify(|waiting| *waiting += 1);
        open.wait_for(|open| *open).await.expect("the gate lives");
        self.waiting.send_modify(|waiting| *waiting -= 1);
        if self.broken.load(Ordering::SeqCst) {
            return Err(StoreError::Unreachable("the test broke it".into()));
        }
        Ok(())
    }
}

fn lost() -> StoreError {
    StoreError::Uncertain("the test lost the answer".into())
}

/// The real store and its gate.
pub(crate) struct GatedStore {
    pub(crate) inner: Arc<dyn Store>,
    pub(crate) gate: Arc<Gate>,
}

type Answer<T> = Result<T, StoreError>;

#[async_trait]
impl Store for GatedStore {
    async fn load_account(
        &self,
        desk: DeskId,
        id: AccountId,
        helper: Option<MemberId>,
        now: Timestamp,
    ) -> Answer<Option<AccountFacts>> {
        self.gate.fail(Point::LoadAccount).await?;
        self.inner.load_account(desk, id, helper, now).await
    }

    async fn find_exact(&self, desk: DeskId, text: &str) -> Answer<Vec<Account>> {
        self.gate.fail(Point::FindExact).await?;
        self.inner.find_exact(desk, text).await
    }

    async fn search(&self, desk: DeskId, query: &SearchQuery) -> Answer<Vec<PersonLine>> {
        self.gate.pass().await?;
        self.gate.fail(Point::Search).await?;
        self.inner.search(desk, query).await
    }

    async fn list_people(&self, desk: DeskId, query: &ListQuery) -> Answer<Vec<Listed>> {
        self.gate.fail(Point::ListPeople).await?;
        self.inner.list_people(desk, query).await
    }

    async fn count_lists(
        &self,
        desk: DeskId,
        bounds: &ListBounds,
    ) -> Answer<Vec<(PersonList, u64)>> {
        self.gate.fail(Point::CountLists).await?;
        self.inner.count_lists(desk, bounds).await
    }

    async fn load_draft(&self, desk: DeskId, id: DraftId) -> Answer<Option<Draft>> {
        self.gate.fail(Point::LoadDraft).await?;
        self.inner.load_draft(desk, id).await
    }

    async fn load_letters(&self, desk: DeskId, ids: &[LetterId]) -> Answer<Vec<LetterStatus>> {
        self.gate.fail(Point::LoadLetters).await?;
        self.inner.load_letters(desk, ids).await
    }

    async fn find_code(&self, desk: DeskId, hash: &str) -> Answer<Option<Code>> {
        self.inner.find_code(desk, hash).await
    }

    async fn commit(&self, change: Change) -> Answer<Committed> {
        self.gate.pass().await?;
        if self.gate.conflicts() {
            return Ok(Committed::Conflict);
        }
        let loses = self.gate.fail(Point::Commit).await?;
        let answer = self.inner.commit(change).await?;
        if loses { Err(lost()) } else { Ok(answer) }
    }

    async fn record_login(
        &self,
        desk: DeskId,
        report: &LoginReport,
    ) -> Answer<Option<(AccountId, Lock)>> {
        self.inner.record_login(desk, report).await
    }

    async fn redeem_code(
        &self,
        desk: DeskId,
        id: CodeId,
        now: Timestamp,
        salt: [u8; 16],
    ) -> Answer<bool> {
        self.inner.redeem_code(desk, id, now, salt).await
    }

    async fn claim_letters(
        &self,
        now: Timestamp,
        lease_until: Timestamp,
        limit: u32,
    ) -> Answer<Vec<Claim>> {
        self.inner.claim_letters(now, lease_until, limit).await
    }

    async fn load_letter(&self, desk: DeskId, id: LetterId) -> Answer<Option<LetterFacts>> {
        self.inner.load_letter(desk, id).await
    }

    async fn settle(&self, claim: &Claim, settlement: Settlement, now: Timestamp) -> Answer<bool> {
        self.inner.settle(claim, settlement, now).await
    }

    async fn next_due(&self) -> Answer<Option<Timestamp>> {
        self.inner.next_due().await
    }

    async fn load_request(&self, desk: DeskId, id: RequestId) -> Answer<Option<RequestFacts>> {
        self.gate.fail(Point::LoadRequest).await?;
        self.inner.load_request(desk, id).await
    }

    async fn list_requests(&self, desk: DeskId, query: &RequestQuery) -> Answer<Vec<RequestFacts>> {
        self.gate.fail(Point::ListRequests).await?;
        self.inner.list_requests(desk, query).await
    }

    async fn count_requests(
        &self,
        desk: DeskId,
        account: AccountId,
        by: MemberId,
        since: Timestamp,
    ) -> Answer<(u32, u32)> {
        self.inner.count_requests(desk, account, by, since).await
    }

    async fn due_requests(
        &self,
        desks: &[DeskId],
        now: Timestamp,
        limit: u32,
    ) -> Answer<Vec<(DeskId, RequestId)>> {
        self.inner.due_requests(desks, now, limit).await
    }

    async fn is_frozen(&self, desk: DeskId, member: MemberId) -> Answer<bool> {
        self.inner.is_frozen(desk, member).await
    }

    async fn claim_notes(
        &self,
        now: Timestamp,
        lease_until: Timestamp,
        limit: u32,
    ) -> Answer<Vec<NoteClaim>> {
        self.inner.claim_notes(now, lease_until, limit).await
    }

    async fn settle_note(
        &self,
        claim: &NoteClaim,
        settlement: NoteSettlement,
        now: Timestamp,
    ) -> Answer<bool> {
        self.inner.settle_note(claim, settlement, now).await
    }

    async fn next_note_due(&self) -> Answer<Option<Timestamp>> {
        self.inner.next_note_due().await
    }

    async fn load_for_import(&self, desk: DeskId, keys: &[String]) -> Answer<Vec<ImportFacts>> {
        self.inner.load_for_import(desk, keys).await
    }

    async fn load_records(&self, desk: DeskId, external_ids: &[String]) -> Answer<Vec<Record>> {
        self.inner.load_records(desk, external_ids).await
    }

    async fn list_accounts(
        &self,
        desk: DeskId,
        after: AccountId,
        changed_since: Option<Timestamp>,
        limit: u32,
    ) -> Answer<Vec<Account>> {
        self.inner
            .list_accounts(desk, after, changed_since, limit)
            .await
    }

    async fn count_accounts(&self, desk: DeskId, under: Option<&Scope>) -> Answer<u64> {
        self.inner.count_accounts(desk, under).await
    }

    async fn list_audit(&self, desk: DeskId, after: i64, limit: u32) -> Answer<Vec<StoredAudit>> {
        self.inner.list_audit(desk, after, limit).await
    }

    async fn list_trail(
        &self,
        desk: DeskId,
        of: &TrailOf,
        turn: TrailTurn,
        limit: u32,
    ) -> Answer<Vec<TrailRow>> {
        self.gate.fail(Point::ListTrail).await?;
        self.inner.list_trail(desk, of, turn, limit).await
    }

    async fn sweep(&self, now: Timestamp) -> Answer<()> {
        self.gate.fail(Point::Sweep).await?;
        self.inner.sweep(now).await
    }

    async fn close(&self) {
        self.inner.close().await;
    }
}
