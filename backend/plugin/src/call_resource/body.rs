//! The body of an acting call: JSON to the letter, and of exactly the known shape, before anything
//! is sent.
//!
//! What is sent is written anew from what was understood, so that the service cannot read it in
//! another way.

use api::{ActionBody, ProblemCode, Route, StopBody, Target, route};
use bytes::Bytes;
use serde::{Deserialize, Serialize, de::DeserializeOwned, de::IgnoredAny};
use serde_path_to_error::{Path, Segment};

use super::problem::{Refusal, refusal};

/// The body of a call that takes nothing but its path.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Empty {}

/// The body of a cancel.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct CancelBody {
    #[serde(default)]
    reason: Option<String>,
}

/// Checks `body` against what `route` takes and returns it written anew. A `target` from the query
/// string is put in; the body must then be `{}`.
///
/// # Errors
/// 400 with line and column, or with the pointer to the faulty field.
pub(super) fn check(route: &Route, body: &[u8], target: Option<&Target>) -> Result<Bytes, Refusal> {
    check_syntax(body)?;
    match *route {
        route::PLAN | route::RUN_ACTION => match target {
            Some(target) => {
                read::<Empty>(body).map_err(|mut problem| {
                    problem.detail = format!(
                        "with ?target= the body must be {{}}: name the target in one place ({})",
                        problem.detail
                    );
                    problem
                })?;
                write(&serde_json::json!({ "target": target }))
            }
            None => write(&read::<ActionBody>(body)?),
        },
        route::SET_STOP => write(&read::<StopBody>(body)?),
        route::RUN_CANCEL => write(&read::<CancelBody>(body)?),
        _ => write(&read::<Empty>(body)?),
    }
}

fn check_syntax(body: &[u8]) -> Result<(), Refusal> {
    if let Err(error) = std::str::from_utf8(body) {
        let before = &body[..error.valid_up_to()];
        let line = before.split(|b| *b == b'\n').count();
        let column = before.iter().rev().take_while(|b| **b != b'\n').count() + 1;
        return Err(invalid_json("not UTF-8", line, column));
    }
    serde_json::from_slice::<IgnoredAny>(body).map(|_| ()).map_err(|error| {
        let (line, column) = (error.line().max(1), error.column().max(1));
        let text = error.to_string();
        invalid_json(text.split(" at line ").next().unwrap_or_default(), line, column)
    })
}

fn invalid_json(what: &str, line: usize, column: usize) -> Refusal {
    let detail = format!("{what} at line {line}, column {column}");
    let mut problem = refusal(ProblemCode::InvalidJson, detail);
    (problem.line, problem.column) = (Some(line), Some(column));
    problem
}

fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, Refusal> {
    let mut json = serde_json::Deserializer::from_slice(body);
    serde_path_to_error::deserialize(&mut json).map_err(|error| {
        let path = pointer(error.path());
        let text = error.into_inner().to_string();
        let what = text.split(" at line ").next().unwrap_or_default();
        let mut problem = refusal(ProblemCode::InvalidBody, crate::error::bounded(what));
        problem.pointer = Some(named(what, path));
        problem
    })
}

/// Returns the path as a JSON pointer (RFC 6901).
fn pointer(path: &Path) -> String {
    let mut pointer = String::new();
    for segment in path {
        let step = match segment {
            Segment::Seq { index } => index.to_string(),
            Segment::Map { key } => escape(key),
            Segment::Enum { variant } => variant.clone(),
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

fn write(value: &impl Serialize) -> Result<Bytes, Refusal> {
    let body = serde_json::to_vec(value);
    body.map(Bytes::from).map_err(|error| refusal(ProblemCode::Internal, error.to_string()))
}
