//! Where an answer of Prometheus becomes columns: the one place where `prometheus` and `frames`
//! meet.

use std::borrow::Cow;

use frames::{Labels, SeriesHead, SeriesTable};
use prometheus::{Metric, ResultType, Sink, legend, read::Histogram};

/// Name of a value field whose series has no metric name.
const VALUE: &str = "Value";

/// Collects series while they are read. A point costs no allocation.
#[derive(Debug)]
pub(crate) struct FrameSink<'a> {
    expr: &'a str,
    legend_format: &'a str,
    collected: Collected,
    head: Option<SeriesHead>,
    /// Points before the open series.
    points_before: usize,
    /// Histogram samples of the open series.
    histograms_here: u64,
}

/// What came.
#[derive(Debug, Default)]
pub(crate) struct Collected {
    /// The series with numbers.
    pub(crate) table: SeriesTable,
    /// A string result: time in nanoseconds, and the text.
    pub(crate) text: Option<(i64, String)>,
    /// Samples of native histograms, which no layout shows yet.
    pub(crate) histograms: u64,
}

impl Collected {
    /// Tells whether there is nothing to draw.
    pub(crate) fn is_empty(&self) -> bool {
        self.table.is_empty() && self.text.is_none()
    }
}

impl<'a> FrameSink<'a> {
    /// Makes a sink that names series by `legend_format`.
    pub(crate) fn new(expr: &'a str, legend_format: &'a str) -> Self {
        Self {
            expr,
            legend_format,
            collected: Collected::default(),
            head: None,
            points_before: 0,
            histograms_here: 0,
        }
    }

    /// Returns what came.
    pub(crate) fn finish(self) -> Collected {
        self.collected
    }
}

impl Sink for FrameSink<'_> {
    fn series_start(&mut self) -> Result<(), prometheus::Error> {
        self.head = None;
        self.points_before = self.collected.table.points();
        self.histograms_here = 0;
        Ok(())
    }

    fn metric(&mut self, metric: Metric<'_>) -> Result<(), prometheus::Error> {
        let name = metric.get("__name__").map_or_else(|| VALUE.to_owned(), Cow::into_owned);
        let display_name = legend::display_name(self.legend_format, self.expr, &metric.to_map());
        let labels = Labels::from_json(metric.raw());
        self.head = Some(SeriesHead { name, labels, display_name });
        Ok(())
    }

    #[inline]
    fn float(&mut self, time_ns: i64, value: f64) -> Result<(), prometheus::Error> {
        self.collected.table.push(time_ns, value);
        Ok(())
    }

    fn histogram(&mut self, _histogram: &Histogram<'_>) -> Result<(), prometheus::Error> {
        self.histograms_here += 1;
        Ok(())
    }

    fn string(&mut self, time_ns: i64, value: &str) -> Result<(), prometheus::Error> {
        self.collected.text = Some((time_ns, value.to_owned()));
        Ok(())
    }

    fn series_end(&mut self, result: ResultType) -> Result<(), prometheus::Error> {
        self.collected.histograms += self.histograms_here;
        // A series of histograms alone has nothing to draw; a notice speaks for it.
        let only_histograms =
            self.histograms_here > 0 && self.collected.table.points() == self.points_before;
        if let Some(head) = self.head.take()
            && result != ResultType::String
            && !only_histograms
        {
            self.collected.table.end(head);
        }
        Ok(())
    }
}
