//! The commands, one file each, and how they fail.

pub(crate) mod cancel;
pub(crate) mod check;
pub(crate) mod completion;
pub(crate) mod healthcheck;
pub(crate) mod init;
pub(crate) mod nodes;
pub(crate) mod openapi;
pub(crate) mod plan;
pub(crate) mod prometheus;
mod remote;
pub(crate) mod run;
pub(crate) mod runs;
pub(crate) mod serve;
mod show;
pub(crate) mod stop;
mod watch;

use crate::exit::Exit;

/// Why a command ends without what it was asked for.
#[derive(Debug)]
pub(crate) struct Fault {
    /// The exit code.
    pub(crate) exit: Exit,
    /// What is wrong and what to do.
    pub(crate) text: String,
    /// The service's problem, for programs that asked for JSON.
    pub(crate) json: Option<String>,
}

impl Fault {
    /// Makes a fault.
    pub(crate) fn new(exit: Exit, text: impl Into<String>) -> Self {
        Self { exit, text: text.into(), json: None }
    }
}

impl From<anyhow::Error> for Fault {
    fn from(error: anyhow::Error) -> Self {
        Self::new(Exit::Failed, format!("{error:#}"))
    }
}
