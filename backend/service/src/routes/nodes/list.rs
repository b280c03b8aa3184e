//! `GET /api/v1/nodes`: the inventory.

use api::{Node, Page};
use axum::{Json, extract::State};
use http::Uri;

use super::Seen;
use crate::{
    app::AppState,
    problem::Refused,
    request::{
        call::Call,
        query::{Query, bad},
    },
};

/// Nodes on a page unless asked otherwise.
const LIMIT: usize = 500;

/// Most nodes on a page.
const LIMIT_MAX: usize = 1000;

/// Lists nodes, by id.
///
/// A node that could not be seen for a while is shown as `unknown`. `state` may be repeated;
/// `label` is `name=value` and may be repeated, all must fit.
#[utoipa::path(
    get, path = "/api/v1/nodes", tag = "nodes", operation_id = "list_nodes",
    params(
        ("pool" = Option<String>, Query, description = "Only of this pool"),
        ("state" = Option<Vec<String>>, Query, description = "Only in these states"),
        ("label" = Option<Vec<String>>, Query, description = "Only with this `name=value`"),
        ("limit" = Option<usize>, Query, description = "1 to 1000, default 500"),
        ("cursor" = Option<String>, Query, description = "`next` of the page before"),
    ),
    responses((status = 200, body = Page<Node>), (status = "default", body = api::Problem)),
)]
pub(crate) async fn handle(
    State(app): State<AppState>,
    uri: Uri,
    call: Call,
) -> Result<Json<Page<Node>>, Refused> {
    let query = Query::of(&uri, &["pool", "state", "label", "limit", "cursor"])?;
    let limit = query.limit(LIMIT, LIMIT_MAX)?;
    let wanted = Wanted::of(&query)?;
    let after = query.one("cursor")?;
    let seen = Seen::of(&app, call.now).await?;
    let nodes =
        seen.snapshot.nodes.iter().filter(|node| after.is_none_or(|after| *node.id > *after));
    let mut items: Vec<Node> = nodes
        .map(|node| seen.shown(node, &call))
        .filter(|node| wanted.takes(node))
        .take(limit + 1)
        .collect();
    let more = items.len() > limit;
    items.truncate(limit);
    let next = items.last().filter(|_| more).map(|node| node.id.clone());
    Ok(Json(Page { items, next }))
}

/// Which nodes are asked for.
struct Wanted<'a> {
    pool: Option<&'a str>,
    states: Vec<&'a str>,
    labels: Vec<(&'a str, &'a str)>,
}

impl<'a> Wanted<'a> {
    fn of(query: &'a Query) -> Result<Self, Refused> {
        let states: Vec<&str> = query.all("state").collect();
        for word in &states {
            if !["ready", "draining", "maintenance", "down", "unknown"].contains(word) {
                return Err(bad(format!("`{}` is no state of a node", word.escape_debug())));
            }
        }
        let labels = query
            .all("label")
            .map(|label| label.split_once('=').ok_or_else(|| bad("`label` must be name=value")));
        Ok(Self { pool: query.one("pool")?, states, labels: labels.collect::<Result<_, _>>()? })
    }

    fn takes(&self, node: &Node) -> bool {
        let Self { pool, states, labels } = self;
        pool.is_none_or(|pool| node.pool.as_deref() == Some(pool))
            && (states.is_empty() || states.contains(&node.state.as_str()))
            && labels.iter().all(|(name, value)| node.labels.get(*name).is_some_and(|v| v == value))
    }
}
