//! The one place that asks for the time.

use std::time::{Duration, Instant};

/// Measures how long something takes.
#[derive(Clone, Copy)]
pub(crate) struct Stopwatch(Instant);

impl Stopwatch {
    /// Returns a stopwatch that has just been started.
    #[expect(clippy::disallowed_methods, reason = "xtask has no runtime whose time could pause")]
    pub(crate) fn start() -> Self {
        Self(Instant::now())
    }

    /// Returns the time since the start.
    pub(crate) fn elapsed(self) -> Duration {
        self.0.elapsed()
    }

    /// Returns the seconds since the start, rounded to milliseconds.
    pub(crate) fn seconds(self) -> f64 {
        (self.0.elapsed().as_secs_f64() * 1000.0).round() / 1000.0
    }
}
