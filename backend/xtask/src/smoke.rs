//! The whole journey on real parts, in a fresh folder: see, press, prove, and bring back.

mod checks;
mod press;
mod traffic;

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};

use crate::clock::Stopwatch;
use crate::place::Place;
use crate::progress::Progress;
use crate::stack::haproxy::BACKEND;
use crate::stack::{self, Stack};
use crate::{demo, interrupt};
use press::Press;
use traffic::SlowRequests;

/// How long samples may take to reach a query.
const SEEN_LIMIT: Duration = Duration::from_secs(20);
const POLL: Duration = Duration::from_millis(250);
/// How long traffic is watched, to see that it moved and that it stays.
const WATCH: Duration = Duration::from_secs(2);

/// Where the journey keeps its data.
pub(crate) struct Folder {
    /// The folder.
    pub(crate) path: PathBuf,
    /// Whether it was asked for; else it is removed after a success.
    asked_for: bool,
}

impl Folder {
    /// Makes the folder that was asked for, or a fresh one.
    pub(crate) fn make(asked_for: Option<&Path>) -> Result<Self> {
        let fresh =
            || std::env::temp_dir().join(format!("leverframe-smoke-{}", std::process::id()));
        let path = asked_for.map_or_else(fresh, Path::to_path_buf);
        Ok(Self { path: demo::absolute(&path)?, asked_for: asked_for.is_some() })
    }
}

/// Runs the journey with what has been built and returns its figures; everything is stopped when
/// it returns. After a failure the folder is kept, for its logs.
pub(crate) fn run(place: &Place, folder: &Folder, progress: Progress) -> Result<String> {
    let data = &folder.path;
    let watch = Stopwatch::start();
    let mut figures = journey(place, data, progress)
        .with_context(|| format!("the smoke run failed; logs: {}", data.join("logs").display()))?;
    figures["seconds"] = json!(watch.seconds());
    if !folder.asked_for {
        fs::remove_dir_all(data).with_context(|| format!("cannot remove {}", data.display()))?;
    }
    Ok(stack::headed("smoke", "ok", &figures))
}

fn journey(place: &Place, data: &Path, progress: Progress) -> Result<Value> {
    let watch = Stopwatch::start();
    let mut stack = Stack::start(place, data, progress)?;
    let ready_seconds = watch.seconds();
    let walked = Walk { stack: &mut stack, progress, queries: 0 }.walk();
    let step = progress.step("stopping");
    stack.stop();
    step.done("");
    let mut figures = walked?;
    figures["ready_seconds"] = json!(ready_seconds);
    Ok(figures)
}

/// The journey while the stack runs.
struct Walk<'a> {
    stack: &'a mut Stack,
    progress: Progress,
    queries: u32,
}

