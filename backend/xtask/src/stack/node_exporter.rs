//! `node_exporter`: the machine's own figures.

use std::path::Path;
use std::process::Command;

use anyhow::Result;

use super::{port, until_answers};
use crate::process::Process;

/// A running `node_exporter`.
pub(crate) struct NodeExporter {
    /// Host and port, as Prometheus writes targets.
    pub(crate) address: String,
    pub(super) process: Process,
}

impl NodeExporter {
    /// Starts it with the few collectors that a chart of the machine needs.
    pub(super) fn start(logs: &Path) -> Result<Self> {
        port::retry("node_exporter", |[port]: [u16; 1]| {
            let address = format!("127.0.0.1:{port}");
            let mut call = Command::new("prometheus-node-exporter");
            call.arg(format!("--web.listen-address={address}"));
            call.args(["--collector.disable-defaults", "--collector.cpu"]);
            call.args(["--collector.meminfo", "--collector.loadavg"]);
            let mut process = Process::foreign("node-exporter", &call, logs)?;
            until_answers(&mut process, &format!("http://{address}/metrics"))?;
            Ok(Self { address, process })
        })
    }
}
