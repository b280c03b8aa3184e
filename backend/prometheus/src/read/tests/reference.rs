//! A reader that builds a tree: slow, simple, and the judge of the fast one.

use serde_json::Value;

use crate::Error;
use crate::read::{Histogram, Limit, Limits, Metric, ResultType, Sink};

/// What a sink was told, with floats as bits so that NaN equals itself.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Event {
    Start,
    Labels(Vec<(String, String)>),
    Float(i64, u64),
    Histogram(i64, Vec<u64>),
    Text(i64, String),
    End(ResultType),
}

#[derive(Debug, Default)]
pub(super) struct Record {
    pub(super) events: Vec<Event>,
}

impl Sink for Record {
    fn series_start(&mut self) -> Result<(), Error> {
        self.events.push(Event::Start);
        Ok(())
    }

    fn metric(&mut self, metric: Metric<'_>) -> Result<(), Error> {
        let own = metric.labels().map(|(k, v)| (k.into_owned(), v.into_owned())).collect();
        self.events.push(Event::Labels(own));
        Ok(())
    }

    fn float(&mut self, time_ns: i64, value: f64) -> Result<(), Error> {
        self.events.push(Event::Float(time_ns, value.to_bits()));
        Ok(())
    }

    fn histogram(&mut self, histogram: &Histogram<'_>) -> Result<(), Error> {
        let mut numbers = vec![histogram.count, histogram.sum];
        for bucket in histogram.buckets {
            numbers.extend([f64::from(bucket.boundary), bucket.lower, bucket.upper, bucket.count]);
        }
        let bits = numbers.into_iter().map(f64::to_bits).collect();
        self.events.push(Event::Histogram(histogram.time_ns, bits));
        Ok(())
    }

    fn string(&mut self, time_ns: i64, value: &str) -> Result<(), Error> {
        self.events.push(Event::Text(time_ns, value.to_owned()));
        Ok(())
    }

    fn series_end(&mut self, result: ResultType) -> Result<(), Error> {
        self.events.push(Event::End(result));
        Ok(())
    }
}

pub(super) fn generous() -> Limits {
    Limits {
        bytes: Limit::new("responseBytesLimit", 1 << 30),
        series: Limit::new("seriesLimit", 1 << 20),
        points: Limit::new("pointsLimit", 1 << 30),
    }
}

/// Reads a matrix of floats through serde's tree; labels come first in every series.
pub(super) fn read(body: &str) -> Vec<Event> {
    let tree: Value = serde_json::from_str(body).unwrap();
    let mut events = Vec::new();
    for series in tree["data"]["result"].as_array().unwrap() {
        let labels = series["metric"].as_object().unwrap().iter();
        let labels = labels.map(|(k, v)| (k.clone(), v.as_str().unwrap().to_owned()));
        events.extend([Event::Start, Event::Labels(labels.collect())]);
        for sample in series["values"].as_array().unwrap() {
            let value: f64 = sample[1].as_str().unwrap().parse().unwrap();
            // Times in the tests have at most three decimals, which the product rounds back to.
            #[expect(clippy::cast_possible_truncation, reason = "the tests' times are small")]
            let millis = (sample[0].as_f64().unwrap() * 1e3).round() as i64;
            events.push(Event::Float(millis * 1_000_000, value.to_bits()));
        }
        events.push(Event::End(ResultType::Matrix));
    }
    events
}

/// Moves every series' labels to its start, as the tree has them.
pub(super) fn labels_first(events: &[Event]) -> Vec<Event> {
    let mut out: Vec<Event> = Vec::new();
    let mut start = 0;
    for event in events {
        match event {
            Event::Start => {
                start = out.len() + 1;
                out.push(event.clone());
            }
            Event::Labels(_) => out.insert(start, event.clone()),
            _ => out.push(event.clone()),
        }
    }
    out
}
