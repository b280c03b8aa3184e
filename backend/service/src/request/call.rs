//! What a handler knows of its request once the gate has let it through.

use std::{convert::Infallible, sync::Arc};

use api::ProblemCode;
use axum::extract::FromRequestParts;
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, request::Parts};
use identity::Actor;
use jiff::Timestamp;

use crate::{
    problem::Refused,
    request::auth::{Caller, Jti},
};

/// Header of the caller's idempotency key.
const IDEMPOTENCY_KEY: &str = "idempotency-key";

/// An admitted request.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    /// Who; none on open routes.
    pub(crate) caller: Option<Caller>,
    /// The body, within its limit.
    pub(crate) body: Bytes,
    /// When it came in.
    pub(crate) now: Timestamp,
}

impl Call {
    /// Returns who asks.
    pub(crate) fn actor(&self) -> Result<&Arc<Actor>, Refused> {
        let caller = self.caller.as_ref();
        let none = || Refused::new(ProblemCode::AuthToken, "send `Authorization: Bearer …`");
        caller.map(|caller| &caller.actor).ok_or_else(none)
    }

    /// Tells whether somebody stands behind the request.
    pub(crate) fn is_person(&self) -> bool {
        self.caller.as_ref().is_some_and(|caller| caller.actor.is_person())
    }

    /// Returns the assertion's id, to be spent by an acting call.
    pub(crate) fn jti(&self) -> Option<Jti> {
        self.caller.as_ref().and_then(|caller| caller.jti.clone())
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Call {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Infallible> {
        let found = parts.extensions.get::<Self>().cloned();
        // Without the gate there is nobody, so that a route mounted past it can do nothing.
        Ok(found.unwrap_or(Self { caller: None, body: Bytes::new(), now: Timestamp::UNIX_EPOCH }))
    }
}

/// Returns the caller's idempotency key.
pub(crate) fn idempotency_key(headers: &HeaderMap) -> Result<Option<String>, Refused> {
    let values = headers.get_all(IDEMPOTENCY_KEY).iter().map(HeaderValue::as_bytes);
    Ok(api::body::check_idempotency_key(values)?.map(str::to_owned))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_one_header_of_visible_ascii() {
        let with = |values: &[&[u8]]| {
            let mut headers = HeaderMap::new();
            for value in values {
                headers.append(IDEMPOTENCY_KEY, HeaderValue::from_bytes(value).unwrap());
            }
            idempotency_key(&headers)
        };
        assert_eq!(with(&[]).unwrap(), None);
        assert_eq!(with(&[b"a-1"]).unwrap().as_deref(), Some("a-1"));
        let long = [b'a'; 256];
        for bad in [&[&b""[..]][..], &[b"a b"], &[b"a", b"b"], &["é".as_bytes()], &[&long[..]]] {
            assert_eq!(with(bad).unwrap_err().code(), ProblemCode::InvalidParams, "{bad:?}");
        }
    }
}
