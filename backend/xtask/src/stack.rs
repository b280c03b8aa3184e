//! The demo cluster and the product on loopback: started in order, stopped in reverse.

pub(crate) mod grafana;
pub mod haproxy;
mod host;
pub(crate) mod ids;
mod load;
mod node_exporter;
mod port;
mod prometheus;
mod service;
mod template;
mod worker;

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use serde_json::{Value, json};

pub use host::Host;
pub(crate) use host::Row;

use crate::place::Place;
use crate::process::Process;
use crate::progress::Progress;
use crate::{http, interrupt};
use grafana::{Grafana, Home};
use haproxy::Haproxy;
use node_exporter::NodeExporter;
pub use prometheus::Prometheus;
pub use service::Service;
use worker::Workers;

/// How long a foreign program may take to answer for the first time.
const READY_LIMIT: Duration = Duration::from_secs(30);
const POLL: Duration = Duration::from_millis(20);
/// A service that ends more often than people kill it for fun has a fault.
const STARTS_AGAIN_MAX: u32 = 50;

/// Everything that runs. Dropping it stops all of it.
pub struct Stack {
    /// The folder of all data.
    pub data: PathBuf,
    /// The balancer.
    pub haproxy: Haproxy,
    /// The companion service.
    pub service: Service,
    /// The test host with the plugin.
    pub host: Host,
    /// Prometheus.
    pub prometheus: Prometheus,
    /// The ids of the nodes.
    pub nodes: Vec<String>,
    /// Where they answer, in the same order.
    pub(crate) node_addresses: Vec<String>,
    /// Grafana, once it was started.
    pub(crate) grafana: Option<Grafana>,
    load: Process,
    node_exporter: NodeExporter,
    workers: Workers,
    starts_again: u32,
    _lock: File,
}

impl Stack {
    /// Starts everything with its data in `data`; what an earlier start left there is used again.
    pub fn start(place: &Place, data: &Path, progress: Progress) -> Result<Self> {
        let logs = logs(data)?;
        let lock = lock(data)?;
        let step = progress.step("workers");
        let workers = Workers::start(place, &logs)?;
        step.done(format!("{} behind {}", workers.nodes.len(), workers.url));
        let step = progress.step("HAProxy");
        let haproxy = Haproxy::start(data, &logs, &workers.nodes)?;
        step.done(haproxy.url.clone());
        let step = progress.step("load");
        let load = load::start(place, &logs, &haproxy.url)?;
        step.done(format!("{} requests a second", load::RATE));
        let step = progress.step("node_exporter");
        let node_exporter = NodeExporter::start(&logs)?;
        step.done(node_exporter.address.clone());
        let step = progress.step("Prometheus");
        let prometheus = Prometheus::start(data, &logs)?;
        step.done(prometheus.url.clone());
        let step = progress.step("service");
        let around = service::Around {
            prometheus: &prometheus.url,
            haproxy: &haproxy,
            node_api: &workers.url,
        };
        let service = Service::start(place, data, &logs, &around)?;
        step.done(service.url.clone());
        let step = progress.step("Prometheus takes the service's configuration");
        prometheus.configure(&service.prometheus_configuration()?, &node_exporter.address)?;
        step.done("promtool accepts it");
        let step = progress.step("test host with the plugin");
        let host = Host::start(
            place,
            data,
            &logs,
            &host::Around {
                prometheus: &prometheus.url,
                service: &service,
                node_api: &workers.url,
            },
        )?;
        step.done(host.url.clone());
        let nodes: Vec<String> = workers.nodes.iter().map(|node| node.id.clone()).collect();
        let step = progress.step("first samples of workers found through http_sd");
        let node_addresses: Vec<String> =
            workers.nodes.iter().map(|node| node.address.clone()).collect();
        // Samples of an earlier start in the same folder do not count.
        let instances = node_addresses.join("|");
        let up = format!("up{{job=\"workers\", instance=~\"{instances}\"}} == 1");
        prometheus.until_scraped(&up, nodes.len())?;
        let balanced = haproxy.metrics_address();
        // Whatever its value: a run of an earlier start may be going on and have drained one.
        let seen = format!("haproxy_server_status{{instance=\"{balanced}\", state=\"UP\"}}");
        prometheus.until_scraped(&seen, nodes.len())?;
        step.done(format!("{} up", nodes.len()));
        let data = data.to_path_buf();
        let stack = Self {
            data,
            haproxy,
            service,
            host,
            prometheus,
            nodes,
            node_addresses,
            grafana: None,
            load,
            node_exporter,
            workers,
            starts_again: 0,
            _lock: lock,
        };
        stack.write_summary()?;
        Ok(stack)
    }

