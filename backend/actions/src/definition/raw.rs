//! The YAML's shape, with the place of everything that has a meaning to check.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_saphyr::Spanned;

/// How much care an action asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Risk {
    /// Harmless or easily taken back.
    Low,
    /// Worth a look.
    Medium,
    /// Runs only with the hash of a plan somebody has seen.
    High,
}

/// Whether a person is asked for a reason.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
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

/// What happens when the goal is not met.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OnNoEffect {
    /// What was done stays.
    #[default]
    Keep,
    /// The steps are taken back.
    Undo,
}

/// Whether steps are taken back when a later one fails.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Undo {
    #[default]
    Automatic,
    None,
}

/// Which direction of the goal's value is worse than before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Worse {
    Increase,
    Decrease,
}

/// One operation by its name, with its arguments.
pub(super) type Step = Spanned<BTreeMap<String, Spanned<Value>>>;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Definition {
    pub(super) name: Spanned<String>,
    pub(super) title: Spanned<String>,
    #[serde(default)]
    pub(super) description: String,
    pub(super) target: Spanned<String>,
    pub(super) risk: Risk,
    pub(super) allow: Spanned<Vec<Spanned<Allow>>>,
    pub(super) params: Option<Spanned<Value>>,
    #[serde(default)]
    pub(super) confirm: Confirm,
    #[serde(default)]
    pub(super) limits: Limits,
    #[serde(default)]
    pub(super) guards: Vec<Spanned<Guard>>,
    pub(super) steps: Spanned<Vec<Step>>,
    pub(super) verify: Option<Spanned<Verify>>,
    #[serde(default)]
    pub(super) undo: Undo,
    pub(super) on_no_effect: Option<Spanned<OnNoEffect>>,
    // Known, but their features are not built: named, so that they are refused in clear words.
    pub(super) approval: Option<Spanned<Value>>,
    pub(super) budget: Option<Spanned<Value>>,
    pub(super) compute: Option<Spanned<Value>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Allow {
    pub(super) roles: Option<Vec<Spanned<String>>>,
    pub(super) subjects: Option<Vec<Spanned<String>>>,
    pub(super) labels: Option<Spanned<Value>>,
    pub(super) policies: Option<Spanned<Value>>,
    pub(super) tenants: Option<Spanned<Value>>,
    pub(super) tokens: Option<Spanned<Value>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Confirm {
    pub(super) text: Option<Spanned<String>>,
    #[serde(default)]
    pub(super) reason: ReasonRule,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Limits {
    pub(super) cooldown: Option<Spanned<String>>,
    pub(super) rate: Option<Spanned<String>>,
    pub(super) collision: Option<Spanned<String>>,
    pub(super) queue_for: Option<Spanned<Value>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Guard {
    pub(super) name: Spanned<String>,
    pub(super) promql: Spanned<String>,
    pub(super) expect: Spanned<String>,
    pub(super) max_age: Option<Spanned<String>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Verify {
    pub(super) promql: Spanned<String>,
    pub(super) expect: Spanned<String>,
    pub(super) within: Spanned<String>,
    pub(super) stable_for: Option<Spanned<String>>,
    pub(super) worse: Option<Worse>,
}
