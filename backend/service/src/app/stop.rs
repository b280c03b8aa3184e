//! The stop switch: a flag in memory that is obeyed at once, a file that works with the store down,
//! and a row.
//!
//! The file is `stop` in the data folder. Making it throws the switch, removing it lifts it, by
//! whatever hand; it is looked at twice a second. The memory comes first when the switch is thrown
//! and last when it is lifted, so there is no moment in which something starts that should not.

use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};

use api::{ProblemCode, Stop};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use store::StopFlag;
use tokio::sync::watch;

use crate::app::durable::Durable;

/// The file's name in the data folder.
pub(crate) const FILE: &str = "stop";

/// Time between two looks at the file: the switch must act within a second, however it was thrown.
pub(crate) const LOOK: Duration = Duration::from_millis(500);

/// Largest file in bytes that is read for its reason.
const FILE_BYTES_MAX: u64 = 16 * 1024;

/// Who is named when a hand made the file.
const BY_FILE: &str = "file";

/// What the file says, if a program wrote it.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct Note {
    #[serde(default)]
    since: Option<Timestamp>,
    #[serde(default)]
    by: Option<String>,
    #[serde(default)]
    reason: Option<String>,
}

/// The switch.
pub(crate) struct StopSwitch {
    file: PathBuf,
    row: RwLock<StopFlag>,
    flag: watch::Sender<bool>,
}

/// How moving the switch went.
#[derive(Debug)]
pub(crate) struct Moved {
    /// What could not be written, in words; the switch acts all the same.
    pub(crate) faults: Vec<String>,
}

impl StopSwitch {
    /// Makes a switch that stands as the file says, or else as the store kept it.
    pub(crate) fn new(data: &Path, kept: StopFlag, now: Timestamp) -> Self {
        let file = data.join(FILE);
        let row = read(&file, now).ok().flatten().unwrap_or(kept);
        let switch = Self { file, flag: watch::Sender::new(row.stopped), row: RwLock::new(row) };
        let row = switch.row();
        if row.stopped && !switch.file.exists() {
            // The file is what a look compares with: without it the next look would lift the
            // switch.
            switch.write(&row).err().into_iter().for_each(|error| {
                tracing::error!(%error, "the stop file cannot be written");
            });
        }
        switch
    }

    /// Follows the flag.
    pub(crate) fn subscribe(&self) -> watch::Receiver<bool> {
        self.flag.subscribe()
    }

    /// Returns the switch as it stands.
    pub(crate) fn shown(&self) -> Stop {
        let StopFlag { stopped, since, by, reason } = self.row();
        Stop { stopped, since: since.map(Into::into), by, reason }
    }

    /// Returns why nothing may start, if so.
    pub(crate) fn refusal(&self) -> Option<runs::Refusal> {
        let row = self.row();
        let by = row.by.as_deref().unwrap_or("somebody");
        let why = row.reason.as_deref().map_or_else(String::new, |reason| format!(" ({reason})"));
        row.stopped.then(|| runs::Refusal {
            code: ProblemCode::Stopped.as_str().to_owned(),
            detail: format!(
                "{by} has stopped everything{why}; lift the switch with `leverframe stop off`"
            ),
            next_allowed: None,
            holder: None,
        })
    }

    /// Throws the switch: memory first, then file and row.
    pub(crate) async fn throw(
        &self,
        by: &str,
        reason: Option<String>,
        at: Timestamp,
        store: &Arc<dyn Durable>,
    ) -> Moved {
        let (since, by) = (Some(at), Some(by.to_owned()));
        let row = StopFlag { stopped: true, since, by, reason };
        self.set(row.clone());
        let mut faults = Vec::new();
        faults.extend(
            self.write(&row).err().map(|error| format!("the file was not written: {error}")),
        );
        faults.extend(
            store
                .keep_stop(row)
                .await
                .err()
                .map(|error| format!("the row was not written: {error}")),
        );
        Moved { faults }
    }

    /// Lifts the switch: row and file first, memory last. A fault leaves it thrown.
    pub(crate) async fn lift(&self, store: &Arc<dyn Durable>) -> Result<(), runs::Error> {
        store.keep_stop(StopFlag::default()).await?;
        match fs::remove_file(&self.file) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                return Err(runs::Error::Unavailable(format!(
                    "the stop file cannot be removed: {error}"
                )));
            }
            Ok(()) | Err(_) => {}
        }
        self.set(StopFlag::default());
        Ok(())
    }

    /// Looks at the file; returns the new standing if a hand has changed it.
    pub(crate) fn look(&self, now: Timestamp) -> Option<StopFlag> {
        let stands = self.row();
        let next = match (read(&self.file, now), stands.stopped) {
            (Ok(Some(row)), false) => row,
            (Ok(None), true) => StopFlag::default(),
            // What cannot be read has not changed: a disk in trouble must not lift the switch.
            _ => return None,
        };
        self.set(next.clone());
        Some(next)
    }

    fn row(&self) -> StopFlag {
        self.row.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn set(&self, row: StopFlag) {
        let stopped = row.stopped;
        *self.row.write().unwrap_or_else(PoisonError::into_inner) = row;
        self.flag.send_replace(stopped);
    }

    fn write(&self, row: &StopFlag) -> io::Result<()> {
        let note = Note { since: row.since, by: row.by.clone(), reason: row.reason.clone() };
        let text = serde_json::to_string(&note)?;
        // Written aside and renamed: a look never meets half a file.
        let aside = self.file.with_extension("new");
        fs::write(&aside, text)?;
        fs::rename(&aside, &self.file)
    }
}

/// Reads the file; whatever it holds, its being there stops everything.
fn read(file: &Path, now: Timestamp) -> io::Result<Option<StopFlag>> {
    let meta = match fs::metadata(file) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        other => other?,
    };
    let small = meta.len() <= FILE_BYTES_MAX;
    let text = if small { fs::read_to_string(file).unwrap_or_default() } else { String::new() };
    let note: Note = serde_json::from_str(&text).unwrap_or_else(|_| {
        let reason = text.trim();
        Note {
            reason: (!reason.is_empty()).then(|| reason.chars().take(1000).collect()),
            ..Note::default()
        }
    });
    Ok(Some(StopFlag {
        stopped: true,
        since: Some(note.since.unwrap_or(now)),
        by: Some(note.by.unwrap_or_else(|| BY_FILE.to_owned())),
        reason: note.reason,
    }))
}

#[cfg(test)]
mod tests;
