//! `host`: runs workers as its children and offers the node API.

mod child;
mod fleet;
mod nodes;
mod notes;

use std::sync::Arc;

use axum::{
    Router,
    routing::{delete, get, post},
};
use clap::Args;

use self::{fleet::Fleet, notes::Notes};
use crate::{http, name::name, ready::ReadyLine, stop::Stop};

/// Most workers of one host.
pub(crate) const WORKERS_MAX: usize = 64;

/// The arguments of `host`.
#[derive(Args)]
pub(crate) struct HostArgs {
    /// The port on 127.0.0.1; 0 takes any free one
    #[arg(long, default_value_t = 0)]
    port: u16,
    /// How many workers to start with
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u8).range(0..=64))]
    workers: u8,
    /// The workers' names are PREFIX-1, PREFIX-2, …
    #[arg(long, default_value = "web", value_parser = name)]
    prefix: String,
    /// End when stdin ends, so that the host cannot outlive its parent
    #[arg(long)]
    until_stdin_closes: bool,
}

/// What the host's handlers share.
struct Host {
    fleet: Fleet,
    notes: Notes,
}

/// Starts the workers, then offers the node API until stopped.
pub(crate) async fn run(args: HostArgs) -> anyhow::Result<()> {
    let mut stop = Stop::listen(args.until_stdin_closes)?;
    let (listener, url) = http::listen(args.port).await?;
    let host = Arc::new(Host { fleet: Fleet::new()?, notes: Notes::default() });
    for n in 1..=args.workers {
        host.fleet.start(&format!("{}-{n}", args.prefix)).await?;
    }
    ReadyLine::print("host", &url)?;
    let served = http::serve(listener, router(Arc::clone(&host)), &mut stop).await;
    host.fleet.stop_all().await;
    served
}

fn router(host: Arc<Host>) -> Router {
    Router::new()
        .route("/nodes", get(nodes::classic).post(nodes::start))
        .route("/v1/nodes", get(nodes::list))
        .route("/nodes/{id}", delete(nodes::stop))
        .route("/nodes/{id}/restart", post(nodes::restart))
        .route("/notes", post(notes::post))
        .route("/notes/latest", get(notes::latest))
        .route("/healthz", get(|| async { "ok\n" }))
        .with_state(host)
}
