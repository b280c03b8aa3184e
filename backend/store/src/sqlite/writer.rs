//! The one thread that writes: what arrives together is committed together, and answered after the
//! commit.

use std::{
    io,
    panic::{AssertUnwindSafe, catch_unwind},
    thread::{Builder, JoinHandle},
};

use runs::Error;
use rusqlite::{Connection, config::DbConfig};
use tokio::sync::{mpsc, oneshot, watch};

use crate::error::{Trouble, is_fatal};

/// Requests that may wait; more are refused as busy.
const QUEUE: usize = 4096;
/// Requests in one transaction: beyond that a commit costs more than the fsync it saves.
const BATCH: usize = 256;

/// Answers a request, once it is known whether its transaction is on disk.
type Answer = Box<dyn FnOnce(Result<(), Trouble>) + Send>;

/// What a caller asks the writer for.
trait Request: Send {
    /// Does it, in a savepoint. Says whether it is kept.
    fn run(self: Box<Self>, conn: &Connection) -> (bool, Answer);

    /// Answers without having done it.
    fn refuse(self: Box<Self>, trouble: Trouble);
}

/// A request with the way back to its caller.
struct Asked<T, W> {
    work: W,
    answer: oneshot::Sender<Result<T, Error>>,
}

impl<T, W> Request for Asked<T, W>
where
    T: Send + 'static,
    W: FnOnce(&Connection) -> Result<T, Error> + Send + 'static,
{
    fn run(self: Box<Self>, conn: &Connection) -> (bool, Answer) {
        let outcome = (self.work)(conn);
        let keep = outcome.is_ok();
        let answer = self.answer;
        let tell: Answer = Box::new(move |committed| {
            let outcome = match committed {
                Err(trouble) if keep => Err(trouble.into()),
                Ok(()) | Err(_) => outcome,
            };
            // A caller that has gone needs no answer.
            drop(answer.send(outcome));
        });
        (keep, tell)
    }

    fn refuse(self: Box<Self>, trouble: Trouble) {
        drop(self.answer.send(Err(trouble.into())));
    }
}

/// The way to the writing thread.
pub(super) struct Writer {
    queue: Option<mpsc::Sender<Box<dyn Request>>>,
    thread: Option<JoinHandle<()>>,
    fatal: watch::Receiver<Option<String>>,
}

impl Writer {
    pub(super) fn start(conn: Connection) -> io::Result<Self> {
        let (queue, requests) = mpsc::channel(QUEUE);
        let (broken, fatal) = watch::channel(None);
        let thread = Builder::new()
            .name("store-writer".into())
            .spawn(move || work(conn, requests, &broken))?;
        Ok(Self { queue: Some(queue), thread: Some(thread), fatal })
    }

    /// Runs `work` in the next transaction. An error of its own undoes its part alone.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let (answer, answered) = oneshot::channel();
        let queue = self.queue.as_ref().ok_or_else(closed)?;
        queue.try_send(Box::new(Asked { work, answer })).map_err(|refused| match refused {
            mpsc::error::TrySendError::Full(_) => Trouble::busy("too many requests wait").into(),
            mpsc::error::TrySendError::Closed(_) => closed(),
        })?;
        answered.await.unwrap_or_else(|_| Err(closed()))
    }

    pub(super) async fn fatal(&self) -> String {
        let mut fatal = self.fatal.clone();
        let said = fatal.wait_for(Option::is_some).await.map(|text| text.clone());
        match said {
            Ok(Some(text)) => text,
            // The writer has ended well: nothing fatal can follow.
            Ok(None) | Err(_) => std::future::pending().await,
        }
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        // Without a queue the thread finishes what it has and ends; then the file is closed.
        self.queue = None;
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the writing thread broke down");
        }
    }
}

fn closed() -> Error {
    Trouble::unavailable("the writer has ended").into()
}

fn work(
    conn: Connection,
    mut requests: mpsc::Receiver<Box<dyn Request>>,
    fatal: &watch::Sender<Option<String>>,
) {
    let mut batch = Vec::with_capacity(BATCH);
    while requests.blocking_recv_many(&mut batch, BATCH) > 0 {
        let (answers, outcome) = transact(&conn, &mut batch);
        let disk = outcome.as_ref().err().filter(|error| is_fatal(error)).map(ToString::to_string);
        if let Some(text) = &disk {
            tracing::error!(error = text, "the disk does not keep what is written");
            // Told before the answers: whoever hears of the failure also sees that it is final.
            fatal.send_replace(Some(text.clone()));
        }
        let outcome = outcome.map_err(Trouble::from);
        for answer in answers {
            answer(outcome.clone());
        }
        if let Err(trouble) = &outcome {
            batch.drain(..).for_each(|request| request.refuse(trouble.clone()));
        }
        if disk.is_some() {
            // No retry: the cache no longer tells what is on disk. Nor a tidy close, which would
            // write.
            let untidy = DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE;
            if let Err(error) = conn.set_db_config(untidy, true) {
                tracing::error!(%error, "closing may write to a disk that fails");
            }
            return;
        }
    }
    if let Err((_, error)) = conn.close() {
        tracing::warn!(%error, "the store was not closed tidily; the next start reads its log");
    }
}

/// Runs a batch in one transaction. Returns the answers that wait for it, and whether it is on
/// disk. What could not be run any more stays in the batch.
fn transact(
    conn: &Connection,
    batch: &mut Vec<Box<dyn Request>>,
) -> (Vec<Answer>, Result<(), rusqlite::Error>) {
    let mut answers = Vec::with_capacity(batch.len());
    let mut rest = std::mem::take(batch).into_iter();
    let outcome = run_all(conn, &mut rest, &mut answers);
    *batch = rest.collect();
    if outcome.is_err() {
        rollback(conn);
    }
    (answers, outcome)
}

fn run_all(
    conn: &Connection,
    requests: &mut impl Iterator<Item = Box<dyn Request>>,
    answers: &mut Vec<Answer>,
) -> Result<(), rusqlite::Error> {
    execute(conn, "BEGIN IMMEDIATE")?;
    for request in requests {
        answers.extend(in_savepoint(conn, request)?);
        if conn.is_autocommit() {
            // Some errors end the whole transaction, not the statement alone.
            let lost = rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_FULL);
            let text = "the transaction was given up, most likely for want of space".to_owned();
            return Err(rusqlite::Error::SqliteFailure(lost, Some(text)));
        }
    }
    execute(conn, "COMMIT")
}

fn in_savepoint(
    conn: &Connection,
    request: Box<dyn Request>,
) -> Result<Option<Answer>, rusqlite::Error> {
    execute(conn, "SAVEPOINT request")?;
    // A defect in one request must not end the others, nor the thread.
    let done = catch_unwind(AssertUnwindSafe(|| request.run(conn)));
    let (keep, answer) = if let Ok((keep, answer)) = done {
        (keep, Some(answer))
    } else {
        tracing::error!("a request to the store broke down");
        (false, None)
    };
    if conn.is_autocommit() {
        return Ok(answer);
    }
    if !keep {
        execute(conn, "ROLLBACK TO request")?;
    }
    execute(conn, "RELEASE request")?;
    Ok(answer)
}

fn execute(conn: &Connection, sql: &str) -> Result<(), rusqlite::Error> {
    conn.prepare_cached(sql)?.execute([]).map(drop)
}

fn rollback(conn: &Connection) {
    if !conn.is_autocommit()
        && let Err(error) = execute(conn, "ROLLBACK")
    {
        tracing::error!(%error, "cannot roll back");
    }
}
