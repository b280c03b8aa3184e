//! Locks: taken by the start, all or none, and given back by the end; an unknown effect keeps them.

use serde_json::json;

use super::{
    Make,
    build::{accept, append, at, failed, intended, press, refuse, started},
};
use crate::{Direction, EventKind, Goal, LockKey, LockMode, Run, RunId, RunStore};

pub(super) async fn all<S: RunStore>(make: Make<'_, S>) {
    a_lock_lasts_from_the_start_to_the_end(&make().await).await;
    an_unknown_effect_keeps_its_locks(&make().await).await;
    an_unknown_goal_gives_them_back(&make().await).await;
    an_exclusive_lock_keeps_shared_ones_out(&make().await).await;
    a_cancelled_wait_leaves_the_queue(&make().await).await;
}

async fn holder(store: &impl RunStore, key: &str) -> Option<RunId> {
    store.holder(key).await.expect("answers")
}

async fn a_lock_lasts_from_the_start_to_the_end(store: &impl RunStore) {
    let run = accept(store, press("a", "ann", 0)).await;
    assert_eq!(holder(store, "node/a").await, None);
    let run = append(store, &run, 1, started()).await.expect("starts");
    assert_eq!(holder(store, "node/a").await, Some(run.id));
    assert_eq!(holder(store, "pool/web").await, None, "shared locks have no one holder");
    append(store, &run, 2, failed()).await.expect("ends");
    assert_eq!(holder(store, "node/a").await, None);
    accept(store, press("a", "bob", 3)).await;
}

async fn an_unknown_effect_keeps_its_locks(store: &impl RunStore) {
    let run = accept(store, press("a", "ann", 0)).await;
    let run = append(store, &run, 1, started()).await.expect("starts");
    let run = append(store, &run, 2, intended(1)).await.expect("is intended");
    let undecided =
        EventKind::StepUndecided { dir: Direction::Do, step: 1, attempt: 1, cause: "lost".into() };
    append(store, &run, 3, undecided).await.expect("is undecided");
    assert_eq!(holder(store, "node/a").await, Some(run.id));
    let (_, refusal) = refuse(store, press("a", "bob", 4)).await;
    assert_eq!(refusal.code, "target_busy");
}

/// A press with a goal, brought to where only the goal is unknown.
async fn unknown_goal(store: &impl RunStore) -> Run {
    let mut asked = press("a", "ann", 0);
    asked.request.goal = Some(Goal {
        promql: "up".into(),
        expect: "== 0".into(),
        within_seconds: 1,
        stable_for_seconds: 0,
        worse: None,
    });
    let mut run = accept(store, asked).await;
    let (dir, step, attempt) = (Direction::Do, 1, 1);
    for kind in [
        started(),
        intended(1),
        EventKind::StepDone { dir, step, attempt, reply: None, after: json!("after") },
        EventKind::VerificationStarted { baseline: None, deadline: at(2) },
        EventKind::GoalUnmeasured { cause: "gone".into() },
    ] {
        run = append(store, &run, 1, kind).await.expect("follows");
    }
    run
}

async fn an_unknown_goal_gives_them_back(store: &impl RunStore) {
    let run = unknown_goal(store).await;
    assert_eq!(holder(store, "node/a").await, None);
    let other = accept(store, press("a", "bob", 3)).await;
    append(store, &other, 4, started()).await.expect("starts");
    // The first run can still end, and takes nothing from the second.
    let verdict = crate::event::GoalVerdict::Met;
    let met = EventKind::GoalMeasured { verdict, value: Some(0.0) };
    append(store, &run, 5, met).await.expect("ends");
    assert_eq!(holder(store, "node/a").await, Some(other.id));
}

async fn an_exclusive_lock_keeps_shared_ones_out(store: &impl RunStore) {
    let mut whole = press("pool", "bob", 0);
    whole.request.locks = vec![LockKey { key: "pool/web".into(), mode: LockMode::Exclusive }];
    let run = accept(store, whole.clone()).await;
    let run = append(store, &run, 1, started()).await.expect("starts");
    assert_eq!(holder(store, "pool/web").await, Some(run.id));
    let (_, refusal) = refuse(store, press("a", "cyd", 2)).await;
    assert_eq!((refusal.code.as_str(), refusal.holder), ("target_busy", Some(run.id.to_string())));
    append(store, &run, 3, failed()).await.expect("ends");
    // And the other way round: two share, a third wants it alone.
    let [first, second] = ["a", "b"].map(|node| press(node, "cyd", 20));
    let first = accept(store, first).await;
    accept(store, second).await;
    whole.request.actor = "dan".into();
    whole.request.fingerprint = "dan".into();
    whole.run = RunId::at(at(21));
    let (_, refusal) = refuse(store, whole).await;
    assert_eq!(refusal.holder, Some(first.id.to_string()));
}

async fn a_cancelled_wait_leaves_the_queue(store: &impl RunStore) {
    let run = accept(store, press("a", "ann", 0)).await;
    let cancel = EventKind::CancelRequested { reason: None };
    append(store, &run, 1, cancel).await.expect("is cancelled");
    accept(store, press("a", "bob", 2)).await;
}
