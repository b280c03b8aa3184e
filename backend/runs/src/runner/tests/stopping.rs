//! The stop switch, and the end of a process.

use std::time::Duration;

use tokio::time::Instant;

use super::{
    bench::{Bench, drain},
    world::Trick,
};
use crate::{State, run::StepState};

#[tokio::test(start_paused = true)]
async fn nothing_starts_while_stopped() {
    let bench = Bench::new();
    bench.stop(true);
    let runner = bench.runner().await;
    let run = bench.press(drain()).await;
    runner.wake(run);
    bench.pass(Duration::from_hours(1)).await;
    assert_eq!(bench.load(run).await.state, State::Queued);
    bench.stop(false);
    assert_eq!(bench.ended(run).await.state, State::Succeeded);
}

#[tokio::test(start_paused = true)]
async fn no_forward_step_is_sent_while_stopped_but_taking_back_goes_on() {
    let bench = Bench::new();
    bench.world.trick("node/a", 2, Trick::SlowWait);
    let runner = bench.runner().await;
    let run = bench.press(drain()).await;
    runner.wake(run);
    bench.until(run, |run| run.steps[1].state == StepState::Open).await;
    bench.stop(true);
    bench.until(run, |run| run.steps[1].state == StepState::Done).await;
    bench.pass(Duration::from_hours(1)).await;
    assert_eq!(bench.load(run).await.state, State::Running);
    assert_eq!(bench.world.effects(), ["1 drain"]);
    runner.cancel(run, "bob", None).await.unwrap();
    assert_eq!(bench.ended(run).await.state, State::Cancelled);
    assert_eq!(bench.world.effects(), ["1 drain", "1 ready"]);
}

#[tokio::test(start_paused = true)]
async fn a_stop_while_a_target_is_looked_at_comes_in_time() {
    let bench = Bench::new();
    let runner = bench.runner().await;
    let run = bench.press(drain()).await;
    runner.wake(run);
    // The runner looks at the target of the third step now.
    bench.until(run, |run| run.steps[1].state == StepState::Done).await;
    bench.stop(true);
    bench.pass(Duration::from_hours(1)).await;
    let stopped = bench.load(run).await;
    assert_eq!((stopped.state, stopped.steps[2].attempt), (State::Running, 0));
    bench.stop(false);
    assert_eq!(bench.ended(run).await.state, State::Succeeded);
}

#[tokio::test(start_paused = true)]
async fn a_shutdown_leaves_a_wait_to_the_next_start() {
    let bench = Bench::new();
    bench.world.trick("node/a", 2, Trick::HangingWait);
    let runner = bench.runner().await;
    let run = bench.press(drain()).await;
    runner.wake(run);
    bench.until_waiting().await;
    let began = Instant::now();
    runner.shutdown().await;
    assert!(began.elapsed() < Duration::from_secs(1));
    assert_eq!(bench.load(run).await.steps[1].state, StepState::Open);
    let _runner = bench.runner().await;
    let ended = bench.ended(run).await;
    assert_eq!((ended.state, ended.steps[1].attempt), (State::Succeeded, 2));
    assert_eq!(bench.world.effects(), ["1 drain", "3 maint"]);
}

#[tokio::test(start_paused = true)]
async fn a_shutdown_does_not_wait_for_a_silent_target() {
    let bench = Bench::new();
    bench.world.trick("node/a", 3, Trick::Hang);
    let runner = bench.runner().await;
    let run = bench.press(drain()).await;
    runner.wake(run);
    bench.until(run, |run| run.steps[2].state == StepState::Open).await;
    let began = Instant::now();
    runner.shutdown().await;
    assert!(began.elapsed() < Duration::from_secs(10));
    runner.wake(run);
    assert_eq!(bench.load(run).await.state, State::Running, "nothing goes on after a shutdown");
    let _runner = bench.runner().await;
    assert_eq!(bench.ended(run).await.state, State::Succeeded);
    assert_eq!(bench.world.effects(), ["1 drain", "3 maint"]);
}
