//! The table, row by row, and what holds for every history.

mod diagram;
pub(crate) mod histories;
mod properties;

use serde_json::json;

use self::histories::{History, accepted, request};
use super::*;
use crate::{
    Failure, Refusal, UndoRule, Verdict,
    event::{GoalVerdict, Resolution},
};

/// One history for each state, `unknown` by what is not known and where it returns.
fn places() -> Vec<(&'static str, History)> {
    let refusal = EventKind::RunRefused { request: None, refusal: refusal() };
    let expired = EventKind::RunExpired { waited_ms: 1 };
    let unmeasured = EventKind::GoalUnmeasured { cause: "gone".into() };
    let given_up = EventKind::UndoGivenUp { step: 1, cause: "no".into(), effects_left: vec![] };
    let cancelled = EventKind::RunCancelled { effects_left: vec![] };
    let failed = EventKind::RunFailed { cause: "no".into(), effects_left: vec![] };
    let measured = |verdict| EventKind::GoalMeasured { verdict, value: Some(1.0) };
    let queued = History::new(request());
    let running = queued.clone().started();
    let stepped = running.clone().done(1);
    let undoing = stepped.clone().and(undo_started());
    let verifying = running.clone().done(1).done(2).verifying();
    let cancelling = stepped.clone().and(cancel());
    vec![
        ("awaiting_approval", History::awaiting(request())),
        ("queued", queued.clone()),
        ("running", running.clone()),
        ("running, open", running.clone().intended(1)),
        ("running, stepped", running.clone().done(1).done(2)),
        ("running, no goal", History::new(without_goal()).started().done(1).done(2)),
        ("verifying", verifying.clone()),
        ("undoing", undoing.clone()),
        ("undoing, open", undoing.clone().undo_intended(1)),
        ("undoing, done", undoing.clone().undone(1)),
        ("cancelling", cancelling.clone()),
        ("cancelling, open", running.clone().intended(1).and(cancel())),
        ("unknown effect", running.clone().intended(1).undecided(1)),
        ("unknown undo", undoing.clone().undo_intended(1).undo_undecided(1)),
        ("unknown, cancelled", running.clone().intended(1).undecided(1).and(cancel())),
        ("unknown goal", verifying.clone().and(unmeasured)),
        ("refused", queued.clone().and(refusal)),
        ("succeeded", verifying.clone().and(measured(GoalVerdict::Met))),
        ("no_effect", verifying.and(measured(GoalVerdict::Unmet))),
        ("failed", running.and(failed)),
        ("undone", undoing.clone().undone(1).and(EventKind::UndoCompleted {})),
        ("undo_failed", undoing.and(given_up)),
        ("cancelled", cancelling.and(cancelled)),
        ("expired", queued.and(expired)),
    ]
}

fn without_goal() -> Request {
    Request { goal: None, ..request() }
}

fn refusal() -> Refusal {
    Refusal { code: "stopped".into(), detail: "no".into(), next_allowed: None, holder: None }
}

fn cancel() -> EventKind {
    EventKind::CancelRequested { reason: None }
}

fn undo_started() -> EventKind {
    EventKind::UndoStarted { cause: "no".into(), value: None }
}

/// Checks in which of all places an event may follow.
#[track_caller]
fn check(kind: &EventKind, allowed: &[&str]) {
    let found: Vec<_> = places()
        .into_iter()
        .filter(|(_, history)| {
            let mut run = history.run.clone();
            let event = history.event(kind.clone());
            let fits = run.apply(&event).is_ok();
            assert_eq!(!fits, run == history.run, "a refused event changes nothing");
            fits
        })
        .map(|(place, _)| place)
        .collect();
    assert_eq!(found, allowed, "{}", kind.name());
}

#[test]
fn each_history_leads_to_its_state() {
    for (place, history) in places() {
        let word = place.split([' ', ',']).next().unwrap();
        assert_eq!(history.run.state.as_str(), word, "{place}");
        assert_eq!(fold(history.run.id, &history.log).unwrap(), history.run);
        assert_eq!(history.run.ended.is_some(), history.run.state.is_terminal());
    }
}

