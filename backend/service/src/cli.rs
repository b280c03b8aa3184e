//! The command line: what can be asked, and what `--help` says.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::{config, exit};

/// Runs the actions behind buttons: see the cluster, press, prove.
#[derive(Debug, Parser)]
#[command(name = "leverframe", version, after_long_help = exit::HELP)]
pub(crate) struct Cli {
    /// The configuration.
    #[arg(long, global = true, default_value = config::FILE, value_name = "FILE")]
    pub(crate) config: PathBuf,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// What can be asked.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Makes a folder to start from: key, admin token, configuration, actions. Overwrites nothing.
    Init(Init),
    /// Runs the service.
    Serve,
    /// Checks configuration and actions and prints every fault with its place.
    Check,
    /// Asks a running service whether it is ready; for containers.
    Healthcheck(Remote),
    /// Prints configuration for other programs.
    Config {
        #[command(subcommand)]
        what: ConfigFor,
    },
    /// Prints the `OpenAPI` document.
    Openapi,
    /// Shows what a run would change. Changes nothing.
    Plan(PlanArgs),
    /// Runs an action on a target.
    #[command(after_long_help = exit::HELP)]
    Run(RunArgs),
    /// Lists runs, or shows one.
    Runs(RunsArgs),
    /// Lists nodes.
    Nodes(NodesArgs),
    /// Ends a run: closes the open step and takes back the rest.
    Cancel(CancelArgs),
    /// Shows, throws or lifts the stop switch.
    Stop(StopArgs),
    /// Prints a completion script for a shell.
    Completion {
        /// The shell.
        shell: clap_complete::Shell,
    },
}

/// For whom a configuration is printed.
#[derive(Debug, Subcommand)]
pub(crate) enum ConfigFor {
    /// A Prometheus configuration that finds its targets at this service.
    Prometheus {
        /// Where Prometheus reaches the service [default: the address it listens on].
        #[arg(long, value_name = "URL")]
        url: Option<String>,
        /// How often Prometheus scrapes.
        #[arg(long, default_value = "15s", value_name = "DURATION")]
        interval: String,
        /// How often Prometheus asks for the targets.
        #[arg(long, default_value = "15s", value_name = "DURATION")]
        refresh: String,
    },
}

/// `init`.
#[derive(Debug, Args)]
pub(crate) struct Init {
    /// The folder; made if it is not there.
    pub(crate) dir: PathBuf,
    /// Writes the admin token into this new file (0600) instead of showing it.
    #[arg(long, value_name = "FILE")]
    pub(crate) token_file: Option<PathBuf>,
}

/// Where the service is, and as whom to ask.
#[derive(Clone, Debug, Args)]
pub(crate) struct Remote {
    /// The service [env: `LEVERFRAME_URL`] [default: `http://127.0.0.1:8642`].
    #[arg(long, value_name = "URL")]
    pub(crate) url: Option<String>,
    /// A file that holds the API token [env: `LEVERFRAME_TOKEN` holds the token itself].
    #[arg(long, value_name = "FILE")]
    pub(crate) token_file: Option<PathBuf>,
    /// Prints the service's JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

/// What is to be done to what.
#[derive(Debug, Args)]
pub(crate) struct Press {
    /// The action, as in `drain-node`.
    pub(crate) action: String,
    /// The target, as in `node/web-2`.
    pub(crate) target: api::Target,
    /// A parameter; the value is read as JSON, else as text.
    #[arg(long = "param", value_name = "NAME=VALUE")]
    pub(crate) params: Vec<String>,
    /// Why; some actions demand it.
    #[arg(long)]
    pub(crate) reason: Option<String>,
    /// A reference into another system.
    #[arg(long)]
    pub(crate) ticket: Option<String>,
}

/// `plan`.
#[derive(Debug, Args)]
pub(crate) struct PlanArgs {
    #[command(flatten)]
    pub(crate) press: Press,
    #[command(flatten)]
    pub(crate) remote: Remote,
}

/// `run`.
#[derive(Debug, Args)]
pub(crate) struct RunArgs {
    #[command(flatten)]
    pub(crate) press: Press,
    /// Runs exactly the plan with this hash.
    #[arg(long, value_name = "HASH", conflicts_with = "yes")]
    pub(crate) plan_hash: Option<String>,
    /// Makes a plan and runs it without asking.
    #[arg(long, short)]
    pub(crate) yes: bool,
    /// Waits for the end; the exit code says how it ended.
    #[arg(long, short)]
    pub(crate) wait: bool,
    /// Longest wait, in seconds.
    #[arg(long, default_value_t = 3600, value_name = "SECONDS")]
    pub(crate) timeout: u64,
    #[command(flatten)]
    pub(crate) remote: Remote,
}

/// `runs`.
#[derive(Debug, Args)]
pub(crate) struct RunsArgs {
    /// Shows this run only.
    pub(crate) id: Option<String>,
    /// Only of this action.
    #[arg(long)]
    pub(crate) action: Option<String>,
    /// Only on this target.
    #[arg(long)]
    pub(crate) target: Option<api::Target>,
    /// Only in this state; may be repeated.
    #[arg(long)]
    pub(crate) state: Vec<String>,
    /// Only of this actor.
    #[arg(long)]
    pub(crate) actor: Option<String>,
    /// At most so many.
    #[arg(long, default_value_t = 20)]
    pub(crate) limit: usize,
    #[command(flatten)]
    pub(crate) remote: Remote,
}

/// `nodes`.
#[derive(Debug, Args)]
pub(crate) struct NodesArgs {
    /// Only of this pool.
    #[arg(long)]
    pub(crate) pool: Option<String>,
    /// Only in this state.
    #[arg(long)]
    pub(crate) state: Option<String>,
    #[command(flatten)]
    pub(crate) remote: Remote,
}

/// `cancel`.
#[derive(Debug, Args)]
pub(crate) struct CancelArgs {
    /// The run.
    pub(crate) id: String,
    /// Why.
    #[arg(long)]
    pub(crate) reason: Option<String>,
    #[command(flatten)]
    pub(crate) remote: Remote,
}

/// `stop`.
#[derive(Debug, Args)]
pub(crate) struct StopArgs {
    /// What to do with it.
    #[arg(value_enum, default_value_t = Switch::Status)]
    pub(crate) to: Switch,
    /// Why; kept in the audit.
    #[arg(long)]
    pub(crate) reason: Option<String>,
    #[command(flatten)]
    pub(crate) remote: Remote,
}

/// What to do with the stop switch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Switch {
    /// Nothing may start.
    On,
    /// Go on.
    Off,
    /// Only show it.
    Status,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn a_target_that_is_none_is_wrong_usage() {
        let fault = Cli::try_parse_from(["leverframe", "plan", "drain-node", "web-2"]).unwrap_err();
        assert!(fault.to_string().contains("kind/id"), "{fault}");
    }
}
