//! The store in one SQLite file.

mod claims;
mod ledger;
mod list;
mod open;
mod place;
mod readers;
mod rows;
mod runs_store;
mod schema;
#[cfg(test)]
mod tests;
mod writer;

use std::{
    fmt,
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
};

use runs::Error;
use rusqlite::Connection;
use tokio::sync::watch;

pub(crate) use self::rows::{micros, run_id, time};
use self::{place::LockFile, readers::Readers, writer::Writer};
use crate::{OpenError, StopFlag, error::failed};

/// How a store is opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// New presses are refused as `Full` below so many free bytes; 0 means never.
    pub free_bytes_min: u64,
    /// Connections for reading.
    pub readers: usize,
}

impl Default for Options {
    fn default() -> Self {
        // Below 64 MiB what is accepted might not be finished.
        Self { free_bytes_min: 64 << 20, readers: 4 }
    }
}

/// The durable place. It belongs to one process; dropping it waits for what is being written.
pub struct Store {
    writer: Writer,
    readers: Readers,
    stop: watch::Sender<StopFlag>,
    stopped: watch::Sender<bool>,
    folder: PathBuf,
    options: Options,
    /// Runs whose log does not fold: shown as unknown, never written.
    broken: Mutex<Vec<runs::RunId>>,
    /// Freed last, after the writer has ended.
    _lock: LockFile,
}

impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Store").field("folder", &self.folder).finish_non_exhaustive()
    }
}

impl Store {
    /// Opens the store at `path`, or makes one. Blocks while it checks the file.
    ///
    /// # Errors
    /// [`OpenError`]; its exit code tells a second process from a file that cannot be used.
    pub fn open(path: &Path, options: Options) -> Result<Self, OpenError> {
        let opened = open::open(path, options.readers)?;
        let stop = crate::stop::load(&opened.writer)
            .map_err(|source| OpenError::Sqlite { path: path.into(), source })?;
        let stopped = stop.stopped;
        Ok(Self {
            writer: Writer::start(opened.writer)
                .map_err(|source| OpenError::Io { path: path.into(), source })?,
            readers: Readers::new(opened.readers),
            stop: watch::Sender::new(stop),
            stopped: watch::Sender::new(stopped),
            folder: opened.folder,
            options,
            broken: Mutex::default(),
            _lock: opened.lock,
        })
    }

    /// Waits until the disk has refused to keep what was written, and returns what it said. Nothing
    /// is written from then on; the process has to end (exit 74) and to start again from the log.
    pub async fn fatal(&self) -> String {
        self.writer.fatal().await
    }

    pub(crate) fn stop_sender(&self) -> (&watch::Sender<StopFlag>, &watch::Sender<bool>) {
        (&self.stop, &self.stopped)
    }

    /// Runs `work` in the writer's next transaction; its answer comes after the commit.
    pub(crate) async fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        self.writer.run(work).await
    }

    /// Runs `work` on a reading connection.
    pub(crate) async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        self.readers.run(work).await
    }

    /// Remembers an assertion's `jti` until `expires`. Says whether it is new; if not, the
    /// assertion is a replay.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn spend_jti(
        &self,
        jti: &str,
        expires: jiff::Timestamp,
        now: jiff::Timestamp,
    ) -> Result<bool, Error> {
        let jti = jti.to_owned();
        self.write(move |conn| ledger::spend_jti(conn, &jti, expires, now).map_err(failed)).await
    }

    fn is_broken(&self, run: runs::RunId) -> bool {
        self.broken.lock().unwrap_or_else(PoisonError::into_inner).contains(&run)
    }
}
