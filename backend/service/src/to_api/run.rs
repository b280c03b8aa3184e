//! A run on the wire.

use api::{Direction, RunState, StepState, VerifyVerdict};
use runs::{State, event::GoalVerdict};
use serde_json::Value;

/// Makes the wire shape of a run.
pub(crate) fn run(run: &runs::Run, deduplicated: bool) -> api::Run {
    let now_state = state(run.state);
    let result = now_state.is_terminal().then_some(now_state);
    let request = &run.request;
    api::Run {
        id: run.id.to_string(),
        seq: run.seq,
        created: run.created.into(),
        updated: run.updated.into(),
        ended: run.ended.map(Into::into),
        action: request.action.clone(),
        version: request.version.clone(),
        target: target(&request.target),
        actor: request.actor.clone(),
        params: request.params.clone(),
        reason: request.reason.clone(),
        ticket: request.ticket.clone(),
        plan_hash: request.plan_hash.clone(),
        state: now_state,
        phase: phase(run),
        progress: progress(run),
        elapsed: elapsed(run),
        result,
        verified: verified(run),
        why: why(run),
        next_allowed: run.refusal.as_ref().and_then(|refusal| refusal.next_allowed).map(Into::into),
        steps: run.steps.iter().map(step).collect(),
        guards: guards(&request.guards),
        verify: request.goal.as_ref().map(|goal| api::Verify {
            expect: goal.expect.clone(),
            value: run.value,
            baseline: run.baseline,
            verdict: verdict(run),
        }),
        unknown: run.unknown.as_ref().filter(|_| run.state == State::Unknown).map(unknown),
        effects_left: run.effects_left.clone(),
        deduplicated,
    }
}

/// Makes the wire shape for callers behind whom nobody stands: without names, reasons and what was
/// typed.
pub(crate) fn run_nameless(of: &runs::Run) -> api::Run {
    let mut shown = run(of, false);
    shown.actor = String::new();
    shown.reason = None;
    shown.ticket = None;
    shown.plan_hash = None;
    shown.params = serde_json::Map::new();
    for step in &mut shown.steps {
        (step.before, step.after, step.error) = (None, None, None);
    }
    shown
}

/// Makes the wire word of a state.
pub(crate) const fn state(state: State) -> RunState {
    match state {
        State::AwaitingApproval => RunState::AwaitingApproval,
        State::Queued => RunState::Queued,
        State::Running => RunState::Running,
        State::Verifying => RunState::Verifying,
        State::Undoing => RunState::Undoing,
        State::Cancelling => RunState::Cancelling,
        State::Unknown => RunState::Unknown,
        State::Refused => RunState::Refused,
        State::Succeeded => RunState::Succeeded,
        State::NoEffect => RunState::NoEffect,
        State::Failed => RunState::Failed,
        State::Undone => RunState::Undone,
        State::UndoFailed => RunState::UndoFailed,
        State::Cancelled => RunState::Cancelled,
        State::Expired => RunState::Expired,
    }
}

/// A stored target was parsed when it was accepted; an older grammar is shown as it stands.
fn target(text: &str) -> api::Target {
    let (kind, id) = text.split_once('/').unwrap_or(("", text));
    api::Target { kind: kind.to_owned(), id: id.to_owned() }
}

/// The step whose outcome is open, or the one that comes next.
fn phase(run: &runs::Run) -> Option<String> {
    let moving =
        matches!(run.state, State::Running | State::Undoing | State::Cancelling | State::Unknown);
    if !moving {
        return None;
    }
    let next = || match run.state {
        State::Running => run.forward().find(|record| !record.is_complete()),
        _ => None,
    };
    run.open_step().or_else(next).map(|record| record.plan.title.clone())
}

/// Closed through planned steps; on the way back it falls again.
#[expect(clippy::cast_precision_loss, reason = "a run has at most a few hundred steps")]
fn progress(run: &runs::Run) -> Option<f64> {
    let planned = run.forward().count();
    if planned == 0 {
        return None;
    }
    let closed = run
        .forward()
        .filter(|record| record.is_complete() && !run.is_taken_back(record.plan.n))
        .count();
    Some(closed as f64 / planned as f64)
}

fn elapsed(run: &runs::Run) -> f64 {
    let end = run.ended.unwrap_or(run.updated);
    end.duration_since(run.created).as_secs_f64().max(0.0)
}

/// Whether the goal was met: null while open, and where a run ended before there was anything to
/// measure.
fn verified(run: &runs::Run) -> Option<bool> {
    match run.state {
        State::Succeeded => Some(run.verdict == Some(GoalVerdict::Met)),
        State::NoEffect => Some(false),
        _ if run.state.is_terminal() && run.verdict.is_some() => {
            Some(run.verdict == Some(GoalVerdict::Met))
        }
        _ => None,
    }
}

fn why(run: &runs::Run) -> Option<String> {
    let refused = run.refusal.as_ref().map(|refusal| refusal.detail.clone());
    let unknown = || run.unknown.as_ref().map(|unknown| unknown.cause.clone());
    refused.or_else(|| run.cause.clone()).or_else(unknown)
}

fn verdict(run: &runs::Run) -> Option<VerifyVerdict> {
    match run.verdict {
        Some(GoalVerdict::Met) => Some(VerifyVerdict::Met),
        Some(GoalVerdict::Unmet) => Some(VerifyVerdict::Unmet),
        Some(GoalVerdict::Worse) => Some(VerifyVerdict::Worse),
        None if run.is_unknown(runs::What::Goal) => Some(VerifyVerdict::Unmeasured),
        None => None,
    }
}

fn unknown(unknown: &runs::Unknown) -> api::Unknown {
    let what = match unknown.what {
        runs::What::Effect => "effect",
        runs::What::Goal => "goal",
    };
    api::Unknown {
        what: what.to_owned(),
        since: unknown.since.into(),
        resume: state(unknown.resume),
    }
}

fn step(record: &runs::StepRecord) -> api::Step {
    api::Step {
        n: record.plan.n,
        operation: record.plan.operation.clone(),
        title: record.plan.title.clone(),
        dir: match record.dir {
            runs::Direction::Do => Direction::Do,
            runs::Direction::Undo => Direction::Undo,
        },
        state: match record.state {
            runs::StepState::Planned => StepState::Planned,
            runs::StepState::Open => StepState::Open,
            runs::StepState::Done => StepState::Done,
            runs::StepState::Failed => StepState::Failed,
            runs::StepState::Unknown => StepState::Unknown,
        },
        attempt: record.attempt,
        before: record.before.clone(),
        after: record.after.clone(),
        error: record.failure.as_ref().map(|failure| failure.message.clone()),
        started: record.started.map(Into::into),
        ended: record.ended.map(Into::into),
    }
}

/// Makes the wire shape of stored guards; what is missing in an older log is left empty.
fn guards(stored: &Value) -> Vec<api::Guard> {
    let rows = stored.as_array().map(Vec::as_slice).unwrap_or_default();
    rows.iter().map(guard).collect()
}

fn guard(row: &Value) -> api::Guard {
    let text = |field: &str| row.get(field).and_then(Value::as_str).map(str::to_owned);
    api::Guard {
        name: text("name").unwrap_or_default(),
        ok: row.get("ok").and_then(Value::as_bool).unwrap_or(false),
        value: row.get("value").and_then(Value::as_f64),
        expect: text("expect").unwrap_or_default(),
        why: text("why"),
    }
}
