//! One sample: `[1767225600.123,"1.5"]`, or a native histogram in the place of the text.

use std::borrow::Cow;

use super::sink::Bucket;
use super::skip::Skip;
use super::token::{self, Stop, bad};
use crate::limits;

const NANOS_PER_SECOND: i64 = 1_000_000_000;
const NANOS_PER_MILLI: i64 = 1_000_000;

/// Reads a float sample; answers nanoseconds, value and the index after it.
#[inline]
pub(super) fn float(bytes: &[u8], at: usize) -> Result<(i64, f64, usize), Stop> {
    if let Some(sample) = float_fast(bytes, at) {
        return Ok(sample);
    }
    let (time_ns, text, end) = pair(bytes, at)?;
    match value(text.as_bytes()) {
        Some(value) => Ok((time_ns, value, end)),
        None => bad(at, "a sample's value is no number"),
    }
}

/// The text that servers really send: no white space, at most ten digits and three decimals.
#[inline]
fn float_fast(bytes: &[u8], at: usize) -> Option<(i64, f64, usize)> {
    if bytes.get(at) != Some(&b'[') {
        return None;
    }
    let (mut i, mut seconds) = (at + 1, 0_i64);
    while let Some(digit) = digit(bytes, i) {
        seconds = seconds * 10 + digit;
        i += 1;
        if i > at + 11 {
            return None;
        }
    }
    // `[01` is no JSON, and neither is `[,`; ten digits are below the last second that fits.
    if i == at + 1 || (bytes[at + 1] == b'0' && i > at + 2) || seconds > 9_223_372_035 {
        return None;
    }
    let mut time_ns = seconds * NANOS_PER_SECOND;
    if bytes.get(i) == Some(&b'.') {
        let mut unit = NANOS_PER_SECOND;
        i += 1;
        while let Some(digit) = digit(bytes, i) {
            unit /= 10;
            if unit < NANOS_PER_MILLI {
                return None;
            }
            time_ns += digit * unit;
            i += 1;
        }
        if unit == NANOS_PER_SECOND {
            return None;
        }
    }
    if bytes.get(i..i + 2) != Some(b",\"") {
        return None;
    }
    let start = i + 2;
    let quote = start + memchr::memchr(b'"', bytes.get(start..)?)?;
    if bytes.get(quote + 1) != Some(&b']') {
        return None;
    }
    Some((time_ns, value(&bytes[start..quote])?, quote + 2))
}

#[inline]
fn digit(bytes: &[u8], at: usize) -> Option<i64> {
    let digit = bytes.get(at)?.wrapping_sub(b'0');
    (digit < 10).then_some(i64::from(digit))
}

/// Reads `[time,"text"]`; answers nanoseconds, the text and the index after it.
fn pair(bytes: &[u8], at: usize) -> Result<(i64, Cow<'_, str>, usize), Stop> {
    pair_open(bytes, token::expect(bytes, at, b'[')?)
}

/// Reads `time,"text"]`, whose opening bracket was read before.
pub(super) fn pair_open(bytes: &[u8], at: usize) -> Result<(i64, Cow<'_, str>, usize), Stop> {
    let (time_ns, at) = time_and_comma(bytes, at)?;
    let (text, at) = token::string(bytes, at)?;
    Ok((time_ns, text, token::expect(bytes, at, b']')?))
}

fn time_and_comma(bytes: &[u8], at: usize) -> Result<(i64, usize), Stop> {
    let start = token::space(bytes, at)?;
    let end = token::number_end(bytes, start)?;
    match time(&bytes[start..end]) {
        Some(time_ns) => Ok((time_ns, token::expect(bytes, end, b',')?)),
        None => bad(start, "time is out of range"),
    }
}

/// Turns seconds into nanoseconds: whole milliseconds, what is smaller is cut off.
fn time(text: &[u8]) -> Option<i64> {
    let text = std::str::from_utf8(text).ok()?;
    if text.contains(['e', 'E']) {
        // Only ever whole milliseconds far below 2^53, so rounding brings the exact one back.
        let millis = (text.parse::<f64>().ok()? * 1e3).round();
        #[expect(clippy::cast_possible_truncation, reason = "the range is checked")]
        return (millis.abs() < 9.2e12).then_some(millis as i64)?.checked_mul(NANOS_PER_MILLI);
    }
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let seconds: i64 = whole.parse().ok()?;
    let millis: i64 = format!("{fraction:0<3.3}").parse().ok()?;
    let sign = if text.starts_with('-') { -1 } else { 1 };
    seconds.checked_mul(NANOS_PER_SECOND)?.checked_add(sign * millis * NANOS_PER_MILLI)
}

