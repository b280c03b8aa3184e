//! Time ranges and steps as Grafana's users know them.

mod interval;
mod step;

#[cfg(test)]
mod tests;

use crate::Error;

pub use interval::{format_go, format_interval, parse_interval};
pub use step::{Step, StepRequest};

/// A range of time in milliseconds since the epoch, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TimeRange {
    from_ms: i64,
    to_ms: i64,
}

/// Largest time that a nanosecond column can hold, in milliseconds (the year 2262).
const TIME_MS_MAX: i64 = i64::MAX / 1_000_000;

impl TimeRange {
    /// Makes a range; refuses an end before its start, and times that no column can hold.
    pub fn new(from_ms: i64, to_ms: i64) -> Result<Self, Error> {
        let fits = |ms: i64| (-TIME_MS_MAX..=TIME_MS_MAX).contains(&ms);
        if !fits(from_ms) || !fits(to_ms) {
            return Err(Error::bad_field("timeRange", "out of range"));
        }
        if to_ms < from_ms {
            return Err(Error::bad_field("timeRange", "the end lies before the start"));
        }
        Ok(Self { from_ms, to_ms })
    }

    /// Returns the start in milliseconds since the epoch.
    pub fn from_ms(self) -> i64 {
        self.from_ms
    }

    /// Returns the end in milliseconds since the epoch.
    pub fn to_ms(self) -> i64 {
        self.to_ms
    }

    /// Returns the length in milliseconds.
    pub fn length_ms(self) -> i64 {
        self.to_ms.saturating_sub(self.from_ms)
    }

    /// Moves both ends back to multiples of the step in the user's time zone.
    pub fn aligned(self, step: Step, utc_offset_seconds: i64) -> Self {
        let offset = utc_offset_seconds.clamp(-86_400, 86_400) * 1000;
        let back = |ms: i64| {
            let local = ms.saturating_add(offset);
            local - local.rem_euclid(step.millis()) - offset
        };
        Self { from_ms: back(self.from_ms), to_ms: back(self.to_ms) }
    }
}

/// Prints milliseconds as seconds in the shortest decimal form, as the HTTP API takes them.
pub(crate) fn seconds(ms: i64) -> String {
    let sign = if ms < 0 { "-" } else { "" };
    let (whole, millis) = (ms.unsigned_abs() / 1000, ms.unsigned_abs() % 1000);
    let text = format!("{sign}{whole}.{millis:03}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}
