//! The list of everything that crosses rooms.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

mod doors;
mod plugin_peer;
mod restart;
