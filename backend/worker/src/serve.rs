//! `serve`: a server with work to do, which counts and measures it.

mod exposition;
mod metrics;
mod work;

use std::sync::Arc;

use axum::{
    Router,
    http::{HeaderName, HeaderValue, header},
    middleware::map_response,
    response::{IntoResponse, Response},
    routing::get,
};
use clap::Args;

use self::metrics::Metrics;
use crate::{http, name::name, ready::ReadyLine, stop::Stop};

/// Names the server in each answer.
pub(crate) const SERVER_HEADER: HeaderName = HeaderName::from_static("x-leverframe-server");

/// The arguments of `serve`.
#[derive(Args)]
pub(crate) struct ServeArgs {
    /// The port on 127.0.0.1; 0 takes any free one
    #[arg(long, default_value_t = 0)]
    port: u16,
    /// The server's name, in its answers and its header
    #[arg(long, default_value = "worker", value_parser = name)]
    id: String,
    /// End when stdin ends, so that the server cannot outlive its parent
    #[arg(long)]
    until_stdin_closes: bool,
}

/// One server.
struct Server {
    id: String,
    metrics: Metrics,
}

/// Serves until stopped.
pub(crate) async fn run(args: ServeArgs) -> anyhow::Result<()> {
    let mut stop = Stop::listen(args.until_stdin_closes)?;
    let (listener, url) = http::listen(args.port).await?;
    ReadyLine::print("serve", &url)?;
    http::serve(listener, router(args.id), &mut stop).await
}

fn router(id: String) -> Router {
    let name = HeaderValue::from_str(&id).unwrap_or(HeaderValue::from_static("worker"));
    let name_it = move |mut response: Response| {
        response.headers_mut().insert(SERVER_HEADER, name.clone());
        std::future::ready(response)
    };
    let server = Arc::new(Server { id, metrics: Metrics::new() });
    Router::new()
        .route("/work", get(work::get))
        .route("/metrics", get(metrics))
        .route("/healthz", get(|| async { "ok\n" }))
        .layer(map_response(name_it))
        .with_state(server)
}

async fn metrics(axum::extract::State(server): axum::extract::State<Arc<Server>>) -> Response {
    let kind = [(header::CONTENT_TYPE, exposition::CONTENT_TYPE)];
    (kind, exposition::text(&server.metrics.registry)).into_response()
}
