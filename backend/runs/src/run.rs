//! What the fold of a log yields: a run as it stands.

use std::{fmt, str::FromStr};

use jiff::Timestamp;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;
use uuid::Uuid;

use crate::{Failure, Refusal, Request, StepPlan, event::GoalVerdict};

/// A run's id: a `UUIDv7`, so that ids sort by time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct RunId(pub Uuid);

impl fmt::Display for RunId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for RunId {
    type Err = uuid::Error;

    fn from_str(text: &str) -> Result<Self, uuid::Error> {
        text.parse().map(Self)
    }
}

impl RunId {
    /// Makes a new id that sorts at `now`.
    pub fn at(now: Timestamp) -> Self {
        Self(uuid_at(now))
    }
}

/// Makes a new `UUIDv7` of `now`, so that the ground floor asks nobody but its caller for the time.
pub(crate) fn uuid_at(now: Timestamp) -> Uuid {
    let seconds = u64::try_from(now.as_second()).unwrap_or(0);
    let nanos = u32::try_from(now.subsec_nanosecond()).unwrap_or(0);
    Uuid::new_v7(uuid::Timestamp::from_unix(uuid::NoContext, seconds, nanos))
}

/// Where a run stands (the words are the wire's and the log's).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the crate's README and `event` say what each state means")]
pub enum State {
    AwaitingApproval,
    Queued,
    Running,
    Verifying,
    Undoing,
    Cancelling,
    Unknown,
    Refused,
    Succeeded,
    NoEffect,
    Failed,
    Undone,
    UndoFailed,
    Cancelled,
    Expired,
}

impl State {
    /// Returns the word of the wire and the log.
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

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Forward or back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// Forward.
    Do,
    /// Taking back.
    Undo,
}

/// Where a step stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StepState {
    /// Not begun.
    Planned,
    /// Its intent is durable, its outcome is not.
    Open,
    /// Done and seen.
    Done,
    /// Proven to have had no effect.
    Failed,
    /// Not known.
    Unknown,
}

/// A step, planned and taken.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StepRecord {
    /// What was planned.
    pub plan: StepPlan,
    /// Forward or back.
    pub dir: Direction,
    /// Where it stands.
    pub state: StepState,
    /// Attempts so far.
    pub attempt: u32,
    /// The target before the last attempt.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    pub before: Option<Value>,
    /// The target after it.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    pub after: Option<Value>,
    /// Its inverse, stored before it.
    pub undo: Option<StepPlan>,
    /// Key of the last attempt's effect.
    pub effect_key: Option<String>,
    /// What went wrong.
    pub failure: Option<Failure>,
    /// Whether it changes anything; a mere wait does not. Known from the first attempt on.
    pub effect: bool,
    /// When the first attempt began.
    pub started: Option<Timestamp>,
    /// When the last attempt closed.
    pub ended: Option<Timestamp>,
}

/// Reads a value that is there, be it `null`: a target may look like that.
fn present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(deserializer).map(Some)
}

/// What is not known, while the state is [`State::Unknown`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unknown {
    /// Effect or goal.
    pub what: What,
    /// Since when.
    pub since: Timestamp,
    /// The state to which it returns.
    pub resume: State,
    /// Why.
    pub cause: String,
}

/// Effect or goal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum What {
    /// Whether a step's effect happened.
    Effect,
    /// Whether the goal was met.
    Goal,
}

/// A run: the fold of its events, and nothing else.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Run {
    /// Its id.
    pub id: RunId,
    /// The last event's number.
    pub seq: u64,
    /// What was asked for.
    pub request: Request,
    /// Where it stands.
    pub state: State,
    /// When the first event was written.
    pub created: Timestamp,
    /// When the last event was written.
    pub updated: Timestamp,
    /// When it was started.
    pub started: Option<Timestamp>,
    /// When it ended.
    pub ended: Option<Timestamp>,
    /// The owner's fencing number.
    pub fence: Option<u64>,
    /// Forward steps first (all of them, from the beginning), then undo steps as they are taken.
    pub steps: Vec<StepRecord>,
    /// Why it was refused.
    pub refusal: Option<Refusal>,
    /// Why it failed, was undone or did not end as wanted.
    pub cause: Option<String>,
    /// The goal's value before the first step.
    pub baseline: Option<f64>,
    /// The goal's last measured value.
    pub value: Option<f64>,
    /// The goal's judgement.
    pub verdict: Option<GoalVerdict>,
    /// When the goal must be met.
    pub verify_deadline: Option<Timestamp>,
    /// When the last forward step ended; a goal counts only samples scraped after it.
    pub steps_ended: Option<Timestamp>,
    /// What is not known.
    pub unknown: Option<Unknown>,
    /// What stays changed.
    pub effects_left: Vec<String>,
}
