//! From our errors to problems: the one place where a resource's refusal gets its code.

pub(super) use api::body::Refusal;
use api::{Problem, ProblemCode};

use crate::error::{Error, bounded};

/// Makes a refusal.
pub(super) fn refusal(code: ProblemCode, detail: impl Into<String>) -> Refusal {
    Box::new(Problem::new(code, detail))
}

/// Returns the problem that an error becomes. Never 401: Grafana's frontend would send a POST
/// again.
pub(super) fn of_error(error: &Error) -> Refusal {
    let code = match error {
        Error::NoInstance => ProblemCode::NotFound,
        Error::Refused(problem) if problem.status != 401 => return problem.clone(),
        Error::BadQuery { .. } => ProblemCode::InvalidParams,
        Error::Refused(_) | Error::AssertionRefused { .. } => ProblemCode::AssertionRefused,
        Error::OutcomeUnknown { .. } => ProblemCode::OutcomeUnknown,
        Error::Settings(_)
        | Error::NotConfigured { .. }
        | Error::Unreachable { .. }
        | Error::TimedOut { .. }
        | Error::TooLarge { .. }
        | Error::Query { .. }
        | Error::Upstream { .. }
        | Error::Stopping => ProblemCode::ServiceUnreachable,
        // The list has no better word; the detail says that it is the plugin who is busy.
        Error::Busy { .. } => ProblemCode::StoreBusy,
        Error::Panicked => ProblemCode::Internal,
    };
    let detail = match error {
        Error::NoInstance => "there is no such resource".to_owned(),
        error => bounded(&error.to_string()),
    };
    if code.status() >= 500 {
        tracing::warn!(problem.code = code.as_str(), %detail, "a resource call failed");
    }
    refusal(code, detail)
}

/// Returns the problem of a call that was torn off by the end of the plugin or by a panic. Once an
/// acting request may have left, nobody knows what became of it.
pub(super) fn of_torn(error: &Error, acting_sent: bool) -> Refusal {
    if acting_sent {
        return of_error(&Error::OutcomeUnknown { why: error.to_string() });
    }
    of_error(error)
}
