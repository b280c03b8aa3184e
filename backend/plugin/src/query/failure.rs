//! The one place where a failed PromQL query becomes a status and a source, by Grafana's own table.

use crate::{
    error::{Error, Source, bounded},
    settings::{Fault, Faults},
};

/// How messages call it.
const NAME: &str = "Prometheus";

/// Statuses that say that the request itself was wrong, which is the plugin's fault and not the
/// upstream's.
const OURS: [u16; 10] = [405, 406, 412, 413, 414, 416, 417, 426, 431, 501];

/// Translates a failure of Prometheus or of the way to it.
pub(super) fn of_prometheus(error: prometheus::Error) -> Error {
    use prometheus::Error as P;
    let upstream = || NAME.to_owned();
    match error {
        P::TooLarge { limit, max } => Error::TooLarge { upstream: upstream(), limit, max },
        P::Unavailable { message } => Error::Unreachable { upstream: upstream(), why: message },
        P::TimedOut { after } => Error::TimedOut { upstream: upstream(), after },
        P::Config { field, message } => Error::Settings(Faults(vec![Fault::new(field, message)])),
        P::Malformed { .. } => {
            Error::Upstream { upstream: upstream(), status: None, why: error.to_string() }
        }
        P::Upstream { status, kind, message } => Error::Query {
            status: passed_on(status),
            source_kind: Source::Downstream,
            message: bounded(&format!("{kind}: {message}")),
        },
        P::Status { status, message } => Error::Query {
            status: passed_on(status),
            source_kind: if OURS.contains(&status) { Source::Plugin } else { Source::Downstream },
            message: bounded(&format!("{NAME} answered HTTP {status}{}: {message}", hint(status))),
        },
        other => Error::BadQuery { message: bounded(&other.to_string()) },
    }
}

/// Translates a frame that cannot be written.
pub(super) fn of_frame(error: &frames::Error) -> Error {
    let message = bounded(&error.to_string());
    Error::Query { status: 500, source_kind: Source::Plugin, message }
}

/// An error needs an error's status, and 401 would send Grafana's user to the login page.
fn passed_on(status: u16) -> u16 {
    if (400..600).contains(&status) && status != 401 { status } else { 502 }
}

fn hint(status: u16) -> &'static str {
    match status {
        401 | 403 => " (check prometheusUser and prometheusPassword, or prometheusToken)",
        300..=399 => " (redirects are not followed: set prometheusUrl to the final address)",
        404 => " (prometheusUrl is the address before /api/v1)",
        405 => " (set httpMethod to GET or POST, whichever it takes)",
        _ => "",
    }
}
