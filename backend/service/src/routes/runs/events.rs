//! `GET /api/v1/runs/{id}/events`: a run as it goes on, as server-sent events.
//!
//! A hint of the feed only says that there may be more: what is sent is read from the store, so no
//! lost hint can leave a stream behind for longer than [`LOOK`].

use std::{convert::Infallible, sync::Arc, time::Duration};

use api::ProblemCode;
use axum::{
    extract::{Path, State},
    response::{
        IntoResponse, Response,
        sse::{Event, KeepAlive, Sse},
    },
};
use futures::{Stream, StreamExt as _, stream};
use http::{HeaderMap, StatusCode, Uri};
use runs::{Change, RunId};
use tokio::{
    sync::{
        OwnedSemaphorePermit,
        broadcast::{Receiver, error::RecvError},
    },
    time::timeout,
};

use crate::{
    app::AppState,
    from_api,
    metrics::InFlight,
    problem::Refused,
    request::{call::Call, query::Query},
};

/// Time between two comments on a silent stream: under the idle limit of common proxies.
const KEEP_ALIVE: Duration = Duration::from_secs(15);

/// Longest time without a look at the store.
const LOOK: Duration = Duration::from_secs(5);

/// Header in which a browser says how far it came.
const LAST_EVENT_ID: &str = "last-event-id";

struct Follower {
    app: AppState,
    call: Call,
    run: RunId,
    seen: u64,
    changes: Receiver<Change>,
    ended: bool,
    _open: InFlight,
    _place: OwnedSemaphorePermit,
}

/// Follows a run.
///
/// Each event is the whole run: `id` is its number, `event` is `run`. The stream closes after a
/// terminal one; asked for what comes after that, the answer is 204, which ends a browser's
/// reconnecting.
#[utoipa::path(
    get, path = "/api/v1/runs/{id}/events", tag = "runs", operation_id = "follow_run",
    params(
        ("id" = String, Path, description = "The run's id"),
        ("after" = Option<u64>, Query, description = "The event that is known already"),
        ("Last-Event-ID" = Option<u64>, Header, description = "The same; wins over `after`"),
    ),
    responses(
        (status = 200, content_type = "text/event-stream", body = api::Run),
        (status = 204, description = "The run has ended, and that is known already"),
        (status = "default", body = api::Problem),
    ),
)]
pub(crate) async fn handle(
    State(app): State<AppState>,
    Path(id): Path<String>,
    uri: Uri,
    headers: HeaderMap,
    call: Call,
) -> Result<Response, Refused> {
    let after = Query::of(&uri, &["after"])?.parsed::<u64>("after", "the number of an event")?;
    let last = headers.get(LAST_EVENT_ID).and_then(|id| id.to_str().ok()?.parse().ok());
    let seen = last.or(after).unwrap_or(0);
    let place = Arc::clone(&app.streams).try_acquire_owned().map_err(|_| {
        let detail = "too many event streams are open (`limits.streams`); poll the run instead";
        Refused::new(ProblemCode::StoreBusy, detail).again_after(LOOK)
    })?;
    // First follow, then look: nothing falls between.
    let changes = app.feed.subscribe();
    let run = app.store.load(from_api::run_id(&id)?).await?;
    if run.seq <= seen && run.state.is_terminal() {
        return Ok(StatusCode::NO_CONTENT.into_response());
    }
    let closing = app.closing.clone().cancelled_owned();
    let open = app.metrics.stream_open();
    let follower = Follower {
        app,
        call,
        run: run.id,
        seen,
        changes,
        ended: false,
        _open: open,
        _place: place,
    };
    let events = follow(follower, run).take_until(closing);
    let keep_alive = KeepAlive::new().interval(KEEP_ALIVE).text("still here");
    // Some proxies collect an answer before they pass it on, unless they are asked not to.
    let unbuffered = [("x-accel-buffering", "no")];
    Ok((unbuffered, Sse::new(events).keep_alive(keep_alive)).into_response())
}

fn follow(follower: Follower, first: runs::Run) -> impl Stream<Item = Result<Event, Infallible>> {
    stream::unfold((follower, Some(first)), async |(mut follower, first)| {
        if follower.ended {
            return None;
        }
        let run = match first.filter(|run| run.seq > follower.seen) {
            Some(run) => run,
            None => follower.newer().await?,
        };
        follower.seen = run.seq;
        follower.ended = run.state.is_terminal();
        let shown = super::shown(&run, &follower.call);
        let event = Event::default().id(run.seq.to_string()).event("run").json_data(&shown).ok()?;
        Some((Ok(event), (follower, None)))
    })
}

impl Follower {
    /// Waits for the run to move on; `None` ends the stream, and the client asks again.
    async fn newer(&mut self) -> Option<runs::Run> {
        loop {
            match timeout(LOOK, self.changes.recv()).await {
                Ok(Ok(change)) if change.run != self.run || change.seq <= self.seen => continue,
                Ok(Err(RecvError::Closed)) => return None,
                Ok(Ok(_) | Err(RecvError::Lagged(_))) | Err(_) => {}
            }
            match self.app.store.load(self.run).await {
                Ok(run) if run.seq > self.seen => return Some(run),
                Ok(_) => {}
                Err(error) => {
                    tracing::warn!(run.id = %self.run, %error, "an event stream ends early");
                    return None;
                }
            }
        }
    }
}
