//! Instant queries that are due numbers: what guards and goals ask.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::{Client, value_limits};
use crate::read::{Histogram, Metric, ResultType, Sink, Summary};
use crate::{Error, limits};

/// The one number that a query answered.
#[derive(Debug, Clone, PartialEq)]
pub struct InstantValue {
    /// The number; neither NaN nor infinite.
    pub value: f64,
    /// The series' labels; empty for a scalar.
    pub labels: BTreeMap<String, String>,
    /// Prometheus' infos; warnings are an error instead.
    pub infos: Vec<String>,
}

/// One series of an instant vector.
#[derive(Debug)]
struct Sample {
    labels: BTreeMap<String, String>,
    /// It may be NaN or infinite.
    value: f64,
}

impl Client {
    /// Asks for exactly one finite number.
    ///
    /// Whatever else comes is an error of its own: [`Error::Partial`], [`Error::WrongType`],
    /// [`Error::NoData`], [`Error::Ambiguous`], [`Error::NotANumber`], [`Error::Infinite`] — beside
    /// those of the exchange. Freshness needs a second query (`max(time() - timestamp(S))`).
    pub async fn instant_value(
        &self,
        expr: &str,
        at: Option<Timestamp>,
    ) -> Result<InstantValue, Error> {
        let (mut samples, summary) = self.samples(expr, at).await?;
        let Some(Sample { labels, value }) = samples.pop() else { return Err(Error::NoData) };
        if !samples.is_empty() {
            return Err(Error::Ambiguous { series: samples.len() + 1 });
        }
        if value.is_nan() {
            return Err(Error::NotANumber);
        }
        if value.is_infinite() {
            return Err(Error::Infinite);
        }
        Ok(InstantValue { value, labels, infos: summary.infos })
    }

    async fn samples(
        &self,
        expr: &str,
        at: Option<Timestamp>,
    ) -> Result<(Vec<Sample>, Summary), Error> {
        let mut sink = Samples::default();
        let bounds = value_limits(limits::VECTOR_SERIES_MAX);
        let summary = self.query_within(expr, at, bounds, &mut sink).await?;
        if !summary.warnings.is_empty() {
            return Err(Error::Partial { warnings: summary.warnings });
        }
        if matches!(summary.result, ResultType::Matrix | ResultType::String) {
            return Err(Error::WrongType { found: summary.result.name() });
        }
        if sink.histograms {
            return Err(Error::WrongType { found: "histogram" });
        }
        Ok((sink.done, summary))
    }
}

/// Collects the series of a vector; notes what is no number instead of failing at it, since the
/// answer may yet turn out to be an error.
#[derive(Debug, Default)]
struct Samples {
    done: Vec<Sample>,
    labels: BTreeMap<String, String>,
    value: f64,
    histograms: bool,
}

impl Sink for Samples {
    fn series_start(&mut self) -> Result<(), Error> {
        Ok(())
    }

    fn metric(&mut self, metric: Metric<'_>) -> Result<(), Error> {
        self.labels = metric.to_map();
        Ok(())
    }

    fn float(&mut self, _time_ns: i64, value: f64) -> Result<(), Error> {
        self.value = value;
        Ok(())
    }

    fn histogram(&mut self, _histogram: &Histogram<'_>) -> Result<(), Error> {
        self.histograms = true;
        Ok(())
    }

    fn string(&mut self, _time_ns: i64, _value: &str) -> Result<(), Error> {
        Ok(())
    }

    fn series_end(&mut self, _result: ResultType) -> Result<(), Error> {
        let labels = std::mem::take(&mut self.labels);
        self.done.push(Sample { labels, value: self.value });
        Ok(())
    }
}
