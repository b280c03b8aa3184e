//! The reader: the envelope's states, fed with chunks, one checkpoint for every small token.

use super::keys::{DATA_KEYS, Keys, TOP_KEYS, key_bit, once};
use super::metric::Metric;
use super::point;
use super::sink::{Bucket, Limits, ResultType, Sink, Summary};
use super::skip::Skip;
use super::text::{notices, shortened};
use super::token::{self, Stop, bad};
use crate::{Error, limits};

/// Reads one answer. Feed it every chunk in order, then [`Reader::finish`] it.
///
/// Nothing of the answer is kept but the unread end of a chunk (bounded) and a few words.
#[derive(Debug)]
pub struct Reader {
    limits: Limits,
    http_status: u16,
    pub(super) state: State,
    /// The unread end of what came, and how long it must get before reading it again pays.
    rest: Vec<u8>,
    retry_at: usize,
    /// How many bytes lie before `rest`.
    passed: u64,
    fed: u64,
    series: u64,
    points: u64,
    pub(super) keys: Keys,
    pub(super) shape: Option<ResultType>,
    pub(super) said: Said,
    pub(super) buckets: Vec<Bucket>,
}

/// What the answer says of itself.
#[derive(Debug, Default)]
pub(super) struct Said {
    status: Option<String>,
    error_type: Option<String>,
    error: Option<String>,
    result: Option<ResultType>,
    warnings: Vec<String>,
    infos: Vec<String>,
    /// A scalar or string, which only `resultType` tells apart.
    pub(super) pair: Option<(i64, String)>,
}

#[derive(Debug, Clone, Copy)]
pub(super) enum State {
    Start,
    TopFirst,
    TopKey,
    TopNext,
    DataFirst,
    DataKey,
    DataNext,
    ResultFirst,
    Element,
    ElementNext,
    SeriesFirst,
    SeriesKey,
    SeriesNext,
    SampleFirst(Samples),
    Sample(Samples),
    SampleNext(Samples),
    Skip(Skip, Level),
    Done,
}

#[derive(Debug, Clone, Copy)]
pub(super) enum Samples {
    Floats,
    Histograms,
}

#[derive(Debug, Clone, Copy)]
pub(super) enum Level {
    Top,
    Data,
    Series,
}

impl Reader {
    /// Makes a reader of an answer that came with this HTTP status.
    pub fn new(limits: Limits, http_status: u16) -> Self {
        Self {
            limits,
            http_status,
            state: State::Start,
            rest: Vec::new(),
            retry_at: 0,
            passed: 0,
            fed: 0,
            series: 0,
            points: 0,
            keys: Keys::default(),
            shape: None,
            said: Said::default(),
            buckets: Vec::new(),
        }
    }

    /// Reads as much of a chunk as can be read and keeps its unread end.
    pub fn feed<S: Sink + ?Sized>(&mut self, chunk: &[u8], sink: &mut S) -> Result<(), Error> {
        self.fed += chunk.len() as u64;
        self.limits.bytes.check(self.fed)?;
        if self.rest.is_empty() {
            let used = self.read(chunk, sink)?;
            self.rest.extend_from_slice(&chunk[used..]);
        } else {
            self.rest.extend_from_slice(chunk);
            if self.rest.len() < self.retry_at.min(limits::TOKEN_BYTES_MAX) {
                return Ok(());
            }
            self.read_rest(sink)?;
        }
        if self.rest.len() > limits::TOKEN_BYTES_MAX {
            let message = format!("one token is longer than {} bytes", limits::TOKEN_BYTES_MAX);
            return Err(Error::malformed(self.passed, message));
        }
        // A long token is not read again for every few bytes: that would take quadratic time.
        self.retry_at = self.rest.len() + self.rest.len() / 2;
        Ok(())
    }

    /// Ends the answer: it must be complete, a success, and of the shape that it named.
    pub fn finish<S: Sink + ?Sized>(mut self, sink: &mut S) -> Result<Summary, Error> {
        self.read_rest(sink)?;
        if !self.rest.is_empty() || !matches!(self.state, State::Done) {
            return Err(Error::malformed(self.fed, "the answer is cut short"));
        }
        self.check_status()?;
        let Some(result) = self.said.result else {
            return Err(Error::malformed(self.fed, "no resultType"));
        };
        if self.keys.data & key_bit(&DATA_KEYS, "result") == 0 {
            return Err(Error::malformed(self.fed, "no result"));
        }
        self.finish_pair(result, sink)?;
        if self.shape.is_some_and(|shape| shape != result) {
            return Err(Error::malformed(self.fed, "resultType and result do not agree"));
        }
        let Self { series, points, said, .. } = self;
        Ok(Summary { result, series, points, warnings: said.warnings, infos: said.infos })
    }

