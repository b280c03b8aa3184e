//! The continuation of each prefix, row by row.

use serde_json::json;

use super::*;
use crate::{
    EventKind, Failure, Request, UndoRule, Verdict,
    state::tests::histories::{History, request},
};

#[track_caller]
fn check(history: &History, expect: &Next) {
    assert_eq!(&next(&history.run), expect);
}

fn step(dir: Direction, step: u32, attempt: u32) -> Next {
    Next::Step { dir, step, attempt }
}

fn failed(step: u32, attempt: u32, failure: Failure) -> EventKind {
    EventKind::StepFailed { dir: Direction::Do, step, attempt, failure }
}

fn observed(step: u32, verdict: Verdict) -> EventKind {
    EventKind::EffectObserved { step, attempt: 1, verdict, observation: json!(0) }
}

fn started() -> History {
    History::new(request()).started()
}

#[test]
fn a_run_waits_then_starts_then_steps() {
    check(&History::awaiting(request()), &Next::AwaitApproval);
    check(&History::new(request()), &Next::Start);
    check(&started(), &step(Direction::Do, 1, 1));
    check(&started().done(1), &step(Direction::Do, 2, 1));
    check(&started().done(1).done(2), &Next::StartVerification);
    check(&started().done(1).done(2).verifying(), &Next::Measure);
    let plain = Request { goal: None, ..request() };
    check(&History::new(plain).started().done(1).done(2), &Next::Complete);
}

#[test]
fn an_open_intent_is_never_sent_again_first() {
    let undecide = Next::Undecide { dir: Direction::Do, step: 1, attempt: 1 };
    check(&started().intended(1), &undecide);
    let observe = Next::Observe { dir: Direction::Do, step: 1, attempt: 1 };
    check(&started().intended(1).undecided(1), &observe);
    let foreign = started().intended(1).undecided(1).and(observed(1, Verdict::Foreign));
    check(&foreign, &observe);
}

#[test]
fn a_failure_is_tried_again_or_leads_back() {
    let once = started().intended(1).and(failed(1, 1, Failure::retry("no")));
    check(&once, &step(Direction::Do, 1, 2));
    let cause = "step 1 (set 1): no".to_owned();
    let last = started().intended(1).and(failed(1, 1, Failure::fail("no")));
    check(&last, &Next::Fail { cause });
    let second = started().done(1).intended(2).and(failed(2, 1, Failure::fail("no")));
    check(&second, &Next::StartUndo { cause: "step 2 (set 2): no".into() });
    let keeping = Request { undo: UndoRule::None, ..request() };
    let kept = History::new(keeping).started().done(1).intended(2);
    let kept = kept.and(failed(2, 1, Failure::fail("no")));
    check(&kept, &Next::Fail { cause: "step 2 (set 2): no".into() });
}

#[test]
fn what_was_observed_decides() {
    let lost = || started().intended(1).undecided(1);
    check(&lost().and(observed(1, Verdict::Done)), &step(Direction::Do, 2, 1));
    check(&lost().and(observed(1, Verdict::NotDone)), &step(Direction::Do, 1, 2));
    let half = lost().and(observed(1, Verdict::Partial));
    let cause = "step 1 (set 1): only a part of it happened".to_owned();
    check(&half, &Next::StartUndo { cause });
}

#[test]
fn going_back_is_last_to_first_and_ends() {
    let cause = || EventKind::UndoStarted { cause: "no".into(), value: None };
    let back = started().done(1).done(2).and(cause());
    check(&back, &step(Direction::Undo, 2, 1));
    check(&back.clone().undone(2), &step(Direction::Undo, 1, 1));
    check(&back.undone(2).undone(1), &Next::CompleteUndo);
}

#[test]
fn a_half_undone_step_cannot_be_helped() {
    let cause = EventKind::UndoStarted { cause: "no".into(), value: None };
    let half = started().done(1).and(cause).undo_intended(1).undo_undecided(1);
    let half = half.and(observed(1, Verdict::Partial));
    let cause = "taking back step 1 (unset 1): only a part of it happened".to_owned();
    check(&half, &Next::GiveUpUndo { step: 1, cause });
}

#[test]
fn a_cancelled_run_goes_back_where_it_may() {
    let cancel = || EventKind::CancelRequested { reason: None };
    check(&started().and(cancel()), &Next::CompleteCancel);
    let open = started().intended(1).and(cancel());
    check(&open, &Next::Undecide { dir: Direction::Do, step: 1, attempt: 1 });
    check(&started().done(1).and(cancel()), &step(Direction::Undo, 1, 1));
    check(&started().done(1).and(cancel()).undone(1), &Next::CompleteCancel);
    let keeping = Request { undo: UndoRule::None, ..request() };
    check(&History::new(keeping).started().done(1).and(cancel()), &Next::CompleteCancel);
}
