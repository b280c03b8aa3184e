//! Everything that can go wrong between a PromQL text and its answer, as the caller must tell it
//! apart.

use std::time::Duration;

/// A failure of this crate. Variants say what the caller can do, not where it happened.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The PromQL text is not valid, or is beyond a cap that holds before parsing.
    #[error("not valid PromQL at byte {position}: {message}")]
    BadQuery {
        /// Byte offset in the text; 0 where the parser does not tell.
        position: usize,
        /// What is wrong, readable alone.
        message: String,
    },
    /// A `{{ … }}` stands where none is allowed, or its value cannot be put in.
    #[error("placeholder at byte {position}: {message}")]
    Placeholder {
        /// Byte offset of the placeholder in the template.
        position: usize,
        /// What is wrong, readable alone.
        message: String,
    },
    /// A query field (interval, time range, legend) does not fit its grammar.
    #[error("{field}: {message}")]
    BadField {
        /// The field's name as the user wrote it.
        field: &'static str,
        /// What is wrong, readable alone.
        message: String,
    },
    /// The client's own configuration cannot work.
    #[error("{field}: {message}")]
    Config {
        /// The setting's name.
        field: &'static str,
        /// What is wrong, readable alone.
        message: String,
    },
    /// The answer is larger than a configured limit allows.
    #[error("the answer is over the limit {limit} = {max}")]
    TooLarge {
        /// The setting that holds the limit.
        limit: &'static str,
        /// Its value.
        max: u64,
    },
    /// The source could not be reached, or the connection broke (refused, DNS, TLS, reset).
    #[error("cannot reach Prometheus: {message}")]
    Unavailable {
        /// The chain of causes, without the URL.
        message: String,
    },
    /// No full answer came in time.
    #[error("no full answer within {} ms", after.as_millis())]
    TimedOut {
        /// How long the caller was willing to wait.
        after: Duration,
    },
    /// Prometheus answered with an error of its own (`status: error`).
    #[error("{kind}: {message}")]
    Upstream {
        /// The HTTP status.
        status: u16,
        /// Prometheus' `errorType`.
        kind: String,
        /// Prometheus' `error`, at most 1024 bytes.
        message: String,
    },
    /// Something answered with a status that carries no Prometheus error.
    #[error("HTTP {status}: {message}")]
    Status {
        /// The HTTP status.
        status: u16,
        /// The first bytes of the body, at most 1024.
        message: String,
    },
    /// The answer is not what the HTTP API promises: not JSON, cut short, or of another shape.
    #[error("malformed answer at byte {position}: {message}")]
    Malformed {
        /// Byte offset in the (decoded) body.
        position: u64,
        /// What is wrong, readable alone.
        message: String,
    },
    /// One value was due and the answer is empty.
    #[error("the query answers no series")]
    NoData,
    /// One value was due and several series answered.
    #[error("the query answers {series} series, one is due")]
    Ambiguous {
        /// How many series there were.
        series: usize,
    },
    /// One number was due and it is NaN.
    #[error("the value is NaN")]
    NotANumber,
    /// One number was due and it is infinite.
    #[error("the value is infinite")]
    Infinite,
    /// The answer carries warnings, so it may be partial.
    #[error("the answer may be partial: {}", warnings.join("; "))]
    Partial {
        /// Prometheus' warnings, bounded.
        warnings: Vec<String>,
    },
    /// A matrix, string or histogram came where a number was due.
    #[error("a {found} came where a number is due")]
    WrongType {
        /// What came.
        found: &'static str,
    },
}

impl Error {
    pub(crate) fn malformed(position: u64, message: impl Into<String>) -> Self {
        Self::Malformed { position, message: message.into() }
    }

    pub(crate) fn bad_query(position: usize, message: impl Into<String>) -> Self {
        Self::BadQuery { position, message: message.into() }
    }

    pub(crate) fn bad_field(field: &'static str, message: impl Into<String>) -> Self {
        Self::BadField { field, message: message.into() }
    }
}
