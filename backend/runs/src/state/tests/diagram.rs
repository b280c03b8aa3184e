//! The list of transitions in the README is what the fold does: no more and no less.

use std::collections::{BTreeMap, BTreeSet};

use super::*;

const README: &str = include_str!("../../../README.md");

/// What a run that did not exist was before.
const NOTHING: &str = "(nothing)";

type Transitions = BTreeMap<String, BTreeSet<String>>;

/// Reads the lines `from ─▶ to to …`.
fn told() -> Transitions {
    let word = |text: &str| text.trim().to_owned();
    let lines = README.lines().filter_map(|line| line.split_once("─▶"));
    let list = lines.filter(|(from, to)| !to.contains("─▶") && !from.trim().is_empty());
    list.map(|(from, to)| (word(from), to.split_whitespace().map(word).collect())).collect()
}

/// Every event in each way that could matter.
fn kinds() -> Vec<EventKind> {
    let (attempt, left) = (1, Vec::new);
    let cause = || "no".to_owned();
    let mut kinds = vec![
        EventKind::RunRefused { request: None, refusal: refusal() },
        EventKind::RunApproved { approver: "bob".into(), plan_hash: "h".into() },
        EventKind::RunRejected { approver: "bob".into(), reason: cause() },
        EventKind::RunExpired { waited_ms: 1 },
        cancel(),
        EventKind::RunStarted { owner: "x".into(), baseline: None },
        EventKind::VerificationStarted { baseline: None, deadline: histories::at(60) },
        EventKind::GoalUnmeasured { cause: cause() },
        undo_started(),
        EventKind::UndoCompleted {},
        EventKind::UndoGivenUp { step: 1, cause: cause(), effects_left: left() },
        EventKind::RunFailed { cause: cause(), effects_left: left() },
        EventKind::RunCancelled { effects_left: left() },
        EventKind::RunCompleted {},
    ];
    kinds.extend([true, false].map(|open_intent| EventKind::RunTakenOver {
        owner: "y".into(),
        old_fence: Some(1),
        open_intent,
    }));
    for dir in [Direction::Do, Direction::Undo] {
        for step in [1, 2] {
            kinds.push(histories::intended(dir, step, attempt));
            kinds.push(EventKind::StepUndecided { dir, step, attempt, cause: cause() });
            kinds.push(EventKind::StepFailed { dir, step, attempt, failure: Failure::fail("no") });
            let after = json!(1);
            kinds.push(EventKind::StepDone { dir, step, attempt, reply: None, after });
        }
    }
    kinds.extend([Verdict::Done, Verdict::NotDone, Verdict::Partial, Verdict::Foreign].map(
        |verdict| EventKind::EffectObserved { step: 1, attempt, verdict, observation: json!(1) },
    ));
    kinds.extend(
        [GoalVerdict::Met, GoalVerdict::Unmet, GoalVerdict::Worse]
            .map(|verdict| EventKind::GoalMeasured { verdict, value: None }),
    );
    kinds.extend(
        [
            Resolution::Done,
            Resolution::NotDone,
            Resolution::Partial,
            Resolution::Met,
            Resolution::Unmet,
            Resolution::Abandoned,
        ]
        .map(|verdict| EventKind::ResolutionDeclared { verdict, reason: cause() }),
    );
    kinds
}

/// Tries every event everywhere.
fn found() -> Transitions {
    let mut found = Transitions::new();
    let mut note = |from: &str, to: State| {
        found.entry(from.into()).or_default().insert(to.as_str().into());
    };
    let refused = EventKind::RunRefused { request: Some(Box::new(request())), refusal: refusal() };
    let firsts = [accepted(request(), false), accepted(request(), true), refused];
    let made = History::new(request());
    for kind in firsts.iter().chain(&kinds()) {
        let first = Event { seq: 1, ..made.event(kind.clone()) };
        if let Ok(run) = Run::first(&first) {
            note(NOTHING, run.state);
        }
    }
    let verifying = |asked| History::new(asked).started().done(1).done(2).verifying();
    let more = [
        verifying(Request { undo: UndoRule::None, ..request() }),
        verifying(Request { undo_on_no_effect: true, ..request() }),
    ];
    for history in places().into_iter().map(|(_, history)| history).chain(more) {
        for kind in kinds() {
            let mut run = history.run.clone();
            if run.apply(&history.event(kind)).is_ok() && run.state != history.run.state {
                note(history.run.state.as_str(), run.state);
            }
        }
    }
    found
}

#[test]
fn the_list_in_the_readme_is_what_the_fold_does() {
    assert_eq!(told(), found());
}
