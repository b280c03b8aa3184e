//! `GET /sd/{name}`: the inventory as Prometheus' `http_sd`. Exactly 200 with a list, or 503; never
//! an empty list.

use api::ProblemCode;
use axum::{
    extract::{Path, State},
    response::{IntoResponse, Response},
};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use targets::sd::Answer;

use super::runs::get::knows;
use crate::{app::AppState, from_api, problem::Refused, request::call::Call};

/// Lists scrape targets for Prometheus.
///
/// While the inventory is unsure the last complete list is answered for up to an hour, then 503, so
/// that Prometheus keeps what it has.
#[utoipa::path(
    get, path = "/sd/{name}", tag = "prometheus", operation_id = "discover",
    params(("name" = String, Path, description = "The list's name in the configuration")),
    responses(
        (
            status = 200, content_type = "application/json", body = Vec<Object>,
            description = "Prometheus' target groups",
        ),
        (status = 304, description = "Not modified"),
        (status = "default", body = api::Problem),
    ),
)]
pub(crate) async fn handle(
    State(app): State<AppState>,
    Path(name): Path<String>,
    headers: HeaderMap,
    call: Call,
) -> Result<Response, Refused> {
    let name = from_api::name(&name, "list")?;
    let lists = app.discovery();
    let list = lists.get(name).ok_or_else(|| Refused::no(format_args!("list `{name}`")))?;
    match list.answer(call.now) {
        Answer::Unavailable { why } => Err(Refused::new(
            ProblemCode::InventoryUnsure,
            format!("no list can be answered: {why}"),
        )),
        Answer::List { list, stale } => {
            if let Some(why) = stale {
                tracing::debug!(sd.name = name, why, "an older list is answered");
            }
            let mut response = if knows(&headers, &list.etag) {
                StatusCode::NOT_MODIFIED.into_response()
            } else {
                let json = HeaderValue::from_static("application/json");
                ([(header::CONTENT_TYPE, json)], list.body.clone()).into_response()
            };
            if let Ok(tag) = HeaderValue::from_str(&list.etag) {
                response.headers_mut().insert(header::ETAG, tag);
            }
            Ok(response)
        }
    }
}
