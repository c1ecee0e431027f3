//! Group commit: one task owns the writing connection, takes all waiting changes, applies each under its own
//! savepoint in one transaction, and answers each caller only after the commit.

use std::panic::AssertUnwindSafe;

use futures::FutureExt as _;
use futures::future::BoxFuture;
use sqlx::{Connection as _, SqliteConnection};
use tokio::sync::{mpsc, oneshot};
use tokio_util::sync::CancellationToken;

use super::super::error::{Fault, Stop, from_sqlx};
use super::apply;
use crate::domain::change::Change;
use crate::ports::store::StoreError;

/// At most so many changes share a transaction.
const BATCH: usize = 256;

/// Changes that may wait; a caller beyond them waits for room.
const WAITING: usize = 1_024;

/// Ends the savepoint of a change and makes that of the next.
const NEXT: &str = "RELEASE change; SAVEPOINT change";

/// The work on one change, on the writing connection in its transaction, if there is one.
type Work = Box<
    dyn for<'c> FnOnce(Result<&'c mut SqliteConnection, Fault>) -> BoxFuture<'c, Worked> + Send,
>;

/// How the work on a change ended: whether its writes stay, and how the caller is answered after the commit.
struct Worked {
    stays: bool,
    answer: Answer,
}

impl Worked {
    fn new<T: Send + 'static>(
        result: Result<T, Stop>,
        sender: oneshot::Sender<Result<T, Stop>>,
    ) -> Self {
        let stays = result.is_ok();
        let answer = move |committed: bool| {
            let told = if stays && !committed {
                Err(StoreError::from(Fault::NotCommitted).into())
            } else {
                result
            };
            // nobody waits any more: the change stands all the same
            let _ = sender.send(told);
        };
        Self {
            stays,
            answer: Box::new(answer),
        }
    }
}

/// How a caller is answered once it is known whether the batch was committed.
type Answer = Box<dyn FnOnce(bool) + Send>;

/// A change that holds audit events only: views and refusals, by far the most. Those that wait together are written
/// together.
struct Note {
    change: Change,
    answer: oneshot::Sender<Result<(), Stop>>,
}

/// What waits to be written.
enum Waiting {
    Work(Work),
    Note(Note),
}

/// Hands changes to the writer's task.
#[derive(Clone, Debug)]
pub(super) struct Writer {
    changes: mpsc::Sender<Waiting>,
    stop: CancellationToken,
    ended: CancellationToken,
}

impl Writer {
    /// Starts the task on its connection.
    pub(super) fn start(conn: SqliteConnection) -> Self {
        let (changes, waiting) = mpsc::channel(WAITING);
        let stop = CancellationToken::new();
        let ended = CancellationToken::new();
        let (stopped, end) = (stop.clone(), ended.clone().drop_guard());
        tokio::spawn(async move {
            run(conn, waiting, stopped).await;
            drop(end);
        });
        Self {
            changes,
            stop,
            ended,
        }
    }

    /// Applies one change and waits until it is durable. A caller that goes away does not stop it.
    pub(super) async fn write<T, F>(&self, work: F) -> Result<T, Stop>
    where
        T: Send + 'static,
        F: for<'c> FnOnce(&'c mut SqliteConnection) -> BoxFuture<'c, Result<T, Stop>>
            + Send
            + 'static,
    {
        let (sender, answer) = oneshot::channel();
        let work: Work = Box::new(move |conn| {
            Box::pin(async move {
                let result = match conn {
                    Ok(conn) => work(conn).await,
                    Err(fault) => Err(StoreError::from(fault).into()),
                };
                Worked::new(result, sender)
            })
        });
        self.hand_over(Waiting::Work(work)).await?;
        answer
            .await
            .map_err(|_gone| StoreError::from(Fault::Broken))?
    }

    /// Writes a change that holds audit events only, and waits until it is durable.
    pub(super) async fn note(&self, change: Change) -> Result<(), Stop> {
        let (sender, answer) = oneshot::channel();
        let note = Note {
            change,
            answer: sender,
        };
        self.hand_over(Waiting::Note(note)).await?;
        answer.await.map_err(|_| StoreError::from(Fault::Broken))?
    }

    async fn hand_over(&self, waiting: Waiting) -> Result<(), StoreError> {
        let handed = self.changes.send(waiting).await;
        handed.map_err(|_| Fault::Closed.into())
    }

    /// Refuses new changes and returns when those in hand are written.
    pub(super) async fn close(&self) {
        self.stop.cancel();
        self.ended.cancelled().await;
    }
}

