//! Runs other programs to their end.

use std::fs::{self, File};
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};
use std::time::Duration;

use anyhow::{Context as _, Result, bail};

use crate::{interrupt, process};

/// How many lines of a log a failure shows.
const TAIL_LINES: usize = 40;
/// How often we look whether a program has ended.
const POLL: Duration = Duration::from_millis(10);

/// Runs it with our own output and fails unless it succeeds.
pub(crate) fn run(call: &mut Command) -> Result<()> {
    let status = end(call)?;
    if status.success() {
        return Ok(());
    }
    bail!("{} ended with {status}", name(call))
}

/// Runs it with its output in the file `log`; a failure shows the log's end.
pub(crate) fn logged(call: &mut Command, log: &Path) -> Result<()> {
    let file = File::create(log).with_context(|| format!("cannot write {}", log.display()))?;
    let errors = file.try_clone().context("cannot share the log")?;
    let status = end(call.stdout(file).stderr(errors))?;
    if status.success() {
        return Ok(());
    }
    bail!("{} ended with {status}; end of {}:\n{}", name(call), log.display(), tail(log))
}

/// Runs it and returns its standard output; fails unless it succeeds.
pub(crate) fn output(call: &mut Command) -> Result<String> {
    let output = call.stdin(Stdio::null()).output().with_context(|| cannot_start(call))?;
    if !output.status.success() {
        let errors = String::from_utf8_lossy(&output.stderr);
        bail!("{} ended with {}: {}", name(call), output.status, errors.trim());
    }
    String::from_utf8(output.stdout).with_context(|| format!("{} printed no text", name(call)))
}

/// Returns the last lines of a log, or what kept us from reading it.
pub(crate) fn tail(log: &Path) -> String {
    match fs::read(log) {
        Ok(bytes) => {
            let text = String::from_utf8_lossy(&bytes);
            let lines: Vec<&str> = text.lines().collect();
            lines[lines.len().saturating_sub(TAIL_LINES)..].join("\n")
        }
        Err(error) => format!("({error})"),
    }
}

/// Waits for its end; when we are told to stop, it is told too.
fn end(call: &mut Command) -> Result<ExitStatus> {
    let mut child = call.stdin(Stdio::null()).spawn().with_context(|| cannot_start(call))?;
    loop {
        if let Some(status) = child.try_wait().context("cannot wait for a program")? {
            interrupt::check()?;
            return Ok(status);
        }
        if let Err(interrupted) = interrupt::pause(POLL) {
            process::signal("TERM", i64::from(child.id()));
            child.wait().context("cannot wait for a program")?;
            return Err(interrupted);
        }
    }
}

/// Returns a program's name and arguments, for messages.
fn name(call: &Command) -> String {
    let program = Path::new(call.get_program());
    let program = program.file_name().unwrap_or(program.as_os_str());
    let words = std::iter::once(program).chain(call.get_args());
    words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
}

fn cannot_start(call: &Command) -> String {
    format!("cannot start {}", call.get_program().to_string_lossy())
}
