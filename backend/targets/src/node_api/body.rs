//! Reading an answer's body within its limit, while it arrives.

use reqwest::Response;

use crate::{limits, target::quote};

/// Why a body could not be read whole.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum BodyFault {
    /// It goes on beyond the limit.
    TooLarge,
    /// It ended early, or too late.
    Cut(String),
}

/// Reads the whole body if it is within the limit. What is announced as too large is not read.
pub(super) async fn read(mut response: Response) -> Result<Vec<u8>, BodyFault> {
    let limit = limits::REPLY_BYTES_MAX;
    if response.content_length().is_some_and(|length| length > limit as u64) {
        return Err(BodyFault::TooLarge);
    }
    let mut body = Vec::new();
    loop {
        match response.chunk().await {
            Ok(Some(chunk)) if body.len() + chunk.len() > limit => return Err(BodyFault::TooLarge),
            Ok(Some(chunk)) => body.extend_from_slice(&chunk),
            Ok(None) => return Ok(body),
            Err(error) => return Err(BodyFault::Cut(cause_of(&error))),
        }
    }
}

/// Returns the words of an error with its causes, and without its URL, which may be a secret.
pub(super) fn cause_of(error: &reqwest::Error) -> String {
    if error.is_timeout() {
        return "no whole answer in time".to_owned();
    }
    let mut deepest: &dyn std::error::Error = error;
    while let Some(source) = deepest.source() {
        deepest = source;
    }
    if deepest.is::<reqwest::Error>() {
        "the request failed".to_owned()
    } else {
        quote(&deepest.to_string())
    }
}
