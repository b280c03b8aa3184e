//! The server's own numbers: a counter, a histogram and a gauge.

use prometheus_client::{
    encoding::EncodeLabelSet,
    metrics::{
        counter::Counter,
        family::Family,
        gauge::Gauge,
        histogram::{Histogram, exponential_buckets},
    },
    registry::Registry,
};
use tokio::time::Instant;

/// How a request ended.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Outcome {
    outcome: &'static str,
}

/// All metrics of one server.
pub(super) struct Metrics {
    /// Where they are read.
    pub(super) registry: Registry,
    requests: Family<Outcome, Counter>,
    seconds: Histogram,
    in_flight: Gauge,
}

impl Metrics {
    /// Returns metrics that start at 0.
    pub(super) fn new() -> Self {
        let requests = Family::<Outcome, Counter>::default();
        for outcome in ["ok", "failed", "aborted"] {
            // A series that exists from the start has a rate from the first request on.
            drop(requests.get_or_create(&Outcome { outcome }));
        }
        let seconds = Histogram::new(exponential_buckets(0.001, 2.0, 14));
        let in_flight = Gauge::default();
        let mut registry = Registry::with_prefix("leverframe_worker");
        registry.register("requests", "Requests for work by how they ended", requests.clone());
        registry.register("request_seconds", "How long requests for work took", seconds.clone());
        registry.register("requests_in_flight", "Requests being worked on", in_flight.clone());
        Self { registry, requests, seconds, in_flight }
    }

    /// Counts a request in, until it ends in whatever way.
    pub(super) fn begin(&self) -> InFlight<'_> {
        self.in_flight.inc();
        InFlight { metrics: self, start: Instant::now(), outcome: "aborted" }
    }
}

/// A request that is being worked on. However it ends - also by a panic, or because the client went
/// away - it is counted out.
pub(super) struct InFlight<'a> {
    metrics: &'a Metrics,
    start: Instant,
    outcome: &'static str,
}

impl InFlight<'_> {
    /// Ends it properly.
    pub(super) fn end(mut self, outcome: &'static str) {
        self.outcome = outcome;
    }
}

impl Drop for InFlight<'_> {
    fn drop(&mut self) {
        self.metrics.in_flight.dec();
        self.metrics.seconds.observe(self.start.elapsed().as_secs_f64());
        self.metrics.requests.get_or_create(&Outcome { outcome: self.outcome }).inc();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_that_panics_or_is_dropped_is_counted_out_as_aborted() {
        let metrics = Metrics::new();
        drop(metrics.begin());
        let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            let _request = metrics.begin();
            panic!("as planned");
        }));
        assert!(panicked.is_err());
        metrics.begin().end("ok");
        assert_eq!(metrics.in_flight.get(), 0);
        let count = |outcome| metrics.requests.get_or_create(&Outcome { outcome }).get();
        assert_eq!((count("aborted"), count("ok"), count("failed")), (2, 1, 0));
    }
}
