//! A plan: what a run would do, observed now, with a hash over everything a person agrees to.

mod cache;
mod draft;
mod summary;

use jiff::Timestamp;
use runs::StepPlan;
use serde_json::{Map, Value};
use targets::{Change, Target};

use crate::{ReasonRule, guard::Outcome};

pub(crate) use cache::{PlanCache, Seen};
pub(crate) use draft::{Draft, Planner};

/// What a run would do.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// SHA-256 in hex over action, version, target, parameters, changes, rendered steps, the goal's
    /// query and locks: not over guards' values, times or prose.
    pub hash: String,
    /// Until when a run may name the hash.
    pub expires_at: Timestamp,
    /// The action's name.
    pub action: String,
    /// The definition's version.
    pub version: String,
    /// The one thing it acts on.
    pub target: Target,
    /// Parameters with defaults filled in.
    pub params: Map<String, Value>,
    /// What would be different afterwards.
    pub changes: Vec<Change>,
    /// The operations, in order.
    pub steps: Vec<StepPlan>,
    /// The guards, each as judged now.
    pub guards: Vec<Outcome>,
    /// What a person should know before.
    pub warnings: Vec<String>,
    /// One sentence.
    pub summary: String,
    /// The question before the press; `None` if the definition asks none.
    pub confirm: Option<String>,
    /// Whether a reason is asked for.
    pub reason: ReasonRule,
}

impl Plan {
    pub(crate) fn new(draft: &Draft, guards: Vec<Outcome>, expires_at: Timestamp) -> Self {
        Self {
            hash: draft.hash.clone(),
            expires_at,
            action: draft.definition.name.clone(),
            version: draft.definition.version.clone(),
            target: draft.target.clone(),
            params: draft.params.clone(),
            changes: draft.changes.clone(),
            steps: draft.steps.clone(),
            guards,
            warnings: draft.warnings.clone(),
            summary: draft.summary.clone(),
            confirm: draft.confirm.clone(),
            reason: draft.definition.confirm.reason,
        }
    }
}

#[cfg(test)]
mod tests;
