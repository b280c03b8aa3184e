//! The one place where a failed exchange becomes an error of this crate.

use std::error::Error as StdError;
use std::io;
use std::time::Duration;

use crate::read::shortened;
use crate::{Error, limits};

/// Tells down, slow and cut apart; never shows the URL.
pub(super) fn translate(error: reqwest::Error, after: Duration) -> Error {
    let error = error.without_url();
    if error.is_timeout() && !error.is_connect() {
        return Error::TimedOut { after };
    }
    let message = chain(&error);
    if (error.is_body() || error.is_decode()) && !is_broken(&error) {
        return Error::malformed(0, format!("the answer is cut short ({message})"));
    }
    Error::Unavailable { message }
}

/// Returns the causes of an error in one bounded line.
pub(super) fn chain(error: &dyn StdError) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        let inner_text = inner.to_string();
        if !text.ends_with(&inner_text) {
            text.push_str(": ");
            text.push_str(&inner_text);
        }
        cause = inner.source();
    }
    shortened(&text, limits::ERROR_TEXT_BYTES_MAX)
}

/// Tells whether the connection itself broke, as against an answer that ended too soon.
fn is_broken(error: &dyn StdError) -> bool {
    let mut cause = error.source();
    while let Some(inner) = cause {
        if let Some(io) = inner.downcast_ref::<io::Error>()
            && matches!(
                io.kind(),
                io::ErrorKind::ConnectionReset
                    | io::ErrorKind::ConnectionAborted
                    | io::ErrorKind::BrokenPipe
            )
        {
            return true;
        }
        cause = inner.source();
    }
    false
}
