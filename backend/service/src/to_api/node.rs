//! A node on the wire.

use std::collections::BTreeMap;

use api::NodeState;
use targets::inventory;

/// Makes the wire shape of a node; `busy_run` is the run that holds it.
pub(crate) fn node(node: &inventory::Node, busy_run: Option<String>) -> api::Node {
    api::Node {
        id: node.id.clone(),
        name: node.name.clone(),
        address: node.address.clone(),
        pool: node.pool.clone(),
        state: state(node.state),
        state_since: node.state_since.map(Into::into),
        weight: node.weight,
        sessions: node.sessions,
        labels: node.labels.clone(),
        source: node.source.clone(),
        observed_at: node.observed_at.into(),
        busy_run,
    }
}

/// Makes the wire shape of a node that has not been seen for too long: it exists, and nothing more
/// is known.
pub(crate) fn node_unseen(
    of: &inventory::Node,
    busy_run: Option<String>,
    since: Option<jiff::Timestamp>,
) -> api::Node {
    let mut shown = node(of, busy_run);
    shown.state = NodeState::Unknown;
    shown.state_since = since.map(Into::into);
    (shown.weight, shown.sessions) = (None, None);
    shown
}

/// Leaves out what callers behind whom nobody stands must not see.
pub(crate) fn nameless(mut node: api::Node) -> api::Node {
    node.address = None;
    node.labels = BTreeMap::new();
    node
}

fn state(state: inventory::NodeState) -> NodeState {
    match state {
        inventory::NodeState::Ready => NodeState::Ready,
        inventory::NodeState::Draining => NodeState::Draining,
        inventory::NodeState::Maintenance => NodeState::Maintenance,
        inventory::NodeState::Down => NodeState::Down,
        inventory::NodeState::Unknown => NodeState::Unknown,
    }
}
