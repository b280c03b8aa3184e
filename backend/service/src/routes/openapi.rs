//! `GET /openapi.json`: the document that clients are made from.

use axum::response::{IntoResponse, Response};
use http::header;

use crate::{openapi, problem::Refused};

/// Writes the document.
#[utoipa::path(
    get, path = "/openapi.json", tag = "health", operation_id = "openapi",
    responses((status = 200, description = "OpenAPI 3.1", body = Object)),
)]
pub(crate) async fn handle() -> Result<Response, Refused> {
    let text = openapi::text().map_err(|error| Refused::internal(error.as_ref()))?;
    Ok(([(header::CONTENT_TYPE, "application/json")], text).into_response())
}
