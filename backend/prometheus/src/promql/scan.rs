//! Caps that hold before the parser runs: it recurses and is quadratic, so size is judged by bytes
//! alone.

use std::ops::Range;

use crate::{Error, limits};

/// Checks a text against every cap and refuses what the parser would misread in silence.
pub(super) fn check(text: &str) -> Result<(), Error> {
    if text.len() > limits::QUERY_BYTES_MAX {
        let message = format!("longer than {} bytes", limits::QUERY_BYTES_MAX);
        return Err(Error::bad_query(limits::QUERY_BYTES_MAX, message));
    }
    let mut scan = Scan { text, ..Scan::default() };
    let mut at = 0;
    while at < text.len() {
        at = scan.token(at)?;
    }
    match scan.open.last() {
        Some(&(_, position)) => Err(Error::bad_query(position, "bracket is not closed")),
        None => Ok(()),
    }
}

/// Returns where the string literal that starts at `at` ends (past its closing quote).
pub(super) fn string_end(text: &str, at: usize) -> Result<usize, Error> {
    let bytes = text.as_bytes();
    let quote = bytes[at];
    let mut i = at + 1;
    while i < bytes.len() {
        match bytes[i] {
            b if b == quote => return Ok(i + 1),
            // The parser takes a backslash for an escape here, Prometheus does not: they would
            // disagree where the string ends, and so would these caps.
            b'\\' if quote == b'`' => {
                return Err(Error::bad_query(i, "backslash in a back-tick string"));
            }
            b'\\' => {
                check_escape(bytes, i)?;
                i += 2;
            }
            b'\n' if quote != b'`' => break,
            _ => i += 1,
        }
    }
    Err(Error::bad_query(at, "quote is not closed"))
}

/// Refuses escapes that the parser turns into another text than Prometheus: octal, and bytes over
/// 7f.
fn check_escape(bytes: &[u8], at: usize) -> Result<(), Error> {
    match bytes.get(at + 1) {
        Some(b'0'..=b'7') => Err(Error::bad_query(at, "octal escapes are not supported")),
        Some(b'x') if !matches!(bytes.get(at + 2), Some(b'0'..=b'7')) => {
            Err(Error::bad_query(at, "escapes above \\x7f are not supported"))
        }
        _ => Ok(()),
    }
}

#[derive(Default)]
struct Scan<'a> {
    text: &'a str,
    open: Vec<(u8, usize)>,
    signs: usize,
    bare: usize,
    operators: usize,
    selectors: usize,
    after_offset: bool,
}

