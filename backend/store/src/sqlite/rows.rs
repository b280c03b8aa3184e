//! How things look in rows: ids, times, folds and events.

use jiff::Timestamp;
use runs::{Error, Event, Run, RunId, State};
use rusqlite::{Connection, OptionalExtension, params};

use crate::error::{Trouble, failed};

pub(super) fn id(run: &RunId) -> &[u8] {
    run.0.as_bytes()
}

/// Whole microseconds since 1970.
pub(crate) fn micros(time: Timestamp) -> i64 {
    time.as_microsecond()
}

pub(crate) fn time(micros: i64) -> Timestamp {
    Timestamp::from_microsecond(micros).unwrap_or(Timestamp::UNIX_EPOCH)
}

/// Reads an id back.
pub(crate) fn run_id(bytes: [u8; 16]) -> RunId {
    RunId(uuid::Uuid::from_bytes(bytes))
}

pub(super) fn seq(number: u64) -> i64 {
    // More events than this do not fit into any disk.
    i64::try_from(number).unwrap_or(i64::MAX)
}

pub(super) fn run_of(json: &str) -> Result<Run, Error> {
    serde_json::from_str(json)
        .map_err(|error| Trouble::corrupt(format!("a run's row cannot be read: {error}")).into())
}

fn json(value: &impl serde::Serialize) -> Result<String, Error> {
    serde_json::to_string(value)
        .map_err(|error| Trouble::corrupt(format!("cannot be written: {error}")).into())
}

pub(super) fn load(conn: &Connection, run: RunId) -> Result<Run, Error> {
    let found: Option<String> = conn
        .prepare_cached("SELECT snapshot FROM run WHERE id = ?1")
        .and_then(|mut query| query.query_row([id(&run)], |row| row.get(0)).optional())
        .map_err(failed)?;
    run_of(&found.ok_or(Error::NotFound(run))?)
}

pub(super) fn log(conn: &Connection, run: RunId) -> Result<Vec<Event>, Error> {
    let rows: Vec<String> = conn
        .prepare_cached("SELECT data FROM event WHERE run = ?1 ORDER BY seq")
        .and_then(|mut query| query.query_map([id(&run)], |row| row.get(0))?.collect())
        .map_err(failed)?;
    if rows.is_empty() {
        return Err(Error::NotFound(run));
    }
    let read = |row: &String| {
        serde_json::from_str(row).map_err(|error| {
            Trouble::corrupt(format!("an event of run {run} cannot be read: {error}")).into()
        })
    };
    rows.iter().map(read).collect()
}

pub(super) fn put_event(conn: &Connection, event: &Event) -> Result<(), Error> {
    let data = json(event)?;
    conn.prepare_cached("INSERT INTO event (run, seq, data) VALUES (?1, ?2, ?3)")
        .and_then(|mut insert| insert.execute(params![id(&event.run), seq(event.seq), data]))
        .map(drop)
        .map_err(failed)
}

/// Writes the fold with the columns by which it is found.
pub(super) fn put_run(conn: &Connection, run: &Run) -> Result<(), Error> {
    const SQL: &str = "
        INSERT INTO run
            (id, seq, state, open, action, target, actor, fingerprint, code, ended, snapshot)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)
        ON CONFLICT (id) DO UPDATE SET
            seq = excluded.seq, state = excluded.state, open = excluded.open, code = excluded.code,
            ended = excluded.ended, snapshot = excluded.snapshot";
    let asked = &run.request;
    let values = params![
        id(&run.id),
        seq(run.seq),
        run.state.as_str(),
        !run.state.is_terminal(),
        asked.action,
        asked.target,
        asked.actor,
        asked.fingerprint,
        run.refusal.as_ref().map(|refusal| refusal.code.as_str()),
        run.ended.map(micros),
        json(run)?,
    ];
    conn.prepare_cached(SQL).and_then(|mut put| put.execute(values)).map(drop).map_err(failed)
}

/// The word of refused runs, which count for nothing.
pub(super) const REFUSED: &str = State::Refused.as_str();
