//! `haproxy.wait_idle {timeout_seconds}`: waits until a server has no sessions left.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use serde_json::{Value, json};
use tokio::time::{Instant, sleep_until};

use crate::{
    ArgsFault, Call, CancelFlag, Change, Error, Inventory, Operation, Sent, Verdict,
    adapter::{Args, unsent},
    limits,
};

/// The operation `haproxy.wait_idle` on a node. It only looks.
#[derive(Debug)]
pub struct WaitIdle {
    inventory: Arc<Inventory>,
}

impl WaitIdle {
    /// Returns the operation; nodes are found in `inventory`.
    pub fn new(inventory: Arc<Inventory>) -> Self {
        Self { inventory }
    }

    async fn sessions(&self, call: &Call) -> Result<u64, Error> {
        self.inventory.place(&call.target)?.open_work().await
    }

    async fn wait(&self, call: &Call, within: Duration) -> Sent {
        let deadline = Instant::now() + within;
        loop {
            let seen = self.sessions(call).await;
            let now = Instant::now();
            match &seen {
                Ok(0) => return Sent::Done { reply: "no sessions".to_owned() },
                // A look that failed is no news: look again until the deadline.
                _ if now < deadline => sleep_until(deadline.min(now + limits::IDLE_POLL)).await,
                Ok(open) => return late(&format!("still has {open} sessions")),
                Err(error) => return late(&format!("its sessions cannot be read: {error}")),
            }
        }
    }
}

#[async_trait]
impl Operation for WaitIdle {
    fn name(&self) -> &'static str {
        "haproxy.wait_idle"
    }

    fn check_args(&self, args: &Value) -> Result<(), ArgsFault> {
        let fields = Args::of(args, &["timeout_seconds"])?;
        if fields.template("timeout_seconds") { Ok(()) } else { within(args).map(drop) }
    }

    fn title(&self, call: &Call) -> String {
        format!("Wait until {} has no sessions", call.target.id)
    }

    async fn observe(&self, call: &Call) -> Result<Value, Error> {
        within(&call.args)?;
        Ok(json!({ "sessions": self.sessions(call).await? }))
    }

    fn changes(&self, _call: &Call, _before: &Value) -> Vec<Change> {
        Vec::new()
    }

    fn inverse(&self, _call: &Call, _before: &Value) -> Option<Call> {
        None
    }

    async fn apply(&self, call: &Call, _before: &Value, stop: &CancelFlag) -> Sent {
        let within = match within(&call.args) {
            Ok(within) => within,
            Err(fault) => return unsent(&fault.into()),
        };
        tokio::select! {
            biased;
            () = stop.cancelled() => late("stopped while waiting"),
            sent = self.wait(call, within) => sent,
        }
    }

    fn judge(&self, _call: &Call, _before: &Value, now: &Value) -> Verdict {
        match now["sessions"].as_u64() {
            Some(0) => Verdict::Done,
            Some(_) => Verdict::NotDone,
            None => Verdict::Undecided,
        }
    }

    fn settle(&self) -> Duration {
        Duration::ZERO
    }

    fn timeout(&self, call: &Call) -> Duration {
        // The last look may begin at the deadline and asks HAProxy twice.
        let looking = 2 * limits::HAPROXY_TIMEOUT + limits::TIMEOUT_MARGIN;
        within(&call.args).unwrap_or_default() + looking
    }

    fn effect(&self) -> bool {
        false
    }
}

fn within(args: &Value) -> Result<Duration, ArgsFault> {
    let args = Args::of(args, &["timeout_seconds"])?;
    let seconds = args.integer("timeout_seconds", 1, limits::IDLE_WAIT_SECONDS_MAX)?;
    Ok(Duration::from_secs(seconds))
}

fn late(why: &str) -> Sent {
    Sent::Failed { proof: why.to_owned(), retry: false }
}
