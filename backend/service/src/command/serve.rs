//! `leverframe serve`: the service, from its first line to its last.

use std::{
    future::IntoFuture as _, net::SocketAddr, path::Path, pin::pin, sync::Arc, time::Duration,
};

use anyhow::Context as _;
use axum::{ServiceExt as _, extract::Request};
use http::Uri;
use runs::SystemClock;
use tokio::{
    net::TcpListener,
    signal::unix::{SignalKind, signal},
    task::JoinSet,
    time::timeout,
};
use tower::{Layer as _, util::MapRequestLayer};

use super::Fault;
use crate::{
    app::{
        AppState,
        assemble::{Parts, assemble},
        background, store_door,
        world::World,
    },
    config::{Config, LogEnv, ProcessEnv},
    exit::Exit,
    router, telemetry,
    terminal::say,
};

/// How long open answers may take after the service was asked to end; runs have their own limit
/// beside it.
const DRAIN: Duration = Duration::from_secs(8);

/// Runs the service until it is asked to end.
pub(crate) async fn run(file: &Path) -> Result<Exit, Fault> {
    telemetry::start(&LogEnv::from(&ProcessEnv)).map_err(unusable)?;
    let mut config = Config::load(file, &ProcessEnv)
        .map_err(|faults| Fault::new(Exit::Config, faults.to_string()))?;
    if config.assertion.key.is_none() {
        let text = "there is no assertion key: `leverframe init DIR` makes one, and \
                    `assertion.key_file` names it";
        return Err(Fault::new(Exit::Config, text));
    }
    let world = World::new(&config).map_err(unusable)?;
    let clock = Arc::new(SystemClock);
    let store = store_door::open(&config.data)?;
    let wanted = config.listen.address;
    let listener =
        TcpListener::bind(wanted).await.with_context(|| format!("cannot listen on {wanted}"))?;
    config.listen.address = listener.local_addr().context("the bound address is not known")?;
    let disk = Arc::clone(&store);
    let runs: Arc<dyn runs::RunStore> = Arc::<store::Store>::clone(&store);
    let app = assemble(Parts { config, world, store, runs, clock }).await?;
    let mut tasks = JoinSet::new();
    background::start(&app, &mut tasks).context("signals cannot be followed")?;
    let exit = tokio::select! {
        served = serve(&app, listener) => served?,
        said = disk.fatal() => {
            let hint = "start it again: it goes on from its log";
            let text = format!("the disk did not keep what was written: {said}; {hint}");
            return Err(Fault::new(Exit::Disk, text));
        }
    };
    close(&app, tasks).await;
    Ok(exit)
}

fn unusable(error: anyhow::Error) -> Fault {
    Fault { exit: Exit::Config, ..Fault::from(error) }
}

async fn serve(app: &AppState, listener: TcpListener) -> Result<Exit, Fault> {
    let mut terminate = signal(SignalKind::terminate()).context("SIGTERM cannot be followed")?;
    let mut interrupt = signal(SignalKind::interrupt()).context("SIGINT cannot be followed")?;
    let base = app.config.listen.base_path.clone();
    let strip = MapRequestLayer::new(move |request: Request| without(&base, request));
    let service = strip.layer(router::router(AppState::clone(app)));
    let service = service.into_make_service_with_connect_info::<SocketAddr>();
    let closing = app.closing.clone();
    let server = axum::serve(listener, service)
        .with_graceful_shutdown(async move { closing.cancelled().await });
    say(&ready(app.config.listen.address));
    tracing::info!(address = %app.config.listen.address, "ready");
    let mut server = pin!(server.into_future());
    tokio::select! {
        ended = &mut server => {
            ended.context("the server ended")?;
            return Ok(Exit::Succeeded);
        }
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    tracing::info!("asked to end");
    app.closing.cancel();
    // Runs come to rest while the last answers are sent.
    let drained = async { timeout(DRAIN, server).await.is_ok() };
    let ((), drained) = tokio::join!(app.runner.shutdown(), drained);
    if !drained {
        tracing::warn!("some answers were cut off");
    }
    Ok(Exit::Succeeded)
}

/// The first line on stdout, which whoever started us waits for.
fn ready(address: SocketAddr) -> String {
    let pid = std::process::id();
    format!(r#"{{"ready":"leverframe serve","url":"http://{address}","pid":{pid}}}"#)
}

/// Takes the sub-path away, so that one router serves with it and without.
fn without(base: &str, mut request: Request) -> Request {
    if base.is_empty() {
        return request;
    }
    let path = request.uri().path_and_query().map_or("/", |path| path.as_str());
    let rest =
        path.strip_prefix(base).filter(|rest| rest.is_empty() || rest.starts_with(['/', '?']));
    let rest =
        rest.map(|rest| if rest.starts_with('/') { rest.to_owned() } else { format!("/{rest}") });
    if let Some(uri) = rest.and_then(|rest| rest.parse::<Uri>().ok()) {
        *request.uri_mut() = uri;
    }
    request
}

async fn close(app: &AppState, mut tasks: JoinSet<()>) {
    while tasks.join_next().await.is_some() {}
    app.audit.flush(app.clock.now(), true).await;
    tracing::info!("ended");
}

#[cfg(test)]
mod tests {
    use axum::body::Body;

    use super::*;

    #[test]
    fn the_sub_path_is_taken_away_and_nothing_else() {
        for (base, from, to) in [
            ("", "/api/v1/runs?x=1", "/api/v1/runs?x=1"),
            ("/ops", "/ops/api/v1/runs?x=1", "/api/v1/runs?x=1"),
            ("/ops", "/api/v1/runs", "/api/v1/runs"),
            ("/ops", "/opsapi/v1/runs", "/opsapi/v1/runs"),
            ("/ops", "/ops", "/"),
            ("/ops", "/ops?x", "/?x"),
        ] {
            let request = Request::builder().uri(from).body(Body::empty()).unwrap();
            assert_eq!(without(base, request).uri().to_string(), to, "{base} {from}");
        }
    }
}