#[test]
fn what_people_do_follows_the_table() {
    check(&accepted(request(), false), &[]);
    let refused = |request| EventKind::RunRefused { request, refusal: refusal() };
    check(&refused(None), &["queued"]);
    check(&refused(Some(Box::new(request()))), &[]);
    let approved = |approver: &str| EventKind::RunApproved {
        approver: approver.into(),
        plan_hash: "h".into(),
    };
    check(&approved("bob"), &["awaiting_approval"]);
    check(&approved("ann"), &[]);
    let reason = "no".to_owned();
    check(&EventKind::RunRejected { approver: "bob".into(), reason }, &["awaiting_approval"]);
    check(&EventKind::RunExpired { waited_ms: 1 }, &["awaiting_approval", "queued"]);
    let cancellable = [
        "awaiting_approval",
        "queued",
        "running",
        "running, open",
        "running, stepped",
        "running, no goal",
        "verifying",
        "unknown effect",
    ];
    check(&cancel(), &cancellable);
    let resolved = |verdict| EventKind::ResolutionDeclared { verdict, reason: "seen".into() };
    let effects = ["unknown effect", "unknown undo", "unknown, cancelled"];
    for verdict in [Resolution::Done, Resolution::NotDone, Resolution::Partial] {
        check(&resolved(verdict), &effects);
    }
    for verdict in [Resolution::Met, Resolution::Unmet] {
        check(&resolved(verdict), &["unknown goal"]);
    }
    let all = ["unknown effect", "unknown undo", "unknown, cancelled", "unknown goal"];
    check(&resolved(Resolution::Abandoned), &all);
}

#[test]
fn owning_and_stepping_follow_the_table() {
    check(&EventKind::RunStarted { owner: "x".into(), baseline: None }, &["queued"]);
    let taken = |open_intent| EventKind::RunTakenOver {
        owner: "x".into(),
        old_fence: Some(1),
        open_intent,
    };
    check(&taken(true), &["running, open", "undoing, open", "cancelling, open"]);
    let closed = [
        "running",
        "running, stepped",
        "running, no goal",
        "verifying",
        "undoing",
        "undoing, done",
        "cancelling",
        "unknown effect",
        "unknown undo",
        "unknown, cancelled",
        "unknown goal",
    ];
    check(&taken(false), &closed);
    check(&histories::intended(Direction::Do, 1, 1), &["running"]);
    check(&histories::intended(Direction::Do, 1, 2), &[]);
    check(&histories::intended(Direction::Do, 2, 1), &[]);
    check(&histories::intended(Direction::Undo, 1, 1), &["undoing", "cancelling"]);
    let (step, attempt) = (1, 1);
    for dir in [Direction::Do, Direction::Undo] {
        let open: &[&str] = match dir {
            Direction::Do => &["running, open", "cancelling, open"],
            Direction::Undo => &["undoing, open"],
        };
        check(&EventKind::StepDone { dir, step, attempt, reply: None, after: json!(1) }, open);
        let failure = Failure::fail("no");
        check(&EventKind::StepFailed { dir, step, attempt, failure }, open);
        check(&EventKind::StepUndecided { dir, step, attempt, cause: "lost".into() }, open);
    }
    let observed =
        |verdict| EventKind::EffectObserved { step, attempt, verdict, observation: json!(1) };
    let effects = ["unknown effect", "unknown undo", "unknown, cancelled"];
    for verdict in [Verdict::Done, Verdict::NotDone, Verdict::Partial, Verdict::Foreign] {
        check(&observed(verdict), &effects);
    }
    check(&observed(Verdict::Undecided), &[]);
}

#[test]
fn goals_and_ends_follow_the_table() {
    let deadline = histories::at(60);
    let verification = EventKind::VerificationStarted { baseline: None, deadline };
    check(&verification, &["running, stepped"]);
    for verdict in [GoalVerdict::Met, GoalVerdict::Unmet, GoalVerdict::Worse] {
        check(&EventKind::GoalMeasured { verdict, value: None }, &["verifying", "unknown goal"]);
    }
    check(&EventKind::GoalUnmeasured { cause: "gone".into() }, &["verifying"]);
    check(&undo_started(), &["running", "running, stepped", "running, no goal"]);
    check(&EventKind::UndoCompleted {}, &["undoing, done"]);
    let given_up = EventKind::UndoGivenUp { step: 1, cause: "no".into(), effects_left: vec![] };
    check(&given_up, &["undoing", "undoing, done", "cancelling"]);
    let failed = EventKind::RunFailed { cause: "no".into(), effects_left: vec![] };
    check(&failed, &["running", "running, stepped", "running, no goal"]);
    check(&EventKind::RunCancelled { effects_left: vec![] }, &["cancelling"]);
    check(&EventKind::RunCompleted {}, &["running, no goal"]);
}

