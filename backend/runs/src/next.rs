//! What comes next, from the fold of a log and from nothing else: each prefix of a log has one
//! continuation.

#[cfg(test)]
mod tests;

use crate::{
    Run,
    run::{Direction, State, StepRecord, StepState, What},
};

/// The continuation of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Next {
    /// It has ended.
    Nothing,
    /// A second actor has to agree.
    AwaitApproval,
    /// Check again, take the locks, start.
    Start,
    /// Take a step, or take one back: observe, commit the intent, send, observe, commit the
    /// outcome.
    Step {
        /// Forward or back.
        dir: Direction,
        /// Which.
        step: u32,
        /// Which attempt, from 1.
        attempt: u32,
    },
    /// An intent is open and nobody holds its outcome: commit that it is not known.
    Undecide {
        /// Forward or back.
        dir: Direction,
        /// Which.
        step: u32,
        /// Which attempt.
        attempt: u32,
    },
    /// Look whether the effect of a step happened; never send again before that is known.
    Observe {
        /// Forward or back.
        dir: Direction,
        /// Which.
        step: u32,
        /// Which attempt.
        attempt: u32,
    },
    /// All steps are done and there is no goal.
    Complete,
    /// All steps are done: start measuring the goal.
    StartVerification,
    /// Measure the goal.
    Measure,
    /// Go back.
    StartUndo {
        /// Why.
        cause: String,
    },
    /// Everything is taken back.
    CompleteUndo,
    /// It cannot be taken back.
    GiveUpUndo {
        /// The step that resists.
        step: u32,
        /// Why.
        cause: String,
    },
    /// It ends without what was wanted, and nothing is taken back.
    Fail {
        /// Why.
        cause: String,
    },
    /// It ends as somebody wanted.
    CompleteCancel,
}

/// Returns the one continuation of a run.
pub fn next(run: &Run) -> Next {
    // An abandoned run has ended with a step that will never be known.
    if let Some(open) = run.open_step()
        && run.state != State::Unknown
        && !run.state.is_terminal()
    {
        return Next::Undecide { dir: open.dir, step: open.plan.n, attempt: open.attempt };
    }
    match run.state {
        State::AwaitingApproval => Next::AwaitApproval,
        State::Queued => Next::Start,
        State::Running => forward(run),
        State::Verifying => Next::Measure,
        State::Undoing => back(run).unwrap_or_else(|| match run.last_remaining() {
            None => Next::CompleteUndo,
            Some(step) => Next::GiveUpUndo { step, cause: format!("step {step} has no inverse") },
        }),
        State::Cancelling if run.would_undo() => back(run).unwrap_or(Next::CompleteCancel),
        State::Cancelling => Next::CompleteCancel,
        State::Unknown if run.is_unknown(What::Goal) => Next::Measure,
        State::Unknown => match run.open_step() {
            Some(open) => Next::Observe { dir: open.dir, step: open.plan.n, attempt: open.attempt },
            None => Next::Nothing,
        },
        State::Refused
        | State::Succeeded
        | State::NoEffect
        | State::Failed
        | State::Undone
        | State::UndoFailed
        | State::Cancelled
        | State::Expired => Next::Nothing,
    }
}

fn forward(run: &Run) -> Next {
    match run.due() {
        None if run.request.goal.is_some() => Next::StartVerification,
        None => Next::Complete,
        Some(due) if due.may_try() => {
            Next::Step { dir: Direction::Do, step: due.plan.n, attempt: due.attempt + 1 }
        }
        Some(due) => stop(run, why(due)),
    }
}

/// Returns how a running run goes on once it cannot go forward: back if something can be taken
/// back.
pub(crate) fn stop(run: &Run, cause: String) -> Next {
    if run.would_undo() { Next::StartUndo { cause } } else { Next::Fail { cause } }
}

fn back(run: &Run) -> Option<Next> {
    let step = run.undo_due()?.plan.n;
    let attempt = match run.step(Direction::Undo, step) {
        None => 1,
        Some(record) if record.may_try() => record.attempt + 1,
        Some(record) => return Some(Next::GiveUpUndo { step, cause: why(record) }),
    };
    Some(Next::Step { dir: Direction::Undo, step, attempt })
}

fn why(record: &StepRecord) -> String {
    let (n, title) = (record.plan.n, &record.plan.title);
    let verb = if record.dir == Direction::Undo { "taking back step" } else { "step" };
    match (&record.failure, record.state) {
        (Some(failure), _) => format!("{verb} {n} ({title}): {failure}"),
        (None, StepState::Planned) => format!("{verb} {n} ({title}) was not begun"),
        (None, _) => format!("{verb} {n} ({title}) did not work"),
    }
}
