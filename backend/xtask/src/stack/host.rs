//! The test host with the plugin as its child: asked exactly as a browser asks Grafana.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use anyhow::{Context as _, Result, bail};
use serde_json::{Value, json};

use super::ids::{DATASOURCE, UID};
use super::service::Service;
use super::url_of;
use crate::http::Response;
use crate::place::Place;
use crate::process::Process;
use crate::{build, http};

/// What the datasource is configured with.
pub(super) struct Around<'a> {
    pub(super) prometheus: &'a str,
    pub(super) service: &'a Service,
    pub(super) node_api: &'a str,
}

/// A row of a table, by the names of its columns.
pub(crate) type Row = BTreeMap<String, Value>;

/// A running test host.
pub struct Host {
    /// Where it answers.
    pub url: String,
    pub(super) process: Process,
}

impl Host {
    /// Starts it with a provisioned datasource.
    pub(super) fn start(
        place: &Place,
        data: &Path,
        logs: &Path,
        around: &Around<'_>,
    ) -> Result<Self> {
        let settings = data.join("datasource.json");
        write_private(&settings, &datasource(around)?.to_string())?;
        let mut call = build::test_host(place);
        call.arg("serve").arg("--plugin").arg(build::plugin_path(place));
        call.arg("--settings").arg(&settings);
        let mut process = Process::ours("host", &call, logs)?;
        let url = url_of(&process.ready()?)?;
        Ok(Self { url, process })
    }

    /// Returns the frames that a query answers with, over the last `seconds`.
    pub(crate) fn frames(&self, query: &Value, seconds: u32) -> Result<Vec<Value>> {
        self.frames_as(&[], query, seconds)
    }

    /// Returns the same for the caller whom these headers name.
    pub(crate) fn frames_as(
        &self,
        caller: &[(&str, &str)],
        query: &Value,
        seconds: u32,
    ) -> Result<Vec<Value>> {
        let mut query = query.clone();
        query["refId"] = json!("A");
        query["datasource"] = json!({"uid": UID});
        query["intervalMs"] = json!(1000);
        query["maxDataPoints"] = json!(600);
        let from = format!("now-{seconds}s");
        let body = json!({"queries": [query], "from": from, "to": "now"});
        let answer = http::post(&format!("{}/api/ds/query", self.url), caller, &body)?.json()?;
        let result = &answer["results"]["A"];
        if let Some(error) = result["error"].as_str() {
            bail!("the query failed: {error}");
        }
        let frames = result["frames"].as_array();
        Ok(frames.with_context(|| format!("no frames in {answer}"))?.clone())
    }

    /// Returns the rows of the one table that a query answers with.
    pub(crate) fn table(&self, query: &Value) -> Result<Vec<Row>> {
        let frames = self.frames(query, 60)?;
        frames.first().map_or_else(|| Ok(Vec::new()), rows)
    }

    /// Returns the URL of a resource of the datasource.
    pub(crate) fn resource(&self, path: &str) -> String {
        format!("{}/api/datasources/uid/{UID}/resources/{path}", self.url)
    }

    /// Returns the URL of the plugin's health.
    pub(crate) fn health_url(&self) -> String {
        format!("{}/api/datasources/uid/{UID}/health", self.url)
    }

    /// Returns the URL of the plugin's own metrics.
    pub(crate) fn metrics_url(&self) -> String {
        format!("{}/metrics/plugins/{DATASOURCE}", self.url)
    }

    /// Posts to a resource of the datasource.
    pub(crate) fn post(&self, path: &str, body: &Value) -> Result<Response> {
        http::post(&self.resource(path), &[], body)
    }
}

fn datasource(around: &Around<'_>) -> Result<Value> {
    let paths = ["/nodes", "/v1/nodes", "/notes/latest"];
    let api = json!({"name": "workers", "url": around.node_api, "paths": paths});
    Ok(json!({
        "uid": UID,
        "jsonData": {
            "prometheusUrl": around.prometheus,
            "serviceUrl": around.service.url,
            "nodeApis": [api],
            "timeInterval": "1s",
        },
        "secureJsonData": {"assertionKey": around.service.key()?},
    }))
}

/// Writes a file that holds a secret: for us alone, from the first byte on.
fn write_private(file: &Path, text: &str) -> Result<()> {
    use std::io::Write as _;
    let mut open = fs::OpenOptions::new();
    open.write(true).create(true).truncate(true).mode(0o600);
    let mut writer = open.open(file).with_context(|| format!("cannot write {}", file.display()))?;
    writer.write_all(text.as_bytes()).with_context(|| format!("cannot write {}", file.display()))
}

/// Turns a frame's columns into rows.
fn rows(frame: &Value) -> Result<Vec<Row>> {
    let fields = frame["schema"]["fields"].as_array().context("a frame without fields")?;
    let columns = frame["data"]["values"].as_array().context("a frame without values")?;
    let length = columns.first().and_then(Value::as_array).map_or(0, Vec::len);
    let row = |at: usize| {
        let pairs = fields.iter().zip(columns);
        let pair = |(field, column): (&Value, &Value)| {
            (field["name"].as_str().unwrap_or_default().to_owned(), column[at].clone())
        };
        pairs.map(pair).collect()
    };
    Ok((0..length).map(row).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_become_rows() {
        let frame = json!({
            "schema": {"fields": [{"name": "id"}, {"name": "weight"}]},
            "data": {"values": [["a", "b"], [1, 2]]},
        });
        let rows = rows(&frame).unwrap();
        assert_eq!((rows[1]["id"].clone(), rows[1]["weight"].clone()), (json!("b"), json!(2)));
    }
}
