//! The server on its socket, from the first connection to the last: who may end it, and how soon it
//! ends.

use std::{io, os::unix::net::UnixListener, sync::Arc};

use rustix::process::{Pid, getppid};
use tokio::{
    signal::unix::{Signal, SignalKind, signal},
    time::{MissedTickBehavior, interval, timeout},
};
use tokio_stream::wrappers::UnixListenerStream;
use tokio_util::sync::CancellationToken;
use tonic::{Request, Response, Status, transport::Server};

use crate::{
    call_resource::ResourceService,
    check_health::check_health,
    collect_metrics::collect_metrics,
    error::Error,
    limits::{CALLS_AT_ONCE, PARENT_POLL, REQUEST_BYTES_MAX, SHUTDOWN_GRACE},
    proto::{
        controller::{
            Empty,
            grpc_controller_server::{GrpcController, GrpcControllerServer},
        },
        pluginv2::{
            CheckHealthRequest, CheckHealthResponse, CollectMetricsRequest, CollectMetricsResponse,
            diagnostics_server::{Diagnostics, DiagnosticsServer},
            resource_server::ResourceServer,
        },
    },
    query_data::{Answer, DataService},
    shell::Shell,
};

/// The signals that a plugin gets.
#[derive(Debug)]
pub(crate) struct Signals {
    interrupt: Signal,
    terminate: Signal,
}

impl Signals {
    /// Takes the signals over from the system; must run inside the runtime.
    ///
    /// # Errors
    /// When the system refuses.
    pub(crate) fn listen() -> io::Result<Self> {
        let interrupt = signal(SignalKind::interrupt())?;
        Ok(Self { interrupt, terminate: signal(SignalKind::terminate())? })
    }
}

/// Serves until the host, a signal or the death of `parent` ends it.
///
/// # Errors
/// When the socket cannot be used.
pub(crate) async fn serve<A: Answer>(
    listener: UnixListener,
    answers: A,
    signals: Signals,
    parent: Option<Pid>,
) -> io::Result<()> {
    let stop = CancellationToken::new();
    let shell = Arc::new(Shell::new(stop.clone()));
    let incoming = UnixListenerStream::new(tokio::net::UnixListener::from_std(listener)?);
    let resource = ResourceServer::new(ResourceService::new(Arc::clone(&shell)))
        .max_decoding_message_size(REQUEST_BYTES_MAX);
    let diagnostics = DiagnosticsServer::new(DiagnosticsService { shell: Arc::clone(&shell) })
        .max_decoding_message_size(REQUEST_BYTES_MAX);
    let running = Server::builder()
        .max_concurrent_streams(CALLS_AT_ONCE)
        .add_service(DataService::new(Arc::clone(&shell), Arc::new(answers)))
        .add_service(resource)
        .add_service(diagnostics)
        .add_service(GrpcControllerServer::new(Controller { stop: stop.clone() }))
        .serve_with_incoming_shutdown(incoming, stop.clone().cancelled_owned());
    let ending = async {
        watch(&stop, signals, parent).await;
        stop.cancel();
    };
    tracing::info!(version = env!("CARGO_PKG_VERSION"), "serving");
    let serving = async {
        tokio::pin!(running);
        tokio::select! {
            ended = &mut running => return ended.map_err(io::Error::other),
            () = stop.cancelled() => {}
        }
        // Calls were cancelled with the token; what is still open after this was never ours to
        // finish.
        match timeout(SHUTDOWN_GRACE, running).await {
            Ok(ended) => ended.map_err(io::Error::other),
            Err(_) => Ok(()),
        }
    };
    tokio::join!(serving, ending).0
}

/// Returns when something else than the host's call asks for the end, or when that call came.
async fn watch(stop: &CancellationToken, mut signals: Signals, parent: Option<Pid>) {
    let mut tick = interval(PARENT_POLL);
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            // Ctrl-C reaches the whole process group; Grafana then stops us in its own order.
            _ = signals.interrupt.recv() => tracing::debug!("SIGINT is left to the host"),
            _ = signals.terminate.recv() => {
                tracing::info!("SIGTERM: ending");
                return;
            }
            _ = tick.tick() => if getppid() != parent {
                tracing::info!("the host is gone: ending");
                return;
            },
        }
    }
}

#[derive(Clone, Debug)]
struct Controller {
    stop: CancellationToken,
}

#[tonic::async_trait]
impl GrpcController for Controller {
    async fn shutdown(&self, _: Request<Empty>) -> Result<Response<Empty>, Status> {
        tracing::debug!("the host asks for the end");
        self.stop.cancel();
        Ok(Response::new(Empty {}))
    }
}

#[derive(Clone, Debug)]
struct DiagnosticsService {
    shell: Arc<Shell>,
}

#[tonic::async_trait]
impl Diagnostics for DiagnosticsService {
    async fn check_health(
        &self,
        request: Request<CheckHealthRequest>,
    ) -> Result<Response<CheckHealthResponse>, Status> {
        let answer = check_health(&self.shell, request.into_inner()).await;
        answer.map(Response::new).map_err(|error| status(&error))
    }

    async fn collect_metrics(
        &self,
        _: Request<CollectMetricsRequest>,
    ) -> Result<Response<CollectMetricsResponse>, Status> {
        let answer = collect_metrics(&self.shell).await;
        answer.map(Response::new).map_err(|error| status(&error))
    }
}

fn status(error: &Error) -> Status {
    match error {
        Error::Stopping => Status::unavailable(error.to_string()),
        error => Status::internal(error.to_string()),
    }
}
