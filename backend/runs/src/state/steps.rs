//! The part of the table that opens and closes steps.

use jiff::Timestamp;
use serde_json::Value;

use super::{Illegal, only_if};
use crate::{
    Event, EventKind, Failure, Run, StepPlan, Verdict,
    run::{Direction, State, StepRecord, StepState, Unknown, What},
};

impl Run {
    pub(super) fn intended(&mut self, event: &Event) -> Result<(), Illegal> {
        let EventKind::StepIntended { dir, step, attempt, before, undo, effect_key, effect } =
            &event.kind
        else {
            return Err(Illegal);
        };
        only_if(self.open_step().is_none())?;
        let index = match dir {
            Direction::Do => {
                only_if(self.state == State::Running)?;
                self.may_do(*step, *attempt)?
            }
            Direction::Undo => {
                only_if(matches!(self.state, State::Undoing | State::Cancelling))?;
                only_if(undo.is_none())?;
                self.may_undo(*step, *attempt)?
            }
        };
        let record = &mut self.steps[index];
        record.state = StepState::Open;
        record.attempt = *attempt;
        record.before = Some(before.clone());
        record.after = None;
        record.undo.clone_from(undo);
        record.effect_key = Some(effect_key.clone());
        record.effect = *effect;
        record.failure = None;
        record.started = record.started.or(Some(event.at));
        record.ended = None;
        Ok(())
    }

    /// A forward step follows the ones before it, and its own last attempt.
    fn may_do(&self, step: u32, attempt: u32) -> Result<usize, Illegal> {
        let due = self.due().ok_or(Illegal)?;
        only_if(due.plan.n == step && follows(due, attempt))?;
        self.index(Direction::Do, step)
    }

    /// Steps are taken back last to first, each by its stored inverse.
    fn may_undo(&mut self, step: u32, attempt: u32) -> Result<usize, Illegal> {
        let due = self.undo_due().ok_or(Illegal)?;
        only_if(due.plan.n == step)?;
        if let Ok(index) = self.index(Direction::Undo, step) {
            only_if(follows(&self.steps[index], attempt))?;
            return Ok(index);
        }
        only_if(attempt == 1)?;
        let inverse = due.undo.clone().ok_or(Illegal)?;
        self.steps.push(StepRecord::new(StepPlan { n: step, ..inverse }, Direction::Undo));
        Ok(self.steps.len() - 1)
    }

    fn index(&self, dir: Direction, step: u32) -> Result<usize, Illegal> {
        self.steps
            .iter()
            .position(|record| record.dir == dir && record.plan.n == step)
            .ok_or(Illegal)
    }

    /// Closes an open intent with its outcome.
    pub(super) fn step_closed(
        &mut self,
        (dir, step, attempt): (Direction, u32, u32),
        outcome: Result<Value, Failure>,
        at: Timestamp,
    ) -> Result<(), Illegal> {
        let index = self.open_index(dir, step, attempt)?;
        self.step_ended(index, outcome.map_err(|failure| (failure, None)), at);
        Ok(())
    }

    /// Finds the open intent that an outcome closes.
    pub(super) fn open_index(
        &self,
        dir: Direction,
        step: u32,
        attempt: u32,
    ) -> Result<usize, Illegal> {
        only_if(matches!(self.state, State::Running | State::Undoing | State::Cancelling))?;
        let index = self.index(dir, step)?;
        let record = &self.steps[index];
        only_if(record.state == StepState::Open && record.attempt == attempt)?;
        Ok(index)
    }

    /// Closes a step: with the target as it was left, or with why it had no effect and what was
    /// seen.
    pub(super) fn step_ended(
        &mut self,
        index: usize,
        outcome: Result<Value, (Failure, Option<Value>)>,
        at: Timestamp,
    ) {
        let record = &mut self.steps[index];
        record.ended = Some(at);
        match outcome {
            Ok(after) => {
                record.state = StepState::Done;
                record.after = Some(after);
            }
            Err((failure, seen)) => {
                record.state = StepState::Failed;
                record.after = seen;
                record.failure = Some(failure);
            }
        }
        if self.due().is_none() && self.steps_ended.is_none() {
            self.steps_ended = Some(at);
        }
    }

    /// From here on it is not known whether the step's effect happened.
    pub(super) fn lose(&mut self, index: usize, cause: String, at: Timestamp) {
        self.steps[index].state = StepState::Unknown;
        let resume = self.state;
        self.unknown = Some(Unknown { what: What::Effect, since: at, resume, cause });
        self.state = State::Unknown;
    }

    pub(super) fn observed(
        &mut self,
        event: &Event,
        (step, attempt): (u32, u32),
        verdict: Verdict,
        observation: &Value,
    ) -> Result<(), Illegal> {
        only_if(self.is_unknown(What::Effect))?;
        let fits = |record: &StepRecord| {
            record.state == StepState::Unknown && record.plan.n == step && record.attempt == attempt
        };
        let index = self.steps.iter().position(fits).ok_or(Illegal)?;
        self.judged(index, verdict, Some(observation), event.at)
    }

    /// Closes a step that was not known. Without an observation a person has declared it.
    pub(super) fn judged(
        &mut self,
        index: usize,
        verdict: Verdict,
        observation: Option<&Value>,
        at: Timestamp,
    ) -> Result<(), Illegal> {
        let unknown = self.unknown.as_mut().ok_or(Illegal)?;
        let resume = unknown.resume;
        let seen = observation.cloned();
        match verdict {
            Verdict::Undecided => return Err(Illegal),
            Verdict::Foreign => {
                FOREIGN.clone_into(&mut unknown.cause);
                return Ok(());
            }
            Verdict::Done => self.step_ended(index, Ok(seen.unwrap_or(Value::Null)), at),
            Verdict::NotDone => {
                let failure = Failure::retry(format!("no effect: {}", unknown.cause));
                self.step_ended(index, Err((failure, seen)), at);
            }
            Verdict::Partial => self.half_done(index, seen, at),
        }
        self.state = resume;
        self.unknown = None;
        Ok(())
    }

    /// A forward step that was half done has to be taken back; a half undone one cannot be helped.
    fn half_done(&mut self, index: usize, seen: Option<Value>, at: Timestamp) {
        let failure = Failure::fail("only a part of it happened");
        if self.steps[index].dir == Direction::Undo {
            return self.step_ended(index, Err((failure, seen)), at);
        }
        let record = &mut self.steps[index];
        record.state = StepState::Done;
        record.failure = Some(failure);
        record.after = seen;
        record.ended = Some(at);
    }
}

/// What `unknown` says while somebody else's change stands in the way.
pub(crate) const FOREIGN: &str = "somebody else has changed the target";

fn follows(record: &StepRecord, attempt: u32) -> bool {
    matches!(record.state, StepState::Planned | StepState::Failed) && attempt == record.attempt + 1
}
