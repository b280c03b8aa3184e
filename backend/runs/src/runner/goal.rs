//! Whether it helped: the goal is measured until it held long enough, or its time is over.

use std::{panic::AssertUnwindSafe, time::Duration};

use futures::FutureExt;
use jiff::{SignedDuration, Timestamp};
use tokio::time::Instant;

use super::task::{Flow, Task, Waited};
use crate::{Error, EventKind, Measured, event::GoalVerdict, run::State};

/// What the looks so far say.
struct Watch {
    /// How long a judgement must hold.
    stable_for: Duration,
    /// When the goal must hold at the latest.
    deadline: Instant,
    /// Whether the goal could be read at all so far.
    opened: bool,
    holds_since: Option<Instant>,
    worse_since: Option<Instant>,
}

/// What one more look says.
#[derive(Debug, PartialEq)]
enum Judgement {
    /// Look again.
    NotYet,
    /// It is decided.
    Is(GoalVerdict, Option<f64>),
    /// It could not be read when it had to be.
    Unmeasured(String),
}

impl Watch {
    /// Judges a look at `now`. A goal or its opposite that began to hold in time may finish holding
    /// after the deadline; nothing else outlives it.
    fn judge(&mut self, now: Instant, measured: Measured) -> Judgement {
        if !self.opened && !matches!(measured, Measured::Unreadable(_)) {
            // After a restart, or a time without sight, the first look may find the deadline over:
            // it still counts.
            self.opened = true;
            self.deadline = self.deadline.max(now);
        }
        let held = |since: Instant| now.duration_since(since) >= self.stable_for;
        let over = now >= self.deadline;
        let late = now >= self.deadline + self.stable_for;
        match measured {
            Measured::Holds(value) => {
                self.worse_since = None;
                let since = *self.holds_since.get_or_insert(now);
                if held(since) {
                    return Judgement::Is(GoalVerdict::Met, Some(value));
                }
                self.or_unmet(since > self.deadline || late, value)
            }
            Measured::Worse(value) => {
                self.holds_since = None;
                let since = *self.worse_since.get_or_insert(now);
                if held(since) {
                    return Judgement::Is(GoalVerdict::Worse, Some(value));
                }
                self.or_unmet(since > self.deadline || late, value)
            }
            Measured::HoldsNot(value) => {
                (self.holds_since, self.worse_since) = (None, None);
                self.or_unmet(over, value)
            }
            Measured::Unreadable(cause) => {
                (self.holds_since, self.worse_since) = (None, None);
                if over { Judgement::Unmeasured(cause) } else { Judgement::NotYet }
            }
        }
    }

    #[expect(clippy::unused_self, reason = "reads as a part of the judgement")]
    fn or_unmet(&self, over: bool, value: f64) -> Judgement {
        if over { Judgement::Is(GoalVerdict::Unmet, Some(value)) } else { Judgement::NotYet }
    }
}

impl Task {
    pub(super) async fn start_verification(&mut self) -> Result<(), Error> {
        let Some(goal) = &self.run.request.goal else { return Ok(()) };
        let within = SignedDuration::try_from(goal.within()).unwrap_or(SignedDuration::MAX);
        let from = self.run.steps_ended.unwrap_or(self.run.updated);
        let deadline = from.saturating_add(within).unwrap_or(Timestamp::MAX);
        let baseline = self.run.baseline;
        self.commit(EventKind::VerificationStarted { baseline, deadline }).await
    }

    /// Measures until the goal is judged. After a restart the window is the log's; if that is over,
    /// one stable look from now on decides.
    pub(super) async fn measure(&mut self) -> Result<Flow, Error> {
        let Some(goal) = &self.run.request.goal else { return Ok(Flow::Leave) };
        let since = self.run.steps_ended.unwrap_or(self.run.updated);
        let mut watch = Watch {
            stable_for: Duration::from_secs(goal.stable_for_seconds),
            deadline: Instant::now() + self.time_to_measure(),
            opened: false,
            holds_since: None,
            worse_since: None,
        };
        let seq = self.run.seq;
        let mut fruitless = 0;
        loop {
            let measured = self.look_at_goal(since).await;
            let late = self.run.state == State::Unknown;
            let wait = match watch.judge(Instant::now(), measured) {
                Judgement::Is(verdict, value) => {
                    self.judged(verdict, value).await?;
                    return Ok(Flow::On);
                }
                Judgement::NotYet => self.limits().measure_every,
                // It stays unknown, without another event.
                Judgement::Unmeasured(_) if late => {
                    self.place = None;
                    fruitless += 1;
                    // The next readable look starts a window of its own.
                    watch.opened = false;
                    self.limits().backoff(fruitless)
                }
                Judgement::Unmeasured(cause) => {
                    self.commit(EventKind::GoalUnmeasured { cause }).await?;
                    return Ok(Flow::On);
                }
            };
            match self.wait(wait).await {
                Waited::Closing => return Ok(Flow::Leave),
                Waited::Over => {}
                Waited::Poked => {
                    if self.look_again().await == Flow::Leave {
                        return Ok(Flow::Leave);
                    }
                }
            }
            if self.run.seq != seq {
                return Ok(Flow::On);
            }
        }
    }

