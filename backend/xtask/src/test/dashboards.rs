//! Every query of every provisioned dashboard, asked through the plugin on the demo cluster.

mod agree;
mod ask;
mod catalogue;
mod dashboard;
mod fields;
mod needs;
mod variables;

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result, bail};
use serde_json::Value;

use crate::demo;
use crate::place::Place;
use crate::progress::Progress;
use crate::stack::{Stack, ids};
use ask::Asker;
use dashboard::Dashboard;

/// Where the alert rules stand; JSON, so that they can be read here without a parser of YAML.
const ALERTS: &str = "provisioning/alerting/leverframe.json";

/// Checks the files, starts the demo cluster, and asks. Returns what was found in one line.
pub(crate) fn run(place: &Place, progress: Progress) -> Result<String> {
    let dashboards = read(&place.root)?;
    let alerts = json(&place.root.join(ALERTS))?;
    let faults = agree::faults(&place.root, &dashboards)?;
    if !faults.is_empty() {
        bail!("{} faults in the files:\n{}", faults.len(), faults.join("\n"));
    }
    let folder = std::env::temp_dir().join(format!("leverframe-boards-{}", std::process::id()));
    let folder = demo::absolute(&folder)?;
    let stack = Stack::start(place, &folder, progress)?;
    let asked = ask(&stack, progress, &dashboards, &alerts);
    let step = progress.step("stopping");
    stack.stop();
    step.done("");
    let said = asked.with_context(|| format!("logs: {}", folder.join("logs").display()))?;
    fs::remove_dir_all(&folder).with_context(|| format!("cannot remove {}", folder.display()))?;
    Ok(said)
}

/// Reads the dashboards whose uids never change; one more or one less is a fault.
fn read(root: &Path) -> Result<Vec<Dashboard>> {
    let folder = root.join("dashboards");
    let entries =
        fs::read_dir(&folder).with_context(|| format!("cannot read {}", folder.display()))?;
    let mut files = Vec::new();
    for entry in entries {
        let path = entry.context("cannot read an entry")?.path();
        if path.extension().is_some_and(|extension| extension == "json") {
            let name = path.file_name().unwrap_or_default();
            files.push(name.to_string_lossy().into_owned());
        }
    }
    files.sort();
    if files != ids::DASHBOARDS.map(|(file, _)| file) {
        bail!("{} holds {files:?}: name each with its uid in stack/ids.rs", folder.display());
    }
    files.iter().map(|file| Ok(Dashboard::new(file, json(&folder.join(file))?))).collect()
}

fn json(path: &Path) -> Result<Value> {
    let text =
        fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    serde_json::from_str(&text).with_context(|| format!("{} is no JSON", path.display()))
}

fn ask(
    stack: &Stack,
    progress: Progress,
    dashboards: &[Dashboard],
    alerts: &Value,
) -> Result<String> {
    let mut asker = Asker::new(&stack.host)?;
    // Presses come first: without a run the tables of runs would be empty.
    for dashboard in dashboards {
        let step = progress.step(&format!("press: the row actions of {}", dashboard.file));
        let pressed = asker.press(dashboard)?;
        step.done(format!("{pressed} pressed"));
    }
    for dashboard in dashboards {
        let step = progress.step(&format!("ask: {}", dashboard.file));
        let count = asker.dashboard(dashboard)?;
        step.done(format!("{count} queries"));
    }
    let step = progress.step("ask: alert rules, as Grafana's scheduler");
    let count = asker.alerts(alerts)?;
    step.done(format!("{count} queries"));
    asker.end()
}
