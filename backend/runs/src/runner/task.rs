//! The task of one run: load, ask what comes next, do it, until nothing comes next.

use std::{panic::AssertUnwindSafe, sync::Arc, time::Duration};

use futures::FutureExt;
use tokio::{
    sync::OwnedSemaphorePermit,
    time::{Instant, sleep_until},
};

use super::{Handle, Shared};
use crate::{Error, EventKind, Next, Run, RunId, next};

/// Whether the task goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Flow {
    /// Ask again what comes next.
    On,
    /// The run has ended, or is left to a later owner.
    Leave,
}

/// How a wait ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Waited {
    /// The time is over.
    Over,
    /// Something has happened: look again.
    Poked,
    /// The runner closes.
    Closing,
}

/// One run on its way.
pub(super) struct Task {
    pub(super) shared: Arc<Shared>,
    pub(super) handle: Handle,
    pub(super) run: Run,
    /// Held while the run goes forward.
    pub(super) place: Option<OwnedSemaphorePermit>,
    /// Failed tries in a row: of the store, or of a look before an intent.
    pub(super) tries: u32,
}

/// Drives a run to its end, or as far as this process goes.
pub(super) async fn drive(shared: Arc<Shared>, run: RunId, handle: Handle) {
    let outcome = AssertUnwindSafe(go(Arc::clone(&shared), run, handle)).catch_unwind().await;
    if outcome.is_err() {
        tracing::error!(run.id = %run, "a defect of the runner: the run waits for the next start");
    }
    shared.handles().remove(&run);
}

async fn go(shared: Arc<Shared>, run: RunId, handle: Handle) {
    let mut tries = 0;
    let run = loop {
        match shared.parts.store.load(run).await {
            Ok(run) => break run,
            Err(error) if is_passing(&error) => {
                tries += 1;
                let wait = shared.parts.limits.backoff(tries);
                tracing::warn!(run.id = %run, %error, "cannot load the run, trying again");
                tokio::select! {
                    () = tokio::time::sleep(wait) => {}
                    () = shared.closing.cancelled() => return,
                }
            }
            Err(error) => {
                tracing::error!(run.id = %run, %error, "cannot load the run");
                return;
            }
        }
    };
    let mut task = Task { shared, handle, run, place: None, tries: 0 };
    task.shared.parts.feed.publish(task.run.id, task.run.seq);
    while task.turn_or_recover().await == Flow::On {}
}

/// Tells whether waiting may help.
fn is_passing(error: &Error) -> bool {
    match error {
        Error::LockHeld { .. }
        | Error::Full(_)
        | Error::ReadOnly(_)
        | Error::Busy(_)
        | Error::Unavailable(_) => true,
        Error::IllegalTransition { .. }
        | Error::Conflict { .. }
        | Error::StaleFence { .. }
        | Error::NotFound(_)
        | Error::Corrupt(_) => false,
    }
}

impl Task {
    async fn turn_or_recover(&mut self) -> Flow {
        let seq = self.run.seq;
        let error = match self.turn().await {
            Ok(flow) => return flow,
            Err(error) => error,
        };
        let flow = self.recover(error).await;
        if self.run.seq != seq {
            // A commit may have worked although its answer was an error: followers have not heard
            // of it.
            self.shared.parts.feed.publish(self.run.id, self.run.seq);
        }
        flow
    }

    async fn recover(&mut self, error: Error) -> Flow {
        if matches!(error, Error::Conflict { .. }) {
            return self.look_again().await;
        }
        if matches!(error, Error::StaleFence { .. }) {
            tracing::warn!(run.id = %self.run.id, %error, "another owner has taken over");
            return Flow::Leave;
        }
        if !is_passing(&error) {
            tracing::error!(run.id = %self.run.id, %error, "cannot go on with this run");
            return Flow::Leave;
        }
        self.tries += 1;
        tracing::warn!(run.id = %self.run.id, %error, tries = self.tries, "waiting");
        match self.wait(self.limits().backoff(self.tries)).await {
            Waited::Closing => Flow::Leave,
            Waited::Over | Waited::Poked => self.look_again().await,
        }
    }

    /// Loads the run anew. If that fails, the old copy leads to a conflict at worst.
    pub(super) async fn look_again(&mut self) -> Flow {
        match self.shared.parts.store.load(self.run.id).await {
            Ok(run) => self.run = run,
            Err(error) if is_passing(&error) => {}
            Err(error) => {
                tracing::error!(run.id = %self.run.id, %error, "cannot load the run");
                return Flow::Leave;
            }
        }
        Flow::On
    }

    async fn turn(&mut self) -> Result<Flow, Error> {
        if self.shared.closing.is_cancelled() {
            return Ok(Flow::Leave);
        }
        match next(&self.run) {
            Next::Nothing => return Ok(Flow::Leave),
            Next::AwaitApproval => return self.await_approval().await,
            Next::Start => return self.start().await,
            Next::Step { dir, step, attempt } => return self.step(dir, step, attempt).await,
            Next::Observe { dir, step, .. } => return self.reconcile(dir, step).await,
            Next::Measure => return self.measure().await,
            Next::StartVerification => self.start_verification().await?,
            Next::Undecide { dir, step, attempt } => {
                let cause = "the outcome of the step could not be stored".into();
                self.commit(EventKind::StepUndecided { dir, step, attempt, cause }).await?;
            }
            Next::Complete => self.commit(EventKind::RunCompleted {}).await?,
            Next::CompleteUndo => self.commit(EventKind::UndoCompleted {}).await?,
            ending @ (Next::StartUndo { .. }
            | Next::GiveUpUndo { .. }
            | Next::Fail { .. }
            | Next::CompleteCancel) => self.end(ending).await?,
        }
        Ok(Flow::On)
    }

    /// Commits a way out that names what stays changed.
    pub(super) async fn end(&mut self, ending: Next) -> Result<(), Error> {
        let effects_left = self.run.remaining_effects();
        let kind = match ending {
            Next::StartUndo { cause } => EventKind::UndoStarted { cause, value: None },
            Next::GiveUpUndo { step, cause } => {
                EventKind::UndoGivenUp { step, cause, effects_left }
            }
            Next::Fail { cause } => EventKind::RunFailed { cause, effects_left },
            Next::CompleteCancel => EventKind::RunCancelled { effects_left },
            Next::Nothing
            | Next::AwaitApproval
            | Next::Start
            | Next::Step { .. }
            | Next::Undecide { .. }
            | Next::Observe { .. }
            | Next::Complete
            | Next::StartVerification
            | Next::Measure
            | Next::CompleteUndo => return Ok(()),
        };
        self.commit(kind).await
    }

    /// Commits the next event.
    pub(super) async fn commit(&mut self, kind: EventKind) -> Result<(), Error> {
        self.run = self.shared.commit(&self.run, "service", kind).await?;
        self.tries = 0;
        Ok(())
    }

    pub(super) fn limits(&self) -> &super::Limits {
        &self.shared.parts.limits
    }

    pub(super) async fn wait(&self, time: Duration) -> Waited {
        self.wait_until(Instant::now() + time).await
    }

    pub(super) async fn wait_until(&self, until: Instant) -> Waited {
        tokio::select! {
            biased;
            () = self.shared.closing.cancelled() => Waited::Closing,
            () = self.handle.poke.notified() => Waited::Poked,
            () = sleep_until(until) => Waited::Over,
        }
    }
}
