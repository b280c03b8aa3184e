//! `GET /api/v1/actions/{name}`: one action as the caller sees it.

use api::Action;
use axum::{
    Json,
    extract::{Path, State},
};
use http::Uri;

use crate::{
    app::AppState,
    from_api,
    problem::Refused,
    request::{call::Call, query::Query},
};

/// Shows one action.
#[utoipa::path(
    get, path = "/api/v1/actions/{name}", tag = "actions", operation_id = "get_action",
    params(("name" = String, Path, description = "The action's name")),
    responses((status = 200, body = Action), (status = "default", body = api::Problem)),
)]
pub(crate) async fn handle(
    State(app): State<AppState>,
    Path(name): Path<String>,
    uri: Uri,
    call: Call,
) -> Result<Json<Action>, Refused> {
    Query::of(&uri, &[])?;
    let name = from_api::name(&name, "action")?;
    let found = app.actions.list(call.actor()?, None);
    let listed = found.iter().find(|listed| listed.definition.name == name);
    let listed = listed.ok_or_else(|| Refused::no(format_args!("action `{name}`")))?;
    Ok(Json(super::listed(&app, listed, None, call.now).await))
}
