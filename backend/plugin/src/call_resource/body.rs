//! The body of an acting call: of exactly the known shape, before anything is sent.
//!
//! What is sent is written anew from what was understood, so that the service cannot read it in
//! another way.

use api::{ActionBody, ProblemCode, Route, StopBody, Target, body, route};
use bytes::Bytes;
use serde::{Deserialize, Serialize};

use super::problem::{Refusal, refusal};

/// The body of a call that takes nothing but its path.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Empty {}

/// Checks `text` against what `route` takes and returns it written anew. A `target` from the query
/// string is put in; the body must then be `{}`.
///
/// # Errors
/// 400 with line and column, or with the pointer to the faulty field.
pub(super) fn check(route: &Route, text: &[u8], target: Option<&Target>) -> Result<Bytes, Refusal> {
    match (*route, target) {
        (route::PLAN | route::RUN_ACTION, Some(target)) => {
            body::read::<Empty>(text).map_err(|mut problem| {
                problem.detail = format!(
                    "with ?target= the body must be {{}}: name the target in one place ({})",
                    problem.detail
                );
                problem
            })?;
            write(&serde_json::json!({ "target": target }))
        }
        (route::PLAN | route::RUN_ACTION, None) => {
            let read: ActionBody = body::read(text)?;
            body::check_reason(read.reason.as_deref())?;
            write(&read)
        }
        (route::SET_STOP, _) => {
            let read: StopBody = body::read(text)?;
            body::check_reason(read.reason.as_deref())?;
            write(&read)
        }
        (route::RUN_CANCEL, _) => write(&body::read_cancel(text)?),
        _ => write(&body::read::<Empty>(text)?),
    }
}

fn write(value: &impl Serialize) -> Result<Bytes, Refusal> {
    let text = serde_json::to_vec(value);
    text.map(Bytes::from).map_err(|error| refusal(ProblemCode::Internal, error.to_string()))
}