async fn run(
    mut conn: SqliteConnection,
    mut waiting: mpsc::Receiver<Waiting>,
    stop: CancellationToken,
) {
    let mut batch = Vec::with_capacity(BATCH);
    loop {
        tokio::select! {
            taken = waiting.recv_many(&mut batch, BATCH) => {
                if taken == 0 {
                    break;
                }
            }
            // what waits is still written
            () = stop.cancelled() => {
                waiting.close();
                while waiting.recv_many(&mut batch, BATCH).await > 0 {
                    write_batch(&mut conn, &mut batch).await;
                }
                break;
            }
        }
        write_batch(&mut conn, &mut batch).await;
    }
    if let Err(error) = conn.close().await {
        tracing::warn!(error = %from_sqlx(error), "the writing connection did not close cleanly");
    }
}

/// One transaction for all of the batch; empties it.
async fn write_batch(conn: &mut SqliteConnection, batch: &mut Vec<Waiting>) {
    // savepoints go along with the statement beside them: a trip to the connection's thread costs more than they do
    if let Err(error) = execute(conn, "BEGIN IMMEDIATE; SAVEPOINT change").await {
        tracing::error!(error = %from_sqlx(error), "the database file cannot be written");
        for waiting in batch.drain(..) {
            match waiting {
                Waiting::Work(work) => (work(Err(Fault::NoTransaction)).await.answer)(false),
                Waiting::Note(note) => {
                    // nobody may wait any more
                    let _ = note
                        .answer
                        .send(Err(StoreError::from(Fault::NoTransaction).into()));
                }
            }
        }
        // an error here means that nothing was begun
        let _ = execute(conn, "ROLLBACK").await;
        return;
    }
    let mut answers = Vec::with_capacity(batch.len());
    let mut whole = true;
    let mut first = true;
    let mut waiting = batch.drain(..).peekable();
    while let Some(next) = waiting.next() {
        let written = match next {
            Waiting::Work(work) => one(conn, work, first).await.map(Vec::from_iter),
            Waiting::Note(note) => {
                let mut notes = vec![note];
                while let Some(Waiting::Note(note)) =
                    waiting.next_if(|next| matches!(next, Waiting::Note(_)))
                {
                    notes.push(note);
                }
                together(conn, notes, first).await
            }
        };
        first = false;
        match written {
            Ok(written) => answers.extend(written),
            Err(error) => {
                // the savepoints are gone with the transaction: a full disk, a failing file
                tracing::error!(error = %from_sqlx(error), "the transaction of a batch was lost");
                whole = false;
                break;
            }
        }
    }
    drop(waiting);
    let committed = whole
        && execute(conn, "COMMIT")
            .await
            .inspect_err(|error| {
                tracing::error!(%error, "a batch was not committed");
            })
            .is_ok();
    if !committed {
        // an error here means that SQLite rolled back by itself
        let _ = execute(conn, "ROLLBACK").await;
    }
    for answer in answers {
        answer(committed);
    }
}

/// Applies one change; rolls back what a failing or panicking one wrote. The first of a batch finds its savepoint
/// made, each further one makes its own in place of the former's, and the commit ends the last.
async fn one(
    conn: &mut SqliteConnection,
    work: Work,
    first: bool,
) -> Result<Option<Answer>, sqlx::Error> {
    if !first {
        execute(conn, NEXT).await?;
    }
    // a panic leaves nothing behind but the connection, whose transaction is rolled back to the savepoint
    let worked = AssertUnwindSafe(async { work(Ok(conn)).await })
        .catch_unwind()
        .await
        .ok();
    if worked.as_ref().is_none_or(|worked| !worked.stays) {
        execute(conn, "ROLLBACK TO change").await?;
    }
    if worked.is_none() {
        tracing::error!("the work on a change panicked; it was rolled back");
    }
    Ok(worked.map(|worked| worked.answer))
}

