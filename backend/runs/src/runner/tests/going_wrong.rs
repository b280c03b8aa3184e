//! Lost answers, failures, panics and other people.

use super::{
    bench::{Bench, drain},
    world::{SETTLE, Trick},
};
use crate::{Request, Run, State, event::Resolution, run::StepState};

/// Drains with a trick at a step of `node/a`, and returns how it ended.
async fn play(bench: &Bench, request: Request, tricks: &[(u32, Trick)]) -> Run {
    for (step, trick) in tricks {
        bench.world.trick("node/a", *step, *trick);
    }
    let runner = bench.runner().await;
    let run = bench.press(request).await;
    runner.wake(run);
    bench.ended(run).await
}

#[tokio::test(start_paused = true)]
async fn a_lost_answer_of_a_done_effect_is_found_and_not_sent_again() {
    let bench = Bench::new();
    let ended = play(&bench, drain().trying(3), &[(1, Trick::LostDone)]).await;
    assert_eq!(ended.state, State::Succeeded);
    assert_eq!(bench.world.effects(), ["1 drain", "3 maint"]);
    assert!(bench.names(ended.id).await.contains(&"effect_observed"));
}

#[tokio::test(start_paused = true)]
async fn a_lost_answer_without_an_effect_is_tried_again_only_after_the_settling_time() {
    let bench = Bench::new();
    let ended = play(&bench, drain().trying(2), &[(1, Trick::LostNotDone)]).await;
    assert_eq!((ended.state, ended.steps[0].attempt), (State::Succeeded, 2));
    assert_eq!(bench.world.effects(), ["1 drain", "3 maint"]);
    assert!(ended.ended.unwrap().duration_since(ended.created) >= SETTLE.try_into().unwrap());
}

#[tokio::test(start_paused = true)]
async fn without_attempts_left_a_lost_step_fails_the_run() {
    let bench = Bench::new();
    let ended = play(&bench, drain(), &[(3, Trick::LostNotDone)]).await;
    assert_eq!(ended.state, State::Undone);
    assert_eq!(bench.world.state("node/a"), "ready");
}

#[tokio::test(start_paused = true)]
async fn an_effect_that_arrives_late_is_not_sent_twice() {
    let bench = Bench::new();
    let late = Trick::Late(19_000);
    let ended = play(&bench, drain().trying(3), &[(1, late), (3, late)]).await;
    assert_eq!(ended.state, State::Succeeded);
    // Whatever was still under way has arrived by now.
    bench.pass(SETTLE * 10).await;
    assert_eq!(bench.world.effects(), ["1 drain", "3 maint"]);
}

#[tokio::test(start_paused = true)]
async fn one_look_is_not_enough_to_send_again() {
    let bench = Bench::new();
    // It arrives between the first look after the settling time and the second.
    let ended = play(&bench, drain().trying(3), &[(3, Trick::Late(20_500))]).await;
    assert_eq!((ended.state, ended.steps[2].attempt), (State::Succeeded, 1));
    bench.pass(SETTLE * 10).await;
    assert_eq!(bench.world.effects(), ["1 drain", "3 maint"]);
}

#[tokio::test(start_paused = true)]
async fn a_success_status_without_an_effect_is_no_success() {
    let bench = Bench::new();
    let ended = play(&bench, drain(), &[(3, Trick::Ignored)]).await;
    assert_eq!(ended.state, State::Undone);
    assert_eq!(bench.world.effects(), ["1 drain", "1 ready"]);
    assert!(bench.names(ended.id).await.contains(&"step_undecided"));
}

#[tokio::test(start_paused = true)]
async fn a_panic_while_sending_leaves_the_effect_to_be_observed() {
    for (trick, state, effects) in [
        (Trick::PanicBefore, State::Undone, vec!["1 drain", "1 ready"]),
        (Trick::PanicAfter, State::Succeeded, vec!["1 drain", "3 maint"]),
    ] {
        let bench = Bench::new();
        let ended = play(&bench, drain(), &[(3, trick)]).await;
        assert_eq!(ended.state, state);
        assert_eq!(bench.world.effects(), effects);
        assert!(bench.names(ended.id).await.contains(&"step_undecided"));
    }
}

