//! Reads what came back, bounded, and tells the service's own answers from those of something in
//! between.

use api::problem::{MEDIA_TYPE, TYPE_PREFIX};
use bytes::{Bytes, BytesMut};
use reqwest::{
    Response,
    header::{CONTENT_TYPE, ETAG, HeaderMap, HeaderName, RETRY_AFTER},
};
use serde_json::{Map, Value};

use super::NAME;
use crate::{
    error::{Error, bounded, causes},
    limits::SERVICE_ANSWER_BYTES_MAX,
};

/// A whole answer of the service.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    /// The HTTP status.
    pub(crate) status: u16,
    /// `Content-Type`.
    pub(crate) content_type: Option<String>,
    /// `ETag`.
    pub(crate) etag: Option<String>,
    /// `Retry-After`.
    pub(crate) retry_after: Option<String>,
    /// The body: JSON, or empty.
    pub(crate) body: Bytes,
}

impl Answer {
    /// Tells whether the status says success.
    pub(crate) fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// Returns the refusal as an object, if it is the service's own.
    pub(crate) fn problem(&self) -> Option<Map<String, Value>> {
        if !is_media_type(self.content_type.as_deref(), MEDIA_TYPE) {
            return None;
        }
        let problem: Map<String, Value> = serde_json::from_slice(&self.body).ok()?;
        let ours = problem.get("type")?.as_str()?.starts_with(TYPE_PREFIX);
        problem.get("code")?.as_str().filter(|_| ours)?;
        Some(problem)
    }
}

/// Tells whether the answer is a stream of events.
pub(super) fn is_event_stream(response: &Response) -> bool {
    response.status().is_success()
        && is_media_type(text(response.headers(), &CONTENT_TYPE).as_deref(), "text/event-stream")
}

/// Reads an answer to its end.
///
/// # Errors
/// When it is not the service's own or its end is missing; for an acting request the outcome is
/// then unknown.
pub(super) async fn read(response: Response, acting: bool) -> Result<Answer, Error> {
    let status = response.status().as_u16();
    let headers = response.headers().clone();
    let body = match body(response).await {
        Ok(body) => body,
        Err(error) if acting => return Err(Error::OutcomeUnknown { why: error.to_string() }),
        Err(error) => return Err(error),
    };
    let answer = Answer {
        status,
        content_type: text(&headers, &CONTENT_TYPE),
        etag: text(&headers, &ETAG),
        retry_after: text(&headers, &RETRY_AFTER),
        body,
    };
    if status == 401 {
        return Err(Error::AssertionRefused { why: words(&answer) });
    }
    if status == 500 && acting {
        // Whoever says so: what broke may have broken after the run was accepted.
        return Err(Error::OutcomeUnknown { why: words(&answer) });
    }
    let own = match status {
        204 => answer.body.is_empty(),
        200..300 => is_media_type(answer.content_type.as_deref(), "application/json"),
        400..600 => answer.problem().is_some(),
        _ => false,
    };
    match own {
        true => Ok(answer),
        false if acting => Err(Error::OutcomeUnknown {
            why: format!("HTTP {status} came from something else than the service"),
        }),
        false => Err(Error::Upstream {
            upstream: NAME.to_owned(),
            status: Some(502),
            why: format!(
                "HTTP {status} came from something else than the service: check serviceUrl"
            ),
        }),
    }
}

async fn body(mut response: Response) -> Result<Bytes, Error> {
    let upstream = || NAME.to_owned();
    let mut body = BytesMut::new();
    loop {
        match response.chunk().await {
            Ok(None) => return Ok(body.freeze()),
            Ok(Some(chunk)) if body.len() + chunk.len() <= SERVICE_ANSWER_BYTES_MAX => {
                body.extend_from_slice(&chunk);
            }
            Ok(Some(_)) => {
                let max = SERVICE_ANSWER_BYTES_MAX as u64;
                let limit = "a fixed limit of the plugin";
                return Err(Error::TooLarge { upstream: upstream(), limit, max });
            }
            Err(error) => {
                let why = format!("the answer broke off: {}", causes(error));
                return Err(Error::Unreachable { upstream: upstream(), why });
            }
        }
    }
}

/// Returns the service's words of refusal; those of a stranger stay unread.
pub(super) fn words(answer: &Answer) -> String {
    let problem = answer.problem().unwrap_or_default();
    let detail = problem.get("detail").or_else(|| problem.get("title"));
    detail.and_then(Value::as_str).map_or_else(|| format!("HTTP {}", answer.status), bounded)
}

fn text(headers: &HeaderMap, name: &HeaderName) -> Option<String> {
    headers.get(name)?.to_str().ok().map(str::to_owned)
}

fn is_media_type(text: Option<&str>, wanted: &str) -> bool {
    text.unwrap_or_default()
        .split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .eq_ignore_ascii_case(wanted)
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn outcome(acting: bool, status: u16, kind: &str, body: &str) -> String {
        let answer = http::Response::builder().status(status).header(CONTENT_TYPE, kind);
        match read(answer.body(body.to_owned()).unwrap().into(), acting).await {
            Ok(answer) => format!("{} passed on", answer.status),
            Err(Error::OutcomeUnknown { .. }) => "unknown".to_owned(),
            Err(Error::AssertionRefused { why }) => why,
            Err(Error::Upstream { .. }) => "a stranger".to_owned(),
            Err(error) => panic!("{error}"),
        }
    }

    const OURS: &str = r#"{"type":"urn:leverframe:problem:x","code":"x","detail":"d"}"#;

    #[tokio::test]
    async fn only_the_services_own_problems_are_refusals() {
        for status in [400, 404, 409, 429, 503] {
            let passed = format!("{status} passed on");
            assert_eq!(outcome(true, status, MEDIA_TYPE, OURS).await, passed);
            let odd = "Application/Problem+JSON; charset=utf-8";
            assert_eq!(outcome(false, status, odd, OURS).await, passed);
            for (kind, body) in [
                ("application/json", OURS),
                ("", OURS),
                (MEDIA_TYPE, r#"{"code":"x","detail":"d"}"#),
                (MEDIA_TYPE, r#"{"type":"about:blank","code":"x"}"#),
                (MEDIA_TYPE, r#"{"type":"urn:leverframe:problem:x"}"#),
                (MEDIA_TYPE, "<html>"),
            ] {
                assert_eq!(outcome(true, status, kind, body).await, "unknown", "{kind} {body}");
                assert_eq!(outcome(false, status, kind, body).await, "a stranger", "{kind} {body}");
            }
        }
        assert_eq!(outcome(true, 401, MEDIA_TYPE, OURS).await, "d");
        assert_eq!(outcome(true, 401, "application/json", OURS).await, "HTTP 401");
    }

    #[tokio::test]
    async fn a_fault_inside_the_service_leaves_an_acting_call_without_an_outcome() {
        let internal = OURS.replace('x', "internal");
        assert_eq!(outcome(true, 500, MEDIA_TYPE, &internal).await, "unknown");
        assert_eq!(outcome(false, 500, MEDIA_TYPE, &internal).await, "500 passed on");
    }
}
