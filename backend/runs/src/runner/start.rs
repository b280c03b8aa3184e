//! How a queued run starts: not while stopped, not too late, checked again, and with its locks.

use std::{panic::AssertUnwindSafe, time::Duration};

use futures::FutureExt;

use super::task::{Flow, Task, Waited};
use crate::{Error, EventKind, Refusal, run::State};

/// How long a wait for an approval goes on without a look at the log. Whoever approves also wakes
/// the run.
const APPROVAL_LOOK: Duration = Duration::from_mins(1);

impl Task {
    pub(super) async fn await_approval(&mut self) -> Result<Flow, Error> {
        if let Some(flow) = self.expire().await? {
            return Ok(flow);
        }
        let wait = self.time_left().unwrap_or(APPROVAL_LOOK).min(APPROVAL_LOOK);
        Ok(self.waited(wait).await)
    }

    pub(super) async fn start(&mut self) -> Result<Flow, Error> {
        if let Some(flow) = self.expire().await? {
            return Ok(flow);
        }
        if let Some(flow) = self.may_go_forward().await {
            return Ok(flow);
        }
        let handler = &self.shared.parts.handler;
        let admitted = AssertUnwindSafe(handler.admit(&self.run)).catch_unwind().await;
        let admitted = admitted.unwrap_or_else(|_| Err(broken_check()));
        if let Err(refusal) = admitted {
            self.commit(EventKind::RunRefused { request: None, refusal }).await?;
            return Ok(Flow::On);
        }
        let baseline = self.baseline().await;
        if self.is_stopped() || self.shared.closing.is_cancelled() {
            return Ok(Flow::On);
        }
        let owner = self.shared.parts.owner.clone();
        match self.commit(EventKind::RunStarted { owner, baseline }).await {
            Err(Error::LockHeld { holder, key }) => {
                tracing::debug!(run.id = %self.run.id, %holder, key, "waiting for a lock");
                // A place is for runs that can use it.
                self.place = None;
                Ok(self.waited(self.limits().backoff_min).await)
            }
            other => other.map(|()| Flow::On),
        }
    }

    pub(super) fn is_stopped(&self) -> bool {
        *self.shared.parts.stop.borrow()
    }

    /// Waits for the end of a stop, and for a place among the running. Says how to go on if it had
    /// to wait, since anything may have happened to the run meanwhile.
    pub(super) async fn may_go_forward(&mut self) -> Option<Flow> {
        if self.is_stopped() {
            self.place = None;
            let mut stop = self.shared.parts.stop.clone();
            let left = self.time_left_in_queue();
            let lifted = async {
                // Whoever stopped and left can only be replaced by a new process.
                if stop.wait_for(|stopped| !stopped).await.is_err() {
                    futures::future::pending::<()>().await;
                }
            };
            tokio::select! {
                () = lifted => {}
                waited = self.wait(left) => if waited == Waited::Closing {
                    return Some(Flow::Leave);
                },
            }
            return Some(self.look_again().await);
        }
        if self.place.is_some() {
            return None;
        }
        let places = std::sync::Arc::clone(&self.shared.places);
        if let Ok(place) = std::sync::Arc::clone(&places).try_acquire_owned() {
            self.place = Some(place);
            return None;
        }
        let left = self.time_left_in_queue();
        tokio::select! {
            place = places.acquire_owned() => self.place = place.ok(),
            waited = self.wait(left) => if waited == Waited::Closing {
                return Some(Flow::Leave);
            },
        }
        Some(self.look_again().await)
    }

    /// Waits, and looks at the log again.
    pub(super) async fn waited(&mut self, time: Duration) -> Flow {
        match self.wait(time).await {
            Waited::Closing => Flow::Leave,
            Waited::Over | Waited::Poked => self.look_again().await,
        }
    }

    /// Ends a run that has waited too long.
    async fn expire(&mut self) -> Result<Option<Flow>, Error> {
        if self.time_left() != Some(Duration::ZERO) {
            return Ok(None);
        }
        let waited = self.shared.parts.clock.now().duration_since(self.run.created);
        let waited_ms = u64::try_from(waited.as_millis()).unwrap_or(0);
        self.commit(EventKind::RunExpired { waited_ms }).await?;
        Ok(Some(Flow::On))
    }

    /// Returns the time up to the run's deadline; none if it has none.
    fn time_left(&self) -> Option<Duration> {
        let left = self.run.request.deadline?.duration_since(self.shared.parts.clock.now());
        Some(Duration::try_from(left).unwrap_or(Duration::ZERO))
    }

    /// Only a run that is not started can expire.
    fn time_left_in_queue(&self) -> Duration {
        let queued = self.run.state == State::Queued;
        self.time_left().filter(|_| queued).unwrap_or(APPROVAL_LOOK).min(APPROVAL_LOOK)
    }

    async fn baseline(&self) -> Option<f64> {
        self.run.request.goal.as_ref()?;
        let look = AssertUnwindSafe(self.shared.parts.handler.baseline(&self.run)).catch_unwind();
        tokio::time::timeout(self.limits().look, look).await.ok()?.ok()?
    }
}

fn broken_check() -> Refusal {
    Refusal {
        code: "guard_unavailable".into(),
        detail: "the check before the start broke down; nothing was sent".into(),
        next_allowed: None,
        holder: None,
    }
}
