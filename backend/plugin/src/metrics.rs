//! The plugin's own metrics; Grafana serves them without login, so no name of a person, node or
//! address is a label.

mod text;

use std::sync::atomic::AtomicI64;

use prometheus_client::{
    encoding::EncodeLabelSet,
    metrics::{counter::Counter, family::Family, gauge::Gauge, histogram::Histogram},
    registry::Registry,
};
use tokio::time::Instant;

use crate::error::Error;

/// Upper bounds of the call durations in seconds: a cached label list to a slow range query.
const SECONDS: [f64; 11] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0, 30.0];

/// A verb of the protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verb {
    /// Queries.
    QueryData,
    /// Resources.
    CallResource,
    /// Health.
    CheckHealth,
    /// These metrics.
    CollectMetrics,
}

impl Verb {
    const fn as_str(self) -> &'static str {
        match self {
            Self::QueryData => "query_data",
            Self::CallResource => "call_resource",
            Self::CheckHealth => "check_health",
            Self::CollectMetrics => "collect_metrics",
        }
    }
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct ByVerb {
    verb: &'static str,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct ByVerbResult {
    verb: &'static str,
    result: &'static str,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct ByTypeResult {
    r#type: &'static str,
    result: &'static str,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct ByUpstreamResult {
    upstream: &'static str,
    result: &'static str,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Version {
    version: &'static str,
}

type Count = Gauge<i64, AtomicI64>;

/// All metrics of the process.
#[derive(Debug)]
pub(crate) struct Metrics {
    registry: Registry,
    calls: Family<ByVerbResult, Counter>,
    seconds: Family<ByVerb, Histogram, fn() -> Histogram>,
    in_flight: Family<ByVerb, Count>,
    queries: Family<ByTypeResult, Counter>,
    upstream: Family<ByUpstreamResult, Counter>,
    streams: Count,
}

impl Metrics {
    /// Makes the metrics, all at zero.
    pub(crate) fn new() -> Self {
        let mut registry = Registry::with_prefix("leverframe_plugin");
        let calls = Family::default();
        registry.register("calls", "Calls by Grafana, by verb and result", calls.clone());
        let seconds = Family::new_with_constructor(histogram as fn() -> Histogram);
        registry.register("call_seconds", "Duration of calls in seconds", seconds.clone());
        let in_flight = Family::default();
        registry.register("calls_in_flight", "Calls being answered", in_flight.clone());
        let queries = Family::default();
        registry.register("queries", "Queries, by type and result", queries.clone());
        let upstream = Family::default();
        let help = "Requests to upstreams, by upstream and result";
        registry.register("upstream_requests", help, upstream.clone());
        let streams = Count::default();
        registry.register("event_streams_open", "Open streams of run events", streams.clone());
        let version = Family::<Version, Count>::default();
        version.get_or_create(&Version { version: env!("CARGO_PKG_VERSION") }).set(1);
        registry.register("build_info", "The running version", version);
        Self { registry, calls, seconds, in_flight, queries, upstream, streams }
    }

    /// Counts the beginning of a call; what it returns counts the end.
    pub(crate) fn begin(&self, verb: Verb) -> OpenCall<'_> {
        let gauge = Open::new(&self.in_flight.get_or_create(&ByVerb { verb: verb.as_str() }));
        OpenCall { metrics: self, verb, began: Instant::now(), result: "cancelled", _gauge: gauge }
    }

    /// Counts a query. `kind` must come from a closed list.
    pub(crate) fn query(&self, kind: &'static str, result: &'static str) {
        self.queries.get_or_create(&ByTypeResult { r#type: kind, result }).inc();
    }

    /// Counts a request to an upstream, whose name must come from a closed list.
    pub(crate) fn upstream(&self, upstream: &'static str, error: Option<&Error>) {
        let result = match error {
            None => "ok",
            Some(Error::Unreachable { .. }) => "unreachable",
            Some(Error::AssertionRefused { .. }) => "assertion_refused",
            Some(Error::OutcomeUnknown { .. }) => "outcome_unknown",
            Some(Error::TimedOut { .. }) => "timed_out",
            Some(_) => "error",
        };
        self.upstream_result(upstream, result);
    }

    /// Counts a request to an upstream. Both words must come from closed lists.
    pub(crate) fn upstream_result(&self, upstream: &'static str, result: &'static str) {
        self.upstream.get_or_create(&ByUpstreamResult { upstream, result }).inc();
    }

    /// Counts an open event stream until the returned guard goes.
    pub(crate) fn open_stream(&self) -> Open {
        Open::new(&self.streams)
    }

    /// Returns everything in Prometheus' text format.
    pub(crate) fn text(&self) -> String {
        let mut open_metrics = String::new();
        // Writing into a String cannot fail.
        prometheus_client::encoding::text::encode(&mut open_metrics, &self.registry).ok();
        text::from_open_metrics(&open_metrics)
    }
}

fn histogram() -> Histogram {
    Histogram::new(SECONDS)
}

/// Something that is open and counted as such until it is dropped.
#[derive(Debug)]
pub(crate) struct Open(Count);

impl Open {
    fn new(gauge: &Count) -> Self {
        gauge.inc();
        Self(gauge.clone())
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.0.dec();
    }
}

/// A call that is being answered. Dropped without [`OpenCall::end`] it counts as cancelled.
#[derive(Debug)]
pub(crate) struct OpenCall<'a> {
    metrics: &'a Metrics,
    verb: Verb,
    began: Instant,
    result: &'static str,
    _gauge: Open,
}

impl OpenCall<'_> {
    /// Counts the end.
    pub(crate) fn end(mut self, result: &'static str) {
        self.result = result;
    }
}

impl Drop for OpenCall<'_> {
    fn drop(&mut self) {
        let verb = self.verb.as_str();
        self.metrics.calls.get_or_create(&ByVerbResult { verb, result: self.result }).inc();
        let seconds = self.began.elapsed().as_secs_f64();
        self.metrics.seconds.get_or_create(&ByVerb { verb }).observe(seconds);
    }
}
