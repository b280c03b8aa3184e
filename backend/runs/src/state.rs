//! The one transition table: which event may follow where, and what a run is after it.
//!
//! A run's state is computed from its events and from nothing else. An event that may not follow is
//! refused before anything is changed, so that a store can decide by applying.

mod ending;
mod steps;
#[cfg(test)]
pub(crate) mod tests;

pub(crate) use self::steps::FOREIGN;
use crate::{
    Error, Event, EventKind, Request, Run, RunId, StepPlan,
    run::{Direction, State, StepRecord, StepState, What},
};

/// Says that the event may not follow; the caller knows which and where.
struct Illegal;

/// Turns a condition of the table into its refusal.
fn only_if(allowed: bool) -> Result<(), Illegal> {
    if allowed { Ok(()) } else { Err(Illegal) }
}

/// Folds the log of `run` into the run as it stands.
///
/// # Errors
/// [`Error::NotFound`] for an empty log, [`Error::IllegalTransition`] and [`Error::StaleFence`] for
/// a log that no store of ours has written.
pub fn fold(run: RunId, events: &[Event]) -> Result<Run, Error> {
    let Some((first, rest)) = events.split_first() else { return Err(Error::NotFound(run)) };
    if first.run != run {
        return Err(illegal(run, "absent", first));
    }
    let mut folded = Run::first(first)?;
    for event in rest {
        folded.apply(event)?;
    }
    Ok(folded)
}

impl Run {
    /// Makes a run of its first event.
    ///
    /// # Errors
    /// [`Error::IllegalTransition`] if the event cannot be the first.
    pub fn first(event: &Event) -> Result<Self, Error> {
        let accepted = |approval| if approval { State::AwaitingApproval } else { State::Queued };
        let (request, state, refusal) =
            if let EventKind::RunAccepted { request, approval } = &event.kind {
                (request, accepted(*approval), None)
            } else if let EventKind::RunRefused { request: Some(request), refusal } = &event.kind {
                (request, State::Refused, Some(refusal.clone()))
            } else {
                return Err(illegal(event.run, "absent", event));
            };
        if event.seq != 1 {
            return Err(illegal(event.run, "absent", event));
        }
        let mut run = Self::new(event, (**request).clone(), state);
        run.refusal = refusal;
        run.ended = state.is_terminal().then_some(event.at);
        Ok(run)
    }

    fn new(event: &Event, request: Request, state: State) -> Self {
        let steps =
            request.steps.iter().map(|plan| StepRecord::new(plan.clone(), Direction::Do)).collect();
        Self {
            id: event.run,
            seq: event.seq,
            request,
            state,
            created: event.at,
            updated: event.at,
            started: None,
            ended: None,
            fence: None,
            steps,
            refusal: None,
            cause: None,
            baseline: None,
            value: None,
            verdict: None,
            verify_deadline: None,
            steps_ended: None,
            unknown: None,
            effects_left: Vec::new(),
        }
    }

    /// Goes on by one event, or stays as it is if the event may not follow.
    ///
    /// # Errors
    /// [`Error::IllegalTransition`] if the event is not the next of this run or not one of this
    /// state, [`Error::StaleFence`] if its writer has been replaced.
    pub fn apply(&mut self, event: &Event) -> Result<(), Error> {
        let refuse = |run: &Self| illegal(run.id, run.state.as_str(), event);
        if event.run != self.id || event.seq != self.seq + 1 || self.state.is_terminal() {
            return Err(refuse(self));
        }
        self.check_fence(event)?;
        if self.follow(event).is_err() {
            return Err(refuse(self));
        }
        self.seq = event.seq;
        self.updated = event.at;
        if self.state.is_terminal() {
            self.ended = Some(event.at);
            self.unknown = None;
        }
        Ok(())
    }

    /// Only the newest owner writes: the fence of its events is the run's own, and a take-over's is
    /// greater.
    fn check_fence(&self, event: &Event) -> Result<(), Error> {
        if let (Some(ours), Some(current)) = (event.fence, self.fence)
            && ours < current
        {
            return Err(Error::StaleFence { ours, current });
        }
        let fits = match (&event.kind, event.fence) {
            (EventKind::RunTakenOver { .. }, fence) => fence.is_some() && fence > self.fence,
            (EventKind::RunStarted { .. }, fence) => fence.is_some(),
            (kind, fence) if kind.is_owners() => fence.is_some() && fence == self.fence,
            _ => true,
        };
        if fits { Ok(()) } else { Err(illegal(self.id, self.state.as_str(), event)) }
    }

