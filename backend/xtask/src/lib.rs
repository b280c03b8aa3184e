//! Every command of the repository behind one door, and the demo cluster that tests start too.
#![doc = include_str!("../README.md")]
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command line tool talks there")]

mod arguments;
mod bless;
mod build;
mod check;
mod clock;
mod codegen;
mod command;
mod demo;
mod frontend;
mod http;
mod interrupt;
mod machine;
pub mod place;
mod process;
pub mod progress;
mod smoke;
pub mod stack;
mod test;
mod tidy;
mod verbs;

use std::process::ExitCode;

/// The exit code of a command that was told to stop, as a shell would report it.
const EXIT_INTERRUPTED: u8 = 130;
/// The exit code of a wrong command line.
const EXIT_USAGE: u8 = 2;

/// Runs the verb that `words` begin with; without one it prints the list.
pub fn run(words: &[String]) -> ExitCode {
    let Some((name, rest)) = words.split_first() else {
        print!("{}", verbs::list());
        return ExitCode::SUCCESS;
    };
    let Some(verb) = verbs::find(name) else {
        eprint!("there is no verb {name:?}\n\n{}", verbs::list());
        return ExitCode::from(EXIT_USAGE);
    };
    match interrupt::listen().and_then(|()| (verb.run)(rest)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) if error.is::<arguments::Usage>() => {
            eprintln!("{error:#}\n\ncargo xtask {} {}\n    {}", verb.name, verb.usage, verb.does);
            ExitCode::from(EXIT_USAGE)
        }
        Err(_) if interrupt::heard() => {
            eprintln!("stopped");
            ExitCode::from(EXIT_INTERRUPTED)
        }
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
