//! `GET /api/v1/runs`: the runs, newest first.

use api::{Page, Run};
use axum::{Json, extract::State};
use http::Uri;
use runs::{RunFilter, RunId};

use crate::{
    app::AppState,
    from_api,
    problem::Refused,
    request::{
        call::Call,
        query::{Query, bad},
    },
};

/// Runs on a page unless asked otherwise.
const LIMIT: usize = 50;

/// Most runs on a page.
const LIMIT_MAX: usize = 200;

/// Lists runs, newest first.
///
/// `state` may be repeated. Callers behind whom nobody stands see no names, reasons and parameters.
#[utoipa::path(
    get, path = "/api/v1/runs", tag = "runs", operation_id = "list_runs",
    params(
        ("action" = Option<String>, Query, description = "Only of this action"),
        ("target" = Option<String>, Query, description = "Only on this target, as `kind/id`"),
        ("state" = Option<Vec<String>>, Query, description = "Only in these states"),
        ("actor" = Option<String>, Query, description = "Only of this actor's subject"),
        ("limit" = Option<usize>, Query, description = "1 to 200, default 50"),
        ("cursor" = Option<String>, Query, description = "`next` of the page before"),
    ),
    responses((status = 200, body = Page<Run>), (status = "default", body = api::Problem)),
)]
pub(crate) async fn handle(
    State(app): State<AppState>,
    uri: Uri,
    call: Call,
) -> Result<Json<Page<Run>>, Refused> {
    let query = Query::of(&uri, &["action", "target", "state", "actor", "limit", "cursor"])?;
    let filter = filter(&query, call.is_person())?;
    let page = app.store.list(filter).await?;
    let items = page.runs.iter().map(|run| super::shown(run, &call)).collect();
    Ok(Json(Page { items, next: page.next.map(|next| next.to_string()) }))
}

fn filter(query: &Query, person: bool) -> Result<RunFilter, Refused> {
    let target = query.parsed::<api::Target>("target", "a target as kind/id")?;
    let mut states = Vec::new();
    for word in query.all("state") {
        let state = from_api::state(word);
        states.push(
            state.ok_or_else(|| bad(format!("`{}` is no state of a run", word.escape_debug())))?,
        );
    }
    let actor = query.one("actor")?.map(str::to_owned);
    if actor.is_some() && !person {
        // What is not shown cannot be asked for either.
        return Err(bad("`actor` needs somebody who is signed in"));
    }
    Ok(RunFilter {
        action: query.one("action")?.map(str::to_owned),
        target: target.map(|target| target.to_string()),
        states,
        actor,
        before: query.parsed::<RunId>("cursor", "the `next` of the page before")?,
        limit: query.limit(LIMIT, LIMIT_MAX)?,
    })
}
