//! `leverframe`: the service and its command line.
#![doc = include_str!("../README.md")]

mod app;
mod audit;
mod cli;
mod command;
mod config;
mod exit;
mod from_api;
mod metrics;
mod openapi;
mod problem;
mod request;
mod rights;
mod router;
mod routes;
mod telemetry;
mod terminal;
mod to_api;

use std::process::ExitCode;

use clap::Parser as _;

use self::{
    cli::{Cli, Command, ConfigFor},
    command::Fault,
    exit::Exit,
    terminal::{note, say},
};

#[tokio::main]
async fn main() -> ExitCode {
    // The first one wins; whatever library chose before, either will do.
    rustls::crypto::ring::default_provider().install_default().ok();
    let exit = run(Cli::parse()).await.unwrap_or_else(|Fault { exit, text, json }| {
        note(&text);
        if let Some(json) = json {
            say(&json);
        }
        exit
    });
    exit.into()
}

async fn run(cli: Cli) -> Result<Exit, Fault> {
    let file = &cli.config;
    match cli.command {
        Command::Init(args) => command::init::run(&args).await,
        Command::Serve => command::serve::run(file).await,
        Command::Check => command::check::run(file),
        Command::Healthcheck(remote) => command::healthcheck::run(&remote).await,
        Command::Config { what: ConfigFor::Prometheus { url, interval, refresh } } => {
            command::prometheus::run(file, url.as_deref(), &interval, &refresh)
        }
        Command::Openapi => command::openapi::run(),
        Command::Plan(args) => command::plan::run(&args).await,
        Command::Run(args) => command::run::run(&args).await,
        Command::Runs(args) => command::runs::run(&args).await,
        Command::Nodes(args) => command::nodes::run(&args).await,
        Command::Cancel(args) => command::cancel::run(&args).await,
        Command::Stop(args) => command::stop::run(&args).await,
        Command::Completion { shell } => Ok(command::completion::run(shell)),
    }
}
