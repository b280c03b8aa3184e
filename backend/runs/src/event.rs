//! What can happen to a run, in the past tense. An event is written once and never changed.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use crate::{
    Failure, Refusal, Request, StepPlan,
    handler::Verdict,
    run::{Direction, RunId},
};

/// Version of the events' shape. Older logs are always readable.
pub const EVENT_VERSION: u16 = 1;

/// One row of a run's log.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// Whose.
    pub run: RunId,
    /// From 1, without a gap.
    pub seq: u64,
    /// Unique: finds the event again when a commit's answer was lost.
    pub event_id: Uuid,
    /// [`EVENT_VERSION`] at the time of writing.
    pub v: u16,
    /// When: `max(clock, last stored)`, for people only.
    pub at: Timestamp,
    /// Who: an actor's subject, or `service`.
    pub by: String,
    /// The writer's fencing number; none for actors.
    pub fence: Option<u64>,
    /// What.
    #[serde(flatten)]
    pub kind: EventKind,
}

/// What happened. The transitions that each allows are in `state`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
#[expect(
    missing_docs,
    reason = "the fields carry the names of the wire and are explained in `run`"
)]
pub enum EventKind {
    /// Durable: from here on it is never lost.
    RunAccepted { request: Box<Request>, approval: bool },
    /// Nothing was sent. `request` is given when it is the first event.
    RunRefused { request: Option<Box<Request>>, refusal: Refusal },
    /// A second actor agreed.
    RunApproved { approver: String, plan_hash: String },
    /// A second actor did not.
    RunRejected { approver: String, reason: String },
    /// It waited too long.
    RunExpired { waited_ms: u64 },
    /// Somebody wants it to end.
    CancelRequested { reason: Option<String> },
    /// Its locks are held. `baseline` is the goal's value before the first step.
    RunStarted { owner: String, baseline: Option<f64> },
    /// Another process goes on with it. `open_intent` says whether an effect may be under way.
    RunTakenOver { owner: String, old_fence: Option<u64>, open_intent: bool },
    /// About to be sent; `undo` is its inverse, stored before it. `effect` is false for a mere
    /// wait.
    StepIntended {
        dir: Direction,
        step: u32,
        attempt: u32,
        before: Value,
        undo: Option<StepPlan>,
        effect_key: String,
        effect: bool,
    },
    /// Sent, and seen to have worked.
    StepDone { dir: Direction, step: u32, attempt: u32, reply: Option<String>, after: Value },
    /// Proven to have had no effect.
    StepFailed { dir: Direction, step: u32, attempt: u32, failure: Failure },
    /// Not known.
    StepUndecided { dir: Direction, step: u32, attempt: u32, cause: String },
    /// Looked at again.
    EffectObserved { step: u32, attempt: u32, verdict: Verdict, observation: Value },
    /// A person declared what is true.
    ResolutionDeclared { verdict: Resolution, reason: String },
    /// All steps are done.
    VerificationStarted { baseline: Option<f64>, deadline: Timestamp },
    /// The goal was judged.
    GoalMeasured { verdict: GoalVerdict, value: Option<f64> },
    /// The goal could not be judged in time.
    GoalUnmeasured { cause: String },
    /// The steps are taken back. `value` is the goal's last one, where an unmet goal is the cause.
    UndoStarted { cause: String, value: Option<f64> },
    /// They were.
    UndoCompleted {},
    /// They could not be.
    UndoGivenUp { step: u32, cause: String, effects_left: Vec<String> },
    /// It ended without what was wanted.
    RunFailed { cause: String, effects_left: Vec<String> },
    /// It ended because somebody wanted it to.
    RunCancelled { effects_left: Vec<String> },
    /// It ended well without a goal to measure.
    RunCompleted {},
}

impl EventKind {
    /// Returns the word of the log.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::RunAccepted { .. } => "run_accepted",
            Self::RunRefused { .. } => "run_refused",
            Self::RunApproved { .. } => "run_approved",
            Self::RunRejected { .. } => "run_rejected",
            Self::RunExpired { .. } => "run_expired",
            Self::CancelRequested { .. } => "cancel_requested",
            Self::RunStarted { .. } => "run_started",
            Self::RunTakenOver { .. } => "run_taken_over",
            Self::StepIntended { .. } => "step_intended",
            Self::StepDone { .. } => "step_done",
            Self::StepFailed { .. } => "step_failed",
            Self::StepUndecided { .. } => "step_undecided",
            Self::EffectObserved { .. } => "effect_observed",
            Self::ResolutionDeclared { .. } => "resolution_declared",
            Self::VerificationStarted { .. } => "verification_started",
            Self::GoalMeasured { .. } => "goal_measured",
            Self::GoalUnmeasured { .. } => "goal_unmeasured",
            Self::UndoStarted { .. } => "undo_started",
            Self::UndoCompleted {} => "undo_completed",
            Self::UndoGivenUp { .. } => "undo_given_up",
            Self::RunFailed { .. } => "run_failed",
            Self::RunCancelled { .. } => "run_cancelled",
            Self::RunCompleted {} => "run_completed",
        }
    }

    /// Tells whether only the run's owner may write it, under its fence.
    pub const fn is_owners(&self) -> bool {
        match self {
            Self::RunAccepted { .. }
            | Self::RunRefused { .. }
            | Self::RunApproved { .. }
            | Self::RunRejected { .. }
            | Self::RunExpired { .. }
            | Self::CancelRequested { .. }
            | Self::ResolutionDeclared { .. } => false,
            Self::RunStarted { .. }
            | Self::RunTakenOver { .. }
            | Self::StepIntended { .. }
            | Self::StepDone { .. }
            | Self::StepFailed { .. }
            | Self::StepUndecided { .. }
            | Self::EffectObserved { .. }
            | Self::VerificationStarted { .. }
            | Self::GoalMeasured { .. }
            | Self::GoalUnmeasured { .. }
            | Self::UndoStarted { .. }
            | Self::UndoCompleted {}
            | Self::UndoGivenUp { .. }
            | Self::RunFailed { .. }
            | Self::RunCancelled { .. }
            | Self::RunCompleted {} => true,
        }
    }
}

/// The judgement of a goal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GoalVerdict {
    /// It came true in time and held.
    Met,
    /// It did not.
    Unmet,
    /// The opposite happened.
    Worse,
}

/// What a person can declare.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Resolution {
    /// The effect happened.
    Done,
    /// The effect did not happen.
    NotDone,
    /// A part of it happened.
    Partial,
    /// The goal was met.
    Met,
    /// The goal was not met.
    Unmet,
    /// It is given up: the run failed.
    Abandoned,
}
