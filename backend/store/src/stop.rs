//! The stop switch: in memory at once, and in a row so that a restart keeps it.

use jiff::Timestamp;
use runs::Error;
use rusqlite::{Connection, OptionalExtension, params};
use tokio::sync::watch;

use crate::{
    Store,
    error::failed,
    sqlite::{micros, time},
};

/// Where the switch stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StopFlag {
    /// Whether nothing may start and no forward step may be sent.
    pub stopped: bool,
    /// Since when it stands so.
    pub since: Option<Timestamp>,
    /// Who moved it.
    pub by: Option<String>,
    /// Why.
    pub reason: Option<String>,
}

impl Store {
    /// Returns where the stop switch stands.
    pub fn stop(&self) -> StopFlag {
        self.stop_sender().0.borrow().clone()
    }

    /// Follows the stop switch: what the runner takes.
    pub fn stop_watch(&self) -> watch::Receiver<bool> {
        self.stop_sender().1.subscribe()
    }

    /// Moves the stop switch: in memory before anything else, so that it works with the disk away.
    ///
    /// # Errors
    /// Those of the store: the switch is moved all the same, but a restart would forget it.
    pub async fn set_stop(&self, flag: StopFlag) -> Result<(), Error> {
        let (full, short) = self.stop_sender();
        short.send_replace(flag.stopped);
        full.send_replace(flag.clone());
        self.write(move |conn| put(conn, &flag).map_err(failed)).await
    }
}

fn put(conn: &Connection, flag: &StopFlag) -> rusqlite::Result<()> {
    conn.prepare_cached(
        "INSERT OR REPLACE INTO stop (id, stopped, since, actor, reason)
         VALUES (1, ?1, ?2, ?3, ?4)",
    )?
    .execute(params![flag.stopped, flag.since.map(micros), flag.by, flag.reason])
    .map(drop)
}

pub(crate) fn load(conn: &Connection) -> rusqlite::Result<StopFlag> {
    let read = |row: &rusqlite::Row<'_>| {
        let since: Option<i64> = row.get(1)?;
        Ok(StopFlag {
            stopped: row.get(0)?,
            since: since.map(time),
            by: row.get(2)?,
            reason: row.get(3)?,
        })
    };
    conn.query_row("SELECT stopped, since, actor, reason FROM stop", [], read)
        .optional()
        .map(Option::unwrap_or_default)
}
