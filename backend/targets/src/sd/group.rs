//! One group of `http_sd` for each node, as JSON with a stable order.

use std::{collections::BTreeMap, fmt::Write};

use serde::Serialize;
use sha2::{Digest, Sha256};

use super::{Dropped, SdRules, address};
use crate::inventory::{Node, Snapshot};

const NODE: &str = "__meta_leverframe_node";
const STATE: &str = "__meta_leverframe_state";
const POOL: &str = "__meta_leverframe_pool";
const LABEL_PREFIX: &str = "__meta_leverframe_label_";

/// One target with its labels, in the JSON form of Prometheus.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Group {
    targets: [String; 1],
    labels: BTreeMap<String, String>,
}

impl Group {
    /// Returns the target, `host:port`.
    pub fn target(&self) -> &str {
        &self.targets[0]
    }

    /// Returns the labels.
    pub fn labels(&self) -> &BTreeMap<String, String> {
        &self.labels
    }

    pub(super) fn node(&self) -> &str {
        self.labels.get(NODE).map_or("", String::as_str)
    }

    pub(super) fn pool(&self) -> &str {
        self.labels.get(POOL).map_or("", String::as_str)
    }
}

/// Returns a group for each node that the rules take, sorted by node. A node whose address is
/// bad keeps the last good one; one that never had a good address is left out.
pub(super) fn groups(
    rules: &SdRules,
    snapshot: &Snapshot,
    last: &[Group],
) -> (Vec<Group>, Dropped) {
    let mut dropped = Dropped::default();
    let known: BTreeMap<&str, &str> = last.iter().map(|g| (g.node(), g.target())).collect();
    let mut groups = Vec::new();
    for node in snapshot.nodes.iter().filter(|node| takes(rules, node)) {
        let target = node.address.as_deref().and_then(|text| address::target(text, rules.port));
        if target.is_none() {
            dropped.addresses += 1;
        }
        let kept = || known.get(node.id.as_str()).map(|kept| (*kept).to_owned());
        if let Some(target) = target.or_else(kept) {
            groups.push(Group { targets: [target], labels: labels(rules, node, &mut dropped) });
        }
    }
    (groups, dropped)
}

fn takes(rules: &SdRules, node: &Node) -> bool {
    let exclude = &rules.exclude;
    let pool = node.pool.as_ref();
    (rules.pools.is_empty() || pool.is_some_and(|pool| rules.pools.contains(pool)))
        && !exclude.states.contains(&node.state)
        && !exclude.nodes.contains(&node.id)
        && !exclude.labels.iter().any(|(name, value)| node.labels.get(name) == Some(value))
}

fn labels(rules: &SdRules, node: &Node, dropped: &mut Dropped) -> BTreeMap<String, String> {
    let mut labels = BTreeMap::new();
    let mut put = |name: &str, value: &str| labels.insert(name.to_owned(), value.to_owned());
    put(NODE, &node.id);
    put(STATE, node.state.as_str());
    put(POOL, node.pool.as_deref().unwrap_or_default());
    for (name, value) in &node.labels {
        // One bad name would make Prometheus refuse the whole list.
        if !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_') {
            put(&format!("{LABEL_PREFIX}{name}"), value);
        } else {
            dropped.labels += 1;
        }
    }
    if let Some(scheme) = &rules.scheme {
        put("__scheme__", scheme);
    }
    if let Some(path) = &rules.metrics_path {
        put("__metrics_path__", path);
    }
    labels
}

/// Returns the groups as JSON.
pub(super) fn body(groups: &[Group]) -> String {
    #[expect(clippy::expect_used, reason = "strings and maps of strings are always JSON")]
    serde_json::to_string(groups).expect("groups are JSON")
}

/// Returns the strong entity tag of a body.
pub(super) fn etag(body: &str) -> String {
    let mut tag = String::from("\"");
    for byte in &Sha256::digest(body.as_bytes())[..16] {
        write!(tag, "{byte:02x}").ok();
    }
    tag.push('"');
    tag
}
