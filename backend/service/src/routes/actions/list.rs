//! `GET /api/v1/actions`: the catalogue as the caller sees it.

use api::{Action, Page};
use axum::{Json, extract::State};
use http::Uri;

use crate::{
    app::AppState,
    problem::Refused,
    request::{call::Call, query::Query},
};

/// Lists the actions, by name.
///
/// With `target` only those that take its kind, and until when each rests on it. Callers behind
/// whom nobody stands get an empty list.
#[utoipa::path(
    get, path = "/api/v1/actions", tag = "actions", operation_id = "list_actions",
    params(
        ("target" = Option<String>, Query, description = "Only what takes this `kind/id`"),
    ),
    responses((status = 200, body = Page<Action>), (status = "default", body = api::Problem)),
)]
pub(crate) async fn handle(
    State(app): State<AppState>,
    uri: Uri,
    call: Call,
) -> Result<Json<Page<Action>>, Refused> {
    let query = Query::of(&uri, &["target"])?;
    let form = "a target as kind/id";
    let target = query.parsed::<api::Target>("target", form)?;
    let target = target.map(|target| targets::Target::new(target.kind, target.id));
    let mut items = Vec::new();
    for listed in app.actions.list(call.actor()?, target.as_ref()) {
        items.push(super::listed(&app, &listed, target.as_ref(), call.now).await);
    }
    Ok(Json(Page { items, next: None }))
}
