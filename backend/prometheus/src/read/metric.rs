//! The label set of a series, kept as the bytes that came and decoded only on demand.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::token::{self, Stop, unescape};
use crate::{Error, limits};

/// A series' labels: a checked JSON object of strings, without duplicate names.
#[derive(Debug, Clone, Copy)]
pub struct Metric<'a> {
    raw: &'a str,
}

impl<'a> Metric<'a> {
    /// The metric of a result that has none.
    pub const EMPTY: Metric<'static> = Metric { raw: "{}" };

    /// Returns the labels as the JSON object that came, white space and escapes included.
    pub fn raw(&self) -> &'a str {
        self.raw
    }

    /// Returns the labels in the order of the text, unescaped.
    pub fn labels(&self) -> impl Iterator<Item = (Cow<'a, str>, Cow<'a, str>)> + use<'a> {
        Pairs { bytes: self.raw.as_bytes(), at: 1 }.map(|(name, value)| {
            // Checked when the metric was read; the empty text stands for what cannot happen.
            (unescape(name).unwrap_or_default(), unescape(value).unwrap_or_default())
        })
    }

    /// Returns one label's value, or none where the series lacks it.
    pub fn get(&self, name: &str) -> Option<Cow<'a, str>> {
        self.labels().find(|(label, _)| label == name).map(|(_, value)| value)
    }

    /// Returns the labels as a map.
    pub fn to_map(&self) -> BTreeMap<String, String> {
        self.labels().map(|(name, value)| (name.into_owned(), value.into_owned())).collect()
    }

    /// Reads the object of strings at `at`; answers it and the index after it.
    pub(super) fn parse(bytes: &'a [u8], at: usize) -> Result<(Self, usize), Stop> {
        let end = scan(bytes, at)?;
        let Ok(raw) = simdutf8::basic::from_utf8(&bytes[at..end]) else {
            return token::bad(at, "labels are not UTF-8");
        };
        let metric = Self { raw };
        metric.check(at)?;
        Ok((metric, end))
    }

    /// Refuses bad escapes, too many labels and duplicate names.
    fn check(&self, at: usize) -> Result<(), Error> {
        let mut names: Vec<Cow<'a, str>> = Vec::new();
        for (name, value) in (Pairs { bytes: self.raw.as_bytes(), at: 1 }) {
            let bad = || Error::malformed(at as u64, "bad escape in a label");
            let name = unescape(name).ok_or_else(bad)?;
            unescape(value).ok_or_else(bad)?;
            if names.contains(&name) {
                return Err(Error::malformed(at as u64, "duplicate label name"));
            }
            if names.len() == limits::LABELS_MAX {
                let message = format!("more than {} labels", limits::LABELS_MAX);
                return Err(Error::malformed(at as u64, message));
            }
            names.push(name);
        }
        Ok(())
    }
}

/// Returns the end of an object of strings.
fn scan(bytes: &[u8], at: usize) -> Result<usize, Stop> {
    let mut at = token::expect(bytes, at, b'{')?;
    let first = token::space(bytes, at)?;
    if bytes[first] == b'}' {
        return Ok(first + 1);
    }
    loop {
        let name = token::space(bytes, at)?;
        let colon = token::expect(bytes, token::string_end(bytes, name)?, b':')?;
        let value = token::space(bytes, colon)?;
        let (more, next) = token::comma_or(bytes, token::string_end(bytes, value)?, b'}')?;
        if !more {
            return Ok(next);
        }
        at = next;
    }
}

/// The raw insides of the strings of an object that was scanned before.
struct Pairs<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Iterator for Pairs<'a> {
    type Item = (&'a [u8], &'a [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        let mut next_string = || {
            let start = self.at + memchr::memchr(b'"', &self.bytes[self.at..])?;
            let end = token::string_end(self.bytes, start).ok()?;
            self.at = end;
            Some(&self.bytes[start + 1..end - 1])
        };
        Some((next_string()?, next_string()?))
    }
}
