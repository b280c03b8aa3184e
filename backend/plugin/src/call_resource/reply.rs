//! What goes back to the browser: one message, or a stream of them.

use std::collections::HashMap;

use api::Problem;
use bytes::Bytes;
use futures::{FutureExt as _, Stream, StreamExt as _, stream};
use serde_json::{Map, Value};
use tokio_util::sync::CancellationToken;
use tonic::Status;

use super::Messages;
use crate::{
    proto::pluginv2::{CallResourceResponse, StringList},
    service_client::Answer,
};

/// An answer to a resource call.
pub(super) enum Reply {
    /// All at once.
    Whole(CallResourceResponse),
    /// Status 200 and NDJSON, line by line.
    Lines(std::pin::Pin<Box<dyn Stream<Item = Bytes> + Send>>),
}

impl Reply {
    /// Makes a refusal; `message` is added for Grafana's toast.
    pub(super) fn problem(problem: &Problem) -> Self {
        let status = problem.status;
        let body = match serde_json::to_value(problem) {
            Ok(Value::Object(fields)) => fields,
            _ => Map::new(),
        };
        Self::whole(status, Some(api::problem::MEDIA_TYPE.to_owned()), with_message(body).into())
    }

    /// Passes the service's answer on: its status, its body, and three of its headers.
    pub(super) fn from_answer(answer: Answer) -> Self {
        let body = match answer.problem().filter(|_| !answer.is_success()) {
            Some(problem) => with_message(problem).into(),
            None => answer.body,
        };
        let mut reply = Self::whole(answer.status, answer.content_type, body);
        if let Self::Whole(message) = &mut reply {
            let more = [("ETag", answer.etag), ("Retry-After", answer.retry_after)];
            let more = more.into_iter().filter_map(|(name, value)| Some((name, value?)));
            message.headers.extend(more.map(|(name, value)| one_header(name, value)));
        }
        reply
    }

    fn whole(status: u16, content_type: Option<String>, body: Bytes) -> Self {
        let content_type = content_type.map(|value| one_header("Content-Type", value));
        Self::Whole(CallResourceResponse {
            code: i32::from(status),
            headers: content_type.into_iter().collect(),
            body,
        })
    }

    /// Returns the HTTP status.
    pub(super) fn status(&self) -> i32 {
        match self {
            Self::Whole(message) => message.code,
            Self::Lines(_) => 200,
        }
    }

    /// Returns the messages of the protocol. A stream ends with the plugin, and a panic in it ends
    /// it.
    pub(super) fn into_messages(self, stop: CancellationToken) -> Messages {
        let lines = match self {
            Self::Whole(message) => return Box::pin(stream::iter([Ok(message)])),
            Self::Lines(lines) => lines,
        };
        // The head goes out at once: the browser learns that the stream is open before anything
        // happens.
        let head = CallResourceResponse {
            code: 200,
            headers: HashMap::from([one_header("Content-Type", "application/x-ndjson".to_owned())]),
            body: Bytes::new(),
        };
        let lines = std::panic::AssertUnwindSafe(lines).catch_unwind();
        let lines = lines.map(|line| match line {
            Ok(body) => Ok(CallResourceResponse { body, ..Default::default() }),
            Err(_) => Err(Status::internal("something went wrong inside the plugin")),
        });
        let end = async move { stop.cancelled_owned().await }.boxed();
        Box::pin(stream::iter([Ok(head)]).chain(lines).take_until(end))
    }
}

fn one_header(name: &str, value: String) -> (String, StringList) {
    (name.to_owned(), StringList { values: vec![value] })
}

fn with_message(mut problem: Map<String, Value>) -> String {
    let text = problem.get("detail").or_else(|| problem.get("title")).cloned();
    problem.insert("message".to_owned(), text.unwrap_or_default());
    Value::Object(problem).to_string()
}
