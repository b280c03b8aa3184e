//! `haproxy.set_state {state: ready|drain|maint}`: what an administrator asks of a server.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use serde_json::{Value, json};

use super::Admin;
use crate::{
    ArgsFault, Call, CancelFlag, Change, Error, Inventory, Operation, Sent, Verdict,
    adapter::{Args, fault, undo_of, unsent},
    inventory::Place,
    limits,
};

/// The operation `haproxy.set_state` on a node.
#[derive(Debug)]
pub struct SetState {
    inventory: Arc<Inventory>,
}

impl SetState {
    /// Returns the operation; nodes are found in `inventory`.
    pub fn new(inventory: Arc<Inventory>) -> Self {
        Self { inventory }
    }
}

#[async_trait]
impl Operation for SetState {
    fn name(&self) -> &'static str {
        "haproxy.set_state"
    }

    fn check_args(&self, args: &Value) -> Result<(), ArgsFault> {
        let fields = Args::of(args, &["state"])?;
        if fields.template("state") { Ok(()) } else { wanted(args).map(drop) }
    }

    fn title(&self, call: &Call) -> String {
        let id = &call.target.id;
        match wanted(&call.args) {
            Ok(Admin::Ready) => format!("Return {id} to traffic"),
            Ok(Admin::Drain) => format!("Send {id} no new traffic"),
            Ok(Admin::Maint) => format!("Put {id} into maintenance"),
            Err(_) => format!("Set the state of {id}"),
        }
    }

    async fn observe(&self, call: &Call) -> Result<Value, Error> {
        wanted(&call.args)?;
        let place = self.inventory.place(&call.target)?;
        let pid = place.haproxy.pid().await?;
        let server = place.server_state().await?;
        Ok(json!({ "state": server.admin.as_str(), "pid": pid }))
    }

    fn changes(&self, call: &Call, before: &Value) -> Vec<Change> {
        let Ok(to) = wanted(&call.args) else { return Vec::new() };
        let (from, to) = (before["state"].clone(), json!(to.as_str()));
        if from == to {
            return Vec::new();
        }
        vec![Change { target: call.target.clone(), field: "state".to_owned(), from, to }]
    }

    fn inverse(&self, call: &Call, before: &Value) -> Option<Call> {
        let was = before["state"].as_str().and_then(Admin::of)?;
        Some(undo_of(call, json!({ "state": was.as_str() })))
    }

    async fn apply(&self, call: &Call, _before: &Value, stop: &CancelFlag) -> Sent {
        let found = wanted(&call.args).map_err(Error::from);
        match found.and_then(|to| Ok((to, self.inventory.place(&call.target)?))) {
            Ok((to, Place { haproxy, server })) => haproxy.set_state(&server, to, stop).await,
            Err(error) => unsent(&error),
        }
    }

    fn judge(&self, call: &Call, before: &Value, now: &Value) -> Verdict {
        let Ok(to) = wanted(&call.args) else { return Verdict::Undecided };
        super::judge("state", &json!(to.as_str()), before, now)
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

fn wanted(args: &Value) -> Result<Admin, ArgsFault> {
    let word = Args::of(args, &["state"])?.text("state")?;
    Admin::of(word).ok_or_else(|| fault("state", "must be ready, drain or maint"))
}
