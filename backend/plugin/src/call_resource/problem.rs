//! From our errors to problems: the one place where a resource's refusal gets its code.

use api::{Problem, ProblemCode};

use crate::error::{Error, bounded};

/// A refusal on its way out; boxed, for it is large and rare.
pub(super) type Refusal = Box<Problem>;

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
        | Error::Busy { .. }
        | Error::Stopping => ProblemCode::ServiceUnreachable,
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
