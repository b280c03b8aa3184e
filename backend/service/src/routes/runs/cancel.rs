//! `POST /api/v1/runs/{id}/cancel`: ends a run.

use api::{CancelBody, Run, body::read_cancel};
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
    rights,
    routes::spend,
    to_api,
};

/// Ends a run: the open step is closed, the rest is taken back. A second cancel changes nothing.
#[utoipa::path(
    post, path = "/api/v1/runs/{id}/cancel", tag = "runs", operation_id = "cancel_run",
    params(("id" = String, Path, description = "The run's id")),
    request_body = CancelBody,
    responses((status = 200, body = Run), (status = "default", body = api::Problem)),
)]
pub(crate) async fn handle(
    State(app): State<AppState>,
    Path(id): Path<String>,
    uri: Uri,
    call: Call,
) -> Result<Json<Run>, Refused> {
    Query::of(&uri, &[])?;
    let id = from_api::run_id(&id)?;
    let body = read_cancel(&call.body)?;
    let actor = call.actor()?;
    let run = app.store.load(id).await?;
    rights::may_cancel(&app.actions, actor, &run)?;
    spend(&app, &call).await?;
    let run = app.runner.cancel(id, &actor.subject, body.reason).await?;
    Ok(Json(to_api::run(&run, false)))
}
