//! `GET /metrics`: our own metrics for Prometheus.

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use http::header;

use crate::{app::AppState, problem::Refused};

/// Prometheus' text format.
const TEXT: &str = "text/plain; version=0.0.4; charset=utf-8";

/// Writes the metrics.
#[utoipa::path(
    get, path = "/metrics", tag = "prometheus", operation_id = "metrics",
    responses((status = 200, content_type = "text/plain", body = String)),
)]
pub(crate) async fn handle(State(app): State<AppState>) -> Result<Response, Refused> {
    let text = app.metrics.text().map_err(|error| Refused::internal(&error))?;
    Ok(([(header::CONTENT_TYPE, TEXT)], text).into_response())
}
