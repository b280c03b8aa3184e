//! `GET /api/v1/runs/{id}`: one run, with an entity tag for those who ask again.

use api::Run;
use axum::{
    Json,
    extract::{Path, State},
    response::{IntoResponse, Response},
};
use http::{HeaderMap, HeaderValue, StatusCode, Uri, header};

use crate::{
    app::AppState,
    from_api,
    problem::Refused,
    request::{call::Call, query::Query},
};

/// Shows one run.
///
/// With `after` the answer is 204 while nothing is newer than that event. Otherwise `If-None-Match`
/// answers 304.
#[utoipa::path(
    get, path = "/api/v1/runs/{id}", tag = "runs", operation_id = "get_run",
    params(
        ("id" = String, Path, description = "The run's id"),
        ("after" = Option<u64>, Query, description = "The event that is known already"),
    ),
    responses(
        (status = 200, body = Run, headers(("ETag" = String))),
        (status = 204, description = "Nothing newer than `after`"),
        (status = 304, description = "Not modified"),
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
    let run = app.store.load(from_api::run_id(&id)?).await?;
    if after.is_some_and(|after| run.seq <= after) {
        return Ok(StatusCode::NO_CONTENT.into_response());
    }
    let view = if call.is_person() { "" } else { "-nameless" };
    let tag = format!("\"{}-{}{view}\"", run.id, run.seq);
    let mut response = if after.is_none() && knows(&headers, &tag) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        Json(super::shown(&run, &call)).into_response()
    };
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        response.headers_mut().insert(header::ETAG, tag);
    }
    response
        .headers_mut()
        .insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    Ok(response)
}

/// Tells whether the caller has what carries `tag`.
pub(crate) fn knows(headers: &HeaderMap, tag: &str) -> bool {
    let values =
        headers.get_all(header::IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    let mut tags = values.flat_map(|value| value.split(',')).map(str::trim);
    tags.any(|known| known == "*" || known.strip_prefix("W/").unwrap_or(known) == tag)
}
