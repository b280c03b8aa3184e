//! The inventory as Prometheus' `http_sd` groups, which never wipe a target list by accident.
//!
//! Prometheus keeps its targets when the answer is an error, but takes an empty list at its word.
//! So an empty list is never answered, a list that lost more than half at once is held back, and an
//! unsure inventory answers with the last complete list for an hour and then not at all.

mod address;
mod group;

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde::Deserialize;

pub use group::Group;

use crate::{
    inventory::{NodeState, Snapshot, Unsure},
    limits,
};

/// How nodes become targets.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SdRules {
    /// The pools whose nodes are targets; none listed means all nodes.
    pub pools: BTreeSet<String>,
    /// The port to scrape; the address' own where absent.
    pub port: Option<u16>,
    /// `__scheme__`: `http` or `https`.
    pub scheme: Option<String>,
    /// `__metrics_path__`.
    pub metrics_path: Option<String>,
    /// What is left out.
    pub exclude: Exclude,
}

/// Nodes that are no targets.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Exclude {
    /// By state.
    pub states: BTreeSet<NodeState>,
    /// By id.
    pub nodes: BTreeSet<String>,
    /// By label: name and value.
    pub labels: BTreeMap<String, String>,
}

/// A list that may be answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct List {
    /// The JSON.
    pub body: String,
    /// Its strong entity tag, quotes included.
    pub etag: String,
    /// When its nodes were seen.
    pub observed_at: Timestamp,
    groups: Vec<Group>,
}

/// What to answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer<'a> {
    /// 200 with this list. `stale` says why it is not the newest, if it is not.
    List {
        /// The list.
        list: &'a List,
        /// Why a newer one is not answered.
        stale: Option<&'a str>,
    },
    /// 503: Prometheus keeps what it has.
    Unavailable {
        /// Why.
        why: &'a str,
    },
}

/// Entries that could not be used, counted since the start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Dropped {
    /// Labels whose names Prometheus would refuse.
    pub labels: u64,
    /// Addresses that are no scrape target.
    pub addresses: u64,
}

/// One named `http_sd` list over time.
#[derive(Clone, Debug)]
pub struct Discovery {
    rules: SdRules,
    last: Option<List>,
    /// Why there is no newer list.
    unsure: Option<String>,
    /// Why there is one that is not answered.
    held: Option<String>,
    dropped: Dropped,
}

impl Discovery {
    /// Returns a list by these rules that has seen nothing yet.
    pub fn new(rules: SdRules) -> Self {
        let unsure = Some("the inventory was not read yet".to_owned());
        Self { rules, last: None, unsure, held: None, dropped: Dropped::default() }
    }

    /// Takes what a poll saw. Call it after each poll.
    pub fn update(&mut self, seen: Result<&Snapshot, &Unsure>) {
        let snapshot = match seen {
            Ok(snapshot) => snapshot,
            Err(unsure) => {
                self.unsure = Some(unsure.to_string());
                return;
            }
        };
        let last = self.last.as_ref().map_or(&[][..], |list| &list.groups);
        let (groups, dropped) = group::groups(&self.rules, snapshot, last);
        self.dropped.labels += dropped.labels;
        self.dropped.addresses += dropped.addresses;
        self.unsure = None;
        self.held = hold(last, &groups);
        if self.held.is_none() {
            self.last = Some(List::new(groups, snapshot.observed_at));
        }
    }

    /// Returns what to answer at `now`.
    pub fn answer(&self, now: Timestamp) -> Answer<'_> {
        let why = self.unsure.as_deref().or(self.held.as_deref());
        match &self.last {
            None => Answer::Unavailable { why: why.unwrap_or("there is no list yet") },
            Some(list) => {
                let age = now.duration_since(list.observed_at).unsigned_abs();
                if age > limits::SD_KEEP_FOR {
                    let why = why.unwrap_or("the last list is too old");
                    Answer::Unavailable { why }
                } else {
                    Answer::List { list, stale: why }
                }
            }
        }
    }

    /// Tells whether the newest list is held back because it lost too much at once.
    pub fn held(&self) -> bool {
        self.held.is_some()
    }

    /// Says why the newest list is held back and what releases it, for the log; `None` if it is
    /// not.
    pub fn held_why(&self) -> Option<&str> {
        self.held.as_deref()
    }

    /// Returns what could not be used so far.
    pub fn dropped(&self) -> Dropped {
        self.dropped
    }
}

impl List {
    fn new(groups: Vec<Group>, observed_at: Timestamp) -> Self {
        let body = group::body(&groups);
        let etag = group::etag(&body);
        Self { body, etag, observed_at, groups }
    }

    /// Returns the groups, sorted by node.
    pub fn groups(&self) -> &[Group] {
        &self.groups
    }
}

/// Says why a list must be held back, and what releases it: it is empty, or more than half of all
/// nodes or of a pool are gone at once.
fn hold(last: &[Group], new: &[Group]) -> Option<String> {
    if new.is_empty() {
        // A restart would not release it: an empty list is never answered.
        return Some(
            "held back: the list would be empty; it is released when nodes return".to_owned(),
        );
    }
    let held = |what: &str| {
        let left = new.len();
        Some(format!(
            "held back: {what} ({left} would be listed); it is released when they return or by a \
             restart of the service"
        ))
    };
    let here: BTreeSet<&str> = new.iter().map(Group::node).collect();
    let mut pools: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    let (mut all, mut gone) = (0, 0);
    for group in last {
        let missing = usize::from(!here.contains(group.node()));
        let pool = pools.entry(group.pool()).or_default();
        *pool = (pool.0 + 1, pool.1 + missing);
        all += 1;
        gone += missing;
    }
    if gone * 2 > all {
        return held(&format!("{gone} of {all} nodes are gone at once"));
    }
    let (pool, (all, gone)) = pools.into_iter().find(|(_, (all, gone))| gone * 2 > *all)?;
    held(&format!("{gone} of {all} nodes of the pool {pool:?} are gone at once"))
}

#[cfg(test)]
mod tests;
