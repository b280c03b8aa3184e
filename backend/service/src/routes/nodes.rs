//! What there is.

pub(crate) mod get;
pub(crate) mod list;

use std::{collections::BTreeMap, sync::Arc};

use api::{Node, ProblemCode};
use jiff::Timestamp;
use targets::{Inventory, Snapshot, Unsure, limits::INVENTORY_FRESH_FOR};

use crate::{app::App, problem::Refused, request::call::Call, to_api};

/// The nodes as they may be shown now.
struct Seen {
    snapshot: Arc<Snapshot>,
    /// Why they are too old to be believed.
    unsure: Option<Unsure>,
    /// Runs by the node they hold.
    busy: BTreeMap<String, String>,
}

impl Seen {
    /// Returns what the last complete poll saw.
    async fn of(app: &App, now: Timestamp) -> Result<Self, Refused> {
        let (snapshot, unsure) = believed(&app.inventory, now)?;
        // With the store away nobody knows who holds a node, and `null` would say that none does.
        let open = app.store.open_runs().await?;
        let holding = open.iter().filter(|run| run.holds_locks());
        let busy = holding.flat_map(|run| {
            let nodes = run.request.locks.iter().filter_map(|lock| lock.key.strip_prefix("node/"));
            nodes.map(|node| (node.to_owned(), run.id.to_string()))
        });
        Ok(Self { snapshot, unsure, busy: busy.collect() })
    }

    /// Makes the wire shape of a node for this caller.
    fn shown(&self, node: &targets::Node, call: &Call) -> Node {
        let busy = self.busy.get(&node.id).cloned();
        let shown = match &self.unsure {
            None => to_api::node(node, busy),
            Some(unsure) => to_api::node_unseen(node, busy, unsure.since),
        };
        if call.is_person() { shown } else { to_api::nameless(shown) }
    }
}

/// Returns the newest picture, and why it cannot be believed if it is too old. One missed poll is
/// no news.
fn believed(
    inventory: &Inventory,
    now: Timestamp,
) -> Result<(Arc<Snapshot>, Option<Unsure>), Refused> {
    match (inventory.fresh(now), inventory.last()) {
        (Ok(snapshot), _) => Ok((snapshot, None)),
        (Err(unsure), Some(last)) => {
            let age = now.duration_since(last.observed_at).unsigned_abs();
            Ok((last, (age > INVENTORY_FRESH_FOR).then_some(unsure)))
        }
        (Err(unsure), None) => Err(Refused::new(ProblemCode::InventoryUnsure, unsure.to_string())),
    }
}
