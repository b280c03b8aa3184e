//! A program that runs beside us: its log, its ready line, and its end with ours.

use std::fs::File;
use std::io::{BufRead as _, BufReader, Write as _};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, TryRecvError, channel};
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use serde_json::Value;

use crate::clock::Stopwatch;
use crate::{command, interrupt, place};

/// How long a program may take to end after SIGTERM before it is killed.
const STOP_LIMIT: Duration = Duration::from_secs(5);
/// How long one of ours may take to print its ready line.
const READY_LIMIT: Duration = Duration::from_secs(30);
const POLL: Duration = Duration::from_millis(10);

/// A program in a process group of its own, which gets SIGTERM when we die in any way.
pub(crate) struct Process {
    /// What it is called in messages; its log is `<name>.log`.
    pub(crate) name: String,
    /// Where its output goes.
    pub(crate) log: PathBuf,
    child: Child,
    first_line: Option<Receiver<String>>,
}

impl Process {
    /// Starts a foreign program; all of its output goes to its log.
    pub(crate) fn foreign(name: &str, call: &Command, logs: &Path) -> Result<Self> {
        let (log, file) = open(name, logs)?;
        let mut call = bound_to_us(call);
        call.stdout(file.try_clone().context("cannot share the log")?).stderr(file);
        let child = call.spawn().with_context(|| format!("cannot start {name}"))?;
        Ok(Self { name: name.to_owned(), log, child, first_line: None })
    }

    /// Starts one of ours; the first line of its output is its ready line.
    pub(crate) fn ours(name: &str, call: &Command, logs: &Path) -> Result<Self> {
        let (log, file) = open(name, logs)?;
        let mut call = bound_to_us(call);
        call.stdout(Stdio::piped()).stderr(file.try_clone().context("cannot share the log")?);
        let mut child = call.spawn().with_context(|| format!("cannot start {name}"))?;
        let output = child.stdout.take().context("the program has no output")?;
        let first_line = Some(follow(output, file));
        Ok(Self { name: name.to_owned(), log, child, first_line })
    }

    /// Waits for the ready line `{"ready": "<binary> <subcommand>", …}` and returns it.
    pub(crate) fn ready(&mut self) -> Result<Value> {
        let what = format!("{} is ready", self.name);
        let line = interrupt::poll(&what, READY_LIMIT, POLL, || {
            let Some(first_line) = &self.first_line else { bail!("{what}: it says nothing") };
            match first_line.try_recv() {
                Ok(line) => Ok(Some(line)),
                Err(TryRecvError::Empty) => Ok(None),
                Err(TryRecvError::Disconnected) => bail!("it ended before it was ready"),
            }
        });
        let line = line.with_context(|| self.end_of_log())?;
        let ready: Value = serde_json::from_str(&line)
            .with_context(|| format!("{}: its first line is no ready line: {line}", self.name))?;
        if ready["ready"].is_string() { Ok(ready) } else { bail!("{}: {line}", self.name) }
    }

    /// Returns how it ended, if it did.
    pub(crate) fn ended(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().ok().flatten()
    }

    /// Returns a message with the end of its log.
    pub(crate) fn end_of_log(&self) -> String {
        format!("{}; end of {}:\n{}", self.name, self.log.display(), command::tail(&self.log))
    }

    /// Kills it and waits for its end.
    pub(crate) fn kill(&mut self) -> Result<()> {
        self.child.kill().with_context(|| format!("cannot kill {}", self.name))?;
        self.child.wait().with_context(|| format!("cannot wait for {}", self.name))?;
        Ok(())
    }

