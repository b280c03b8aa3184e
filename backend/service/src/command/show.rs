//! Plans, runs and nodes in words for a terminal.

use std::fmt::Write as _;

use api::{Direction, Plan, Run, StepState};

use crate::terminal::plain;

/// Shows a plan.
pub(super) fn plan(plan: &Plan) -> String {
    let mut text = plain(&plan.summary);
    let mut line = |words: String| {
        // Writing into a String cannot fail.
        write!(text, "\n  {}", plain(&words)).ok();
    };
    for change in &plan.changes {
        line(format!("{} {}: {} -> {}", change.target, change.field, change.from, change.to));
    }
    for step in &plan.steps {
        line(format!("{}. {} ({})", step.n, step.title, step.operation));
    }
    for guard in &plan.guards {
        let value =
            guard.value.map_or_else(|| "not readable".to_owned(), |value| value.to_string());
        let held = if guard.ok { "holds" } else { "DOES NOT HOLD" };
        let why = guard.why.as_deref().map_or_else(String::new, |why| format!(": {why}"));
        line(format!("guard {} {held}: {value}, must be {}{why}", guard.name, guard.expect));
    }
    for warning in &plan.warnings {
        line(format!("warning: {warning}"));
    }
    line(format!("hash {} until {}", plan.hash, plan.expires_at));
    text
}

/// Shows a run.
pub(super) fn run(run: &Run) -> String {
    let mut text = format!("{}  {} on {}: {}", run.id, run.action, run.target, run.state.as_str());
    let mut line = |words: String| {
        // Writing into a String cannot fail.
        write!(text, "\n  {}", plain(&words)).ok();
    };
    for step in &run.steps {
        let dir = if step.dir == Direction::Undo { "undo of " } else { "" };
        let state = match step.state {
            StepState::Planned => "planned",
            StepState::Open => "open",
            StepState::Done => "done",
            StepState::Failed => "failed",
            StepState::Unknown => "unknown",
        };
        let error = step.error.as_deref().map_or_else(String::new, |error| format!(": {error}"));
        line(format!("{dir}{}. {} {state}{error}", step.n, step.title));
    }
    if let Some(verify) = &run.verify {
        let value =
            verify.value.map_or_else(|| "not measured".to_owned(), |value| value.to_string());
        line(format!("goal {}: {value}", verify.expect));
    }
    match run.verified {
        Some(true) => line("verified".to_owned()),
        Some(false) if run.state == api::RunState::Succeeded => {
            line("done, not verified".to_owned());
        }
        _ => {}
    }
    if let Some(why) = &run.why {
        line(format!("why: {why}"));
    }
    for effect in &run.effects_left {
        line(format!("still changed: {effect}"));
    }
    if let Some(at) = run.next_allowed {
        line(format!("again from {at}"));
    }
    text
}
