//! `GET /work?ms=N`: answers after N milliseconds, or fails then, if asked to.

use std::{sync::Arc, time::Duration};

use axum::{
    Json,
    extract::{Query, State, rejection::QueryRejection},
    http::StatusCode,
};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::time::sleep;

use super::Server;
use crate::http::Refusal;

/// Longest piece of work, in milliseconds.
const WORK_MS_MAX: u64 = 60_000;

/// What to do.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Work {
    /// How long, in milliseconds.
    #[serde(default)]
    ms: u64,
    /// Whether to fail at the end.
    #[serde(default)]
    fail: bool,
}

/// Works, and answers with the server's id.
pub(super) async fn get(
    State(server): State<Arc<Server>>,
    work: Result<Query<Work>, QueryRejection>,
) -> Result<Json<Value>, Refusal> {
    let Query(Work { ms, fail }) = work?;
    if ms > WORK_MS_MAX {
        let error = format!("ms must be at most {WORK_MS_MAX}");
        return Err(Refusal::new(StatusCode::BAD_REQUEST, error));
    }
    let request = server.metrics.begin();
    sleep(Duration::from_millis(ms)).await;
    if fail {
        request.end("failed");
        return Err(Refusal::new(StatusCode::INTERNAL_SERVER_ERROR, "failed, as asked"));
    }
    request.end("ok");
    Ok(Json(json!({ "server": server.id, "ms": ms })))
}
