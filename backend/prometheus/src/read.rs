//! Reads an answer of the Prometheus HTTP API in one pass over the bytes as they arrive.

mod envelope;
mod keys;
mod metric;
mod point;
mod series;
mod sink;
mod skip;
mod text;
mod token;

#[cfg(test)]
mod tests;

pub use envelope::Reader;
pub use metric::Metric;
pub(crate) use text::shortened;

pub use sink::{Bucket, Discard, Histogram, Limit, Limits, ResultType, Sink, Summary};
