//! What the tests that cross rooms share: where the binaries are, and how the real parts are
//! started and asked.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

pub mod binaries;
pub mod cluster;
pub mod grafana;
pub mod service;
pub mod store_file;
