//! PromQL and the Prometheus HTTP API: the index of this crate.
#![doc = include_str!("../README.md")]

pub mod client;
mod error;
pub mod legend;
pub mod limits;
pub mod macros;
pub mod promql;
pub mod read;
pub mod time;

pub use client::{
    AcceptEncoding, Auth, Client, ClientConfig, HttpMethod, InstantValue, RangeQuery,
};
pub use error::Error;
pub use promql::Template;
pub use read::{Limit, Limits, Metric, ResultType, Sink, Summary};
pub use time::{Step, TimeRange};