impl Scan<'_> {
    fn token(&mut self, at: usize) -> Result<usize, Error> {
        let bytes = self.text.as_bytes();
        let byte = bytes[at];
        let end = match byte {
            b'"' | b'\'' | b'`' => {
                self.operand();
                return string_end(self.text, at);
            }
            b'#' => memchr::memchr2(b'\n', b'\r', &bytes[at..]).map_or(bytes.len(), |n| at + n),
            b' ' | b'\t' | b'\n' | b'\r' | b':' => at + 1,
            b'(' | b'[' | b'{' => self.bracket_open(byte, at)?,
            b')' | b']' | b'}' => self.bracket_close(byte, at)?,
            b'0'..=b'9' | b'.' => self.number(at)?,
            b'a'..=b'z' | b'A'..=b'Z' | b'_' => self.word(at)?,
            b'+' | b'-' => self.sign(at)?,
            b'*' | b'/' | b'%' | b'^' | b'=' | b'!' | b'<' | b'>' | b'~' => self.operator(at)?,
            b',' | b'@' => {
                self.operand();
                at + 1
            }
            _ => return Err(Error::bad_query(at, "unexpected character")),
        };
        self.bare += end - at;
        if self.bare > limits::QUERY_BARE_BYTES_MAX {
            let message =
                format!("more than {} bytes outside of quotes", limits::QUERY_BARE_BYTES_MAX);
            return Err(Error::bad_query(at, message));
        }
        Ok(end)
    }

    /// Anything but a sign ends a run of signs, and the wait for an offset's duration.
    fn operand(&mut self) {
        self.signs = 0;
        self.after_offset = false;
    }

    fn in_bracket(&self, kind: u8) -> bool {
        self.open.last().is_some_and(|&(open, _)| open == kind)
    }

    fn check_depth(&self, at: usize) -> Result<(), Error> {
        if self.open.len() + self.signs > limits::QUERY_DEPTH_MAX {
            let message = format!("nested deeper than {}", limits::QUERY_DEPTH_MAX);
            return Err(Error::bad_query(at, message));
        }
        Ok(())
    }

    fn bracket_open(&mut self, byte: u8, at: usize) -> Result<usize, Error> {
        self.operand();
        self.open.push((byte, at));
        self.check_depth(at)?;
        if byte == b'{' {
            // A selector without a name counts here, one with a name at its word: twice at worst.
            self.selector(at)?;
        }
        Ok(at + 1)
    }

    fn bracket_close(&mut self, byte: u8, at: usize) -> Result<usize, Error> {
        self.operand();
        let open = match byte {
            b')' => b'(',
            b']' => b'[',
            _ => b'{',
        };
        match self.open.pop() {
            Some((found, _)) if found == open => Ok(at + 1),
            _ => Err(Error::bad_query(at, "bracket closes none")),
        }
    }

    fn sign(&mut self, at: usize) -> Result<usize, Error> {
        self.signs += 1;
        self.check_depth(at)?;
        self.operator(at)
    }

    fn operator(&mut self, at: usize) -> Result<usize, Error> {
        if !self.in_bracket(b'{') {
            self.operators += 1;
        }
        if self.operators > limits::QUERY_OPERATORS_MAX {
            let message = format!("more than {} operators", limits::QUERY_OPERATORS_MAX);
            return Err(Error::bad_query(at, message));
        }
        let two = matches!(
            self.text.as_bytes().get(at..at + 2),
            Some(b"==" | b"!=" | b"<=" | b">=" | b"=~" | b"!~")
        );
        Ok(at + if two { 2 } else { 1 })
    }

    fn selector(&mut self, at: usize) -> Result<(), Error> {
        self.selectors += 1;
        // Names of labels and functions are told apart after parsing; here only the order counts.
        if self.selectors > 8 * limits::QUERY_SELECTORS_MAX {
            return Err(Error::bad_query(at, "too many names"));
        }
        Ok(())
    }

    fn word(&mut self, at: usize) -> Result<usize, Error> {
        if self.after_offset {
            // The parser panics at `offset NaN`.
            return Err(Error::bad_query(at, "a duration must follow offset"));
        }
        self.operand();
        let word = self.run(at, |b| b.is_ascii_alphanumeric() || b == b'_' || b == b':');
        let text = &self.text[word.clone()];
        self.after_offset = text.eq_ignore_ascii_case("offset");
        match text.to_ascii_lowercase().as_str() {
            "and" | "or" | "unless" | "atan2" => {
                self.operator(at)?;
            }
            _ => self.selector(at)?,
        }
        Ok(word.end)
    }

    /// Numbers and durations. The parser panics at absurd seconds and drops parts beyond 32 bits.
    fn number(&mut self, at: usize) -> Result<usize, Error> {
        let span = self.in_bracket(b'[') || self.after_offset;
        self.operand();
        let mut run = self.run(at, |b| b.is_ascii_alphanumeric() || b == b'.' || b == b'_');
        let bytes = self.text.as_bytes();
        let hex = bytes[run.clone()].starts_with(b"0x") || bytes[run.clone()].starts_with(b"0X");
        let exponent = !hex && matches!(bytes[run.end - 1], b'e' | b'E');
        if exponent && matches!(bytes.get(run.end), Some(b'+' | b'-')) {
            run.end = self.run(run.end + 1, |b| b.is_ascii_digit()).end;
        }
        let token = &self.text[run.clone()];
        let unit = !hex && token.contains(['y', 'w', 'd', 'h', 'm', 's']);
        if unit && longest_digits(token) > limits::DURATION_DIGITS_MAX {
            return Err(Error::bad_query(at, "duration is too long"));
        }
        if span && !unit && !plain_seconds(token) {
            return Err(Error::bad_query(at, "not a duration in seconds"));
        }
        Ok(run.end)
    }

    fn run(&self, at: usize, is_part: impl Fn(u8) -> bool) -> Range<usize> {
        let rest = &self.text.as_bytes()[at..];
        at..at + rest.iter().position(|&b| !is_part(b)).unwrap_or(rest.len())
    }
}

fn longest_digits(token: &str) -> usize {
    token.split(|c: char| !c.is_ascii_digit()).map(str::len).max().unwrap_or(0)
}

/// Accepts up to nine digits and up to three decimals, which is what a duration can hold exactly.
fn plain_seconds(token: &str) -> bool {
    let (whole, fraction) = token.split_once('.').unwrap_or((token, "0"));
    let digits =
        |s: &str, max| (1..=max).contains(&s.len()) && s.bytes().all(|b| b.is_ascii_digit());
    digits(whole, limits::DURATION_DIGITS_MAX) && digits(fraction, 3)
}
