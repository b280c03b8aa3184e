//! What Prometheus' own tool says of what we offer it.

use std::io::Write as _;
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, bail, ensure};
use serde_json::Value;

use crate::stack::Stack;
use crate::{command, http};

/// `promtool check service-discovery` always takes this long.
const DISCOVERY_TIMEOUT: &str = "2s";

/// Lets promtool look at our metrics and at the targets it finds through `/sd/workers`.
pub(super) fn promtool(stack: &Stack) -> Result<()> {
    check_metrics(&format!("{}/metrics", stack.service.url))?;
    check_metrics(&stack.host.metrics_url())?;
    for address in &stack.node_addresses {
        check_metrics(&format!("http://{address}/metrics"))?;
    }
    let mut discovery = Command::new("promtool");
    discovery.args(["check", "service-discovery", "--timeout", DISCOVERY_TIMEOUT]);
    let text = command::output(discovery.arg(&stack.prometheus.config).arg("workers"))?;
    // It ends with 0 also when it found nothing: the output is the answer.
    let start = text.find('[').context("promtool found no list of targets")?;
    let found: Value = serde_json::from_str(&text[start..]).context("promtool: no JSON")?;
    let found = found.as_array().map_or(0, Vec::len);
    ensure!(found == stack.nodes.len(), "promtool found {found} workers: {text}");
    Ok(())
}

/// Asks the plugin for its health, as Grafana's "Save & test" does.
pub(super) fn health(stack: &Stack) -> Result<()> {
    let health = http::get(&stack.host.health_url())?.ok()?;
    ensure!(health["status"] == "OK", "the plugin's health: {health}");
    let upstreams = health["details"]["upstreams"].as_array().map_or(0, Vec::len);
    // Prometheus, the service and one node API.
    ensure!(upstreams == 3, "{upstreams} of 3 upstreams: {health}");
    Ok(())
}

fn check_metrics(url: &str) -> Result<()> {
    let answer = http::get(url)?;
    ensure!(answer.status == 200, "{url}: status {}", answer.status);
    let mut call = Command::new("promtool");
    call.args(["check", "metrics"]);
    let mut child = call
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .context("cannot start promtool")?;
    let mut input = child.stdin.take().context("promtool takes no input")?;
    input.write_all(answer.body.as_bytes()).context("promtool takes no input")?;
    drop(input);
    let output = child.wait_with_output().context("cannot wait for promtool")?;
    if !output.status.success() || !output.stderr.is_empty() {
        bail!("promtool refuses {url}: {}", String::from_utf8_lossy(&output.stderr));
    }
    Ok(())
}
