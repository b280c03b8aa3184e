//! A definition: one YAML file, read and checked whole.

mod duration;
mod expect;
mod raw;
mod read;

use std::time::Duration;

use prometheus::Template;
use runs::store::{Collision, Rate};
use serde_json::Value;
use targets::Operations;

use crate::{Fault, canonical, parameters::Parameters, rights::Rule, template::Text};

pub(crate) use expect::Expect;
pub(crate) use raw::Worse;
pub use raw::{OnNoEffect, ReasonRule, Risk};

/// Hex digits of a version: enough to tell any two texts of one file apart.
const VERSION_DIGITS: usize = 12;

/// The kinds of targets there are.
pub const TARGET_KINDS: [&str; 3] = ["node", "node-api", "pool"];

/// An action as an administrator wrote it. Nothing in it can fail any more but the world.
#[derive(Clone, Debug)]
pub struct Definition {
    /// The file's name without `.yaml`; also in URLs and metrics.
    pub name: String,
    /// The title for people.
    pub title: String,
    /// What it does; may be empty.
    pub description: String,
    /// First 12 hex digits of the SHA-256 of the file.
    pub version: String,
    /// The kind of target it takes.
    pub target: String,
    /// How much care it asks for.
    pub risk: Risk,
    /// Who may run it: whoever any rule fits.
    pub allow: Vec<Rule>,
    /// What it takes.
    pub parameters: Parameters,
    /// What a person is asked before the press.
    pub confirm: Confirm,
    /// How often it may run.
    pub limits: Limits,
    /// What must hold before.
    pub guards: Vec<Guard>,
    /// What it does, in order.
    pub steps: Vec<Step>,
    /// What must come true after.
    pub verify: Option<Verify>,
    /// Whether steps are taken back when a later one fails.
    pub undo: runs::UndoRule,
    /// What happens when the goal is not met.
    pub on_no_effect: OnNoEffect,
}

/// What a person is asked before the press.
#[derive(Clone, Debug)]
pub struct Confirm {
    pub(crate) text: Option<Text>,
    /// Whether a reason is asked for.
    pub reason: ReasonRule,
}

/// How often an action may run on one target.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// How long (action, target) rests after a run.
    pub cooldown: Duration,
    /// How many runs in a window.
    pub rate: Option<Rate>,
    /// What happens when another run holds the target.
    pub collision: Collision,
}

/// A condition before.
#[derive(Clone, Debug)]
pub struct Guard {
    /// Its name.
    pub name: String,
    pub(crate) promql: Template,
    pub(crate) expect: Expect,
    pub(crate) max_age: Duration,
}

/// One operation with arguments that may hold templates.
#[derive(Clone, Debug)]
pub struct Step {
    /// The operation's name, as in `haproxy.set_state`.
    pub operation: String,
    pub(crate) args: Value,
}

/// The goal after.
#[derive(Clone, Debug)]
pub struct Verify {
    pub(crate) promql: Template,
    pub(crate) expect: Expect,
    pub(crate) within: Duration,
    pub(crate) stable_for: Duration,
    pub(crate) worse: Option<Worse>,
}

impl Definition {
    /// Reads a definition. `file` is how faults name it, `name` what its `name` must be.
    ///
    /// # Errors
    /// Every fault of the file with line and column; a fault of the YAML itself comes alone.
    pub fn parse(
        file: &str,
        name: &str,
        text: &str,
        operations: &Operations,
    ) -> Result<Self, Vec<Fault>> {
        read::definition(file, name, text, operations)
    }

    /// Returns the version of a file's text.
    pub fn version_of(text: &str) -> String {
        let mut digits = canonical::hex(text.as_bytes());
        digits.truncate(VERSION_DIGITS);
        digits
    }
}

#[cfg(test)]
mod tests;
