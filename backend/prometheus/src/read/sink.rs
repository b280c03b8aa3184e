//! What a reader hands out: series, points and, in the end, a summary.

use super::Metric;
use crate::Error;

/// Receives an answer while it is read. Methods are called in the order of the text.
///
/// For every series: [`Sink::series_start`], then [`Sink::metric`] once and any number of points in
/// the order of the text (a server may send points before the metric), then [`Sink::series_end`]. A
/// scalar or string result is one series with an empty metric and one value. An answer may turn out
/// to be an error after series were handed out; then [`Reader::finish`](super::Reader::finish)
/// fails.
pub trait Sink {
    /// A series begins.
    fn series_start(&mut self) -> Result<(), Error>;

    /// The series' labels; exactly once for a series.
    fn metric(&mut self, metric: Metric<'_>) -> Result<(), Error>;

    /// A float sample: nanoseconds since the epoch (whole milliseconds) and its value, NaN
    /// included.
    fn float(&mut self, time_ns: i64, value: f64) -> Result<(), Error>;

    /// A native histogram sample. A sink that cannot use it must say so to its user.
    fn histogram(&mut self, histogram: &Histogram<'_>) -> Result<(), Error>;

    /// A string result's value.
    fn string(&mut self, time_ns: i64, value: &str) -> Result<(), Error>;

    /// The series is complete. `result` tells of which kind its values were.
    fn series_end(&mut self, result: ResultType) -> Result<(), Error>;
}

/// The kind of a result, as `resultType` names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ResultType {
    /// Series of points.
    Matrix,
    /// Series of one point each.
    Vector,
    /// One number without labels.
    Scalar,
    /// One string without labels.
    String,
}

impl ResultType {
    /// Returns the name that Prometheus uses.
    pub fn name(self) -> &'static str {
        match self {
            Self::Matrix => "matrix",
            Self::Vector => "vector",
            Self::Scalar => "scalar",
            Self::String => "string",
        }
    }

    pub(super) fn from_name(name: &str) -> Option<Self> {
        [Self::Matrix, Self::Vector, Self::Scalar, Self::String]
            .into_iter()
            .find(|kind| kind.name() == name)
    }
}

/// One native histogram sample.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Histogram<'a> {
    /// Nanoseconds since the epoch.
    pub time_ns: i64,
    /// Observations in all.
    pub count: f64,
    /// Sum of all observations.
    pub sum: f64,
    /// The populated buckets in the order of the text.
    pub buckets: &'a [Bucket],
}

/// A bucket of a native histogram.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bucket {
    /// 0 open left, 1 open right, 2 open both, 3 closed both.
    pub boundary: u8,
    /// Lower bound.
    pub lower: f64,
    /// Upper bound.
    pub upper: f64,
    /// Observations in it.
    pub count: f64,
}

/// What an answer said beside its series.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary {
    /// The kind of the result.
    pub result: ResultType,
    /// How many series were handed out.
    pub series: u64,
    /// How many points were handed out; a histogram counts one and one more for each bucket.
    pub points: u64,
    /// Prometheus' warnings: the answer may be partial. Bounded in number and length.
    pub warnings: Vec<String>,
    /// Prometheus' infos. Bounded in number and length.
    pub infos: Vec<String>,
}

/// A bound and the name of the setting that holds it, so that an error can name it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limit {
    /// The setting's name.
    pub name: &'static str,
    /// Its value.
    pub max: u64,
}

impl Limit {
    /// Makes a limit of `max`, held by the setting `name`.
    pub const fn new(name: &'static str, max: u64) -> Self {
        Self { name, max }
    }

    pub(crate) fn check(self, value: u64) -> Result<(), Error> {
        if value > self.max {
            return Err(Error::TooLarge { limit: self.name, max: self.max });
        }
        Ok(())
    }
}

/// The bounds of one answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of the body, after decompression.
    pub bytes: Limit,
    /// Series of the result.
    pub series: Limit,
    /// Points of the result.
    pub points: Limit,
}

impl Limits {
    /// The largest bounds there are, held by no setting.
    pub(crate) fn unnamed() -> Self {
        let limit = Limit::new("built-in limit", u64::MAX);
        Self { bytes: limit, series: limit, points: limit }
    }
}

/// A sink that keeps nothing.
#[derive(Debug, Clone, Copy, Default)]
pub struct Discard;

impl Sink for Discard {
    fn series_start(&mut self) -> Result<(), Error> {
        Ok(())
    }

    fn metric(&mut self, _metric: Metric<'_>) -> Result<(), Error> {
        Ok(())
    }

    fn float(&mut self, _time_ns: i64, _value: f64) -> Result<(), Error> {
        Ok(())
    }

    fn histogram(&mut self, _histogram: &Histogram<'_>) -> Result<(), Error> {
        Ok(())
    }

    fn string(&mut self, _time_ns: i64, _value: &str) -> Result<(), Error> {
        Ok(())
    }

    fn series_end(&mut self, _result: ResultType) -> Result<(), Error> {
        Ok(())
    }
}
