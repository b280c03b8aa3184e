//! What holds for every history: random walks through the table.

use proptest::{collection::vec, prelude::*, sample::Index};
use serde_json::json;

use super::{
    super::*,
    histories::{self, History, request},
};
use crate::{
    Failure, Next, Refusal, UndoRule, Verdict,
    event::{GoalVerdict, Resolution},
    next,
};

fn any_verdict() -> impl Strategy<Value = Verdict> {
    prop_oneof![
        Just(Verdict::Done),
        Just(Verdict::NotDone),
        Just(Verdict::Partial),
        Just(Verdict::Foreign),
        Just(Verdict::Undecided),
    ]
}

fn any_resolution() -> impl Strategy<Value = Resolution> {
    prop_oneof![
        Just(Resolution::Done),
        Just(Resolution::NotDone),
        Just(Resolution::Partial),
        Just(Resolution::Met),
        Just(Resolution::Unmet),
        Just(Resolution::Abandoned),
    ]
}

fn any_goal() -> impl Strategy<Value = GoalVerdict> {
    prop_oneof![Just(GoalVerdict::Met), Just(GoalVerdict::Unmet), Just(GoalVerdict::Worse)]
}

fn any_dir() -> impl Strategy<Value = Direction> {
    prop_oneof![Just(Direction::Do), Just(Direction::Undo)]
}

/// Any event at all, most of which do not fit.
fn any_event() -> impl Strategy<Value = EventKind> {
    let text = || Just("text".to_owned());
    let refusal =
        || Refusal { code: "x".into(), detail: "x".into(), next_allowed: None, holder: None };
    let step = || (any_dir(), 1..4_u32, 1..4_u32);
    prop_oneof![
        any::<bool>().prop_map(|approval| histories::accepted(request(), approval)),
        Just(EventKind::RunRefused { request: None, refusal: refusal() }),
        text().prop_map(|approver| EventKind::RunApproved { approver, plan_hash: "h".into() }),
        text().prop_map(|reason| EventKind::RunRejected { approver: "b".into(), reason }),
        Just(EventKind::RunExpired { waited_ms: 5 }),
        Just(EventKind::CancelRequested { reason: Some("enough".into()) }),
        Just(EventKind::RunStarted { owner: "x".into(), baseline: Some(0.5) }),
        (any::<bool>(), 1..4_u64).prop_map(|(open_intent, old)| EventKind::RunTakenOver {
            owner: "y".into(),
            old_fence: Some(old),
            open_intent,
        }),
        step().prop_map(|(dir, step, attempt)| histories::intended(dir, step, attempt)),
        step().prop_map(|(dir, step, attempt)| {
            let after = json!({ "deep": [1, null, 0.1] });
            EventKind::StepDone { dir, step, attempt, reply: None, after }
        }),
        (step(), any::<bool>()).prop_map(|((dir, step, attempt), retry)| {
            let failure = Failure { retry, message: "no".into() };
            EventKind::StepFailed { dir, step, attempt, failure }
        }),
        step().prop_map(|(dir, step, attempt)| {
            EventKind::StepUndecided { dir, step, attempt, cause: "lost".into() }
        }),
        (step(), any_verdict()).prop_map(|((_, step, attempt), verdict)| {
            EventKind::EffectObserved { step, attempt, verdict, observation: json!("seen") }
        }),
        any_resolution().prop_map(|verdict| {
            EventKind::ResolutionDeclared { verdict, reason: "seen".into() }
        }),
        Just(EventKind::VerificationStarted { baseline: None, deadline: histories::at(60) }),
        any_goal().prop_map(|verdict| EventKind::GoalMeasured { verdict, value: Some(0.1) }),
        Just(EventKind::GoalUnmeasured { cause: "gone".into() }),
        Just(EventKind::UndoStarted { cause: "no".into(), value: Some(0.25) }),
        Just(EventKind::UndoCompleted {}),
        Just(EventKind::UndoGivenUp { step: 1, cause: "no".into(), effects_left: vec![] }),
        Just(EventKind::RunFailed { cause: "no".into(), effects_left: vec!["x".into()] }),
        Just(EventKind::RunCancelled { effects_left: vec![] }),
        Just(EventKind::RunCompleted {}),
    ]
}

