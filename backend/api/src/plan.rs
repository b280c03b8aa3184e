//! What a run would do, before it does it.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::{Target, Time};

/// The preview of a run. Answered with 200 also when a guard fails.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Plan {
    /// Hash over action version, target, params, computed values and changes.
    pub hash: String,
    /// Until when the hash can be used.
    pub expires_at: Time,
    /// The action's name.
    pub action: String,
    /// The action's version.
    pub version: String,
    /// What it would act on.
    pub target: Target,
    /// The parameters with their defaults filled in.
    #[schema(value_type = Object)]
    pub params: Map<String, Value>,
    /// What would be different afterwards.
    pub changes: Vec<Change>,
    /// The operations, in order.
    pub steps: Vec<PlannedStep>,
    /// The conditions, each with its present value.
    pub guards: Vec<Guard>,
    /// What a person should know before.
    pub warnings: Vec<String>,
    /// One sentence.
    pub summary: String,
    /// What to ask before the press.
    pub confirm: Confirm,
}

/// One field that would change.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Change {
    /// Whose field.
    pub target: Target,
    /// Which field.
    pub field: String,
    /// Its value when the plan was made.
    pub from: Value,
    /// Its value afterwards.
    pub to: Value,
}

/// One operation of a plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PlannedStep {
    /// From 1.
    pub n: u32,
    /// The operation's name, as in `haproxy.set_state`.
    pub operation: String,
    /// For people.
    pub title: String,
}

/// A condition, and whether it held.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Guard {
    /// Its name in the definition.
    pub name: String,
    /// Whether it held.
    pub ok: bool,
    /// The measured value; `null` if it could not be read.
    pub value: Option<f64>,
    /// The comparison it must pass, as in `>= 2`.
    pub expect: String,
    /// Why it did not hold.
    pub why: Option<String>,
}

/// What a person is asked before the press.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Confirm {
    /// The question; `null` where no target is known yet.
    pub text: Option<String>,
    /// Whether a reason is asked for.
    pub reason: ReasonRule,
    /// What has to be typed to confirm; `null` if nothing.
    pub typed: Option<String>,
}

/// Whether a reason is asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ReasonRule {
    /// Not asked.
    #[default]
    None,
    /// Asked, may stay empty.
    Optional,
    /// Refused without one.
    Required,
}
