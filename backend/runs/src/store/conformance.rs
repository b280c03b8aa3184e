//! The suite that every store passes: plain functions that take a way to make an empty store.
//!
//! It panics where a store is wrong, so it belongs into tests alone.
#![expect(clippy::expect_used, reason = "a suite of tests panics")]

mod admitting;
mod appending;
mod build;
mod locking;

use std::{future::Future, pin::Pin};

use super::RunStore;

/// Makes an empty store; it is called once for each test.
pub type Make<'a, S> = &'a dyn Fn() -> Pin<Box<dyn Future<Output = S> + Send>>;

/// Runs the whole suite, each test on a store of its own.
///
/// # Panics
/// Where the store breaks the contract.
pub async fn run_all<S: RunStore>(make: Make<'_, S>) {
    admitting::all(make).await;
    appending::all(make).await;
    locking::all(make).await;
}
