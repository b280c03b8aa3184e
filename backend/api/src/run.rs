//! One execution of an action: the whole bounded snapshot that every client gets.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::{Guard, Target, Time};

/// A run. Lists, single answers and every event carry this same object, so that no client folds
/// anything.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Run {
    /// `UUIDv7`.
    pub id: String,
    /// Number of the last event in it, from 1.
    pub seq: u64,
    /// When it was accepted or refused.
    pub created: Time,
    /// When the last event happened.
    pub updated: Time,
    /// When it reached a terminal state.
    pub ended: Option<Time>,
    /// The action's name.
    pub action: String,
    /// The action's version.
    pub version: String,
    /// What it acts on.
    pub target: Target,
    /// Who: the actor's stable subject.
    pub actor: String,
    /// The parameters, defaults filled in.
    #[schema(value_type = Object)]
    pub params: Map<String, Value>,
    /// What the actor gave.
    pub reason: Option<String>,
    /// What the actor gave.
    pub ticket: Option<String>,
    /// The plan that was confirmed.
    pub plan_hash: Option<String>,
    /// Where it stands.
    pub state: RunState,
    /// Title of the step at hand; `null` outside steps.
    pub phase: Option<String>,
    /// Closed through planned steps, 0..1; `null` if not known.
    pub progress: Option<f64>,
    /// Seconds from acceptance to the end, or to the last event.
    pub elapsed: f64,
    /// The terminal state; `null` while it is open.
    pub result: Option<RunState>,
    /// Whether the verify goal was met; `null` while open or where nothing was to be measured yet.
    pub verified: Option<bool>,
    /// Why it was refused or failed.
    pub why: Option<String>,
    /// When it may be tried again.
    pub next_allowed: Option<Time>,
    /// The steps, planned and taken.
    pub steps: Vec<Step>,
    /// The guards as they were judged.
    pub guards: Vec<Guard>,
    /// The goal and what was measured.
    pub verify: Option<Verify>,
    /// What is not known, while the state is `unknown`.
    pub unknown: Option<Unknown>,
    /// What stays changed after a failed, cancelled or half undone run.
    pub effects_left: Vec<String>,
    /// True in the answer to a press that met this run already in flight.
    pub deduplicated: bool,
}

/// The body of a cancel, which may also be left empty. Unknown fields are refused.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CancelBody {
    /// Why; kept with the run.
    #[serde(default)]
    pub reason: Option<String>,
}

/// Where a run stands.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum RunState {
    /// Waits for a second actor.
    AwaitingApproval,
    /// Accepted, waits for its locks.
    Queued,
    /// Takes its steps.
    Running,
    /// Steps done, the goal is measured.
    Verifying,
    /// Takes its steps back.
    Undoing,
    /// Asked to end, closes the open step and takes back the rest.
    Cancelling,
    /// Something is not known; see `unknown`.
    Unknown,
    /// Nothing was sent.
    Refused,
    /// Done; see `verified`.
    Succeeded,
    /// Done, and the goal was not met.
    NoEffect,
    /// Did not end as wanted.
    Failed,
    /// Taken back.
    Undone,
    /// Could not be taken back whole.
    UndoFailed,
    /// Ended by a person.
    Cancelled,
    /// Waited too long.
    Expired,
}

impl RunState {
    /// Returns the wire word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AwaitingApproval => "awaiting_approval",
            Self::Queued => "queued",
            Self::Running => "running",
            Self::Verifying => "verifying",
            Self::Undoing => "undoing",
            Self::Cancelling => "cancelling",
            Self::Unknown => "unknown",
            Self::Refused => "refused",
            Self::Succeeded => "succeeded",
            Self::NoEffect => "no_effect",
            Self::Failed => "failed",
            Self::Undone => "undone",
            Self::UndoFailed => "undo_failed",
            Self::Cancelled => "cancelled",
            Self::Expired => "expired",
        }
    }

    /// Tells whether nothing can follow.
    pub const fn is_terminal(self) -> bool {
        match self {
            Self::Refused
            | Self::Succeeded
            | Self::NoEffect
            | Self::Failed
            | Self::Undone
            | Self::UndoFailed
            | Self::Cancelled
            | Self::Expired => true,
            Self::AwaitingApproval
            | Self::Queued
            | Self::Running
            | Self::Verifying
            | Self::Undoing
            | Self::Cancelling
            | Self::Unknown => false,
        }
    }
}

/// One operation of a run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Step {
    /// From 1; an undo carries the number of the step it takes back.
    pub n: u32,
    /// The operation's name.
    pub operation: String,
    /// For people.
    pub title: String,
    /// Forward or back.
    pub dir: Direction,
    /// Where it stands.
    pub state: StepState,
    /// Attempts so far.
    pub attempt: u32,
    /// What the target looked like before.
    pub before: Option<Value>,
    /// What it looked like after.
    pub after: Option<Value>,
    /// What went wrong.
    pub error: Option<String>,
    /// When the first attempt began.
    pub started: Option<Time>,
    /// When the last attempt closed.
    pub ended: Option<Time>,
}

/// Forward or back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// Forward.
    Do,
    /// Taking back.
    Undo,
}

/// Where a step stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum StepState {
    /// Not begun.
    Planned,
    /// Sent, or about to be.
    Open,
    /// Done and seen.
    Done,
    /// Proven to have had no effect.
    Failed,
    /// Not known.
    Unknown,
}

/// The goal and what was measured.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Verify {
    /// The comparison, as in `== 0`.
    pub expect: String,
    /// The last measured value.
    pub value: Option<f64>,
    /// The value before the first step.
    pub baseline: Option<f64>,
    /// The judgement; `null` while it is open.
    pub verdict: Option<VerifyVerdict>,
}

/// The judgement of a goal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum VerifyVerdict {
    /// The goal came true in time and held.
    Met,
    /// It did not.
    Unmet,
    /// The opposite happened.
    Worse,
    /// It could not be measured.
    Unmeasured,
}

/// What is not known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Unknown {
    /// `effect` (of a step) or `goal`.
    pub what: String,
    /// Since when.
    pub since: Time,
    /// The state to which the run returns once it is known.
    pub resume: RunState,
}
