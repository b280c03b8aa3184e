//! What ends a process: SIGTERM, SIGINT, or its parent's end of stdin.

use std::{
    io::{Read, stdin},
    thread,
};

use anyhow::Context;
use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;

/// What a process listens to.
pub(crate) struct Stop {
    term: tokio::signal::unix::Signal,
    interrupt: tokio::signal::unix::Signal,
    parent_gone: CancellationToken,
}

impl Stop {
    /// Listens from now on. With `until_stdin_closes` the end of stdin counts too: a child whose
    /// parent holds the other end cannot outlive it, however the parent ends.
    pub(crate) fn listen(until_stdin_closes: bool) -> anyhow::Result<Self> {
        let parent_gone = CancellationToken::new();
        if until_stdin_closes {
            let gone = parent_gone.clone();
            // A thread, not a task: a blocking read of tokio's would hold up the end of main.
            thread::spawn(move || {
                let mut buffer = [0; 64];
                while matches!(stdin().read(&mut buffer), Ok(length) if length > 0) {}
                gone.cancel();
            });
        }
        Ok(Self {
            term: signal(SignalKind::terminate()).context("listening to SIGTERM")?,
            interrupt: signal(SignalKind::interrupt()).context("listening to SIGINT")?,
            parent_gone,
        })
    }

    /// Waits until one of them comes.
    pub(crate) async fn wait(&mut self) {
        tokio::select! {
            _ = self.term.recv() => {}
            _ = self.interrupt.recv() => {}
            () = self.parent_gone.cancelled() => {}
        }
    }
}
