//! From the wire to ours: bodies, ids and words that a caller sent.

use api::{ActionBody, ProblemCode};
use runs::{RunId, State};
use serde::Deserialize;
use targets::Target;

use crate::{problem::Refused, request::body};

/// The body of a cancel. Unknown fields are refused.
#[derive(Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CancelBody {
    /// Why; kept with the run.
    #[serde(default)]
    pub(crate) reason: Option<String>,
}

/// Longest reason in characters.
const REASON_CHARS_MAX: usize = 1000;

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

/// Reads the body of a cancel, which may be empty.
pub(crate) fn cancel(bytes: &[u8]) -> Result<CancelBody, Refused> {
    if bytes.is_empty() {
        return Ok(CancelBody::default());
    }
    let read: CancelBody = body::read(bytes)?;
    check_reason(read.reason.as_deref())?;
    Ok(read)
}

/// Refuses a reason that is a novel.
pub(crate) fn check_reason(reason: Option<&str>) -> Result<(), Refused> {
    if reason.is_some_and(|reason| reason.chars().count() > REASON_CHARS_MAX) {
        let detail = format!("the reason is longer than {REASON_CHARS_MAX} characters");
        return Err(Refused::new(ProblemCode::InvalidBody, detail).at("/reason"));
    }
    Ok(())
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
