//! Nodes that a person wrote into a file. The caller reads and parses it.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{
    node::NodeState,
    reading::{Rank, Reading, Sighting},
};
use crate::Error;

/// Nodes of a file.
#[derive(Clone, Debug)]
pub struct FileSource {
    /// The source's name.
    pub name: String,
    /// Its nodes.
    pub nodes: Vec<FileNode>,
}

/// One entry of an inventory file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileNode {
    /// The node's id.
    pub id: String,
    /// Its name for people.
    #[serde(default)]
    pub name: Option<String>,
    /// `host:port`, or a bare host.
    #[serde(default)]
    pub address: Option<String>,
    /// Its pool.
    #[serde(default)]
    pub pool: Option<String>,
    /// Its state, where nothing else knows it.
    #[serde(default)]
    pub state: NodeState,
    /// Labels, by name.
    #[serde(default)]
    pub labels: BTreeMap<String, String>,
}

impl FileSource {
    pub(super) fn read(&self) -> Result<Reading, Error> {
        let sightings = self.nodes.iter().cloned().map(|node| Sighting {
            id: node.id,
            name: node.name,
            address: node.address,
            pool: node.pool,
            state: node.state,
            labels: node.labels,
            rank: Rank::Written,
            ..Sighting::default()
        });
        Reading::of(&self.name, sightings.collect())
    }
}