    /// Checks everything before it changes anything.
    fn follow(&mut self, event: &Event) -> Result<(), Illegal> {
        match &event.kind {
            EventKind::RunAccepted { .. } => Err(Illegal),
            EventKind::RunRefused { request, refusal } => {
                only_if(self.state == State::Queued && request.is_none())?;
                self.refusal = Some(refusal.clone());
                self.state = State::Refused;
                Ok(())
            }
            EventKind::RunApproved { approver, .. } => self.approved(approver),
            EventKind::RunRejected { approver, reason } => self.rejected(approver, reason),
            EventKind::RunExpired { waited_ms } => self.expired(*waited_ms),
            EventKind::CancelRequested { reason } => self.cancel_requested(reason.as_deref()),
            EventKind::RunStarted { baseline, .. } => self.begun(event, *baseline),
            EventKind::RunTakenOver { old_fence, open_intent, .. } => {
                self.taken_over(event, *old_fence, *open_intent)
            }
            EventKind::StepIntended { .. } => self.intended(event),
            EventKind::StepDone { dir, step, attempt, after, .. } => {
                self.step_closed((*dir, *step, *attempt), Ok(after.clone()), event.at)
            }
            EventKind::StepFailed { dir, step, attempt, failure } => {
                self.step_closed((*dir, *step, *attempt), Err(failure.clone()), event.at)
            }
            EventKind::StepUndecided { dir, step, attempt, cause } => {
                let index = self.open_index(*dir, *step, *attempt)?;
                self.lose(index, cause.clone(), event.at);
                Ok(())
            }
            EventKind::EffectObserved { step, attempt, verdict, observation } => {
                self.observed(event, (*step, *attempt), *verdict, observation)
            }
            EventKind::ResolutionDeclared { verdict, reason } => {
                self.resolved(event, *verdict, reason)
            }
            EventKind::VerificationStarted { baseline, deadline } => {
                self.verification_started(*baseline, *deadline)
            }
            EventKind::GoalMeasured { verdict, value } => self.goal_measured(*verdict, *value),
            EventKind::GoalUnmeasured { cause } => self.goal_unmeasured(event.at, cause),
            EventKind::UndoStarted { cause, value } => self.undo_started(cause, *value),
            EventKind::UndoCompleted {} => self.undo_completed(),
            EventKind::UndoGivenUp { cause, effects_left, .. } => {
                self.undo_given_up(cause, effects_left)
            }
            EventKind::RunFailed { cause, effects_left } => self.failed(cause, effects_left),
            EventKind::RunCancelled { effects_left } => self.cancelled(effects_left),
            EventKind::RunCompleted {} => self.completed(),
        }
    }

    fn approved(&mut self, approver: &str) -> Result<(), Illegal> {
        // Two persons: who asked cannot be the one who agrees.
        only_if(self.state == State::AwaitingApproval && approver != self.request.actor)?;
        self.state = State::Queued;
        Ok(())
    }

    fn rejected(&mut self, approver: &str, reason: &str) -> Result<(), Illegal> {
        only_if(self.state == State::AwaitingApproval)?;
        self.cause = Some(format!("rejected by {approver}: {reason}"));
        self.state = State::Refused;
        Ok(())
    }

    fn expired(&mut self, waited_ms: u64) -> Result<(), Illegal> {
        only_if(matches!(self.state, State::AwaitingApproval | State::Queued))?;
        self.cause = Some(format!("waited {waited_ms} ms"));
        self.state = State::Expired;
        Ok(())
    }

    fn cancel_requested(&mut self, reason: Option<&str>) -> Result<(), Illegal> {
        match self.state {
            State::AwaitingApproval | State::Queued => self.state = State::Cancelled,
            State::Running | State::Verifying => self.state = State::Cancelling,
            State::Unknown => {
                let unknown = self.unknown.as_mut().ok_or(Illegal)?;
                only_if(unknown.what == What::Effect && unknown.resume == State::Running)?;
                unknown.resume = State::Cancelling;
            }
            State::Undoing
            | State::Cancelling
            | State::Refused
            | State::Succeeded
            | State::NoEffect
            | State::Failed
            | State::Undone
            | State::UndoFailed
            | State::Cancelled
            | State::Expired => return Err(Illegal),
        }
        self.cause = Some(reason.map_or_else(|| "cancelled".into(), |r| format!("cancelled: {r}")));
        Ok(())
    }

    fn begun(&mut self, event: &Event, baseline: Option<f64>) -> Result<(), Illegal> {
        only_if(self.state == State::Queued)?;
        self.state = State::Running;
        self.started = Some(event.at);
        self.fence = event.fence;
        self.baseline = baseline;
        Ok(())
    }

    fn taken_over(
        &mut self,
        event: &Event,
        old_fence: Option<u64>,
        open_intent: bool,
    ) -> Result<(), Illegal> {
        let open = self.steps.iter().position(|record| record.state == StepState::Open);
        only_if(self.fence.is_some() && old_fence == self.fence && open_intent == open.is_some())?;
        self.fence = event.fence;
        if let Some(index) = open {
            self.lose(index, "the owner was lost while the step was under way".into(), event.at);
        }
        Ok(())
    }
}

impl StepRecord {
    fn new(plan: StepPlan, dir: Direction) -> Self {
        Self {
            plan,
            dir,
            state: StepState::Planned,
            attempt: 0,
            before: None,
            after: None,
            undo: None,
            effect_key: None,
            failure: None,
            effect: true,
            started: None,
            ended: None,
        }
    }
}

fn illegal(run: RunId, state: &str, event: &Event) -> Error {
    Error::IllegalTransition { run, state: state.into(), event: event.kind.name(), seq: event.seq }
}
