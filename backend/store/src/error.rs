//! Why a store cannot be opened, and what a failed statement means to its caller.

use std::{io, path::PathBuf};

use runs::Error;
use rusqlite::ErrorCode;

/// Why a store cannot be opened. Nothing was written to it.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Another process has it open.
    #[error("{path} is in use by another process")]
    InUse {
        /// The lock file.
        path: PathBuf,
    },
    /// A newer version has written it.
    #[error("{path} has schema {found}, this version knows {known}: use the newer version")]
    NewerSchema {
        /// The file.
        path: PathBuf,
        /// Its schema.
        found: i64,
        /// The newest schema known here.
        known: i64,
    },
    /// It is damaged.
    #[error(
        "{path} is damaged ({detail}); it was left untouched: \
         see `leverframe store verify`, or restore a backup"
    )]
    Corrupt {
        /// The file.
        path: PathBuf,
        /// What SQLite says.
        detail: String,
    },
    /// It is a database of something else.
    #[error("{path} is a database, but not one of ours")]
    Foreign {
        /// The file.
        path: PathBuf,
    },
    /// Locks and fsync cannot be relied on there.
    #[error("{path} is on a network file system ({kind}): use a local disk")]
    NetworkFileSystem {
        /// The folder.
        path: PathBuf,
        /// Which.
        kind: &'static str,
    },
    /// Anybody could put a file in the way.
    #[error("{path} can be written by others: run `chmod go-w {path}`")]
    OpenToOthers {
        /// The folder.
        path: PathBuf,
    },
    /// The system refuses.
    #[error("cannot open {path}: {source}")]
    Io {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// SQLite refuses.
    #[error("cannot open {path}: {source}")]
    Sqlite {
        /// The file.
        path: PathBuf,
        /// Why.
        source: rusqlite::Error,
    },
}

impl OpenError {
    /// Returns the exit code of a process that cannot go on because of it.
    pub const fn exit_code(&self) -> u8 {
        match self {
            Self::InUse { .. } => 75,
            Self::NewerSchema { .. }
            | Self::Corrupt { .. }
            | Self::Foreign { .. }
            | Self::NetworkFileSystem { .. }
            | Self::OpenToOthers { .. } => 78,
            Self::Io { .. } | Self::Sqlite { .. } => 74,
        }
    }
}

/// What a failed statement means to the caller. Many callers of one transaction hear the same.
#[derive(Clone, Debug)]
pub(crate) struct Trouble {
    kind: Kind,
    text: String,
}

#[derive(Clone, Copy, Debug)]
enum Kind {
    Full,
    ReadOnly,
    Busy,
    Corrupt,
    Unavailable,
}

impl Trouble {
    pub(crate) fn unavailable(text: impl Into<String>) -> Self {
        Self { kind: Kind::Unavailable, text: text.into() }
    }

    pub(crate) fn busy(text: impl Into<String>) -> Self {
        Self { kind: Kind::Busy, text: text.into() }
    }

    pub(crate) fn full(text: impl Into<String>) -> Self {
        Self { kind: Kind::Full, text: text.into() }
    }

    pub(crate) fn corrupt(text: impl Into<String>) -> Self {
        Self { kind: Kind::Corrupt, text: text.into() }
    }
}

impl From<Trouble> for Error {
    fn from(Trouble { kind, text }: Trouble) -> Self {
        match kind {
            Kind::Full => Self::Full(text),
            Kind::ReadOnly => Self::ReadOnly(text),
            Kind::Busy => Self::Busy(text),
            Kind::Corrupt => Self::Corrupt(text),
            Kind::Unavailable => Self::Unavailable(text),
        }
    }
}

impl From<rusqlite::Error> for Trouble {
    fn from(error: rusqlite::Error) -> Self {
        let kind = match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => Kind::Full,
            Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => Kind::ReadOnly,
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Kind::Busy,
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => Kind::Corrupt,
            _ => Kind::Unavailable,
        };
        Self { kind, text: error.to_string() }
    }
}

/// Turns a failed statement into what its caller can do.
pub(crate) fn failed(error: rusqlite::Error) -> Error {
    Trouble::from(error).into()
}

/// Tells whether the disk has refused to keep what was written: then nothing that follows can be
/// trusted.
pub(crate) fn is_fatal(error: &rusqlite::Error) -> bool {
    error.sqlite_error_code() == Some(ErrorCode::SystemIoFailure)
}

#[cfg(test)]
mod tests {
    use rusqlite::ffi;

    use super::*;

    fn sqlite(code: i32) -> rusqlite::Error {
        rusqlite::Error::SqliteFailure(ffi::Error::new(code), None)
    }

    #[test]
    fn each_code_says_what_the_caller_can_do() {
        assert!(matches!(failed(sqlite(ffi::SQLITE_FULL)), Error::Full(_)));
        assert!(matches!(failed(sqlite(ffi::SQLITE_READONLY)), Error::ReadOnly(_)));
        assert!(matches!(failed(sqlite(ffi::SQLITE_BUSY)), Error::Busy(_)));
        assert!(matches!(failed(sqlite(ffi::SQLITE_LOCKED)), Error::Busy(_)));
        assert!(matches!(failed(sqlite(ffi::SQLITE_CORRUPT)), Error::Corrupt(_)));
        assert!(matches!(failed(sqlite(ffi::SQLITE_NOTADB)), Error::Corrupt(_)));
        assert!(matches!(failed(sqlite(ffi::SQLITE_CANTOPEN)), Error::Unavailable(_)));
    }

    #[test]
    fn a_failed_fsync_is_fatal_and_a_full_disk_is_not() {
        assert!(is_fatal(&sqlite(ffi::SQLITE_IOERR_FSYNC)));
        assert!(!is_fatal(&sqlite(ffi::SQLITE_FULL)));
    }

    #[test]
    fn exit_codes_tell_a_second_process_from_a_bad_file() {
        let path = PathBuf::from("x");
        assert_eq!(OpenError::InUse { path: path.clone() }.exit_code(), 75);
        assert_eq!(OpenError::Foreign { path: path.clone() }.exit_code(), 78);
        let newer = OpenError::NewerSchema { path, found: 2, known: 1 };
        assert_eq!(newer.exit_code(), 78);
    }
}
