//! Grafana's backend datasource: greets its host first and does everything that can fail
//! afterwards.
#![doc = include_str!("../README.md")]

mod boundary;
mod call_resource;
mod caller;
mod check_health;
mod clock;
mod collect_metrics;
mod error;
mod frame_sink;
mod handshake;
mod hclog;
mod instance;
mod json_query;
mod limits;
mod metrics;
mod proto;
mod query;
mod query_data;
mod serve;
mod service_client;
mod settings;
mod shell;

use std::{
    io::{self, Write as _},
    process::ExitCode,
    time::Duration,
};

use handshake::Door;
use serve::Signals;

/// Exit code for a person who started the binary by hand.
const USAGE: u8 = 2;

/// Threads of the runtime at most: conversion is quick, and the machine belongs to Grafana and
/// Prometheus too.
const WORKERS_MAX: usize = 4;

/// How long threads may take to leave: the host kills after 2 s.
const RUNTIME_GRACE: Duration = Duration::from_millis(200);

fn main() -> ExitCode {
    let parent = rustix::process::getppid();
    let start = match handshake::read(handshake::variable) {
        Ok(start) => start,
        Err(fault) => {
            // There is nobody else to tell if this fails.
            writeln!(io::stderr(), "{fault}").ok();
            return ExitCode::from(USAGE);
        }
    };
    hclog::install(start.log.as_deref());
    match run(&start, parent) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!(%error, "the plugin cannot serve");
            ExitCode::FAILURE
        }
    }
}

fn run(start: &handshake::Start, parent: Option<rustix::process::Pid>) -> io::Result<()> {
    let door = Door::open(&start.parent)?;
    let listener = door.listener()?;
    let workers = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(workers.clamp(2, WORKERS_MAX))
        .thread_name("leverframe")
        .enable_all()
        .build()?;
    // From the greeting on a Ctrl-C may come, so it must not be deadly any more.
    let signals = runtime.block_on(async { Signals::listen() })?;
    // A first start that fails keeps the plugin out of Grafana until Grafana itself restarts, so
    // the greeting comes before anything that an upstream, a setting or a full disk could make
    // fail.
    let mut stdout = io::stdout();
    stdout.write_all(door.line().as_bytes())?;
    stdout.flush()?;
    let queries = query::Queries::default();
    let served = runtime.block_on(serve::serve(listener, queries, signals, parent));
    runtime.shutdown_timeout(RUNTIME_GRACE);
    served
}
