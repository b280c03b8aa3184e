//! The companion service, set up by its own `init` and configured for the demo.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, ensure};
use serde_json::Value;

use super::haproxy::Haproxy;
use super::{template, url_of};
use crate::place::Place;
use crate::process::Process;
use crate::{build, command};

const TEMPLATE: &str = include_str!("../../../../tests/stack/leverframe.yaml");
/// What Prometheus does every second: a demo's charts should move while one looks.
pub(super) const INTERVAL: &str = "1s";

/// What the service is configured with.
pub(super) struct Around<'a> {
    pub(super) prometheus: &'a str,
    pub(super) haproxy: &'a Haproxy,
    pub(super) node_api: &'a str,
}

/// A running service.
pub struct Service {
    /// Where it answers.
    pub url: String,
    /// The file with the admin token.
    pub token_file: PathBuf,
    /// The command line tool.
    pub(crate) program: PathBuf,
    config: PathBuf,
    key_file: PathBuf,
    pub(super) process: Process,
}

impl Service {
    /// Starts it; the first start makes the key and the token, later ones keep them.
    pub(super) fn start(
        place: &Place,
        data: &Path,
        logs: &Path,
        around: &Around<'_>,
    ) -> Result<Self> {
        let folder = data.join("service");
        let config = folder.join("leverframe.yaml");
        let token_file = folder.join("admin-token");
        let key_file = folder.join("assertion.key");
        if !config.exists() {
            let mut init = build::service(place);
            init.arg("init").arg(&folder).arg("--token-file").arg(&token_file);
            command::output(&mut init)?;
        }
        ensure!(key_file.exists(), "init made no {}", key_file.display());
        fs::write(&config, configuration(place, around)?)
            .with_context(|| format!("cannot write {}", config.display()))?;
        let mut check = build::service(place);
        command::output(check.arg("--config").arg(&config).arg("check"))?;
        let program = PathBuf::from(build::service(place).get_program());
        let (process, url) = serve(&program, &config, logs, None)?;
        Ok(Self { url, token_file, program, config, key_file, process })
    }

    /// Kills it as a crash would: it gets no chance to close anything.
    pub fn kill(&mut self) -> Result<()> {
        self.process.kill()
    }

    /// Starts it again where it was, after it has ended: its runs go on from the log.
    pub fn start_again(&mut self, logs: &Path) -> Result<()> {
        (self.process, self.url) = serve(&self.program, &self.config, logs, Some(&self.url))?;
        Ok(())
    }

    /// Returns what it prints for Prometheus.
    pub(super) fn prometheus_configuration(&self) -> Result<String> {
        let mut call = Command::new(&self.program);
        call.arg("--config").arg(&self.config).args(["config", "prometheus", "--url", &self.url]);
        call.args(["--interval", INTERVAL, "--refresh", INTERVAL]);
        command::output(&mut call)
    }

    /// Returns the file with the plugin's key.
    pub(super) fn key_file(&self) -> &Path {
        &self.key_file
    }

    /// Returns the plugin's key.
    pub fn key(&self) -> Result<String> {
        let key = fs::read_to_string(&self.key_file)
            .with_context(|| format!("cannot read {}", self.key_file.display()))?;
        Ok(key.trim().to_owned())
    }
}

/// Runs `serve`, on the port of an earlier URL if there was one.
fn serve(
    program: &Path,
    config: &Path,
    logs: &Path,
    earlier: Option<&str>,
) -> Result<(Process, String)> {
    let mut call = Command::new(program);
    call.arg("--config").arg(config).arg("serve");
    if let Some(address) = earlier.and_then(|url| url.strip_prefix("http://")) {
        call.env("LEVERFRAME_LISTEN", address);
    }
    let name = if earlier.is_some() { "service-again" } else { "service" };
    let mut process = Process::ours(name, &call, logs)?;
    let url = url_of(&process.ready()?)?;
    Ok((process, url))
}

fn configuration(place: &Place, around: &Around<'_>) -> Result<String> {
    let quoted = |text: &str| Value::from(text).to_string();
    let path = |path: &Path| quoted(&path.to_string_lossy());
    let values = [
        ("actions", path(&place.root.join("actions"))),
        ("prometheus", quoted(around.prometheus)),
        ("socket", path(&around.haproxy.socket)),
        ("haproxy_metrics", quoted(&around.haproxy.metrics_url)),
        ("node_api", quoted(around.node_api)),
    ];
    template::fill(TEMPLATE, &values.each_ref().map(|(name, value)| (*name, value.as_str())))
}
