//! Locks: a run that waits has a place in the queue of each, and takes all of them or none.

use runs::{Error, LockKey, LockMode, Run, RunId};
use rusqlite::{Connection, OptionalExtension, params};

use super::rows::{id, run_id};
use crate::error::failed;

/// Gives a run the claims that its state asks for.
pub(super) fn settle(conn: &Connection, before: Option<&Run>, run: &Run) -> Result<(), Error> {
    let claimed = before.is_some_and(Run::claims_locks);
    let held = before.is_some_and(Run::holds_locks);
    if !run.claims_locks() {
        return if claimed { free(conn, run.id).map_err(failed) } else { Ok(()) };
    }
    if !claimed {
        for lock in &run.request.locks {
            claim(conn, run.id, lock).map_err(failed)?;
        }
    }
    if run.holds_locks() && !held {
        take(conn, run)?;
    }
    Ok(())
}

fn free(conn: &Connection, run: RunId) -> rusqlite::Result<()> {
    conn.prepare_cached("DELETE FROM claim WHERE run = ?1")?.execute([id(&run)]).map(drop)
}

fn claim(conn: &Connection, run: RunId, lock: &LockKey) -> rusqlite::Result<()> {
    conn.prepare_cached("INSERT INTO claim (key, run, alone, held) VALUES (?1, ?2, ?3, 0)")?
        .execute(params![lock.key, id(&run), lock.mode == LockMode::Exclusive])
        .map(drop)
}

/// Not while held by another, and not past one who asked earlier.
fn take(conn: &Connection, run: &Run) -> Result<(), Error> {
    const IN_THE_WAY: &str = "
        SELECT theirs.run, theirs.key FROM claim AS ours
        JOIN claim AS theirs ON theirs.key = ours.key AND theirs.run <> ours.run
        WHERE ours.run = ?1 AND (ours.alone = 1 OR theirs.alone = 1)
            AND (theirs.held = 1 OR theirs.n < ours.n)
        ORDER BY theirs.held DESC, theirs.n LIMIT 1";
    let in_the_way = conn
        .prepare_cached(IN_THE_WAY)
        .and_then(|mut query| {
            query.query_row([id(&run.id)], |row| Ok((row.get(0)?, row.get(1)?))).optional()
        })
        .map_err(failed)?;
    if let Some((holder, key)) = in_the_way {
        return Err(Error::LockHeld { holder: run_id(holder), key });
    }
    conn.prepare_cached("UPDATE claim SET held = 1 WHERE run = ?1")
        .and_then(|mut update| update.execute([id(&run.id)]))
        .map(drop)
        .map_err(failed)
}

/// Returns who holds, or waits for, something that cannot be held together with `keys`, and what.
pub(super) fn claimant(
    conn: &Connection,
    keys: &[LockKey],
) -> rusqlite::Result<Option<(RunId, String)>> {
    let mut query = conn.prepare_cached(
        "SELECT run FROM claim WHERE key = ?1 AND (?2 OR alone = 1) ORDER BY held DESC, n LIMIT 1",
    )?;
    for lock in keys {
        let values = params![lock.key, lock.mode == LockMode::Exclusive];
        let found = query.query_row(values, |row| row.get(0)).optional()?;
        if let Some(run) = found {
            return Ok(Some((run_id(run), lock.key.clone())));
        }
    }
    Ok(None)
}

/// Returns who holds `key` alone.
pub(super) fn holder(conn: &Connection, key: &str) -> rusqlite::Result<Option<RunId>> {
    conn.prepare_cached("SELECT run FROM claim WHERE key = ?1 AND held = 1 AND alone = 1")?
        .query_row([key], |row| row.get(0))
        .optional()
        .map(|run| run.map(run_id))
}
