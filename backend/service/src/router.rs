//! Every route of the service, in one list. A test compares it with the table of `api`.

use api::{Route, route};
use axum::{
    Router, middleware,
    routing::{MethodRouter, get, post},
};

use crate::{
    app::AppState,
    problem::Refused,
    request::gate,
    routes::{actions, health, metrics, nodes, openapi, runs, sd, stop},
};

/// Returns every route with its handler.
fn mounted() -> Vec<(Route, MethodRouter<AppState>)> {
    vec![
        (route::ACTIONS, get(actions::list::handle)),
        (route::ACTION, get(actions::get::handle)),
        (route::PLAN, post(actions::plan::handle)),
        (route::RUN_ACTION, post(actions::run::handle)),
        (route::RUNS, get(runs::list::handle)),
        (route::RUN, get(runs::get::handle)),
        (route::RUN_EVENTS, get(runs::events::handle)),
        (route::RUN_CANCEL, post(runs::cancel::handle)),
        (route::NODES, get(nodes::list::handle)),
        (route::NODE, get(nodes::get::handle)),
        (route::STOP, get(stop::show)),
        (route::SET_STOP, post(stop::set)),
        (route::SD, get(sd::handle)),
        (route::METRICS, get(metrics::handle)),
        (route::HEALTHZ, get(health::alive)),
        (route::READYZ, get(health::ready)),
        (route::OPENAPI, get(openapi::handle)),
    ]
}

/// Makes the router; every request passes the gate, also those that find no route.
pub(crate) fn router(app: AppState) -> Router {
    let routes = mounted()
        .into_iter()
        .fold(Router::new(), |router, (route, handler)| router.route(route.path, handler));
    routes
        .fallback(async || Refused::nothing())
        .layer(middleware::from_fn_with_state(AppState::clone(&app), gate::gate))
        .with_state(app)
}

#[cfg(test)]
mod tests;
