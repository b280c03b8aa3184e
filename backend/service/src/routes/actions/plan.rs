//! `POST /api/v1/actions/{name}/plan`: what a run would change. Changes nothing.

use api::{ActionBody, Plan};
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
    to_api,
};

/// Plans a run: observes, judges the guards, and keeps the result under its hash for two minutes.
///
/// Answers 200 also when a guard does not hold: that is part of the plan.
#[utoipa::path(
    post, path = "/api/v1/actions/{name}/plan", tag = "actions", operation_id = "plan_action",
    params(("name" = String, Path, description = "The action's name")),
    request_body = ActionBody,
    responses((status = 200, body = Plan), (status = "default", body = api::Problem)),
)]
pub(crate) async fn handle(
    State(app): State<AppState>,
    Path(name): Path<String>,
    uri: Uri,
    call: Call,
) -> Result<Json<Plan>, Refused> {
    Query::of(&uri, &[])?;
    let name = from_api::name(&name, "action")?;
    let (body, target) = from_api::press(&call.body)?;
    let params = body.params.unwrap_or_default();
    let planned = app.actions.plan(call.actor()?, name, (&target, &params), call.now).await;
    let plan = planned.map_err(|refusal| super::refused(&refusal))?;
    Ok(Json(to_api::plan(&plan)))
}
