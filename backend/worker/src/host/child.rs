//! One worker as a child process, which cannot outlive its host.

use std::{path::Path, process::Stdio, time::Duration};

use anyhow::{Context, bail, ensure};
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, BufReader},
    process::{Child, ChildStdout, Command},
    time::timeout,
};
use url::Url;

use crate::ready::ReadyLine;

/// Longest start of a worker.
const START_TIMEOUT: Duration = Duration::from_secs(5);

/// Longest wait for a worker that was told to end; then it is killed.
const STOP_TIMEOUT: Duration = Duration::from_millis(1700);

/// Longest ready line, in bytes.
const READY_BYTES_MAX: u64 = 4096;

/// A running worker. Dropping it closes its stdin, on which it ends, and kills it.
pub(super) struct WorkerProcess {
    process: Child,
    port: u16,
}

impl WorkerProcess {
    /// Starts a worker and waits until it is ready. Port 0 takes any free one.
    pub(super) async fn start(program: &Path, id: &str, port: u16) -> anyhow::Result<Self> {
        let mut process = Command::new(program)
            .args(["serve", "--until-stdin-closes", "--id", id, "--port", &port.to_string()])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .context("starting a worker")?;
        let Some(stdout) = process.stdout.take() else { bail!("the worker has no stdout") };
        let ready = timeout(START_TIMEOUT, read_ready(stdout));
        let url = ready.await.context("the worker was not ready in time")??;
        let port = Url::parse(&url).ok().and_then(|url| url.port());
        Ok(Self { process, port: port.context("the worker's URL has no port")? })
    }

    /// Returns its port on 127.0.0.1.
    pub(super) fn port(&self) -> u16 {
        self.port
    }

    /// Tells whether it still runs.
    pub(super) fn running(&mut self) -> bool {
        matches!(self.process.try_wait(), Ok(None))
    }

    /// Ends it: first by closing its stdin, then by force.
    pub(super) async fn end(&mut self) {
        drop(self.process.stdin.take());
        if timeout(STOP_TIMEOUT, self.process.wait()).await.is_err() {
            // It may have ended by itself in this moment; either way it is gone then.
            self.process.kill().await.ok();
        }
    }
}

async fn read_ready(stdout: ChildStdout) -> anyhow::Result<String> {
    let mut line = String::new();
    let mut reader = BufReader::new(stdout.take(READY_BYTES_MAX));
    reader.read_line(&mut line).await.context("reading the worker's ready line")?;
    ensure!(!line.is_empty(), "the worker ended before it was ready");
    let ready: ReadyLine =
        serde_json::from_str(&line).context("reading the worker's ready line")?;
    Ok(ready.url)
}
