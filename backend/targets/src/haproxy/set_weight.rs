//! `haproxy.set_weight {weight: 0..256}`: a server's share of new traffic.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use serde_json::{Value, json};

use crate::{
    ArgsFault, Call, CancelFlag, Change, Error, Inventory, Operation, Sent, Verdict,
    adapter::{Args, undo_of, unsent},
    inventory::Place,
    limits,
};

/// Largest weight that HAProxy knows.
const WEIGHT_MAX: u64 = 256;

/// The operation `haproxy.set_weight` on a node.
#[derive(Debug)]
pub struct SetWeight {
    inventory: Arc<Inventory>,
}

impl SetWeight {
    /// Returns the operation; nodes are found in `inventory`.
    pub fn new(inventory: Arc<Inventory>) -> Self {
        Self { inventory }
    }
}

#[async_trait]
impl Operation for SetWeight {
    fn name(&self) -> &'static str {
        "haproxy.set_weight"
    }

    fn check_args(&self, args: &Value) -> Result<(), ArgsFault> {
        let fields = Args::of(args, &["weight"])?;
        if fields.template("weight") { Ok(()) } else { wanted(args).map(drop) }
    }

    fn title(&self, call: &Call) -> String {
        match wanted(&call.args) {
            Ok(weight) => format!("Give {} the weight {weight}", call.target.id),
            Err(_) => format!("Set the weight of {}", call.target.id),
        }
    }

    async fn observe(&self, call: &Call) -> Result<Value, Error> {
        wanted(&call.args)?;
        let place = self.inventory.place(&call.target)?;
        let pid = place.haproxy.pid().await?;
        let server = place.server_state().await?;
        Ok(json!({ "weight": server.weight, "pid": pid }))
    }

    fn changes(&self, call: &Call, before: &Value) -> Vec<Change> {
        let Ok(to) = wanted(&call.args) else { return Vec::new() };
        let (from, to) = (before["weight"].clone(), json!(to));
        if from == to {
            return Vec::new();
        }
        vec![Change { target: call.target.clone(), field: "weight".to_owned(), from, to }]
    }

    fn inverse(&self, call: &Call, before: &Value) -> Option<Call> {
        let was = before["weight"].as_u64().filter(|weight| *weight <= WEIGHT_MAX)?;
        Some(undo_of(call, json!({ "weight": was })))
    }

    async fn apply(&self, call: &Call, _before: &Value, stop: &CancelFlag) -> Sent {
        let found = wanted(&call.args).map_err(Error::from);
        match found.and_then(|to| Ok((to, self.inventory.place(&call.target)?))) {
            Ok((to, Place { haproxy, server })) => haproxy.set_weight(&server, to, stop).await,
            Err(error) => unsent(&error),
        }
    }

    fn judge(&self, call: &Call, before: &Value, now: &Value) -> Verdict {
        let Ok(to) = wanted(&call.args) else { return Verdict::Undecided };
        super::judge("weight", &json!(to), before, now)
    }

    fn settle(&self) -> Duration {
        limits::HAPROXY_SETTLE
    }

    fn timeout(&self, _call: &Call) -> Duration {
        limits::HAPROXY_TIMEOUT + limits::TIMEOUT_MARGIN
    }

    fn effect(&self) -> bool {
        true
    }
}

fn wanted(args: &Value) -> Result<u32, ArgsFault> {
    let weight = Args::of(args, &["weight"])?.integer("weight", 0, WEIGHT_MAX)?;
    Ok(u32::try_from(weight).unwrap_or(u32::MAX)) // it is at most WEIGHT_MAX
}