/// Applies changes that hold audit events only under one savepoint; when that fails, each alone.
async fn together(
    conn: &mut SqliteConnection,
    notes: Vec<Note>,
    first: bool,
) -> Result<Vec<Answer>, sqlx::Error> {
    if !first {
        execute(conn, NEXT).await?;
    }
    let changes: Vec<_> = notes.iter().map(|note| &note.change).collect();
    let written = AssertUnwindSafe(apply::notes(conn, &changes))
        .catch_unwind()
        .await;
    if let Ok(Ok(fresh)) = written {
        let answered = |(note, fresh): (Note, bool)| {
            let result = if fresh { Ok(()) } else { Err(Stop::Duplicate) };
            Worked::new(result, note.answer).answer
        };
        return Ok(notes.into_iter().zip(fresh).map(answered).collect());
    }
    execute(conn, "ROLLBACK TO change").await?;
    let mut answers = Vec::with_capacity(notes.len());
    for Note { change, answer } in notes {
        let work: Work = Box::new(move |conn| {
            Box::pin(async move {
                let result = match conn {
                    Ok(conn) => apply::change(conn, &change).await,
                    Err(fault) => Err(StoreError::from(fault).into()),
                };
                Worked::new(result, answer)
            })
        });
        answers.extend(one(conn, work, false).await?);
    }
    Ok(answers)
}

async fn execute(conn: &mut SqliteConnection, sql: &'static str) -> Result<(), sqlx::Error> {
    sqlx::query(sql).execute(conn).await.map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn count(conn: &mut SqliteConnection) -> i64 {
        sqlx::query_scalar("SELECT COUNT(*) FROM note")
            .fetch_one(conn)
            .await
            .unwrap()
    }

    async fn note(conn: &mut SqliteConnection) {
        sqlx::query("INSERT INTO note VALUES (1)")
            .execute(conn)
            .await
            .unwrap();
    }

    fn fails(stop: &Stop) -> bool {
        matches!(stop, Stop::Failed(StoreError::Refused(_)))
    }

    #[tokio::test]
    async fn a_panicking_or_failing_change_rolls_back_alone() {
        let mut conn = SqliteConnection::connect("sqlite::memory:").await.unwrap();
        execute(&mut conn, "CREATE TABLE note (id INTEGER)")
            .await
            .unwrap();
        let writer = Writer::start(conn);
        // polled together on one thread, so that they wait together and share a transaction
        let before = writer.write(|conn| {
            Box::pin(async move {
                note(conn).await;
                Ok(())
            })
        });
        let panics = writer.write(|conn| {
            Box::pin(async move {
                note(conn).await;
                let _number: i64 = "none".parse().unwrap();
                Ok(())
            })
        });
        let conflicts = writer.write(|conn| {
            Box::pin(async move {
                note(conn).await;
                Err::<(), _>(Stop::Conflict)
            })
        });
        let after = writer.write(|conn| {
            Box::pin(async move {
                note(conn).await;
                Ok(count(conn).await)
            })
        });
        let (before, panics, conflicts, after) = tokio::join!(before, panics, conflicts, after);
        assert!(before.is_ok());
        assert!(panics.is_err_and(|stop| fails(&stop)));
        assert!(matches!(conflicts, Err(Stop::Conflict)));
        assert_eq!(after.unwrap(), 2);
    }

    #[tokio::test]
    async fn what_waits_at_the_close_is_written() {
        let folder = tempfile::tempdir().unwrap();
        let options = sqlx::sqlite::SqliteConnectOptions::new()
            .filename(folder.path().join("a.db"))
            .create_if_missing(true);
        let mut conn = SqliteConnection::connect_with(&options).await.unwrap();
        execute(&mut conn, "CREATE TABLE note (id INTEGER)")
            .await
            .unwrap();
        let writer = Writer::start(conn);
        let write = |writer: Writer| async move {
            let note = writer.write(|conn| {
                Box::pin(async move {
                    note(conn).await;
                    Ok(())
                })
            });
            note.await.is_ok()
        };
        let mut waiting: Vec<_> = (0..10).map(|_| Box::pin(write(writer.clone()))).collect();
        for change in &mut waiting {
            assert!(futures::poll!(change).is_pending());
        }
        drop(waiting);
        writer.close().await;
        assert!(!write(writer).await);
        let mut conn = SqliteConnection::connect_with(&options).await.unwrap();
        assert_eq!(count(&mut conn).await, 10);
    }
}
