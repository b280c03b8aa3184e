//! Questions about a run's steps: what is open, what is due, what is left changed.

use crate::{
    Run, UndoRule,
    run::{Direction, State, StepRecord, StepState, Unknown, What},
};

/// Taking back is tried at least so often, where that may help: giving up leaves a target between
/// two states, and an attempt that a crash has cut off counts as well.
const UNDO_ATTEMPTS: u32 = 3;

impl StepRecord {
    /// Tells whether the step went forward and the wanted state was seen. A step that was seen half
    /// done has a failure and is not complete: it is taken back like a whole one.
    pub fn is_complete(&self) -> bool {
        self.state == StepState::Done && self.failure.is_none()
    }

    /// Tells whether its outcome is still open.
    pub fn is_open(&self) -> bool {
        matches!(self.state, StepState::Open | StepState::Unknown)
    }

    /// Tells whether it may be tried (again). A mere wait that was cut off by a crash was seen to
    /// be unfinished and may be repeated freely.
    pub(crate) fn may_try(&self) -> bool {
        match self.state {
            StepState::Planned => true,
            StepState::Open | StepState::Unknown | StepState::Done => false,
            StepState::Failed => {
                let cut_off = !self.effect && self.after.is_some();
                let attempts_max = match self.dir {
                    Direction::Do => self.plan.attempts_max,
                    Direction::Undo => self.plan.attempts_max.max(UNDO_ATTEMPTS),
                };
                cut_off
                    || (self.failure.as_ref().is_some_and(|failure| failure.retry)
                        && self.attempt < attempts_max)
            }
        }
    }
}

impl Run {
    /// Returns the forward steps, first to last.
    pub fn forward(&self) -> impl DoubleEndedIterator<Item = &StepRecord> {
        self.steps.iter().filter(|record| record.dir == Direction::Do)
    }

    /// Returns the step whose outcome is open, if any. There is at most one.
    pub fn open_step(&self) -> Option<&StepRecord> {
        self.steps.iter().find(|record| record.is_open())
    }

    /// Returns the record of step `n` in a direction.
    pub fn step(&self, dir: Direction, n: u32) -> Option<&StepRecord> {
        self.steps.iter().find(|record| record.dir == dir && record.plan.n == n)
    }

    /// Tells whether step `n` was taken back.
    pub fn is_taken_back(&self, n: u32) -> bool {
        self.step(Direction::Undo, n).is_some_and(StepRecord::is_complete)
    }

    /// Returns the first forward step that is not complete.
    pub(crate) fn due(&self) -> Option<&StepRecord> {
        self.forward().find(|record| !record.is_complete())
    }

    /// Returns the last forward step that was done, has an inverse and is not taken back.
    pub(crate) fn undo_due(&self) -> Option<&StepRecord> {
        self.forward().rev().find(|record| {
            record.state == StepState::Done
                && record.effect
                && record.undo.is_some()
                && !self.is_taken_back(record.plan.n)
        })
    }

    /// Tells whether ending now would take steps back.
    pub(crate) fn would_undo(&self) -> bool {
        self.request.undo == UndoRule::Automatic && self.undo_due().is_some()
    }

    /// Returns the forward steps whose effect is there or may be there, last first.
    fn remaining(&self) -> impl Iterator<Item = &StepRecord> {
        self.forward().rev().filter(|record| {
            record.effect
                && (record.state == StepState::Done || record.is_open())
                && !self.is_taken_back(record.plan.n)
        })
    }

    /// Returns the last step whose effect remains.
    pub(crate) fn last_remaining(&self) -> Option<u32> {
        self.remaining().next().map(|record| record.plan.n)
    }

    /// Returns, for people, the steps whose effect is there or may be there, first to last.
    pub fn remaining_effects(&self) -> Vec<String> {
        let mut left: Vec<String> = self
            .remaining()
            .map(|record| format!("step {}: {}", record.plan.n, record.plan.title))
            .collect();
        left.reverse();
        left
    }

    /// Tells whether the run has locks now: from its start to its end, but not while only its goal
    /// is unknown.
    pub fn holds_locks(&self) -> bool {
        self.started.is_some() && !self.state.is_terminal() && !self.is_unknown(What::Goal)
    }

    /// Tells whether the run has a place in the queue of its locks, or has them.
    pub fn claims_locks(&self) -> bool {
        self.state == State::Queued || self.holds_locks()
    }

    /// Tells whether `what` is not known now.
    pub fn is_unknown(&self, what: What) -> bool {
        self.state == State::Unknown
            && self.unknown.as_ref().is_some_and(|unknown: &Unknown| unknown.what == what)
    }
}
