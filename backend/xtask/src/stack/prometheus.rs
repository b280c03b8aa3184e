//! Prometheus: starts empty, then takes the configuration that the service prints for it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use serde_json::Value;

use super::{port, until_answers};
use crate::process::Process;
use crate::{command, http, interrupt};

/// Prometheus needs some seconds from a new target to its first sample.
const SCRAPED_LIMIT: Duration = Duration::from_secs(30);
/// With a sample each second, what is older is gone. The default of five minutes would show the
/// last start's workers to a guard, which then rightly calls its data stale.
const LOOKBACK: &str = "10s";
const POLL: Duration = Duration::from_millis(100);

/// A running Prometheus.
pub struct Prometheus {
    /// Where it answers.
    pub url: String,
    /// Its configuration.
    pub(crate) config: PathBuf,
    pub(super) process: Process,
}

impl Prometheus {
    /// Starts it without targets: the service that will name them needs its address first.
    pub(super) fn start(data: &Path, logs: &Path) -> Result<Self> {
        let config = data.join("prometheus.yml");
        fs::write(&config, "scrape_configs: []\n")
            .with_context(|| format!("cannot write {}", config.display()))?;
        port::retry("Prometheus", |[port]: [u16; 1]| {
            let address = format!("127.0.0.1:{port}");
            let mut call = Command::new("prometheus");
            call.arg(format!("--config.file={}", config.display()));
            call.arg(format!("--storage.tsdb.path={}", data.join("prometheus").display()));
            call.arg(format!("--web.listen-address={address}"));
            call.args(["--web.enable-lifecycle", "--storage.tsdb.retention.time=2d"]);
            call.arg(format!("--query.lookback-delta={LOOKBACK}"));
            let mut process = Process::foreign("prometheus", &call, logs)?;
            let url = format!("http://{address}");
            until_answers(&mut process, &format!("{url}/-/ready"))?;
            Ok(Self { url, config: config.clone(), process })
        })
    }

    /// Gives it the service's configuration, with `node_exporter` as the one static target, after
    /// promtool has accepted it.
    pub(super) fn configure(&self, printed: &str, node_exporter: &str) -> Result<()> {
        let text = with_static_target(printed, node_exporter)?;
        fs::write(&self.config, text)
            .with_context(|| format!("cannot write {}", self.config.display()))?;
        let mut check = Command::new("promtool");
        command::output(check.args(["check", "config"]).arg(&self.config))?;
        let reload = http::post(&format!("{}/-/reload", self.url), &[], &Value::Null)?;
        ensure!(reload.status == 200, "Prometheus refuses its configuration: {}", reload.body);
        Ok(())
    }

    /// Waits until the query has at least `count` results, which proves that targets were scraped.
    pub(super) fn until_scraped(&self, query: &str, count: usize) -> Result<()> {
        let url = format!("{}/api/v1/query?query={}", self.url, http::encode(query));
        let what = format!("Prometheus has {count} of {query}");
        interrupt::poll(&what, SCRAPED_LIMIT, POLL, || {
            let answer = http::get(&url)?.ok()?;
            let found = answer["data"]["result"].as_array().map_or(0, Vec::len);
            Ok((found >= count).then_some(()))
        })
    }
}

/// Appends a target to the printed configuration, whose last section is the list of scrapes.
fn with_static_target(printed: &str, node_exporter: &str) -> Result<String> {
    let last = printed.lines().rfind(|line| line.starts_with(|sign: char| sign.is_alphabetic()));
    ensure!(
        last.is_some_and(|line| line.starts_with("scrape_configs:")),
        "the printed configuration must end with scrape_configs"
    );
    let indent = if printed.contains("\n- job_name") { "" } else { "  " };
    Ok(format!(
        "{}\n{indent}- job_name: node\n{indent}  static_configs: [{{targets: [\"{node_exporter}\"]}}]\n",
        printed.trim_end()
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_is_appended_to_the_list_of_scrapes() {
        let text = with_static_target("scrape_configs:\n  - job_name: a\n", "h:1").unwrap();
        let added = "  - job_name: node\n    static_configs: [{targets: [\"h:1\"]}]\n";
        assert_eq!(text, format!("scrape_configs:\n  - job_name: a\n{added}"));
        assert!(with_static_target("scrape_configs:\n  - job_name: a\nglobal:\n", "h:1").is_err());
    }
}
