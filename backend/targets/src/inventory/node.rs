//! A node: an entry of the inventory.

use std::{collections::BTreeMap, fmt};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Whether a node takes traffic.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum NodeState {
    /// It takes traffic.
    Ready,
    /// It finishes what it has.
    Draining,
    /// It was taken out.
    Maintenance,
    /// It does not run.
    Down,
    /// No source says.
    #[default]
    Unknown,
}

impl NodeState {
    /// Returns the word used everywhere: `ready`, `draining`, `maintenance`, `down`, `unknown`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ready => "ready",
            Self::Draining => "draining",
            Self::Maintenance => "maintenance",
            Self::Down => "down",
            Self::Unknown => "unknown",
        }
    }
}

impl fmt::Display for NodeState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// One node, as all sources together know it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// Its id, the same in all sources.
    pub id: String,
    /// Its name for people; the id where no source gives one.
    pub name: String,
    /// `host:port`, or a bare host.
    pub address: Option<String>,
    /// The pool it belongs to.
    pub pool: Option<String>,
    /// Whether it takes traffic.
    pub state: NodeState,
    /// Since when it is in this state; `None` if it was so at the first look.
    pub state_since: Option<Timestamp>,
    /// Its weight in HAProxy, 0 to 256.
    pub weight: Option<u32>,
    /// Its sessions in HAProxy.
    pub sessions: Option<u64>,
    /// Labels, by name.
    pub labels: BTreeMap<String, String>,
    /// The sources that know it.
    pub source: Vec<String>,
    /// When it was seen.
    pub observed_at: Timestamp,
}
