//! Grafana data frames as Arrow IPC: the index of this crate.
#![doc = include_str!("../README.md")]

mod column;
mod error;
mod frame;
mod ipc;
mod labels;
pub mod long;
mod meta;
pub mod multi;
mod series;

#[cfg(test)]
mod golden;
#[cfg(test)]
mod tests;

pub use column::{Cells, Column, Texts};
pub use error::Error;
pub use frame::{Config, Field, Frame};
pub use labels::Labels;
pub use meta::{FrameType, Meta, Notice, Severity, Visualisation};
pub use series::{Series, SeriesHead, SeriesTable};
