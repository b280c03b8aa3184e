//! The contract of runs, kept by SQLite.

use std::{sync::PoisonError, time::Duration};

use async_trait::async_trait;
use jiff::Timestamp;
use runs::{
    Admission, Admitted, Error, Event, Page, Run, RunFilter, RunId, RunStore, State, What, fold,
    run::Unknown,
    store::{
        IdempotencyKey,
        admission::{admit, extend, replayed, rests_until},
    },
};
use rusqlite::Connection;

use super::{
    Store, claims,
    ledger::{Tables, expire_keys},
    list::list,
    rows,
};
use crate::{
    audit,
    error::{Trouble, failed},
};

/// Writes what follows from appending to a run.
fn append(conn: &Connection, run: RunId, expected: u64, events: &[Event]) -> Result<Run, Error> {
    let before = rows::load(conn, run)?;
    let after = extend(before.clone(), expected, events)?;
    claims::settle(conn, Some(&before), &after)?;
    for event in events {
        rows::put_event(conn, event)?;
        audit::put_event(conn, event, &after).map_err(failed)?;
    }
    rows::put_run(conn, &after)?;
    if after.state.is_terminal() && !before.state.is_terminal() {
        expire_keys(conn, &after).map_err(failed)?;
    }
    Ok(after)
}

/// Reads the open runs from their logs. Returns those whose log does not fold apart.
fn open_runs(conn: &Connection) -> Result<(Vec<Run>, Vec<RunId>), Error> {
    let ids: Vec<[u8; 16]> = conn
        .prepare_cached("SELECT id FROM run WHERE open = 1 ORDER BY id")
        .and_then(|mut query| query.query_map([], |row| row.get(0))?.collect())
        .map_err(failed)?;
    let (mut runs, mut broken) = (Vec::new(), Vec::new());
    for id in ids.into_iter().map(rows::run_id) {
        match rows::log(conn, id).and_then(|log| fold(id, &log)) {
            Ok(run) => runs.push(run),
            Err(error @ (Error::Full(_) | Error::Busy(_) | Error::Unavailable(_))) => {
                return Err(error);
            }
            Err(error) => {
                tracing::error!(run.id = %id, %error, "a log does not fold: its locks stay");
                broken.push(id);
            }
        }
    }
    Ok((runs, broken))
}

impl Store {
    /// Refuses new presses before the disk is full, so that accepted runs can still be finished.
    fn check_space(&self) -> Result<(), Error> {
        if self.options.free_bytes_min == 0 {
            return Ok(());
        }
        let Ok(disk) = rustix::fs::statvfs(&self.folder) else { return Ok(()) };
        let free = disk.f_bavail.saturating_mul(disk.f_frsize);
        if free < self.options.free_bytes_min {
            return Err(Trouble::full(format!("only {free} bytes are free")).into());
        }
        Ok(())
    }

    /// A run whose log does not fold is not known, whatever was last seen of it.
    fn honest(&self, mut run: Run) -> Run {
        if self.is_broken(run.id) {
            let cause = "its log cannot be read".into();
            let (since, resume) = (run.updated, run.state);
            run.unknown = Some(Unknown { what: What::Effect, since, resume, cause });
            run.state = State::Unknown;
        }
        run
    }
}

#[async_trait]
impl RunStore for Store {
    async fn admit(&self, admission: Admission) -> Result<Admitted, Error> {
        self.check_space()?;
        self.write(move |conn| admit(admission, &mut Tables(conn))).await
    }

    async fn replayed(
        &self,
        actor: &str,
        key: &IdempotencyKey,
        now: Timestamp,
    ) -> Result<Option<Admitted>, Error> {
        let (actor, key) = (actor.to_owned(), key.clone());
        self.read(move |conn| replayed(&mut Tables(conn), &actor, &key, now)).await
    }

    async fn append(
        &self,
        run: RunId,
        expected_seq: u64,
        events: Vec<Event>,
    ) -> Result<Run, Error> {
        if self.is_broken(run) {
            return Err(Trouble::corrupt(format!("the log of run {run} does not fold")).into());
        }
        self.write(move |conn| append(conn, run, expected_seq, &events)).await
    }

    async fn load(&self, run: RunId) -> Result<Run, Error> {
        self.read(move |conn| rows::load(conn, run)).await.map(|run| self.honest(run))
    }

    async fn log(&self, run: RunId) -> Result<Vec<Event>, Error> {
        self.read(move |conn| rows::log(conn, run)).await
    }

    async fn list(&self, filter: RunFilter) -> Result<Page, Error> {
        let page = self.read(move |conn| list(conn, &filter)).await?;
        let runs = page.runs.into_iter().map(|run| self.honest(run)).collect();
        Ok(Page { runs, next: page.next })
    }

    async fn open_runs(&self) -> Result<Vec<Run>, Error> {
        let (runs, broken) = self.read(open_runs).await?;
        *self.broken.lock().unwrap_or_else(PoisonError::into_inner) = broken;
        Ok(runs)
    }

    async fn next_fence(&self) -> Result<u64, Error> {
        self.write(|conn| {
            let fence: i64 = conn
                .prepare_cached(
                    "UPDATE counter SET value = value + 1 WHERE name = 'fence' RETURNING value",
                )
                .and_then(|mut update| update.query_row([], |row| row.get(0)))
                .map_err(failed)?;
            Ok(fence.unsigned_abs())
        })
        .await
    }

    async fn holder(&self, key: &str) -> Result<Option<RunId>, Error> {
        let key = key.to_owned();
        self.read(move |conn| claims::holder(conn, &key).map_err(failed)).await
    }

    async fn rests_until(
        &self,
        action: &str,
        target: &str,
        cooldown: Duration,
        now: Timestamp,
    ) -> Result<Option<Timestamp>, Error> {
        let (action, target) = (action.to_owned(), target.to_owned());
        self.read(move |conn| rests_until(&mut Tables(conn), (&action, &target), cooldown, now))
            .await
    }
}
