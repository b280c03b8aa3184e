//! What is frozen when a run is accepted: everything that its continuation after a crash needs.

use std::{fmt, time::Duration};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// A run as it was asked for, frozen into its first event.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Request {
    /// The action's name.
    pub action: String,
    /// The action's version.
    pub version: String,
    /// The target as `kind/id`.
    pub target: String,
    /// The actor's stable subject.
    pub actor: String,
    /// Parameters with defaults filled in.
    pub params: Map<String, Value>,
    /// What the actor gave.
    pub reason: Option<String>,
    /// What the actor gave.
    pub ticket: Option<String>,
    /// The plan that was confirmed.
    pub plan_hash: Option<String>,
    /// SHA-256 in hex over the canonical (actor, action, version, target, params).
    pub fingerprint: String,
    /// What has to be held while it runs.
    pub locks: Vec<LockKey>,
    /// The operations, in order. Empty for a refusal that came before planning.
    pub steps: Vec<StepPlan>,
    /// The guards as they were judged: opaque here, shown to people (`[{name, ok, value, expect,
    /// why}]`).
    pub guards: Value,
    /// The goal; none means `succeeded` without proof.
    pub goal: Option<Goal>,
    /// Whether steps are taken back when a later one fails.
    pub undo: UndoRule,
    /// Whether an unmet goal takes the steps back.
    pub undo_on_no_effect: bool,
    /// When a queued run expires.
    pub deadline: Option<Timestamp>,
}

/// One operation, with nothing left to compute.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StepPlan {
    /// From 1; an undo carries the number of the step it takes back.
    pub n: u32,
    /// The operation's name, as in `haproxy.set_state`.
    pub operation: String,
    /// For people.
    pub title: String,
    /// Its own target, as `kind/id`.
    pub target: String,
    /// Rendered arguments.
    pub args: Value,
    /// How often it may be tried, at least 1.
    pub attempts_max: u32,
}

/// The goal that proves the effect.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Goal {
    /// The rendered query.
    pub promql: String,
    /// The comparison, as in `== 0`.
    pub expect: String,
    /// How long it may take, in seconds, from the end of the last step.
    pub within_seconds: u64,
    /// How long it must hold, in seconds.
    pub stable_for_seconds: u64,
    /// `increase` or `decrease`: the direction that counts as worse than the baseline.
    pub worse: Option<String>,
}

impl Goal {
    /// Returns how long the goal may take.
    pub fn within(&self) -> Duration {
        Duration::from_secs(self.within_seconds)
    }
}

/// Whether steps are taken back when a later one fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UndoRule {
    /// Each step's inverse, last to first.
    Automatic,
    /// What was done stays.
    None,
}

/// A thing that can be held, `node/web-2` or `pool/web`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct LockKey {
    /// `kind/id`.
    pub key: String,
    /// Alone or with others.
    pub mode: LockMode,
}

/// Alone or with others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LockMode {
    /// One holder.
    Exclusive,
    /// Only shared holders.
    Shared,
}

impl LockKey {
    /// Tells whether the two cannot be held by two runs at once.
    pub fn conflicts(&self, other: &Self) -> bool {
        self.key == other.key
            && (self.mode == LockMode::Exclusive || other.mode == LockMode::Exclusive)
    }
}

/// Why nothing was sent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Refusal {
    /// The problem code, as in `guard_unmet`.
    pub code: String,
    /// For people: what is wrong and what to do.
    pub detail: String,
    /// When it may be tried again.
    pub next_allowed: Option<Timestamp>,
    /// The run that holds the target.
    pub holder: Option<String>,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code, self.detail)
    }
}
