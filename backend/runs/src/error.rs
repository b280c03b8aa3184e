//! What can go wrong with the durable side of a run; each variant says what the caller can do.

use crate::RunId;

/// An error of the store or the runner.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The event may not follow in this state; nothing was written.
    #[error("run {run} is {state}: {event} may not follow at {seq}")]
    IllegalTransition {
        /// Whose.
        run: RunId,
        /// The state it is in.
        state: String,
        /// The event that was refused.
        event: &'static str,
        /// The number it would have had.
        seq: u64,
    },
    /// Somebody wrote first: load again and decide again.
    #[error("run {run} has moved on to {seq}")]
    Conflict {
        /// Whose.
        run: RunId,
        /// The number of its last event.
        seq: u64,
    },
    /// Another run holds a lock.
    #[error("run {holder} holds {key}")]
    LockHeld {
        /// The holder.
        holder: RunId,
        /// What it holds.
        key: String,
    },
    /// A newer owner has taken over: stop at once.
    #[error("the fence {ours} is stale: {current} is in force")]
    StaleFence {
        /// The writer's fence.
        ours: u64,
        /// The one in force.
        current: u64,
    },
    /// There is no such run.
    #[error("no run {0}")]
    NotFound(RunId),
    /// No space left: refuse new runs, try again later.
    #[error("the store is full: {0}")]
    Full(String),
    /// Cannot be written.
    #[error("the store is read-only: {0}")]
    ReadOnly(String),
    /// Too many at once: try again.
    #[error("the store is busy: {0}")]
    Busy(String),
    /// Damaged: read only, see `leverframe store verify`.
    #[error("the store is damaged: {0}")]
    Corrupt(String),
    /// Does not answer.
    #[error("the store does not answer: {0}")]
    Unavailable(String),
}