    fn check_status(&self) -> Result<(), Error> {
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        match self.said.status.as_deref() {
            Some("success") => Ok(()),
            Some("error") => Err(Error::Upstream {
                status: self.http_status,
                kind: text(&self.said.error_type),
                message: text(&self.said.error),
            }),
            _ => Err(Error::malformed(self.fed, "no status")),
        }
    }

    fn finish_pair<S: Sink + ?Sized>(
        &mut self,
        result: ResultType,
        sink: &mut S,
    ) -> Result<(), Error> {
        let is_pair = matches!(result, ResultType::Scalar | ResultType::String);
        let Some((time_ns, text)) = self.said.pair.take() else {
            return if is_pair {
                Err(Error::malformed(self.fed, "resultType and result do not agree"))
            } else {
                Ok(())
            };
        };
        self.shape = Some(if is_pair { result } else { ResultType::String });
        self.count_series()?;
        self.count_points(1)?;
        sink.series_start()?;
        sink.metric(Metric::EMPTY)?;
        if result == ResultType::Scalar {
            let value = point::value(text.as_bytes())
                .ok_or_else(|| Error::malformed(self.fed, "the scalar is no number"))?;
            sink.float(time_ns, value)?;
        } else {
            sink.string(time_ns, &text)?;
        }
        sink.series_end(result)
    }

    fn read_rest<S: Sink + ?Sized>(&mut self, sink: &mut S) -> Result<(), Error> {
        let mut rest = std::mem::take(&mut self.rest);
        let used = self.read(&rest, sink)?;
        rest.drain(..used);
        self.rest = rest;
        Ok(())
    }

    /// Reads from the start of `bytes` and returns how many of them are done with.
    fn read<S: Sink + ?Sized>(&mut self, bytes: &[u8], sink: &mut S) -> Result<usize, Error> {
        let mut at = 0;
        loop {
            match self.step(bytes, &mut at, sink) {
                Ok(()) => {}
                Err(Stop::More) => break,
                Err(Stop::Bad(Error::Malformed { position, message })) => {
                    return Err(Error::Malformed { position: self.passed + position, message });
                }
                Err(Stop::Bad(error)) => return Err(error),
            }
        }
        self.passed += at as u64;
        Ok(at)
    }

    /// Reads one token and moves `at` past it; a long list of samples in one go.
    fn step<S: Sink + ?Sized>(
        &mut self,
        bytes: &[u8],
        at: &mut usize,
        sink: &mut S,
    ) -> Result<(), Stop> {
        match self.state {
            State::Start => self.open(bytes, at, b'{', State::TopFirst),
            State::TopFirst | State::TopKey => self.top_key(bytes, at),
            State::TopNext => self.next(bytes, at, State::TopKey, State::Done),
            State::DataFirst | State::DataKey => self.data_key(bytes, at),
            State::DataNext => self.next(bytes, at, State::DataKey, State::TopNext),
            State::ResultFirst => self.result_first(bytes, at),
            State::Element => {
                self.open(bytes, at, b'{', State::SeriesFirst)?;
                self.keys.series = 0;
                self.count_series()?;
                Ok(sink.series_start()?)
            }
            State::ElementNext => {
                let (more, end) = token::comma_or(bytes, *at, b']')?;
                self.state = if more { State::Element } else { State::DataNext };
                *at = end;
                Ok(())
            }
            State::SeriesFirst | State::SeriesKey => self.series_key(bytes, at, sink),
            State::SeriesNext => self.series_next(bytes, at, sink),
            State::SampleFirst(kind) => self.sample_first(bytes, at, kind),
            State::Sample(Samples::Floats) => self.floats(bytes, at, sink),
            State::Sample(Samples::Histograms) => {
                self.histogram(bytes, at, sink)?;
                self.state = State::SampleNext(Samples::Histograms);
                Ok(())
            }
            State::SampleNext(kind) => {
                let (more, end) = token::comma_or(bytes, *at, b']')?;
                self.state = if more { State::Sample(kind) } else { State::SeriesNext };
                *at = end;
                Ok(())
            }
            State::Skip(mut skip, level) => {
                let run = skip.run(bytes, at);
                self.state = State::Skip(skip, level);
                run?;
                self.state = level.next();
                Ok(())
            }
            State::Done => match token::space(bytes, *at) {
                Ok(found) => bad(found, "something follows the answer"),
                Err(stop) => {
                    *at = bytes.len();
                    Err(stop)
                }
            },
        }
    }

