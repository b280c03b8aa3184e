//! Percentiles of latencies in bounded memory: counts in buckets that grow by two hundredths.

use std::time::Duration;

use serde::{Serialize, Serializer, ser::SerializeMap};

/// The smallest latency that is told apart, in milliseconds.
const MS_MIN: f64 = 0.01;

/// Each bucket ends this much later than the one before.
const GROWTH: f64 = 1.02;

/// Enough for more than ten minutes in the last one.
const BUCKETS: usize = 930;

/// Latencies by bucket.
#[derive(Clone, Debug)]
pub(super) struct Latencies {
    /// The upper end of each bucket, in milliseconds.
    ends_ms: Vec<f64>,
    counts: Vec<u64>,
    total: u64,
}

impl Default for Latencies {
    fn default() -> Self {
        let ends = std::iter::successors(Some(MS_MIN), |end| Some(end * GROWTH));
        Self { ends_ms: ends.take(BUCKETS).collect(), counts: vec![0; BUCKETS], total: 0 }
    }
}

impl Latencies {
    /// Adds one.
    pub(super) fn add(&mut self, took: Duration) {
        let ms = took.as_secs_f64() * 1000.0;
        let at = self.ends_ms.partition_point(|end| *end < ms);
        self.counts[at.min(BUCKETS - 1)] += 1;
        self.total += 1;
    }

    /// Returns the latency in milliseconds under which `hundredths` of all stay.
    fn percentile_ms(&self, hundredths: u64) -> Option<f64> {
        let rank = (self.total * hundredths).div_ceil(100).max(1);
        let mut seen = 0;
        let at = self.counts.iter().position(|count| {
            seen += count;
            seen >= rank
        })?;
        Some((self.ends_ms[at] * 100.0).round() / 100.0)
    }
}

impl Serialize for Latencies {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(2))?;
        map.serialize_entry("p50_ms", &self.percentile_ms(50))?;
        map.serialize_entry("p99_ms", &self.percentile_ms(99))?;
        map.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_right_within_two_hundredths() {
        let mut latencies = Latencies::default();
        assert_eq!(latencies.percentile_ms(50), None);
        for ms in 1..=100 {
            latencies.add(Duration::from_millis(ms));
        }
        let near = |found: Option<f64>, want: f64| (found.unwrap() / want - 1.0).abs() < 0.021;
        assert!(near(latencies.percentile_ms(50), 50.0));
        assert!(near(latencies.percentile_ms(99), 99.0));
        latencies.add(Duration::from_secs(100_000));
        assert_eq!(latencies.total, 101);
    }
}
