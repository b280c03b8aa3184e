//! What a run calls to do its work. The crate knows no target: whoever implements this does.

use std::time::Duration;

use async_trait::async_trait;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tokio_util::sync::CancellationToken;

use crate::{Failure, Refusal, Run, StepPlan};

/// How sending a step went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sent {
    /// Accepted by the target. It still has to be observed.
    Done {
        /// What the target said, shortened.
        reply: Option<String>,
    },
    /// Proven to have had no effect.
    Failed(Failure),
    /// It may have happened.
    Lost {
        /// Why that is not known.
        cause: String,
    },
}

/// What an observation says of a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// The wanted state is there.
    Done,
    /// It is as before.
    NotDone,
    /// A part of it is there.
    Partial,
    /// Neither: somebody else changed it.
    Foreign,
    /// It cannot be told.
    Undecided,
}

/// What a look at the goal says.
#[derive(Clone, Debug, PartialEq)]
pub enum Measured {
    /// The goal holds now, with this value.
    Holds(f64),
    /// It does not hold yet.
    HoldsNot(f64),
    /// It is worse than the baseline.
    Worse(f64),
    /// It cannot be read now, and why.
    Unreadable(String),
}

/// The work of runs. Every method must be safe to call again after a crash.
#[async_trait]
pub trait Handler: Send + Sync + 'static {
    /// Decides again, right before the start, whether the run may go on: rights, guards, and that
    /// what the plan saw is still so. Called with the locks not yet held; nothing has been sent.
    async fn admit(&self, run: &Run) -> Result<(), Refusal>;

    /// Reads what the step's target looks like now.
    async fn observe(&self, run: &Run, step: &StepPlan) -> Result<Value, Failure>;

    /// Returns the step's inverse, given the target's image before it; none if there is nothing to
    /// take back.
    fn inverse(&self, step: &StepPlan, before: &Value) -> Option<StepPlan>;

    /// Sends the step. Must end within the step's own time, and soon after `stop` is cancelled.
    async fn send(
        &self,
        step: &StepPlan,
        before: &Value,
        effect_key: &str,
        stop: &CancellationToken,
    ) -> Sent;

    /// Judges an observation after sending.
    fn judge(&self, step: &StepPlan, before: &Value, now: &Value) -> Verdict;

    /// Tells whether [`Handler::judge`] can see this effect. Where it cannot, a `Done` is believed
    /// and a `Lost` waits for a person.
    fn observable(&self, _step: &StepPlan, _before: &Value) -> bool {
        true
    }

    /// Returns how long a lost request may still arrive: `not_done` counts only after it.
    fn settle(&self, step: &StepPlan) -> Duration;

    /// Tells whether the step changes anything; a mere wait does not, so it can be repeated freely.
    fn has_effect(&self, step: &StepPlan) -> bool;

    /// Reads the goal's value before the first step; none if there is no goal or it cannot be read.
    async fn baseline(&self, run: &Run) -> Option<f64>;

    /// Looks at the goal; only samples scraped after `since` count.
    async fn measure(&self, run: &Run, since: Timestamp) -> Measured;
}
