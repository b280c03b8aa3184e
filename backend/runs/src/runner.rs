//! Drives runs: one task for each open run, all around one pure function, `next(fold(log))`.
//!
//! A task holds nothing that is not in the log, so it can be dropped at any point: whoever comes
//! next finds one continuation. An effect is sent only after its intent is durable, and it is sent
//! again only after two looks at the target have shown that it did not happen.

mod goal;
mod limits;
mod reconcile;
mod start;
mod step;
mod take_over;
mod task;
#[cfg(test)]
mod tests;

use std::{
    collections::HashMap,
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tokio::{
    sync::{Notify, Semaphore, watch},
    task::JoinSet,
};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

pub use self::limits::Limits;
use crate::{
    Clock, Error, Event, EventKind, Feed, Handler, Run, RunId, RunStore,
    event::EVENT_VERSION,
    run::{State, What, uuid_at},
};

/// What a runner is made of.
pub struct Parts {
    /// The durable place.
    pub store: Arc<dyn RunStore>,
    /// What does the work.
    pub handler: Arc<dyn Handler>,
    /// The wall time of events. Waiting goes by tokio's clock.
    pub clock: Arc<dyn Clock>,
    /// Who this process is, for the log.
    pub owner: String,
    /// The stop switch: while true nothing starts and no forward step is sent; taking back goes on.
    pub stop: watch::Receiver<bool>,
    /// Where commits are announced.
    pub feed: Feed,
    /// Its limits.
    pub limits: Limits,
}

impl fmt::Debug for Parts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Parts").field("owner", &self.owner).finish_non_exhaustive()
    }
}

/// Drives the open runs of a store. Dropping it stops all of them where they stand.
#[derive(Debug)]
pub struct Runner {
    shared: Arc<Shared>,
    tasks: Mutex<JoinSet<()>>,
}

/// What all tasks of a runner share.
struct Shared {
    parts: Parts,
    fence: u64,
    /// Cancelled at shutdown.
    closing: CancellationToken,
    /// Permits of going forward.
    places: Arc<Semaphore>,
    handles: Mutex<HashMap<RunId, Handle>>,
}

impl fmt::Debug for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shared").field("fence", &self.fence).finish_non_exhaustive()
    }
}

/// How a task is reached from outside.
#[derive(Clone, Debug)]
struct Handle {
    /// The log may have moved on: look.
    poke: Arc<Notify>,
    /// The open forward step should end early.
    cancel: CancellationToken,
}

impl Shared {
    fn handles(&self) -> MutexGuard<'_, HashMap<RunId, Handle>> {
        self.handles.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Makes the next event of `run`. Its time never goes back.
    fn event(&self, run: &Run, by: &str, kind: EventKind) -> Event {
        let at = self.parts.clock.now().max(run.updated);
        let fence = kind.is_owners().then_some(self.fence);
        let event_id: Uuid = uuid_at(at);
        let (run, seq) = (run.id, run.seq + 1);
        Event { run, seq, event_id, v: EVENT_VERSION, at, by: by.into(), fence, kind }
    }

    /// Commits the next event of `run`, and tells followers.
    async fn commit(&self, run: &Run, by: &str, kind: EventKind) -> Result<Run, Error> {
        let event = self.event(run, by, kind);
        let run = self.parts.store.append(run.id, run.seq, vec![event]).await?;
        self.parts.feed.publish(run.id, run.seq);
        Ok(run)
    }
}

impl Runner {
    /// Takes over every open run of the store under a new fence, and goes on with each. A step
    /// whose outcome is open becomes `unknown` first; it is observed, never sent again before that.
    ///
    /// # Errors
    /// Those of the store. A run whose log cannot be continued is left alone and logged.
    pub async fn start(parts: Parts) -> Result<Self, Error> {
        let fence = parts.store.next_fence().await?;
        let places = Arc::new(Semaphore::new(parts.limits.running.max(1)));
        let closing = CancellationToken::new();
        let handles = Mutex::default();
        let shared = Arc::new(Shared { parts, fence, closing, places, handles });
        let runner = Self { shared, tasks: Mutex::default() };
        for run in take_over::all(&runner.shared).await? {
            runner.wake(run);
        }
        Ok(runner)
    }

    /// Returns where commits are announced.
    pub fn feed(&self) -> &Feed {
        &self.shared.parts.feed
    }

    /// Returns how many runs have a task.
    pub fn open(&self) -> usize {
        self.shared.handles().len()
    }

    /// Goes on with a run: call it after an accept, an approval or a resolution. Calling it again
    /// does no harm.
    pub fn wake(&self, run: RunId) {
        if self.shared.closing.is_cancelled() {
            return;
        }
        let mut handles = self.shared.handles();
        if let Some(handle) = handles.get(&run) {
            handle.poke.notify_one();
            return;
        }
        let cancel = self.shared.closing.child_token();
        let handle = Handle { poke: Arc::default(), cancel };
        handles.insert(run, handle.clone());
        drop(handles);
        let mut tasks = self.tasks.lock().unwrap_or_else(PoisonError::into_inner);
        while tasks.try_join_next().is_some() {}
        tasks.spawn(task::drive(Arc::clone(&self.shared), run, handle));
    }

    /// Asks a run to end, and returns it as it stands then. Asking again changes nothing.
    ///
    /// # Errors
    /// [`Error::IllegalTransition`] if the run has ended, is taken back already, or only its goal
    /// is unknown; otherwise those of the store.
    pub async fn cancel(&self, run: RunId, by: &str, reason: Option<String>) -> Result<Run, Error> {
        loop {
            let loaded = self.shared.parts.store.load(run).await?;
            if is_cancelling(&loaded) {
                // Perhaps asked before, with an answer that was lost on the way.
                self.end_early(run);
                return Ok(loaded);
            }
            let kind = EventKind::CancelRequested { reason: reason.clone() };
            match self.shared.commit(&loaded, by, kind).await {
                // The run has moved on meanwhile: decide again.
                Err(Error::Conflict { .. }) => {}
                Err(error) => return Err(error),
                Ok(cancelled) => {
                    self.end_early(run);
                    return Ok(cancelled);
                }
            }
        }
    }

    /// Tells the open forward step of a run to end.
    fn end_early(&self, run: RunId) {
        if let Some(handle) = self.shared.handles().get(&run) {
            handle.cancel.cancel();
        }
        self.wake(run);
    }

    /// Stops going on: no new step, an open one may still close. Returns within
    /// [`Limits::shutdown`]; what is open then is reconciled by the next start.
    pub async fn shutdown(&self) {
        self.shared.closing.cancel();
        let mut tasks = {
            let mut held = self.tasks.lock().unwrap_or_else(PoisonError::into_inner);
            std::mem::take(&mut *held)
        };
        let all = async { while tasks.join_next().await.is_some() {} };
        if tokio::time::timeout(self.shared.parts.limits.shutdown, all).await.is_err() {
            tracing::warn!("some runs are left with an open step; the next start observes them");
            tasks.shutdown().await;
        }
    }
}

fn is_cancelling(run: &Run) -> bool {
    let resumes = |run: &Run| run.unknown.as_ref().is_some_and(|u| u.resume == State::Cancelling);
    run.state == State::Cancelling || (run.is_unknown(What::Effect) && resumes(run))
}
