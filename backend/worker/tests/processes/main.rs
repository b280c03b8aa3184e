//! The worker's three programs as real processes, as the demo runs them.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod host;
mod load;
mod program;
mod serve;
