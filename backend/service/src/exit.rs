//! The exit codes, the same for every command.

use std::process::ExitCode;

use api::RunState;

/// What `--help` says about them.
pub(crate) const HELP: &str = "\
Exit codes:
  0  succeeded
  1  an error, or the run failed or could not be undone
  2  wrong usage
  3  refused (the problem says why and when it may be tried again)
  4  the run ended without its effect: no_effect, undone, cancelled, expired
  5  the outcome is unknown, or the wait was over
 74  serve: the disk did not keep what was written; start it again
 75  serve: another process uses the data folder
 78  serve, check: the configuration or the store cannot be used";

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// Done.
    Succeeded = 0,
    /// Something went wrong.
    Failed = 1,
    /// Wrong usage.
    Usage = 2,
    /// Nothing was done, and why was said.
    Refused = 3,
    /// Done or ended, without the effect.
    WithoutEffect = 4,
    /// Not known.
    Unknown = 5,
    /// The disk failed.
    Disk = 74,
    /// Another process holds the store.
    Locked = 75,
    /// Configuration or store cannot be used.
    Config = 78,
}

impl Exit {
    /// Returns what the end of a run means to a shell; an open run is not known.
    pub(crate) const fn of(state: RunState) -> Self {
        match state {
            RunState::Succeeded => Self::Succeeded,
            RunState::Failed | RunState::UndoFailed => Self::Failed,
            RunState::Refused => Self::Refused,
            RunState::NoEffect | RunState::Undone | RunState::Cancelled | RunState::Expired => {
                Self::WithoutEffect
            }
            RunState::AwaitingApproval
            | RunState::Queued
            | RunState::Running
            | RunState::Verifying
            | RunState::Undoing
            | RunState::Cancelling
            | RunState::Unknown => Self::Unknown,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}
