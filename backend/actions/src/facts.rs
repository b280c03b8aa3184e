//! What the inventory knows of a target: the fields that templates read, and what has to be held.

use std::sync::Arc;

use jiff::Timestamp;
use runs::{LockKey, LockMode};
use serde_json::{Map, Value, json};
use targets::{Inventory, Node, Snapshot, Target};

use crate::refusal::{Code, Refusal};

/// A target as it is known now.
#[derive(Clone, Debug)]
pub(crate) struct Facts {
    pub(crate) fields: Map<String, Value>,
    pub(crate) locks: Vec<LockKey>,
}

impl Facts {
    /// Looks a target up.
    pub(crate) fn of(
        target: &Target,
        inventory: &Inventory,
        now: Timestamp,
    ) -> Result<Self, Refusal> {
        match target.kind.as_str() {
            "node" => {
                let snapshot = fresh(inventory, now)?;
                snapshot
                    .node(&target.id)
                    .map(|node| Self::of_node(target, node))
                    .ok_or_else(|| unknown(target))
            }
            "pool" => {
                let snapshot = fresh(inventory, now)?;
                match snapshot.pool(&target.id).next() {
                    Some(_) => Ok(Self::of_pool(target)),
                    None => Err(unknown(target)),
                }
            }
            // Whether a node API is configured is known to the operation that calls it.
            _ => Ok(Self {
                fields: named(target, &target.id),
                locks: vec![exclusive(target.to_string())],
            }),
        }
    }

    fn of_node(target: &Target, node: &Node) -> Self {
        let mut fields = named(target, &node.name);
        let mut locks = vec![exclusive(target.to_string())];
        fields.insert("labels".to_owned(), json!(node.labels));
        if let Some(address) = &node.address {
            fields.insert("address".to_owned(), json!(address));
        }
        if let Some(pool) = &node.pool {
            fields.insert("pool".to_owned(), json!(pool));
            locks.push(LockKey { key: format!("pool/{pool}"), mode: LockMode::Shared });
        }
        Self { fields, locks }
    }

    fn of_pool(target: &Target) -> Self {
        let mut fields = named(target, &target.id);
        fields.insert("pool".to_owned(), json!(target.id));
        Self { fields, locks: vec![exclusive(target.to_string())] }
    }
}

fn fresh(inventory: &Inventory, now: Timestamp) -> Result<Arc<Snapshot>, Refusal> {
    inventory.fresh(now).map_err(|unsure| Refusal::new(Code::InventoryUnsure, unsure.to_string()))
}

fn unknown(target: &Target) -> Refusal {
    Refusal::new(Code::NotFound, format!("there is no {} `{}`", target.kind, target.id))
        .at("/target")
}

fn named(target: &Target, name: &str) -> Map<String, Value> {
    let fields = [("id", &target.id[..]), ("kind", &target.kind), ("name", name)];
    fields.into_iter().map(|(field, value)| (field.to_owned(), json!(value))).collect()
}

fn exclusive(key: String) -> LockKey {
    LockKey { key, mode: LockMode::Exclusive }
}
