//! A gauge that cannot leak: it goes down when its guard is dropped, whatever happened in between.

use prometheus_client::metrics::gauge::Gauge;

/// One thing in flight.
#[derive(Debug)]
pub(crate) struct InFlight(Gauge);

impl InFlight {
    /// Counts one more until it is dropped.
    pub(super) fn new(gauge: &Gauge) -> Self {
        gauge.inc();
        Self(gauge.clone())
    }
}

impl Drop for InFlight {
    fn drop(&mut self) {
        self.0.dec();
    }
}
