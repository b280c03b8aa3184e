//! Merging what the sources say into one node for each id.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::{
    node::{Node, NodeState},
    reading::{Rank, Reading, Sighting},
    snapshot::Snapshot,
};
use crate::limits;

/// Merges the readings of all sources, by name, into the snapshot of `now`. A state that is as
/// it was `before` keeps its time.
pub(super) fn merge(
    readings: Vec<(&str, Reading)>,
    before: Option<&Snapshot>,
    now: Timestamp,
) -> Snapshot {
    let mut left_out = Vec::new();
    let mut left_out_total = 0;
    let mut by_id: BTreeMap<String, Vec<(&str, Sighting)>> = BTreeMap::new();
    for (source, reading) in readings {
        left_out_total += reading.left_out_total;
        left_out.extend(reading.left_out);
        for sighting in reading.sightings {
            by_id.entry(sighting.id.clone()).or_default().push((source, sighting));
        }
    }
    left_out.truncate(limits::LEFT_OUT_MAX);
    let nodes = by_id.into_iter().map(|(id, seen)| {
        let mut node = node(id, &seen, now);
        let was = before.and_then(|before| before.node(&node.id));
        node.state_since = match was {
            Some(was) if was.state == node.state => was.state_since,
            // At the first look nobody knows how long it has been so.
            _ => before.map(|_| now),
        };
        node
    });
    Snapshot { nodes: nodes.collect(), observed_at: now, left_out, left_out_total }
}

/// Merges what the sources say of one node.
fn node(id: String, seen: &[(&str, Sighting)], now: Timestamp) -> Node {
    use Rank::{Balancer, Host, Written};
    let mut labels = BTreeMap::new();
    // The most believed comes last and wins.
    for rank in [Balancer, Host, Written] {
        for (_, sighting) in seen.iter().filter(|(_, sighting)| sighting.rank == rank) {
            labels.extend(sighting.labels.clone());
        }
    }
    Node {
        name: first(seen, [Written, Host, Balancer], |s| s.name.clone())
            .unwrap_or_else(|| id.clone()),
        address: first(seen, [Host, Written, Balancer], |s| s.address.clone()),
        pool: first(seen, [Balancer, Written, Host], |s| s.pool.clone()),
        state: state(seen),
        state_since: None,
        weight: first(seen, [Balancer, Written, Host], |s| s.weight),
        sessions: first(seen, [Balancer, Written, Host], |s| s.sessions),
        labels,
        source: seen.iter().map(|(source, _)| (*source).to_owned()).collect(),
        observed_at: now,
        id,
    }
}

/// Returns `down` if any source says so, else the state of the most believed that has one.
fn state(seen: &[(&str, Sighting)]) -> NodeState {
    if seen.iter().any(|(_, sighting)| sighting.state == NodeState::Down) {
        return NodeState::Down;
    }
    let says = |s: &Sighting| (s.state != NodeState::Unknown).then_some(s.state);
    first(seen, [Rank::Balancer, Rank::Host, Rank::Written], says).unwrap_or_default()
}

/// Returns the first opinion in the order of ranks.
fn first<T>(
    seen: &[(&str, Sighting)],
    order: [Rank; 3],
    opinion: impl Fn(&Sighting) -> Option<T>,
) -> Option<T> {
    order.into_iter().find_map(|rank| {
        let of_rank = seen.iter().filter(|(_, sighting)| sighting.rank == rank);
        of_rank.map(|(_, sighting)| sighting).find_map(&opinion)
    })
}
