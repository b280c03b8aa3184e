//! Everything a request has to pass before its handler sees it, in one order: request id and panic
//! boundary, host, route and method, size, content type, who asks, and whether that one may come in
//! at all.

use std::{net::SocketAddr, panic::AssertUnwindSafe, time::Duration};

use api::{ProblemCode, ROUTES, Route, body::BODY_BYTES_MAX, route};
use axum::{
    body::{Body, to_bytes},
    extract::{ConnectInfo, MatchedPath, Request, State},
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use bytes::Bytes;
use futures::FutureExt as _;
use http::{HeaderValue, Method, header, request::Parts};
use http_body_util::LengthLimitError;
use identity::Role;
use tokio::time::Instant;
use tracing::Instrument as _;
use uuid::Uuid;

use crate::{
    app::AppState,
    audit::Denied,
    problem::{Refused, Told},
    request::{
        auth::{self, Caller},
        call::Call,
        host,
    },
};

/// Longest time a body may take to arrive: a body is small, so a slower sender only holds a place.
const BODY_TIMEOUT: Duration = Duration::from_secs(10);

/// Routes that are open to this machine.
const OPEN: &[Route] = &[route::METRICS, route::SD, route::OPENAPI, route::HEALTHZ, route::READYZ];

/// Lets a request through to its handler, or refuses it.
pub(crate) async fn gate(State(app): State<AppState>, request: Request, next: Next) -> Response {
    let id = Uuid::now_v7();
    let begun = Instant::now();
    let in_flight = app.metrics.request_in_flight();
    let route = found(&request);
    let method = method_label(request.method());
    let template = route.map_or("none", |route| route.path);
    let span = tracing::info_span!("request", id = %id, method, route = template);
    let answered = AssertUnwindSafe(admit(&app, route, request, next)).catch_unwind();
    let mut response = match answered.instrument(span.clone()).await {
        Ok(response) => response,
        Err(panic) => panicked(&*panic).into_response(),
    };
    drop(in_flight);
    let (status, took) = (response.status().as_u16(), begun.elapsed());
    app.metrics.answered(template, method, status, took);
    span.in_scope(|| tracing::debug!(status, took_seconds = took.as_secs_f64(), "answered"));
    let headers = response.headers_mut();
    let no_store = HeaderValue::from_static("no-store");
    headers.entry(header::CACHE_CONTROL).or_insert(no_store);
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    if let Ok(id) = HeaderValue::from_str(&id.to_string()) {
        headers.insert("x-request-id", id);
    }
    response
}

/// The route of the path, whatever the method.
fn found(request: &Request) -> Option<&'static Route> {
    let path = request.extensions().get::<MatchedPath>()?.as_str().to_owned();
    let method = effective(request.method());
    let mut routes = ROUTES.iter().filter(|route| route.path == path);
    let exact = routes.clone().find(|route| route.method.as_str() == method);
    exact.or_else(|| routes.next())
}

/// A HEAD is a GET whose body is not sent.
fn effective(method: &Method) -> &str {
    if method == Method::HEAD { "GET" } else { method.as_str() }
}

fn method_label(method: &Method) -> &'static str {
    match method.as_str() {
        "GET" => "GET",
        "HEAD" => "HEAD",
        "POST" => "POST",
        _ => "other",
    }
}

async fn admit(
    app: &AppState,
    route: Option<&'static Route>,
    request: Request,
    next: Next,
) -> Response {
    let now = app.clock.now();
    let (parts, body) = request.into_parts();
    let path = parts.uri.path().to_owned();
    let mut caller = None;
    let checked = match before_body(app, route, &parts) {
        Ok(route) => {
            let permit = app.requests.try_acquire();
            let body = if permit.is_ok() { read(&parts, body).await } else { Err(crowded()) };
            body.and_then(|body| {
                caller = enter(app, route, &parts, &body, now)?;
                let call = Call { caller: caller.clone(), body, now };
                Ok((call, permit))
            })
        }
        Err(refused) => Err(refused),
    };
    let response = match checked {
        Ok((call, _permit)) => {
            let mut request = Request::from_parts(parts, Body::empty());
            request.extensions_mut().insert(call);
            next.run(request).await
        }
        Err(refused) => refused.into_response(),
    };
    if let Some(told) = response.extensions().get::<Told>() {
        let template = route.map_or("none", |route| route.path);
        let action = action_of(template, &path);
        let denied = Denied { caller: caller.as_ref(), route: template, action, told, now };
        app.audit.refused(denied).await;
    }
    response
}

/// The action that a path names, if its route has one there.
fn action_of<'a>(template: &str, path: &'a str) -> Option<&'a str> {
    let rest =
        template.starts_with(route::ACTION.path).then(|| path.strip_prefix(route::ACTIONS.path))?;
    let name = rest?.trim_start_matches('/').split('/').next()?;
    api::is_id(name).then_some(name)
}

