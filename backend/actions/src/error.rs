//! What can keep a directory of definitions from being read at all; faults inside files are
//! `Fault`s.

use std::path::PathBuf;

/// A directory of definitions that cannot be read, or is larger than any real one.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The operating system refuses.
    #[error("cannot read {}: {source}", path.display())]
    Unreadable {
        /// What was to be read.
        path: PathBuf,
        /// Why it was not.
        source: std::io::Error,
    },
    /// More definitions than are read.
    #[error("{} holds more than {max} definitions", path.display())]
    TooMany {
        /// The directory.
        path: PathBuf,
        /// The limit.
        max: usize,
    },
}