    /// Commits a judgement, or goes back because of it.
    async fn judged(&mut self, verdict: GoalVerdict, value: Option<f64>) -> Result<(), Error> {
        let goes_back = verdict == GoalVerdict::Unmet
            && self.run.state == State::Verifying
            && self.run.request.undo_on_no_effect
            && self.run.would_undo();
        let kind = if goes_back {
            EventKind::UndoStarted { cause: "the goal was not met".into(), value }
        } else {
            EventKind::GoalMeasured { verdict, value }
        };
        self.commit(kind).await
    }

    async fn look_at_goal(&self, since: Timestamp) -> Measured {
        let look = self.shared.parts.handler.measure(&self.run, since);
        let look = AssertUnwindSafe(look).catch_unwind();
        match tokio::time::timeout(self.limits().look, look).await {
            Ok(Ok(measured)) => measured,
            Ok(Err(_)) => Measured::Unreadable("measuring broke down".into()),
            Err(_) => Measured::Unreadable("measuring took too long".into()),
        }
    }

    fn time_to_measure(&self) -> Duration {
        let now = self.shared.parts.clock.now();
        let left = self.run.verify_deadline.map(|deadline| deadline.duration_since(now));
        left.and_then(|left| Duration::try_from(left).ok()).unwrap_or(Duration::ZERO)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Judges looks at the given seconds, with a deadline at 10 s and 3 s to hold; returns when it
    /// was decided.
    #[track_caller]
    #[expect(clippy::needless_pass_by_value, reason = "reads better at the calls")]
    fn check(looks: &[(u64, Measured)], expect: Option<(u64, Judgement)>) {
        let start = Instant::now();
        let mut watch = Watch {
            stable_for: Duration::from_secs(3),
            deadline: start + Duration::from_secs(10),
            opened: false,
            holds_since: None,
            worse_since: None,
        };
        let mut decided = None;
        for (at, look) in looks {
            let judgement = watch.judge(start + Duration::from_secs(*at), look.clone());
            if judgement != Judgement::NotYet {
                decided = Some((*at, judgement));
                break;
            }
        }
        assert_eq!(decided.as_ref(), expect.as_ref());
    }

    fn is(verdict: GoalVerdict) -> Judgement {
        Judgement::Is(verdict, Some(1.0))
    }

    use Measured::{Holds, HoldsNot, Unreadable, Worse};

    #[test]
    fn a_goal_must_hold_without_a_break() {
        let looks = [(1, Holds(1.0)), (3, HoldsNot(1.0)), (4, Holds(1.0)), (7, Holds(1.0))];
        check(&looks, Some((7, is(GoalVerdict::Met))));
    }

    #[test]
    fn an_unreadable_look_breaks_the_hold() {
        let looks =
            [(1, Holds(1.0)), (3, Unreadable("x".into())), (4, Holds(1.0)), (6, Holds(1.0))];
        check(&looks, None);
    }

    #[test]
    fn a_goal_that_began_in_time_may_finish_holding() {
        check(&[(9, Holds(1.0)), (12, Holds(1.0))], Some((12, is(GoalVerdict::Met))));
        check(&[(9, Holds(1.0)), (11, HoldsNot(1.0))], Some((11, is(GoalVerdict::Unmet))));
    }

    #[test]
    fn at_the_deadline_it_is_unmet_or_not_known() {
        check(&[(9, HoldsNot(1.0)), (10, HoldsNot(1.0))], Some((10, is(GoalVerdict::Unmet))));
        let unread = Judgement::Unmeasured("x".into());
        check(&[(9, HoldsNot(1.0)), (10, Unreadable("x".into()))], Some((10, unread)));
    }

    #[test]
    fn worse_must_hold_as_well() {
        check(&[(1, Worse(1.0)), (2, HoldsNot(1.0)), (3, Worse(1.0)), (5, Worse(1.0))], None);
        check(&[(1, Worse(1.0)), (4, Worse(1.0))], Some((4, is(GoalVerdict::Worse))));
    }

    #[test]
    fn flapping_ends_at_the_latest_one_hold_after_the_deadline() {
        let looks = [(8, Holds(1.0)), (9, Worse(1.0)), (11, Holds(1.0))];
        check(&looks, Some((11, is(GoalVerdict::Unmet))));
    }

    #[test]
    fn the_first_look_counts_even_after_the_deadline() {
        check(&[(20, Holds(1.0)), (23, Holds(1.0))], Some((23, is(GoalVerdict::Met))));
        check(&[(20, HoldsNot(1.0))], Some((20, is(GoalVerdict::Unmet))));
    }
}
