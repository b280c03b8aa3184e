//! What a load came to.

use std::{collections::BTreeMap, time::Duration};

use serde::Serialize;

use super::latency::Latencies;

/// Most servers that are counted one by one; the rest is `other`.
const SERVERS_MAX: usize = 128;

/// One request that is over.
pub(super) struct Asked {
    pub(super) server: Option<String>,
    pub(super) ok: bool,
    pub(super) took: Duration,
}

/// The sums, as they are printed.
#[derive(Debug, Default, Serialize)]
pub(super) struct Summary {
    /// Requests that were begun.
    pub(super) sent: u64,
    /// Those that ended with a whole 2xx.
    pub(super) ok: u64,
    /// The others.
    pub(super) failed: u64,
    /// Requests that were due when all places were taken, and were not begun.
    pub(super) missed: u64,
    /// Answers by the name of the server that gave them.
    by_server: BTreeMap<String, u64>,
    #[serde(flatten)]
    latencies: Latencies,
}

impl Summary {
    /// Adds a request; `None` is one whose task died.
    pub(super) fn take(&mut self, asked: Option<Asked>) {
        let Some(Asked { server, ok, took }) = asked else { return };
        self.ok += u64::from(ok);
        if ok {
            self.latencies.add(took);
        }
        if let Some(server) = server {
            let known = self.by_server.len() < SERVERS_MAX || self.by_server.contains_key(&server);
            let name = if known { server } else { "other".to_owned() };
            *self.by_server.entry(name).or_default() += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_summary_counts_by_server_and_is_one_flat_object() {
        let mut summary = Summary { sent: 3, ..Summary::default() };
        let asked = |server: &str, ok| {
            Some(Asked { server: Some(server.to_owned()), ok, took: Duration::from_millis(10) })
        };
        summary.take(asked("a", true));
        summary.take(asked("b", false));
        summary.take(None);
        summary.failed = 2;
        let mut json = serde_json::to_value(&summary).unwrap();
        let p50 = json["p50_ms"].take().as_f64().unwrap();
        let p99 = json["p99_ms"].take().as_f64().unwrap();
        assert!((9.5..10.5).contains(&p50) && (p50 - p99).abs() < 1e-9, "{p50} {p99}");
        let sums = json!({"sent": 3, "ok": 1, "failed": 2, "missed": 0, "by_server": {"a": 1, "b": 1},
                          "p50_ms": null, "p99_ms": null});
        assert_eq!(json, sums);
    }
}
