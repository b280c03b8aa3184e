//! Whether it helped.

use std::iter::repeat_n;

use super::{
    bench::{Bench, drain, goal},
    world::Trick,
};
use crate::{Measured, Request, Run, RunStore, State, event::GoalVerdict};

async fn play(bench: &Bench, request: Request) -> Run {
    let runner = bench.runner().await;
    let run = bench.press(request.with_goal(goal())).await;
    runner.wake(run);
    bench.ended(run).await
}

#[tokio::test(start_paused = true)]
async fn an_unmet_goal_is_said_at_the_deadline() {
    let bench = Bench::new();
    bench.world.measures(repeat_n(Measured::HoldsNot(3.0), 100));
    let ended = play(&bench, drain()).await;
    assert_eq!((ended.state, ended.value), (State::NoEffect, Some(3.0)));
    assert_eq!(ended.ended.unwrap().duration_since(ended.steps_ended.unwrap()).as_secs(), 30);
    assert_eq!(bench.world.state("node/a"), "maint");
}

#[tokio::test(start_paused = true)]
async fn an_unmet_goal_is_taken_back_where_the_action_says_so() {
    let bench = Bench::new();
    bench.world.measures(repeat_n(Measured::HoldsNot(3.0), 100));
    let mut request = drain();
    request.undo_on_no_effect = true;
    let ended = play(&bench, request).await;
    assert_eq!((ended.state, ended.verdict), (State::Undone, Some(GoalVerdict::Unmet)));
    assert_eq!(ended.value, Some(3.0));
    assert_eq!(bench.world.effects(), ["1 drain", "3 maint", "3 drain", "1 ready"]);
}

#[tokio::test(start_paused = true)]
async fn what_becomes_worse_is_taken_back() {
    let bench = Bench::new();
    bench.world.measures(repeat_n(Measured::Worse(9.0), 100));
    let ended = play(&bench, drain()).await;
    assert_eq!((ended.state, ended.verdict), (State::Undone, Some(GoalVerdict::Worse)));
    assert_eq!(bench.world.state("node/a"), "ready");
}

#[tokio::test(start_paused = true)]
async fn what_becomes_worse_and_stays_is_named() {
    let bench = Bench::new();
    bench.world.measures(repeat_n(Measured::Worse(9.0), 100));
    let ended = play(&bench, drain().keeping()).await;
    assert_eq!(ended.state, State::Failed);
    assert_eq!(ended.effects_left, ["step 1: drain a", "step 3: maint a"]);
}

#[tokio::test(start_paused = true)]
async fn a_goal_that_cannot_be_read_is_not_known_and_frees_the_target() {
    let bench = Bench::new();
    bench.world.measures(repeat_n(Measured::Unreadable("down".into()), 40));
    let runner = bench.runner().await;
    let run = bench.press(drain().with_goal(goal())).await;
    runner.wake(run);
    let unknown = bench.until(run, |run| run.state == State::Unknown).await;
    assert_eq!(unknown.unknown.unwrap().cause, "down");
    assert_eq!(bench.store.holder("node/a").await.unwrap(), None);
    assert!(runner.cancel(run, "bob", None).await.is_err(), "there is nothing to end");
    // It can be read again: the window starts anew.
    assert_eq!(bench.ended(run).await.state, State::Succeeded);
}

#[tokio::test(start_paused = true)]
async fn after_an_unknown_goal_nothing_is_taken_back() {
    let bench = Bench::new();
    bench.world.measures(repeat_n(Measured::Unreadable("down".into()), 40));
    bench.world.measures(repeat_n(Measured::Worse(9.0), 40));
    let ended = play(&bench, drain()).await;
    assert_eq!((ended.state, ended.effects_left.len()), (State::Failed, 2));
    assert_eq!(bench.world.state("node/a"), "maint");
}

#[tokio::test(start_paused = true)]
async fn a_restart_keeps_the_window_of_the_log() {
    let bench = Bench::new();
    bench.world.measures(repeat_n(Measured::HoldsNot(3.0), 200));
    let runner = bench.runner().await;
    let run = bench.press(drain().with_goal(goal())).await;
    runner.wake(run);
    bench.until(run, |run| run.state == State::Verifying).await;
    bench.pass(std::time::Duration::from_secs(10)).await;
    drop(runner);
    let _runner = bench.runner().await;
    let ended = bench.ended(run).await;
    assert_eq!(ended.state, State::NoEffect);
    assert_eq!(ended.ended.unwrap().duration_since(ended.steps_ended.unwrap()).as_secs(), 30);
}

#[tokio::test(start_paused = true)]
async fn a_cancel_while_measuring_takes_everything_back() {
    let bench = Bench::new();
    bench.world.measures(repeat_n(Measured::HoldsNot(3.0), 200));
    let runner = bench.runner().await;
    let run = bench.press(drain().with_goal(goal())).await;
    runner.wake(run);
    bench.until(run, |run| run.state == State::Verifying).await;
    runner.cancel(run, "bob", Some("enough".into())).await.unwrap();
    let ended = bench.ended(run).await;
    assert_eq!(
        (ended.state, ended.cause.as_deref()),
        (State::Cancelled, Some("cancelled: enough"))
    );
    assert_eq!(bench.world.state("node/a"), "ready");
}

#[tokio::test(start_paused = true)]
async fn an_undo_after_worse_survives_a_lost_answer() {
    let bench = Bench::new();
    bench.world.measures(repeat_n(Measured::Worse(9.0), 100));
    bench.world.trick("node/a", 103, Trick::LostDone);
    let ended = play(&bench, drain()).await;
    assert_eq!(ended.state, State::Undone);
    assert_eq!(bench.world.effects(), ["1 drain", "3 maint", "3 drain", "1 ready"]);
}
