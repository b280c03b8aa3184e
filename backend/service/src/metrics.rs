//! Our own metrics, by the field's conventions. No node, user or raw path is ever a label.

mod in_flight;
mod text;

use std::time::Duration;

use prometheus_client::{
    encoding::EncodeLabelSet,
    metrics::{counter::Counter, family::Family, gauge::Gauge, histogram::Histogram},
    registry::Registry,
};

pub(crate) use in_flight::InFlight;

/// Buckets of requests in seconds: from a memory read to a guard that waits for Prometheus.
const REQUEST_BUCKETS: [f64; 10] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.1, 0.25, 1.0, 2.5, 10.0];

/// Buckets of runs in seconds: from a single `set` to a long drain.
const RUN_BUCKETS: [f64; 10] = [0.1, 0.5, 1.0, 5.0, 15.0, 60.0, 180.0, 600.0, 1800.0, 3600.0];

/// How a run ended.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Ended {
    action: String,
    result: &'static str,
}

/// Which action.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfAction {
    action: String,
}

/// Why.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Reason {
    reason: &'static str,
}

/// Which request, by the route's template.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Answered {
    route: &'static str,
    method: &'static str,
    status: u16,
}

/// Which route.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Asked {
    route: &'static str,
    method: &'static str,
}

/// Which list of `http_sd`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfList {
    name: String,
}

/// Which version.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Version {
    version: &'static str,
}

/// Everything that is counted.
#[derive(Debug)]
pub(crate) struct Metrics {
    registry: Registry,
    runs: Family<Ended, Counter>,
    run_seconds: Family<OfAction, Histogram, fn() -> Histogram>,
    runs_in_flight: Gauge,
    guard_refusals: Family<Reason, Counter>,
    dedupe_hits: Counter,
    requests: Family<Answered, Counter>,
    request_seconds: Family<Asked, Histogram, fn() -> Histogram>,
    requests_in_flight: Gauge,
    streams: Gauge,
    stopped: Gauge,
    inventory_sure: Gauge,
    sd_held: Family<OfList, Gauge>,
    audit_failures: Counter,
}

fn request_histogram() -> Histogram {
    Histogram::new(REQUEST_BUCKETS)
}

fn run_histogram() -> Histogram {
    Histogram::new(RUN_BUCKETS)
}

impl Metrics {
    /// Makes all metrics, at zero.
    pub(crate) fn new() -> Self {
        let mut metrics = Self {
            registry: Registry::with_prefix("leverframe"),
            runs: Family::default(),
            run_seconds: Family::new_with_constructor(run_histogram),
            runs_in_flight: Gauge::default(),
            guard_refusals: Family::default(),
            dedupe_hits: Counter::default(),
            requests: Family::default(),
            request_seconds: Family::new_with_constructor(request_histogram),
            requests_in_flight: Gauge::default(),
            streams: Gauge::default(),
            stopped: Gauge::default(),
            inventory_sure: Gauge::default(),
            sd_held: Family::default(),
            audit_failures: Counter::default(),
        };
        metrics.register_runs();
        metrics.register_rest();
        metrics
    }

    fn register_runs(&mut self) {
        let r = &mut self.registry;
        r.register("runs", "Runs that ended, by action and result", self.runs.clone());
        r.register("run_seconds", "Seconds from acceptance to the end", self.run_seconds.clone());
        r.register("runs_in_flight", "Runs that have not ended", self.runs_in_flight.clone());
        let help = "Presses that a guard refused, by reason";
        r.register("guard_refusals", help, self.guard_refusals.clone());
        let help = "Presses that met the same run already in flight";
        r.register("dedupe_hits", help, self.dedupe_hits.clone());
        r.register("stopped", "1 while the stop switch is thrown", self.stopped.clone());
        let help = "Audit rows that could not be written";
        r.register("audit_failures", help, self.audit_failures.clone());
    }

    fn register_rest(&mut self) {
        let r = &mut self.registry;
        let help = "Requests answered, by route template, method and status";
        r.register("http_requests", help, self.requests.clone());
        r.register("http_request_seconds", "Seconds to the answer", self.request_seconds.clone());
        let help = "Requests that are being answered";
        r.register("http_requests_in_flight", help, self.requests_in_flight.clone());
        r.register("event_streams_open", "Event streams that are open", self.streams.clone());
        let help = "1 while every source of the inventory is read";
        r.register("inventory_sure", help, self.inventory_sure.clone());
        let help = "1 while a list of http_sd is held back because it lost too much at once";
        r.register("sd_held", help, self.sd_held.clone());
        let build = Family::<Version, Gauge>::default();
        build.get_or_create(&Version { version: env!("CARGO_PKG_VERSION") }).set(1);
        r.register("build_info", "The version, as a label; always 1", build);
    }

    /// Counts a run that ended.
    pub(crate) fn run_ended(&self, action: &str, result: &'static str, took: Duration) {
        let ended = Ended { action: action.to_owned(), result };
        self.runs.get_or_create(&ended).inc();
        let of = OfAction { action: action.to_owned() };
        self.run_seconds.get_or_create(&of).observe(took.as_secs_f64());
    }

    /// Counts a run as in flight until the guard is dropped.
    pub(crate) fn run_in_flight(&self) -> InFlight {
        InFlight::new(&self.runs_in_flight)
    }

    /// Counts a press that a guard refused.
    pub(crate) fn guard_refused(&self, reason: &'static str) {
        self.guard_refusals.get_or_create(&Reason { reason }).inc();
    }

    /// Counts a press that met its own run.
    pub(crate) fn dedupe_hit(&self) {
        self.dedupe_hits.inc();
    }

    /// Counts an answer. `route` is a template, or `none`.
    pub(crate) fn answered(
        &self,
        route: &'static str,
        method: &'static str,
        status: u16,
        took: Duration,
    ) {
        self.requests.get_or_create(&Answered { route, method, status }).inc();
        self.request_seconds.get_or_create(&Asked { route, method }).observe(took.as_secs_f64());
    }

    /// Counts a request as in flight until the guard is dropped.
    pub(crate) fn request_in_flight(&self) -> InFlight {
        InFlight::new(&self.requests_in_flight)
    }

    /// Counts an event stream as open until the guard is dropped.
    pub(crate) fn stream_open(&self) -> InFlight {
        InFlight::new(&self.streams)
    }

    /// Shows the stop switch.
    pub(crate) fn set_stopped(&self, stopped: bool) {
        self.stopped.set(stopped.into());
    }

    /// Shows whether the inventory is sure.
    pub(crate) fn set_inventory_sure(&self, sure: bool) {
        self.inventory_sure.set(sure.into());
    }

    /// Shows whether a list of `http_sd` is held back.
    pub(crate) fn set_sd_held(&self, name: &str, held: bool) {
        self.sd_held.get_or_create(&OfList { name: name.to_owned() }).set(held.into());
    }

    /// Counts an audit row that could not be written.
    pub(crate) fn audit_failed(&self) {
        self.audit_failures.inc();
    }

    /// Writes all metrics in Prometheus' text format 0.0.4.
    pub(crate) fn text(&self) -> Result<String, std::fmt::Error> {
        let mut open = String::new();
        prometheus_client::encoding::text::encode(&mut open, &self.registry)?;
        Ok(text::classic(&open))
    }
}

#[cfg(test)]
mod tests;