    fn open(&mut self, bytes: &[u8], at: &mut usize, open: u8, then: State) -> Result<(), Stop> {
        *at = token::expect(bytes, *at, open)?;
        self.state = then;
        Ok(())
    }

    pub(super) fn next(
        &mut self,
        bytes: &[u8],
        at: &mut usize,
        key: State,
        end: State,
    ) -> Result<(), Stop> {
        let (more, next) = token::comma_or(bytes, *at, b'}')?;
        self.state = if more { key } else { end };
        *at = next;
        Ok(())
    }

    fn top_key(&mut self, bytes: &[u8], at: &mut usize) -> Result<(), Stop> {
        let start = token::space(bytes, *at)?;
        if bytes[start] == b'}' && matches!(self.state, State::TopFirst) {
            *at = start + 1;
            self.state = State::Done;
            return Ok(());
        }
        let (key, colon) = token::key(bytes, start)?;
        let value = token::space(bytes, colon)?;
        let mut text = |slot: &mut Option<String>| {
            let (text, end) = token::string(bytes, value)?;
            *slot = Some(shortened(&text, limits::ERROR_TEXT_BYTES_MAX));
            *at = end;
            Ok::<_, Stop>(State::TopNext)
        };
        let said = &mut self.said;
        let next = match &*key {
            "status" => text(&mut said.status)?,
            "errorType" => text(&mut said.error_type)?,
            "error" => text(&mut said.error)?,
            "warnings" => {
                *at = notices(bytes, value, &mut said.warnings)?;
                State::TopNext
            }
            "infos" => {
                *at = notices(bytes, value, &mut said.infos)?;
                State::TopNext
            }
            "data" if bytes[value] == b'{' => {
                *at = value + 1;
                State::DataFirst
            }
            "data" if bytes[value] == b'n' => {
                *at = token::literal(bytes, value)?;
                State::TopNext
            }
            "data" => return bad(value, "data is no object"),
            _ => {
                *at = value;
                State::Skip(Skip::new(), Level::Top)
            }
        };
        once(&mut self.keys.top, key_bit(&TOP_KEYS, &key), start)?;
        self.state = next;
        Ok(())
    }

    fn data_key(&mut self, bytes: &[u8], at: &mut usize) -> Result<(), Stop> {
        let start = token::space(bytes, *at)?;
        if bytes[start] == b'}' && matches!(self.state, State::DataFirst) {
            *at = start + 1;
            self.state = State::TopNext;
            return Ok(());
        }
        let (key, colon) = token::key(bytes, start)?;
        let value = token::space(bytes, colon)?;
        let next = match &*key {
            "resultType" => {
                let (name, end) = token::string(bytes, value)?;
                let Some(kind) = ResultType::from_name(&name) else {
                    return bad(value, "resultType is unknown");
                };
                self.said.result = Some(kind);
                *at = end;
                State::DataNext
            }
            "result" => {
                *at = token::expect(bytes, value, b'[')?;
                State::ResultFirst
            }
            _ => {
                *at = value;
                State::Skip(Skip::new(), Level::Data)
            }
        };
        once(&mut self.keys.data, key_bit(&DATA_KEYS, &key), start)?;
        self.state = next;
        Ok(())
    }

    pub(super) fn count_series(&mut self) -> Result<(), Error> {
        self.series += 1;
        self.limits.series.check(self.series)
    }

    #[inline]
    pub(super) fn count_points(&mut self, more: u64) -> Result<(), Error> {
        self.points += more;
        self.limits.points.check(self.points)
    }
}

impl Level {
    pub(super) fn next(self) -> State {
        match self {
            Self::Top => State::TopNext,
            Self::Data => State::DataNext,
            Self::Series => State::SeriesNext,
        }
    }
}
