//! `leverframe completion`: a script for the shell.

use clap::CommandFactory as _;
use clap_complete::Shell;

use crate::{cli::Cli, exit::Exit, terminal::say};

/// Prints the script.
pub(crate) fn run(shell: Shell) -> Exit {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "leverframe", &mut script);
    say(String::from_utf8_lossy(&script).trim_end());
    Exit::Succeeded
}
