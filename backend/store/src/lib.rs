//! The one durable place: runs, locks, keys, audit, stop switch and tokens in SQLite.
#![doc = include_str!("../README.md")]

pub mod audit;
pub mod error;
pub mod sqlite;
mod stop;
mod tokens;

pub use audit::{AuditRecord, AuditRow};
pub use error::OpenError;
pub use sqlite::{Options, Store};
pub use stop::StopFlag;
