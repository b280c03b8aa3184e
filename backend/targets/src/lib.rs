//! Adapters that observe and change the world.
#![doc = include_str!("../README.md")]

pub mod adapter;
mod error;
pub mod haproxy;
pub mod inventory;
pub mod limits;
pub mod node_api;
mod operations;
pub mod sd;
mod target;

pub use adapter::{ArgsFault, Call, CancelFlag, Change, Operation, Sent, Verdict};
pub use error::Error;
pub use haproxy::{Address, Haproxy};
pub use inventory::{Inventory, Node, NodeState, Snapshot, Unsure};
pub use node_api::{NodeApi, NodeApiSettings};
pub use operations::Operations;
pub use target::{Target, is_name};
