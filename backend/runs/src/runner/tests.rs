//! The runner against a world that counts effects, with a clock that the tests own.

mod bench;
mod cancelling;
mod crashing;
mod going_wrong;
mod measuring;
mod stopping;
mod world;

use self::{
    bench::{Bench, drain, goal},
    world::Trick,
};
use crate::{EventKind, Measured, State, run::StepState};

#[tokio::test(start_paused = true)]
async fn a_run_takes_its_steps_in_order_and_proves_its_goal() {
    let bench = Bench::new();
    let runner = bench.runner().await;
    let run = bench.press(drain().with_goal(goal())).await;
    runner.wake(run);
    let ended = bench.ended(run).await;
    assert_eq!(ended.state, State::Succeeded);
    assert_eq!(bench.world.state("node/a"), "maint");
    assert_eq!(bench.world.effects(), ["1 drain", "3 maint"]);
    assert_eq!(ended.baseline, Some(7.0));
    let expected = [
        "run_accepted",
        "run_started",
        "step_intended",
        "step_done",
        "step_intended",
        "step_done",
        "step_intended",
        "step_done",
        "verification_started",
        "goal_measured",
    ];
    assert_eq!(bench.names(run).await, expected);
}

#[tokio::test(start_paused = true)]
async fn a_run_without_a_goal_is_completed() {
    let bench = Bench::new();
    let runner = bench.runner().await;
    let run = bench.press(drain()).await;
    runner.wake(run);
    let ended = bench.ended(run).await;
    assert_eq!((ended.state, ended.verdict), (State::Succeeded, None));
    assert_eq!(bench.names(run).await.last(), Some(&"run_completed"));
}

#[tokio::test(start_paused = true)]
async fn the_inverse_and_the_key_are_durable_with_the_intent() {
    let bench = Bench::new();
    let runner = bench.runner().await;
    let run = bench.press(drain()).await;
    runner.wake(run);
    bench.ended(run).await;
    let log = bench.log(run).await;
    let intents: Vec<_> = log
        .iter()
        .filter_map(|event| {
            let EventKind::StepIntended { undo, effect_key, effect, .. } = &event.kind else {
                return None;
            };
            let to = undo.as_ref().map(|undo| undo.args["to"].clone());
            Some((to, effect_key.clone(), *effect))
        })
        .collect();
    let expected = [
        (Some("ready".into()), format!("{run}-1"), true),
        (None, format!("{run}-2"), false),
        (Some("drain".into()), format!("{run}-3"), true),
    ];
    assert_eq!(intents, expected);
}

#[tokio::test(start_paused = true)]
async fn a_run_is_checked_again_at_its_start() {
    let bench = Bench::new();
    bench.world.refuse("guard_unmet");
    let runner = bench.runner().await;
    let run = bench.press(drain()).await;
    runner.wake(run);
    let ended = bench.ended(run).await;
    assert_eq!(ended.state, State::Refused);
    assert_eq!(ended.refusal.unwrap().code, "guard_unmet");
    assert!(bench.world.effects().is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_queued_run_expires_at_its_deadline() {
    let bench = Bench::new();
    bench.stop(true);
    let runner = bench.runner().await;
    let run = bench.press(drain().with_deadline_in(30)).await;
    runner.wake(run);
    let ended = bench.ended(run).await;
    assert_eq!(ended.state, State::Expired);
    assert_eq!(ended.ended.unwrap().duration_since(ended.created).as_secs(), 30);
}

#[tokio::test(start_paused = true)]
async fn no_more_runs_go_forward_than_there_are_places() {
    let bench = Bench::with(|limits| limits.running = 2);
    let runner = bench.runner().await;
    let mut runs = Vec::new();
    for node in ["a", "b", "c", "d", "e"] {
        bench.world.trick(&format!("node/{node}"), 2, Trick::SlowWait);
        let run = bench.press(drain().on(node)).await;
        runner.wake(run);
        runs.push(run);
    }
    for run in runs {
        assert_eq!(bench.ended(run).await.state, State::Succeeded);
    }
    assert_eq!(bench.world.waits_max(), 2);
    assert_eq!(runner.open(), 0, "ended runs leave their tasks");
}

#[tokio::test(start_paused = true)]
async fn waking_twice_is_one_task() {
    let bench = Bench::new();
    let runner = bench.runner().await;
    let run = bench.press(drain()).await;
    (0..10).for_each(|_| runner.wake(run));
    assert_eq!(runner.open(), 1);
    bench.ended(run).await;
    assert_eq!(bench.world.effects().len(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_closed_feed_of_changes_follows_every_commit() {
    let bench = Bench::new();
    let mut follower = bench.feed.subscribe();
    let runner = bench.runner().await;
    let run = bench.press(drain()).await;
    runner.wake(run);
    let ended = bench.ended(run).await;
    let mut seen = Vec::new();
    while let Ok(change) = follower.try_recv() {
        seen.push(change.seq);
    }
    assert_eq!(seen, (1..=ended.seq).collect::<Vec<_>>());
}

#[tokio::test(start_paused = true)]
async fn an_older_owner_stops_at_once() {
    let bench = Bench::new();
    bench.world.trick("node/a", 2, Trick::SlowWait);
    let old = bench.runner().await;
    let run = bench.press(drain()).await;
    old.wake(run);
    bench.until(run, |run| run.steps[1].state == StepState::Open).await;
    let new = bench.runner().await;
    assert_eq!(bench.ended(run).await.state, State::Succeeded);
    assert_eq!(bench.world.effects(), ["1 drain", "3 maint"]);
    bench.until_idle(&old).await;
    drop(new);
}

#[tokio::test(start_paused = true)]
async fn a_goal_is_looked_at_only_with_what_came_after_the_last_step() {
    let bench = Bench::new();
    bench.world.measures([Measured::HoldsNot(3.0), Measured::Holds(0.0)]);
    let runner = bench.runner().await;
    let run = bench.press(drain().with_goal(goal())).await;
    runner.wake(run);
    let ended = bench.ended(run).await;
    let since = bench.world.measured_since();
    assert!(since.iter().all(|since| Some(*since) == ended.steps_ended), "{since:?}");
}
