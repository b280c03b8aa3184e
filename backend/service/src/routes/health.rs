//! `GET /healthz` and `GET /readyz`: yes or no, and nothing that a stranger could use.

use std::time::Duration;

use api::ProblemCode;
use axum::{Json, extract::State};
use runs::RunFilter;
use serde_json::{Value, json};
use tokio::time::timeout;

use crate::{app::AppState, problem::Refused};

/// Longest time the store may take to show that it can be read.
const STORE_TIMEOUT: Duration = Duration::from_secs(2);

/// Says that the process lives.
#[utoipa::path(
    get, path = "/healthz", tag = "health", operation_id = "healthz",
    responses((status = 200, description = "Alive", body = Object)),
)]
pub(crate) async fn alive() -> Json<Value> {
    Json(json!({"status": "ok"}))
}

/// Says whether the service can do its work: its store can be read and it is not about to end.
#[utoipa::path(
    get, path = "/readyz", tag = "health", operation_id = "readyz",
    responses(
        (status = 200, description = "Ready", body = Object),
        (status = "default", body = api::Problem),
    ),
)]
pub(crate) async fn ready(State(app): State<AppState>) -> Result<Json<Value>, Refused> {
    if app.closing.is_cancelled() {
        return Err(Refused::new(ProblemCode::StoreUnavailable, "the service is about to end"));
    }
    let look = app.store.list(RunFilter { limit: 1, ..RunFilter::default() });
    match timeout(STORE_TIMEOUT, look).await {
        Ok(read) => read.map(|_| Json(json!({"status": "ok"}))).map_err(Refused::from),
        Err(_) => Err(Refused::new(ProblemCode::StoreUnavailable, "the store does not answer")),
    }
}
