//! An entry of the inventory as everybody sees it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::Time;

/// A node: what all sources together say of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Node {
    /// Its id, equal to the HAProxy server's name unless configured otherwise.
    pub id: String,
    /// The name for people.
    pub name: String,
    /// `host:port`, if a source knows it.
    pub address: Option<String>,
    /// The pool it serves.
    pub pool: Option<String>,
    /// What it is doing.
    pub state: NodeState,
    /// Since when; `null` if it was so when the service began to look.
    pub state_since: Option<Time>,
    /// Weight in the load balancer (0-256).
    pub weight: Option<u32>,
    /// Open sessions in the load balancer.
    pub sessions: Option<u64>,
    /// Labels given by the sources.
    pub labels: BTreeMap<String, String>,
    /// The sources that know it.
    pub source: Vec<String>,
    /// When it was last seen.
    pub observed_at: Time,
    /// The id of the run that holds it; `null` if none does.
    pub busy_run: Option<String>,
}

/// What a node is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum NodeState {
    /// Takes new work.
    Ready,
    /// Finishes what it has, takes nothing new.
    Draining,
    /// Taken out by a person or a run.
    Maintenance,
    /// A source says that it does not work.
    Down,
    /// No source could say.
    Unknown,
}

impl NodeState {
    /// Returns the wire word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ready => "ready",
            Self::Draining => "draining",
            Self::Maintenance => "maintenance",
            Self::Down => "down",
            Self::Unknown => "unknown",
        }
    }
}
