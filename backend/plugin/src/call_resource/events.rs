//! A run as it goes on: the service's server-sent events become NDJSON, one message for each, until
//! a terminal one.

mod places;
mod sse;

#[cfg(test)]
mod tests;

use api::RunState;
use bytes::Bytes;
use futures::stream;
use identity::assertion;
use serde::Deserialize;
use tokio::time::{Instant, timeout, timeout_at};

use super::Reply;
use crate::{
    caller::Caller,
    error::Error,
    instance::Instance,
    limits::{EVENTS_LASTING_MAX, EVENTS_SILENCE_MAX},
    metrics::Open,
    service_client::Request,
    shell::Shell,
};
use places::Place;
pub(crate) use places::Places;
use sse::Events;

/// Opens the events of a run after event `after`. A refusal comes back as the one answer that it
/// is.
///
/// # Errors
/// When the service does not answer, or when too many streams are open.
pub(super) async fn open(
    shell: &Shell,
    instance: &Instance,
    caller: &Caller,
    request: &Request<'_>,
    after: u64,
) -> Result<Reply, Error> {
    let service = instance.service()?;
    let login = caller.person.as_ref().map_or("", |person| &person.login);
    let place = shell.streams.take(assertion::subject(caller.org, login))?;
    let response = match service.open(caller, request).await? {
        Ok(response) => response,
        Err(answer) => return Ok(Reply::from_answer(answer)),
    };
    let source = Source {
        response,
        events: Events::default(),
        after,
        deadline: Instant::now() + EVENTS_LASTING_MAX,
        over: false,
        _place: place,
        _open: shell.metrics.open_stream(),
    };
    Ok(Reply::Lines(Box::pin(stream::unfold(source, |mut source| async move {
        let line = source.next_line().await?;
        Some((line, source))
    }))))
}

/// The running conversion. When the caller leaves it is dropped, and with it the connection to the
/// service.
struct Source {
    response: reqwest::Response,
    events: Events,
    after: u64,
    deadline: Instant,
    over: bool,
    _place: Place,
    _open: Open,
}

/// The part of a run that decides whether it is sent, and whether it is the last.
#[derive(Deserialize)]
struct Glance {
    seq: u64,
    state: RunState,
}

impl Source {
    /// Returns the next run as one line; `None` after the last one, and when the service falls
    /// silent, breaks off or sends what cannot be read: the caller then asks again with the number
    /// of the last event it has, or polls.
    async fn next_line(&mut self) -> Option<Bytes> {
        loop {
            if self.over {
                return None;
            }
            while let Some(data) = self.events.next() {
                let Ok(glance) = serde_json::from_str::<Glance>(&data) else {
                    // What was skipped might have been the end.
                    tracing::warn!("the service sent a run event that cannot be read");
                    return None;
                };
                if let Some(line) = self.line_of(&data, &glance) {
                    return Some(line);
                }
            }
            let chunk = timeout(EVENTS_SILENCE_MAX, self.response.chunk());
            match timeout_at(self.deadline, chunk).await {
                Ok(Ok(Ok(Some(chunk)))) if self.events.feed(&chunk) => {}
                end => {
                    let clean = matches!(end, Ok(Ok(Ok(None))));
                    tracing::debug!(clean, "a stream of run events ended");
                    return None;
                }
            }
        }
    }

    fn line_of(&mut self, data: &str, glance: &Glance) -> Option<Bytes> {
        if glance.seq <= self.after && !glance.state.is_terminal() {
            return None;
        }
        self.after = glance.seq;
        self.over = glance.state.is_terminal();
        // The data of an event may hold line breaks between tokens, a line of NDJSON may not.
        let mut line = data.replace(['\n', '\r'], " ").into_bytes();
        line.push(b'\n');
        Some(line.into())
    }
}
