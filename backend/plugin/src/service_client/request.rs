//! A request to the service: a route of the table, never a path of the caller's.

use bytes::Bytes;

/// What is asked of the service.
#[derive(Clone, Debug)]
pub(crate) struct Request<'a> {
    /// The route.
    pub(crate) route: &'static api::Route,
    /// What stands in its `{…}`.
    pub(crate) ids: &'a [&'a str],
    /// Query parameters, not encoded.
    pub(crate) query: &'a [(&'static str, String)],
    /// The body, already checked JSON.
    pub(crate) body: Option<Bytes>,
    /// The caller's key, already checked.
    pub(crate) idempotency_key: Option<&'a str>,
}

impl<'a> Request<'a> {
    /// Makes a request that reads `route`.
    pub(crate) fn read(route: &'static api::Route, ids: &'a [&'a str]) -> Self {
        Self { route, ids, query: &[], body: None, idempotency_key: None }
    }
}
