//! `GET|POST /api/v1/stop`: the switch that keeps everything from starting.

use api::{
    Stop, StopBody,
    body::{check_reason, read},
};
use axum::{Json, extract::State};
use http::Uri;

use crate::{
    app::AppState,
    problem::Refused,
    request::{call::Call, query::Query},
    rights,
    routes::spend,
};

/// Shows the stop switch.
#[utoipa::path(
    get, path = "/api/v1/stop", tag = "stop", operation_id = "get_stop",
    responses((status = 200, body = Stop), (status = "default", body = api::Problem)),
)]
pub(crate) async fn show(State(app): State<AppState>, uri: Uri) -> Result<Json<Stop>, Refused> {
    Query::of(&uri, &[])?;
    Ok(Json(app.stop.shown()))
}

/// Throws or lifts the stop switch.
///
/// While it is thrown nothing starts and no forward step is taken; taking back goes on. Throwing
/// works also while the store is down.
#[utoipa::path(
    post, path = "/api/v1/stop", tag = "stop", operation_id = "set_stop",
    request_body = StopBody,
    responses((status = 200, body = Stop), (status = "default", body = api::Problem)),
)]
pub(crate) async fn set(
    State(app): State<AppState>,
    uri: Uri,
    call: Call,
) -> Result<Json<Stop>, Refused> {
    Query::of(&uri, &[])?;
    let body: StopBody = read(&call.body)?;
    check_reason(body.reason.as_deref())?;
    let actor = call.actor()?;
    rights::may_stop(actor)?;
    if body.stopped {
        throw(&app, &call, body.reason).await?;
    } else {
        spend(&app, &call).await?;
        app.stop.lift(&app.store).await?;
        let why = body.reason.map_or_else(String::new, |reason| format!(": {reason}"));
        app.audit.did("stop", Some(actor), format!("lifted{why}"), call.now).await;
    }
    app.metrics.set_stopped(body.stopped);
    Ok(Json(app.stop.shown()))
}

async fn throw(app: &AppState, call: &Call, reason: Option<String>) -> Result<(), Refused> {
    let actor = call.actor()?;
    match spend(app, call).await {
        // Stopping twice harms nobody, so a store that is down must not keep the switch from being
        // thrown.
        Err(refused) if refused.code().status() >= 500 => {
            tracing::error!("the stop switch is thrown while the store does not answer");
        }
        other => other?,
    }
    let moved = app.stop.throw(&actor.subject, reason.clone(), call.now, &app.store).await;
    for fault in moved.faults {
        tracing::error!(fault, "the stop switch is thrown in memory, but not everywhere");
    }
    let why = reason.map_or_else(String::new, |reason| format!(": {reason}"));
    app.audit.did("stop", Some(actor), format!("thrown{why}"), call.now).await;
    Ok(())
}
