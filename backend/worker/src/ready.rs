//! Lines for the program that started this one: JSON on stdout.

use std::io::{Write, stdout};

use anyhow::Context;
use serde::{Deserialize, Serialize};

/// The first line on stdout: what is ready, and where.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct ReadyLine {
    /// Binary and subcommand.
    pub(crate) ready: String,
    /// Where it can be reached, without a slash at the end; for `load` the URL it asks.
    pub(crate) url: String,
    /// The process id.
    pub(crate) pid: u32,
}

impl ReadyLine {
    /// Prints the line of a subcommand of this process.
    pub(crate) fn print(subcommand: &str, url: &str) -> anyhow::Result<()> {
        let ready = format!("leverframe-worker {subcommand}");
        print(&Self { ready, url: url.to_owned(), pid: std::process::id() })
    }
}

/// Prints a value as one line of JSON.
pub(crate) fn print(value: &impl Serialize) -> anyhow::Result<()> {
    let mut line = serde_json::to_vec(value).context("making a line of JSON")?;
    line.push(b'\n');
    let mut out = stdout().lock();
    out.write_all(&line).and_then(|()| out.flush()).context("printing a line")
}
