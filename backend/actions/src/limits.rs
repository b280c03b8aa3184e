//! Every limit of this crate, with the reason for its number.

use std::time::Duration;

/// Most definitions in a directory: a list of more buttons helps nobody.
pub const DEFINITIONS_MAX: usize = 500;

/// Largest definition in bytes; a long one has three thousand.
pub const DEFINITION_BYTES_MAX: u64 = 64 * 1024;

/// Deepest nesting of a definition: the parser recurses.
pub const DEFINITION_DEPTH_MAX: usize = 32;

/// Most steps of a definition.
pub const STEPS_MAX: usize = 32;

/// Most guards of a definition: each is asked at plan, press and start.
pub const GUARDS_MAX: usize = 16;

/// Longest duration in a definition.
pub const DURATION_MAX: Duration = Duration::from_hours(24);

/// Longest expression of a template in bytes: the engine recurses along a chain of operators.
pub const EXPRESSION_BYTES_MAX: usize = 1_000;

/// Steps of the expression engine that one template may take; a plain one takes ten.
pub const TEMPLATE_FUEL: u64 = 10_000;

/// Longest rendered text in bytes.
pub const RENDERED_BYTES_MAX: usize = 64 * 1024;

/// Longest reason or ticket in characters: it is shown in tables.
pub const REASON_CHARS_MAX: usize = 500;

/// How long a plan is kept under its hash.
pub const PLAN_KEPT_FOR: Duration = Duration::from_mins(2);

/// Most plans that are kept; the oldest goes first.
pub const PLANS_MAX: usize = 1_000;

/// Most plans that are kept for one actor, whose own oldest goes first: nobody pushes out
/// everybody's.
pub const PLANS_PER_SUBJECT_MAX: usize = 50;

/// Longest time for all looks at targets and all guards of one plan, press or start: who waits
/// longer has gone away, and what was seen first is no longer true.
pub const PLAN_TIMEOUT: Duration = Duration::from_secs(10);

/// Most guards that are asked at the same time: a plan must not be a burst of queries.
pub const GUARDS_AT_ONCE: usize = 4;

/// Longest wait for all answers that one guard or one look at a goal needs.
pub const SAMPLE_TIMEOUT: Duration = Duration::from_secs(2);

/// Oldest sample that a guard counts if its definition does not say.
pub const SAMPLE_AGE_MAX: Duration = Duration::from_secs(30);

/// How long a run may wait for its start. Later than this nobody remembers having pressed.
pub const QUEUED_FOR_MAX: Duration = Duration::from_mins(2);

/// How often a step may be tried: only a failure that is proven and worth another try is repeated.
pub const ATTEMPTS_MAX: u32 = 3;

/// Most faults of parameters that a refusal names.
pub const PARAM_FAULTS_MAX: usize = 5;

/// Most changes that a summary names.
pub const SUMMARY_CHANGES_MAX: usize = 3;
