//! Steady load through the balancer, so that moved traffic can be seen.

use std::path::Path;

use anyhow::Result;

use crate::build;
use crate::place::Place;
use crate::process::Process;

/// Requests a second: enough to see within a second, little enough for two busy cores.
pub(super) const RATE: u32 = 40;

/// Starts the load; it ends with us.
pub(super) fn start(place: &Place, logs: &Path, url: &str) -> Result<Process> {
    let mut call = build::worker(place);
    call.args(["load", "--url", &format!("{url}/work?ms=5"), "--rate", &RATE.to_string()]);
    let mut process = Process::ours("load", &call, logs)?;
    process.ready()?;
    Ok(process)
}