impl Walk<'_> {
    fn walk(mut self) -> Result<Value> {
        self.step("see: every upstream is healthy", |walk| checks::health(walk.stack))?;
        let points =
            self.step("see: a PromQL range query through the plugin", Self::query_range)?;
        self.step("see: the nodes as a table", Self::list_nodes)?;
        self.step("promtool accepts what we offer", |walk| checks::promtool(walk.stack))?;
        self.step("press: a note to the node API, read back as a table", Self::leave_note)?;
        let node = self.stack.nodes.get(1).context("no second node")?.clone();
        let before = self.step("requests reach every node", |walk| walk.busy(&walk.stack.nodes))?;
        let drained = self
            .step(&format!("press: drain {node} under slow requests"), |walk| walk.drain(&node))?;
        let others: Vec<String> =
            self.stack.nodes.iter().filter(|other| **other != node).cloned().collect();
        let during = self.step("prove: HAProxy moved the traffic", |walk| {
            walk.until_state(&node, "maintenance")?;
            walk.idle(&node)?;
            walk.busy(&others)
        })?;
        self.step("prove: Prometheus shows it, through the plugin", |walk| walk.rates(&node, 0))?;
        let returned =
            self.step(&format!("press: return {node}"), |walk| walk.bring_back(&node))?;
        let after = self.step("prove: the traffic is back", |walk| {
            walk.until_state(&node, "ready")?;
            walk.busy(&walk.stack.nodes)
        })?;
        self.step("the runs as a table", |walk| walk.list_runs(&[&drained.id, &returned.id]))?;
        self.stack.check()?;
        Ok(json!({
            "nodes": self.stack.nodes.len(),
            "points": points,
            "queries": self.queries,
            "drain_seconds": drained.seconds,
            "drain_events": drained.events,
            "slow_requests_on_drained": drained.slow,
            "return_seconds": returned.seconds,
            "requests_per_watch": {"before": before, "drained": during, "returned": after},
            "runs": {"drain-node": drained.id, "return-node": returned.id},
        }))
    }

    fn step<T>(&mut self, title: &str, run: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        let step = self.progress.step(title);
        let value = run(self).with_context(|| title.to_owned())?;
        step.done("ok");
        Ok(value)
    }

    /// A range query answers with points once Prometheus has scraped twice.
    fn query_range(&mut self) -> Result<usize> {
        let expr = "sum by (pool) (rate(leverframe_worker_requests_total[5s]))";
        let query = json!({"queryType": "promql", "expr": expr, "range": true});
        interrupt::poll("a series with points", SEEN_LIMIT, POLL, || {
            self.queries += 1;
            let frames = self.stack.host.frames(&query, 60)?;
            let points = |frame: &Value| frame["data"]["values"][1].as_array().map_or(0, Vec::len);
            let most = frames.iter().map(points).max().unwrap_or(0);
            Ok((most > 1).then_some(most))
        })
    }

    fn list_nodes(&mut self) -> Result<()> {
        for node in self.stack.nodes.clone() {
            self.until_state(&node, "ready")?;
        }
        Ok(())
    }

    /// Waits until the table of nodes shows this one in this state.
    fn until_state(&mut self, node: &str, state: &str) -> Result<()> {
        let query = json!({"queryType": "nodes"});
        interrupt::poll(&format!("{node} is {state}"), SEEN_LIMIT, POLL, || {
            self.queries += 1;
            let rows = self.stack.host.table(&query)?;
            let row = rows.iter().find(|row| row.get("id").is_some_and(|id| id == node));
            let shown = row.is_some_and(|row| row.get("state").is_some_and(|other| other == state));
            Ok(shown.then_some(()))
        })
    }

    /// Drains the node while it works on slow requests: they must end well, and the run wait.
    fn drain(&mut self, node: &str) -> Result<Pressed> {
        let slow = SlowRequests::start(&self.stack.haproxy.url, node)?;
        let body = json!({"target": format!("node/{node}"), "reason": "smoke run"});
        let press = Press { host: &self.stack.host, action: "drain-node", verified: true };
        let plan = press.plan_that_holds(&body, SEEN_LIMIT)?;
        let mut body = body;
        body["plan_hash"] = plan["hash"].clone();
        let done = press.run(&body)?;
        let slow = slow.end()?;
        let state = self.stack.haproxy.state_of(node)?;
        ensure!(state == "MAINT", "HAProxy says {state} of {node}, not MAINT");
        Ok(Pressed { slow, ..done })
    }

    /// The plain button: a POST to a node API, whose effect a query of the same API shows.
    fn leave_note(&mut self) -> Result<()> {
        let text = "smoke: \"quoted\" \\ and 中文";
        let body = json!({"target": "node-api/workers", "params": {"text": text}});
        let press = Press { host: &self.stack.host, action: "call-node-api", verified: false };
        press.run(&body)?;
        self.queries += 1;
        let column = json!({"selector": "$.text", "text": "text", "type": "string"});
        let rows = self.stack.host.table(&json!({
            "queryType": "json", "api": "workers", "path": "/notes/latest",
            "rows": "$", "columns": [column],
        }))?;
        let found = rows.first().and_then(|row| row.get("text"));
        ensure!(found.is_some_and(|found| found == text), "the note reads {rows:?}");
        Ok(())
    }

    fn bring_back(&mut self, node: &str) -> Result<Pressed> {
        let body = json!({"target": format!("node/{node}")});
        let press = Press { host: &self.stack.host, action: "return-node", verified: true };
        press.run(&body)
    }

    /// Watches traffic; fails if one of these nodes gets no request. Returns what each got.
    fn busy(&self, nodes: &[String]) -> Result<Value> {
        let grown = traffic::watch(&self.stack.haproxy, WATCH)?;
        for node in nodes {
            let count = grown.get(node).copied().unwrap_or(0);
            ensure!(count > 0, "{node} got no request in {} s: {grown:?}", WATCH.as_secs());
        }
        Ok(json!(grown))
    }

    fn idle(&self, node: &str) -> Result<()> {
        let grown = traffic::watch(&self.stack.haproxy, WATCH)?;
        let count = grown.get(node).copied();
        ensure!(count == Some(0), "{node} still gets requests: {grown:?}");
        Ok(())
    }

    /// Waits until Prometheus' own rates show the node idle and all others busy.
    fn rates(&mut self, idle: &str, rate: u32) -> Result<()> {
        let expr = format!(
            "sum by (server) (rate(haproxy_server_sessions_total{{proxy=\"{BACKEND}\"}}[3s]))"
        );
        let query =
            json!({"queryType": "promql", "expr": expr, "instant": true, "format": "table"});
        interrupt::poll("the rates show it", SEEN_LIMIT, POLL, || {
            self.queries += 1;
            let rows = self.stack.host.table(&query)?;
            let value = |server: &str| {
                let row =
                    rows.iter().find(|row| row.get("server").is_some_and(|it| it == server))?;
                row.iter().find(|(name, _)| name.starts_with("Value"))?.1.as_f64()
            };
            let moved = self.stack.nodes.iter().all(|node| match value(node) {
                Some(found) if node == idle => found <= f64::from(rate),
                Some(found) => found > f64::from(rate),
                None => false,
            });
            Ok(moved.then_some(()))
        })
    }

    fn list_runs(&mut self, ids: &[&str]) -> Result<()> {
        self.queries += 1;
        let rows = self.stack.host.table(&json!({"queryType": "runs"}))?;
        for id in ids {
            let row = rows.iter().find(|row| row.get("id").is_some_and(|other| other == id));
            let row = row.with_context(|| format!("no row of run {id}"))?;
            ensure!(row.get("state").is_some_and(|it| it == "succeeded"), "run {id}: {row:?}");
        }
        Ok(())
    }
}

/// A run that was pressed and followed to its end.
struct Pressed {
    id: String,
    seconds: f64,
    events: usize,
    /// Slow requests that ran on the node and ended with 200.
    slow: usize,
}
