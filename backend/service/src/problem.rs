//! Where an error becomes an answer: the code and words for the caller, the cause for the log
//! alone.

use std::{error::Error, fmt, time::Duration};

use api::{Problem, ProblemCode, problem::MEDIA_TYPE};
use axum::{
    Json,
    response::{IntoResponse, Response},
};
use http::{HeaderValue, StatusCode, header};

/// When a full disk is worth another try.
const RETRY_FULL: Duration = Duration::from_secs(30);

/// When a busy store is worth another try.
const RETRY_BUSY: Duration = Duration::from_secs(1);

/// A refused request.
#[derive(Debug)]
pub(crate) struct Refused {
    problem: Box<Problem>,
    retry_after: Option<Duration>,
    allow: Option<HeaderValue>,
    /// What only the log may tell.
    cause: Option<String>,
}

/// Left in the answer for the audit: which problem it was.
#[derive(Clone, Debug)]
pub(crate) struct Told {
    pub(crate) code: ProblemCode,
    pub(crate) detail: String,
    pub(crate) run: Option<String>,
}

impl Refused {
    /// Makes a refusal; `detail` says what is wrong and what to do.
    pub(crate) fn new(code: ProblemCode, detail: impl Into<String>) -> Self {
        Self::from(Box::new(Problem::new(code, detail)))
    }

    /// Makes the refusal of a path that leads nowhere.
    pub(crate) fn nothing() -> Self {
        Self::new(ProblemCode::NotFound, "no route has this path; the routes are in /openapi.json")
    }

    /// Makes the refusal of a thing that is not there, or of which the caller may not know.
    pub(crate) fn no(what: impl fmt::Display) -> Self {
        Self::new(ProblemCode::NotFound, format!("there is no {what}"))
    }

    /// Makes our own fault; the caller learns nothing of it.
    pub(crate) fn internal(cause: &dyn Error) -> Self {
        let detail =
            "the fault is on our side; the service's log has the cause under the request id";
        Self::new(ProblemCode::Internal, detail).caused_by(cause)
    }

    /// Names the faulty field of the body.
    pub(crate) fn at(mut self, pointer: impl Into<String>) -> Self {
        self.problem.pointer = Some(pointer.into());
        self
    }

    /// Says when it may be tried again, from `now`.
    pub(crate) fn again(mut self, at: Option<jiff::Timestamp>, now: jiff::Timestamp) -> Self {
        self.problem.next_allowed = at.map(Into::into);
        // A header in whole seconds must not invite a try that is still too early.
        self.retry_after = at.map(|at| {
            let wait = at.duration_since(now).unsigned_abs();
            if at <= now { Duration::from_secs(1) } else { Duration::from_secs(wait.as_secs() + 1) }
        });
        self
    }

    /// Says in how long it may be tried again.
    pub(crate) fn again_after(mut self, wait: Duration) -> Self {
        self.retry_after = Some(wait);
        self
    }

    /// Names the methods of the path.
    pub(crate) fn allow(mut self, methods: &str) -> Self {
        self.allow = HeaderValue::from_str(methods).ok();
        self
    }

    /// Keeps the cause for the log.
    pub(crate) fn caused_by(mut self, cause: &dyn Error) -> Self {
        let mut text = cause.to_string();
        let mut next = cause.source();
        while let Some(source) = next {
            text.push_str(": ");
            text.push_str(&source.to_string());
            next = source.source();
        }
        self.cause = Some(text);
        self
    }

    /// Changes the problem.
    pub(crate) fn with(mut self, change: impl FnOnce(&mut Problem)) -> Self {
        change(&mut self.problem);
        self
    }

    /// Returns the code.
    pub(crate) fn code(&self) -> ProblemCode {
        self.problem.code
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let Self { problem, retry_after, allow, cause } = self;
        match (&cause, problem.status) {
            (Some(cause), 500..) => {
                tracing::error!(code = problem.code.as_str(), cause, "request failed");
            }
            (Some(cause), _) => {
                tracing::info!(code = problem.code.as_str(), cause, "request refused");
            }
            (None, _) => {}
        }
        let told = Told {
            code: problem.code,
            detail: problem.detail.clone(),
            run: problem.run_id.clone(),
        };
        let status =
            StatusCode::from_u16(problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = (status, Json(&*problem)).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Some(wait) = retry_after {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(wait.as_secs().max(1)));
        }
        if let Some(allow) = allow {
            headers.insert(header::ALLOW, allow);
        }
        if status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response.extensions_mut().insert(told);
        response
    }
}

impl From<Box<Problem>> for Refused {
    fn from(problem: Box<Problem>) -> Self {
        Self { problem, retry_after: None, allow: None, cause: None }
    }
}

impl From<runs::Error> for Refused {
    fn from(error: runs::Error) -> Self {
        use ProblemCode as Code;
        use runs::Error as E;
        match &error {
            E::IllegalTransition { state, .. } => {
                Self::new(Code::IllegalTransition, format!("the run is {state}: look at it again"))
            }
            E::NotFound(run) => Self::no(format!("run {run}")),
            E::Conflict { .. } => {
                let detail = "the run moved on at the same moment; look at it again";
                Self::new(Code::IllegalTransition, detail).caused_by(&error)
            }
            E::LockHeld { holder, key } => {
                Self::new(Code::TargetBusy, format!("run {holder} holds {key}; wait for its end"))
                    .with(|problem| problem.holder = Some(holder.to_string()))
            }
            E::Full(_) => {
                let detail = "the disk of the store is full: make room; what runs goes on";
                Self::new(Code::StoreFull, detail).again_after(RETRY_FULL).caused_by(&error)
            }
            E::ReadOnly(_) => {
                let detail = "the store's disk is read-only: mount it writable";
                Self::new(Code::StoreReadOnly, detail).caused_by(&error)
            }
            E::Busy(_) => {
                let detail = "too much is being written at once; try again";
                Self::new(Code::StoreBusy, detail).again_after(RETRY_BUSY).caused_by(&error)
            }
            E::Corrupt(_) => {
                let detail = "the store is damaged and only read; restore it from a backup";
                Self::new(Code::StoreCorrupt, detail).caused_by(&error)
            }
            E::Unavailable(_) => {
                let detail = "the store does not answer; try again";
                Self::new(Code::StoreUnavailable, detail).again_after(RETRY_BUSY).caused_by(&error)
            }
            E::StaleFence { .. } => Self::internal(&error),
        }
    }
}

#[cfg(test)]
mod tests;
