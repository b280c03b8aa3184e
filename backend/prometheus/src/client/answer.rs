//! From a response to a sink: status, encoding, and bytes as they arrive.

use std::io::{self, Read as _, Write};
use std::time::Duration;

use flate2::read::MultiGzDecoder as GzReader;
use flate2::write::MultiGzDecoder as GzWriter;
use reqwest::{Response, StatusCode};

use super::{failure, is_gzip};
use crate::read::{Discard, Limits, Reader, Sink, Summary, shortened};
use crate::{Error, limits};

/// Reads a response's body into `sink` while it downloads.
pub(super) async fn read<S: Sink + Send + ?Sized>(
    mut response: Response,
    bounds: Limits,
    sink: &mut S,
) -> Result<Summary, Error> {
    let status = response.status();
    if !status.is_success() {
        return Err(failed(response, bounds).await);
    }
    let reader = Reader::new(bounds, status.as_u16());
    let mut body = Body::new(is_gzip(response.headers())?, Feeder { reader, sink, failed: None });
    while let Some(chunk) = response.chunk().await.map_err(broken)? {
        body.feed(&chunk)?;
    }
    body.finish()
}

/// The timeout holds outside of this, so a timeout of the transport itself cannot come.
fn broken(error: reqwest::Error) -> Error {
    failure::translate(error, Duration::ZERO)
}

/// Turns an answer without success into the error it tells of.
async fn failed(response: Response, bounds: Limits) -> Error {
    let status = response.status();
    let body = match error_body(response).await {
        Ok(body) => body,
        Err(error) => return error,
    };
    let carries_json = [
        StatusCode::BAD_REQUEST,
        StatusCode::UNPROCESSABLE_ENTITY,
        StatusCode::SERVICE_UNAVAILABLE,
    ];
    if carries_json.contains(&status) {
        let mut reader = Reader::new(bounds, status.as_u16());
        let told = reader.feed(&body, &mut Discard).and_then(|()| reader.finish(&mut Discard));
        if let Err(error @ Error::Upstream { .. }) = told {
            return error;
        }
    }
    let text = String::from_utf8_lossy(&body);
    let message = match shortened(text.trim(), limits::ERROR_TEXT_BYTES_MAX) {
        empty if empty.is_empty() => status.canonical_reason().unwrap_or("no text").to_owned(),
        text => text,
    };
    Error::Status { status: status.as_u16(), message }
}

async fn error_body(mut response: Response) -> Result<Vec<u8>, Error> {
    let gzip = is_gzip(response.headers())?;
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(broken)? {
        let room = limits::ERROR_BODY_BYTES_MAX - body.len();
        body.extend_from_slice(&chunk[..room.min(chunk.len())]);
        if chunk.len() >= room {
            break;
        }
    }
    if !gzip {
        return Ok(body);
    }
    let mut plain = Vec::new();
    let bound = limits::ERROR_BODY_BYTES_MAX as u64;
    match GzReader::new(&*body).take(bound).read_to_end(&mut plain) {
        Ok(_) => Ok(plain),
        Err(_) => Err(Error::malformed(0, "the answer is no gzip")),
    }
}

/// A body that is read as it comes, unpacked on the way if need be.
enum Body<'a, S: Sink + Send + ?Sized> {
    Plain(Box<Feeder<'a, S>>),
    Gzip(Box<GzWriter<Feeder<'a, S>>>),
}

impl<'a, S: Sink + Send + ?Sized> Body<'a, S> {
    fn new(gzip: bool, feeder: Feeder<'a, S>) -> Self {
        if gzip {
            Self::Gzip(Box::new(GzWriter::new(feeder)))
        } else {
            Self::Plain(Box::new(feeder))
        }
    }

    fn feed(&mut self, chunk: &[u8]) -> Result<(), Error> {
        match self {
            Self::Plain(feeder) => feeder.reader.feed(chunk, feeder.sink),
            Self::Gzip(unpack) => {
                let done = unpack.write_all(chunk);
                unpacked(unpack, done)
            }
        }
    }

    fn finish(self) -> Result<Summary, Error> {
        let feeder = match self {
            Self::Plain(feeder) => *feeder,
            Self::Gzip(mut unpack) => {
                let done = unpack.try_finish();
                unpacked(&mut unpack, done)?;
                unpack
                    .finish()
                    .map_err(|_| Error::malformed(0, "the packed answer is cut short"))?
            }
        };
        feeder.reader.finish(feeder.sink)
    }
}

/// The reader's own error if it has one, else a fault of the packing.
fn unpacked<S: Sink + Send + ?Sized>(
    unpack: &mut GzWriter<Feeder<'_, S>>,
    done: io::Result<()>,
) -> Result<(), Error> {
    match (unpack.get_mut().failed.take(), done) {
        (Some(error), _) => Err(error),
        (None, Err(_)) => Err(Error::malformed(0, "the answer is no gzip, or it is cut short")),
        (None, Ok(())) => Ok(()),
    }
}

/// Where unpacked bytes go.
struct Feeder<'a, S: Sink + Send + ?Sized> {
    reader: Reader,
    sink: &'a mut S,
    failed: Option<Error>,
}

impl<S: Sink + Send + ?Sized> Write for Feeder<'_, S> {
    fn write(&mut self, chunk: &[u8]) -> io::Result<usize> {
        match self.reader.feed(chunk, self.sink) {
            Ok(()) => Ok(chunk.len()),
            Err(error) => {
                self.failed = Some(error);
                Err(io::Error::other("the answer is refused"))
            }
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
