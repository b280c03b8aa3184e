//! An action of the catalogue, and the body that plans or runs it.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::{Confirm, Target, Time};

/// An action as one actor sees it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Action {
    /// Its name, also in URLs and metrics.
    pub name: String,
    /// The title for people.
    pub title: String,
    /// What it does, in a sentence or two.
    pub description: String,
    /// Version: first 12 hex digits of the definition's SHA-256.
    pub version: String,
    /// The kind of target it takes.
    pub target: String,
    /// How much care it asks for.
    pub risk: Risk,
    /// Whether this actor may run it (on `target`, if one was asked for).
    pub allowed: bool,
    /// Why not.
    pub why_not: Option<String>,
    /// Until when the asked target rests after the last run.
    pub cooldown_until: Option<Time>,
    /// JSON Schema (2020-12) of the parameters.
    #[schema(value_type = Object)]
    pub params: Value,
    /// What a person is asked before the press; `text` is null until a target is known.
    pub confirm: Confirm,
}

/// How much care an action asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Risk {
    /// Harmless or easily taken back.
    Low,
    /// Worth a look.
    Medium,
    /// Runs only with the hash of a plan somebody has seen.
    High,
}

/// The body of plan and run alike. Unknown fields are refused.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ActionBody {
    /// The target as `kind/id`. The plugin's resource may take it from `?target=` instead.
    pub target: Target,
    /// Parameters by the action's schema; absent means none.
    #[serde(default)]
    #[schema(value_type = Option<Object>)]
    pub params: Option<Map<String, Value>>,
    /// Why; some actions demand it.
    #[serde(default)]
    pub reason: Option<String>,
    /// A reference into another system.
    #[serde(default)]
    pub ticket: Option<String>,
    /// The hash of the plan that was seen.
    #[serde(default)]
    pub plan_hash: Option<String>,
    /// Not available yet: refused with `not_available` when present.
    #[serde(default)]
    #[schema(value_type = Option<Object>)]
    pub break_glass: Option<Value>,
}
