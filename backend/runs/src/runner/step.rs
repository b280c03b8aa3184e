//! One step, forward or back: observe, commit the intent, send, observe, judge, commit the outcome.

use std::{panic::AssertUnwindSafe, sync::Arc};

use futures::FutureExt;
use serde_json::Value;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::task::{Flow, Task};
use crate::{
    Error, EventKind, Failure, Handler, Next, Sent, StepPlan, Verdict, next::stop, run::Direction,
};

/// A step that is about to be sent, or was.
struct Attempt {
    dir: Direction,
    plan: StepPlan,
    n: u32,
    before: Value,
    effect: bool,
    effect_key: String,
    /// The target is already as it was before our step: nothing has to be sent.
    needless: bool,
}

/// How a target was found that is to be taken back.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Found {
    /// As our step left it, or the step goes forward.
    AsLeft,
    /// As it was before our step.
    AsBefore,
    /// Otherwise: somebody else was there.
    Foreign,
}

impl Task {
    pub(super) async fn step(
        &mut self,
        dir: Direction,
        step: u32,
        attempt: u32,
    ) -> Result<Flow, Error> {
        if dir == Direction::Do
            && let Some(flow) = self.may_go_forward().await
        {
            return Ok(flow);
        }
        let Some(plan) = self.plan(dir, step) else { return Ok(Flow::Leave) };
        if attempt > 1 && self.tries == 0 {
            // The wait before a repetition; `tries` remembers that it is over.
            self.tries = 1;
            return Ok(self.waited(self.limits().backoff(attempt - 1)).await);
        }
        let before = match self.observe(&plan).await {
            Ok(before) => before,
            Err(failure) => return self.cannot_look(dir, step, failure).await,
        };
        let found = self.found(dir, step, &plan, &before);
        if found == Found::Foreign {
            let cause = format!("step {step}: {}", crate::state::FOREIGN);
            self.end(Next::GiveUpUndo { step, cause }).await?;
            return Ok(Flow::On);
        }
        // The last look at the switch before the intent is durable.
        if self.shared.closing.is_cancelled() || (dir == Direction::Do && self.is_stopped()) {
            return Ok(Flow::On);
        }
        let handler = &self.shared.parts.handler;
        let attempt = Attempt {
            dir,
            n: attempt,
            effect: handler.has_effect(&plan),
            effect_key: effect_key(self.run.id, dir, step),
            plan,
            before,
            needless: found == Found::AsBefore,
        };
        self.take(attempt).await?;
        Ok(Flow::On)
    }

    async fn take(&mut self, attempt: Attempt) -> Result<(), Error> {
        let handler = Arc::clone(&self.shared.parts.handler);
        let inverse = match attempt.dir {
            Direction::Do => handler.inverse(&attempt.plan, &attempt.before),
            Direction::Undo => None,
        };
        self.commit(EventKind::StepIntended {
            dir: attempt.dir,
            step: attempt.plan.n,
            attempt: attempt.n,
            before: attempt.before.clone(),
            undo: inverse,
            effect_key: attempt.effect_key.clone(),
            effect: attempt.effect,
        })
        .await?;
        if attempt.needless {
            let reply = Some("not sent: the target is as it was before".into());
            let after = attempt.before.clone();
            return self.close(&attempt, Outcome::Done { reply, after }).await;
        }
        match self.send(handler.as_ref(), &attempt).await {
            None => Ok(()),
            Some(Sent::Failed(failure)) => self.close(&attempt, Outcome::Failed(failure)).await,
            // What has no effect cannot be lost.
            Some(Sent::Lost { cause }) if !attempt.effect => {
                self.close(&attempt, Outcome::Failed(Failure::retry(cause))).await
            }
            Some(Sent::Lost { cause }) => self.close(&attempt, Outcome::Undecided(cause)).await,
            Some(Sent::Done { reply }) => {
                let outcome = self.confirm(handler.as_ref(), &attempt, reply).await;
                self.close(&attempt, outcome).await
            }
        }
    }

    /// Sends, behind a panic boundary. None if the runner closes during a mere wait, which is
    /// repeated later.
    async fn send(&self, handler: &dyn Handler, attempt: &Attempt) -> Option<Sent> {
        let ends: CancellationToken = match attempt.dir {
            Direction::Do => self.handle.cancel.child_token(),
            Direction::Undo => self.shared.closing.child_token(),
        };
        let sending = handler.send(&attempt.plan, &attempt.before, &attempt.effect_key, &ends);
        let sending = AssertUnwindSafe(sending).catch_unwind();
        let closing = async {
            self.shared.closing.cancelled().await;
            if attempt.effect {
                futures::future::pending::<()>().await;
            }
        };
        tokio::select! {
            biased;
            () = closing => None,
            sent = sending => Some(sent.unwrap_or_else(|_| Sent::Lost {
                cause: "the step broke down while it was sent".into(),
            })),
        }
    }

