//! The demo's workload, its host with a node API, and a load generator.
#![doc = include_str!("../README.md")]

mod host;
mod http;
mod load;
mod name;
mod ready;
mod serve;
mod stop;

use clap::{Parser, Subcommand};

/// Workers for the demo cluster: a workload, its host with a node API, and a load generator.
#[derive(Parser)]
#[command(name = "leverframe-worker", version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serve work over HTTP, with metrics
    Serve(serve::ServeArgs),
    /// Run workers as children and offer the node API
    Host(host::HostArgs),
    /// Ask a URL at a steady rate and print a summary
    Load(load::LoadArgs),
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    match Cli::parse().command {
        Command::Serve(args) => serve::run(args).await,
        Command::Host(args) => host::run(args).await,
        Command::Load(args) => load::run(args).await,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_well_formed() {
        use clap::CommandFactory;
        Cli::command().debug_assert();
    }
}