#[tokio::test(start_paused = true)]
async fn a_failure_worth_a_try_is_tried_again_and_a_final_one_is_not() {
    let bench = Bench::new();
    let ended = play(&bench, drain().trying(2), &[(1, Trick::FailRetry)]).await;
    assert_eq!((ended.state, ended.steps[0].attempt), (State::Succeeded, 2));
    let bench = Bench::new();
    let ended = play(&bench, drain().trying(2), &[(1, Trick::FailFinal)]).await;
    assert_eq!((ended.state, ended.steps[0].attempt), (State::Failed, 1));
    assert!(bench.world.effects().is_empty() && ended.effects_left.is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_failed_step_takes_back_what_was_done() {
    let bench = Bench::new();
    let ended = play(&bench, drain(), &[(3, Trick::FailFinal)]).await;
    assert_eq!((ended.state, ended.effects_left), (State::Undone, vec![]));
    assert_eq!(bench.world.effects(), ["1 drain", "1 ready"]);
    assert_eq!(ended.cause.as_deref(), Some("step 3 (maint a): as told"));
}

#[tokio::test(start_paused = true)]
async fn without_undo_what_was_done_stays_and_is_named() {
    let bench = Bench::new();
    let ended = play(&bench, drain().keeping(), &[(3, Trick::FailFinal)]).await;
    assert_eq!((ended.state, ended.effects_left), (State::Failed, vec!["step 1: drain a".into()]));
    assert_eq!(bench.world.state("node/a"), "drain");
}

#[tokio::test(start_paused = true)]
async fn what_has_no_inverse_is_named_while_the_rest_is_taken_back() {
    let bench = Bench::new();
    let mut request = drain().with_final(1);
    request.steps[1].operation = "fake.set".into();
    request.steps[1].args = serde_json::json!({ "to": "half-way" });
    let ended = play(&bench, request, &[(3, Trick::FailFinal)]).await;
    assert_eq!(ended.state, State::UndoFailed);
    assert_eq!(ended.effects_left, ["step 1: drain a"]);
    assert_eq!(bench.world.effects(), ["1 drain", "2 half-way", "2 drain"]);
}

#[tokio::test(start_paused = true)]
async fn another_persons_change_is_never_overwritten() {
    let bench = Bench::new();
    bench.world.trick("node/a", 2, Trick::HangingWait);
    let runner = bench.runner().await;
    let run = bench.press(drain()).await;
    runner.wake(run);
    bench.until(run, |run| run.steps[1].state == StepState::Open).await;
    bench.world.set("node/a", "broken");
    runner.cancel(run, "bob", None).await.unwrap();
    let ended = bench.ended(run).await;
    assert_eq!((ended.state, ended.effects_left.len()), (State::UndoFailed, 1));
    assert_eq!(bench.world.state("node/a"), "broken");
    assert_eq!(bench.world.effects(), ["1 drain"]);
}

#[tokio::test(start_paused = true)]
async fn what_is_already_as_before_is_not_sent_again() {
    let bench = Bench::new();
    bench.world.trick("node/a", 2, Trick::HangingWait);
    let runner = bench.runner().await;
    let run = bench.press(drain()).await;
    runner.wake(run);
    bench.until(run, |run| run.steps[1].state == StepState::Open).await;
    bench.world.set("node/a", "ready");
    runner.cancel(run, "bob", None).await.unwrap();
    let ended = bench.ended(run).await;
    assert_eq!((ended.state, ended.effects_left.len()), (State::Cancelled, 0));
    assert_eq!(bench.world.effects(), ["1 drain"]);
}

#[tokio::test(start_paused = true)]
async fn a_target_that_cannot_be_read_before_a_step_is_looked_at_again_some_times() {
    let bench = Bench::new();
    bench.world.blind(4);
    let ended = play(&bench, drain(), &[]).await;
    assert_eq!(ended.state, State::Succeeded);
    let bench = Bench::new();
    bench.world.blind(5);
    let ended = play(&bench, drain(), &[]).await;
    assert_eq!(ended.state, State::Failed);
    assert!(ended.cause.unwrap().contains("blind"));
    assert!(bench.world.effects().is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_half_done_step_is_taken_back() {
    let bench = Bench::new();
    bench.world.trick("node/a", 3, Trick::LostNotDone);
    let runner = bench.runner().await;
    let run = bench.press(drain()).await;
    runner.wake(run);
    bench.until(run, |run| run.state == State::Unknown).await;
    bench.world.set("node/a", "half");
    let ended = bench.ended(run).await;
    assert_eq!(ended.state, State::Undone);
    assert_eq!(bench.world.effects(), ["1 drain", "3 drain", "1 ready"]);
}

#[tokio::test(start_paused = true)]
async fn a_foreign_change_leaves_it_unknown_until_a_person_declares() {
    let bench = Bench::new();
    bench.world.trick("node/a", 3, Trick::LostNotDone);
    let runner = bench.runner().await;
    let run = bench.press(drain()).await;
    runner.wake(run);
    bench.until(run, |run| run.state == State::Unknown).await;
    bench.world.set("node/a", "strange");
    let foreign = crate::state::FOREIGN;
    let wanted = |run: &Run| run.unknown.as_ref().is_some_and(|unknown| unknown.cause == foreign);
    let unknown = bench.until(run, wanted).await;
    bench.pass(std::time::Duration::from_hours(1)).await;
    assert_eq!(bench.load(run).await.seq, unknown.seq, "looking without news writes nothing");
    let kind = crate::EventKind::ResolutionDeclared {
        verdict: Resolution::Done,
        reason: "seen by eye".into(),
    };
    let event = runner.shared.event(&unknown, "bob", kind);
    crate::RunStore::append(&*bench.store, run, unknown.seq, vec![event]).await.unwrap();
    runner.wake(run);
    assert_eq!(bench.ended(run).await.state, State::Succeeded);
    assert_eq!(bench.world.effects(), ["1 drain"]);
}

#[tokio::test(start_paused = true)]
async fn a_lost_undo_is_observed_like_any_step() {
    let bench = Bench::new();
    let tricks = [(3, Trick::FailFinal), (101, Trick::LostDone)];
    let ended = play(&bench, drain(), &tricks).await;
    assert_eq!(ended.state, State::Undone);
    assert_eq!(bench.world.effects(), ["1 drain", "1 ready"]);
    let bench = Bench::new();
    let tricks = [(3, Trick::FailFinal), (101, Trick::LostNotDone)];
    let ended = play(&bench, drain(), &tricks).await;
    assert_eq!(ended.state, State::Undone);
    assert_eq!(bench.world.effects(), ["1 drain", "1 ready"]);
}

#[tokio::test(start_paused = true)]
async fn an_undo_that_is_refused_for_good_is_given_up() {
    let bench = Bench::new();
    let tricks = [(3, Trick::FailFinal), (101, Trick::FailFinal)];
    let ended = play(&bench, drain(), &tricks).await;
    assert_eq!(
        (ended.state, ended.effects_left),
        (State::UndoFailed, vec!["step 1: drain a".into()])
    );
    assert_eq!(bench.world.effects(), ["1 drain"]);
    let cause = ended.cause.unwrap();
    assert!(cause.contains("step 3") && cause.contains("taking back step 1"), "{cause}");
}

#[tokio::test(start_paused = true)]
async fn what_cannot_be_seen_is_believed_when_it_was_accepted() {
    let bench = Bench::new();
    let ended = play(&bench, drain().with_unseen(3), &[(3, Trick::Ignored)]).await;
    assert_eq!(ended.state, State::Succeeded);
}

#[tokio::test(start_paused = true)]
async fn what_cannot_be_seen_waits_for_a_person_when_it_was_lost() {
    let bench = Bench::new();
    bench.world.trick("node/a", 3, Trick::LostDone);
    let runner = bench.runner().await;
    let run = bench.press(drain().with_unseen(3)).await;
    runner.wake(run);
    let unknown = bench.until(run, |run| run.state == State::Unknown).await;
    bench.pass(std::time::Duration::from_hours(1)).await;
    assert_eq!(bench.load(run).await, unknown, "it cannot be told by looking");
    let verdict = Resolution::Abandoned;
    let kind = crate::EventKind::ResolutionDeclared { verdict, reason: "nobody knows".into() };
    let event = runner.shared.event(&unknown, "bob", kind);
    crate::RunStore::append(&*bench.store, run, unknown.seq, vec![event]).await.unwrap();
    runner.wake(run);
    let ended = bench.ended(run).await;
    assert_eq!(ended.state, State::Failed);
    assert_eq!(ended.effects_left, ["step 1: drain a", "step 3: maint a"]);
    bench.until_idle(&runner).await;
}
