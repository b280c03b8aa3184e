//! What can go wrong while a call is answered, and how a query tells it to Grafana.

use std::time::Duration;

use api::Problem;

use crate::settings::Faults;

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    /// The call came without a datasource's settings.
    #[error("no data source settings came with this call")]
    NoInstance,
    /// Settings that the call needs are wrong.
    #[error("{0}")]
    Settings(#[from] Faults),
    /// The upstream that the call needs has no address.
    #[error("{upstream} is not configured: set {setting} in the data source")]
    NotConfigured {
        /// The upstream.
        upstream: String,
        /// The setting that would give it an address.
        setting: &'static str,
    },
    /// The query cannot be answered as it stands.
    #[error("{message}")]
    BadQuery {
        /// What is wrong and what would be right.
        message: String,
    },
    /// No connection, or it broke before anything could happen.
    #[error("{upstream} cannot be reached: {why}")]
    Unreachable {
        /// The upstream.
        upstream: String,
        /// The chain of causes, without addresses.
        why: String,
    },
    /// No full answer came in time.
    #[error(
        "{upstream} gave no full answer within {} s (setting timeoutSeconds)",
        after.as_secs_f64()
    )]
    TimedOut {
        /// The upstream.
        upstream: String,
        /// How long we waited.
        after: Duration,
    },
    /// The answer is larger than a limit.
    #[error("the answer of {upstream} is over the limit of {max} ({limit})")]
    TooLarge {
        /// The upstream.
        upstream: String,
        /// The limit's name; where it is a setting, the setting's.
        limit: &'static str,
        /// Its value.
        max: u64,
    },
    /// The upstream answered something that it should not.
    #[error("{upstream}: {why}")]
    Upstream {
        /// The upstream.
        upstream: String,
        /// Its HTTP status, if one came.
        status: Option<u16>,
        /// What was wrong, bounded and without addresses.
        why: String,
    },
    /// A query failed with a status and a source of its own, by Grafana's table for Prometheus.
    #[error("{message}")]
    Query {
        /// The HTTP status.
        status: u16,
        /// Whose fault it is.
        source_kind: Source,
        /// What went wrong, bounded and without addresses.
        message: String,
    },
    /// The service refused, and said why.
    #[error("{}", .0.detail)]
    Refused(Box<Problem>),
    /// The service did not take our assertion.
    #[error(
        "the service refused the plugin's assertion ({why}): check that assertionKey is the \
         service's key, that serviceUrl is among its origins and that both clocks agree"
    )]
    AssertionRefused {
        /// The service's own words, bounded.
        why: String,
    },
    /// The request was sent and the answer got lost.
    #[error(
        "the outcome is not known ({why}): the same request with the same key may be sent again"
    )]
    OutcomeUnknown {
        /// What happened to the answer.
        why: String,
    },
    /// A limit of the plugin's own was reached.
    #[error(
        "the plugin is busy, and did nothing: too many {what} at once (limit {max}); try again"
    )]
    Busy {
        /// Of what there are too many.
        what: &'static str,
        /// How many there may be.
        max: usize,
    },
    /// The plugin is being stopped.
    #[error("the plugin is being stopped")]
    Stopping,
    /// A bug of ours; the log has the place.
    #[error("something went wrong inside the plugin; its log has the place")]
    Panicked,
}

/// Whose fault Grafana counts it as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Source {
    /// Ours.
    Plugin,
    /// An upstream's, a setting's or the query's.
    Downstream,
}

impl Source {
    /// Returns the wire word.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Plugin => "plugin",
            Self::Downstream => "downstream",
        }
    }
}

impl Error {
    /// Returns the HTTP status that a failed query carries. Never 401: Grafana would take it for
    /// its own login.
    pub(crate) fn status(&self) -> u16 {
        match self {
            Self::NoInstance => 404,
            Self::Settings(_) | Self::NotConfigured { .. } | Self::BadQuery { .. } => 400,
            Self::Refused(problem) if problem.status == 401 => 502,
            Self::Refused(problem) => problem.status,
            Self::Query { status, .. }
            | Self::Upstream { status: Some(status @ (400 | 403 | 404 | 422 | 429)), .. } => {
                *status
            }
            Self::Unreachable { .. }
            | Self::Upstream { .. }
            | Self::AssertionRefused { .. }
            | Self::OutcomeUnknown { .. }
            | Self::TimedOut { .. }
            | Self::TooLarge { .. } => 502,
            Self::Busy { .. } | Self::Stopping => 503,
            Self::Panicked => 500,
        }
    }

    /// Returns whose fault it is.
    pub(crate) const fn source_kind(&self) -> Source {
        match self {
            Self::Query { source_kind, .. } => *source_kind,
            Self::Panicked => Source::Plugin,
            _ => Source::Downstream,
        }
    }
}

/// Returns an error and its causes in one line; of a `reqwest` error without the address, which may
/// be a secret.
pub(crate) fn causes(error: reqwest::Error) -> String {
    let error = error.without_url();
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(&error);
    while let Some(next) = cause {
        text.push_str(": ");
        text.push_str(&next.to_string());
        cause = next.source();
    }
    bounded(&text)
}

/// Returns the first line-safe bytes of a text that came from outside.
pub(crate) fn bounded(text: &str) -> String {
    let end = text.floor_char_boundary(crate::limits::ERROR_TEXT_BYTES_MAX);
    text[..end].trim().replace(char::is_control, " ")
}