/// Checks what needs no body.
fn before_body(
    app: &AppState,
    route: Option<&'static Route>,
    parts: &Parts,
) -> Result<&'static Route, Refused> {
    host::check(&app.hosts, &parts.headers, &parts.uri)?;
    let route = route.ok_or_else(Refused::nothing)?;
    if route.method.as_str() != effective(&parts.method) {
        let methods = allowed(route.path);
        let detail = format!("{} takes {methods}", route.path);
        return Err(Refused::new(ProblemCode::Method, detail).allow(&methods));
    }
    let length = parts.headers.get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok());
    if length
        .and_then(|length| length.parse::<u64>().ok())
        .is_some_and(|n| n > BODY_BYTES_MAX as u64)
    {
        return Err(too_large());
    }
    if route.method == api::Method::Post && !is_json(parts) {
        let detail = "send the body with `Content-Type: application/json`";
        return Err(Refused::new(ProblemCode::MediaType, detail));
    }
    Ok(route)
}

/// Returns the methods of a path, as the header `Allow` has them.
fn allowed(path: &str) -> String {
    let mut methods = Vec::new();
    for route in ROUTES.iter().filter(|route| route.path == path) {
        methods.push(route.method.as_str());
        if route.method == api::Method::Get {
            methods.push("HEAD");
        }
    }
    methods.join(", ")
}

fn is_json(parts: &Parts) -> bool {
    let mut all = parts.headers.get_all(header::CONTENT_TYPE).iter();
    let (first, second) = (all.next(), all.next());
    let kind = first.and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    second.is_none() && kind.eq_ignore_ascii_case("application/json")
}

async fn read(parts: &Parts, body: Body) -> Result<Bytes, Refused> {
    let cut = || Refused::new(ProblemCode::InvalidBody, "the body did not arrive whole");
    if parts.headers.contains_key(header::CONTENT_ENCODING) {
        let detail = "send the body as it is, without `Content-Encoding`";
        return Err(Refused::new(ProblemCode::MediaType, detail));
    }
    match tokio::time::timeout(BODY_TIMEOUT, to_bytes(body, BODY_BYTES_MAX)).await {
        Ok(Ok(bytes)) => Ok(bytes),
        Ok(Err(error)) => {
            let limit = error.into_inner().is::<LengthLimitError>();
            Err(if limit { too_large() } else { cut() })
        }
        Err(_) => Err(cut()),
    }
}

fn too_large() -> Refused {
    Refused::new(ProblemCode::TooLarge, format!("send at most {BODY_BYTES_MAX} bytes"))
}

fn crowded() -> Refused {
    let detail = "too many requests at once (`limits.requests`); try again";
    Refused::new(ProblemCode::StoreBusy, detail).again_after(Duration::from_secs(1))
}

/// Finds out who asks and whether that one may come in.
fn enter(
    app: &AppState,
    route: &Route,
    parts: &Parts,
    body: &[u8],
    now: jiff::Timestamp,
) -> Result<Option<Caller>, Refused> {
    let offered = parts.headers.contains_key(header::AUTHORIZATION);
    if !offered && is_open(app, route, parts) {
        return Ok(None);
    }
    let (method, path) = (parts.method.as_str(), parts.uri.path());
    let request = auth::Request { method, path, headers: &parts.headers, body, now };
    let caller = app.door().caller(request)?;
    let actor = &caller.actor;
    if !actor.is_person() {
        return anonymous(app, route).map(|()| Some(caller));
    }
    if actor.role == Role::None {
        let detail = "you have no role in this organisation; ask its administrator for one";
        return Err(Refused::new(ProblemCode::AuthForbidden, detail));
    }
    Ok(Some(caller))
}

fn is_open(app: &AppState, route: &Route, parts: &Parts) -> bool {
    if !OPEN.contains(route) {
        return false;
    }
    let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>();
    let here = peer.is_none_or(|ConnectInfo(peer)| peer.ip().is_loopback());
    // Health says nothing but yes or no, so a container may ask itself whatever stands in front of
    // it.
    let health = [route::HEALTHZ, route::READYZ].contains(route);
    here && (health || app.config.listen.is_private())
}

/// What is left for callers behind whom nobody stands: looking, if the site allows it, and an empty
/// catalogue.
fn anonymous(app: &AppState, route: &Route) -> Result<(), Refused> {
    const READS: &[Route] =
        &[route::RUNS, route::RUN, route::RUN_EVENTS, route::NODES, route::NODE];
    if *route == route::ACTIONS || (app.config.grants.anonymous_reads && READS.contains(route)) {
        return Ok(());
    }
    let detail = if READS.contains(route) {
        "nobody is signed in; the site may allow such reads with `grants.anonymous_reads`"
    } else {
        "nobody is signed in: public dashboards and alert rules cannot do this"
    };
    Err(Refused::new(ProblemCode::AuthAnonymous, detail))
}

/// A bug of ours: the caller gets a problem, the log the message.
fn panicked(panic: &(dyn std::any::Any + Send)) -> Refused {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    let text = text.or_else(|| panic.downcast_ref::<String>().cloned());
    tracing::error!(panic = text.as_deref().unwrap_or("no message"), "a handler panicked");
    let detail = "the fault is on our side; the service's log has the cause under the request id";
    Refused::new(ProblemCode::Internal, detail)
}
