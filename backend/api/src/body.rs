//! Reads what a caller sent, to the letter: the one strictness of the plugin and the service.
//!
//! What is no JSON is told with line and column, a wrong shape with the pointer to its field.

use serde::de::{DeserializeOwned, IgnoredAny};
use serde_path_to_error::{Path, Segment};

use crate::{Problem, ProblemCode, run::CancelBody};

/// Largest body in bytes: a form's worth many times over.
pub const BODY_BYTES_MAX: usize = 64 * 1024;

/// Longest `Idempotency-Key` in bytes.
pub const IDEMPOTENCY_KEY_BYTES_MAX: usize = 255;

/// Longest reason in characters: it is shown in tables.
pub const REASON_CHARS_MAX: usize = 500;

/// Longest text of a fault that is told, in bytes: it may quote what was sent.
const FAULT_BYTES_MAX: usize = 512;

/// A refusal; boxed, for it is large and rare.
pub type Refusal = Box<Problem>;

/// Reads a JSON object of exactly the shape of `T`, which must deny unknown fields itself.
///
/// # Errors
/// `invalid_json` with line and column, or `invalid_body` with the pointer to the faulty field.
pub fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Refusal> {
    // Two passes, so that a fault of the text is never told as one of the shape. Bodies are small.
    check_syntax(bytes)?;
    // Else a list would pass for the object whose fields it names by their places.
    if bytes.trim_ascii_start().first() != Some(&b'{') {
        return Err(invalid_body("the body must be a JSON object", String::new()));
    }
    let mut json = serde_json::Deserializer::from_slice(bytes);
    serde_path_to_error::deserialize(&mut json).map_err(|error| {
        let path = pointer(error.path());
        let text = error.into_inner().to_string();
        let what = without_place(&text);
        invalid_body(what, named(what, path))
    })
}

/// Reads the body of a cancel, which may be empty.
///
/// # Errors
/// As [`read`] and [`check_reason`].
pub fn read_cancel(bytes: &[u8]) -> Result<CancelBody, Refusal> {
    if bytes.is_empty() {
        return Ok(CancelBody::default());
    }
    let body: CancelBody = read(bytes)?;
    check_reason(body.reason.as_deref())?;
    Ok(body)
}

/// Refuses a reason that is a novel.
///
/// # Errors
/// `invalid_body` at `/reason`.
pub fn check_reason(reason: Option<&str>) -> Result<(), Refusal> {
    if reason.is_some_and(|reason| reason.chars().count() > REASON_CHARS_MAX) {
        let detail = format!("the reason is longer than {REASON_CHARS_MAX} characters");
        return Err(invalid_body(&detail, "/reason".to_owned()));
    }
    Ok(())
}

/// Returns the key out of all values of the header `Idempotency-Key`; none where there is no
/// header.
///
/// # Errors
/// `invalid_params` unless it is one value of `[\x21-\x7E]{1,255}`.
pub fn check_idempotency_key<'a>(
    values: impl IntoIterator<Item = &'a [u8]>,
) -> Result<Option<&'a str>, Refusal> {
    let mut values = values.into_iter();
    let Some(first) = values.next() else { return Ok(None) };
    let visible = |key: &&str| {
        (1..=IDEMPOTENCY_KEY_BYTES_MAX).contains(&key.len())
            && key.bytes().all(|b| b.is_ascii_graphic())
    };
    let key = std::str::from_utf8(first).ok().filter(visible);
    if key.is_none() || values.next().is_some() {
        let max = IDEMPOTENCY_KEY_BYTES_MAX;
        let detail =
            format!("Idempotency-Key must be one value of 1 to {max} visible ASCII characters");
        return Err(Box::new(Problem::new(ProblemCode::InvalidParams, detail)));
    }
    Ok(key)
}

fn check_syntax(bytes: &[u8]) -> Result<(), Refusal> {
    if let Err(error) = std::str::from_utf8(bytes) {
        let before = &bytes[..error.valid_up_to()];
        let line = before.split(|b| *b == b'\n').count();
        let column = before.iter().rev().take_while(|b| **b != b'\n').count() + 1;
        return Err(invalid_json("not UTF-8", line, column));
    }
    serde_json::from_slice::<IgnoredAny>(bytes).map(|_| ()).map_err(|error| {
        let text = error.to_string();
        invalid_json(without_place(&text), error.line().max(1), error.column().max(1))
    })
}

/// The words of a fault without its place in the text, which is told beside them.
fn without_place(fault: &str) -> &str {
    fault.split(" at line ").next().unwrap_or(fault)
}

fn invalid_json(what: &str, line: usize, column: usize) -> Refusal {
    let detail = format!("{what} at line {line}, column {column}");
    let mut problem = Problem::new(ProblemCode::InvalidJson, detail);
    (problem.line, problem.column) = (Some(line), Some(column));
    Box::new(problem)
}

fn invalid_body(what: &str, pointer: String) -> Refusal {
    let end = what.floor_char_boundary(FAULT_BYTES_MAX);
    let mut problem = Problem::new(ProblemCode::InvalidBody, &what[..end]);
    problem.pointer = Some(pointer);
    Box::new(problem)
}

/// Returns the path as a JSON pointer (RFC 6901).
fn pointer(path: &Path) -> String {
    let mut pointer = String::new();
    for segment in path {
        let step = match segment {
            Segment::Seq { index } => index.to_string(),
            Segment::Map { key } => escape(key),
            Segment::Enum { variant } => escape(variant),
            Segment::Unknown => continue,
        };
        pointer.push('/');
        pointer.push_str(&step);
    }
    pointer
}

/// An unknown, missing or repeated field is told by its parent; the pointer names the field itself.
fn named(what: &str, parent: String) -> String {
    let words = ["unknown field `", "missing field `", "duplicate field `"];
    let name = words.iter().find_map(|words| what.strip_prefix(words)?.split_once('`'));
    match name.map(|(name, _)| format!("/{}", escape(name))) {
        Some(step) if !parent.ends_with(&step) => parent + &step,
        _ => parent,
    }
}

fn escape(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}

#[cfg(test)]
mod tests;
