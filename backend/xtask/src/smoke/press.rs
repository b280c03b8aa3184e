//! One press through the plugin: plan, run by its hash, events to the end.

use std::time::Duration;

use anyhow::{Context as _, Result, bail, ensure};
use serde_json::Value;

use super::Pressed;
use crate::clock::Stopwatch;
use crate::stack::Host;
use crate::{http, interrupt};

const POLL: Duration = Duration::from_millis(250);
/// The states that nothing follows.
const TERMINAL: &[&str] = &[
    "refused",
    "succeeded",
    "no_effect",
    "failed",
    "undone",
    "undo_failed",
    "cancelled",
    "expired",
];

/// An action, pressed as the datasource's resource.
pub(super) struct Press<'a> {
    pub(super) host: &'a Host,
    pub(super) action: &'static str,
    /// Whether the action has a goal that proves it.
    pub(super) verified: bool,
}

impl Press<'_> {
    /// Returns a plan whose guards all hold; they need some samples first.
    pub(super) fn plan_that_holds(&self, body: &Value, limit: Duration) -> Result<Value> {
        let path = format!("actions/{}/plan", self.action);
        let mut last = Value::Null;
        let plan = interrupt::poll("a plan whose guards hold", limit, POLL, || {
            last = self.host.post(&path, body)?.ok()?;
            let guards = last["guards"].as_array().context("a plan without guards")?;
            let hold = guards.iter().all(|guard| guard["ok"] == true);
            Ok(hold.then(|| last.clone()))
        });
        let plan = plan.with_context(|| format!("the last plan was {last}"))?;
        let changes = plan["changes"].as_array().map_or(0, Vec::len);
        ensure!(changes > 0, "the plan changes nothing: {plan}");
        Ok(plan)
    }

    /// Runs it, follows its events to the end, and demands success, verified where it can be.
    pub(super) fn run(&self, body: &Value) -> Result<Pressed> {
        let watch = Stopwatch::start();
        let answer = self.host.post(&format!("actions/{}/run", self.action), body)?;
        ensure!(answer.status == 202, "run: status {}: {}", answer.status, answer.body);
        let id = answer.json()?["id"].as_str().context("a run without id")?.to_owned();
        let (mut events, mut seq, mut last) = (0, 0, Value::Null);
        let url = self.host.resource(&format!("runs/{id}/events?after=0"));
        http::lines(&url, |line| {
            interrupt::check()?;
            last = serde_json::from_str(line).with_context(|| format!("no JSON: {line}"))?;
            let next = last["seq"].as_u64().context("an event without seq")?;
            ensure!(next > seq, "events out of order: {next} after {seq}");
            (events, seq) = (events + 1, next);
            Ok(true)
        })?;
        let state = last["state"].as_str().unwrap_or_default();
        if !TERMINAL.contains(&state) {
            bail!("the stream ended before the run: {last}");
        }
        ensure!(state == "succeeded", "the run ended as {last}");
        ensure!(last["verified"] == self.verified, "verified is not {}: {last}", self.verified);
        Ok(Pressed { id, seconds: watch.seconds(), events, slow: 0 })
    }
}