    /// A success status is no effect: the wanted state has to be seen.
    async fn confirm(
        &self,
        handler: &dyn Handler,
        attempt: &Attempt,
        reply: Option<String>,
    ) -> Outcome {
        let until = Instant::now() + self.limits().confirm;
        loop {
            let seen = self.observe(&attempt.plan).await;
            if !attempt.effect || !handler.observable(&attempt.plan, &attempt.before) {
                return Outcome::Done { reply, after: seen.unwrap_or(Value::Null) };
            }
            let cause = match seen {
                Ok(now) => match handler.judge(&attempt.plan, &attempt.before, &now) {
                    Verdict::Done => return Outcome::Done { reply, after: now },
                    Verdict::NotDone => "accepted, but the target is as before".to_owned(),
                    Verdict::Partial => "accepted, but only a part of it is there".to_owned(),
                    Verdict::Foreign => crate::state::FOREIGN.to_owned(),
                    Verdict::Undecided => {
                        "accepted, but it cannot be told whether it worked".to_owned()
                    }
                },
                Err(failure) => format!("accepted, but the target cannot be read: {failure}"),
            };
            if Instant::now() >= until || self.shared.closing.is_cancelled() {
                return Outcome::Undecided(cause);
            }
            tokio::time::sleep(self.limits().confirm_every).await;
        }
    }

    /// Commits the outcome. A cancel may come between; the outcome still stands.
    async fn close(&mut self, attempt: &Attempt, outcome: Outcome) -> Result<(), Error> {
        let (dir, step, attempt) = (attempt.dir, attempt.plan.n, attempt.n);
        let kind = match outcome {
            Outcome::Done { reply, after } => {
                EventKind::StepDone { dir, step, attempt, reply, after }
            }
            Outcome::Failed(failure) => EventKind::StepFailed { dir, step, attempt, failure },
            Outcome::Undecided(cause) => EventKind::StepUndecided { dir, step, attempt, cause },
        };
        loop {
            match self.commit(kind.clone()).await {
                Err(Error::Conflict { .. }) => {
                    self.run = self.shared.parts.store.load(self.run.id).await?;
                }
                other => return other,
            }
        }
    }

    /// Looks at a step's target, within a time and behind a panic boundary.
    pub(super) async fn observe(&self, plan: &StepPlan) -> Result<Value, Failure> {
        let look = self.shared.parts.handler.observe(&self.run, plan);
        let look = AssertUnwindSafe(look).catch_unwind();
        match tokio::time::timeout(self.limits().look, look).await {
            Ok(Ok(seen)) => seen,
            Ok(Err(_)) => Err(Failure::fail("looking at the target broke down")),
            Err(_) => Err(Failure::retry("looking at the target took too long")),
        }
    }

    /// Nothing was sent. Looks again some times, then gives the step up.
    async fn cannot_look(
        &mut self,
        dir: Direction,
        step: u32,
        failure: Failure,
    ) -> Result<Flow, Error> {
        self.tries += 1;
        if failure.retry && self.tries < self.limits().observe_tries {
            return Ok(self.waited(self.limits().backoff(self.tries)).await);
        }
        let cause = format!("step {step}: the target cannot be read: {failure}");
        let ending = match dir {
            Direction::Do => stop(&self.run, cause),
            Direction::Undo => Next::GiveUpUndo { step, cause },
        };
        self.end(ending).await?;
        Ok(Flow::On)
    }

    /// Another's change is never overwritten: to be taken back, the target must be as our step left
    /// it.
    fn found(&self, dir: Direction, step: u32, plan: &StepPlan, now: &Value) -> Found {
        let record = self.run.step(Direction::Do, step);
        let (Direction::Undo, Some(record)) = (dir, record) else { return Found::AsLeft };
        let handler = &self.shared.parts.handler;
        match (&record.before, &record.after) {
            // What cannot be seen cannot be compared; its inverse was declared by a person.
            (_, Some(after)) if !handler.observable(plan, after) => Found::AsLeft,
            (Some(before), _) if before == now => Found::AsBefore,
            (_, Some(after)) if after == now => Found::AsLeft,
            _ => Found::Foreign,
        }
    }

    pub(super) fn plan(&self, dir: Direction, step: u32) -> Option<StepPlan> {
        let forward = self.run.step(Direction::Do, step)?;
        match dir {
            Direction::Do => Some(forward.plan.clone()),
            Direction::Undo => forward.undo.clone().map(|inverse| StepPlan { n: step, ..inverse }),
        }
    }
}

/// What became of an attempt.
enum Outcome {
    Done { reply: Option<String>, after: Value },
    Failed(Failure),
    Undecided(String),
}

/// The same for every attempt: a target that knows such keys does it once, however often it is
/// tried.
fn effect_key(run: crate::RunId, dir: Direction, step: u32) -> String {
    match dir {
        Direction::Do => format!("{run}-{step}"),
        Direction::Undo => format!("{run}-{step}-undo"),
    }
}
