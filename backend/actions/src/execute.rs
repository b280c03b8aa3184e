//! What a run calls to do its work: the operations of `targets` and the goals of Prometheus.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use jiff::Timestamp;
use runs::{Failure, Handler, Measured, Refusal, Run, Sent, StepPlan, Verdict};
use serde_json::Value;
use targets::{Call, CancelFlag, Error, Operation};

use crate::{
    Actions, Definition, guard,
    refusal::{self, Code},
    verify,
};

#[async_trait]
impl Handler for Actions {
    async fn admit(&self, run: &Run) -> Result<(), Refusal> {
        self.still_holds(run).await.map_err(|refusal| {
            // What was right at the press and is wrong now has changed, whatever it is called at a
            // press.
            let code = if refusal.code.is_run() { refusal.code } else { Code::PlanChanged };
            refusal::Refusal { code, ..refusal }.stored()
        })
    }

    async fn observe(&self, _run: &Run, step: &StepPlan) -> Result<Value, Failure> {
        let (operation, call) = self.call(step, "").ok_or_else(|| Failure::fail(unknown(step)))?;
        operation.observe(&call).await.map_err(|error| match error {
            Error::Unreachable { .. } | Error::NoAnswer { .. } => Failure::retry(error),
            error => Failure::fail(error),
        })
    }

    fn inverse(&self, step: &StepPlan, before: &Value) -> Option<StepPlan> {
        let (operation, call) = self.call(step, "")?;
        let inverse = operation.inverse(&call, before)?;
        Some(StepPlan {
            n: step.n,
            title: operation.title(&inverse),
            target: inverse.target.to_string(),
            operation: inverse.operation,
            args: inverse.args,
            attempts_max: step.attempts_max,
        })
    }

    async fn send(
        &self,
        step: &StepPlan,
        before: &Value,
        effect_key: &str,
        halt: &CancelFlag,
    ) -> Sent {
        let Some((operation, call)) = self.call(step, effect_key) else {
            return Sent::Failed(Failure::fail(unknown(step)));
        };
        let bound = operation.timeout(&call);
        match tokio::time::timeout(bound, operation.apply(&call, before, halt)).await {
            Ok(targets::Sent::Done { reply }) => Sent::Done { reply: Some(reply) },
            Ok(targets::Sent::Failed { proof, retry }) => {
                Sent::Failed(Failure { retry, message: proof })
            }
            Ok(targets::Sent::Lost { cause }) => Sent::Lost { cause },
            Err(_) => Sent::Lost { cause: format!("no end within {} s", bound.as_secs()) },
        }
    }

    fn judge(&self, step: &StepPlan, before: &Value, now: &Value) -> Verdict {
        let Some((operation, call)) = self.call(step, "") else { return Verdict::Undecided };
        match operation.judge(&call, before, now) {
            targets::Verdict::Done => Verdict::Done,
            targets::Verdict::NotDone => Verdict::NotDone,
            targets::Verdict::Partial => Verdict::Partial,
            targets::Verdict::Foreign => Verdict::Foreign,
            targets::Verdict::Undecided => Verdict::Undecided,
        }
    }

    fn observable(&self, step: &StepPlan, before: &Value) -> bool {
        self.call(step, "").is_none_or(|(operation, call)| operation.observable(&call, before))
    }

    fn settle(&self, step: &StepPlan) -> Duration {
        self.operations.get(&step.operation).map_or(Duration::ZERO, |known| known.settle())
    }

    fn has_effect(&self, step: &StepPlan) -> bool {
        // What is not known may have had one.
        self.operations.get(&step.operation).is_none_or(|known| known.effect())
    }

    async fn baseline(&self, run: &Run) -> Option<f64> {
        verify::baseline(run.request.goal.as_ref()?, &self.source).await
    }

    async fn measure(&self, run: &Run, since: Timestamp) -> Measured {
        let Some(goal) = &run.request.goal else {
            return Measured::Unreadable("the run has no goal".to_owned());
        };
        let now = self.clock.now();
        verify::measure(goal, run.baseline, &self.source, (since, now)).await
    }
}

impl Actions {
    /// Decides again what was decided at the press. Rights belong to the definition, so an
    /// unchanged version is an unchanged right; the role itself was proven with the press and
    /// cannot be asked again.
    async fn still_holds(&self, run: &Run) -> Result<(), refusal::Refusal> {
        let request = &run.request;
        let definition = self.same_definition(run)?;
        let target = request
            .target
            .parse()
            .map_err(|error: Error| refusal::Refusal::new(Code::NotFound, error.to_string()))?;
        let now = self.clock.now();
        let (draft, guards) = self.look(&definition, &target, request.params.clone(), now).await?;
        let same = match &request.plan_hash {
            Some(hash) => *hash == draft.hash,
            // Nobody saw what would change, but what is done must be what was accepted.
            None => draft.is_work_of(request),
        };
        if !same {
            let detail = format!("since the press something has changed; now: {}", draft.summary);
            return Err(refusal::Refusal::new(Code::PlanChanged, detail));
        }
        guard::refusal(&guards).map_or(Ok(()), Err)
    }

    fn same_definition(&self, run: &Run) -> Result<Arc<Definition>, refusal::Refusal> {
        let (name, version) = (&run.request.action, &run.request.version);
        self.definition(name).filter(|known| known.version == *version).ok_or_else(|| {
            let detail = format!("the definition of {name} has changed since the press");
            refusal::Refusal::new(Code::PlanChanged, detail)
        })
    }

    fn call(&self, step: &StepPlan, effect_key: &str) -> Option<(&Arc<dyn Operation>, Call)> {
        let operation = self.operations.get(&step.operation)?;
        let call = Call {
            operation: step.operation.clone(),
            target: step.target.parse().ok()?,
            args: step.args.clone(),
            effect_key: effect_key.to_owned(),
        };
        Some((operation, call))
    }
}

fn unknown(step: &StepPlan) -> String {
    format!("{} on {} is not known to this service", step.operation, step.target)
}

#[cfg(test)]
mod tests;