    /// Asks it to end and kills what is left of its group after a while.
    fn stop(&mut self) {
        let id = i64::from(self.child.id());
        if self.ended().is_none() {
            signal("TERM", id);
            let watch = Stopwatch::start();
            // A stop in progress is never interrupted, so this does not listen for signals.
            let (_keep, silence) = channel::<()>();
            while self.ended().is_none() && watch.elapsed() < STOP_LIMIT {
                if silence.recv_timeout(POLL).is_ok() {
                    break;
                }
            }
        }
        signal("KILL", -id);
        if let Err(error) = self.child.wait() {
            eprintln!("cannot wait for {}: {error}", self.name);
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.stop();
    }
}

fn open(name: &str, logs: &Path) -> Result<(PathBuf, File)> {
    let log = logs.join(format!("{name}.log"));
    let file = File::create(&log).with_context(|| format!("cannot write {}", log.display()))?;
    Ok((log, file))
}

/// Returns the same command in its own group, and with SIGTERM for the death of its parent.
fn bound_to_us(call: &Command) -> Command {
    let mut bound = match place::program("setpriv") {
        Some(setpriv) => {
            let mut bound = Command::new(setpriv);
            bound.args(["--pdeathsig", "TERM", "--"]).arg(call.get_program());
            bound
        }
        None => Command::new(call.get_program()),
    };
    // Ours end when this pipe does; it stays open as long as we hold the child.
    bound.args(call.get_args()).stdin(Stdio::piped()).process_group(0);
    for (name, _) in std::env::vars_os() {
        // What a shell has set for another service must not reach this one.
        if name.to_string_lossy().starts_with("LEVERFRAME_") && name != "LEVERFRAME_LOG" {
            bound.env_remove(name);
        }
    }
    if let Some(folder) = call.get_current_dir() {
        bound.current_dir(folder);
    }
    for (name, value) in call.get_envs() {
        match value {
            Some(value) => bound.env(name, value),
            None => bound.env_remove(name),
        };
    }
    bound
}

/// Copies the output into the log and hands out its first line.
fn follow(output: ChildStdout, mut log: File) -> Receiver<String> {
    let (sender, receiver) = channel();
    std::thread::spawn(move || {
        let mut lines = BufReader::new(output).lines();
        if let Some(Ok(line)) = lines.next() {
            drop(writeln!(log, "{line}"));
            drop(sender.send(line));
        }
        for line in lines.map_while(Result::ok) {
            drop(writeln!(log, "{line}"));
        }
    });
    receiver
}

/// Sends a signal to a process, or to a group by its negative id. One that is gone is no fault.
pub(crate) fn signal(name: &str, id: i64) {
    let script = format!("kill -{name} {id} 2>/dev/null");
    if let Err(error) = Command::new("sh").args(["-c", &script]).status() {
        eprintln!("cannot signal {id}: {error}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Starts a shell script as one of ours, in a scratch folder of its own.
    fn script(name: &str, text: &str) -> Process {
        let logs = std::env::temp_dir().join(format!("leverframe-xtask-{}", std::process::id()));
        std::fs::create_dir_all(&logs).unwrap();
        Process::ours(name, Command::new("sh").args(["-c", text]), &logs).unwrap()
    }

    #[test]
    fn a_ready_line_is_read_and_kept_in_the_log() {
        let mut process = script("ready", r#"echo '{"ready":"x serve","url":"u"}'; cat"#);
        assert_eq!(process.ready().unwrap()["url"], "u");
        assert!(command::tail(&process.log).contains("x serve"));
    }

    #[test]
    fn one_that_ends_before_it_is_ready_is_an_error_with_the_end_of_its_log() {
        let mut process = script("broken", "echo 'no such option' >&2; exit 3");
        let message = format!("{:#}", process.ready().unwrap_err());
        assert!(message.contains("no such option"), "{message}");
    }

    #[test]
    fn stopping_ends_the_program_and_its_own_children() {
        let text = r#"tail -f /dev/null & echo "{\"ready\":\"x\",\"child\":$!}"; wait"#;
        let mut process = script("family", text);
        let child = process.ready().unwrap()["child"].as_u64().unwrap();
        drop(process);
        // The kernel may still be at it when the signal has been sent.
        interrupt::poll("the end of its child", STOP_LIMIT, POLL, || {
            let state = std::fs::read_to_string(format!("/proc/{child}/stat")).unwrap_or_default();
            Ok((state.is_empty() || state.contains(") Z")).then_some(()))
        })
        .unwrap();
    }
}
