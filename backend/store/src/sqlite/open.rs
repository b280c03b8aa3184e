//! Opening: nothing is written before the file has passed every check.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use rusqlite::{Connection, ErrorCode, OpenFlags, config::DbConfig};

use super::{
    place::{LockFile, folder_of, lock, touch},
    schema,
};
use crate::OpenError;

/// How long a statement waits for another connection of ours.
const BUSY: Duration = Duration::from_secs(5);
/// Statements that a connection keeps prepared: all of ours.
const STATEMENTS_KEPT: usize = 64;
/// The log file shrinks to this after a long reader has let it grow.
const LOG_BYTES_KEPT: i64 = 64 << 20;

/// What opening yields.
pub(super) struct Opened {
    pub(super) writer: Connection,
    pub(super) readers: Vec<Connection>,
    pub(super) lock: LockFile,
    pub(super) folder: PathBuf,
}

pub(super) fn open(path: &Path, readers: usize) -> Result<Opened, OpenError> {
    let folder = folder_of(path)?;
    let lock = lock(path)?;
    let says = |source: rusqlite::Error| refused(path, source);
    touch(path)?;
    let version = check(path)?;
    let mut writer = connect(path).map_err(says)?;
    writer.pragma_update(None, "journal_mode", "wal").map_err(says)?;
    writer.pragma_update(None, "synchronous", "full").map_err(says)?;
    writer.pragma_update(None, "journal_size_limit", LOG_BYTES_KEPT).map_err(says)?;
    schema::migrate(&mut writer, version).map_err(says)?;
    let reader = || {
        let conn = connect(path)?;
        conn.pragma_update(None, "query_only", true)?;
        Ok(conn)
    };
    let readers = (0..readers.max(1)).map(|_| reader()).collect::<Result<_, _>>().map_err(says)?;
    Ok(Opened { writer, readers, lock, folder })
}

fn connect(path: &Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let conn = Connection::open_with_flags(path, flags)?;
    conn.busy_timeout(BUSY)?;
    conn.set_prepared_statement_cache_capacity(STATEMENTS_KEPT);
    Ok(conn)
}

/// Checks a file and leaves it as it is. Returns its schema, 0 if it is empty.
fn check(path: &Path) -> Result<i64, OpenError> {
    let says = |source: rusqlite::Error| refused(path, source);
    let conn = connect(path).map_err(says)?;
    // Closing would otherwise write the log back into a file that we may be about to refuse.
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true).map_err(says)?;
    let (application, found) = schema::found(&conn).map_err(says)?;
    let tables: i64 =
        conn.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0)).map_err(says)?;
    if application != schema::APPLICATION && (application != 0 || found != 0 || tables != 0) {
        return Err(OpenError::Foreign { path: path.into() });
    }
    if found > schema::NEWEST {
        return Err(OpenError::NewerSchema { path: path.into(), found, known: schema::NEWEST });
    }
    let verdict: String =
        conn.query_row("PRAGMA quick_check(1)", [], |row| row.get(0)).map_err(says)?;
    if verdict != "ok" {
        return Err(OpenError::Corrupt { path: path.into(), detail: verdict });
    }
    Ok(found)
}

fn refused(path: &Path, source: rusqlite::Error) -> OpenError {
    let path = path.into();
    match source.sqlite_error_code() {
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => {
            OpenError::Corrupt { path, detail: source.to_string() }
        }
        _ => OpenError::Sqlite { path, source },
    }
}
