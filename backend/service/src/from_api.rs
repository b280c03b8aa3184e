//! From the wire to ours: bodies, ids and words that a caller sent.

use api::{ActionBody, ProblemCode, body};
use runs::{RunId, State};
use targets::Target;

use crate::problem::Refused;

/// Reads the body of plan and run alike.
pub(crate) fn press(bytes: &[u8]) -> Result<(ActionBody, Target), Refused> {
    let body: ActionBody = body::read(bytes)?;
    if body.break_glass.is_some() {
        let detail = "break-glass is not available yet: leave the field out";
        return Err(Refused::new(ProblemCode::NotAvailable, detail).at("/break_glass"));
    }
    let target = Target::new(body.target.kind.clone(), body.target.id.clone());
    Ok((body, target))
}

/// Reads a run's id; what is none names no run.
pub(crate) fn run_id(text: &str) -> Result<RunId, Refused> {
    text.parse().map_err(|_| Refused::no("such run"))
}

/// Reads the name of an action or a list.
pub(crate) fn name<'a>(text: &'a str, what: &str) -> Result<&'a str, Refused> {
    if api::is_id(text) { Ok(text) } else { Err(Refused::no(format_args!("such {what}"))) }
}

/// Reads the word of a run's state.
pub(crate) fn state(word: &str) -> Option<State> {
    serde_json::from_value(word.into()).ok()
}
