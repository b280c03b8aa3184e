//! A stored failure: data that is read back after a crash, never an error of the program.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Why something in a run did not work.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// Whether another attempt may help.
    pub retry: bool,
    /// For people and for the log.
    pub message: String,
}

impl Failure {
    /// Makes a failure after which another attempt may help.
    pub fn retry(message: impl fmt::Display) -> Self {
        Self { retry: true, message: message.to_string() }
    }

    /// Makes a final failure.
    pub fn fail(message: impl fmt::Display) -> Self {
        Self { retry: false, message: message.to_string() }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}
