//! The part of the table that judges the goal, takes steps back and ends runs.

use jiff::Timestamp;

use super::{Illegal, only_if};
use crate::{
    Event, Run, Verdict,
    event::{GoalVerdict, Resolution},
    run::{State, StepRecord, StepState, Unknown, What},
};

impl Run {
    /// Nothing ends while the outcome of a step is open.
    fn only_closed(&self, state: bool) -> Result<(), Illegal> {
        only_if(state && self.open_step().is_none())
    }

    pub(super) fn undo_completed(&mut self) -> Result<(), Illegal> {
        self.only_closed(self.state == State::Undoing && self.last_remaining().is_none())?;
        self.state = State::Undone;
        Ok(())
    }

    pub(super) fn undo_given_up(&mut self, cause: &str, left: &[String]) -> Result<(), Illegal> {
        self.only_closed(matches!(self.state, State::Undoing | State::Cancelling))?;
        let before = self.cause.take().map(|before| format!("{before}; "));
        self.cause = Some(format!("{}{cause}", before.unwrap_or_default()));
        self.effects_left = left.to_vec();
        self.state = State::UndoFailed;
        Ok(())
    }

    pub(super) fn failed(&mut self, cause: &str, left: &[String]) -> Result<(), Illegal> {
        self.only_closed(self.state == State::Running)?;
        self.cause = Some(cause.into());
        self.effects_left = left.to_vec();
        self.state = State::Failed;
        Ok(())
    }

    pub(super) fn cancelled(&mut self, left: &[String]) -> Result<(), Illegal> {
        self.only_closed(self.state == State::Cancelling)?;
        self.effects_left = left.to_vec();
        self.state = State::Cancelled;
        Ok(())
    }

    pub(super) fn completed(&mut self) -> Result<(), Illegal> {
        self.only_closed(self.state == State::Running)?;
        only_if(self.due().is_none() && self.request.goal.is_none())?;
        self.state = State::Succeeded;
        Ok(())
    }

    pub(super) fn verification_started(
        &mut self,
        baseline: Option<f64>,
        deadline: Timestamp,
    ) -> Result<(), Illegal> {
        self.only_closed(self.state == State::Running)?;
        only_if(self.due().is_none() && self.request.goal.is_some())?;
        self.baseline = baseline;
        self.verify_deadline = Some(deadline);
        self.state = State::Verifying;
        Ok(())
    }

    pub(super) fn goal_measured(
        &mut self,
        verdict: GoalVerdict,
        value: Option<f64>,
    ) -> Result<(), Illegal> {
        let late = self.is_unknown(What::Goal);
        only_if(late || self.state == State::Verifying)?;
        self.verdict = Some(verdict);
        self.value = value;
        self.unknown = None;
        match verdict {
            GoalVerdict::Met => self.state = State::Succeeded,
            GoalVerdict::Unmet => {
                self.cause = Some("the goal was not met".into());
                self.state = State::NoEffect;
            }
            GoalVerdict::Worse => {
                self.cause = Some("it became worse".into());
                // Locks were given back when the goal became unknown: no undo after that.
                if !late && self.would_undo() {
                    self.state = State::Undoing;
                } else {
                    self.effects_left = self.remaining_effects();
                    self.state = State::Failed;
                }
            }
        }
        Ok(())
    }

    pub(super) fn goal_unmeasured(&mut self, at: Timestamp, cause: &str) -> Result<(), Illegal> {
        only_if(self.state == State::Verifying)?;
        let (what, resume) = (What::Goal, State::Verifying);
        self.unknown = Some(Unknown { what, since: at, resume, cause: cause.into() });
        self.state = State::Unknown;
        Ok(())
    }

    pub(super) fn undo_started(&mut self, cause: &str, value: Option<f64>) -> Result<(), Illegal> {
        let unmet = self.state == State::Verifying && self.request.undo_on_no_effect;
        self.only_closed(unmet || self.state == State::Running)?;
        if unmet {
            self.verdict = Some(GoalVerdict::Unmet);
            self.value = value;
        }
        self.cause = Some(cause.into());
        self.state = State::Undoing;
        Ok(())
    }

    pub(super) fn resolved(
        &mut self,
        event: &Event,
        verdict: Resolution,
        reason: &str,
    ) -> Result<(), Illegal> {
        only_if(self.state == State::Unknown)?;
        if verdict == Resolution::Abandoned {
            self.effects_left = self.remaining_effects();
            self.cause = Some(format!("abandoned: {reason}"));
            self.state = State::Failed;
            return Ok(());
        }
        if self.is_unknown(What::Goal) {
            return match verdict {
                Resolution::Met => self.goal_measured(GoalVerdict::Met, None),
                Resolution::Unmet => self.goal_measured(GoalVerdict::Unmet, None),
                Resolution::Done
                | Resolution::NotDone
                | Resolution::Partial
                | Resolution::Abandoned => Err(Illegal),
            };
        }
        let verdict = match verdict {
            Resolution::Done => Verdict::Done,
            Resolution::NotDone => Verdict::NotDone,
            Resolution::Partial => Verdict::Partial,
            Resolution::Met | Resolution::Unmet | Resolution::Abandoned => return Err(Illegal),
        };
        let lost = |record: &StepRecord| record.state == StepState::Unknown;
        let index = self.steps.iter().position(lost).ok_or(Illegal)?;
        self.judged(index, verdict, None, event.at)
    }
}