/// The events that the runner may commit at a point, all of which have to fit.
fn continuations(run: &Run) -> Vec<EventKind> {
    let outcomes = |dir, step, attempt| {
        vec![
            EventKind::StepDone { dir, step, attempt, reply: None, after: json!(step) },
            EventKind::StepFailed { dir, step, attempt, failure: Failure::retry("no") },
            EventKind::StepFailed { dir, step, attempt, failure: Failure::fail("no") },
            EventKind::StepUndecided { dir, step, attempt, cause: "lost".into() },
        ]
    };
    let observed = |step, attempt, verdict| EventKind::EffectObserved {
        step,
        attempt,
        verdict,
        observation: json!(step),
    };
    let effects_left = run.remaining_effects();
    match next(run) {
        Next::Nothing => vec![],
        Next::AwaitApproval => {
            vec![EventKind::RunApproved { approver: "bob".into(), plan_hash: "h".into() }]
        }
        Next::Start => vec![EventKind::RunStarted { owner: "x".into(), baseline: None }],
        Next::Step { dir, step, attempt } => vec![histories::intended(dir, step, attempt)],
        Next::Undecide { dir, step, attempt } => outcomes(dir, step, attempt),
        Next::Observe { step, attempt, .. } => {
            [Verdict::Done, Verdict::NotDone, Verdict::Partial, Verdict::Foreign]
                .map(|verdict| observed(step, attempt, verdict))
                .to_vec()
        }
        Next::Complete => vec![EventKind::RunCompleted {}],
        Next::StartVerification => {
            vec![EventKind::VerificationStarted { baseline: None, deadline: histories::at(60) }]
        }
        Next::Measure => [GoalVerdict::Met, GoalVerdict::Unmet, GoalVerdict::Worse]
            .map(|verdict| EventKind::GoalMeasured { verdict, value: None })
            .to_vec(),
        Next::StartUndo { cause } => vec![EventKind::UndoStarted { cause, value: None }],
        Next::CompleteUndo => vec![EventKind::UndoCompleted {}],
        Next::GiveUpUndo { step, cause } => {
            vec![EventKind::UndoGivenUp { step, cause, effects_left }]
        }
        Next::Fail { cause } => vec![EventKind::RunFailed { cause, effects_left }],
        Next::CompleteCancel => vec![EventKind::RunCancelled { effects_left }],
    }
}

/// What must hold after every event.
fn check(history: &History) {
    let run = &history.run;
    assert_eq!(&fold(run.id, &history.log).unwrap(), run, "the state is the fold of the log");
    assert_eq!(run.seq, history.log.len() as u64);
    assert!(run.steps.iter().filter(|step| step.is_open()).count() <= 1, "one open intent");
    assert_eq!(run.state == State::Unknown, run.unknown.is_some());
    if run.state.is_terminal() {
        assert!(run.open_step().is_none() || run.state == State::Failed, "only given up when open");
        assert!(!run.claims_locks() && run.ended.is_some());
        assert_eq!(next(run), Next::Nothing);
    } else {
        assert_ne!(next(run), Next::Nothing, "nobody goes on: {run:#?}");
    }
    if matches!(run.state, State::Undone | State::Succeeded) {
        assert!(run.state == State::Succeeded || run.remaining_effects().is_empty());
    }
    for kind in continuations(run) {
        let mut after = run.clone();
        let event = history.event(kind);
        assert!(after.apply(&event).is_ok(), "{} at {}", event.kind.name(), run.state);
    }
    for event in &history.log {
        let json = serde_json::to_string(event).unwrap();
        assert_eq!(&serde_json::from_str::<Event>(&json).unwrap(), event);
    }
    let json = serde_json::to_string(run).unwrap();
    assert_eq!(&serde_json::from_str::<Run>(&json).unwrap(), run);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_walk_through_the_table_stays_true(
        walk in vec((any_event(), any::<Index>(), 0..4_u8), 1..40),
        keep in any::<bool>(),
        undo_on_no_effect in any::<bool>(),
        approval in any::<bool>(),
        with_goal in any::<bool>(),
    ) {
        let mut asked = request();
        asked.undo = if keep { UndoRule::None } else { UndoRule::Automatic };
        asked.undo_on_no_effect = undo_on_no_effect;
        asked.goal = asked.goal.filter(|_| with_goal);
        let mut history =
            if approval { History::awaiting(asked) } else { History::new(asked) };
        check(&history);
        for (wild, pick, dice) in walk {
            // Mostly what the runner would do, so that walks get far; now and then anything.
            let likely = continuations(&history.run);
            let is_wild = dice == 0 || likely.is_empty();
            let kind = if is_wild { wild } else { pick.get(&likely).clone() };
            let event = history.event(kind);
            let before = history.run.clone();
            if history.run.apply(&event).is_ok() {
                prop_assert!(!before.state.is_terminal(), "something followed an end");
                history.log.push(event);
                check(&history);
            } else {
                prop_assert_eq!(&history.run, &before);
            }
        }
    }
}
