//! Serving HTTP on loopback until told to stop, and refusals as JSON.

use std::{net::Ipv4Addr, time::Duration};

use anyhow::Context;
use axum::{
    Json, Router,
    extract::{
        DefaultBodyLimit,
        rejection::{JsonRejection, QueryRejection},
    },
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde_json::json;
use tokio::{net::TcpListener, time::timeout};
use tokio_util::sync::CancellationToken;

use crate::stop::Stop;

/// How long requests that run may go on after the stop: all must be over within two seconds.
const GRACE: Duration = Duration::from_millis(1200);

/// Largest body that is read, in bytes.
const BODY_BYTES_MAX: usize = 64 * 1024;

/// Takes a port on loopback, any free one for 0.
pub(crate) async fn listen(port: u16) -> anyhow::Result<(TcpListener, String)> {
    let place = (Ipv4Addr::LOCALHOST, port);
    let listener =
        TcpListener::bind(place).await.with_context(|| format!("listening on 127.0.0.1:{port}"))?;
    let url = format!("http://{}", listener.local_addr().context("reading the port")?);
    Ok((listener, url))
}

/// Serves until `stop`, then lets running requests end within [`GRACE`].
pub(crate) async fn serve(
    listener: TcpListener,
    router: Router,
    stop: &mut Stop,
) -> anyhow::Result<()> {
    let stopping = CancellationToken::new();
    let router = router.layer(DefaultBodyLimit::max(BODY_BYTES_MAX));
    let server = axum::serve(listener, router);
    let serving = server.with_graceful_shutdown(stopping.clone().cancelled_owned());
    let mut serving = std::pin::pin!(async { serving.await.context("serving") });
    tokio::select! {
        ended = &mut serving => return ended,
        () = stop.wait() => stopping.cancel(),
    }
    // What is not over by now is cut: the process must end.
    timeout(GRACE, serving).await.unwrap_or(Ok(()))
}

/// Why a request is refused, as JSON.
#[derive(Debug)]
pub(crate) struct Refusal {
    /// The status.
    pub(crate) status: StatusCode,
    /// The words.
    pub(crate) error: String,
}

impl Refusal {
    /// Returns a refusal with this status.
    pub(crate) fn new(status: StatusCode, error: impl Into<String>) -> Self {
        Self { status, error: error.into() }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        (self.status, Json(json!({ "error": self.error }))).into_response()
    }
}

impl From<JsonRejection> for Refusal {
    fn from(rejection: JsonRejection) -> Self {
        let status = match rejection.status() {
            StatusCode::UNPROCESSABLE_ENTITY => StatusCode::BAD_REQUEST,
            status => status,
        };
        Self::new(status, rejection.body_text())
    }
}

impl From<QueryRejection> for Refusal {
    fn from(rejection: QueryRejection) -> Self {
        Self::new(StatusCode::BAD_REQUEST, rejection.body_text())
    }
}