/// Parses a sample's value: a decimal number, `NaN`, `+Inf`, `-Inf` or `Inf`.
#[inline]
pub(super) fn value(text: &[u8]) -> Option<f64> {
    let unsigned = text.strip_prefix(b"-").unwrap_or(text);
    match unsigned.first()? {
        b'0'..=b'9' => fast_float2::parse(text).ok(),
        _ => match text {
            b"NaN" => Some(f64::NAN),
            b"+Inf" | b"Inf" => Some(f64::INFINITY),
            b"-Inf" => Some(f64::NEG_INFINITY),
            _ => None,
        },
    }
}

/// The parts of a native histogram sample beside its buckets.
pub(super) struct Head {
    pub(super) time_ns: i64,
    pub(super) count: f64,
    pub(super) sum: f64,
}

/// Reads `[time,{"count":"…","sum":"…","buckets":[…]}]`; buckets go into `buckets`, cleared before.
pub(super) fn histogram(
    bytes: &[u8],
    at: usize,
    buckets: &mut Vec<Bucket>,
) -> Result<(Head, usize), Stop> {
    buckets.clear();
    let (time_ns, at) = time_and_comma(bytes, token::expect(bytes, at, b'[')?)?;
    let (mut count, mut sum, mut seen) = (None, None, false);
    let mut at = token::expect(bytes, at, b'{')?;
    loop {
        let start = token::space(bytes, at)?;
        let (key, colon) = token::key(bytes, start)?;
        let value = token::space(bytes, colon)?;
        at = match &*key {
            "count" => quoted_number(bytes, value, &mut count)?,
            "sum" => quoted_number(bytes, value, &mut sum)?,
            "buckets" if !seen => {
                seen = true;
                bucket_list(bytes, value, buckets)?
            }
            "buckets" => return bad(start, "duplicate key"),
            _ => Skip::whole(bytes, value)?,
        };
        let (more, next) = token::comma_or(bytes, at, b'}')?;
        at = next;
        if !more {
            break;
        }
    }
    let (Some(count), Some(sum)) = (count, sum) else {
        return bad(at, "a histogram without count or sum");
    };
    Ok((Head { time_ns, count, sum }, token::expect(bytes, at, b']')?))
}

fn quoted_number(bytes: &[u8], at: usize, slot: &mut Option<f64>) -> Result<usize, Stop> {
    let (text, end) = token::string(bytes, at)?;
    match value(text.as_bytes()) {
        Some(number) if slot.is_none() => {
            *slot = Some(number);
            Ok(end)
        }
        Some(_) => bad(at, "duplicate key"),
        None => bad(at, "a histogram's number is none"),
    }
}

fn bucket_list(bytes: &[u8], at: usize, buckets: &mut Vec<Bucket>) -> Result<usize, Stop> {
    let mut at = token::expect(bytes, at, b'[')?;
    let first = token::space(bytes, at)?;
    if bytes[first] == b']' {
        return Ok(first + 1);
    }
    loop {
        let open = token::space(bytes, token::expect(bytes, at, b'[')?)?;
        let boundary = match bytes[open] {
            digit @ b'0'..=b'3' => digit - b'0',
            _ => return bad(open, "a bucket's boundary rule is unknown"),
        };
        at = open + 1;
        let mut numbers = [None; 3];
        for slot in &mut numbers {
            at = quoted_number(bytes, token::expect(bytes, at, b',')?, slot)?;
        }
        at = token::expect(bytes, at, b']')?;
        let [Some(lower), Some(upper), Some(count)] = numbers else {
            return bad(at, "a bucket lacks a number");
        };
        if buckets.len() == limits::BUCKETS_MAX {
            return bad(at, format!("more than {} buckets", limits::BUCKETS_MAX));
        }
        buckets.push(Bucket { boundary, lower, upper, count });
        let (more, next) = token::comma_or(bytes, at, b']')?;
        at = next;
        if !more {
            return Ok(at);
        }
    }
}
