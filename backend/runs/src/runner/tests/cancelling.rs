//! A cancel in every state, as the table says.

use super::{
    bench::{Bench, drain},
    world::Trick,
};
use crate::{Error, Run, RunId, Runner, State, run::StepState};

async fn cancel(runner: &Runner, run: RunId) -> Result<Run, Error> {
    runner.cancel(run, "bob", None).await
}

#[tokio::test(start_paused = true)]
async fn a_queued_run_ends_at_once() {
    let bench = Bench::new();
    bench.stop(true);
    let runner = bench.runner().await;
    let run = bench.press(drain()).await;
    runner.wake(run);
    assert_eq!(cancel(&runner, run).await.unwrap().state, State::Cancelled);
    bench.until_idle(&runner).await;
    assert!(bench.world.effects().is_empty());
    let again = cancel(&runner, run).await;
    assert!(matches!(again, Err(Error::IllegalTransition { .. })), "{again:?}");
}

#[tokio::test(start_paused = true)]
async fn a_running_run_closes_its_step_and_goes_back() {
    let bench = Bench::new();
    bench.world.trick("node/a", 2, Trick::HangingWait);
    let runner = bench.runner().await;
    let run = bench.press(drain()).await;
    runner.wake(run);
    bench.until(run, |run| run.steps[1].state == StepState::Open).await;
    let cancelling = cancel(&runner, run).await.unwrap();
    assert_eq!(cancelling.state, State::Cancelling);
    let again = cancel(&runner, run).await.unwrap();
    assert!(again.seq >= cancelling.seq);
    let ended = bench.ended(run).await;
    assert_eq!((ended.state, ended.effects_left.len()), (State::Cancelled, 0));
    assert_eq!(bench.world.effects(), ["1 drain", "1 ready"]);
    let cancels = bench.names(run).await.iter().filter(|name| **name == "cancel_requested").count();
    assert_eq!(cancels, 1);
}

#[tokio::test(start_paused = true)]
async fn without_undo_a_cancelled_run_names_what_stays() {
    let bench = Bench::new();
    bench.world.trick("node/a", 2, Trick::HangingWait);
    let runner = bench.runner().await;
    let run = bench.press(drain().keeping()).await;
    runner.wake(run);
    bench.until(run, |run| run.steps[1].state == StepState::Open).await;
    cancel(&runner, run).await.unwrap();
    let ended = bench.ended(run).await;
    assert_eq!(
        (ended.state, ended.effects_left),
        (State::Cancelled, vec!["step 1: drain a".into()])
    );
}

#[tokio::test(start_paused = true)]
async fn an_unknown_effect_is_observed_first_and_then_taken_back() {
    for (trick, effects) in [
        (Trick::LostDone, vec!["1 drain", "3 maint", "3 drain", "1 ready"]),
        (Trick::LostNotDone, vec!["1 drain", "1 ready"]),
    ] {
        let bench = Bench::new();
        bench.world.trick("node/a", 3, trick);
        let runner = bench.runner().await;
        let run = bench.press(drain()).await;
        runner.wake(run);
        // Nobody can look while it is cancelled.
        bench.until(run, |run| run.steps[2].state == StepState::Open).await;
        bench.world.blind(3);
        bench.until(run, |run| run.state == State::Unknown).await;
        let cancelled = cancel(&runner, run).await.unwrap();
        assert_eq!(cancelled.state, State::Unknown);
        let again = cancel(&runner, run).await.unwrap();
        assert_eq!(again.seq, cancelled.seq);
        assert_eq!(bench.ended(run).await.state, State::Cancelled);
        assert_eq!(bench.world.effects(), effects);
    }
}

#[tokio::test(start_paused = true)]
async fn a_run_that_goes_back_already_cannot_be_cancelled() {
    let bench = Bench::new();
    bench.world.trick("node/a", 3, Trick::FailFinal);
    bench.world.trick("node/a", 101, Trick::LostDone);
    let runner = bench.runner().await;
    let run = bench.press(drain()).await;
    runner.wake(run);
    bench.until(run, |run| run.state == State::Undoing).await;
    let refused = cancel(&runner, run).await;
    assert!(matches!(refused, Err(Error::IllegalTransition { .. })), "{refused:?}");
    assert_eq!(bench.ended(run).await.state, State::Undone);
}

#[tokio::test(start_paused = true)]
async fn whenever_a_cancel_comes_the_run_ends_in_a_true_state() {
    // A cancel after each event of a run: the answer may be that it is too late.
    for seq in 1..=9 {
        let bench = Bench::new();
        bench.world.trick("node/a", 2, Trick::SlowWait);
        let runner = bench.runner().await;
        let run = bench.press(drain()).await;
        let mut changes = bench.feed.subscribe();
        runner.wake(run);
        while bench.load(run).await.seq < seq {
            changes.recv().await.unwrap();
        }
        let asked = cancel(&runner, run).await;
        let ended = bench.ended(run).await;
        let expected = if asked.is_ok() { State::Cancelled } else { State::Succeeded };
        let state = if asked.is_ok() { "ready" } else { "maint" };
        assert_eq!((ended.state, bench.world.state("node/a").as_str()), (expected, state));
        let done = bench.world.effects();
        let twice = done.iter().any(|one| done.iter().filter(|other| *other == one).count() > 1);
        assert!(!twice, "after {seq}: {done:?}");
    }
}
