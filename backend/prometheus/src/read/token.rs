//! The small tokens of JSON, each read whole or not at all: [`Stop::More`] asks for more bytes.

use std::borrow::Cow;

use crate::Error;

/// Why a token was not read.
pub(super) enum Stop {
    /// The bytes end inside of it.
    More,
    /// It is wrong; the position is an index into the bytes at hand.
    Bad(Error),
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        Self::Bad(error)
    }
}

/// Refuses what stands at `at`.
#[cold]
pub(super) fn bad<T>(at: usize, message: impl Into<String>) -> Result<T, Stop> {
    Err(Stop::Bad(Error::malformed(at as u64, message)))
}

/// Skips white space and returns where something else stands.
#[inline]
pub(super) fn space(bytes: &[u8], mut at: usize) -> Result<usize, Stop> {
    while let Some(byte) = bytes.get(at) {
        match byte {
            b' ' | b'\t' | b'\n' | b'\r' => at += 1,
            _ => return Ok(at),
        }
    }
    Err(Stop::More)
}

/// Skips white space and then exactly `wanted`.
#[inline]
pub(super) fn expect(bytes: &[u8], at: usize, wanted: u8) -> Result<usize, Stop> {
    let at = space(bytes, at)?;
    if bytes[at] == wanted { Ok(at + 1) } else { bad(at, format!("`{}` expected", wanted as char)) }
}

/// Skips white space and then `,` (answers true) or `close` (answers false).
#[inline]
pub(super) fn comma_or(bytes: &[u8], at: usize, close: u8) -> Result<(bool, usize), Stop> {
    let at = space(bytes, at)?;
    match bytes[at] {
        b',' => Ok((true, at + 1)),
        byte if byte == close => Ok((false, at + 1)),
        _ => bad(at, format!("`,` or `{}` expected", close as char)),
    }
}

/// Returns the end of the string whose opening quote is at `at`. Escapes are checked by
/// [`unescape`].
#[inline]
pub(super) fn string_end(bytes: &[u8], at: usize) -> Result<usize, Stop> {
    if bytes[at] != b'"' {
        return bad(at, "string expected");
    }
    let mut i = at + 1;
    while let Some(found) = bytes.get(i..).and_then(|rest| memchr::memchr2(b'"', b'\\', rest)) {
        i += found;
        if bytes[i] == b'\\' {
            i += 2;
            continue;
        }
        if let Some(control) = bytes[at + 1..i].iter().position(|&b| b < 0x20) {
            return bad(at + 1 + control, "control character in a string");
        }
        return Ok(i + 1);
    }
    Err(Stop::More)
}

/// Reads a key with its colon; answers its text and the index after the colon.
pub(super) fn key(bytes: &[u8], at: usize) -> Result<(Cow<'_, str>, usize), Stop> {
    let (text, end) = string(bytes, at)?;
    Ok((text, expect(bytes, end, b':')?))
}

/// Skips white space and reads a string; answers its text and the index after it.
pub(super) fn string(bytes: &[u8], at: usize) -> Result<(Cow<'_, str>, usize), Stop> {
    let at = space(bytes, at)?;
    let end = string_end(bytes, at)?;
    match unescape(&bytes[at + 1..end - 1]) {
        Some(text) => Ok((text, end)),
        None => bad(at, "string is not UTF-8 or has a bad escape"),
    }
}

/// Skips `null`, `true` or `false`, whichever starts at `at`.
pub(super) fn literal(bytes: &[u8], at: usize) -> Result<usize, Stop> {
    for word in [&b"null"[..], b"true", b"false"] {
        let have = &bytes[at..bytes.len().min(at + word.len())];
        if have == word {
            return Ok(at + word.len());
        }
        if word.starts_with(have) {
            return Err(Stop::More);
        }
    }
    bad(at, "value expected")
}

/// Returns the end of the number at `at`, checked against JSON's grammar.
pub(super) fn number_end(bytes: &[u8], at: usize) -> Result<usize, Stop> {
    let rest = &bytes[at..];
    let is_part = |b: &u8| matches!(b, b'0'..=b'9' | b'-' | b'+' | b'.' | b'e' | b'E');
    let length = rest.iter().position(|b| !is_part(b)).ok_or(Stop::More)?;
    if is_number(&rest[..length]) { Ok(at + length) } else { bad(at, "number expected") }
}

fn is_number(text: &[u8]) -> bool {
    let text = text.strip_prefix(b"-").unwrap_or(text);
    let whole = text.iter().take_while(|b| b.is_ascii_digit()).count();
    if whole == 0 || (whole > 1 && text[0] == b'0') {
        return false;
    }
    let mut rest = &text[whole..];
    if let Some(fraction) = rest.strip_prefix(b".") {
        let digits = fraction.iter().take_while(|b| b.is_ascii_digit()).count();
        if digits == 0 {
            return false;
        }
        rest = &fraction[digits..];
    }
    if let [b'e' | b'E', exponent @ ..] = rest {
        let digits = match exponent {
            [b'+' | b'-', digits @ ..] | digits => digits,
        };
        return !digits.is_empty() && digits.iter().all(u8::is_ascii_digit);
    }
    rest.is_empty()
}

/// Decodes the inside of a JSON string; none if it is not UTF-8 or an escape is wrong.
pub(super) fn unescape(raw: &[u8]) -> Option<Cow<'_, str>> {
    let raw = simdutf8::basic::from_utf8(raw).ok()?;
    let Some(first) = memchr::memchr(b'\\', raw.as_bytes()) else {
        return Some(Cow::Borrowed(raw));
    };
    let mut out = String::with_capacity(raw.len());
    let (plain, mut rest) = raw.split_at(first);
    out.push_str(plain);
    while let Some(tail) = rest.strip_prefix('\\') {
        let (c, tail) = escape(tail)?;
        out.push(c);
        let next = memchr::memchr(b'\\', tail.as_bytes()).unwrap_or(tail.len());
        out.push_str(&tail[..next]);
        rest = &tail[next..];
    }
    Some(Cow::Owned(out))
}

fn escape(text: &str) -> Option<(char, &str)> {
    let (c, tail) = (text.chars().next()?, text.get(1..)?);
    let plain = match c {
        '"' | '\\' | '/' => c,
        'b' => '\u{8}',
        'f' => '\u{c}',
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        'u' => return unicode(tail),
        _ => return None,
    };
    Some((plain, tail))
}

/// Four hex digits, or a pair of surrogates; a lone surrogate is no character.
fn unicode(text: &str) -> Option<(char, &str)> {
    let (high, tail) = hex4(text)?;
    if !(0xd800..0xdc00).contains(&high) {
        return Some((char::from_u32(high)?, tail));
    }
    let (low, tail) = hex4(tail.strip_prefix("\\u")?)?;
    if !(0xdc00..0xe000).contains(&low) {
        return None;
    }
    Some((char::from_u32(0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00))?, tail))
}

fn hex4(text: &str) -> Option<(u32, &str)> {
    let digits = text.get(..4).filter(|d| d.bytes().all(|b| b.is_ascii_hexdigit()))?;
    Some((u32::from_str_radix(digits, 16).ok()?, &text[4..]))
}
