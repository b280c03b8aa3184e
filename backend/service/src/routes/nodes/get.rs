//! `GET /api/v1/nodes/{id}`: one node.

use api::Node;
use axum::{
    Json,
    extract::{Path, State},
};
use http::Uri;

use super::Seen;
use crate::{
    app::AppState,
    from_api,
    problem::Refused,
    request::{call::Call, query::Query},
};

/// Shows one node.
#[utoipa::path(
    get, path = "/api/v1/nodes/{id}", tag = "nodes", operation_id = "get_node",
    params(("id" = String, Path, description = "The node's id")),
    responses((status = 200, body = Node), (status = "default", body = api::Problem)),
)]
pub(crate) async fn handle(
    State(app): State<AppState>,
    Path(id): Path<String>,
    uri: Uri,
    call: Call,
) -> Result<Json<Node>, Refused> {
    Query::of(&uri, &[])?;
    let id = from_api::name(&id, "node")?;
    let seen = Seen::of(&app, call.now).await?;
    let node = seen.snapshot.node(id).ok_or_else(|| Refused::no(format_args!("node `{id}`")))?;
    Ok(Json(seen.shown(node, &call)))
}
