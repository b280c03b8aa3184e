//! Node APIs: a bounded HTTP client, and the operation `http.call`.

mod body;
mod call;
mod client;
mod path;

pub use call::HttpCall;
pub use client::{NodeApi, NodeApiSettings, Post};

#[cfg(test)]
mod tests;
