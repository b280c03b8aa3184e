//! The reader's inner half: the elements of a result, their keys, and their samples.

use super::envelope::{Level, Reader, Samples, State};
use super::keys::{SERIES_KEYS, key_bit};
use super::metric::Metric;
use super::point;
use super::sink::{Histogram, ResultType, Sink};
use super::skip::Skip;
use super::token::{self, Stop, bad};

impl Reader {
    /// A list of series, or the two parts of a scalar or string.
    pub(super) fn result_first(&mut self, bytes: &[u8], at: &mut usize) -> Result<(), Stop> {
        let start = token::space(bytes, *at)?;
        match bytes[start] {
            b']' => {
                *at = start + 1;
                self.state = State::DataNext;
            }
            b'{' => {
                *at = start;
                self.state = State::Element;
            }
            _ => {
                let (time_ns, text, end) = point::pair_open(bytes, start)?;
                self.said.pair = Some((time_ns, text.into_owned()));
                *at = end;
                self.state = State::DataNext;
            }
        }
        Ok(())
    }

    pub(super) fn series_key<S: Sink + ?Sized>(
        &mut self,
        bytes: &[u8],
        at: &mut usize,
        sink: &mut S,
    ) -> Result<(), Stop> {
        let start = token::space(bytes, *at)?;
        let (key, colon) = token::key(bytes, start)?;
        let value = token::space(bytes, colon)?;
        let bit = key_bit(&SERIES_KEYS, &key);
        if self.keys.series & bit != 0 {
            return bad(start, "duplicate key");
        }
        match &*key {
            "metric" => {
                let (metric, end) = Metric::parse(bytes, value)?;
                sink.metric(metric)?;
                *at = end;
                self.state = State::SeriesNext;
            }
            "value" => {
                self.take_shape(ResultType::Vector, start)?;
                let (time_ns, number, end) = point::float(bytes, value)?;
                self.count_points(1)?;
                sink.float(time_ns, number)?;
                *at = end;
                self.state = State::SeriesNext;
            }
            "histogram" => {
                self.take_shape(ResultType::Vector, start)?;
                let mut end = value;
                self.histogram(bytes, &mut end, sink)?;
                *at = end;
                self.state = State::SeriesNext;
            }
            "values" | "histograms" => {
                self.take_shape(ResultType::Matrix, start)?;
                *at = token::expect(bytes, value, b'[')?;
                let floats = &*key == "values";
                let kind = if floats { Samples::Floats } else { Samples::Histograms };
                self.state = State::SampleFirst(kind);
            }
            _ => {
                *at = value;
                self.state = State::Skip(Skip::new(), Level::Series);
            }
        }
        self.keys.series |= bit;
        Ok(())
    }

    pub(super) fn series_next<S: Sink + ?Sized>(
        &mut self,
        bytes: &[u8],
        at: &mut usize,
        sink: &mut S,
    ) -> Result<(), Stop> {
        let start = *at;
        self.next(bytes, at, State::SeriesKey, State::ElementNext)?;
        if matches!(self.state, State::ElementNext) {
            let metric = key_bit(&SERIES_KEYS, "metric");
            match self.shape {
                Some(shape) if self.keys.series & metric != 0 && self.keys.series != metric => {
                    sink.series_end(shape)?;
                }
                _ => return bad(start, "a series lacks its metric or its values"),
            }
        }
        Ok(())
    }

    pub(super) fn sample_first(
        &mut self,
        bytes: &[u8],
        at: &mut usize,
        kind: Samples,
    ) -> Result<(), Stop> {
        let start = token::space(bytes, *at)?;
        if bytes[start] == b']' {
            *at = start + 1;
            self.state = State::SeriesNext;
        } else {
            *at = start;
            self.state = State::Sample(kind);
        }
        Ok(())
    }

    /// The hot loop: every sample is a checkpoint.
    pub(super) fn floats<S: Sink + ?Sized>(
        &mut self,
        bytes: &[u8],
        at: &mut usize,
        sink: &mut S,
    ) -> Result<(), Stop> {
        loop {
            let (time_ns, value, end) = point::float(bytes, *at)?;
            self.count_points(1)?;
            sink.float(time_ns, value)?;
            *at = end;
            if bytes.get(end) != Some(&b',') {
                self.state = State::SampleNext(Samples::Floats);
                return Ok(());
            }
            *at = end + 1;
        }
    }

    pub(super) fn histogram<S: Sink + ?Sized>(
        &mut self,
        bytes: &[u8],
        at: &mut usize,
        sink: &mut S,
    ) -> Result<(), Stop> {
        let (head, end) = point::histogram(bytes, *at, &mut self.buckets)?;
        self.count_points(1 + self.buckets.len() as u64)?;
        sink.histogram(&Histogram {
            time_ns: head.time_ns,
            count: head.count,
            sum: head.sum,
            buckets: &self.buckets,
        })?;
        *at = end;
        Ok(())
    }

    fn take_shape(&mut self, shape: ResultType, at: usize) -> Result<(), Stop> {
        match self.shape {
            Some(known) if known != shape => bad(at, "the series are of two kinds"),
            _ => {
                self.shape = Some(shape);
                Ok(())
            }
        }
    }
}
