//! What the inventory publishes: one complete picture, and how its sources do.

use jiff::Timestamp;

use super::{
    node::Node,
    reading::{LeftOut, Reading},
};
use crate::Error;

/// All nodes at one time, with every source read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snapshot {
    /// The nodes, sorted by id.
    pub nodes: Vec<Node>,
    /// When they were seen.
    pub observed_at: Timestamp,
    /// Entries of sources that could not be used, the first of them.
    pub left_out: Vec<LeftOut>,
    /// How many entries could not be used.
    pub left_out_total: usize,
}

impl Snapshot {
    /// Returns the node with this id.
    pub fn node(&self, id: &str) -> Option<&Node> {
        let at = self.nodes.binary_search_by(|node| node.id.as_str().cmp(id)).ok()?;
        self.nodes.get(at)
    }

    /// Returns the nodes of a pool.
    pub fn pool<'a>(&'a self, pool: &'a str) -> impl Iterator<Item = &'a Node> + 'a {
        self.nodes.iter().filter(move |node| node.pool.as_deref() == Some(pool))
    }
}

/// Why the inventory cannot be relied on now.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the inventory is unsure: {why}")]
pub struct Unsure {
    /// The sources that failed, with their errors, or the node that several of them claim.
    pub why: String,
    /// Since when; `None` if it was never read.
    pub since: Option<Timestamp>,
}

/// How one source does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceHealth {
    /// Its configured name.
    pub name: String,
    /// When it was last read whole.
    pub read_at: Option<Timestamp>,
    /// Why the last poll could not read it.
    pub error: Option<Error>,
}

impl SourceHealth {
    pub(super) fn next(
        name: &str,
        reading: &Result<Reading, Error>,
        before: &[Self],
        now: Timestamp,
    ) -> Self {
        let last = before.iter().find(|source| source.name == name).and_then(|s| s.read_at);
        Self {
            name: name.to_owned(),
            read_at: if reading.is_ok() { Some(now) } else { last },
            error: reading.as_ref().err().cloned(),
        }
    }
}
