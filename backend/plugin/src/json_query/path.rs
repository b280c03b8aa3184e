//! Paths that anybody may send: RFC 9535, within bounds that keep a query's work in step with the
//! document's size.

use std::fmt;

use serde_json::Value;
use serde_json_path::JsonPath;

use crate::error::{Error, bounded};

/// Longest path, in bytes.
const PATH_BYTES_MAX: usize = 512;

/// Deepest nesting of filters and brackets.
const DEPTH_MAX: usize = 8;

/// A path, or the bare name of a member, which is much quicker.
#[derive(Clone, Debug)]
pub(super) enum Path {
    /// The name of a member of the row.
    Member(String),
    /// A path by RFC 9535.
    Json(JsonPath),
}

impl Path {
    /// Parses a path; a text that does not start with `$` is the name of a member.
    ///
    /// # Errors
    /// [`Error::BadQuery`] naming `field`.
    pub(super) fn parse(field: &str, text: &str) -> Result<Self, Error> {
        let refused = |why: &str| Err(Error::BadQuery { message: format!("field {field}: {why}") });
        let text = text.trim();
        if text.is_empty() {
            return refused("the path is empty");
        }
        if text.len() > PATH_BYTES_MAX {
            return refused(&format!("the path is longer than {PATH_BYTES_MAX} bytes"));
        }
        if !text.starts_with('$') {
            return Ok(Self::Member(text.to_owned()));
        }
        if let Err(why) = check(text) {
            return refused(why);
        }
        match JsonPath::parse(text) {
            Ok(path) => Ok(Self::Json(path)),
            Err(error) => refused(&bounded(&error.to_string())),
        }
    }

    /// Returns the values it finds, in their order.
    pub(super) fn query<'a>(&self, value: &'a Value) -> Vec<&'a Value> {
        match self {
            Self::Member(name) => value.get(name).into_iter().collect(),
            Self::Json(path) => path.query(value).all(),
        }
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Member(name) => f.write_str(name),
            Self::Json(path) => write!(f, "{path}"),
        }
    }
}

/// RFC 9535's functions that take a regular expression, which is compiled anew for every node.
const REGEX_FUNCTIONS: [&str; 2] = ["match", "search"];

/// Refuses what multiplies work: several descents, the whole document inside of a filter, lists of
/// selectors that find everything several times, and regular expressions.
fn check(text: &str) -> Result<(), &'static str> {
    let mut brackets: Vec<Bracket> = Vec::new();
    let (mut quote, mut escaped, mut descents) = (None, false, 0);
    let bytes = text.as_bytes();
    for (n, &byte) in bytes.iter().enumerate() {
        if let Some(open) = quote {
            match byte {
                _ if escaped => escaped = false,
                b'\\' => escaped = true,
                _ if byte == open => quote = None,
                _ => {}
            }
            continue;
        }
        if byte == b'(' && REGEX_FUNCTIONS.iter().any(|name| text[..n].trim_end().ends_with(name)) {
            return Err("`match(` and `search(` are not taken: compare with `==`");
        }
        match byte {
            b'"' | b'\'' => quote = Some(byte),
            b'[' | b'(' => brackets.push(Bracket { square: byte == b'[', ..Bracket::default() }),
            b']' | b')' => {
                brackets.pop();
            }
            b'.' if bytes.get(n + 1) == Some(&b'.') => descents += 1,
            b'$' if n > 0 => return Err("`$` may stand only at the start"),
            b',' => brackets.last_mut().into_iter().for_each(|bracket| bracket.list = true),
            b'*' | b':' | b'?' => brackets.last_mut().into_iter().for_each(|b| b.wide = true),
            _ => {}
        }
        if descents > 1 {
            return Err("`..` may stand only once");
        }
        if brackets.len() > DEPTH_MAX {
            return Err("nested too deeply");
        }
        if brackets.last().is_some_and(|bracket| bracket.square && bracket.list && bracket.wide) {
            return Err("a list of selectors may hold names and numbers only");
        }
    }
    Ok(())
}

#[derive(Clone, Copy, Default)]
struct Bracket {
    square: bool,
    list: bool,
    wide: bool,
}
