//! The classic list of a node API, and the words by which APIs call a node's state.

use super::node::NodeState;

/// The rows of the classic list `[{Node_id, Node_ip, status}]`.
pub(super) const ROWS: &str = "$";
/// The id of a row.
pub(super) const ID: &str = "$.Node_id";
/// The address of a row.
pub(super) const ADDRESS: &str = "$.Node_ip";
/// The state of a row.
pub(super) const STATE: &str = "$.status";

/// Reads a usual word for a node's state; `None` where the word is not known.
pub(super) fn state(word: &str) -> Option<NodeState> {
    Some(match word.trim().to_ascii_lowercase().as_str() {
        "ready" | "running" | "up" | "online" | "active" | "healthy" | "ok" | "true" | "1" => {
            NodeState::Ready
        }
        "draining" | "drain" => NodeState::Draining,
        "maintenance" | "maint" | "disabled" | "paused" => NodeState::Maintenance,
        "down" | "stopped" | "offline" | "inactive" | "dead" | "failed" | "exited" | "error"
        | "false" | "0" => NodeState::Down,
        _ => return None,
    })
}