#[test]
fn an_unmet_goal_goes_back_only_where_the_action_says_so() {
    let asked = Request { undo_on_no_effect: true, ..request() };
    let history = History::new(asked).started().done(1).done(2).verifying().and(undo_started());
    assert_eq!(
        (history.run.state, history.run.verdict),
        (State::Undoing, Some(GoalVerdict::Unmet))
    );
}

#[test]
fn worse_goes_back_only_if_something_can_be_taken_back() {
    let worse = EventKind::GoalMeasured { verdict: GoalVerdict::Worse, value: Some(9.0) };
    let end = |asked| History::new(asked).started().done(1).done(2).verifying().and(worse.clone());
    assert_eq!(end(request()).run.state, State::Undoing);
    let keeping = end(Request { undo: UndoRule::None, ..request() }).run;
    assert_eq!((keeping.state, keeping.effects_left.len()), (State::Failed, 2));
}

#[test]
fn a_half_done_step_counts_as_an_effect_but_not_as_complete() {
    let observed = EventKind::EffectObserved {
        step: 1,
        attempt: 1,
        verdict: Verdict::Partial,
        observation: json!("half"),
    };
    let run = History::new(request()).started().intended(1).undecided(1).and(observed).run;
    assert_eq!(run.state, State::Running);
    assert!(!run.steps[0].is_complete());
    assert_eq!(run.remaining_effects(), ["step 1: set 1"]);
    assert_eq!(run.undo_due().unwrap().plan.n, 1);
}

#[test]
fn the_fence_of_a_run_only_grows() {
    let history = History::new(request()).started();
    let taken = |fence, old_fence| {
        let owner = "y".into();
        let kind = EventKind::RunTakenOver { owner, old_fence, open_intent: false };
        Event { fence, ..history.event(kind) }
    };
    let apply = |event: &Event| history.run.clone().apply(event);
    assert!(apply(&taken(Some(2), Some(1))).is_ok());
    assert!(apply(&taken(Some(1), Some(1))).is_err(), "not greater");
    assert!(apply(&taken(None, Some(1))).is_err(), "none");
    assert!(apply(&taken(Some(2), None)).is_err(), "of another owner");
    let stale = Event { fence: Some(0), ..history.event(histories::intended(Direction::Do, 1, 1)) };
    assert!(matches!(apply(&stale), Err(Error::StaleFence { ours: 0, current: 1 })));
    let unfenced = Event { fence: None, ..stale.clone() };
    assert!(matches!(apply(&unfenced), Err(Error::IllegalTransition { .. })));
    let ahead = Event { fence: Some(5), ..stale };
    assert!(matches!(apply(&ahead), Err(Error::IllegalTransition { .. })));
}

#[test]
fn a_log_with_a_gap_or_of_two_runs_does_not_fold() {
    let history = History::new(request()).started().done(1);
    let id = history.run.id;
    assert!(matches!(fold(id, &[]), Err(Error::NotFound(_))));
    assert!(fold(id, &history.log[1..]).is_err(), "no first event");
    let mut gap = history.log.clone();
    gap.remove(2);
    assert!(fold(id, &gap).is_err(), "a gap");
    let mut mixed = history.log.clone();
    mixed[1].run = RunId::at(histories::at(0));
    assert!(fold(id, &mixed).is_err(), "two runs");
    assert!(fold(mixed[1].run, &history.log).is_err(), "another run");
}

#[test]
fn the_refusal_names_run_state_event_and_number() {
    let history = History::new(request());
    let refused = history.run.clone().apply(&history.event(EventKind::UndoCompleted {}));
    let expected = format!("run {} is queued: undo_completed may not follow at 2", history.run.id);
    assert_eq!(refused.unwrap_err().to_string(), expected);
}
