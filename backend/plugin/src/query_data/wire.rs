//! The Data service by hand: a gRPC answer whose body is the list of frames as they are, none of
//! them copied.
//!
//! An answer is one length-prefixed message, so all sizes are known before the first byte leaves.

use std::{
    convert::Infallible,
    future::Future,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use bytes::{BufMut as _, Bytes, BytesMut};
use futures::stream;
use http::{HeaderMap, HeaderValue, Request, Response, header::CONTENT_TYPE};
use http_body::Frame;
use http_body_util::{BodyExt as _, Limited, StreamBody};
use prost::{Message as _, encoding::encode_varint};
use tonic::{Status, body::Body, server::NamedService};
use tower_service::Service;

use super::{Answer, Answered, query_data};
use crate::{
    boundary::guarded,
    error::{Error, bounded},
    limits::{REQUEST_BYTES_MAX, RESPONSE_BYTES_MAX},
    metrics::Verb,
    proto::pluginv2::QueryDataRequest,
    shell::Shell,
};

/// Bytes before a gRPC message: a flag and the length.
const PREFIX_BYTES: usize = 5;

const METHOD: &str = "/pluginv2.Data/QueryData";

/// Serves `pluginv2.Data`.
#[derive(Debug)]
pub(crate) struct DataService<A> {
    shell: Arc<Shell>,
    answers: Arc<A>,
}

impl<A> DataService<A> {
    /// Makes the service; `answers` knows the query types.
    pub(crate) fn new(shell: Arc<Shell>, answers: Arc<A>) -> Self {
        Self { shell, answers }
    }
}

impl<A> Clone for DataService<A> {
    fn clone(&self) -> Self {
        Self { shell: Arc::clone(&self.shell), answers: Arc::clone(&self.answers) }
    }
}

impl<A> NamedService for DataService<A> {
    const NAME: &'static str = "pluginv2.Data";
}

impl<A: Answer> Service<Request<Body>> for DataService<A> {
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Body>, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        let this = self.clone();
        Box::pin(async move { Ok(this.respond(request).await.unwrap_or_else(Status::into_http)) })
    }
}

impl<A: Answer> DataService<A> {
    async fn respond(self, request: Request<Body>) -> Result<Response<Body>, Status> {
        if request.uri().path() != METHOD {
            return Err(Status::unimplemented("this service has only QueryData"));
        }
        let request = read(request).await?;
        let call = query_data(&self.shell, &self.answers, request);
        let failed = |answers: &Vec<Answered>| answers.iter().any(|(_, answer)| answer.is_err());
        let (metrics, stop) = (&self.shell.metrics, &self.shell.stop);
        let answers = guarded(metrics, stop, Verb::QueryData, call, failed).await;
        let chunks = lay(answers.map_err(|error| Status::unavailable(error.to_string()))?)?;
        Ok(respond_with(chunks))
    }
}

async fn read(request: Request<Body>) -> Result<QueryDataRequest, Status> {
    let body = Limited::new(request.into_body(), REQUEST_BYTES_MAX + PREFIX_BYTES);
    let bytes = body.collect().await.map_err(|_| {
        Status::out_of_range(format!("the request is over {REQUEST_BYTES_MAX} bytes, or was cut"))
    })?;
    message(bytes.to_bytes())
}

fn message(mut bytes: Bytes) -> Result<QueryDataRequest, Status> {
    let broken = || Status::internal("not one gRPC message");
    let prefix = bytes.split_to_checked(PREFIX_BYTES).ok_or_else(broken)?;
    match prefix[0] {
        0 => {}
        1 => return Err(Status::unimplemented("compressed messages are not taken")),
        _ => return Err(broken()),
    }
    let length = u32::from_be_bytes([prefix[1], prefix[2], prefix[3], prefix[4]]);
    if u32::try_from(bytes.len()) != Ok(length) {
        return Err(broken());
    }
    QueryDataRequest::decode(bytes).map_err(|error| Status::internal(error.to_string()))
}

trait SplitTo {
    fn split_to_checked(&mut self, at: usize) -> Option<Bytes>;
}

impl SplitTo for Bytes {
    fn split_to_checked(&mut self, at: usize) -> Option<Bytes> {
        (self.len() >= at).then(|| self.split_to(at))
    }
}

/// Writes the tag of a length-delimited field and its length.
pub(super) fn put_length(out: &mut BytesMut, tag: u8, length: usize) {
    out.put_u8(tag);
    encode_varint(length as u64, out);
}

fn put_text(out: &mut BytesMut, tag: u8, text: &str) {
    put_length(out, tag, text.len());
    out.put_slice(text.as_bytes());
}

fn put_status(out: &mut BytesMut, status: u16) {
    out.put_u8(0x20);
    encode_varint(u64::from(status), out);
}

/// Lays the whole gRPC message: `QueryDataResponse { responses: { refId: DataResponse } }`.
fn lay(answers: Vec<Answered>) -> Result<Vec<Bytes>, Status> {
    let mut chunks = vec![Bytes::new()];
    let mut total = 0;
    for (name, answer) in answers {
        let (frames, tail) = match answer {
            Ok(frames) => (frames, ok_tail()),
            Err(error) => (super::Frames::default(), error_tail(&error)),
        };
        let mut entry = BytesMut::new();
        put_text(&mut entry, 0x0a, &name);
        let response = frames.len() + tail.len();
        put_length(&mut entry, 0x12, response);
        let mut head = BytesMut::new();
        put_length(&mut head, 0x0a, entry.len() + response);
        head.put_slice(&entry);
        total += head.len() + response;
        chunks.push(head.freeze());
        chunks.extend(frames.into_chunks());
        chunks.push(tail);
    }
    let length = u32::try_from(total).ok().filter(|_| total <= RESPONSE_BYTES_MAX);
    let length = length.ok_or_else(|| {
        Status::resource_exhausted(format!(
            "all answers together are over {RESPONSE_BYTES_MAX} bytes"
        ))
    })?;
    let mut prefix = BytesMut::with_capacity(PREFIX_BYTES);
    prefix.put_u8(0);
    prefix.put_u32(length);
    chunks[0] = prefix.freeze();
    Ok(chunks)
}

fn ok_tail() -> Bytes {
    let mut tail = BytesMut::new();
    put_status(&mut tail, 200);
    tail.freeze()
}

fn error_tail(error: &Error) -> Bytes {
    let mut tail = BytesMut::new();
    put_text(&mut tail, 0x12, &bounded(&error.to_string()));
    put_status(&mut tail, error.status());
    put_text(&mut tail, 0x2a, error.source_kind().as_str());
    tail.freeze()
}

fn respond_with(chunks: Vec<Bytes>) -> Response<Body> {
    let trailers = HeaderMap::from_iter([(Status::GRPC_STATUS, HeaderValue::from_static("0"))]);
    let data = chunks.into_iter().filter(|chunk| !chunk.is_empty()).map(Frame::data);
    let frames = data.chain([Frame::trailers(trailers)]).map(Ok::<_, Status>);
    let mut response = Response::new(Body::new(StreamBody::new(stream::iter(frames))));
    let grpc = HeaderValue::from_static("application/grpc");
    response.headers_mut().insert(CONTENT_TYPE, grpc);
    response
}

#[cfg(test)]
pub(super) fn laid(answers: Vec<Answered>) -> Vec<u8> {
    lay(answers).unwrap().concat()
}

#[cfg(test)]
pub(super) fn read_message(bytes: Vec<u8>) -> Result<QueryDataRequest, Status> {
    message(bytes.into())
}
