//! `POST /api/v1/actions/{name}/run`: the press. Answers once it is durable, never before.

use actions::{Prepared, Press};
use api::{ActionBody, ProblemCode, Run, route};
use axum::{
    Json,
    extract::{Path, State},
    response::{IntoResponse, Response},
};
use http::{HeaderMap, StatusCode, Uri, header};
use runs::{Admission, Admitted, Refusal, RunId, store::IdempotencyKey};
use sha2::{Digest as _, Sha256};

use crate::{
    app::{App, AppState},
    from_api,
    problem::Refused,
    request::{
        call::{Call, idempotency_key},
        query::Query,
    },
    routes::spend,
    to_api,
};

/// Runs an action on a target.
///
/// Answers 202 with `Location` once the run is durable, and 200 with `deduplicated: true` if the
/// same press is already in flight or ended less than five seconds ago. With an `Idempotency-Key` a
/// repeated request gets its first answer. A refusal after rights have passed is also a run in
/// state `refused`: its id is in the problem.
#[utoipa::path(
    post, path = "/api/v1/actions/{name}/run", tag = "actions", operation_id = "run_action",
    params(
        ("name" = String, Path, description = "The action's name"),
        (
            "Idempotency-Key" = Option<String>, Header,
            description = "1 to 255 visible ASCII characters, kept 24 h",
        ),
    ),
    request_body = ActionBody,
    responses(
        (status = 202, body = Run, headers(("Location" = String, description = "The run"))),
        (status = 200, body = Run, description = "The same press is already running"),
        (status = "default", body = api::Problem),
    ),
)]
pub(crate) async fn handle(
    State(app): State<AppState>,
    Path(name): Path<String>,
    uri: Uri,
    headers: HeaderMap,
    call: Call,
) -> Result<Response, Refused> {
    Query::of(&uri, &[])?;
    let name = from_api::name(&name, "action")?;
    let key = idempotency_key(&headers)?.map(|key| bind(key, name, &call.body));
    let (body, target) = from_api::press(&call.body)?;
    if let Some(answer) = answered_before(&app, key.as_ref(), &call).await? {
        return Ok(answer);
    }
    let params = body.params.unwrap_or_default();
    let press = Press {
        actor: call.actor()?,
        action: name,
        target: &target,
        params: &params,
        reason: body.reason.as_deref(),
        ticket: body.ticket.as_deref(),
        plan_hash: body.plan_hash.as_deref(),
    };
    let prepared = app.actions.prepare(&press, call.now).await;
    let prepared = prepared.map_err(|refusal| super::refused(&refusal))?;
    let admission = admission(&app, &prepared, key, &call);
    match app.store.admit(admission).await? {
        Admitted::New(run) => {
            app.feed.publish(run.id, run.seq);
            if let Some(refusal) = &run.refusal {
                return Err(refused_run(&run, refusal, &prepared, &call));
            }
            app.runner.wake(run.id);
            Ok(accepted(&app, &run))
        }
        Admitted::Duplicate(run) => {
            app.metrics.dedupe_hit();
            match &run.refusal {
                Some(refusal) => Err(refused_run(&run, refusal, &prepared, &call)),
                None => Ok(Json(to_api::run(&run, true)).into_response()),
            }
        }
        Admitted::Replayed { run, met } => replayed(&app, run.id, met).await,
        Admitted::KeyReused => Err(key_reused()),
        Admitted::Replay => Err(used_before()),
    }
}

/// Answers a known `Idempotency-Key` before anything is judged anew: whatever definitions, nodes
/// and rights have become since, the first answer stands.
async fn answered_before(
    app: &App,
    key: Option<&IdempotencyKey>,
    call: &Call,
) -> Result<Option<Response>, Refused> {
    let Some(key) = key else { return Ok(None) };
    let found = app.store.replayed(&call.actor()?.subject, key, call.now).await?;
    let Some(found) = found else { return Ok(None) };
    // A repeated answer is one too: the assertion is worth no second.
    spend(app, call).await?;
    match found {
        Admitted::Replayed { run, met } => replayed(app, run.id, met).await.map(Some),
        _ => Err(key_reused()),
    }
}

fn key_reused() -> Refused {
    let detail = "this `Idempotency-Key` came with another request before; take a new one";
    Refused::new(ProblemCode::KeyReused, detail)
}

/// The refusal of an assertion that was spent.
pub(crate) fn used_before() -> Refused {
    Refused::new(ProblemCode::AuthAssertion, "the assertion was used before")
}

/// Binds a key to the action and the body it came with.
fn bind(key: String, action: &str, body: &[u8]) -> IdempotencyKey {
    let digest = Sha256::new().chain_update(action).chain_update([0]).chain_update(body).finalize();
    let digest = digest.iter().fold(String::new(), |text, byte| format!("{text}{byte:02x}"));
    IdempotencyKey { key, digest }
}

fn admission(
    app: &App,
    prepared: &Prepared,
    key: Option<IdempotencyKey>,
    call: &Call,
) -> Admission {
    let stopped = app.stop.refusal();
    let refusal = stopped.or_else(|| prepared.refusal.as_ref().map(::actions::Refusal::stored));
    Admission {
        run: RunId::at(call.now),
        now: call.now,
        request: prepared.request.clone(),
        refusal,
        key,
        jti: call.jti(),
        collision: prepared.limits.collision,
        cooldown: prepared.limits.cooldown,
        rate: prepared.limits.rate,
    }
}

fn accepted(app: &App, run: &runs::Run) -> Response {
    let body = to_api::run(run, false);
    let location = format!("{}{}", app.config.listen.base_path, route::RUN.url_path(&[&body.id]));
    (StatusCode::ACCEPTED, [(header::LOCATION, location)], Json(body)).into_response()
}

/// Repeats the first answer: the run as it stood when it was accepted, or when the press met it.
async fn replayed(app: &App, id: RunId, met: Option<u64>) -> Result<Response, Refused> {
    let log = app.store.log(id).await?;
    let seq = usize::try_from(met.unwrap_or(1)).unwrap_or(usize::MAX);
    let run = runs::fold(id, log.get(..seq).unwrap_or(&log))?;
    Ok(match met {
        Some(_) => Json(to_api::run(&run, true)).into_response(),
        None => accepted(app, &run),
    })
}

/// Makes the problem of a refused run, with what was seen if it was seen just now.
fn refused_run(run: &runs::Run, refusal: &Refusal, now: &Prepared, call: &Call) -> Refused {
    let code = ProblemCode::parse(&refusal.code).unwrap_or(ProblemCode::Internal);
    let fresh = now.refusal.as_ref().filter(|fresh| fresh.code.as_str() == refusal.code);
    let problem = match fresh {
        Some(fresh) => super::refused(fresh),
        None => Refused::new(code, refusal.detail.clone()),
    };
    problem
        .with(|problem| {
            problem.run_id = Some(run.id.to_string());
            problem.holder.clone_from(&refusal.holder);
        })
        .again(refusal.next_allowed, call.now)
}
