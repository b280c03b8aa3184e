//! The workers: a host that offers the node API and keeps the workers as its children.

use std::path::Path;

use anyhow::{Context as _, Result, ensure};

use super::url_of;
use crate::place::Place;
use crate::process::Process;
use crate::{build, http};

/// With one drained and one broken there are still two.
const COUNT: usize = 4;

/// One worker, as the node API lists it.
pub(super) struct Node {
    /// Its id, which is HAProxy's server name too.
    pub(super) id: String,
    /// Host and port; both survive a restart of the worker.
    pub(super) address: String,
}

/// A running host of workers.
pub(super) struct Workers {
    /// The node API.
    pub(super) url: String,
    /// The workers at the start.
    pub(super) nodes: Vec<Node>,
    pub(super) process: Process,
}

impl Workers {
    /// Starts the host and its workers.
    pub(super) fn start(place: &Place, logs: &Path) -> Result<Self> {
        let mut call = build::worker(place);
        call.args(["host", "--prefix", "web", "--workers", &COUNT.to_string()]);
        let mut process = Process::ours("workers", &call, logs)?;
        let url = url_of(&process.ready()?)?;
        let list = http::get(&format!("{url}/v1/nodes"))?.ok()?;
        let nodes = list.as_array().context("the node API lists no nodes")?.iter().map(|row| {
            let text = |name: &str| row[name].as_str().map(str::to_owned);
            let (id, address) =
                text("id").zip(text("address")).context("a node without address")?;
            Ok(Node { id, address })
        });
        let nodes = nodes.collect::<Result<Vec<_>>>()?;
        ensure!(nodes.len() == COUNT, "{} of {COUNT} workers", nodes.len());
        Ok(Self { url, nodes, process })
    }
}
