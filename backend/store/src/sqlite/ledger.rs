//! The tables as a decision about a press sees them, inside the writer's transaction.

use jiff::{SignedDuration, Timestamp};
use runs::{
    Error, Event, LockKey, Run, RunId,
    store::admission::{Bound, KEY_KEPT, Ledger},
};
use rusqlite::{Connection, OptionalExtension, params};

use super::{
    claims,
    rows::{self, REFUSED, id, micros, run_id, time},
};
use crate::{audit, error::failed};

/// Expired rows that one request clears away in passing.
const PURGE: i64 = 8;

/// The tables, inside a transaction.
pub(super) struct Tables<'a>(pub(super) &'a Connection);

/// Stores a `jti`, and clears away some that have expired. Says whether it is new.
pub(super) fn spend_jti(
    conn: &Connection,
    jti: &str,
    expires: Timestamp,
    now: Timestamp,
) -> rusqlite::Result<bool> {
    conn.prepare_cached(
        "DELETE FROM jti WHERE jti IN (SELECT jti FROM jti WHERE expires <= ?1 LIMIT ?2)",
    )?
    .execute(params![micros(now), PURGE])?;
    let new = conn
        .prepare_cached(
            "INSERT INTO jti (jti, expires) VALUES (?1, ?2)
             ON CONFLICT DO UPDATE SET expires = excluded.expires WHERE expires <= ?3",
        )?
        .execute(params![jti, micros(expires), micros(now)])?;
    Ok(new > 0)
}

/// When a key expires whose run has ended then.
fn key_expires(ended: Timestamp) -> i64 {
    let kept = SignedDuration::try_from(KEY_KEPT).unwrap_or(SignedDuration::MAX);
    micros(ended.saturating_add(kept).unwrap_or(Timestamp::MAX))
}

/// Starts the expiry of a run's keys at its end.
pub(super) fn expire_keys(conn: &Connection, run: &Run) -> rusqlite::Result<()> {
    let Some(ended) = run.ended else { return Ok(()) };
    conn.prepare_cached("UPDATE bound_key SET expires = ?2 WHERE run = ?1")?
        .execute(params![id(&run.id), key_expires(ended)])
        .map(drop)
}

fn bound(
    conn: &Connection,
    actor: &str,
    key: &str,
    now: Timestamp,
) -> rusqlite::Result<Option<Bound>> {
    conn.prepare_cached(
        "SELECT run, digest, met FROM bound_key
         WHERE actor = ?1 AND key = ?2 AND (expires IS NULL OR expires > ?3)",
    )?
    .query_row(params![actor, key, micros(now)], |row| {
        let met: Option<i64> = row.get(2)?;
        let run = run_id(row.get(0)?);
        Ok(Bound { run, digest: row.get(1)?, met: met.map(i64::unsigned_abs) })
    })
    .optional()
}

/// Binds a key, and clears away some that have expired.
fn bind(
    conn: &Connection,
    actor: &str,
    key: &str,
    bound: &Bound,
    now: Timestamp,
) -> rusqlite::Result<()> {
    conn.prepare_cached(
        "DELETE FROM bound_key WHERE (actor, key) IN
            (SELECT actor, key FROM bound_key WHERE expires <= ?1 LIMIT ?2)",
    )?
    .execute(params![micros(now), PURGE])?;
    let ended: Option<i64> = conn
        .prepare_cached("SELECT ended FROM run WHERE id = ?1")?
        .query_row([id(&bound.run)], |row| row.get(0))?;
    conn.prepare_cached(
        "INSERT OR REPLACE INTO bound_key (actor, key, digest, run, met, expires)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    )?
    .execute(params![
        actor,
        key,
        bound.digest,
        id(&bound.run),
        bound.met.map(rows::seq),
        ended.map(|ended| key_expires(time(ended)))
    ])
    .map(drop)
}

fn newest(
    conn: &Connection,
    sql: &str,
    values: &[&dyn rusqlite::ToSql],
) -> Result<Option<RunId>, Error> {
    conn.prepare_cached(sql)
        .and_then(|mut query| query.query_row(values, |row| row.get(0)).optional())
        .map(|run| run.map(run_id))
        .map_err(failed)
}

pub(super) fn ends(
    conn: &Connection,
    (action, target): (&str, &str),
    since: Timestamp,
    limit: u32,
) -> rusqlite::Result<Vec<Timestamp>> {
    conn.prepare_cached(
        "SELECT ended FROM run
         WHERE action = ?1 AND target = ?2 AND ended > ?3 AND ended IS NOT NULL
            AND state <> 'refused'
         ORDER BY ended DESC LIMIT ?4",
    )?
    .query_map(params![action, target, micros(since), limit], |row| row.get(0).map(time))?
    .collect()
}

impl Ledger for Tables<'_> {
    fn spend_jti(&mut self, jti: &str, expires: Timestamp, now: Timestamp) -> Result<bool, Error> {
        spend_jti(self.0, jti, expires, now).map_err(failed)
    }

    fn bound(&mut self, actor: &str, key: &str, now: Timestamp) -> Result<Option<Bound>, Error> {
        bound(self.0, actor, key, now).map_err(failed)
    }

    fn bind(&mut self, actor: &str, key: &str, bound: Bound, now: Timestamp) -> Result<(), Error> {
        bind(self.0, actor, key, &bound, now).map_err(failed)
    }

    fn recent(&mut self, fingerprint: &str, since: Timestamp) -> Result<Option<RunId>, Error> {
        const SQL: &str = "
            SELECT id FROM run
            WHERE fingerprint = ?1 AND state <> ?3 AND (ended IS NULL OR ended > ?2 AND NOT EXISTS (
                SELECT 1 FROM run AS later
                WHERE later.id > run.id AND later.target = run.target AND later.state <> ?3))
            ORDER BY id DESC LIMIT 1";
        newest(self.0, SQL, &[&fingerprint, &micros(since), &REFUSED])
    }

    fn refused(
        &mut self,
        fingerprint: &str,
        code: &str,
        since: Timestamp,
    ) -> Result<Option<RunId>, Error> {
        const SQL: &str = "
            SELECT id FROM run WHERE fingerprint = ?1 AND ended > ?2 AND code = ?3
            ORDER BY id DESC LIMIT 1";
        newest(self.0, SQL, &[&fingerprint, &micros(since), &code])
    }

    fn claimant(&mut self, keys: &[LockKey]) -> Result<Option<(RunId, String)>, Error> {
        claims::claimant(self.0, keys).map_err(failed)
    }

    fn ends(
        &mut self,
        action: &str,
        target: &str,
        since: Timestamp,
        limit: u32,
    ) -> Result<Vec<Timestamp>, Error> {
        ends(self.0, (action, target), since, limit).map_err(failed)
    }

    fn load(&mut self, run: RunId) -> Result<Run, Error> {
        rows::load(self.0, run)
    }

    fn create(&mut self, event: &Event, run: &Run) -> Result<(), Error> {
        rows::put_event(self.0, event)?;
        rows::put_run(self.0, run)?;
        claims::settle(self.0, None, run)?;
        audit::put_event(self.0, event, run).map_err(failed)
    }
}
