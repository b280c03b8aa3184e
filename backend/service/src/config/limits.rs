//! Limits that a site may want to change.

use super::Section;

/// Requests at once unless said otherwise: far more than a dashboard causes, far less than a file
/// limit of 1024.
const REQUESTS: u32 = 256;

/// Event streams at once unless said otherwise: each is an open connection of somebody who watches
/// a run.
const STREAMS: u32 = 256;

/// The section `limits`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    /// `requests`, `LEVERFRAME_LIMITS_REQUESTS`: requests answered at once, streams not counted.
    /// Default 256.
    pub(crate) requests: u32,
    /// `streams`, `LEVERFRAME_LIMITS_STREAMS`: event streams open at once. Default 256.
    pub(crate) streams: u32,
}

impl Limits {
    /// Reads the section.
    pub(super) fn from(section: &Section<'_>) -> Self {
        let requests = section.number("requests", 1..=10_000).unwrap_or(REQUESTS);
        let streams = section.number("streams", 1..=10_000).unwrap_or(STREAMS);
        section.done();
        Self { requests, streams }
    }
}
