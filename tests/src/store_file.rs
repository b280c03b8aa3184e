//! The service's store, read from outside while the service runs.

use std::{
    fs,
    path::{Path, PathBuf},
};

use runs::{Event, Run, RunId};
use rusqlite::{Connection, OpenFlags};

/// The file, opened for reading only.
pub struct StoreFile(Connection);

impl StoreFile {
    /// Opens the store below a demo's data folder.
    pub fn open(data: &Path) -> Self {
        let named = |file: &PathBuf| file.file_name().is_some_and(|name| name == "leverframe.db");
        let file = files(data).into_iter().find(named).expect("the store's file");
        Self(Connection::open_with_flags(file, OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap())
    }

    /// Counts everything that ever happened to any run.
    pub fn count_events(&self) -> i64 {
        self.0.query_row("select count(*) from event", [], |row| row.get(0)).unwrap()
    }

    /// Folds the log of a run afresh.
    pub fn fold(&self, run: &str) -> Run {
        let run: RunId = run.parse().unwrap();
        let mut rows = self.0.prepare("select data from event where run = ? order by seq").unwrap();
        let rows = rows.query_map([run.0.as_bytes()], |row| row.get::<_, String>(0)).unwrap();
        let read = |text: rusqlite::Result<String>| serde_json::from_str(&text.unwrap()).unwrap();
        let events: Vec<Event> = rows.map(read).collect();
        runs::fold(run, &events).unwrap()
    }
}

/// Lists every file below a folder.
pub fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let (folders, mut files): (Vec<_>, Vec<_>) = entries.partition(|path| path.is_dir());
    files.retain(|path| path.is_file());
    files.extend(folders.iter().flat_map(|folder| self::files(folder)));
    files
}
