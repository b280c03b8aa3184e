//! Builds what the stack runs: the dev profile's binaries and the test host.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Result;

use crate::command;
use crate::machine::go::Go;
use crate::place::Place;

/// Tells the integration tests where the binaries lie.
pub(crate) const BIN_VARIABLE: &str = "LEVERFRAME_BIN_DIR";
/// Tells the test host's own tests where the plugin lies.
pub(crate) const PLUGIN_VARIABLE: &str = "LEVERFRAME_PLUGIN";

/// Builds the three binaries, with cargo's output in `log`.
pub(crate) fn binaries(place: &Place, log: &Path) -> Result<()> {
    let mut cargo = place.cargo();
    cargo.args(["build", "--bins"]);
    for package in ["leverframe-plugin", "leverframe-service", "leverframe-worker"] {
        cargo.args(["--package", package]);
    }
    command::logged(&mut cargo, log)
}

/// Builds the test host, with Go's output in `log`.
pub(crate) fn host(place: &Place, go: &Go, log: &Path) -> Result<()> {
    let mut call = go.command(&place.root.join("tests/host"));
    call.args(["build", "-o"]).arg(host_path(place)).arg(".");
    command::logged(&mut call, log)
}

/// Returns the plugin's path.
pub(crate) fn plugin_path(place: &Place) -> PathBuf {
    place.bin().join("gpx_leverframe")
}

/// Returns the test host's path.
pub(crate) fn host_path(place: &Place) -> PathBuf {
    place.bin().join("leverframe-test-host")
}

/// Returns the service's binary, which is also the command line tool.
pub(crate) fn service(place: &Place) -> Command {
    Command::new(place.bin().join("leverframe"))
}

/// Returns the worker's binary.
pub(crate) fn worker(place: &Place) -> Command {
    Command::new(place.bin().join("leverframe-worker"))
}

/// Returns the test host.
pub(crate) fn test_host(place: &Place) -> Command {
    Command::new(host_path(place))
}
