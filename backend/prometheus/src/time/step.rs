//! The step of a range query, by the same rules as Grafana's own Prometheus datasource.

use super::{TimeRange, interval};
use crate::{Error, limits};

/// Points of a panel that does not say how many it can draw.
const DATA_POINTS_DEFAULT: i64 = 1500;

/// Scrape interval where nothing says another, in milliseconds; Prometheus' users mostly keep it.
const SCRAPE_MS_DEFAULT: i64 = 15_000;

/// What a query and its datasource say about the step.
#[derive(Debug, Clone, Copy)]
pub struct StepRequest<'a> {
    /// The panel's range, not yet aligned.
    pub range: TimeRange,
    /// How many points the panel can draw; 0 or less means 1500.
    pub max_data_points: i64,
    /// The panel's interval in milliseconds; 0 or less means unknown.
    pub interval_ms: i64,
    /// The query's minimum step: empty, an interval, or one of the interval macros.
    pub min_step: &'a str,
    /// Multiplies the step; 0 or less means 1.
    pub factor: i64,
    /// The datasource's scrape interval, or empty.
    pub scrape_interval: &'a str,
}

/// A step, and the interval that `$__rate_interval` stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    millis: i64,
    rate_interval_ms: i64,
}

/// Which macro a minimum step is.
#[derive(Debug, Clone, Copy, PartialEq)]
enum MinStep {
    Plain,
    Interval,
    RateInterval,
}

impl Step {
    /// Computes the step of a query.
    pub fn compute(request: &StepRequest<'_>) -> Result<Self, Error> {
        let kind = MinStep::of(request.min_step);
        let scrape = match request.scrape_interval.trim() {
            "" => SCRAPE_MS_DEFAULT,
            text => interval::parse_interval("timeInterval", text)?,
        };
        let own = match request.min_step.trim() {
            "" | "0s" => None,
            text if kind == MinStep::Plain => Some(interval::parse_interval("interval", text)?),
            _ => None,
        };
        let panel = (request.interval_ms > 0).then_some(request.interval_ms);
        let least = own.or(panel).unwrap_or(scrape);
        let adjusted = spread(request, least);
        let millis = match kind {
            MinStep::RateInterval => rate_interval(adjusted, scrape),
            _ => adjusted.saturating_mul(request.factor.clamp(1, 1_000_000)),
        };
        let rate_interval_ms = match kind {
            MinStep::RateInterval => millis,
            MinStep::Interval => rate_interval(panel.unwrap_or(millis), millis),
            MinStep::Plain => rate_interval(panel.unwrap_or(millis), own.unwrap_or(scrape)),
        };
        Ok(Self { millis, rate_interval_ms })
    }

    /// Makes a step of so many milliseconds, at least one.
    pub fn from_millis(millis: i64) -> Self {
        let millis = millis.max(1);
        Self { millis, rate_interval_ms: rate_interval(millis, SCRAPE_MS_DEFAULT) }
    }

    /// Returns the step in milliseconds, at least 1.
    pub fn millis(self) -> i64 {
        self.millis
    }

    /// Returns what `$__rate_interval` stands for, in milliseconds.
    pub fn rate_interval_ms(self) -> i64 {
        self.rate_interval_ms
    }
}

/// Spreads the range over the points that can be drawn, and never asks for more than Prometheus
/// gives.
fn spread(request: &StepRequest<'_>, least: i64) -> i64 {
    let points = match request.max_data_points {
        points if points > 0 => points,
        _ => DATA_POINTS_DEFAULT,
    };
    let length = request.range.length_ms();
    let wanted = length / points;
    let calculated = if wanted < least { least } else { interval::round(wanted) };
    calculated.max(interval::round(length / limits::POINTS_PER_SERIES_MAX))
}

fn rate_interval(interval: i64, scrape: i64) -> i64 {
    interval.saturating_add(scrape).max(scrape.saturating_mul(4))
}

impl MinStep {
    fn of(text: &str) -> Self {
        match text.trim().trim_start_matches("${").trim_start_matches('$').trim_end_matches('}') {
            "__interval" | "__interval_ms" => Self::Interval,
            "__rate_interval" | "__rate_interval_ms" => Self::RateInterval,
            _ => Self::Plain,
        }
    }
}
