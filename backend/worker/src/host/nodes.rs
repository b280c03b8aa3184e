//! The node API: the list in two shapes, start, stop and restart.

use std::sync::Arc;

use axum::{
    Json,
    extract::{Path, State, rejection::JsonRejection},
    http::StatusCode,
};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    Host, WORKERS_MAX,
    fleet::{Shown, Started},
};
use crate::{http::Refusal, name::name};

/// The body of a start.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Start {
    id: String,
}

/// `GET /nodes`: the classic list.
pub(super) async fn classic(State(host): State<Arc<Host>>) -> Json<Value> {
    let row = |Shown { id, address, status }| json!({ "Node_id": id, "Node_ip": address, "status": status });
    Json(host.fleet.list().await.into_iter().map(row).collect())
}

/// `GET /v1/nodes`: the list with plain names.
pub(super) async fn list(State(host): State<Arc<Host>>) -> Json<Value> {
    Json(host.fleet.list().await.into_iter().map(plain).collect())
}

/// `POST /nodes {"id"}`: 201 for a new worker, 200 if it runs already.
pub(super) async fn start(
    State(host): State<Arc<Host>>,
    body: Result<Json<Start>, JsonRejection>,
) -> Result<(StatusCode, Json<Value>), Refusal> {
    let Json(Start { id }) = body?;
    match host.fleet.start(&known_name(&id)?).await.map_err(|error| failed(&error))? {
        Started::New(node) => Ok((StatusCode::CREATED, Json(plain(node)))),
        Started::Known(node) => Ok((StatusCode::OK, Json(plain(node)))),
        Started::Full => {
            let error = format!("there are {WORKERS_MAX} workers, and there may be no more");
            Err(Refusal::new(StatusCode::CONFLICT, error))
        }
    }
}

/// `DELETE /nodes/{id}`: ends a worker.
pub(super) async fn stop(
    State(host): State<Arc<Host>>,
    Path(id): Path<String>,
) -> Result<StatusCode, Refusal> {
    let stopped = host.fleet.stop(&known_name(&id)?).await;
    if stopped { Ok(StatusCode::NO_CONTENT) } else { Err(unknown()) }
}

/// `POST /nodes/{id}/restart`: ends a worker and starts it on the same port.
pub(super) async fn restart(
    State(host): State<Arc<Host>>,
    Path(id): Path<String>,
) -> Result<Json<Value>, Refusal> {
    let node = host.fleet.restart(&known_name(&id)?).await.map_err(|error| failed(&error))?;
    node.map(|node| Json(plain(node))).ok_or_else(unknown)
}

fn plain(Shown { id, address, status }: Shown) -> Value {
    json!({ "id": id, "address": address, "status": status })
}

fn known_name(id: &str) -> Result<String, Refusal> {
    name(id).map_err(|error| Refusal::new(StatusCode::BAD_REQUEST, error))
}

fn unknown() -> Refusal {
    Refusal::new(StatusCode::NOT_FOUND, "there is no such worker")
}

fn failed(error: &anyhow::Error) -> Refusal {
    Refusal::new(StatusCode::INTERNAL_SERVER_ERROR, format!("{error:#}"))
}