    /// Starts Grafana beside the rest, provisioned from the repository's folders.
    pub(crate) fn start_grafana(&mut self, place: &Place, home: &Home) -> Result<String> {
        let around = grafana::Around {
            prometheus: &self.prometheus.url,
            service: &self.service.url,
            node_api: &self.workers.url,
            key_file: self.service.key_file(),
        };
        let grafana = Grafana::start(place, home, &self.data, &logs(&self.data)?, &around)?;
        let url = grafana.dashboard_url();
        self.grafana = Some(grafana);
        self.write_summary()?;
        Ok(url)
    }

    /// Returns where everything is, as it is also kept in `demo.json`.
    pub(crate) fn summary(&self) -> String {
        let summary = json!({
            "data": self.data,
            "service": self.service.url,
            "prometheus": self.prometheus.url,
            "haproxy": self.haproxy.url,
            "host": self.host.url,
            "grafana": self.grafana.as_ref().map(|grafana| &grafana.url),
        });
        headed("demo", "ready", &summary)
    }

    /// Starts the service again if it has ended, and says so: it is there to be killed. Fails when
    /// any other program has ended.
    pub(crate) fn look_after(&mut self) -> Result<Option<String>> {
        let mut news = None;
        if let Some(status) = self.service.process.ended() {
            self.starts_again += 1;
            if self.starts_again > STARTS_AGAIN_MAX {
                bail!("ended too often, with {status}: {}", self.service.process.end_of_log());
            }
            self.service.start_again(&logs(&self.data)?)?;
            news = Some(format!("the service ended with {status}; it runs again"));
        }
        self.check()?;
        Ok(news)
    }

    /// Fails if any program has ended by itself.
    pub(crate) fn check(&mut self) -> Result<()> {
        let all = [
            &mut self.workers.process,
            &mut self.haproxy.process,
            &mut self.load,
            &mut self.node_exporter.process,
            &mut self.prometheus.process,
            &mut self.service.process,
            &mut self.host.process,
        ];
        let grafana = self.grafana.as_mut().map(|grafana| &mut grafana.process);
        for process in all.into_iter().chain(grafana) {
            if let Some(status) = process.ended() {
                bail!("ended with {status}: {}", process.end_of_log());
            }
        }
        Ok(())
    }

    /// Stops everything: first who asks, then who answers.
    pub(crate) fn stop(self) {
        let Self { grafana, host, load, prometheus, service, .. } = self;
        let (haproxy, node_exporter, workers, data) =
            (self.haproxy, self.node_exporter, self.workers, self.data);
        drop(grafana);
        drop((host, load));
        drop((prometheus, service));
        drop((haproxy, node_exporter, workers));
        // What it says is no longer true; a folder that is gone already is no fault.
        drop(fs::remove_file(data.join(SUMMARY)));
    }

    fn write_summary(&self) -> Result<()> {
        let file = self.data.join(SUMMARY);
        fs::write(&file, format!("{}\n", self.summary()))
            .with_context(|| format!("cannot write {}", file.display()))
    }
}

/// Where the summary is kept in the data folder.
const SUMMARY: &str = "demo.json";

/// Makes the data folder's place for logs and returns it.
pub(crate) fn logs(data: &Path) -> Result<PathBuf> {
    let logs = data.join("logs");
    fs::create_dir_all(&logs).with_context(|| format!("cannot make {}", logs.display()))?;
    Ok(logs)
}

/// Takes the data folder for ourselves until we end.
fn lock(data: &Path) -> Result<File> {
    let path = data.join("demo.lock");
    let file = File::create(&path).with_context(|| format!("cannot write {}", path.display()))?;
    if file.try_lock().is_err() {
        bail!("another demo uses {}: stop it, or choose another --data", data.display());
    }
    Ok(file)
}

/// Waits until the program answers 200 at `url`; fails as soon as it ends.
fn until_answers(process: &mut Process, url: &str) -> Result<()> {
    let what = format!("{} answers at {url}", process.name);
    interrupt::poll(&what, READY_LIMIT, POLL, || {
        if let Some(status) = process.ended() {
            bail!("ended with {status}: {}", process.end_of_log());
        }
        Ok(http::get(url).is_ok_and(|answer| answer.status == 200).then_some(()))
    })
}

/// Returns an object as one line that begins with this field, by which a reader knows it.
pub(crate) fn headed(name: &str, value: &str, object: &Value) -> String {
    let rest = object.to_string();
    format!("{{\"{name}\":\"{value}\",{}", rest.trim_start_matches('{'))
}

/// Returns the URL of a ready line.
fn url_of(ready: &Value) -> Result<String> {
    Ok(ready["url"].as_str().context("the ready line has no url")?.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_begins_with_what_it_is() {
        let line = headed("smoke", "ok", &json!({"a": {"b": 1}}));
        assert_eq!(line, r#"{"smoke":"ok","a":{"b":1}}"#);
    }
}
