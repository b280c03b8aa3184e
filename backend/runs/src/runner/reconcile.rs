//! What is done about an effect that may or may not have happened: look, until it is known.

use std::time::Duration;

use serde_json::Value;
use tokio::time::Instant;

use super::task::{Flow, Task, Waited};
use crate::{
    Error, EventKind, StepPlan, Verdict,
    run::{Direction, StepRecord, What},
    state::FOREIGN,
};

/// A verdict against the effect counts when it was seen so often, after the settling time.
const LOOKS: u32 = 2;

impl Task {
    /// Looks until the open step is judged. Nothing is ever sent from here.
    ///
    /// `done` counts at once. Anything else counts only after the time in which a lost request may
    /// still arrive, and when it was seen twice.
    pub(super) async fn reconcile(&mut self, dir: Direction, step: u32) -> Result<Flow, Error> {
        self.place = None;
        let Some(plan) = self.plan(dir, step) else { return Ok(Flow::Leave) };
        let Some(record) = self.run.open_step().cloned() else { return Ok(Flow::On) };
        let handler = &self.shared.parts.handler;
        let effect = handler.has_effect(&plan);
        let settle = if effect { handler.settle(&plan) } else { Duration::ZERO };
        let settled = Instant::now() + settle;
        let (mut last, mut seen, mut fruitless) = (Verdict::Undecided, 0, 0);
        let mut paged = false;
        loop {
            let (verdict, observation) = self.judge(&plan, &record, effect).await;
            let counts = Instant::now() >= settled;
            if verdict == last && counts {
                seen += 1;
            } else {
                (last, seen) = (verdict, u32::from(counts));
            }
            let sure = verdict == Verdict::Done || !effect || seen >= LOOKS;
            if sure && self.note(&record, verdict, observation).await? {
                return Ok(Flow::On);
            }
            let unclear = seen > LOOKS || matches!(verdict, Verdict::Undecided | Verdict::Foreign);
            fruitless = if counts && unclear { fruitless + 1 } else { 0 };
            self.page(&mut paged);
            let wait = self.limits().backoff(fruitless.max(1));
            let wait = if counts { wait } else { wait.min(settled - Instant::now()) };
            match self.wait(wait).await {
                Waited::Closing => return Ok(Flow::Leave),
                Waited::Over => {}
                Waited::Poked => {
                    if self.look_again().await == Flow::Leave {
                        return Ok(Flow::Leave);
                    }
                }
            }
            // A cancel leaves the question open; an end, or a declaration, does not.
            if !self.run.is_unknown(What::Effect) || self.run.open_step() != Some(&record) {
                return Ok(Flow::On);
            }
        }
    }

    /// Looks and judges. What cannot be read is undecided; a mere wait that is not done is simply
    /// not done.
    async fn judge(&self, plan: &StepPlan, record: &StepRecord, effect: bool) -> (Verdict, Value) {
        let before = record.before.as_ref().unwrap_or(&Value::Null);
        let handler = &self.shared.parts.handler;
        let (verdict, seen) = match self.observe(plan).await {
            Ok(now) if effect && !handler.observable(plan, before) => (Verdict::Undecided, now),
            Ok(now) => (handler.judge(plan, before, &now), now),
            Err(failure) => {
                tracing::debug!(run.id = %self.run.id, %failure, "cannot look at the target");
                (Verdict::Undecided, Value::Null)
            }
        };
        if effect || verdict == Verdict::Done { (verdict, seen) } else { (Verdict::NotDone, seen) }
    }

    /// Commits a verdict. Says whether the step is closed by it. A look that changes nothing writes
    /// nothing.
    async fn note(
        &mut self,
        record: &StepRecord,
        verdict: Verdict,
        observation: Value,
    ) -> Result<bool, Error> {
        let known = self.run.unknown.as_ref().is_some_and(|unknown| unknown.cause == FOREIGN);
        if verdict == Verdict::Undecided || (verdict == Verdict::Foreign && known) {
            return Ok(false);
        }
        let (step, attempt) = (record.plan.n, record.attempt);
        self.commit(EventKind::EffectObserved { step, attempt, verdict, observation }).await?;
        Ok(verdict != Verdict::Foreign)
    }

    fn page(&self, paged: &mut bool) {
        let Some(unknown) = &self.run.unknown else { return };
        let since = self.shared.parts.clock.now().duration_since(unknown.since);
        if !*paged && Duration::try_from(since).is_ok_and(|t| t >= self.limits().page_after) {
            *paged = true;
            tracing::error!(
                run.id = %self.run.id, cause = unknown.cause, since = %unknown.since,
                "an effect is not known; a person has to look"
            );
        }
    }
}
