//! All workers of a host, by id.

use std::{collections::BTreeMap, path::PathBuf};

use anyhow::Context;
use futures::future::join_all;
use tokio::sync::Mutex;

use super::{WORKERS_MAX, child::WorkerProcess};

/// The workers of a host. One change at a time.
pub(super) struct Fleet {
    program: PathBuf,
    workers: Mutex<BTreeMap<String, WorkerProcess>>,
}

/// A worker as the node API shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Shown {
    pub(super) id: String,
    pub(super) address: String,
    pub(super) status: &'static str,
}

/// What a start found.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Started {
    /// It runs now and did not exist before.
    New(Shown),
    /// It existed; if it had died, it runs again.
    Known(Shown),
    /// There are too many already.
    Full,
}

impl Fleet {
    /// Returns a fleet without workers. Workers run this same program.
    pub(super) fn new() -> anyhow::Result<Self> {
        let program = std::env::current_exe().context("finding this program")?;
        Ok(Self { program, workers: Mutex::default() })
    }

    /// Returns all workers, sorted by id.
    pub(super) async fn list(&self) -> Vec<Shown> {
        let mut workers = self.workers.lock().await;
        workers.iter_mut().map(|(id, worker)| shown(id, worker)).collect()
    }

    /// Makes sure that a worker of this id runs.
    pub(super) async fn start(&self, id: &str) -> anyhow::Result<Started> {
        let mut workers = self.workers.lock().await;
        let full = workers.len() >= WORKERS_MAX;
        match workers.get_mut(id) {
            Some(worker) => {
                if !worker.running() {
                    *worker = WorkerProcess::start(&self.program, id, worker.port()).await?;
                }
                Ok(Started::Known(shown(id, worker)))
            }
            None if full => Ok(Started::Full),
            None => {
                let mut worker = WorkerProcess::start(&self.program, id, 0).await?;
                let new = Started::New(shown(id, &mut worker));
                workers.insert(id.to_owned(), worker);
                Ok(new)
            }
        }
    }

    /// Ends a worker and forgets it. Tells whether there was one.
    pub(super) async fn stop(&self, id: &str) -> bool {
        let mut workers = self.workers.lock().await;
        match workers.remove(id) {
            Some(mut worker) => {
                worker.end().await;
                true
            }
            None => false,
        }
    }

    /// Ends a worker and starts it on the same port. `None` if there is no such worker. If the
    /// new one does not start, the worker is shown as stopped.
    pub(super) async fn restart(&self, id: &str) -> anyhow::Result<Option<Shown>> {
        let mut workers = self.workers.lock().await;
        let Some(worker) = workers.get_mut(id) else { return Ok(None) };
        worker.end().await;
        *worker = WorkerProcess::start(&self.program, id, worker.port()).await?;
        Ok(Some(shown(id, worker)))
    }

    /// Ends all workers at once.
    pub(super) async fn stop_all(&self) {
        let mut workers = self.workers.lock().await;
        join_all(workers.values_mut().map(WorkerProcess::end)).await;
        workers.clear();
    }
}

fn shown(id: &str, worker: &mut WorkerProcess) -> Shown {
    let status = if worker.running() { "running" } else { "stopped" };
    Shown { id: id.to_owned(), address: format!("127.0.0.1:{}", worker.port()), status }
}
